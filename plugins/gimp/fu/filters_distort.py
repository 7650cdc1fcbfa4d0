"""GIMP 2's filters that move pixels, as GEGL operations.

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
    step,
    stored_step,
    with_alpha,
)
from plugins.gimp.fu.filters_color import any_seed


@filter_for("plug-in-pixelize")
def pixelize(_drawable: Any, size: int) -> Step:
    """gegl:pixelize."""
    return step("gegl:pixelize", size_x=int(size), size_y=int(size))


@filter_for("plug-in-pixelize2")
def pixelize2(_drawable: Any, width: int, height: int) -> Step:
    """gegl:pixelize."""
    return step("gegl:pixelize", size_x=int(width), size_y=int(height))


@filter_for("plug-in-ripple")
def ripple(
    _drawable: Any,
    period: float,
    amplitude: float,
    orientation: int,
    edges: int,
    waveform: int,
    antialias: object = True,
    tile: object = False,
) -> Step:
    """gegl:ripple."""
    vertical, sine = bool(orientation), bool(waveform)
    phase = 0.0 if sine else 0.75
    if not vertical and sine:
        phase = 0.5
    return stored_step(
        "gegl:ripple",
        amplitude=amplitude,
        period=period,
        phi=phase,
        angle=0.0 if vertical else 90.0,
        sampler_type="cubic" if antialias else "nearest",
        wave_type="sine" if sine else "triangle",
        abyss_policy=("clamp", "loop", "none")[int(edges)],
        tileable=tile,
    )


@filter_for("plug-in-waves")
def waves(
    drawable: Any,
    amplitude: float,
    phase: float,
    wavelength: float,
    black: object = False,
    _reflective: object = False,
) -> Step:
    """gegl:waves; the period is twice the wavelength."""
    return step(
        "gegl:waves",
        x=0.5,
        y=0.5,
        amplitude=amplitude,
        phi=(phase % 360.0 - 180.0) / 180.0,
        period=wavelength * 2.0,
        aspect=drawable.width / drawable.height,
        clamp=not black,
    )


@filter_for("plug-in-whirl-pinch")
def whirl_pinch(_drawable: Any, whirl: float, pinch: float, radius: float) -> Step:
    """gegl:whirl-pinch."""
    return step("gegl:whirl-pinch", whirl=whirl, pinch=pinch, radius=radius)


@filter_for("plug-in-polar-coords")
def polar_coords(
    _drawable: Any, depth: float, angle: float, backwards: object, top: object, polar: object
) -> Step:
    """gegl:polar-coordinates."""
    return step(
        "gegl:polar-coordinates",
        depth=float(depth),
        angle=float(angle),
        bw=bool(backwards),
        top=bool(top),
        polar=bool(polar),
    )


@filter_for("plug-in-lens-distortion")
def lens_distortion(
    drawable: Any, x: float, y: float, main: float, edge: float, rescale: float, brighten: float
) -> Step:
    """gegl:lens-distortion, with the background colour."""
    return step(
        "gegl:lens-distortion",
        main=main,
        edge=edge,
        zoom=rescale,
        x_shift=x,
        y_shift=y,
        brighten=brighten,
        background=with_alpha(background(), 0.0 if drawable.has_alpha else 1.0),
    )


@filter_for("plug-in-applylens")
def applylens(
    _drawable: Any, refraction: float, keep: object, to_background: object, _: object = False
) -> Step:
    """gegl:apply-lens."""
    color = background() if to_background else with_alpha("black", 0.0)
    return step(
        "gegl:apply-lens",
        refraction_index=refraction,
        keep_surroundings=keep,
        background_color=color,
    )


BEYOND = {1: "loop", 2: "clamp", 3: "black"}
"""How GIMP 2 numbered what comes from beyond the border."""


def _displace(mode: str, given: tuple[Any, ...]) -> list[Step]:
    amount_x, amount_y, do_x, do_y, map_x, map_y, kind = given
    inputs = {
        **({"aux": map_x} if do_x else {}),
        **({"aux2": map_y} if do_y else {}),
    }
    if not inputs:
        return []
    made = step(
        "gegl:displace",
        displace_mode=mode,
        sampler_type="cubic",
        abyss_policy=BEYOND.get(int(kind), "none"),
        amount_x=amount_x,
        amount_y=amount_y,
    )
    return [replace(made, inputs=inputs)]


@filter_for("plug-in-displace")
def displace(_drawable: Any, *given: Any) -> list[Step]:
    """gegl:displace, with the maps as its other inputs."""
    return _displace("cartesian", given)


@filter_for("plug-in-displace-polar")
def displace_polar(_drawable: Any, *given: Any) -> list[Step]:
    """gegl:displace, polar, with the maps as its other inputs."""
    return _displace("polar", given)


@filter_for("plug-in-shift")
def shift(_drawable: Any, amount: int, orientation: int) -> Step:
    """gegl:shift."""
    direction = "horizontal" if orientation else "vertical"
    return step("gegl:shift", shift=int(amount) // 2, direction=direction, seed=any_seed())


@filter_for("plug-in-wind")
def wind(
    _drawable: Any, threshold: int, direction: int, strength: int, algorithm: int, edge: int
) -> Step:
    """gegl:wind."""
    return step(
        "gegl:wind",
        threshold=threshold,
        direction=int(direction),
        strength=strength,
        style=int(algorithm),
        edge=int(edge),
    )


@filter_for("plug-in-illusion")
def illusion(_drawable: Any, division: int, kind: int) -> Step:
    """gegl:illusion."""
    return step("gegl:illusion", division=division, illusion_type=int(kind))


@filter_for("plug-in-make-seamless")
def make_seamless(_drawable: Any) -> Step:
    """gegl:tile-seamless."""
    return step("gegl:tile-seamless")


@filter_for("plug-in-glasstile")
def glasstile(_drawable: Any, width: int, height: int) -> Step:
    """gegl:tile-glass."""
    return step("gegl:tile-glass", tile_width=width, tile_height=height)


@filter_for("plug-in-papertile")
def papertile(
    _drawable: Any,
    size: int,
    move: float,
    fraction: int,
    wrap: object,
    centering: object,
    kind: int,
    color: Any = None,
    _alpha: int = 0,
) -> Step:
    """gegl:tile-paper."""
    number = int(kind)
    shade = {3: foreground, 4: background}.get(number, lambda: color or "blue")()
    return step(
        "gegl:tile-paper",
        tile_width=size,
        tile_height=size,
        move_rate=move,
        bg_color=shade,
        centering=centering,
        wrap_around=wrap,
        background_type=min(3, number),
        fractional_type=int(fraction),
        seed=any_seed(),
    )


@filter_for("plug-in-cubism")
def cubism(_drawable: Any, size: float, saturation: float, with_background: int) -> Step:
    """gegl:cubism."""
    color = with_alpha(background() if with_background else "black", 0.0)
    return step(
        "gegl:cubism", tile_size=size, tile_saturation=saturation, bg_color=color, seed=any_seed()
    )


@filter_for("plug-in-mosaic")
def mosaic(
    _drawable: Any,
    size: float,
    height: float,
    spacing: float,
    neatness: float,
    allow_split: object,
    light: float,
    variation: float,
    antialiasing: object,
    averaging: object,
    kind: int,
    surface: object,
    grout: int = 0,
) -> Step:
    """gegl:mosaic."""
    return step(
        "gegl:mosaic",
        tile_size=size,
        tile_height=height,
        tile_spacing=spacing,
        tile_neatness=neatness,
        tile_allow_split=allow_split,
        light_dir=light,
        color_variation=variation,
        antialiasing=antialiasing,
        color_averaging=averaging,
        tile_type=int(kind),
        tile_surface=surface,
        light_color=foreground() if grout else "white",
        joints_color=background() if grout else "black",
        seed=any_seed(),
    )


@filter_for("plug-in-fractal-trace")
def fractal_trace(
    _drawable: Any, x1: float, x2: float, y1: float, y2: float, depth: int, outside: int
) -> Step:
    """gegl:fractal-trace."""
    return step(
        "gegl:fractal-trace",
        fractal="mandelbrot",
        X1=x1,
        X2=x2,
        Y1=y1,
        Y2=y2,
        depth=depth,
        abyss_policy=("loop", "none", "black", "white")[int(outside)],
    )
