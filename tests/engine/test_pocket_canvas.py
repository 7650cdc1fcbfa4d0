"""Pocket on canvases of any shape and on nothing at all: with small random and the shipped nets."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from core_server.engine.interface import Plan, Step, Task
from core_server.engine.pocket_engine import PocketEngine
from core_server.execution.canvas import canvas_for
from core_server.imaging.arrays import Image
from core_server.models.families import POCKET
from core_server.pocket.decoder import Tile
from core_server.pocket.finish import Canvas, FloatImage, finished
from core_server.pocket.sample import PaintRequest, Pocket
from core_server.pocket.superres import SuperResolution
from core_server.pocket.weights import MANIFEST, WEIGHTS
from tests.tiny_pocket import SUPERRES, lively

pytestmark = pytest.mark.engine

torch.set_num_threads(1)

shipped = pytest.mark.skipif(
    not (WEIGHTS / MANIFEST).exists(), reason="no weights are packed in core_server/pocket/weights"
)


@cache
def net() -> SuperResolution:
    """Random, and close to plain enlargement."""
    found = lively(SuperResolution(SUPERRES))
    assert isinstance(found, SuperResolution)
    with torch.no_grad():
        for value in found.parameters():
            value.mul_(0.05)
    return found


def blob(side: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """A red disc on a pale ground, and its alpha."""
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    alpha = (20.5 - torch.hypot(x - 31.5, y - 31.5)).clamp(0, 1)
    red, pale = torch.tensor([0.8, 0.1, 0.1]), torch.tensor([0.9, 0.92, 0.95])
    picture = alpha * red[:, None, None] + (1 - alpha) * pale[:, None, None]
    return picture * 2 - 1, alpha


def white() -> torch.Tensor:
    return torch.ones(64, 64)


@pytest.mark.parametrize("enlargement", [1, 4, 8])
@pytest.mark.parametrize("size", [(64, 64), (114, 64), (64, 200), (300, 64)])
@pytest.mark.parametrize("is_transparent", [False, True])
def test_a_picture_has_its_canvass_size(
    size: tuple[int, int], enlargement: int, is_transparent: bool
) -> None:
    image = finished(net(), *blob(), Canvas(size, enlargement, "none", is_transparent))
    channels = 4 if is_transparent else 3
    assert image.shape == (size[1] * enlargement, size[0] * enlargement, channels)
    assert image.dtype == np.float32
    assert 0 <= image.min() <= image.max() <= 1
    middle = image[image.shape[0] // 2, image.shape[1] // 2]
    assert middle[0] > 0.6 > 0.3 > middle[1]
    if is_transparent:
        assert (image[image[..., 3] == 0] == 0).all()
        assert (image[0, 0] == 0).all()
        seen = image[image[..., 3] > 0.02]
        assert (seen[:, 1] < 0.3).all(), "some of the pale ground is left"


@pytest.mark.parametrize("size", [(114, 64), (64, 200)])
def test_a_texture_fills_a_canvas_of_another_shape(size: tuple[int, int]) -> None:
    y, x = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    checks = (((x // 8 + y // 8) % 2) * 2.0 - 1).expand(3, -1, -1)
    image = finished(net(), checks, white(), Canvas(size, 4))
    assert image.shape == (size[1] * 4, size[0] * 4, 3)
    for border in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert border.std() > 0.2, "plain ground where the texture should go on"


@pytest.mark.parametrize("tile", ["x", "both"])
def test_cut_out_patterns_still_wrap_around(tile: Tile) -> None:
    picture, alpha = (part.roll((32, 32), (-2, -1)) for part in blob())
    image = finished(net(), picture, alpha, Canvas((64, 64), 4, tile, True))
    other = finished(
        net(), picture.roll(10, -1), alpha.roll(10, -1), Canvas((64, 64), 4, tile, True)
    )
    assert image.shape[2] == 4
    assert np.abs(np.roll(image, 40, axis=1) - other).max() < 0.01


def test_a_picture_without_a_ground_stays_opaque() -> None:
    picture, _ = blob()
    image = finished(net(), picture, white(), Canvas((64, 64), 4, "none", True))
    assert image.shape == (256, 256, 3)


@pytest.mark.parametrize(
    ("size", "tile"), [((80, 70), "none"), ((64, 40), "none"), ((70, 64), "x"), ((64, 80), "x")]
)
def test_a_size_that_cannot_be_painted_is_refused(size: tuple[int, int], tile: Tile) -> None:
    with pytest.raises(ValueError, match=r"\(\d+, \d+\)"):
        PaintRequest("a heart", (0,), size=size, tile=tile).check()


# ---- with the weights that ship --------------------------------------------------------------


@cache
def engine() -> PocketEngine:
    return PocketEngine(Pocket.load(), torch.device("cpu"))


def ignore(step: Step) -> None:
    pass


@cache
def paint(
    prompt: str, size: tuple[int, int] = (256, 256), tile: str = "none", transparent: bool = False
) -> tuple[Image, tuple[str, ...]]:
    """What generate makes, as (H, W, 4), and the notes."""
    canvas = canvas_for(POCKET, size, tile)
    plan = Plan(
        Task.GENERATE,
        *canvas.fitted.model,
        seeds=(1,),
        prompt=prompt,
        steps=8,
        tile=canvas.tile,
        transparent=transparent,
    )
    result = engine().run(plan, ignore)
    return canvas.developed(_with_alpha(result.images[0])), result.notes


def _with_alpha(image: FloatImage) -> Image:
    if image.shape[2] == 4:
        return image
    return np.concatenate([image, np.ones_like(image[..., :1])], 2)


def box(is_subject: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, int, int, int]:
    """left, top, width, height of what is there."""
    rows, columns = np.flatnonzero(is_subject.any(1)), np.flatnonzero(is_subject.any(0))
    return (
        int(columns[0]),
        int(rows[0]),
        int(columns[-1] - columns[0] + 1),
        int(rows[-1] - rows[0] + 1),
    )


@shipped
def test_a_heart_on_nothing_has_no_fringe() -> None:
    image, notes = paint("a red heart", transparent=True)
    assert notes == ()
    alpha = image[..., 3]
    assert (image[[0, 0, -1, -1], [0, -1, 0, -1]] == 0).all()
    assert alpha[128, 128] == 1
    assert 0.15 < alpha.mean() < 0.7
    assert (image[alpha == 0] == 0).all()
    edge = image[(alpha > 0.05) & (alpha < 0.95)]
    assert 50 < len(edge) < 6000, "the outline is sharp, and antialiased"
    assert (edge[:, 1:3].max(axis=1) < 0.45).mean() > 0.98, "a pale fringe"


@shipped
@pytest.mark.parametrize("size", [(640, 360), (300, 900)])
def test_an_icon_is_whole_and_undistorted_on_any_canvas(size: tuple[int, int]) -> None:
    square, _ = paint("a red heart")
    image, _ = paint("a red heart", size)
    assert image.shape == (size[1], size[0], 4)
    shapes = []
    for picture in (square, image):
        left, top, width, height = box((picture[..., 0] > 0.5) & (picture[..., 1] < 0.4))
        assert left > 0
        assert top > 0
        assert left + width < picture.shape[1]
        assert top + height < picture.shape[0]
        shapes.append((width / height, height / min(picture.shape[:2])))
    assert shapes[1] == pytest.approx(shapes[0], rel=0.08)


@shipped
def test_where_the_square_ends_no_seam_is_seen() -> None:
    image, _ = paint("a red heart", (640, 360))
    steps = np.abs(np.diff(image[..., :3], axis=1)).mean(axis=2)
    apart = steps[:40]  # above the subject
    for border in (140, 500):
        near = apart[:, border - 4 : border + 4].mean()
        assert near < apart[:, 150:490].mean() * 2 + 0.002
    assert np.abs(image[:, 0, :3] - image[:, -1, :3]).max() < 0.05


@shipped
def test_a_texture_of_another_shape_meets_itself() -> None:
    image, _ = paint("cobblestone texture", (448, 256), "both")
    assert image.shape == (256, 448, 4)
    for axis in (0, 1):
        steps = np.abs(np.diff(image, axis=axis, append=np.take(image, [0], axis)))
        lines = steps.mean(axis=(1 - axis, 2))
        assert lines[-1] <= lines[:-1].max() * 1.05


@shipped
def test_a_texture_on_nothing_says_that_it_is_opaque() -> None:
    image, notes = paint("brick wall texture", transparent=True)
    assert (image[..., 3] == 1).all()
    assert any("opaque" in note for note in notes)


def main_colour(image: FloatImage) -> FloatImage:
    """The middle's mean colour."""
    middle: FloatImage = image[96:160, 96:160, :3].mean(axis=(0, 1))
    return middle


