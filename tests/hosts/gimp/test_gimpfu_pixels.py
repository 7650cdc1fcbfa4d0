"""Plug-ins written for gimpfu that work on pixels and layers, judged by what they did to them.

One start of each GIMP calls them all (jobs/gimpfu_pixels.py), and one calls every old name that the
binding stands for (jobs/gimpfu_every_call.py).
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from plugins.gimp.fu.coverage import stand_ins
from plugins.gimp.fu.renamed_names import LOADERS, RENAMED, RESOURCES
from tests.hosts.gimp_program import Gimp, install_plugins

JOBS = Path(__file__).with_name("jobs")
PLUGINS = Path(__file__).with_name("plugins")
OWN = ("scanlines", "tile_map", "effects", "cutouts", "counter", "collage", "exporter")

WAYS = ("mirror_rows", "mirror_columns", "negative", "swap_pixel_by_pixel", "stamp")
EFFECTS = (
    *("blur", "blur_left_half", "pixelize", "relief", "sketch", "sepia", "levels", "curves"),
    *("threshold", "brighter", "gray", "sharpen", "clear_white", "plasma", "grid"),
)
CUTOUTS = (
    *("rectangle", "soft_rectangle", "ring", "bucket", "by_color", "fuzzy", "polygon", "gradient"),
    *("paste", "channel", "pencil"),
)
KINDS = ("rgb", "rgba", "gray", "graya", "rgba u16", "rgba float", "rgb linear", "graya half")
ROUNDED = {"rgb linear": 6}
"""Levels by which 8 bits with gamma differ from what such an image can hold."""

WIDTH, HEIGHT = 30, 22
SIDE = 64
FAILS_BY_ITSELF = {"3.0": {"gimp-file-save-thumbnail"}, "3.2": set()}
"""GIMP 3.0.4's own gimp-file-create-thumbnail fails for every image."""

RED, GREEN, BLUE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)
WHITE, CLEAR = (255, 255, 255, 255), (0, 0, 0, 0)

Answers = dict[str, Any]


@pytest.fixture(scope="session", params=["gimp", "gimp_next"], ids=["3.0", "3.2"])
def program(request: pytest.FixtureRequest) -> Gimp:
    found: Gimp = request.getfixturevalue(request.param).fresh()
    install_plugins(found.profile, [PLUGINS / f"{name}.py" for name in OWN])
    return found


@pytest.fixture(scope="session")
def answers(program: Gimp) -> Answers:
    job = JOBS / "gimpfu_pixels.py"
    return program.run(job, data=True, timeout_s=240, ways=WAYS, effects=EFFECTS, cutouts=CUTOUTS)


# ---- regions -------------------------------------------------------------------------------------


def pixels_of(data: bytes, bpp: int) -> list[bytes]:
    return [data[at : at + bpp] for at in range(0, len(data), bpp)]


def expected(way: str, before: bytes, bpp: int) -> bytes:
    """What a plug-in should make of these bytes."""
    pixels = pixels_of(before, bpp)
    rows = [pixels[at : at + WIDTH] for at in range(0, len(pixels), WIDTH)]
    if way == "mirror_rows":
        return b"".join(pixel for row in rows for pixel in reversed(row))
    if way == "mirror_columns":
        return b"".join(pixel for row in reversed(rows) for pixel in row)
    if way == "negative":
        colors = bpp - 1 if bpp in (2, 4) else bpp
        turned = [
            bytes(255 - value for value in pixel[:colors]) + pixel[colors:] for pixel in pixels
        ]
        return b"".join(turned)
    if way == "swap_pixel_by_pixel":
        return b"".join(pixel[1:] + pixel[:1] for pixel in pixels)
    for row in rows[10:18]:
        row[10:18] = [bytes(range(bpp))] * 8
    return b"".join(pixel for row in rows for pixel in row)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_regions_read_and_write_every_kind_of_image(answers: Answers, kind: str, way: str) -> None:
    for shadow in (False, True):
        bpp, before, after = answers["regions"][f"{kind} {way} {shadow}"]
        wanted = expected(way, before, bpp)
        assert len(after) == len(wanted)
        worst = max(abs(got - want) for got, want in zip(after, wanted, strict=True))
        if kind in ROUNDED or not worst:
            assert worst <= ROUNDED.get(kind, 0)
            continue
        hidden = bpp in (2, 4)  # colours under full transparency need not come back
        seen = zip(pixels_of(after, bpp), pixels_of(wanted, bpp), strict=True)
        assert all(got == want for got, want in seen if not hidden or want[-1] > 2), (kind, way)


