from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from core_server.imaging import png, profiles
from core_server.imaging.files import read_image, read_png_text, write_png
from protocol.errors import BadRequest, TooLarge
from protocol.pixels import ColorSpace, PixelLayout
from tests.unit.imaging.scenes import PICTURES, picture_8, picture_16

TEXT = {
    "prompt": "ein Hund, 犬, 🐕‍🦺",
    "parameters": '{"seed": 7}\nline two',
    "Ünïcode key": "",
    "long": "x" * 70_000,
}


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("deep", [False, True])
def test_png_keeps_every_bit_and_all_text(tmp_path: Path, deep: bool, channels: int) -> None:
    random = np.random.default_rng(channels)
    dtype = np.uint16 if deep else np.uint8
    pixels = random.integers(0, np.iinfo(dtype).max + 1, (17, 23, channels)).astype(dtype)
    file = tmp_path / "ein Bild 犬.png"
    write_png(file, pixels, TEXT)
    picture = read_image(file)
    assert picture.pixels.dtype == dtype
    assert picture.layout is (PixelLayout.RGBA16 if deep else PixelLayout.RGBA8)
    colour = pixels[..., : 1 if channels < 3 else 3]
    assert (picture.pixels[..., :3] == colour).all()
    alpha = pixels[..., -1] if channels in (2, 4) else np.iinfo(dtype).max
    assert (picture.pixels[..., 3] == alpha).all()
    assert dict(picture.text) == TEXT
    assert read_png_text(file) == TEXT


@pytest.mark.parametrize("name", PICTURES)
def test_16_bit_photographs_survive_writing_and_reading(tmp_path: Path, name: str) -> None:
    pixels = picture_16(name, 128)
    write_png(tmp_path / "a.png", pixels)
    assert (read_image(tmp_path / "a.png").pixels == pixels).all()


def test_other_programs_read_our_png(tmp_path: Path) -> None:
    pixels = picture_8("coffee", 64)
    write_png(tmp_path / "a.png", pixels, {"prompt": "a cup ☕"})
    with Pillow.open(tmp_path / "a.png") as picture:
        assert (np.asarray(picture) == pixels).all()
        assert picture.info["prompt"] == "a cup ☕"
    gray = picture_16("coffee", 64)[..., :1]
    write_png(tmp_path / "b.png", np.ascontiguousarray(gray))
    with Pillow.open(tmp_path / "b.png") as picture:
        assert (np.asarray(picture) == gray[..., 0]).all()


@pytest.mark.parametrize("keyword", ["", " a", "a  b", "x" * 80, "犬", "a\nb"])
def test_a_keyword_png_forbids_is_refused(keyword: str) -> None:
    with pytest.raises(ValueError, match="cannot name text in a PNG"):
        png.encode(np.zeros((1, 1, 4), np.uint8), {keyword: "x"})


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((2, 2), np.uint8), np.zeros((2, 2, 5), np.uint8), np.zeros((2, 2, 3), np.float32)],
)
def test_an_array_png_cannot_hold_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="1 to 4 channels of 8 or 16 bit"):
        png.encode(pixels)


def test_text_written_by_others_is_read(tmp_path: Path) -> None:
    plain = png.encode(np.zeros((2, 2, 4), np.uint8), {"a": "new"})
    end = len(plain) - 12
    latin = png._chunk(b"tEXt", "Autor\0Zoë".encode("latin-1"))
    packed = png._chunk(b"zTXt", b"note\0\0" + zlib.compress(b"packed"))
    international = png._chunk(b"iTXt", b"title\0\1\0de\0Titel\0" + zlib.compress("größe".encode()))
    (tmp_path / "a.png").write_bytes(plain[:end] + latin + packed + international + plain[end:])
    assert read_png_text(tmp_path / "a.png") == {
        "a": "new",
        "Autor": "Zoë",
        "note": "packed",
        "title": "größe",
    }


def test_text_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    plain = png.encode(np.zeros((2, 2, 4), np.uint8))
    bomb = png._chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(20 * 2**20)))
    (tmp_path / "a.png").write_bytes(plain[:33] + bomb + plain[33:])
    with pytest.raises(BadRequest, match=r"'a\.png' cannot be read: text in it is longer"):
        read_png_text(tmp_path / "a.png")


