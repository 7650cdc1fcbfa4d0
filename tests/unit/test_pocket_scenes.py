"""Composed scenes: the picture obeys its caption, and no held-out relation is ever shown."""

from __future__ import annotations

import colorsys
import re
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from core_server.pocket.data import scenes
from core_server.pocket.data.scene_words import BindingPrompt, plural
from core_server.pocket.data.shapes import HELDOUT_SHAPES, SHAPES
from core_server.pocket.data.stamps import reads_well

HUES = {
    "red": 0.0, "yellow": 0.14, "green": 0.34, "turquoise": 0.49, "blue": 0.61, "purple": 0.775,
    "pink": 0.93,
}  # fmt: skip
EIGHT = np.ones((3, 3), int)
A_THING = r"an? (\w+) (\w+)"
Picture = NDArray[np.floating]


@pytest.fixture(scope="module")
def nobody() -> scenes.Cast:
    return scenes.cast_of(np.zeros((0, 64, 64, 4), np.uint8), [], [], [])


@pytest.fixture(scope="module")
def drawn(nobody: scenes.Cast) -> scenes.Scenes:
    return scenes.compose(np.random.default_rng(0), nobody, 3000)


def found(drawn: scenes.Scenes, pattern: str) -> list[tuple[Picture, tuple[str, ...]]]:
    """Pictures whose whole caption matches, with the groups."""
    matches = [re.fullmatch(pattern, caption) for caption in drawn.captions]
    pairs = zip(drawn.premultiplied, matches, strict=True)
    return [(picture, match.groups()) for picture, match in pairs if match]


def where(picture: Picture, colour: str, other: str) -> tuple[slice, slice]:
    """Rows and columns of the pixels whose hue is nearer to `colour` than to `other`."""
    seen = np.zeros((64, 64), bool)
    for y, x in zip(*np.nonzero(picture[..., 3] > 250), strict=True):
        hue, saturation, _ = colorsys.rgb_to_hsv(*(picture[y, x, :3] / 255))
        gaps = [abs((hue - HUES[word] + 0.5) % 1 - 0.5) for word in (colour, other)]
        seen[y, x] = gaps[0] < gaps[1] and saturation > 0.25
    labels, count = ndimage.label(seen, EIGHT)
    sizes = ndimage.sum(seen, labels, range(1, count + 1))
    return ndimage.find_objects((labels == 1 + int(np.argmax(sizes))).astype(int))[0]


def judged(drawn: scenes.Scenes, relation: str) -> list[tuple[slice, ...]]:
    """Rows and columns of the first and the second thing, where hues tell them apart."""
    places: list[tuple[slice, ...]] = []
    for picture, (first, _, second, _) in found(drawn, f"{A_THING} {relation} {A_THING}"):
        if {first, second} <= set(HUES) and 0.2 < abs(HUES[first] - HUES[second]) < 0.8:
            places.append((*where(picture, first, second), *where(picture, second, first)))
    assert len(places) > 3
    return places


def pieces(picture: Picture) -> int:
    return int(ndimage.label(picture[..., 3] > 100, EIGHT)[1])


def test_scenes_have_the_promised_form(drawn: scenes.Scenes) -> None:
    pixels = drawn.premultiplied
    assert pixels.shape == (3000, 64, 64, 4)
    assert pixels.dtype == np.float32
    assert pixels.min() >= 0
    assert pixels.max() <= 255.01
    assert (pixels[..., :3] <= pixels[..., 3:] + 0.01).all(), "colour is premultiplied"
    assert len(drawn.captions) == len(drawn.subjects) == 3000


def test_nothing_touches_the_frame(drawn: scenes.Scenes) -> None:
    alpha = drawn.premultiplied[..., 3]
    edges = (alpha[:, 0], alpha[:, -1], alpha[:, :, 0], alpha[:, :, -1])
    assert max(float(edge.max()) for edge in edges) == 0


def test_the_same_seed_composes_the_same_scenes(nobody: scenes.Cast) -> None:
    first, second = (scenes.compose(np.random.default_rng(3), nobody, 20) for _ in range(2))
    assert first.captions == second.captions
    assert np.array_equal(first.premultiplied, second.premultiplied)


@pytest.mark.parametrize("wording", ["left of", "to the left of", "on the left of"])
def test_left_is_left(drawn: scenes.Scenes, wording: str) -> None:
    assert all(first.stop <= second.start for _, first, _, second in judged(drawn, wording))