def test_pixels_that_a_script_does_not_change_keep_their_precision(answers: Answers) -> None:
    assert answers["precise"] == [64, 10, 17, 10, 17]


def test_a_shadow_respects_the_selection_and_direct_writing_does_not(answers: Answers) -> None:
    found = answers["selected"]
    assert found["True"] == [0] * 10 + [255] * 20
    assert found["False"] == [0] * 30


def test_masks_the_selection_and_palettes_are_bytes_as_stored(answers: Answers) -> None:
    found = answers["others"]
    assert found["mask"] == [1, 0x9D, 0, 0x9D]
    assert found["selection"] == [1, 0x9D, 255, 0x9D]
    bpp, are_different, colors = found["indexed"]
    assert (bpp, are_different) == (1, True)
    assert colors == [list(RED), list(RED), list(WHITE)]


def test_wrong_subscripts_say_what_is_wrong(answers: Answers) -> None:
    found = answers["wrong"]
    assert found["outside"] == found["beyond"] == "IndexError: x subscript out of range"
    assert (
        found["fraction"]
        == "TypeError: invalid x subscript 4.5: use whole numbers, as with // in place of /"
    )
    assert found["short"] == "TypeError: string is wrong length: 2 bytes, not 3"
    assert found["one number"] == "TypeError: subscript must be a 2-tuple"
    assert found["too large"].startswith("IndexError: 99 × 9 pixels at 0, 0 are not inside")
    assert found["no tile"] == "IndexError: There is no tile in row 3, column 0."
    assert found["step"] == "IndexError: invalid x slice"
    assert found["gtk 2"].startswith("NotSupported: gimpui had GTK 2's widgets.")
    assert found["whole"] == 10 * 10 * 3
    assert found["from the start"] == 4 * 10 * 3


def test_a_loop_over_every_pixel_ends_in_seconds(answers: Answers) -> None:
    assert answers["speed"] < 5


def test_tiles_cover_the_layer_and_are_smaller_at_its_edges(answers: Answers) -> None:
    found = answers["tiles"]
    shapes = [entry.partition("=")[0] for entry in found["report"]]
    assert shapes == ["0:64x64", "1:64x64", "2:22x64", "3:64x6", "4:64x6", "5:22x6"]
    first = int(found["report"][0].partition("=")[2])
    assert first == sum(range(64)) * 64
    assert found["dirty"] is False
    after = found["after"]
    assert [after[150 * row + 70] for row in (0, 1, 63, 64, 69)] == [1, 70, 1, 11, 11]
    assert after[-1] == 1
    assert after[150 * 30 + 149] == 149


# ---- filters -------------------------------------------------------------------------------------


def at(data: bytes, x: int, y: int) -> tuple[int, ...]:
    start = (y * SIDE + x) * 4
    return tuple(data[start : start + 4])


def test_blurs_spread_and_respect_the_selection(answers: Answers) -> None:
    _, blurred, _ = answers["effects"]["blur"]
    edge = [at(blurred, x, 36)[0] for x in range(16, 34)]
    assert edge == sorted(edge, reverse=True)
    assert 100 < at(blurred, 24, 36)[0] < 128  # half of the edge, as GIMP 2 had it, with gamma
    assert at(blurred, 2, 2) == WHITE
    before, half, _ = answers["effects"]["blur_left_half"]
    assert at(half, 24, 36) != at(before, 24, 36)
    assert all(at(half, x, 36) == at(before, x, 36) for x in range(32, 64))


def test_pixelize_makes_squares_of_one_colour(answers: Answers) -> None:
    _, after, _ = answers["effects"]["pixelize"]
    for x, y in product(range(0, 64, 8), (0, 24, 56)):
        assert len({at(after, x + dx, y + dy) for dx, dy in product(range(8), range(8))}) == 1


def test_a_bump_map_of_another_layer_makes_relief(answers: Answers) -> None:
    before, after, layers = answers["effects"]["relief"]
    assert layers == 1
    assert at(after, 24, 36) != at(before, 24, 36)
    assert at(after, 23, 30) != at(after, 47, 30)


def test_edges_are_found_and_inverted(answers: Answers) -> None:
    _, after, _ = answers["effects"]["sketch"]
    assert at(after, 5, 5) == WHITE
    assert at(after, 24, 36)[0] < 128


