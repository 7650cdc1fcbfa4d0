"""generate, inpaint, vary, mix, material: pictures in, pictures out, one job each.

Must not know a parameter by heart: the options come from the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from core_server.cli.failure import Hint, say
from core_server.cli.options import SectionCommand, SectionOption, options_for
from core_server.config import styles_path
from core_server.operations import MATERIAL, catalogue, load_styles
from core_server.operations.material import MAPS
from protocol.messages import Lane

if TYPE_CHECKING:
    from core_server.api import Impasto
    from core_server.cli.console import Reporter
    from core_server.pictures import Pictures

Params = dict[str, Any]
Paint = Callable[["Impasto", "Reporter"], "Pictures"]

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".ora")
OPERATIONS = catalogue(load_styles(styles_path()))


class Settings(NamedTuple):
    """What every command of this file has besides the operation's own parameters."""

    output: Path | None
    overwrite: bool
    batch: bool
    device: str | None
    as_json: bool


def painter(
    name: str, *arguments: click.Parameter, skip: tuple[str, ...] = ()
) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command of an operation: its arguments, its declared options, the common options."""
    operation = OPERATIONS.find(name)

    def wrap(function: Callable[..., None]) -> click.Command:
        return SectionCommand(
            name,
            callback=function,
            help=function.__doc__,
            params=[*arguments, *options_for(operation, skip), *_common(name == MATERIAL)],
        )

    return wrap


def _common(is_map: bool) -> list[click.Option]:
    several = "every map adds its name" if is_map else "several candidates are numbered"
    named_after = "IMAGE" if is_map else "the prompt"
    return [
        _result("-o", "--output", metavar="PATH", type=click.Path(path_type=Path),
                help=f"A .png ({several}), an .ora (one layer each), or a folder. "
                f"[default: a new name from {named_after}]"),
        _result("--overwrite", is_flag=True, help="Replace files that are already there."),
        _result("--json", "as_json", is_flag=True,
                help="Print paths, seeds, scores and the record as one JSON object."),
        _result("--batch", is_flag=True, help="No hurry: paint programs go first."),
        _result("--device",
                help="cpu, cuda:0, mps …: for the daemon, if this command has to start one."),
    ]  # fmt: skip


def _result(*names: str, **settings: Any) -> click.Option:
    option = SectionOption(names, **settings)
    option.section = "Result"
    return option


def _picture(name: str, required: bool = True) -> click.Argument:
    return click.Argument([name], type=click.Path(path_type=Path), required=required)


# ---- the commands ----------------------------------------------------------------------------


@painter(
    "generate",
    click.Argument(["prompt"], default=""),
    SectionOption(["--image"], type=click.Path(path_type=Path), metavar="FILE",
                  help="Refine this picture instead of starting from nothing."),
    SectionOption(["--depth"], type=click.Path(path_type=Path), metavar="FILE",
                  help="Hold to this picture of depth: white is near, black is nothing."),
    skip=("prompt",),
)  # fmt: skip
def generate(prompt: str, image: Path | None, depth: Path | None, **options: Any) -> None:
    """Paint PROMPT.

    \b
    impasto generate "a red heart" -n 4
    impasto generate "mossy stone wall" --style texture --tile both -o wall.png
    impasto generate "a carved idol" --depth idol-depth.png --model MODEL
    """
    settings, params = _split(options)
    if not prompt.strip() and image is None:
        raise Hint("There is no prompt.", 'impasto generate "a red heart"')
    require_partner("strength", params, "image", image)
    require_partner("control_strength", params, "depth", depth)
    for picture in (image, depth):
        if picture is not None:
            require_picture(picture)
    _run(
        settings,
        default_name(prompt or f"{image.stem if image else ''} refined"),
        "Generate",
        lambda impasto, progress: impasto.generate(
            prompt, image=image, depth=depth, progress=progress, **params
        ),
    )


@painter(
    "inpaint", _picture("image"), click.Argument(["rest"], nargs=-1, metavar="[MASK] [PROMPT]")
)
def inpaint(image: Path, rest: tuple[str, ...], prompt: str | None, **options: Any) -> None:
    """Repaint IMAGE where MASK is white; everything else stays as it is, bit for bit.

    MASK is a picture of the same size. Without one, all of IMAGE is repainted. A second argument
    that is no file is the PROMPT.

    \b
    impasto inpaint photo.png mask.png "brick wall"
    impasto inpaint photo.png mask.png --intent remove
    impasto inpaint photo.png --intent expand --right 256 "a beach"
    """
    settings, params = _split(options)
    require_picture(image)
    mask, words = mask_and_prompt(rest, prompt)
    name = words or params.get("intent") or "inpaint"
    _run(
        settings,
        default_name(f"{image.stem} {name}"),
        "Inpaint",
        lambda impasto, progress: impasto.inpaint(image, mask, words, progress=progress, **params),
    )


@painter("vary", _picture("image"))
def vary(image: Path, **options: Any) -> None:
    """Paint more pictures like IMAGE.

    \b
    impasto vary heart.png -n 4 --variation 0.3
    """
    settings, params = _split(options)
    require_picture(image)
    _run(
        settings,
        default_name(f"{image.stem} vary"),
        "Vary",
        lambda impasto, progress: impasto.vary(image, progress=progress, **params),
    )


@painter("mix", _picture("a"), click.Argument(["b"], default=""))
def mix(a: Path, b: str, **options: Any) -> None:
    """Paint one picture out of A and B: two pictures, or a picture and words.

    \b
    impasto mix cat.png tiger.png --weight 0.3
    impasto mix cat.png "a tiger"
    """
    settings, params = _split(options)
    require_picture(a)
    second: Path | None = None
    if Path(b).is_file():
        second = Path(b)
    elif looks_like_a_file(b):
        raise no_such_file(Path(b))
    elif b and params.get("prompt"):
        raise Hint("The words for the mix are given twice.", "B or --prompt, not both")
    elif b:
        params["prompt"] = b
    if second is None and not params.get("prompt"):
        raise Hint("Mix needs a second picture or words.", f'impasto mix {a} "a tiger"')
    _run(
        settings,
        default_name(f"{a.stem} {second.stem if second else params['prompt']} mix"),
        "Mix",
        lambda impasto, progress: impasto.mix(a, second, progress=progress, **params),
    )


@painter("material", _picture("image"))
def material(image: Path, **options: Any) -> None:
    """Derive height, normal, roughness and ambient occlusion maps from IMAGE, a texture.

    They are guessed from its brightness, not measured, and come as 16-bit PNGs whose numbers are
    data, not colour: brick.png gives brick-height.png, brick-normal.png and so on.

    \b
    impasto material brick.png --tile both -o maps/
    impasto material wall.png --invert --normal-format directx --no-occlusion-map
    """
    settings, params = _split(options)
    require_picture(image)
    _run(
        settings,
        f"{image.stem}.png",
        "Material",
        lambda impasto, progress: impasto.material(image, progress=progress, **params),
        tuple(name for name in MAPS if params.get(f"{name}_map", True)),
    )


# ---- arguments -------------------------------------------------------------------------------


def _split(options: dict[str, Any]) -> tuple[Settings, Params]:
    """The common settings, and the parameters that were given."""
    settings = Settings(**{name: options.pop(name) for name in Settings._fields})
    return settings, {name: value for name, value in options.items() if value is not None}


def mask_and_prompt(rest: tuple[str, ...], prompt: str | None) -> tuple[Path | None, str]:
    """Which of inpaint's arguments after IMAGE is what. Raises Hint with the way to say it."""
    usage = 'impasto inpaint IMAGE MASK "PROMPT"'
    if len(rest) > 2:
        raise Hint(
            f"{len(rest)} arguments come after IMAGE; there can be a mask and a prompt.",
            f"{usage} (the prompt in quotes)",
        )
    if prompt is not None and len(rest) == 2:
        raise Hint("The prompt is given twice.", "the third argument or --prompt, not both")
    first = Path(rest[0]) if rest else None
    if first is None:
        return None, prompt or ""
    if first.is_file():
        return first, prompt or (rest[1] if len(rest) == 2 else "")
    if len(rest) == 2 or prompt is not None or looks_like_a_file(rest[0]):
        raise no_such_file(first, "mask")
    return None, rest[0]