# ---- other kinds -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32", "float16"])
@pytest.mark.parametrize("layout", ["gray", "rgb", "rgba", "planar"])
def test_tiff_keeps_its_depth(tmp_path: Path, kind: str, layout: str) -> None:
    random = np.random.default_rng(1)
    channels = {"gray": 1, "rgb": 3, "rgba": 4, "planar": 3}[layout]
    if kind.startswith("f"):
        pixels = random.normal(0.5, 2, (13, 19, channels)).astype(kind)
    else:
        pixels = random.integers(0, np.iinfo(kind).max + 1, (13, 19, channels)).astype(kind)
    if layout == "rgba":
        pixels[..., 3] = np.abs(pixels[..., 3]) % 2
    stored = np.moveaxis(pixels, 2, 0) if layout == "planar" else pixels
    tifffile.imwrite(
        tmp_path / "a.tif",
        stored[..., 0] if layout == "gray" else stored,
        photometric="minisblack" if layout == "gray" else "rgb",
        planarconfig="separate" if layout == "planar" else None,
        extrasamples=["unassalpha"] if layout == "rgba" else None,
        compression="zlib",
    )
    picture = read_image(tmp_path / "a.tif")
    assert picture.pixels.dtype == ("float32" if kind.startswith("f") else kind)
    assert (picture.pixels[..., : min(channels, 3)] == pixels[..., :3]).all()
    if layout == "rgba":
        assert (picture.pixels[..., 3] == pixels[..., 3]).all()
    is_light = kind.startswith("f")
    assert picture.space is (ColorSpace.LINEAR if is_light else ColorSpace.SRGB)
    assert ("taken as linear light" in " ".join(picture.notes)) is is_light


def test_premultiplied_tiff_becomes_straight(tmp_path: Path) -> None:
    pixels = np.full((4, 4, 4), (10000, 20000, 30000, 32768), np.uint16)
    pixels[0, 0] = 0
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["assocalpha"])
    read = read_image(tmp_path / "a.tif").pixels
    assert read[1, 1].tolist() == [20000, 39999, 59999, 32768]
    assert read[0, 0].tolist() == [0, 0, 0, 0]


def test_white_is_zero_tiff_is_turned_round(tmp_path: Path) -> None:
    pixels = np.array([[0, 65535]], np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="miniswhite")
    assert read_image(tmp_path / "a.tif").pixels[0, :, 0].tolist() == [65535, 0]


def test_of_several_tiff_pages_the_first_is_read_with_a_note(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for side in (5, 9):
            writer.write(np.full((side, side, 3), side, np.uint8), photometric="rgb")
    picture = read_image(tmp_path / "a.tif")
    assert picture.pixels.shape == (5, 5, 4)
    assert picture.notes == ("Only the first of its pictures was read.",)


@pytest.mark.parametrize(
    ("suffix", "options"), [("jpg", {"quality": 95}), ("webp", {"lossless": True, "exact": True})]
)
def test_jpeg_and_webp_are_read(tmp_path: Path, suffix: str, options: dict[str, object]) -> None:
    pixels = picture_8("chelsea", 64)[..., :3]
    Pillow.fromarray(pixels).save(tmp_path / f"a.{suffix}", **options)
    picture = read_image(tmp_path / f"a.{suffix}")
    off = np.abs(picture.pixels[..., :3].astype(int) - pixels)
    assert off.mean() < 2
    assert picture.working().dtype == np.float32


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_becomes_rgba(tmp_path: Path, mode: str) -> None:
    source = Pillow.fromarray(picture_8("rocket", 48))
    if mode == "I;16":
        converted = Pillow.fromarray(picture_16("rocket", 48)[..., 0])
    else:
        converted = source.convert(mode)
    converted.save(tmp_path / "a.png")
    picture = read_image(tmp_path / "a.png")
    assert picture.pixels.shape == (48, 48, 4)
    if mode != "I;16":
        assert (picture.pixels == np.asarray(converted.convert("RGBA"))).all()


def test_a_palette_with_transparency_keeps_it(tmp_path: Path) -> None:
    palette = Pillow.new("P", (4, 4), 1)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    palette.save(tmp_path / "a.png", transparency=1)
    assert read_image(tmp_path / "a.png").pixels[0, 0].tolist() == [200, 100, 50, 0]


def test_a_transparent_colour_of_a_16_bit_png_is_transparent(tmp_path: Path) -> None:
    pixels = np.arange(12, dtype=np.uint16).reshape(2, 2, 3)
    encoded = png.encode(pixels)
    key = png._chunk(b"tRNS", pixels[0, 1].astype(">u2").tobytes())
    (tmp_path / "a.png").write_bytes(encoded[:33] + key + encoded[33:])
    assert read_image(tmp_path / "a.png").pixels[..., 3].tolist() == [[65535, 0], [65535, 65535]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(tmp_path: Path, orientation: int) -> None:
    picture = Pillow.fromarray(picture_8("coffee", 64)[:40])
    exif = Pillow.Exif()
    exif[274] = orientation
    picture.save(tmp_path / "a.png", exif=exif)
    with Pillow.open(tmp_path / "a.png") as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored))
    assert (read_image(tmp_path / "a.png").pixels == upright).all()
    tifffile.imwrite(
        tmp_path / "a.tif",
        np.asarray(picture).astype(np.uint16),
        photometric="rgb",
        extrasamples=["unassalpha"],
        extratags=[(274, 3, 1, orientation, True)],
    )
    assert (read_image(tmp_path / "a.tif").pixels == upright).all()


# ---- colour profiles ---------------------------------------------------------------------------


ADOBE_TO_SRGB = np.array(
    [[1.39836, -0.39836, 0], [0, 1, 0], [0, -0.04293, 1.04293]]
)  # linear light, D65


