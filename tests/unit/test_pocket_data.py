"""Pocket's training data: what is drawn is what the caption says, and nothing held out leaks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core_server.pocket.data import (
    cache,
    captions,
    colours,
    dataset,
    drawings,
    shapes,
    shares,
    textures,
    travel,
)
from core_server.pocket.data.__main__ import main
from core_server.pocket.data.cache import write
from core_server.pocket.data.concepts import Concept
from core_server.pocket.data.tones import dominant_colour

MAGENTA = (255, 0, 255, 255)


def solid(colour: np.ndarray) -> np.ndarray:
    picture = np.full((8, 8, 4), 255, np.uint8)
    picture[..., :3] = np.rint(colour * 255)
    return picture


def square(colour: tuple[int, ...] = (120, 120, 120, 255)) -> np.ndarray:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[12:52, 12:52] = colour
    return picture


def invent() -> tuple[list[Concept], list[drawings.Drawing], list[str | None]]:
    """Ten concepts in every style, each model from two sides; the first is called by an emoji."""
    names = ("cat", "dog", *(f"thing {i}" for i in range(2, 10)))
    german = {"de": ("Katze",), "ja": ("猫",)}
    concepts = [
        Concept(f"clip-art:{i}", (name,), "tool", i != 4, german if i == 0 else {})
        for i, name in enumerate(names)
    ]
    styles = [*range(len(drawings.STYLES)), len(drawings.STYLES) - 1]
    drawn = [drawings.Drawing(i, style, square()) for i in range(10) for style in styles]
    return concepts, drawn, [*([None] * 7), "front", "left side"] * 10


def invented_archive(heldout_rows: tuple[int, ...]) -> cache.Archive:
    """What `invent` says as an archive; the held-out drawings are magenta."""
    concepts, drawn, sides = invent()
    archive = cache.assemble(concepts, drawn, sides)
    marked = np.zeros(len(drawn), bool)
    marked[list(heldout_rows)] = True
    archive.arrays["concept_heldout"][:] = np.arange(10) == 9
    archive.arrays["drawing_heldout"][:] = marked
    archive.arrays["drawings"][marked | (archive.arrays["drawing_concept"] == 9)] = 0
    archive.arrays["drawings"][marked, 12:52, 12:52] = MAGENTA
    archive.arrays["drawings"][archive.arrays["drawing_concept"] == 9, 12:52, 12:52] = MAGENTA
    return archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pocket") / "small.npz"
    write(path, invented_archive((3, 8)), texture_count=40, shape_count=40)
    return path


@pytest.fixture(scope="module")
def data(archive: Path) -> dataset.Dataset:
    return dataset.load_dataset(archive)


@pytest.fixture(scope="module")
def batch(data: dataset.Dataset) -> dataset.Batch:
    """900 samples, which the tests below look at and leave as they are."""
    return data.sample(np.random.default_rng(0), 900)


@pytest.mark.parametrize("kind", textures.KINDS, ids=lambda kind: kind.names[0])
def test_a_texture_wraps_without_a_seam(kind: textures.TextureKind) -> None:
    picture = textures.make_texture(np.random.default_rng(7), kind).rgb
    assert picture.shape == (64, 64, 3)
    assert picture.dtype == np.uint8
    for axis in (0, 1):
        steps = np.abs(np.diff(picture.astype(int), axis=axis, append=picture.take([0], axis)))
        per_line = steps.mean(axis=(1 - axis, 2))
        assert per_line[-1] <= 1.25 * per_line[:-1].max() + 2


@pytest.mark.parametrize("kind", textures.KINDS, ids=lambda kind: kind.names[0])
def test_a_texture_is_neither_flat_nor_the_same_twice(kind: textures.TextureKind) -> None:
    rng = np.random.default_rng(3)
    first, second = (textures.make_texture(rng, kind).rgb for _ in range(2))
    assert first.std() > 2
    assert not np.array_equal(first, second)


def test_the_same_seed_draws_the_same_pictures() -> None:
    for make in (textures.make_texture, shapes.make_shape):
        first, second = (make(np.random.default_rng(5)) for _ in range(2))
        assert first.phrase == second.phrase


@pytest.mark.parametrize(("name", "colour"), textures.HELDOUT_TEXTURES)
def test_a_held_out_texture_colour_is_never_drawn(name: str, colour: str) -> None:
    (kind,) = (kind for kind in textures.KINDS if kind.names[0] == name)
    assert colour in kind.colours, "only a colour that could be drawn is worth holding out"
    quick = replace(kind, paint=lambda rng, base, other: np.zeros((64, 64, 3), np.uint8))
    rng = np.random.default_rng(0)
    drawn = [textures.make_texture(rng, quick).phrase for _ in range(400)]
    assert not any(phrase.startswith(colour) for phrase in drawn)


def test_a_held_out_shape_colour_is_never_chosen() -> None:
    rng = np.random.default_rng(0)
    chosen = {shapes.choose(rng) for _ in range(3000)}
    assert not chosen & set(shapes.HELDOUT_SHAPES)
    assert len(chosen) == len(shapes.SHAPES) * len(colours.COLOURS) - len(shapes.HELDOUT_SHAPES)


@pytest.mark.parametrize("word", colours.COLOURS)
def test_a_picked_colour_is_called_by_its_word(word: str) -> None:
    rng = np.random.default_rng(1)
    called = {dominant_colour(solid(colours.pick(rng, word))) for _ in range(60)}
    assert called == {word}


def test_a_plain_shape_shows_the_colour_its_phrase_names() -> None:
    rng = np.random.default_rng(11)
    drawn = [shapes.make_shape(rng) for _ in range(50)]
    plain = [s for s in drawn if s.phrase.split()[0] in colours.COLOURS and "with" not in s.phrase]
    assert len(plain) > 8
    for shape in plain:
        assert dominant_colour(shape.rgba) in {shape.phrase.split()[0], None}


def test_a_shape_is_smooth_at_its_edge_and_empty_outside() -> None:
    rgba = shapes.make_shape(np.random.default_rng(2)).rgba
    alpha = rgba[..., 3]
    assert alpha[0, 0] == 0
    assert 255 in alpha
    assert ((alpha > 0) & (alpha < 255)).any()


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("cat face", "a cat face"),
        ("orange cat", "an orange cat"),
        ("hourglass", "an hourglass"),
        ("unicorn", "a unicorn"),
        ("ufo", "a ufo"),
        ("socks", "socks"),
        ("glasses", "glasses"),
        ("city bus", "a city bus"),
        ("cactus", "a cactus"),
        ("slice of pizza", "a slice of pizza"),
        ("stack of books", "a stack of books"),
        ("bread", "bread"),
        ("person shrugging", "a person shrugging"),
        ("rhinoceros", "a rhinoceros"),
        ("two hearts", "two hearts"),
        ("face with heart eyes", "a face with heart eyes"),
        ("santa claus", "santa claus"),
        ("monkey covering its ears", "a monkey covering its ears"),
    ],
)
def test_articles_follow_english(phrase: str, expected: str) -> None:
    assert captions.with_article(phrase) == expected


def test_a_caption_names_the_style_the_picture_has() -> None:
    rng = np.random.default_rng(0)
    solid_words = {captions.drawing_caption(rng, ("owl",), "3d style") for _ in range(200)}
    flat_words = {captions.drawing_caption(rng, ("owl",), "cartoon style") for _ in range(200)}
    assert "owl, 3d style" in solid_words
    assert "owl in cartoon style" in flat_words
    assert not any("3d" in caption for caption in flat_words)
    assert not any("cartoon" in caption or "flat" in caption for caption in solid_words)


def test_a_colour_is_not_said_twice() -> None:
    rng = np.random.default_rng(0)
    said = {captions.drawing_caption(rng, ("red heart",), "3d style", "red") for _ in range(200)}
    assert not any("red red" in caption for caption in said)
    plain = {captions.drawing_caption(rng, ("dress",), "3d style", "blue") for _ in range(200)}
    assert "blue dress" in plain


def test_a_batch_has_the_promised_form(data: dataset.Dataset) -> None:
    batch = data.sample(np.random.default_rng(0), 64)
    assert batch.rgb.shape == (64, 64, 64, 3)
    assert batch.rgb.dtype == np.uint8
    assert batch.alpha.shape == (64, 64, 64)
    assert len(batch.captions) == 64
    assert all(batch.captions)
    assert batch.concept_ids.shape == (64,)


def test_the_same_seed_samples_the_same_batch(data: dataset.Dataset) -> None:
    first, second = (data.sample(np.random.default_rng(4), 32) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert first.captions == second.captions


def test_the_mix_is_as_promised(data: dataset.Dataset, batch: dataset.Batch) -> None:
    is_drawing = batch.concept_ids < len(data.concepts)
    is_texture = (batch.alpha == 255).all(axis=(1, 2))
    is_scene = batch.concept_ids >= data.concept_count
    found = np.array([is_drawing.mean(), is_texture.mean(), is_scene.mean()])
    assert np.abs(found - (0.60, 0.14, 0.16)).max() < 0.04


def test_equal_ids_mean_equal_things(data: dataset.Dataset) -> None:
    by_id = dict(zip(data.texture_ids, data.texture_phrases, strict=True))
    for number, phrase in zip(data.texture_ids, data.texture_phrases, strict=True):
        assert by_id[number] == phrase
    assert data.texture_ids.min() >= len(data.concepts)


def test_held_out_drawings_and_concepts_are_listed_and_never_sampled(
    data: dataset.Dataset, batch: dataset.Batch
) -> None:
    assert list(data.heldout) == [3, 8]
    assert set(data.drawing_concept[data.unseen]) == {9}
    seen = batch.rgb[batch.concept_ids < len(data.concepts), 32, 32]
    assert not (seen == MAGENTA[:3]).all(axis=-1).any()
    assert "thing 9" not in " ".join(batch.captions)
    assert all("9" not in noun for noun in data.cast.nouns)


def test_everyday_things_and_the_first_styles_come_most_often(data: dataset.Dataset) -> None:
    rng = np.random.default_rng(0)
    picked = data.choose_drawings(rng, 6000)
    assert not data.drawing_heldout[picked].any()
    per_concept = np.bincount(data.drawing_concept[picked], minlength=10)
    assert per_concept[:2].min() > 1.6 * per_concept[2:9].max()
    names = [data.concepts[concept] for concept in data.drawing_concept]
    styles = [data.styles[style] for style in data.drawing_style]
    weights = shares.drawing_weights(names, ["tool"] * len(names), styles)
    first = np.isin(styles, ("3d style", "cartoon style"))
    assert weights[first].sum() / weights.sum() == pytest.approx(0.51, abs=0.02)


def test_a_model_says_from_which_side_it_is_seen_and_is_never_mirrored() -> None:
    rng = np.random.default_rng(0)
    said = {
        captions.drawing_caption(rng, ("armchair",), "3d model", None, "left side")
        for _ in range(400)
    }
    assert "an armchair seen from the left side" in said
    assert "3d model of an armchair, left side view" in said
    assert "3d model of an armchair" in said
    assert not any("front" in caption or "right" in caption for caption in said)


def test_a_painted_silhouette_says_its_colour(data: dataset.Dataset) -> None:
    rng = np.random.default_rng(0)
    row = int(np.flatnonzero(data.drawing_style == data.styles.index("silhouette"))[0])
    painted = 0
    for _ in range(200):
        picture = data.drawings[row].copy()
        picture[..., :3] = 0
        words = data._word(rng, picture, row)
        if words.subject != "black":
            painted += 1
            assert words.subject in words.caption
            assert dominant_colour(picture) == words.subject
    assert 40 < painted < 110


def test_a_drawing_is_sometimes_called_by_a_foreign_name(data: dataset.Dataset) -> None:
    rng = np.random.default_rng(0)
    picture = data.drawings[0].copy()
    said = [data._word(rng, picture, 0) for _ in range(3000)]
    foreign = [wording for wording in said if wording.language != "en"]
    assert 0.05 < len(foreign) / len(said) < 0.11
    assert {wording.caption for wording in foreign} == {"Katze", "graue Katze", "猫", "灰色の猫"}
    clear, ids = np.zeros((200, 2, 2, 4), np.float32), np.zeros(200, np.int64)
    laid = dataset._composite(rng, clear, [dataset.Wording("Katze", None, "de")] * 200, ids)
    assert any("Katze auf " in caption for caption in laid.captions)
    assert not any("background" in caption for caption in laid.captions)


def test_a_named_background_is_the_one_that_is_seen(
    data: dataset.Dataset, batch: dataset.Batch
) -> None:
    named = [
        i
        for i, caption in enumerate(batch.captions)
        if caption.endswith("background") and batch.concept_ids[i] < data.concept_count
    ]
    assert len(named) > 30
    for i in named:
        word = batch.captions[i].split()[-2]
        corner = batch.rgb[i, 0, 0] / 255
        assert dominant_colour(solid(corner)) == word
        assert batch.captions[i].count(word) == 1, "subject and background must differ"


def test_unnamed_backgrounds_are_white_or_very_light(batch: dataset.Batch) -> None:
    clear = [
        i
        for i, caption in enumerate(batch.captions)
        if caption.isascii()
        and not caption.endswith("background")
        and " auf " not in caption
        and batch.alpha[i, 0, 0] == 0
    ]
    assert batch.rgb[clear, 0, 0].min() > 200


def test_an_archive_gives_its_drawings_back_without_packages(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    write(again, travel.read_drawings(archive), texture_count=3, shape_count=2, seed=9)
    data = dataset.load_dataset(again)
    assert len(data.drawings) == 90
    assert (len(data.textures), len(data.shapes)) == (3, 2)


def test_a_travelling_archive_keeps_words_and_alpha_and_nearly_the_colours(
    archive: Path, tmp_path: Path
) -> None:
    small = tmp_path / "drawings.zip"
    sent = travel.read_drawings(archive)
    travel.pack(small, cache.read(archive))
    got = travel.read_drawings(small)
    assert got.words["concepts"] == sent.words["concepts"]
    assert got.words["drawing_sides"] == sent.words["drawing_sides"]
    assert set(got.arrays) == set(sent.arrays)
    before, after = sent.arrays["drawings"], got.arrays["drawings"]
    assert np.array_equal(before[..., 3], after[..., 3])
    assert np.abs(before[:, 16:48, 16:48].astype(int) - after[:, 16:48, 16:48]).mean() < 4
    assert not after[after[..., 3] == 0].any()


def test_other_files_are_refused_as_archives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.npz").write_bytes(b"no archive")
    arguments = ["--drawings-from", str(tmp_path / "other.npz"), "--output", str(tmp_path / "x")]
    assert main(arguments) == 1
    assert capsys.readouterr().err
    assert not (tmp_path / "x").exists()
