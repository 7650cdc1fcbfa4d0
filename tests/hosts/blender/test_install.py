"""The zip in the real Blenders: valid, switched on as an artist or `impasto install` would, off."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core_server.cli import doctor
from core_server.cli.main import run
from core_server.hosts import blender as blenders
from core_server.version import VERSION
from plugins.build import build, lay_out
from tests.homes import empty_home
from tests.hosts.blender_program import MODULE, Blender

LOOK = """
def job(tools):
    import addon_utils
    module = tools.arguments["module"]
    on_by_default, is_loaded = addon_utils.check(module)
    return {
        "on": module in tools.bpy.context.preferences.addons,
        "loaded": is_loaded,
        "version": addon_utils.module_bl_info(sys.modules[module])["version"] if is_loaded else [],
    }
"""
BY_HAND = """
import sys
def job(tools):
    tools.bpy.ops.preferences.addon_enable(module=tools.arguments["module"])
    tools.bpy.ops.wm.save_userpref()
"""
OFF_AND_ON = """
import sys
def job(tools):
    bpy, module = tools.bpy, tools.arguments["module"]
    seen = []
    for _ in range(3):
        bpy.ops.preferences.addon_disable(module=module)
        seen.append(module in bpy.context.preferences.addons)
        bpy.ops.preferences.addon_enable(module=module)
        seen.append(module in bpy.context.preferences.addons)
    return {"seen": seen}
"""


def look(blender: Blender) -> dict[str, object]:
    return blender.run(f"import sys\n{LOOK}", module=MODULE)


ON = {"on": True, "loaded": True, "version": list(map(int, VERSION.split(".")))}
OFF = {"on": False, "loaded": False, "version": []}


def test_blender_finds_nothing_wrong_with_the_zip(blender: Blender, tmp_path: Path) -> None:
    archive = build("blender", tmp_path)
    said = blender.call("blender", "--command", "extension", "validate", str(archive))
    assert "Success" in said
    assert "warning" not in said.lower()


def test_it_is_on_once_it_is_installed_and_can_be_switched(any_blender: Blender) -> None:
    assert look(any_blender) == ON
    answer = any_blender.fresh().run(OFF_AND_ON, module=MODULE)
    assert answer == {"seen": [False, True] * 3}


@pytest.fixture
def program(blender: Blender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blender:
    """A Blender that was never started, and is on this system's PATH."""
    home = empty_home(tmp_path, monkeypatch)
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path / "impasto"))
    command = blender.place.command(["blender"], [tmp_path])
    words = " ".join("'" + word.replace("'", "'\\''") + "'" for word in command)
    path = tmp_path / "bin/blender"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nexec {words} "$@"\n')
    path.chmod(0o755)
    return Blender(blender.place, blender.version, home, blender.folder)


@pytest.mark.skipif(sys.platform != "linux", reason="the place is where Linux has it")
def test_impasto_installs_it_through_blender_and_takes_it_away(
    program: Blender, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["install", "blender"]) == 0
    said = capsys.readouterr()
    assert f"Blender 4.3: Installed Impasto {VERSION} in {program.extension}." in said.out
    assert "It is switched on." in said.out
    assert said.err == ""
    assert look(program) == ON
    (finding,) = doctor.plugins()
    assert (finding.level, finding.what.endswith(", enabled")) == ("ok", True)
    assert run(["uninstall", "blender"]) == 0
    assert not program.extension.exists()
    assert look(program) == OFF


def test_the_files_alone_can_be_switched_on_in_blender(any_blender: Blender) -> None:
    home = any_blender.fresh()
    place = blenders.place_of(home.profile)
    assert place.is_enabled()
    home.run(BY_HAND.replace("addon_enable", "addon_disable"), module=MODULE)
    assert place.is_enabled() is False
    blenders.uninstall(place)
    assert look(home) == OFF
    outcome = blenders.install(place)
    assert (outcome.before, outcome.enabled) == (None, False)
    home.run(BY_HAND, module=MODULE)
    assert look(home) == ON
    assert place.is_enabled()


def test_what_is_laid_out_is_what_is_in_the_zip(blender: Blender, tmp_path: Path) -> None:
    (package,) = lay_out("blender", tmp_path)
    names = {path.relative_to(package) for path in package.rglob("*") if path.is_file()}
    installed = {
        path.relative_to(blender.extension)
        for path in blender.extension.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert installed == names
