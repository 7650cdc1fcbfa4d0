"""Plug-ins written for gimpfu in a GIMP with a window: what they did is one step to undo."""

from __future__ import annotations

from pathlib import Path

from tests.hosts.gimp_program import Gimp, install_plugins
from tests.hosts.programs import wait_until

PLUGINS = Path(__file__).with_name("plugins")
OWN = ("scanlines", "effects", "cutouts")

SHOW = """
def job(tools):
    image = tools.new_image(64, 64)
    tools.set_pixels(image.get_layers()[0], bytes([0, 0, 255, 255]) * 400, (20, 20, 20, 20))
    tools.show(image)
    return {}
"""
STATE = """
def job(tools):
    image = tools.Gimp.get_images()[0]
    return {"pixels": tools.pixels(image.get_layers()[0]), "layers": len(image.get_layers())}
"""
CALL = """
def job(tools):
    image = tools.Gimp.get_images()[0]
    given = dict(tools.arguments)
    name = given.pop("procedure")
    answer = tools.call(name, image=image, drawables=image.get_layers()[:1], **given)
    return {"status": answer.status, "message": answer.message}
"""
CHANGES: dict[str, dict[str, object]] = {
    "a merged shadow": {"procedure": "python-fu-scanlines", "way": "negative", "shadow": True},
    "a filter": {"procedure": "python-fu-effects", "effect": "pixelize"},
    "a filter on stored numbers": {"procedure": "python-fu-effects", "effect": "blur"},
    "a filter of two steps": {"procedure": "python-fu-effects", "effect": "sepia"},
    "a colour call": {"procedure": "python-fu-effects", "effect": "levels"},
    "a selection filled": {"procedure": "python-fu-cutouts", "way": "bucket"},
}


def test_what_a_script_did_is_one_step_to_undo(gimp: Gimp) -> None:
    program = gimp.fresh()
    install_plugins(program.profile, [PLUGINS / f"{name}.py" for name in OWN])
    with program.start() as window:
        window.execute(SHOW)
        before = window.execute(STATE)
        for name, given in CHANGES.items():
            assert window.execute(CALL, **given) == {"status": "success", "message": ""}, name
            assert window.execute(STATE) != before, name
            window.key("ctrl+z")
            assert wait_until(lambda: window.execute(STATE) == before, 10), name