def test_colour_calls_count_to_255(answers: Answers) -> None:
    effects = answers["effects"]
    assert at(effects["levels"][1], 0, 0) == (200, 200, 200, 255)
    assert at(effects["levels"][1], 30, 30) == (100, 100, 200, 255)
    assert at(effects["curves"][1], 0, 0) == (0, 0, 0, 255)
    assert at(effects["curves"][1], 30, 30) == (255, 255, 0, 255)
    slope = [at(effects["threshold"][1], x, 60)[0] for x in range(64)]
    assert slope == [0] * 32 + [255] * 32
    before, brighter, _ = effects["brighter"]
    assert at(brighter, 20, 60)[0] > at(before, 20, 60)[0] + 40
    gray = at(effects["gray"][1], 30, 30)
    assert gray[0] == gray[1] == gray[2] == pytest.approx(85, abs=1)


def test_colorify_gives_the_colour_to_white(answers: Answers) -> None:
    _, after, _ = answers["effects"]["sepia"]
    assert at(after, 5, 5) == pytest.approx((255, 128, 0, 255), abs=1)


def test_sharpening_leaves_flat_areas_and_deepens_edges(answers: Answers) -> None:
    before, after, _ = answers["effects"]["sharpen"]
    assert at(after, 5, 5) == WHITE
    assert at(after, 30, 30) == BLUE
    assert at(after, 30, 58) == pytest.approx(at(before, 30, 58), abs=1)


def test_white_becomes_transparent(answers: Answers) -> None:
    _, after, _ = answers["effects"]["clear_white"]
    assert at(after, 5, 5)[3] == 0
    assert at(after, 30, 30) == BLUE


def test_rendered_patterns_fill_the_layer(answers: Answers) -> None:
    _, plasma, _ = answers["effects"]["plasma"]
    assert len({at(plasma, x, y) for x, y in product(range(64), range(64))}) > 500
    _, grid, _ = answers["effects"]["grid"]
    assert {at(grid, 8, y)[:3] for y in range(2, 7)} <= {(255, 0, 0), (255, 255, 255)}
    assert any(at(grid, x, 4) == RED for x in range(16))


# ---- selections ----------------------------------------------------------------------------------


def cut(answers: Answers, way: str) -> bytes:
    data: bytes = answers["cutouts"][way][1]
    return data


def test_a_rectangle_is_filled_exactly(answers: Answers) -> None:
    after = cut(answers, "rectangle")
    red = [(x, y) for x, y in product(range(64), range(64)) if at(after, x, y) == RED]
    assert sorted(red) == sorted(product(range(10, 30), range(10, 20)))
    assert answers["cutouts"]["rectangle"][0]


def test_a_feather_makes_a_soft_edge(answers: Answers) -> None:
    after = cut(answers, "soft_rectangle")
    row = [at(after, x, 54 if x < 0 else 32)[2] for x in range(10, 24)]
    assert row == sorted(row, reverse=True)
    assert any(0 < value < 255 for value in row)


def test_a_bucket_fills_all_of_a_selection(answers: Answers) -> None:
    after = cut(answers, "ring")
    assert at(after, 12, 32) == RED
    assert at(after, 32, 32) == BLUE
    assert at(after, 1, 1) == WHITE


def test_a_bucket_without_a_selection_fills_what_is_alike(answers: Answers) -> None:
    after = cut(answers, "bucket")
    assert at(after, 60, 60) == GREEN
    assert at(after, 30, 30) == BLUE


def test_colours_are_selected_everywhere_or_where_they_touch(answers: Answers) -> None:
    assert at(cut(answers, "by_color"), 30, 30)[3] == 0
    assert at(cut(answers, "by_color"), 5, 5) == WHITE
    assert set(pixels_of(cut(answers, "fuzzy"), 4)) == {bytes(WHITE)}


def test_a_polygon_and_its_inverse(answers: Answers) -> None:
    after = cut(answers, "polygon")
    assert (at(after, 5, 31), at(after, 5, 32)) == (WHITE, RED)


def test_a_gradient_runs_between_two_colours(answers: Answers) -> None:
    after = cut(answers, "gradient")
    reds = [at(after, x, 10)[0] for x in range(64)]
    assert reds == sorted(reds, reverse=True)
    assert reds[0] > 245
    assert reds[-1] < 10


def test_what_is_copied_can_be_pasted_and_anchored(answers: Answers) -> None:
    after = cut(answers, "paste")
    assert (at(after, 45, 45), at(after, 38, 38)) == (WHITE, BLUE)


