"""Pocket's 3-D models: reading meshes, drawing them, and naming what the catalogues list."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core_server.pocket.data import models
from core_server.pocket.data.model_catalogues import (
    FURNITURE,
    Catalogue,
    DebianSource,
    Entry,
    fetch_package,
    parse_properties,
    read_entries,
    unpack,
)
from core_server.pocket.data.model_meshes import place, read_materials, read_mesh
from core_server.pocket.data.model_words import (
    SIMPLIFIED,
    TRADITIONAL,
    captions_of,
    foreign_names,
    group_of,
    is_dropped,
    read_model_names,
)
from core_server.pocket.data.rendering import Mesh, render

# A unit cube whose front (+z) is red, whose +x face is blue, and whose others are white.
CUBE = """
mtllib cube.mtl
v -1 -1 -1
v 1 -1 -1
v 1 1 -1
v -1 1 -1
v -1 -1 1
v 1 -1 1
v 1 1 1
v -1 1 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl front
f 5/1 6/2 7/3 8/4
usemtl side
f 6/1 2/2 3/3 7/4
usemtl rest
f 2 1 4 3
f 1 5 8 4
f 8 7 3 4
f 1 2 6 5
"""
COLOURS = """
newmtl front
Kd 1 0 0
newmtl side
Kd 0 0 1
newmtl rest
Kd 1 1 1
"""
ENTRY = Entry(
    key="Tiny/cube",
    catalogue="Tiny",
    name="Chair",
    category="Living room",
    creator="Someone",
    member="tiny/cube/cube.obj",
    size=(10.0, 10.0, 10.0),
    rotation=(1, 0, 0, 0, 1, 0, 0, 0, 1),
    translations={"de": "Stuhl", "fr": "Chaise", "zh": "椅子"},
)


def cube(materials: str = COLOURS, texture: bytes | None = None) -> Mesh:
    files = {"cube.mtl": materials.encode(), "paint.png": texture}
    return read_mesh(CUBE, files.get)


def png(pixels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("azimuth", "strongest"), [(0, 0), (90, 2)], ids=["front is red", "left side is blue"]
)
def test_each_side_is_seen_from_its_own_direction(azimuth: float, strongest: int) -> None:
    middle = render(cube(), azimuth, 0)[32, 32].astype(int)
    assert middle[3] == 255
    assert middle[strongest] > 2 * max(middle[k] for k in range(3) if k != strongest)


def test_seen_from_its_left_side_the_front_lies_at_the_left_of_the_picture() -> None:
    view = render(cube(), 60, 0).astype(int)
    red = (view[..., 0] > 2 * view[..., 2]) & (view[..., 3] > 0)
    blue = (view[..., 2] > 2 * view[..., 0]) & (view[..., 3] > 0)
    assert np.flatnonzero(red.any(axis=0)).mean() < np.flatnonzero(blue.any(axis=0)).mean()


def test_the_subject_is_centred_and_fills_the_frame() -> None:
    inside = render(cube(), 35, 24)[..., 3] > 127
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == pytest.approx(0.92 * 64, abs=1.5)
    for line in (rows, columns):
        assert (line[0] + line[-1]) / 2 == pytest.approx(31.5, abs=1)


def test_alpha_is_straight_and_nothing_hides_under_full_transparency() -> None:
    view = render(cube(), 35, 24)
    edge = (view[..., 3] > 20) & (view[..., 3] < 200)
    assert edge.any()
    assert view[edge][:, :3].max(axis=1).min() > 90, "an edge is as bright as its face"
    assert not view[view[..., 3] == 0].any()


def test_the_top_is_lit_more_than_the_side_away_from_the_light() -> None:
    white = COLOURS.replace("1 0 0", "1 1 1").replace("0 0 1", "1 1 1")
    view = render(cube(white), 35, 40).astype(int)
    top, right = view[14, 32, 0], view[45, 50, 0]
    assert top > right + 30
    assert right > 80, "the shadowed side keeps its shape"


def test_glass_lets_what_is_behind_through_and_is_itself_half_seen() -> None:
    glass = COLOURS.replace("Kd 1 0 0", "Kd 1 0 0\nd 0.3")
    through, solid = render(cube(glass), 0, 0)[32, 32], render(cube(), 0, 0)[32, 32]
    assert through[3] == 255, "the back wall is opaque"
    assert through[1] > solid[1] + 60, "and white shows through the red pane"
    alone = render(cube(COLOURS.replace("Kd", "d 0.3\nKd")), 0, 0)[32, 32]
    assert 50 < alone[3] < 200


def test_a_texture_stands_upright_on_its_face() -> None:
    paint = np.zeros((4, 4, 4), np.uint8)
    paint[:2], paint[2:] = (0, 255, 0, 255), (255, 0, 255, 255)
    textured = COLOURS.replace("Kd 1 0 0", "Kd 1 0 0\nmap_Kd paint.png")
    view = render(cube(textured, png(paint)), 0, 0).astype(int)
    assert view[15, 32, 1] > view[15, 32, 0]
    assert view[48, 32, 0] > view[48, 32, 1]


def test_where_a_texture_is_clear_one_sees_what_lies_behind() -> None:
    clear = np.zeros((2, 2, 4), np.uint8)
    textured = COLOURS.replace("Kd 1 0 0", "Kd 1 0 0\nmap_Kd paint.png")
    middle = render(cube(textured, png(clear)), 0, 0)[32, 32].astype(int)
    assert middle[3] == 255
    assert np.ptp(middle[:3]) < 10, "the white back wall"


def test_a_model_of_which_nothing_is_seen_is_refused() -> None:
    with pytest.raises(ValueError, match="no opaque face"):
        render(cube(COLOURS.replace("Kd", "d 0.0\nKd")), 0, 0)


def test_the_same_model_is_always_drawn_alike() -> None:
    assert np.array_equal(render(cube(), 35, 24), render(cube(), 35, 24))


def test_polygons_become_fans_and_indices_may_count_from_the_end() -> None:
    mesh = read_mesh("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf -4 -3 -2 -1\n", lambda _: None)
    assert mesh.corners.shape == (2, 3, 3)
    assert np.allclose(mesh.normals, (0, 0, 1))


def test_given_normals_are_kept_and_missing_ones_are_smooth_only_below_the_crease() -> None:
    given = "v 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0.6 0.8\nf 1//1 2//1 3//1\n"
    assert np.allclose(read_mesh(given, lambda _: None).normals, (0, 0.6, 0.8))
    faces = cube().normals.reshape(-1, 3)
    assert np.allclose(np.abs(faces).max(axis=1), 1), "a cube keeps its sharp edges"


@pytest.mark.parametrize(
    ("text", "message"),
    [("v 0 0 0\n", "no face"), ("v 0 0 0\nf 1 2 3\n", "vertex that is not there")],
)
def test_a_broken_mesh_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_mesh(text, lambda _: None)


def test_placing_turns_first_and_then_stretches_to_the_catalogue_size() -> None:
    quarter = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float64)
    placed = place(cube(), quarter, (20, 30, 40))
    extent = placed.corners.max(axis=(0, 1)) - placed.corners.min(axis=(0, 1))
    assert np.allclose(extent, (20, 30, 40))
    blue = placed.material == 2
    assert np.allclose(placed.normals[blue], (0, 0, -1), atol=1e-6), "+x has become the back"


def test_materials_without_their_texture_keep_their_colour() -> None:
    text = "newmtl a b\nKd .1 .2 .3\nmap_Kd C:/gone.jpg\nKs 1 1 1\nNs 900\nillum 2\n"
    material = read_materials(text, lambda _: None)["a b"]
    assert material.texture is None
    assert np.allclose(material.colour, (0.1, 0.2, 0.3))
    assert (material.gloss, material.exponent) == (1, 60)


def test_properties_are_read_with_escapes_continuations_and_comments() -> None:
    content = b"# c=d\nname#1=\\u6905\\u5b50\nlong#1 = one \\\n  two\nat#1=Au\xdfen\n"
    values = parse_properties(content)
    assert values == {"name#1": "椅子", "long#1": "one two", "at#1": "Außen"}


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("Chair", "chair"),
        ("Little bank", "bench"),
        ("Socket", "sock"),
        ("VW new beetle", "small car"),
        ("Fire hydrant", "fire hydrant"),
    ],
)
def test_a_model_is_called_by_its_plain_name(name: str, caption: str) -> None:
    assert captions_of(replace(ENTRY, name=name))[0] == caption


def test_captions_are_plain_lower_case_words() -> None:
    for name, (captions, _) in read_model_names().items():
        assert len(set(captions)) == len(captions), name
        for caption in captions:
            assert caption == caption.lower().strip()
            assert not any(letter.isdigit() for letter in caption), caption


def test_names_in_other_languages_are_left_out_where_they_are_of_a_make_or_untranslated() -> None:
    entry = replace(ENTRY, translations={"de": "Stuhl (klein)", "fr": "Type 9", "zh": "Chair"})
    assert foreign_names(entry) == {"de": "Stuhl"}
    taiwan = replace(entry, translations={"es": "Silla", "zh": "Chair", "zh-tw": "書櫃"})
    assert foreign_names(taiwan) == {"es": "silla", "zh": "书柜"}
    assert foreign_names(replace(ENTRY, name="Seat Leon")) == {}


def test_every_traditional_character_has_its_simplified_one() -> None:
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL))


def test_people_animals_and_things_are_told_apart() -> None:
    figures = replace(ENTRY, category="Characters")
    assert group_of(replace(figures, name="Sitting male")) == "person"
    assert group_of(replace(figures, name="Cat")) == "animal-mammal"
    assert group_of(ENTRY) == "household"


def test_models_of_one_name_share_a_concept_and_dropped_ones_have_none() -> None:
    listed = [
        ENTRY,
        replace(ENTRY, key="Tiny/b", name="Parking slot"),
        replace(ENTRY, key="Tiny/c", name="Oak chair", translations={"de": "Eichenstuhl"}),
        replace(ENTRY, key="Tiny/d", name="Cat", category="Characters", translations={}),
    ]
    assert is_dropped(listed[1])
    concepts, owner = models.name_models(listed)
    assert owner == [0, -1, 0, 1]
    assert [concept.label for concept in concepts] == ["chair", "cat"]
    assert concepts[0].code == "model:chair"
    assert concepts[0].translations["de"] == ("Stuhl", "Eichenstuhl")
    assert concepts[0].translations["zh"] == ("椅子",)


@pytest.mark.parametrize(
    ("height", "kept"),
    [
        (10.0, {"front", "back", "left side", "right side", "above", "corner"}),
        (1.0, {"above", "corner"}),
        (0.1, {"above"}),
    ],
    ids=["standing", "lying", "flat"],
)
def test_flat_things_are_shown_from_where_they_can_be_recognised(
    height: float, kept: set[str]
) -> None:
    views = np.full((6, 64, 64, 4), 255, np.uint8)
    entry = replace(ENTRY, size=(10.0, height, 10.0))
    assert set(models.telling_sides(entry, views)) == kept


def test_a_mere_edge_or_an_empty_picture_is_no_view() -> None:
    views = np.full((6, 64, 64, 4), 255, np.uint8)
    views[2, :, :48] = 0  # a quarter of the others' area
    views[4] = 0
    assert models.telling_sides(ENTRY, views) == ("front", "back", "right side", "corner")


def test_every_catalogue_has_a_licence_and_someone_to_name() -> None:
    assert {catalogue.licence for catalogue in FURNITURE.catalogues} == {
        "CC0-1.0",
        "CC-BY-3.0",
        "CC-BY-3.0-US",
    }
    assert all(catalogue.attribution for catalogue in FURNITURE.catalogues)


def test_other_bytes_than_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / FURNITURE.archive_name).write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"not the pinned sweethome3d-furniture 1\.8-1"):
        fetch_package(FURNITURE, tmp_path)


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's")
def test_a_package_is_drawn_once_and_then_read_from_its_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = build_package(tmp_path)
    monkeypatch.setattr(models, "FURNITURE", source)
    concepts, views = models.draw_models(tmp_path)
    assert [(concept.label, concept.group) for concept in concepts] == [("chair", "household")]
    assert concepts[0].translations == {"de": ("Stuhl",), "fr": ("chaise",), "zh": ("椅子",)}
    assert [view.side for view in views] == list(models.SIDES)
    front = views[0].rgba[32, 32].astype(int)
    assert front[0] > 2 * front[2], "the red front is in front"
    assert models.read_credits(tmp_path) == {"Tiny": ("Someone",)}
    (tmp_path / source.archive_name).unlink()
    again, copies = models.draw_models(tmp_path)
    assert again == concepts
    assert all(np.array_equal(a.rgba, b.rgba) for a, b in zip(views, copies, strict=True))


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's")
def test_a_package_without_its_catalogue_is_refused(tmp_path: Path) -> None:
    source = replace(build_package(tmp_path), catalogues=(Catalogue("Other", "CC0-1.0", "me"),))
    with pytest.raises(RuntimeError, match="no catalogue named Other"):
        unpack(tmp_path / source.archive_name, source, tmp_path / "there")


def build_package(folder: Path) -> DebianSource:
    """A package of one catalogue with one model (the cube) and one that is left out."""
    tree = folder / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (folder / "there").mkdir()
    control = "Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: me\nDescription: d\n"
    (tree / "DEBIAN" / "control").write_text(control)
    write_catalogue(tree / "Tiny.sh3f")
    source = DebianSource("tiny", "1", "", (Catalogue("Tiny", "CC0-1.0", "Someone"),))
    archive = folder / source.archive_name
    subprocess.run(["dpkg-deb", "-b", str(tree), str(archive)], check=True, capture_output=True)
    return replace(source, sha256=hashlib.sha256(archive.read_bytes()).hexdigest())


def write_catalogue(path: Path) -> None:
    fields = "model#{0}=/tiny/cube/cube.obj\nname#{0}={1}\ncategory#{0}=Office\ncreator#{0}=Someone"
    fields += "\nwidth#{0}=10\ndepth#{0}=10\nheight#{0}=10\n"
    english = fields.format(1, "Chair") + fields.format(2, "Parking slot")
    english += "modelRotation#1=1 0 0 0 1 0 0 0 1\n"
    words = {"de": "Stuhl", "fr": "Chaise", "zh_CN": "\\u6905\\u5b50"}
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("PluginFurnitureCatalog.properties", english.replace("Office", "Bathroom"))
        for suffix in ("de", "fr", "es", "zh_CN", "zh_TW", "ja"):
            name = f"name#1={words[suffix]}\n" if suffix in words else ""
            target.writestr(f"PluginFurnitureCatalog_{suffix}.properties", name)
        target.writestr("tiny/cube/cube.obj", CUBE)
        target.writestr("tiny/cube/cube.mtl", COLOURS)


def test_entries_carry_size_rotation_and_words(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "Tiny.sh3f")
    entries = read_entries("Tiny", tmp_path / "Tiny.sh3f")
    assert [entry.name for entry in entries] == ["Chair", "Parking slot"]
    assert entries[0].size == (10.0, 10.0, 10.0)
    assert np.array_equal(entries[0].matrix, np.eye(3))
    assert entries[0].translations["zh"] == "椅子"
