"""Pocket's training data: what is drawn is what the caption says, and nothing held out leaks."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core_server.pocket.data import captions, colours, dataset, emoji, shapes, sources, textures
from core_server.pocket.data.cache import choose_heldout, read_emoji, write
from core_server.pocket.data.concepts import Concept, normalize_code, read_concepts, read_names
from core_server.pocket.data.dropped import DROPPED
from core_server.pocket.data.tones import dominant_colour

MAGENTA = (255, 0, 255, 255)


def solid(colour: np.ndarray) -> np.ndarray:
    picture = np.full((8, 8, 4), 255, np.uint8)
    picture[..., :3] = np.rint(colour * 255)
    return picture


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten concepts in two styles as grey squares; two held-out drawings are magenta instead."""
    pictures = np.zeros((20, 64, 64, 4), np.uint8)
    pictures[:, 12:52, 12:52] = (120, 120, 120, 255)
    heldout = np.zeros(20, bool)
    heldout[[3, 8]] = True
    pictures[heldout, 12:52, 12:52] = MAGENTA
    arrays = {
        "emoji": pictures,
        "emoji_concept": np.repeat(np.arange(10, dtype=np.int16), 2),
        "emoji_style": np.tile(np.arange(2, dtype=np.int8), 10),
        "emoji_heldout": heldout,
    }
    concepts = [
        {"code": f"{i:x}", "captions": [f"thing {i}"], "group": "tool", "is_mirrorable": i != 4}
        for i in range(10)
    ]
    words = {"concepts": concepts, "emoji_colours": ["gray"] * 20, "styles": list(emoji.STYLES)}
    path = tmp_path_factory.mktemp("pocket") / "small.npz"
    write(path, (arrays, words), texture_count=40, shape_count=40)
    return path


@pytest.fixture(scope="module")
def data(archive: Path) -> dataset.Dataset:
    return dataset.load_dataset(archive)


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
    chosen = {shapes._choose(rng) for _ in range(3000)}
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
    solid_words = {captions.emoji_caption(rng, ("owl",), "3d style") for _ in range(200)}
    flat_words = {captions.emoji_caption(rng, ("owl",), "cartoon style") for _ in range(200)}
    assert "owl, 3d style" in solid_words
    assert "owl in cartoon style" in flat_words
    assert not any("3d" in caption for caption in flat_words)
    assert not any("cartoon" in caption or "flat" in caption for caption in solid_words)


def test_a_colour_is_not_said_twice() -> None:
    rng = np.random.default_rng(0)
    said = {captions.emoji_caption(rng, ("red heart",), "3d style", "red") for _ in range(200)}
    assert not any("red red" in caption for caption in said)
    plain = {captions.emoji_caption(rng, ("dress",), "3d style", "blue") for _ in range(200)}
    assert "blue dress" in plain


ENGLISH = [
    {"label": "cat face", "hexcode": "1F431", "subgroup": 1},
    {"label": "red heart", "hexcode": "2764", "subgroup": 2},
    {"label": "woman artist", "hexcode": "1F469-200D-1F3A8", "subgroup": 3},
    {"label": "artist", "hexcode": "1F9D1-200D-1F3A8", "subgroup": 3},
    {"label": "man dancing", "hexcode": "1F57A", "subgroup": 3},
    {"label": "flag: Andorra", "hexcode": "1F1E6-1F1E9", "subgroup": 4},
    {"label": "taxi", "hexcode": "1F695", "subgroup": 5},
    {"label": "fax machine", "hexcode": "1F4E0", "subgroup": 5},
    {"label": "regional indicator A", "hexcode": "1F1E6"},
]
GROUPS = {"1": "animal-mammal", "2": "heart", "3": "person-role", "4": "country-flag", "5": "phone"}


def test_only_concrete_concepts_are_kept() -> None:
    concepts = read_concepts(
        json.dumps(ENGLISH).encode(), json.dumps({"subgroups": GROUPS}).encode()
    )
    assert [concept.label for concept in concepts] == [
        "cat face", "red heart", "artist", "man dancing", "taxi",
    ]  # fmt: skip
    assert [concept.label for concept in concepts if not concept.is_mirrorable] == ["taxi"]
    assert {"cat", "kitty"} <= set(concepts[0].captions)


def test_no_concept_is_both_named_and_dropped() -> None:
    assert not set(read_names()) & DROPPED


def test_variation_selectors_do_not_matter() -> None:
    assert normalize_code("2764-FE0F-200D-1F525") == "2764-200d-1f525"


def test_a_fitted_picture_fills_the_frame_without_a_halo() -> None:
    picture = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 60, 180, 140), fill=(255, 255, 255, 255))
    rgba = emoji.fit(picture)
    alpha = rgba[..., 3]
    assert rgba.shape == (64, 64, 4)
    assert rgba[alpha > 16, :3].min() >= 245
    rows = np.flatnonzero(alpha.max(axis=1) > 128)
    assert abs((rows[-1] - rows[0] + 1) - 64 * emoji.FILL) <= 2