@pytest.mark.parametrize("wording", ["right of", "to the right of"])
def test_right_is_right(drawn: scenes.Scenes, wording: str) -> None:
    assert all(first.start >= second.stop for _, first, _, second in judged(drawn, wording))


@pytest.mark.parametrize("wording", ["above", "over"])
def test_above_is_above_with_room_between(drawn: scenes.Scenes, wording: str) -> None:
    assert all(first.stop < second.start for first, _, second, _ in judged(drawn, wording))


def test_below_is_below_with_room_between(drawn: scenes.Scenes) -> None:
    assert all(first.start > second.stop for first, _, second, _ in judged(drawn, "below"))


@pytest.mark.parametrize("wording", ["on", "on top of", "standing on"])
def test_on_is_above_and_touches(drawn: scenes.Scenes, wording: str) -> None:
    for first, _, second, _ in judged(drawn, wording):
        assert first.start < second.start
        assert first.stop < second.stop
    touching = found(drawn, f"{A_THING} {wording} {A_THING}")
    assert all(pieces(picture) == 1 for picture, _ in touching)


def test_inside_is_surrounded(drawn: scenes.Scenes) -> None:
    for rows, columns, outer_rows, outer_columns in judged(drawn, "inside"):
        assert outer_rows.start < rows.start < rows.stop < outer_rows.stop
        assert outer_columns.start < columns.start < columns.stop < outer_columns.stop


def test_in_front_of_covers_a_part(drawn: scenes.Scenes) -> None:
    overlapping = found(drawn, f"{A_THING} (?:in front of|behind) {A_THING}")
    assert len(overlapping) > 20
    assert all(pieces(picture) == 1 for picture, _ in overlapping)


@pytest.mark.parametrize(("word", "number"), [("two", 2), ("three", 3), ("four", 4)])
def test_a_number_counts_what_is_seen(drawn: scenes.Scenes, word: str, number: int) -> None:
    counted = found(drawn, rf"{word} (\w+) (\w+)")
    assert len(counted) > 8
    assert {pieces(picture) for picture, _ in counted} == {number}


def test_between_is_in_the_middle(drawn: scenes.Scenes) -> None:
    between = found(drawn, rf"{A_THING} between two (\w+) (\w+)")
    assert len(between) > 10
    for picture, (colour, _, other, _) in between:
        assert pieces(picture) == 3
        labels, _ = ndimage.label(picture[..., 3] > 100, EIGHT)
        boxes = sorted(ndimage.find_objects(labels), key=lambda box: box[1].start)
        tones = [np.median(picture[b][picture[b][..., 3] > 250], axis=0)[:3] for b in boxes]
        assert np.abs(tones[0] - tones[2]).max() < np.abs(tones[0] - tones[1]).max() + 1, (
            colour,
            other,
        )


def test_small_is_smaller_than_big(drawn: scenes.Scenes) -> None:
    sized = found(drawn, r"a small (\w+) (\w+) left of a big (\w+) (\w+)")
    assert sized
    for picture, _ in sized:
        boxes = ndimage.find_objects(ndimage.label(picture[..., 3] > 100, EIGHT)[0])
        left, right = sorted(boxes, key=lambda box: box[1].start)
        assert 1.5 * (left[0].stop - left[0].start) < right[0].stop - right[0].start


def test_what_is_held_out_is_never_composed(drawn: scenes.Scenes) -> None:
    pairs = 0
    for relation in ("on", "above", "below", "under", "left of", "right of", "inside", "next to"):
        for _, words in found(drawn, f"{A_THING} {relation} {A_THING}"):
            first, second = " ".join(words[:2]), " ".join(words[2:])
            assert not scenes.is_held_out(first, relation, second)
            pairs += 1
    assert pairs > 500
    for colour, shape in ((colour, shape) for shape, colour in HELDOUT_SHAPES):
        assert not any(f"{colour} {shape}" in caption for caption in drawn.captions)


def test_one_relation_in_ten_is_held_out() -> None:
    things = [f"{colour} {shape}" for colour in HUES for shape in SHAPES]
    held = [scenes.is_held_out(a, "left of", b) for a in things for b in things]
    assert 0.085 < np.mean(held) < 0.115


@pytest.mark.parametrize(
    ("relation", "inverse"),
    [
        ("on", "under"), ("above", "below"), ("left of", "right of"), ("in front of", "behind"),
        ("inside", "around"), ("next to", "next to"), ("on", "below"),
    ],
)  # fmt: skip
def test_an_inverse_is_held_out_with_its_relation(relation: str, inverse: str) -> None:
    things = [f"{colour} {shape}" for colour in HUES for shape in SHAPES]
    for first, second in pairwise(things):
        held = scenes.is_held_out(first, relation, second)
        assert held == scenes.is_held_out(second, inverse, first)


