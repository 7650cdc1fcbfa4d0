"""GIMP 2's filters that change colours and add noise, as GEGL operations.

Each function gets the drawable and the old arguments; the first line says what it applies.
"""

from __future__ import annotations

import random
from typing import Any

from gi.repository import Gimp

from plugins.gimp.fu.colors import RGB, from_gegl, to_gegl
from plugins.gimp.fu.filtering import Step, background, filter_for, step, stored_step

SEEDS = 2**31


def any_seed() -> int:
    return random.randrange(SEEDS)


# ---- colours -------------------------------------------------------------------------------------


@filter_for("plug-in-c-astretch")
def c_astretch(_drawable: Any) -> Step:
    """gegl:stretch-contrast, each channel by itself."""
    return step("gegl:stretch-contrast", keep_colors=False)


@filter_for("plug-in-normalize")
def normalize(_drawable: Any) -> Step:
    """gegl:stretch-contrast, keeping the colours."""
    return step("gegl:stretch-contrast", keep_colors=True)


@filter_for("plug-in-autostretch-hsv")
def autostretch_hsv(_drawable: Any) -> Step:
    """gegl:stretch-contrast-hsv."""
    return step("gegl:stretch-contrast-hsv")


@filter_for("plug-in-color-enhance")
def color_enhance(_drawable: Any) -> Step:
    """gegl:color-enhance."""
    return step("gegl:color-enhance")


@filter_for("plug-in-colors-channel-mixer")
def channel_mixer(_drawable: Any, monochrome: object, *gains: float) -> Step:
    """gegl:channel-mixer, or gegl:mono-mixer."""
    if monochrome:
        return step("gegl:mono-mixer", red=gains[0], green=gains[1], blue=gains[2])
    names = [f"{to}{of}_gain" for to in "rgb" for of in "rgb"]
    return step("gegl:channel-mixer", **dict(zip(names, gains, strict=True)))


@filter_for("plug-in-colortoalpha")
def color_to_alpha(drawable: Any, color: Any) -> Step:
    """gegl:color-to-alpha; the layer gets an alpha channel if it has none."""
    if isinstance(drawable, Gimp.Layer) and not drawable.has_alpha:
        drawable.add_alpha()
    return step("gegl:color-to-alpha", color=color)


@filter_for("plug-in-colorify")
def colorify(drawable: Any, color: Any) -> Step:
    """gimp-drawable-desaturate by luma, then gegl:channel-mixer with the colour."""
    drawable.desaturate(Gimp.DesaturateMode.LUMA)
    shade = from_gegl(to_gegl(color)) or RGB()
    return stored_step(
        "gegl:channel-mixer",
        rr_gain=shade.r,
        gg_gain=shade.g,
        bb_gain=shade.b,
    )


@filter_for("plug-in-exchange")
def exchange(_drawable: Any, *given: float) -> Step:
    """gegl:color-exchange; 0 to 255 became 0 to 1."""
    return step(
        "gegl:color-exchange",
        from_color=RGB(*map(int, given[:3])),
        to_color=RGB(*map(int, given[3:6])),
        red_threshold=given[6] / 255.0,
        green_threshold=given[7] / 255.0,
        blue_threshold=given[8] / 255.0,
    )


@filter_for("plug-in-alienmap2")
def alienmap2(_drawable: Any, *given: Any) -> Step:
    """gegl:alien-map."""
    frequencies = {f"cpn_{place}_frequency": given[2 * place - 2] for place in (1, 2, 3)}
    phases = {f"cpn_{place}_phaseshift": given[2 * place - 1] for place in (1, 2, 3)}
    kept = {f"cpn_{place}_keep": not given[6 + place] for place in (1, 2, 3)}
    return step("gegl:alien-map", color_model=int(given[6]), **frequencies, **phases, **kept)


@filter_for("plug-in-semiflatten")
def semiflatten(_drawable: Any) -> Step:
    """gimp:semi-flatten, with the background colour."""
    return step("gimp:semi-flatten", color=background())