def test_a_batch_has_the_promised_form(data: dataset.Dataset) -> None:
    batch = data.sample(np.random.default_rng(0), 64)
    assert batch.rgb.shape == (64, 64, 64, 3)
    assert batch.rgb.dtype == np.uint8
    assert batch.alpha.shape == (64, 64, 64)
    assert len(batch.captions) == 64
    assert all(batch.captions)
    assert batch.concept_ids.shape == (64,)
    assert batch.concept_ids.max() < data.concept_count


def test_the_same_seed_samples_the_same_batch(data: dataset.Dataset) -> None:
    first, second = (data.sample(np.random.default_rng(4), 32) for _ in range(2))
    assert np.array_equal(first.rgb, second.rgb)
    assert first.captions == second.captions


def test_the_mix_is_as_promised(data: dataset.Dataset) -> None:
    batch = data.sample(np.random.default_rng(0), 900)
    is_emoji = batch.concept_ids < len(data.concepts)
    is_texture = (batch.alpha == 255).all(axis=(1, 2))
    assert abs(is_emoji.mean() - 0.62) < 0.04
    assert abs(is_texture.mean() - 0.20) < 0.04


def test_equal_ids_mean_equal_things(data: dataset.Dataset) -> None:
    by_id = dict(zip(data.texture_ids, data.texture_phrases, strict=True))
    for number, phrase in zip(data.texture_ids, data.texture_phrases, strict=True):
        assert by_id[number] == phrase
    assert data.texture_ids.min() >= len(data.concepts)


def test_held_out_drawings_are_listed_and_never_sampled(data: dataset.Dataset) -> None:
    assert list(data.heldout) == [3, 8]
    batch = data.sample(np.random.default_rng(0), 800)
    assert not (batch.rgb[:, 32, 32] == MAGENTA[:3]).all(axis=-1).any()


def test_a_named_background_is_the_one_that_is_seen(data: dataset.Dataset) -> None:
    batch = data.sample(np.random.default_rng(0), 400)
    named = [i for i, caption in enumerate(batch.captions) if caption.endswith("background")]
    assert len(named) > 30
    for i in named:
        word = batch.captions[i].split()[-2]
        corner = batch.rgb[i, 0, 0] / 255
        assert dominant_colour(solid(corner)) == word
        assert batch.captions[i].count(word) == 1, "subject and background must differ"


def test_unnamed_backgrounds_are_white_or_very_light(data: dataset.Dataset) -> None:
    batch = data.sample(np.random.default_rng(1), 300)
    clear = [
        i
        for i, caption in enumerate(batch.captions)
        if not caption.endswith("background") and batch.alpha[i, 0, 0] == 0
    ]
    assert batch.rgb[clear, 0, 0].min() > 200


def test_an_archive_gives_its_emoji_back_without_packages(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.npz"
    write(again, read_emoji(archive), texture_count=3, shape_count=2, seed=9)
    data = dataset.load_dataset(again)
    assert len(data.emoji) == 20
    assert (len(data.textures), len(data.shapes)) == (3, 2)


def test_held_out_pairs_leave_the_concept_another_style() -> None:
    concepts = [Concept(f"{i:x}", (f"thing {i}",), "tool", True) for i in range(30)]
    blank = np.zeros((64, 64, 4), np.uint8)
    drawings = [emoji.EmojiPicture(i, style, blank) for i in range(30) for style in (0, 1)]
    drawings += [emoji.EmojiPicture(30, 0, blank)]
    concepts += [Concept("only", ("lone thing",), "tool", True)]
    marked = choose_heldout(concepts, drawings, count=12)
    held = [drawings[i].concept for i in np.flatnonzero(marked)]
    assert len(held) == len(set(held)) == 12
    assert 30 not in held


@pytest.mark.parametrize("source", sources.SOURCES, ids=lambda source: source.package)
def test_every_source_states_its_terms_and_bytes(source: sources.Source) -> None:
    assert source.licence in {"MIT", "Apache-2.0"}
    assert source.attribution
    assert len(source.sha256) == 64
    assert source.archive_name.endswith(f"-{source.version}.tgz")


def test_an_archive_with_other_bytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / sources.NOTO.archive_name).write_bytes(b"not the package")
    with pytest.raises(ValueError, match=r"not the pinned @iconify-json/noto"):
        sources.fetch(sources.NOTO, tmp_path)


def test_a_missing_npm_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="needs npm"):
        sources.fetch(sources.NOTO, tmp_path)


def test_members_are_read_from_an_archive_by_prefix(tmp_path: Path) -> None:
    path = tmp_path / "small.tgz"
    with tarfile.open(path, "w:gz") as opened:
        for name in ("package/en/data.json", "package/readme"):
            member = tarfile.TarInfo(name)
            member.size = 2
            opened.addfile(member, io.BytesIO(b"{}"))
    assert sources.read_members(path, "en/") == {"en/data.json": b"{}"}


def test_the_cache_folder_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPASTO_POCKET_CACHE", str(tmp_path))
    assert sources.cache_folder() == tmp_path
