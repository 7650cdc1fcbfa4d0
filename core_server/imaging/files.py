"""Pictures on disk: PNG, TIFF, JPEG and WebP in, PNG out, with all the bits they have.

Must not trust a file: its size is checked before it is decoded, and damage is a plain sentence.
Pillow reads 16-bit colour as 8 bit without a word, so it is kept to 8-bit files.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

from core_server.imaging import png
from core_server.imaging.arrays import Image
from core_server.imaging.layouts import Native, largest, to_working
from core_server.imaging.profiles import to_srgb
from protocol.errors import BadRequest, TooLarge
from protocol.pixels import ColorSpace, PixelLayout

MAX_SIDE = 16384
MAX_PIXELS = 2**27

_ORIENTATION = 274
_PROFILE = 34675
_PLAIN_TIFF = (
    tifffile.PHOTOMETRIC.MINISBLACK,
    tifffile.PHOTOMETRIC.MINISWHITE,
    tifffile.PHOTOMETRIC.RGB,
)
_ALPHAS = (tifffile.EXTRASAMPLE.ASSOCALPHA, tifffile.EXTRASAMPLE.UNASSALPHA)
TAKEN_AS_LINEAR = "Float pixels without a colour profile were taken as linear light."
_FIRST_PAGE = "Only the first of its pictures was read."
_LAYOUTS = {
    "uint8": PixelLayout.RGBA8,
    "uint16": PixelLayout.RGBA16,
    "float32": PixelLayout.RGBA32F,
}


@dataclass(frozen=True)
class Picture:
    """A picture as read: pixels (H, W, 4) RGBA of uint8, uint16 or float32, upright, top row first.

    space: what the numbers mean. notes: sentences for the artist. text: what a PNG carries.
    """

    pixels: Native
    space: ColorSpace = ColorSpace.SRGB
    notes: tuple[str, ...] = ()
    text: Mapping[str, str] = field(default_factory=dict)

    @property
    def layout(self) -> PixelLayout:
        return _LAYOUTS[self.pixels.dtype.name]

    def working(self) -> Image:
        """The picture as working float."""
        return to_working(self.pixels, self.space)


def read_image(path: str | Path) -> Picture:
    """Read a PNG, TIFF, JPEG or WebP with its own depth: 8 bit, 16 bit or float.

    Gray and palettes become RGB, a missing alpha is opaque, EXIF orientation is applied, colour
    profiles are converted to sRGB. Raises TooLarge for more than 16384 pixels a side or 2^27 in
    all, BadRequest for a file that is missing, damaged or something else; both name the file.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadRequest(f"'{file.name}' cannot be read: {error.strerror}.") from error
    reader = _reader_for(data)
    if reader is None:
        raise BadRequest(f"'{file.name}' is not a PNG, TIFF, JPEG or WebP picture.")
    try:
        return reader(data)
    except TooLarge as error:
        raise TooLarge(f"'{file.name}' {error.message}") from error
    except Exception as error:  # decoders raise whatever they like
        raise BadRequest(f"'{file.name}' is damaged and cannot be read: {error}.") from error


def write_png(
    path: str | Path,
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    text: Mapping[str, str] | None = None,
    is_colour: bool = True,
) -> None:
    """Write (H, W, 1..4) of 8 or 16 bit as PNG, with text as UTF-8 iTXt. See `png.encode`."""
    Path(path).write_bytes(png.encode(pixels, text, is_colour=is_colour))


def read_png_text(path: str | Path) -> dict[str, str]:
    """The text a PNG carries, by keyword. Raises BadRequest, which names the file, when damaged."""
    file = Path(path)
    try:
        return png.text_of(file.read_bytes())
    except (OSError, png.BrokenPng) as error:
        raise BadRequest(f"The text of '{file.name}' cannot be read: {error}.") from error


def _reader_for(data: bytes) -> Callable[[bytes], Picture] | None:
    if data.startswith(png.SIGNATURE):
        return _read_png
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return _read_tiff
    if data.startswith(b"\xff\xd8\xff") or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return _read_8bit
    return None


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise TooLarge(
            f"is {width} × {height} pixels; at most {MAX_SIDE} a side "
            f"and {MAX_PIXELS // 10**6} million in all can be read."
        )


def _read_png(data: bytes) -> Picture:
    head = png.header(data)
    _check_size(head.width, head.height)
    text = png.text_of(data)
    if head.depth < 16:
        return replace(_read_8bit(data), text=text)
    decoded: Native = imagecodecs.png_decode(data)
    colour, alpha = _split(decoded if decoded.ndim == 3 else decoded[..., None])
    return replace(_finished(colour, alpha, png.profile_of(data), _orientation(data)), text=text)


