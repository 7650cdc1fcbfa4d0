"""GIMP 2's filters that blur, sharpen and find edges, as GEGL operations.

Each function gets the drawable and the old arguments; the first line says what it applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plugins.gimp.fu.filtering import (
    Step,
    background,
    filter_for,
    foreground,
    step,
    stored_step,
)

DEVIATION = 0.32
"""GIMP 2's radius of a blur, as a standard deviation."""
POLICIES = ("clamp", "loop", "none")
"""How GIMP 2 numbered what is beyond the border for a convolution."""


def _gauss(horizontal: float, vertical: float) -> Step:
    return stored_step(
        "gegl:gaussian-blur", std_dev_x=horizontal * DEVIATION, std_dev_y=vertical * DEVIATION
    )


@filter_for("plug-in-gauss")
def gauss(_drawable: Any, horizontal: float, vertical: float, _method: int = 0) -> Step:
    """gegl:gaussian-blur; the deviation is 0.32 of the radius."""
    return _gauss(horizontal, vertical)


@filter_for("plug-in-gauss-iir2", "plug-in-gauss-rle2")
def gauss_2(_drawable: Any, horizontal: float, vertical: float) -> Step:
    """gegl:gaussian-blur; the deviation is 0.32 of the radius."""
    return _gauss(horizontal, vertical)


@filter_for("plug-in-gauss-iir", "plug-in-gauss-rle")
def gauss_1(
    _drawable: Any, radius: float, horizontal: object = True, vertical: object = True
) -> Step:
    """gegl:gaussian-blur; the deviation is 0.32 of the radius."""
    return _gauss(radius if horizontal else 0.0, radius if vertical else 0.0)


@filter_for("plug-in-sel-gauss")
def sel_gauss(_drawable: Any, radius: float, max_delta: float) -> Step:
    """gegl:gaussian-blur-selective; the delta of 255 became one of 1."""
    return step("gegl:gaussian-blur-selective", blur_radius=radius, max_delta=max_delta / 255.0)


def _matrix(values: Sequence[float], **more: Any) -> Step:
    names = [f"{row}{column}" for row in "abcde" for column in range(1, 6)]
    return stored_step(
        "gegl:convolution-matrix", **dict(zip(names, map(float, values), strict=True)), **more
    )


def _three_by_three(center: float, around: float) -> list[float]:
    values = [0.0] * 25
    for row in (1, 2, 3):
        for column in (1, 2, 3):
            values[row * 5 + column] = around
    values[12] = center
    return values


@filter_for("plug-in-blur")
def blur(_drawable: Any, *_: Any) -> Step:
    """gegl:convolution-matrix: the mean of 3 × 3 pixels."""
    return _matrix(_three_by_three(1.0, 1.0), divisor=9.0, normalize=False, border="clamp")


@filter_for("plug-in-sharpen")
def sharpen(_drawable: Any, percent: float) -> Step:
    """gegl:convolution-matrix, with GIMP 2's weights."""
    center = 100.0 / max(1.0, 100.0 - float(percent))
    weights = _three_by_three(center, (1.0 - center) / 8.0)
    return _matrix(
        weights, divisor=1.0, normalize=False, alpha=False, alpha_weight=False, border="clamp"
    )


@filter_for("plug-in-convmatrix")
def convmatrix(drawable: Any, *given: Any) -> Step:
    """gegl:convolution-matrix."""
    values = [each for each in given if isinstance(each, list | tuple)]
    matrix, channels = list(values[0]), list(values[1])
    alpha_weight, divisor, offset = list(given[given.index(values[0]) + 1 :])[:3]
    gray, red, green, blue, alpha = (bool(each) for each in channels)
    if drawable.is_gray:
        red = green = blue = gray
    return _matrix(
        matrix,
        divisor=divisor,
        offset=offset,
        red=red,
        green=green,
        blue=blue,
        alpha=alpha,
        normalize=False,
        alpha_weight=alpha_weight,
        border=POLICIES[int(given[-1])],
    )


@filter_for("plug-in-unsharp-mask")
def unsharp_mask(_drawable: Any, radius: float, amount: float, threshold: float) -> Step:
    """gegl:unsharp-mask; the threshold of 255 became one of 1."""
    return step("gegl:unsharp-mask", std_dev=radius, scale=amount, threshold=threshold / 255.0)


def _motion(
    drawable: Any, kind: int, length: float, angle: float, x: float, y: float, factor: float
) -> Step:
    center = {"center_x": x / drawable.width, "center_y": y / drawable.height}
    if int(kind) == 0:
        signed = angle - 360.0 if angle > 180.0 else angle
        return step("gegl:motion-blur-linear", length=length, angle=signed)
    if int(kind) == 1:
        return step("gegl:motion-blur-circular", angle=angle, **center)
    return step("gegl:motion-blur-zoom", factor=factor, **center)