def test_an_unknown_relation_is_refused() -> None:
    with pytest.raises(ValueError, match="not 'sideways of'"):
        scenes.is_held_out("red cube", "sideways of", "blue cube")


def test_binding_prompts_are_held_out_and_mean_what_they_say() -> None:
    prompts = scenes.binding_prompts(140, seed=4)
    assert len({prompt.prompt for prompt in prompts}) == 140
    for p in prompts:
        first, second = f"{p.first_colour} {p.first_shape}", f"{p.second_colour} {p.second_shape}"
        assert re.sub(r"\ban? ", "", p.prompt) == f"{first} {p.relation} {second}"
        assert scenes.is_held_out(first, p.relation, second)
        assert not {first, second} & {f"{colour} {shape}" for shape, colour in HELDOUT_SHAPES}
        assert p.first_colour != p.second_colour


def test_binding_prompts_are_the_same_for_a_seed() -> None:
    first: list[BindingPrompt] = scenes.binding_prompts(10, seed=1)
    assert first == scenes.binding_prompts(10, seed=1)
    assert first != scenes.binding_prompts(10, seed=2)


def test_white_is_announced_for_the_background(drawn: scenes.Scenes) -> None:
    for caption, subject in zip(drawn.captions, drawn.subjects, strict=True):
        assert ("white " in caption) == (subject == "white")


@pytest.fixture(scope="module")
def troupe() -> scenes.Cast:
    """Four cats and dogs: cartoons are magenta squares, 3d drawings cyan ones."""
    pictures = np.zeros((4, 64, 64, 4), np.uint8)
    pictures[:2, 4:60, 4:60] = (255, 0, 255, 255)
    pictures[2:, 4:60, 4:60] = (0, 255, 255, 255)
    styles = ["cartoon style", "cartoon style", "3d style", "3d style"]
    return scenes.cast_of(pictures, ["cat", "dog"] * 2, ["pink", None, "turquoise", None], styles)


def test_drawings_of_one_scene_share_a_style(troupe: scenes.Cast) -> None:
    drawn = scenes.compose(np.random.default_rng(0), troupe, 600)
    with_drawings = 0
    for picture, caption in zip(drawn.premultiplied, drawn.captions, strict=True):
        solid = picture[picture[..., 3] == 255]
        cartoons = bool((solid == (255, 0, 255, 255)).all(-1).any())
        renders = bool((solid == (0, 255, 255, 255)).all(-1).any())
        assert not (cartoons and renders)
        assert (cartoons or renders) == bool(re.search("cat|dog", caption))
        assert "3d style" not in caption or renders
        assert "cartoon style" not in caption or cartoons
        with_drawings += cartoons or renders
    assert 200 < with_drawings < 400


def test_a_drawing_never_stands_beside_itself_as_another(troupe: scenes.Cast) -> None:
    captions = scenes.compose(np.random.default_rng(1), troupe, 600).captions
    assert not any(re.search(r"\bcat\b.*\bcat\b|\bdog\b.*\bdog\b", text) for text in captions)


def test_a_cast_wants_words_for_every_drawing() -> None:
    with pytest.raises(ValueError, match="one name, colour and style"):
        scenes.cast_of(np.zeros((2, 64, 64, 4), np.uint8), ["cat"], [None], ["flat style"])


@pytest.mark.parametrize(
    ("noun", "fits"),
    [
        ("cat", True),
        ("slice of pizza", True),
        ("polar bear", True),
        ("socks", False),
        ("bread", False),
        ("red heart", False),
        ("grinning face with big eyes", False),
        ("cat and dog", False),
        ("pool 8 ball", False),
        ("person shrugging", False),
    ],
)
def test_only_short_countable_names_join_a_cast(noun: str, fits: bool) -> None:
    assert reads_well(noun) == fits


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("red heart", "red hearts"),
        ("green cross", "green crosses"),
        ("slice of pizza", "slices of pizza"),
        ("mouse", "mice"),
        ("tropical fish", "tropical fish"),
        ("fox", "foxes"),
        ("butterfly", "butterflies"),
        ("monkey", "monkeys"),
        ("bus", "buses"),
    ],
)
def test_plurals_follow_english(noun: str, expected: str) -> None:
    assert plural(noun) == expected