def _read_8bit(data: bytes) -> Picture:
    """By Pillow: 8 bits or fewer a channel, palettes, CMYK, and what JPEG and WebP hold."""
    with _opened(data) as picture:
        _check_size(*picture.size)
        is_png = data.startswith(png.SIGNATURE)
        profile = png.profile_of(data) if is_png else picture.info.get("icc_profile")
        orientation = int(picture.getexif().get(_ORIENTATION, 1))
        if picture.mode == "CMYK" and profile:
            return _finished(np.asarray(picture), None, profile, orientation)
        if picture.mode in ("1", "L") and "transparency" not in picture.info:
            gray = np.asarray(picture.convert("L"))[..., None]
            return _finished(gray, None, profile, orientation)
        rgba = np.asarray(picture.convert("RGBA"))
        return _finished(rgba[..., :3], rgba[..., 3], profile, orientation)


def _opened(data: bytes) -> Pillow.Image:
    with warnings.catch_warnings():
        # our own limits are checked before anything is decoded
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        return Pillow.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "TIFF"))


def _orientation(data: bytes) -> int:
    with _opened(data) as picture:
        return int(picture.getexif().get(_ORIENTATION, 1))


def _read_tiff(data: bytes) -> Picture:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        _check_size(page.imagewidth, page.imagelength)
        notes = (_FIRST_PAGE,) if len(file.series) > 1 else ()
        if page.photometric not in _PLAIN_TIFF or page.bitspersample < 8:
            picture = _read_8bit(data)
        else:
            profile = page.tags.get(_PROFILE)
            orientation = page.tags.get(_ORIENTATION)
            picture = _finished(
                *_tiff_planes(page),
                None if profile is None else bytes(profile.value),
                1 if orientation is None else int(orientation.value),
            )
        return replace(picture, notes=picture.notes + notes)


def _tiff_planes(page: tifffile.TiffPage) -> tuple[Native, Native | None]:
    """Colour and unassociated alpha of a page of gray or RGB, in 8 or 16 bit or float32."""
    values = page.asarray()
    if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and values.ndim == 3:
        values = np.moveaxis(values, 0, 2)
    values = np.atleast_3d(values)
    if values.dtype.kind == "f":
        values = values.astype(np.float32)
    elif values.dtype == np.uint32:
        values = (values >> 16).astype(np.uint16)
    elif values.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"pixels of {values.dtype} are not supported")
    channels = 1 if page.photometric != tifffile.PHOTOMETRIC.RGB else 3
    colour, alpha = values[..., :channels], None
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        colour = np.invert(colour) if colour.dtype.kind == "u" else 1 - colour
    if values.shape[2] > channels and page.extrasamples and page.extrasamples[0] in _ALPHAS:
        alpha = values[..., channels]
        if page.extrasamples[0] == tifffile.EXTRASAMPLE.ASSOCALPHA:
            colour = _unassociated(colour, alpha)
    return colour, alpha


def _unassociated(colour: Native, alpha: Native) -> Native:
    cover = alpha[..., None].astype(np.float64)
    if alpha.dtype.kind == "f":
        straight = np.divide(colour, cover, out=np.zeros(colour.shape), where=cover > 0)
        return straight.astype(np.float32)
    top = largest(alpha.dtype)
    straight = np.divide(colour * float(top), cover, out=np.zeros(colour.shape), where=cover > 0)
    rounded = np.rint(np.minimum(straight, top))
    result: Native = rounded.astype(alpha.dtype)
    return result


def _split(pixels: Native) -> tuple[Native, Native | None]:
    """(H, W, 1..4) gray or RGB with or without alpha → colour, alpha."""
    channels = pixels.shape[2]
    if channels in (2, 4):
        return pixels[..., :-1], pixels[..., -1]
    return pixels, None


def _finished(
    colour: Native, alpha: Native | None, profile: bytes | None, orientation: int
) -> Picture:
    """Colour (H, W, 1|3, or 4 of CMYK) and alpha (H, W) as an upright RGBA picture."""
    is_float = colour.dtype.kind == "f"
    space, note = ColorSpace.SRGB, None
    if profile:
        colour, note = to_srgb(colour, profile)
    elif is_float:
        space, note = ColorSpace.LINEAR, TAKEN_AS_LINEAR
    opaque = 1 if is_float else largest(colour.dtype)
    height, width = colour.shape[:2]
    pixels = np.empty((height, width, 4), colour.dtype)
    pixels[..., :3] = colour
    pixels[..., 3] = opaque if alpha is None else alpha
    return Picture(_upright(pixels, orientation), space, (note,) if note else ())


def _upright(pixels: Native, orientation: int) -> Native:
    """Undo an EXIF orientation (1 to 8; anything else counts as 1)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels.copy()
