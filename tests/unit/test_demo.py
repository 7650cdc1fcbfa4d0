"""The demonstration's parts: the photograph, its mask, the contact sheet."""

from importlib.resources import files

import numpy as np
import pytest

from core_server.demo.photo import mask, outlined, photograph
from core_server.demo.sheet import TALLEST, WIDTH, Row, Sheet, Tile, draw


def test_the_photograph_is_small_and_its_licence_lies_beside_it() -> None:
    folder = files("core_server.demo")
    assert len(folder.joinpath("photo.jpg").read_bytes()) <= 80_000
    assert "public domain" in folder.joinpath("PHOTO-LICENCE.txt").read_text("utf-8")
    height, width, channels = photograph().shape
    assert max(height, width) <= 512
    assert channels == 4


def test_the_mask_covers_the_rocket_and_has_a_smooth_edge() -> None:
    photo = photograph()
    region = mask(photo.shape[1], photo.shape[0])
    assert region.shape == photo.shape[:2]
    assert region[200, 258] == 255
    assert 0.02 < (region > 0).mean() < 0.1
    assert ((region > 0) & (region < 255)).any()


def test_the_selection_is_shown_bright_on_a_dimmed_photograph() -> None:
    photo = photograph()
    region = mask(photo.shape[1], photo.shape[0])
    shown = outlined(photo, region)
    assert (shown[region == 0][:, :3] <= photo[region == 0][:, :3]).all()
    assert (shown[200, 258] == photo[200, 258]).all()
    assert (shown[..., :3] == 255).all(axis=2).any()


def tile(height: int, width: int, dtype: type = np.uint8, caption: str = "") -> Tile:
    top = 1 if np.issubdtype(dtype, np.floating) else np.iinfo(dtype).max
    return Tile(np.full((height, width, 4), top, dtype), caption)


@pytest.mark.parametrize(
    "tiles",
    [
        (tile(256, 256),) * 4,
        (tile(342, 512), tile(342, 512, np.uint16), tile(342, 512, np.float32)),
        (tile(64, 64, caption="a very long caption " * 20),) * 5,
        (tile(512, 16),),
        (),
    ],
)
def test_a_row_fills_the_width_and_no_more(tiles: tuple[Tile, ...]) -> None:
    sheet = draw(Sheet("Impasto", "Painted here", (Row("Row", "words", tiles),)))
    assert sheet.width == WIDTH
    assert sheet.height < TALLEST + 400
    edge = np.asarray(sheet)[:, -20:]
    assert (edge == edge[0, 0]).all()


def test_transparency_lies_on_a_chequered_ground() -> None:
    clear = Tile(np.zeros((64, 64, 4), np.uint8))
    solid = draw(Sheet("", "", (Row("", "", (tile(64, 64),)),)))
    chequered = draw(Sheet("", "", (Row("", "", (clear,)),)))
    assert len(set(chequered.get_flattened_data())) > len(set(solid.get_flattened_data()))