@filter_for("plug-in-mblur")
def mblur(
    drawable: Any, kind: int, length: float, angle: float, x: float = 0, y: float = 0
) -> Step:
    """gegl:motion-blur-linear, -circular or -zoom."""
    factor = min(1.0, max(0.0, length / 256.0))
    return _motion(drawable, kind, length, angle, x, y, factor)


@filter_for("plug-in-mblur-inward")
def mblur_inward(
    drawable: Any, kind: int, length: float, angle: float, x: float = 0, y: float = 0
) -> Step:
    """gegl:motion-blur-linear, -circular or -zoom."""
    factor = min(0.0, max(-10.0, -length / (256.0 - length))) if length < 256.0 else -10.0
    return _motion(drawable, kind, length, angle, x, y, factor)


# ---- edges ---------------------------------------------------------------------------------------


@filter_for("plug-in-edge")
def edge(_drawable: Any, amount: float, wrap_mode: int, edge_mode: int) -> Step:
    """gegl:edge."""
    border = ("none", "loop", "clamp", "black")[int(wrap_mode)]
    return step("gegl:edge", amount=amount, algorithm=int(edge_mode), border_behavior=border)


@filter_for("plug-in-laplace")
def laplace(_drawable: Any) -> Step:
    """gegl:edge-laplace."""
    return step("gegl:edge-laplace")


@filter_for("plug-in-sobel")
def sobel(_drawable: Any, horizontal: object, vertical: object, keep_sign: object) -> Step:
    """gegl:edge-sobel."""
    return stored_step(
        "gegl:edge-sobel", horizontal=horizontal, vertical=vertical, keep_sign=keep_sign
    )


@filter_for("plug-in-neon")
def neon(_drawable: Any, radius: float, amount: float) -> Step:
    """gegl:edge-neon."""
    return step("gegl:edge-neon", radius=radius, amount=amount)


@filter_for("plug-in-dog")
def dog(
    _drawable: Any, inner: float, outer: float, normalize: object = True, invert: object = False
) -> list[Step]:
    """gegl:difference-of-gaussians, then gegl:stretch-contrast and gegl:invert-gamma."""
    steps = [
        step("gegl:difference-of-gaussians", radius1=inner * DEVIATION, radius2=outer * DEVIATION)
    ]
    if normalize:
        steps.append(step("gegl:stretch-contrast", keep_colors=True))
    if invert:
        steps.append(step("gegl:invert-gamma"))
    return steps


@filter_for("plug-in-antialias")
def antialias(_drawable: Any) -> Step:
    """gegl:antialias."""
    return step("gegl:antialias")


@filter_for("plug-in-emboss")
def emboss(
    _drawable: Any, azimuth: float, elevation: float, depth: int, as_emboss: object = True
) -> Step:
    """gegl:emboss."""
    kind = "emboss" if as_emboss else "bumpmap"
    return stored_step("gegl:emboss", type=kind, azimuth=azimuth, elevation=elevation, depth=depth)


@filter_for("plug-in-deinterlace")
def deinterlace(_drawable: Any, even: object) -> Step:
    """gegl:deinterlace."""
    return stored_step("gegl:deinterlace", keep=0 if even else 1, orientation="horizontal", size=1)


# ---- growing and shrinking -----------------------------------------------------------------------


def _propagate(mode: str) -> Step:
    return step("gegl:value-propagate", mode=mode, alpha=False)


@filter_for("plug-in-dilate")
def dilate(_drawable: Any, *_: Any) -> Step:
    """gegl:value-propagate, of white."""
    return _propagate("white")


@filter_for("plug-in-erode")
def erode(_drawable: Any, *_: Any) -> Step:
    """gegl:value-propagate, of black."""
    return _propagate("black")


@filter_for("plug-in-vpropagate")
def vpropagate(
    _drawable: Any, mode: int, channel: int, rate: float, direction: int, lower: int, upper: int
) -> Step:
    """gegl:value-propagate."""
    number = int(mode)
    return step(
        "gegl:value-propagate",
        mode=(0, 1, 2, 4, 4, 4, 5, 6)[number],
        color=background() if number == 5 else foreground(),
        lower_threshold=lower / 255.0,
        upper_threshold=upper / 255.0,
        rate=rate,
        left=int(direction) & 1,
        top=int(direction) & 2,
        right=int(direction) & 4,
        bottom=int(direction) & 8,
        value=int(channel) & 1,
        alpha=int(channel) & 2,
    )
