"""GIMP 2's calls for text, brushes, gradients, palettes, progress and data.

Every function stands for what it is decorated with; the first line says what it calls in GIMP 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu import shelf
from plugins.gimp.fu.calls import done, native, unit_of
from plugins.gimp.fu.coercion import resource
from plugins.gimp.fu.colors import RGB, from_gegl, to_gegl
from plugins.gimp.fu.errors import error
from plugins.gimp.fu.renamed_names import RESOURCES
from plugins.gimp.fu.stand_ins import stands_for

POINTS = 1
POINTS_AN_INCH = 72.0


# ---- text ----------------------------------------------------------------------------------------


def _pixels(size: float, size_type: Any, image: Any) -> float:
    """GIMP 2 could be given points; GIMP 3's text calls take pixels."""
    if int(size_type) != POINTS or image is None:
        return float(size)
    _, _, y = image.get_resolution()
    return float(size) * y / POINTS_AN_INCH


@stands_for("gimp-text-fontname")
def text_fontname(
    image: Any,
    drawable: Any,
    x: float,
    y: float,
    text: str,
    border: int,
    antialias: object,
    size: float,
    size_type: Any,
    font: Any,
) -> Any:
    """gimp-text-font, in pixels."""
    pixels = _pixels(size, size_type, image)
    return native("gimp-text-font")(image, drawable, x, y, text, border, antialias, pixels, font)


@stands_for("gimp-text")
def text(
    image: Any,
    drawable: Any,
    x: float,
    y: float,
    words: str,
    border: int,
    antialias: object,
    size: float,
    size_type: Any,
    foundry: str,
    family: str,
    *_: Any,
) -> Any:
    """gimp-text-font, with the family as the font."""
    return text_fontname(
        image, drawable, x, y, words, border, antialias, size, size_type, family or "Sans"
    )


@stands_for("gimp-text-get-extents-fontname")
def text_get_extents_fontname(text: str, size: float, size_type: Any, font: Any) -> Any:
    """gimp-text-get-extents-font."""
    return native("gimp-text-get-extents-font")(text, size, font)


# ---- lists of names ------------------------------------------------------------------------------


def _named(resources: Sequence[Any]) -> tuple[int, tuple[str, ...]]:
    names = tuple(each.get_name() for each in resources)
    return len(names), names


@stands_for("gimp-brushes-get-list")
def brushes_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """The same, as a count and names."""
    return _named(Gimp.brushes_get_list(pattern))


@stands_for("gimp-fonts-get-list")
def fonts_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """The same, as a count and names."""
    return _named(Gimp.fonts_get_list(pattern))


@stands_for("gimp-gradients-get-list")
def gradients_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """The same, as a count and names."""
    return _named(Gimp.gradients_get_list(pattern))


@stands_for("gimp-palettes-get-list")
def palettes_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """The same, as a count and names."""
    return _named(Gimp.palettes_get_list(pattern))


@stands_for("gimp-patterns-get-list")
def patterns_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """The same, as a count and names."""
    return _named(Gimp.patterns_get_list(pattern))


@stands_for("gimp-dynamics-get-list")
def dynamics_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """gimp-dynamics-get-name-list, with a count."""
    names = tuple(native("gimp-dynamics-get-name-list")(pattern) or ())
    return len(names), names


@stands_for("gimp-buffers-get-list")
def buffers_get_list(pattern: str = "") -> tuple[int, tuple[str, ...]]:
    """gimp-buffers-get-name-list, with a count."""
    names = tuple(native("gimp-buffers-get-name-list")(pattern) or ())
    return len(names), names


@stands_for("gimp-context-get-line-dash-pattern")
def get_line_dash_pattern() -> tuple[int, tuple[float, ...]]:
    """The same, with a count."""
    dashes = tuple(native("gimp-context-get-line-dash-pattern")())
    return len(dashes), dashes


# ---- brushes, gradients, palettes ----------------------------------------------------------------


def _resource(kind: Any, given: Any) -> Any:
    found = resource(given, kind.__gtype__)
    if found is None:
        raise error(f"Which {kind.__name__.lower()} is meant?")
    return found


KINDS = {"brush": Gimp.Brush, "gradient": Gimp.Gradient, "palette": Gimp.Palette}


def _of_resource(old: str, what: str) -> Callable[..., object]:
    kind = KINDS[old.split("-")[1]]

    def call(name: Any, *more: Any) -> Any:
        """The call of GIMP 3 for whichever brush, gradient or palette has the name."""
        found = _resource(kind, name)
        answer = getattr(found, what)(*more)
        if what == "is_editable":
            return bool(answer)
        done(answer)
        if what == "duplicate":
            return answer.get_name()
        return found.get_name() if what == "rename" else None

    return call


for _old, _new in RESOURCES.items():
    stands_for(_old)(_of_resource(_old, _new.removeprefix("gimp-resource-").replace("-", "_")))


def _samples(colors: Sequence[Any]) -> tuple[int, tuple[float, ...]]:
    """Four numbers a colour, 0 to 1, with their count."""
    flat = tuple(value for color in colors for value in (color.r, color.g, color.b, color.a))
    return len(flat), flat


@stands_for("gimp-gradient-get-uniform-samples", "gimp-gradients-sample-uniform")
def get_uniform_samples(*given: Any) -> tuple[int, tuple[float, ...]]:
    """The same, as a count and numbers; gimp-gradients-… took the gradient that is set."""
    name = given[0] if isinstance(given[0], str | Gimp.Gradient) else Gimp.context_get_gradient()
    rest = given[1:] if isinstance(given[0], str | Gimp.Gradient) else given
    return _samples(native("gimp-gradient-get-uniform-samples")(name, *rest))


