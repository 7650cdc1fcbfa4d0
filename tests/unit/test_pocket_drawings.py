"""Where pocket's drawings come from: packages, names in six languages, and what is held out."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core_server.pocket.data import (
    cache,
    colours,
    drawings,
    heldout,
    sources,
    translations,
)
from core_server.pocket.data.clipart import name_clip_art
from core_server.pocket.data.concepts import Concept, normalize_code, read_concepts, read_names
from core_server.pocket.data.dropped import DROPPED
from core_server.pocket.data.tones import dominant_colour


def square(colour: tuple[int, ...] = (120, 120, 120, 255)) -> np.ndarray:
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[12:52, 12:52] = colour
    return picture


ENGLISH = [
    {"label": "cat face", "hexcode": "1F431", "subgroup": 1},
    {"label": "red heart", "hexcode": "2764", "subgroup": 2},
    {"label": "woman artist", "hexcode": "1F469-200D-1F3A8", "subgroup": 3},
    {"label": "artist", "hexcode": "1F9D1-200D-1F3A8", "subgroup": 3},
    {"label": "man dancing", "hexcode": "1F57A", "subgroup": 3},
    {"label": "flag: Andorra", "hexcode": "1F1E6-1F1E9", "subgroup": 4},
    {"label": "taxi", "hexcode": "1F695", "subgroup": 5},
    {"label": "speaker low volume", "hexcode": "1F508", "subgroup": 5},
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


def test_translations_are_the_label_and_the_noun_in_it() -> None:
    german = [
        {"label": "Feueralarm", "hexcode": "1F431-200D", "tags": ["feuer", "feueralarm", "laut"]},
        {"label": "Künstler(in)", "hexcode": "1F9D1", "tags": ["palette"]},
        {"label": "Mann: rotes Haar", "hexcode": "1F468", "tags": []},
        {"label": "egal", "hexcode": "1F431", "tags": []},
    ]
    found = translations.translate({"de": json.dumps(german).encode()})
    assert found["1F431-200D"]["de"] == ("Feueralarm", "Feuer")
    assert found["1F9D1"]["de"] == ("Künstler",)
    assert found["1F468"]["de"] == ()
    assert found["1F431"]["de"][0] == "Katze"


def test_no_concept_is_both_named_and_dropped() -> None:
    assert not set(read_names()) & DROPPED


def test_variation_selectors_do_not_matter() -> None:
    assert normalize_code("2764-FE0F-200D-1F525") == "2764-200d-1f525"


@pytest.mark.parametrize("colour", [(255, 255, 255), (100, 60, 30), (0, 0, 0)])
def test_a_fitted_picture_fills_the_frame_without_a_halo(colour: tuple[int, int, int]) -> None:
    picture = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 60, 180, 140), fill=(*colour, 255))
    rgba = drawings.fit(picture)
    alpha = rgba[..., 3]
    assert rgba.shape == (64, 64, 4)
    assert np.abs(rgba[alpha > 32, :3].astype(int) - colour).mean() < 2
    rows = np.flatnonzero(alpha.max(axis=1) > 128)
    assert abs((rows[-1] - rows[0] + 1) - 64 * drawings.FILL) <= 2


@pytest.mark.parametrize(
    ("language", "name", "colour", "expected"),
    [
        ("de", "Katze", "red", "rote Katze"),
        ("de", "Feuerwehrauto", "red", "rotes Feuerwehrauto"),
        ("de", "Apfel", "green", "grüner Apfel"),
        ("de", "Haus", "pink", "rosa Haus"),
        ("de", "Gabel", "red", "Gabel in Rot"),
        ("fr", "chat", "red", "chat rouge"),
        ("fr", "voiture", "green", "voiture de couleur verte"),
        ("es", "gato", "black", "gato negro"),
        ("es", "casa", "white", "casa blanca"),
        ("es", "coche", "yellow", "coche de color amarillo"),
        ("es", "mano", "yellow", "mano de color amarillo"),
        ("zh", "汽车", "red", "红色的汽车"),
        ("ja", "車", "blue", "青い車"),
    ],
)
def test_a_colour_agrees_with_the_foreign_noun(
    language: str, name: str, colour: str, expected: str
) -> None:
    assert translations.coloured(language, colour, name) == expected


@pytest.mark.parametrize(
    ("language", "name"),
    [("de", "roter Apfel"), ("fr", "cœur bleu"), ("es", "manzana roja"), ("zh", "红心")],
)
def test_a_foreign_colour_is_not_said_twice(language: str, name: str) -> None:
    assert translations.names_colour(language, name)


def test_every_language_can_say_every_colour_and_background() -> None:
    for language in translations.LANGUAGES:
        plain = {translations.coloured(language, colour, "X") for colour in colours.COLOURS}
        laid = {translations.on_background(language, "X", colour) for colour in colours.COLOURS}
        assert len(plain) == len(laid) == len(colours.COLOURS)


def first_round(code: str, name: str) -> Concept:
    return Concept(code, (name,), "tool", True)


def test_what_the_first_round_held_out_or_trained_stays_so() -> None:
    held = [code for code, style in sorted(heldout.FIRST_PAIRS) if style == "3d style"][:5]
    codes = held + [f"{i:x}" for i in range(0x1F900, 0x1F964)]
    concepts = [first_round(code, f"name {code}") for code in codes]
    drawn = [drawings.Drawing(i, s, square()) for i in range(len(codes)) for s in range(6)]
    none = np.zeros(len(codes), bool)
    marked = heldout.choose_drawings(concepts, drawn, none, none, count=40)
    pairs = {(codes[drawn[i].concept], drawn[i].style) for i in np.flatnonzero(marked)}
    assert {pair for pair in pairs if pair[1] < 2} == {
        (code, heldout.FIRST_STYLES.index(style))
        for code, style in heldout.FIRST_PAIRS
        if code in codes
    }
    assert len([pair for pair in pairs if pair[1] >= 2]) == 40


def test_a_held_out_pair_is_all_its_drawings_and_leaves_another_style() -> None:
    concepts = [Concept(f"clip-art:{i}", (f"thing {i}",), "tool", True) for i in range(31)]
    drawn = [drawings.Drawing(i, s, square()) for i in range(30) for s in (0, 2, 2)]
    drawn += [drawings.Drawing(30, 0, square())]
    new = np.ones(31, bool)
    marked = heldout.choose_drawings(concepts, drawn, new, ~new, count=12)
    pairs = {(drawn[i].concept, drawn[i].style) for i in np.flatnonzero(marked)}
    assert len({concept for concept, _ in pairs}) == len(pairs) == 12
    assert 30 not in {concept for concept, _ in pairs}
    assert all(((d.concept, d.style) in pairs) == m for d, m in zip(drawn, marked, strict=True))


def test_only_new_things_of_one_name_are_held_out_whole() -> None:
    concepts = [Concept(f"clip-art:{i}", (f"thing {i}",), "tool", True) for i in range(20)]
    concepts[3] = replace(concepts[3], captions=("thing 3", "thing 4"))
    drawn = [drawings.Drawing(i, 6 if i == 5 else 2, square()) for i in range(20)]
    new = np.arange(20) < 10
    marked = heldout.choose_concepts(concepts, drawn, new, count=20)
    assert list(np.flatnonzero(marked)) == [0, 1, 2, 6, 7, 8, 9]


def test_clip_art_joins_what_it_is_called_by() -> None:
    known = [
        Concept("1f431", ("cat face", "cat"), "animal", True),
        Concept("1f511", ("key",), "lock", True),
    ]
    added, icons = name_clip_art(known)
    labels = [concept.label for concept in (*known, *added)]
    assert len(set(labels)) == len(labels)
    styles = {icon.style for place, icon in icons if labels[place] == "key"}
    assert styles == {"silhouette"}
    assert {icon.style for _, icon in icons} <= set(drawings.STYLES)


def test_models_join_the_concepts_that_share_a_name() -> None:
    known = [
        Concept("1f6cb", ("couch", "sofa"), "household", True, {"de": ("Couch",)}),
        Concept("clip-art:fridge", ("fridge",), "silhouette", True),
    ]
    others = [
        Concept("model-sofa", ("sofa",), "household", True, {"de": ("Sofa",), "fr": ("canapé",)}),
        Concept("model-refrigerator", ("refrigerator", "fridge"), "household", True),
        Concept("model-stool", ("stool",), "household", True),
    ]
    merged, places = cache.merge(known, others)
    assert places == [0, 1, 2]
    assert merged[0].captions == ("couch", "sofa")
    assert merged[0].translations == {"de": ("Couch",), "fr": ("canapé",)}
    assert merged[1].captions == ("fridge", "refrigerator")
    assert merged[2].label == "stool"


def small_package(folder: Path, source: sources.Source, chars: dict[str, str]) -> sources.Source:
    """An icon package of the real form with a red square, an alias and a mirrored alias."""
    icons = {
        "width": 32,
        "height": 32,
        "icons": {"red-square": {"body": '<path fill="#f00" d="M4 4h24v24h-24z"/>'}},
        "aliases": {
            "crimson": {"parent": "red-square"},
            "turned": {"parent": "red-square", "hFlip": True},
        },
    }
    path = folder / source.archive_name
    with tarfile.open(path, "w:gz") as opened:
        for name, content in (("icons.json", icons), ("chars.json", chars)):
            text = json.dumps(content).encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            opened.addfile(member, io.BytesIO(text))
    return replace(source, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_pack_is_read_and_drawn(tmp_path: Path) -> None:
    source = small_package(tmp_path, sources.TWEMOJI, {"1F7E5-FE0F": "red-square"})
    pack = drawings.read_pack(source, tmp_path)
    assert set(pack.svgs) == {"red-square", "crimson"}
    assert pack.names == {"1f7e5": "red-square"}
    rgba = drawings.fit(drawings.render(pack.svgs["crimson"]))
    assert dominant_colour(rgba) == "red"


def test_a_pack_without_code_points_is_understood_by_its_names() -> None:
    pack = drawings.Pack({"cactus-1": "", "cactus-2": "", "cat": "", "odd": ""}, {})
    found = drawings.by_code(pack, {"cactus": "1f335", "cat": "1f408"})
    assert found == {"1f335": "cactus-1", "1f408": "cat"}


@pytest.mark.parametrize("source", sources.SOURCES, ids=lambda source: source.package)
def test_every_source_states_its_terms_and_bytes(source: sources.Source) -> None:
    assert source.licence in {"MIT", "Apache-2.0", "CC-BY-3.0", "CC-BY-4.0"}
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