def test_a_selection_is_kept_in_a_channel(answers: Answers) -> None:
    after = cut(answers, "channel")
    assert at(after, 6, 6) == WHITE  # old number 2
    assert at(after, 30, 30)[3] == 0  # old number 3: all of it made transparent


def test_strokes_take_a_count_before_their_points(answers: Answers) -> None:
    after = cut(answers, "pencil")
    assert at(after, 30, 32) == RED
    assert at(after, 30, 10) == WHITE


# ---- the rest ------------------------------------------------------------------------------------


def test_the_shelf_lasts_from_run_to_run(answers: Answers) -> None:
    first, second, after = answers["counter"]["said"]
    assert (first["runs"], second["runs"], after["runs"]) == (1, 2, 1)
    assert second["names"] == ["base", "base"]
    assert (second["hue"], second["raw"], second["keys"]) == (30, [0, 255], 1)
    assert second["data"] == "2"
    assert answers["counter"]["known after"] is False


COLLAGE: dict[str, object] = {
    "image": [64, 64, 0, "[Untitled]", None],
    "drawable": [64, 64, 4, 1, 1, 0, 0, 1, [0, 0], "base", True, [0, 0, 64, 64]],
    "order": ["red", "twin", "base"],
    "raised": ["base", "red", "twin"],
    "twin": [True, pytest.approx(50, abs=0.3), False, True],
    "active": ["red", True],
    "mask": [True, 1, 1],
    "alpha": [255, 0],
    "pixel": [1, 2, 3, 4],
    "group": [["inside"], "group"],
    "channel": ["kept", pytest.approx(40, abs=0.3), [0, 0, 255, 255]],
    "active channel": "kept",
    "parasites": ["note", [0, *b"\xffbytes"], ["note"], ["plan"], None, []],
    "path": ["line", "line", 1, 50, False],
    "stroke": [2, True, "line"],
    "resolution": [[150.0, 150.0], 2],
    "merged": [1, 64, 64],
    "scaled": [10, 10, 1],
    "indexed": [2, 1, 1, 0],
    "colormap": [10, 20, 30],
    "undo": False,
    "dirty": False,
}


@pytest.mark.parametrize("name", COLLAGE)
def test_objects_have_the_attributes_of_gimp_2(answers: Answers, name: str) -> None:
    assert answers["collage"][name] == COLLAGE[name]


def test_names_that_became_methods_can_be_called_too(answers: Answers) -> None:
    assert answers["collage"]["new calls still work"] == [True, True, 1, 64, [False, 0, 0, 64, 64]]


def test_layers_are_scaled_moved_and_turned(answers: Answers) -> None:
    width, height, offsets, is_the_same, linked = answers["collage"]["scaled layer"]
    assert (width, height, offsets, is_the_same) == (20, 20, [3, 4], True)
    assert "image.set_selected_layers" in linked


def test_each_layer_is_saved_by_itself(answers: Answers) -> None:
    found = answers["exporter"]
    alone = [f"small.{ending}:20x12/1" for ending in ("png", "jpg", "bmp")]
    whole = [f"below.{ending}:64x64/1" for ending in ("png", "jpg", "bmp")]
    layered = [f"{name}.xcf:64x64/2" for name in ("small", "below")]
    assert sorted(found["sizes"]) == sorted([*alone, *whole, *layered])
    assert found["pixel"] == list(GREEN)


def test_no_image_is_left_behind(answers: Answers) -> None:
    assert answers["left over"] == 0


# ---- every name ----------------------------------------------------------------------------------


def test_every_old_name_can_be_called_with_its_old_arguments(program: Gimp) -> None:
    resigned, filters = stand_ins("old_*.py", "stands_for"), stand_ins("filters_*.py", "filter_for")
    count = len({*RENAMED, *RESOURCES, *LOADERS, *resigned, *filters})
    head = f"import sys; sys.path.insert(0, {str(JOBS)!r}); sys.dont_write_bytecode = True\n"
    job = head + (JOBS / "gimpfu_every_call.py").read_text("utf-8")
    said = program.run(job, data=True, timeout_s=300, tracebacks=True)
    failed = {
        name: text
        for name, text in said["failed"].items()
        if name not in FAILS_BY_ITSELF[program.version]
    }
    assert failed == {}, "\n".join(failed.values())
    assert said["unchanged"] == []
    assert said["count"] == count
    assert (said["removed but there"], said["renamed but there"]) == ([], [])
    assert said["wrong advice"] == []