@stands_for("gimp-gradient-get-custom-samples")
def get_custom_samples(
    name: Any, count: int, positions: Sequence[float], reverse: object = False
) -> tuple[int, tuple[float, ...]]:
    """The same, as a count and numbers."""
    return _samples(
        native("gimp-gradient-get-custom-samples")(name, list(positions)[:count], reverse)
    )


def _color_and_opacity(color: RGB) -> tuple[RGB, float]:
    return color, color.a * 100.0


@stands_for("gimp-gradient-segment-get-left-color")
def segment_get_left_color(name: Any, segment: int) -> tuple[RGB, float]:
    """The same, and its opacity."""
    return _color_and_opacity(native("gimp-gradient-segment-get-left-color")(name, segment))


@stands_for("gimp-gradient-segment-get-right-color")
def segment_get_right_color(name: Any, segment: int) -> tuple[RGB, float]:
    """The same, and its opacity."""
    return _color_and_opacity(native("gimp-gradient-segment-get-right-color")(name, segment))


def _with_opacity(color: Any, opacity: float) -> RGB:
    made = from_gegl(to_gegl(color))
    if made is None:
        raise error("A colour is needed.")
    return RGB(made.r, made.g, made.b, float(opacity) / 100.0)


@stands_for("gimp-gradient-segment-set-left-color")
def segment_set_left_color(name: Any, segment: int, color: Any, opacity: float = 100.0) -> None:
    """The same, with the opacity in the colour."""
    native("gimp-gradient-segment-set-left-color")(name, segment, _with_opacity(color, opacity))


@stands_for("gimp-gradient-segment-set-right-color")
def segment_set_right_color(name: Any, segment: int, color: Any, opacity: float = 100.0) -> None:
    """The same, with the opacity in the colour."""
    native("gimp-gradient-segment-set-right-color")(name, segment, _with_opacity(color, opacity))


@stands_for("gimp-palette-get-colors")
def palette_get_colors(name: Any) -> tuple[int, tuple[RGB, ...]]:
    """The same, with a count."""
    colors = tuple(native("gimp-palette-get-colors")(name))
    return len(colors), colors


# ---- progress, procedures, data ------------------------------------------------------------------


@stands_for("gimp-progress-init")
def progress_init(message: str = "", *_: Any) -> None:
    """Gimp.progress_init."""
    Gimp.progress_init(message or "")


@stands_for("gimp-progress-update")
def progress_update(part: float) -> None:
    """Gimp.progress_update."""
    Gimp.progress_update(float(part))


@stands_for("gimp-context-set-transform-recursion")
def set_transform_recursion(_level: int) -> None:
    """Nothing: GIMP 3 chooses it."""


@stands_for("gimp-context-get-transform-recursion")
def get_transform_recursion() -> int:
    """Always 3: GIMP 3 chooses it."""
    return 3


@stands_for("gimp-procedural-db-proc-exists", "gimp-pdb-proc-exists")
def proc_exists(name: str) -> bool:
    """`name in pdb`."""
    from plugins.gimp.fu.pdb import pdb

    return name in pdb


@stands_for("gimp-procedural-db-query", "gimp-pdb-query")
def query(*patterns: str) -> tuple[int, tuple[str, ...]]:
    """`pdb.query(…)`, with a count; ".*" meant any."""
    from plugins.gimp.fu.pdb import pdb

    names = tuple(pdb.query(*["" if each == ".*" else each for each in patterns[:7]]))
    return len(names), names


@stands_for("gimp-procedural-db-set-data", "gimp-pdb-set-data")
def set_data(name: str, size: int, data: Any) -> None:
    """The shelf: kept for the session of GIMP."""
    raw = data.encode("latin-1") if isinstance(data, str) else bytes(data)
    shelf.set_data(name, raw[:size])


@stands_for("gimp-procedural-db-get-data", "gimp-pdb-get-data")
def get_data(name: str) -> tuple[int, bytes]:
    """The shelf: kept for the session of GIMP."""
    data = shelf.get_data(name)
    if data is None:
        raise error(f"No data was kept as {name!r}.")
    return len(data), data


@stands_for("gimp-procedural-db-get-data-size", "gimp-pdb-get-data-size")
def get_data_size(name: str) -> int:
    """The shelf: kept for the session of GIMP."""
    return get_data(name)[0]


# ---- units ---------------------------------------------------------------------------------------


@stands_for("gimp-unit-new")
def unit_new(name: str, factor: float, digits: int, symbol: str, short: str, *_: str) -> int:
    """The same, without a singular and a plural."""
    return int(native("gimp-unit-new")(name, factor, digits, symbol, short))


@stands_for("gimp-unit-get-factor")
def unit_get_factor(unit: Any) -> float:
    """Gimp.Unit.get_factor."""
    return float(unit_of(unit).get_factor())


@stands_for("gimp-unit-get-digits")
def unit_get_digits(unit: Any) -> int:
    """Gimp.Unit.get_digits."""
    return int(unit_of(unit).get_digits())


@stands_for("gimp-unit-get-symbol")
def unit_get_symbol(unit: Any) -> str:
    """Gimp.Unit.get_symbol."""
    return str(unit_of(unit).get_symbol())


@stands_for("gimp-unit-get-abbreviation")
def unit_get_abbreviation(unit: Any) -> str:
    """Gimp.Unit.get_abbreviation."""
    return str(unit_of(unit).get_abbreviation())


@stands_for("gimp-unit-get-identifier", "gimp-unit-get-singular", "gimp-unit-get-plural")
def unit_get_name(unit: Any) -> str:
    """Gimp.Unit.get_name."""
    return str(unit_of(unit).get_name())
