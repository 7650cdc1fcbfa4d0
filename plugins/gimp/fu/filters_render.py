"""GIMP 2's filters that render patterns and light, and imitate other media, as GEGL operations.

Each function gets the drawable and the old arguments; the first line says what it applies.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plugins.gimp.fu.filtering import (
    Step,
    background,
    filter_for,
    foreground,
    selected_area,
    step,
    with_alpha,
)
from plugins.gimp.fu.filters_color import SEEDS, any_seed

# ---- patterns ------------------------------------------------------------------------------------


@filter_for("plug-in-plasma")
def plasma(drawable: Any, seed: int, turbulence: float) -> Step:
    """gegl:plasma, in the selected area."""
    x, y, width, height = selected_area(drawable)
    return step(
        "gegl:plasma",
        seed=int(seed) % SEEDS,
        turbulence=turbulence,
        x=x,
        y=y,
        width=width,
        height=height,
    )


@filter_for("plug-in-solid-noise")
def solid_noise(
    drawable: Any,
    tileable: object,
    turbulent: object,
    seed: int,
    detail: int,
    x_size: float,
    y_size: float,
) -> Step:
    """gegl:noise-solid, in the selected area."""
    _, _, width, height = selected_area(drawable)
    return step(
        "gegl:noise-solid",
        x_size=x_size,
        y_size=y_size,
        detail=detail,
        tileable=tileable,
        turbulent=turbulent,
        seed=int(seed) % SEEDS,
        width=width,
        height=height,
    )


@filter_for("plug-in-sinus")
def sinus(
    drawable: Any,
    x_scale: float,
    y_scale: float,
    complexity: float,
    seed: int,
    tiling: object,
    perturb: object,
    colors: int,
    color1: Any,
    color2: Any,
    alpha1: float = 1.0,
    alpha2: float = 1.0,
    blend: int = 0,
    power: float = 0.0,
) -> Step:
    """gegl:sinus, in the selected area."""
    if int(colors) == 0:
        color1, color2 = "black", "white"
    elif int(colors) == 1:
        color1, color2 = foreground(), background()
    _, _, width, height = selected_area(drawable)
    return step(
        "gegl:sinus",
        x_scale=x_scale,
        y_scale=y_scale,
        complexity=complexity,
        seed=int(seed) % SEEDS,
        tiling=tiling,
        perturbation=perturb,
        color1=with_alpha(color1, alpha1),
        color2=with_alpha(color2, alpha2),
        blend_mode=int(blend),
        blend_power=power,
        width=width,
        height=height,
    )


@filter_for("plug-in-maze")
def maze(
    _drawable: Any, width: int, height: int, tileable: object, algorithm: int, seed: int, *_: Any
) -> Step:
    """gegl:maze."""
    return step(
        "gegl:maze",
        x=width,
        y=height,
        algorithm_type=int(algorithm),
        tileable=tileable,
        seed=int(seed) % SEEDS,
        fg_color=foreground(),
        bg_color=background(),
    )


@filter_for("plug-in-diffraction")
def diffraction(drawable: Any, *given: float) -> Step:
    """gegl:diffraction-patterns, in the selected area."""
    names = [
        f"{channel}_{what}"
        for what in ("frequency", "contours", "sedges")
        for channel in ("red", "green", "blue")
    ]
    names += ["brightness", "scattering", "polarization"]
    _, _, width, height = selected_area(drawable)
    numbers = dict(zip(names, given, strict=True))
    return step("gegl:diffraction-patterns", width=width, height=height, **numbers)


# ---- light ---------------------------------------------------------------------------------------


@filter_for("plug-in-flarefx")
def flarefx(drawable: Any, x: float, y: float) -> Step:
    """gegl:lens-flare."""
    return step("gegl:lens-flare", pos_x=x / drawable.width, pos_y=y / drawable.height)


@filter_for("plug-in-nova")
def nova(drawable: Any, x: float, y: float, color: Any, radius: int, spokes: int, hue: int) -> Step:
    """gegl:supernova."""
    return step(
        "gegl:supernova",
        center_x=x / drawable.width,
        center_y=y / drawable.height,
        radius=radius,
        spokes_count=spokes,
        random_hue=hue,
        color=color,
        seed=any_seed(),
    )


def _bump_map(tiled: bool, given: tuple[Any, ...]) -> Step:
    (bump, azimuth, elevation, depth, x, y, water, ambient, compensate, invert, kind) = given
    made = step(
        "gegl:bump-map",
        tiled=tiled,
        type=int(kind),
        compensate=compensate,
        invert=invert,
        azimuth=azimuth,
        elevation=elevation,
        depth=depth,
        offset_x=x,
        offset_y=y,
        waterlevel=water,
        ambient=ambient if ambient <= 1.0 else ambient / 255.0,
    )
    return replace(made, inputs={"aux": bump})


@filter_for("plug-in-bump-map")
def bump_map(_drawable: Any, *given: Any) -> Step:
    """gegl:bump-map, with the map as its other input."""
    return _bump_map(False, given)


@filter_for("plug-in-bump-map-tiled")
def bump_map_tiled(_drawable: Any, *given: Any) -> Step:
    """gegl:bump-map, with the map as its other input, tiled."""
    return _bump_map(True, given)


# ---- other media ---------------------------------------------------------------------------------


@filter_for("plug-in-apply-canvas")
def apply_canvas(_drawable: Any, direction: int, depth: int) -> Step:
    """gegl:texturize-canvas."""
    return step("gegl:texturize-canvas", direction=int(direction), depth=depth)


@filter_for("plug-in-cartoon")
def cartoon(_drawable: Any, radius: float, black: float) -> Step:
    """gegl:cartoon."""
    return step("gegl:cartoon", mask_radius=radius, pct_black=black)


@filter_for("plug-in-photocopy")
def photocopy(_drawable: Any, radius: float, sharpness: float, black: float, white: float) -> Step:
    """gegl:photocopy."""
    return step("gegl:photocopy", mask_radius=radius, sharpness=sharpness, black=black, white=white)


@filter_for("plug-in-softglow")
def softglow(_drawable: Any, radius: float, brightness: float, sharpness: float) -> Step:
    """gegl:softglow."""
    return step("gegl:softglow", glow_radius=radius, brightness=brightness, sharpness=sharpness)


@filter_for("plug-in-engrave")
def engrave(_drawable: Any, height: int, limit: object) -> Step:
    """gegl:engrave."""
    return step("gegl:engrave", row_height=height, limit=limit)


@filter_for("plug-in-oilify")
def oilify(_drawable: Any, size: float, mode: int) -> Step:
    """gegl:oilify; the radius is half of the mask's size."""
    return step("gegl:oilify", mask_radius=max(1, int(size) // 2), use_inten=bool(mode))


@filter_for("plug-in-oilify-enhanced")
def oilify_enhanced(
    _drawable: Any,
    mode: int,
    size: float,
    size_map: Any = None,
    exponent: float = 8,
    exponent_map: Any = None,
) -> Step:
    """gegl:oilify, with the maps as its other inputs."""
    made = step(
        "gegl:oilify",
        mask_radius=max(1, int(size) // 2),
        use_inten=bool(mode),
        exponent=int(exponent),
    )
    maps = {"aux": size_map, "aux2": exponent_map}
    inputs = {name: each for name, each in maps.items() if hasattr(each, "get_buffer")}
    return replace(made, inputs=inputs)


SPOTS = ("circle", "line", "diamond", "pssquare", "pssquare")
"""How GIMP 2 numbered the shapes of a screen: round, line, diamond, and two squares."""


@filter_for("plug-in-newsprint")
def newsprint(
    _drawable: Any,
    cell: int,
    space: int,
    pullout: float,
    gray_angle: float,
    gray_spot: int,
    red_angle: float,
    red_spot: int,
    green_angle: float,
    green_spot: int,
    blue_angle: float,
    blue_spot: int,
    oversample: int = 1,
) -> Step:
    """gegl:newsprint; the black pull-out of 100 became one of 1."""
    model = ("black-on-white", "rgb", "cmyk", "black-on-white")[int(space)]
    in_color = model in ("rgb", "cmyk")
    screens = (
        ("", gray_angle, gray_spot),
        ("2", red_angle, red_spot),
        ("3", green_angle, green_spot),
        ("4", blue_angle, blue_spot),
    )
    numbers: dict[str, Any] = {}
    for end, angle, spot in screens if in_color else screens[:1]:
        numbers[f"angle{end}"] = (angle + 180.0) % 360.0 - 180.0
        numbers[f"pattern{end}"] = SPOTS[int(spot) % len(SPOTS)]
        numbers[f"period{end}"] = float(cell)
    return step(
        "gegl:newsprint",
        color_model=model,
        black_pullout=pullout / 100.0,
        aa_samples=max(1, int(oversample)) ** 2,
        **numbers,
    )