def adobe_expected(encoded: np.ndarray) -> np.ndarray:
    linear = (encoded ** (563 / 256)) @ ADOBE_TO_SRGB.T
    bent = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    )
    return np.clip(bent, 0, 1)


@pytest.mark.parametrize("kind", ["uint8", "uint16"])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_profiles_are_converted_to_srgb_in_their_own_depth(
    tmp_path: Path, suffix: str, kind: str
) -> None:
    top = np.iinfo(kind).max
    pixels = (np.random.default_rng(0).uniform(0.2, 0.8, (30, 40, 3)) * top).astype(kind)
    profile = imagecodecs.cms_profile("adobergb")
    file = tmp_path / f"a.{suffix}"
    if suffix == "tif":
        tifffile.imwrite(file, pixels, photometric="rgb", iccprofile=profile)
    else:
        bare = imagecodecs.png_encode(pixels)
        chunk = png._chunk(b"iCCP", b"Adobe\0\0" + zlib.compress(profile))
        file.write_bytes(bare[:33] + chunk + bare[33:])
    picture = read_image(file)
    assert picture.pixels.dtype == kind
    assert picture.notes == ()
    off = np.abs(picture.pixels[..., :3] / top - adobe_expected(pixels / top))
    assert off.max() < (0.004 if kind == "uint8" else 0.001)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_an_srgb_profile_changes_nothing(tmp_path: Path, suffix: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Pillow.fromarray(picture_8("coffee", 64)[..., :3])
    picture.save(tmp_path / f"a.{suffix}", icc_profile=profile)
    with Pillow.open(tmp_path / f"a.{suffix}") as stored:
        plain = np.asarray(stored.convert("RGB"))
    assert (read_image(tmp_path / f"a.{suffix}").pixels[..., :3] == plain).all()


def test_a_broken_profile_is_said_and_the_numbers_stay(tmp_path: Path) -> None:
    pixels = picture_16("coffee", 32)
    encoded = imagecodecs.png_encode(pixels)
    chunk = png._chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile"))
    (tmp_path / "a.png").write_bytes(encoded[:33] + chunk + encoded[33:])
    picture = read_image(tmp_path / "a.png")
    assert picture.notes == (profiles.NOT_APPLIED,)
    assert (picture.pixels == pixels).all()


# ---- what is wrong with files ------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_file_cut_short_is_refused_by_name(tmp_path: Path, suffix: str, share: float) -> None:
    file = tmp_path / f"mein Bild.{suffix}"
    pixels = picture_8("starry_night", 96)[..., :3]
    if suffix == "tif":
        tifffile.imwrite(file, pixels, photometric="rgb", compression="zlib")
    else:
        Pillow.fromarray(pixels).save(file)
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    with pytest.raises(BadRequest, match=r"'mein Bild\.\w+' is damaged and cannot be read"):
        read_image(file)


def test_damage_inside_a_png_is_found(tmp_path: Path) -> None:
    data = bytearray(png.encode(picture_16("coffee", 64)))
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(BadRequest, match="a checksum is wrong"):
        read_image(tmp_path / "a.png")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"not a picture at all", bytes(100)])
def test_something_else_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gif").write_bytes(content)
    with pytest.raises(BadRequest, match=r"'a\.gif' is not a PNG, TIFF, JPEG or WebP picture"):
        read_image(tmp_path / "a.gif")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"'none\.png' cannot be read: No such file"):
        read_image(tmp_path / "none.png")
    with pytest.raises(BadRequest, match=r"'none\.png' cannot be read"):
        read_png_text(tmp_path / "none.png")


@pytest.mark.parametrize("size", [(16385, 1), (1, 20000), (16384, 16384)])
def test_a_picture_too_large_is_refused_before_it_is_decoded(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    header = struct.pack(">IIBBBBB", *size, 8, 6, 0, 0, 0)
    file = png.SIGNATURE + png._chunk(b"IHDR", header) + png._chunk(b"IDAT", b"x")
    (tmp_path / "bomb.png").write_bytes(file)
    expected = rf"'bomb\.png' is {size[0]} × {size[1]} pixels; at most 16384"
    with pytest.raises(TooLarge, match=expected):
        read_image(tmp_path / "bomb.png")


def test_a_tiff_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    data = io.BytesIO()
    tifffile.imwrite(data, np.zeros((4, 4, 3), np.uint8), photometric="rgb")
    raw = bytearray(data.getvalue())
    with tifffile.TiffFile(io.BytesIO(raw)) as file:
        offset = file.pages.first.tags["ImageWidth"].valueoffset
    raw[offset : offset + 2] = struct.pack("<H", 20000)
    (tmp_path / "a.tif").write_bytes(raw)
    with pytest.raises(TooLarge, match=r"'a\.tif' is 20000 × 4 pixels"):
        read_image(tmp_path / "a.tif")


def test_a_single_pixel_cut_from_a_larger_layout_can_be_written(tmp_path):
    cut = np.full((1, 1, 4), 7, np.uint8)[..., :3]
    write_png(tmp_path / "one.png", cut)
    assert read_image(tmp_path / "one.png").pixels[..., :3].tolist() == [[[7, 7, 7]]]
