"""ICC profiles: pixels of any colour space to sRGB, in their own depth.

Must not guess: a profile that cannot be applied leaves the numbers alone, and says so.
"""

from __future__ import annotations

import functools

import imagecodecs
import numpy as np
from PIL import ImageCms

from core_server.imaging.layouts import Native

NOT_APPLIED = "The colour profile could not be applied; the colours were taken as sRGB."

_NAMES = {1: "gray", 3: "rgb", 4: "cmyk"}


def to_srgb(colour: Native, profile: bytes) -> tuple[Native, str | None]:
    """(H, W, 1|3|4) gray, RGB or CMYK without alpha → (H, W, 3) sRGB of the same type, and a note.

    Relative colorimetric with black point compensation, not through a table, so that 16 bit stay
    16 bit. A profile that means sRGB anyway changes nothing. The note says when it was not used.
    """
    channels = colour.shape[2]
    try:
        if channels == 3 and _means_srgb(profile):
            return colour, None
        return _transformed(colour, profile), None
    except imagecodecs.CmsError:
        return colour[..., [0, 1, 2] if channels >= 3 else [0, 0, 0]], NOT_APPLIED


def _means_srgb(profile: bytes) -> bool:
    levels = np.array([0, 32, 64, 128, 192, 255], np.uint8)
    samples = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    change = _transformed(samples, profile).astype(np.int16) - samples
    return bool(np.abs(change).max() <= 1)


def _transformed(colour: Native, profile: bytes) -> Native:
    flags = imagecodecs.CMS.FLAGS
    result: Native = imagecodecs.cms_transform(
        np.ascontiguousarray(colour if colour.shape[2] > 1 else colour[..., 0]),
        profile,
        _srgb(),
        colorspace=_NAMES[colour.shape[2]],
        outcolorspace="rgb",
        intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
        flags=flags.NOOPTIMIZE | flags.BLACKPOINTCOMPENSATION,
    )
    # beyond the gamut the engine's extrapolation below black means nothing
    return result.clip(0) if result.dtype == np.float32 else result


@functools.cache
def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
