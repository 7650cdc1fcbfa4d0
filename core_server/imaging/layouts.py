"""Blobs as they travel ↔ native arrays ↔ the working representation (float32 RGBA, sRGB-encoded).

Must not change a number that it need not change: every 8- and 16-bit value survives the round trip.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core_server.imaging import srgb
from core_server.imaging.arrays import Image, Mask
from protocol.errors import BadBlob
from protocol.pixels import ColorSpace, PixelLayout, Rows

Blob: TypeAlias = bytes | bytearray | memoryview
Native: TypeAlias = (
    NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float16] | NDArray[np.float32]
)
"""(H, W, C) as in the document: top row first; C = 1 gray, 2 gray+alpha, 4 RGBA (never BGRA)."""

_LARGEST_HALF = 65504.0


def dtype_of(layout: PixelLayout) -> np.dtype[np.generic]:
    """The little-endian numpy type of one channel."""
    kind = "f" if layout.is_float else "u"
    return np.dtype(f"<{kind}{layout.bytes_per_channel}")


def largest(dtype: np.dtype[np.generic]) -> int:
    """The largest value of an unsigned integer type: what 1.0 is stored as."""
    return int(2 ** (8 * dtype.itemsize) - 1)


def unpack(
    blob: Blob, layout: PixelLayout, width: int, height: int, rows: Rows = Rows.TOP
) -> Native:
    """A blob as a native array; a view where the byte order and channel order allow.

    Raises BadBlob when the length is not width × height × bytes per pixel.
    """
    expected = layout.byte_length(width, height)
    actual = memoryview(blob).nbytes
    if width < 1 or height < 1 or actual != expected:
        raise BadBlob(
            f"The pixel data is {actual} bytes long, but {width} × {height} pixels "
            f"of {layout.value} take {expected}."
        )
    flat = np.frombuffer(blob, dtype_of(layout))
    array = flat.reshape(height, width, layout.channels)
    if rows is Rows.BOTTOM:
        array = array[::-1]
    if layout.is_bgr:
        array = array[..., [2, 1, 0, 3]]
    return array


def pack(native: Native, layout: PixelLayout, rows: Rows = Rows.TOP) -> bytes:
    """A native array of the layout's type and channels as a blob.

    Raises ValueError when the array's type or channel count is not the layout's.
    """
    if native.dtype != dtype_of(layout) or native.shape[2] != layout.channels:
        raise ValueError(
            f"A {native.dtype} array of {native.shape[2]} channels is not {layout.value}."
        )
    array = native[..., [2, 1, 0, 3]] if layout.is_bgr else native
    if rows is Rows.BOTTOM:
        array = array[::-1]
    return np.ascontiguousarray(array, dtype_of(layout)).tobytes()


def to_working(native: Native, space: ColorSpace = ColorSpace.SRGB) -> Image:
    """A native array as (H, W, 4) working float; gray becomes R = G = B, missing alpha 1.

    In floats NaN becomes 0 and infinity ±65504, lest a filter spread them over the picture;
    pixels that are not repainted are copied from the original and keep theirs.
    """
    values = _to_unit(native)
    channels = native.shape[2]
    image = np.empty((*native.shape[:2], 4), np.float32)
    colour = values[..., :1] if channels <= 2 else values[..., :3]
    image[..., :3] = srgb.encode(colour) if space is ColorSpace.LINEAR else colour
    image[..., 3] = np.clip(values[..., -1], 0, 1) if channels in (2, 4) else 1
    return image


def from_working(image: Image, layout: PixelLayout, space: ColorSpace = ColorSpace.SRGB) -> Native:
    """A working picture as a native array of the layout's type and channels.

    Gray layouts take the luminance; layouts without alpha drop it. Integers are rounded and
    held to their range; floats are not.
    """
    return _to_native(image, dtype_of(layout), layout.channels, space)


def from_data(values: NDArray[np.float32], layout: PixelLayout) -> Native:
    """(H, W) or (H, W, 3) numbers that are no colour, such as heights, as a native array.

    No curve bends them; one number fills all three channels of an RGBA layout, and the alpha is 1.
    Raises ValueError for three numbers in a gray layout.
    """
    planes = values if values.ndim == 3 else values[..., None]
    if planes.shape[2] > 1 and layout.is_gray:
        raise ValueError(f"{layout.value} has no room for {planes.shape[2]} numbers.")
    dtype = dtype_of(layout)
    numbers = _from_unit(planes, dtype)
    result: Native = np.empty((*planes.shape[:2], layout.channels), numbers.dtype)
    result[..., : max(1, layout.channels - layout.has_alpha)] = numbers
    if layout.has_alpha:
        result[..., -1] = 1 if layout.is_float else largest(dtype)
    return result


def native_like(image: Image, original: Native, space: ColorSpace = ColorSpace.SRGB) -> Native:
    """A working picture as a native array of the type and channels of `original`."""
    return _to_native(image, original.dtype, original.shape[2], space)


def image_from_blob(
    blob: Blob,
    layout: PixelLayout,
    width: int,
    height: int,
    rows: Rows = Rows.TOP,
    space: ColorSpace = ColorSpace.SRGB,
) -> Image:
    """A blob as (H, W, 4) working float. Raises BadBlob on a wrong length."""
    return to_working(unpack(blob, layout, width, height, rows), space)


def blob_from_image(
    image: Image,
    layout: PixelLayout,
    rows: Rows = Rows.TOP,
    space: ColorSpace = ColorSpace.SRGB,
) -> bytes:
    """A working picture as a blob. Exact inverse of `image_from_blob` for 8, 16 and 16f;
    for 32f too in sRGB, and within a few units in the last place in linear light."""
    return pack(from_working(image, layout, space), layout, rows)


def mask_from_blob(
    blob: Blob, layout: PixelLayout, width: int, height: int, rows: Rows = Rows.TOP
) -> Mask:
    """A gray blob as (H, W) coverage in [0, 1], never transferred through a colour curve.

    Raises BadBlob on a wrong length or a layout that is not gray8, gray16 or gray32f.
    """
    if layout.channels != 1:
        raise BadBlob(f"A mask must be gray8, gray16 or gray32f, not {layout.value}.")
    values = _to_unit(unpack(blob, layout, width, height, rows))
    return np.clip(values[..., 0], 0, 1)


def blob_from_mask(mask: Mask, layout: PixelLayout, rows: Rows = Rows.TOP) -> bytes:
    """Coverage as a gray blob. Raises ValueError for a layout that is not gray."""
    return pack(_from_unit(mask[..., None], dtype_of(layout)), layout, rows)


def _to_native(
    image: Image, dtype: np.dtype[np.generic], channels: int, space: ColorSpace
) -> Native:
    colour = image[..., :3]
    if channels <= 2:
        colour = srgb.luminance(colour)[..., None]
    if space is ColorSpace.LINEAR:
        colour = srgb.decode(colour)
    if channels in (2, 4):
        colour = np.concatenate([colour, image[..., 3:]], axis=2)
    return _from_unit(colour, dtype)


def _to_unit(native: Native) -> NDArray[np.float32]:
    """Integers to [0, 1], floats as they are but finite; always a fresh float32 array."""
    values = native.astype(np.float32)
    if native.dtype.kind == "u":
        values /= np.float32(largest(native.dtype))
        return values
    np.nan_to_num(values, copy=False, nan=0.0, posinf=_LARGEST_HALF, neginf=-_LARGEST_HALF)
    return values


def _from_unit(values: NDArray[np.float32], dtype: np.dtype[np.generic]) -> Native:
    result: Native
    if dtype.kind == "u":
        top = np.float32(largest(dtype))
        result = np.rint(np.clip(values, 0, 1) * top).astype(dtype)
    else:
        bounded = np.clip(values, -_LARGEST_HALF, _LARGEST_HALF) if dtype.itemsize == 2 else values
        result = bounded.astype(dtype)
    return result