def looks_like_a_file(text: str) -> bool:
    """Whether somebody who typed this meant a file, not words."""
    return text.lower().endswith(PICTURE_SUFFIXES) or bool(re.match(r"[./~]", text))


def require_partner(name: str, params: Params, option: str, picture: Path | None) -> None:
    """Raises Hint where a parameter was typed that counts only with a picture that was not."""
    if name in params and picture is None:
        typed = f"--{name.replace('_', '-')}"
        raise Hint(
            f"{typed} counts only with --{option}.",
            f"--{option} FILE, or the command without {typed}",
        )


def require_picture(path: Path) -> None:
    if not path.is_file():
        raise no_such_file(path)


def no_such_file(path: Path, what: str = "picture") -> Hint:
    from difflib import get_close_matches

    folder = path.parent
    names = [p.name for p in folder.iterdir() if p.is_file()] if folder.is_dir() else []
    close = get_close_matches(path.name, names, n=1)
    return Hint(f"There is no {what} file {path}.", str(folder / close[0]) if close else "")


def default_name(words: str) -> str:
    """A file name out of a prompt: "A red heart!" → a-red-heart.png."""
    slug = re.sub(r"[^\w]+", "-", words.lower()).strip("-_")
    return f"{slug[:48].rstrip('-')}.png" if slug else "impasto.png"


# ---- the job ---------------------------------------------------------------------------------


def _run(
    settings: Settings, name: str, title: str, paint: Paint, maps: tuple[str, ...] = ()
) -> None:
    """Paint, save, say where it is. maps: what comes instead of candidates."""
    from core_server.api import Impasto
    from core_server.cli.console import bar
    from core_server.cli.saving import announce, target_for

    target = target_for(settings.output, name, settings.overwrite, maps)
    lane = Lane.BATCH if settings.batch else Lane.INTERACTIVE
    with bar(title) as progress:
        with Impasto(name="Command line", device=settings.device, lane=lane) as impasto:
            pictures = paint(impasto, progress)
        files = target.save(pictures)
    announce(pictures, files, settings.as_json)
    if settings.device and not impasto.started_daemon:
        say(
            "The daemon was already running; --device counts when one is started "
            "(impasto stop, then again)."
        )
