"""Whatever a script or an artist hands in as a picture or a mask, as arrays of the right kind.

Must not scale or convert a number that can stay as it is: 16 bit in, 16 bit sent.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core_server.imaging.arrays import Mask
from core_server.imaging.files import TAKEN_AS_LINEAR, read_image
from core_server.imaging.layouts import Native, to_working
from core_server.imaging.srgb import luminance
from core_server.pictures import Original, Picture
from protocol.errors import BadRequest, BadSize
from protocol.geometry import Rect
from protocol.pixels import ColorSpace

Picturable: TypeAlias = "str | Path | NDArray[Any] | Picture"
"""A file, an array (H, W), (H, W, 2), (H, W, 3) or (H, W, 4) of uint8, uint16 or float in [0, 1],
or a picture that came out earlier."""


def original_of(image: Picturable) -> Original:
    """A picture as (H, W, 4) at (0, 0). Raises BadRequest for what is no picture."""
    name = ""
    notes: tuple[str, ...] = ()
    if isinstance(image, Picture):
        pixels, name = image.flattened(), image.name
    elif isinstance(image, (str, Path)):
        read = read_image(image)
        pixels, name, notes = native_rgba(read.pixels, read.space), Path(image).stem, read.notes
    else:
        pixels = native_rgba(_array(image))
    height, width = pixels.shape[:2]
    return Original(pixels, Rect(0, 0, width, height), name, notes)


def control_of(image: Picturable, kind: str) -> Original:
    """A picture that others are held to, of depth for one: as `original_of`, with the numbers as
    they stand in the file, since they are no colour. Raises BadRequest for what is no picture."""
    if not isinstance(image, (str, Path)):
        return replace(original_of(image), name=kind)
    read = read_image(image)
    height, width = read.pixels.shape[:2]
    notes = tuple(note for note in read.notes if note != TAKEN_AS_LINEAR)
    return Original(read.pixels, Rect(0, 0, width, height), kind, notes)


def coverage(mask: Picturable, rect: Rect) -> Mask:
    """A mask as (H, W) coverage in [0, 1]: its brightness, and nothing where it is transparent.

    Raises BadSize unless it has the size of its picture's rectangle.
    """
    if isinstance(mask, np.ndarray) and mask.dtype == np.bool_:
        mask = mask.astype(np.uint8) * np.uint8(255)
    pixels = to_working(original_of(mask).pixels)
    height, width = pixels.shape[:2]
    if (width, height) != (rect.width, rect.height):
        raise BadSize(
            f"The mask is {width}×{height} pixels, the picture {rect.width}×{rect.height}; they "
            "must have the same size.",
            field="inputs.1.rect",
        )
    if (pixels[..., :1] == pixels[..., 1:3]).all():
        gray = pixels[..., 0]  # not weighed and summed up, which would round
    else:
        gray = luminance(pixels[..., :3])
    return np.clip(gray, 0, 1) * pixels[..., 3]


def native_rgba(native: Native, space: ColorSpace = ColorSpace.SRGB) -> Native:
    """(H, W, 1 … 4) as (H, W, 4) of the same type, opaque where there was no alpha.

    Half floats and linear light become 32-bit float, sRGB-encoded.
    """
    if space is ColorSpace.LINEAR or native.dtype == np.float16:
        return to_working(native, space)
    channels = native.shape[2]
    if channels == 4:
        return native
    result = np.full((*native.shape[:2], 4), _top(native.dtype), native.dtype)
    result[..., :3] = native[..., :1] if channels <= 2 else native[..., :3]
    if channels == 2:
        result[..., 3] = native[..., 1]
    return result


def _array(array: NDArray[Any]) -> Native:
    """Raises BadRequest for an array that is no picture."""
    shaped = array[..., None] if array.ndim == 2 else array
    if shaped.ndim != 3 or not 1 <= shaped.shape[2] <= 4 or 0 in shaped.shape:
        raise BadRequest(
            f"An array of shape {array.shape} is no picture; it must be (height, width) or "
            "(height, width, 1 to 4)."
        )
    if shaped.dtype in (np.uint8, np.uint16):
        return shaped
    if shaped.dtype.kind == "f":
        return shaped.astype(np.float32)
    raise BadRequest(
        f"An array of {array.dtype} is no picture; its numbers must be uint8, uint16 or float."
    )


def _top(dtype: np.dtype[Any]) -> float:
    """What full coverage is in a type."""
    return float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0
