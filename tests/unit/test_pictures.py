"""Candidates as objects: flattened over their original, moved, named, saved with their record."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core_server.cli.failure import Hint
from core_server.cli.saving import Target, free_path, result_json, target_for
from core_server.imaging.files import read_image, read_png_text
from core_server.imaging.ora import read_ora
from core_server.pictures import Original, Picture, Pictures, numbered
from protocol.geometry import Rect


def plain(width: int, height: int, value: int, alpha: int = 255) -> np.ndarray:
    pixels = np.full((height, width, 4), value, np.uint8)
    pixels[..., 3] = alpha
    return pixels


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 2**16, (20, 30, 4)).astype(np.uint16)


def test_outside_the_layers_alpha_not_one_bit_changes(noise: np.ndarray) -> None:
    layer = np.zeros((8, 8, 4), np.uint16)
    layer[2:6, 2:6] = 65535
    picture = Picture(layer, Rect(10, 5, 8, 8), original=Original(noise, Rect(0, 0, 30, 20)))
    flat = picture.flattened()
    painted = np.zeros((20, 30), bool)
    painted[7:11, 12:16] = True
    assert flat.dtype == np.uint16
    assert (flat[~painted] == noise[~painted]).all()
    assert (flat[painted] == 65535).all()


def test_a_layer_that_reaches_beyond_makes_the_picture_larger(noise: np.ndarray) -> None:
    layer = np.full((20, 40, 4), 65535, np.uint16)
    layer[:, 10:, 3] = 0
    picture = Picture(layer, Rect(-10, 0, 40, 20), original=Original(noise, Rect(0, 0, 30, 20)))
    flat = picture.flattened()
    assert flat.shape == (20, 40, 4)
    assert (flat[:, 10:] == noise).all()
    assert (flat[:, :10] == 65535).all()


def test_without_an_original_a_picture_is_itself() -> None:
    pixels = plain(4, 3, 9, alpha=7)
    assert Picture(pixels, Rect(0, 0, 4, 3)).flattened() is pixels


@pytest.mark.parametrize(
    ("name", "count", "names"),
    [
        ("a.png", 1, ["a.png"]),
        ("a.png", 3, ["a-1.png", "a-2.png", "a-3.png"]),
        ("a.b.png", 2, ["a.b-1.png", "a.b-2.png"]),
        ("a.ora", 3, ["a.ora"]),
    ],
)
def test_several_candidates_are_numbered(name: str, count: int, names: list[str]) -> None:
    assert [path.name for path in numbered(Path(name), count)] == names


@pytest.fixture
def two() -> Pictures:
    pictures = [
        Picture(plain(4, 3, n), Rect(0, 0, 4, 3), f"heart {n}", n, n / 10, {"prompt": "heart"})
        for n in (7, 8)
    ]
    return Pictures(pictures, job="1f", record={"prompt": "heart"}, notes=("Small.",))


def test_saved_pictures_have_their_record_inside(two: Pictures, tmp_path: Path) -> None:
    files = two.save(tmp_path / "heart.png")
    assert [path.name for path in files] == ["heart-1.png", "heart-2.png"]
    for picture, path in zip(two, files, strict=True):
        assert (read_image(path).pixels[..., :3] == picture.pixels[..., :3]).all()
        inside = json.loads(read_png_text(path)["impasto"])
        assert inside == {
            "prompt": "heart", "name": picture.name, "seed": picture.seed, "score": picture.score,
        }  # fmt: skip


def test_nothing_is_written_when_one_name_is_taken(two: Pictures, tmp_path: Path) -> None:
    (tmp_path / "heart-2.png").touch()
    with pytest.raises(FileExistsError):
        two.save(tmp_path / "heart.png")
    assert not (tmp_path / "heart-1.png").exists()
    two.save(tmp_path / "heart.png", overwrite=True)


def test_a_suffix_that_cannot_be_written_is_named(two: Pictures, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not heart\.jpg"):
        two.save(tmp_path / "heart.jpg")


def test_layers_lie_at_their_places_with_the_best_on_top(tmp_path: Path) -> None:
    ground = Original(plain(9, 8, 1), Rect(0, 0, 9, 8), "photo")
    pictures = Pictures(
        Picture(plain(4, 3, n, alpha=n), Rect(-2, 5, 4, 3), f"tree {n}", n, original=ground)
        for n in (7, 8)
    )
    assert pictures.save(tmp_path / "a.ora") == [tmp_path / "a.ora"] * 2
    size, layers = read_ora(tmp_path / "a.ora")
    assert size == (11, 8)
    places = [(layer.name, layer.x, layer.y, layer.visible) for layer in layers]
    assert places == [("tree 7", 0, 5, True), ("tree 8", 0, 5, False), ("photo", 2, 0, True)]
    assert (layers[1].pixels == pictures[1].pixels).all()
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        records = json.loads(archive.read("impasto.json"))
    assert [record["seed"] for record in records] == [7, 8]


def test_floats_are_saved_in_16_bit(tmp_path: Path) -> None:
    pixels = np.array([[[0, 0.5, 1.7, 1]]], np.float32)
    path = Picture(pixels, Rect(0, 0, 1, 1)).save(tmp_path / "a.png")
    assert read_image(path).pixels.tolist() == [[[0, 32768, 65535, 65535]]]


def test_the_best_is_the_first(two: Pictures) -> None:
    assert two.best.seed == 7


# ---- where the command line writes -----------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "count", "free"),
    [
        ([], 1, "a.png"),
        (["a.png"], 1, "a-again-2.png"),
        (["a.png", "a-again-2.png"], 1, "a-again-3.png"),
        (["a.png"], 2, "a.png"),
        (["a-2.png"], 2, "a-again-2.png"),
        (["a-3.png"], 2, "a.png"),
    ],
)
def test_a_free_name_is_found(there: list[str], count: int, free: str, tmp_path: Path) -> None:
    for name in there:
        (tmp_path / name).touch()
    assert free_path(tmp_path / "a.png", lambda path: numbered(path, count)).name == free


def test_what_appeared_meanwhile_is_kept(two: Pictures, tmp_path: Path) -> None:
    target = target_for(tmp_path / "heart.png", "unused.png", overwrite=False)
    (tmp_path / "heart-2.png").write_text("precious")
    files = target.save(two)
    assert [path.name for path in files] == ["heart-again-2-1.png", "heart-again-2-2.png"]
    assert (tmp_path / "heart-2.png").read_text() == "precious"


def test_a_folder_takes_the_default_name(tmp_path: Path) -> None:
    assert target_for(tmp_path, "a.png", False) == Target(tmp_path / "a.png", overwrite=False)


@pytest.mark.parametrize("there", ["out.png", "out-1.png"])
def test_a_name_that_is_taken_is_refused_before_painting(there: str, tmp_path: Path) -> None:
    (tmp_path / there).touch()
    with pytest.raises(Hint, match="is already there"):
        target_for(tmp_path / "out.png", "a.png", overwrite=False)
    assert target_for(tmp_path / "out.png", "a.png", overwrite=True).overwrite


def test_the_json_of_a_result_has_paths_seeds_scores_and_record(two: Pictures) -> None:
    assert result_json(two, [Path("a-1.png"), Path("a-2.png")]) == {
        "job": "1f",
        "pictures": [
            {"path": "a-1.png", "name": "heart 7", "seed": 7, "score": 0.7, "rect": [0, 0, 4, 3]},
            {"path": "a-2.png", "name": "heart 8", "seed": 8, "score": 0.8, "rect": [0, 0, 4, 3]},
        ],
        "record": {"prompt": "heart"},
        "notes": ["Small."],
    }