@shipped
def test_a_prompt_leads_a_variation_away_from_its_picture() -> None:
    heart, _ = paint("a red heart")
    reference = np.ascontiguousarray(heart[..., :3])

    def varied(prompt: str) -> FloatImage:
        plan = Plan(
            Task.VARY,
            256,
            256,
            seeds=(5,),
            prompt=prompt,
            steps=8,
            references=(reference,),
            variation=0.1,
        )
        return main_colour(engine().run(plan, ignore).images[0])

    plain, green = varied(""), varied("a green heart")
    assert plain[0] > plain[1] + 0.3
    assert green[1] > green[0]


@shipped
def test_a_mix_with_words_goes_from_the_picture_to_the_words() -> None:
    heart, _ = paint("a red heart")
    reference = np.ascontiguousarray(heart[..., :3])
    shades = []
    for weight in (0.0, 1.0):
        plan = Plan(
            Task.MIX,
            256,
            256,
            seeds=(5,),
            prompt="a blue circle",
            steps=8,
            references=(reference, "a blue circle"),
            weight=weight,
            transparent=True,
        )
        image = engine().run(plan, ignore).images[0]
        assert image.shape == (256, 256, 4)
        shades.append(main_colour(image))
    assert shades[0][0] > shades[0][2] + 0.3
    assert shades[1][2] > shades[1][0] + 0.3