@filter_for("plug-in-threshold-alpha")
def threshold_alpha(_drawable: Any, threshold: float) -> Step:
    """gimp:threshold-alpha; 0 to 255 became 0 to 1."""
    return step("gimp:threshold-alpha", value=threshold / 255.0)


@filter_for("plug-in-vinvert")
def vinvert(_drawable: Any) -> Step:
    """gegl:value-invert."""
    return step("gegl:value-invert")


@filter_for("plug-in-red-eye-removal")
def red_eye_removal(_drawable: Any, threshold: float) -> Step:
    """gegl:red-eye-removal; 0 to 100 became 0.2 to 0.6."""
    return step("gegl:red-eye-removal", threshold=(threshold - 50) / 50.0 * 0.2 + 0.4)


@filter_for("plug-in-video")
def video(_drawable: Any, pattern: int, additive: object, rotated: object) -> Step:
    """gegl:video-degradation."""
    return step("gegl:video-degradation", pattern=int(pattern), additive=additive, rotated=rotated)


# ---- noise ---------------------------------------------------------------------------------------


@filter_for("plug-in-hsv-noise", "plug-in-scatter-hsv")
def hsv_noise(_drawable: Any, holdness: int, hue: float, saturation: float, value: float) -> Step:
    """gegl:noise-hsv; distances of 255 became ones of 1."""
    return step(
        "gegl:noise-hsv",
        holdness=holdness,
        hue_distance=hue,
        saturation_distance=saturation / 255.0,
        value_distance=value / 255.0,
        seed=any_seed(),
    )


def _rgb_noise(drawable: Any, independent: object, correlated: object, amounts: Any) -> Step:
    red, green, blue, alpha = amounts
    if drawable.is_gray:
        red, green, blue, alpha = red, red, red, green
    return step(
        "gegl:noise-rgb",
        correlated=correlated,
        independent=independent,
        linear=False,
        red=red,
        green=green,
        blue=blue,
        alpha=alpha,
        seed=any_seed(),
    )


@filter_for("plug-in-rgb-noise", "plug-in-scatter-rgb")
def rgb_noise(drawable: Any, independent: object, correlated: object, *amounts: float) -> Step:
    """gegl:noise-rgb."""
    return _rgb_noise(drawable, independent, correlated, amounts)


@filter_for("plug-in-noisify")
def noisify(drawable: Any, independent: object, *amounts: float) -> Step:
    """gegl:noise-rgb, not correlated."""
    return _rgb_noise(drawable, independent, False, amounts)


def _randomize(kind: str, percent: float, repeat: float, randomize: object, seed: int) -> Step:
    chosen = any_seed() if randomize else int(seed) % SEEDS
    return step(f"gegl:noise-{kind}", pct_random=percent, repeat=int(repeat), seed=chosen)


@filter_for("plug-in-randomize-hurl")
def hurl(
    _drawable: Any, percent: float, repeat: float, randomize: object = True, seed: int = 0
) -> Step:
    """gegl:noise-hurl."""
    return _randomize("hurl", percent, repeat, randomize, seed)


@filter_for("plug-in-randomize-pick")
def pick(
    _drawable: Any, percent: float, repeat: float, randomize: object = True, seed: int = 0
) -> Step:
    """gegl:noise-pick."""
    return _randomize("pick", percent, repeat, randomize, seed)


@filter_for("plug-in-randomize-slur")
def slur(
    _drawable: Any, percent: float, repeat: float, randomize: object = True, seed: int = 0
) -> Step:
    """gegl:noise-slur."""
    return _randomize("slur", percent, repeat, randomize, seed)


@filter_for("plug-in-spread")
def spread(_drawable: Any, x: float, y: float) -> Step:
    """gegl:noise-spread."""
    return step("gegl:noise-spread", amount_x=int(x), amount_y=int(y), seed=any_seed())
