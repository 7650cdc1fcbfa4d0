"""Which argument is the mask, which the prompt, and what is said when neither fits."""

from pathlib import Path

import click
import pytest

from core_server.cli import paint
from core_server.cli.failure import Hint
from core_server.cli.main import run
from core_server.cli.paint import default_name, looks_like_a_file, mask_and_prompt, no_such_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("photo.png", "mask.png", "sky"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("rest", "option", "expected"),
    [
        ((), None, (None, "")),
        ((), "a tree", (None, "a tree")),
        (("a tree",), None, (None, "a tree")),
        (("tree",), None, (None, "tree")),
        (("mask.png",), None, (Path("mask.png"), "")),
        (("mask.png",), "a tree", (Path("mask.png"), "a tree")),
        (("mask.png", "a tree"), None, (Path("mask.png"), "a tree")),
        (("sky",), None, (Path("sky"), "")),
    ],
)
def test_a_file_is_the_mask_and_words_are_the_prompt(
    folder: Path,
    rest: tuple[str, ...],
    option: str | None,
    expected: tuple[Path | None, str],
) -> None:
    assert mask_and_prompt(rest, option) == expected


@pytest.mark.parametrize(
    ("rest", "option", "sentence", "hint"),
    [
        (("musk.png",), None, "There is no mask file musk.png.", "mask.png"),
        (("nowhere/mask.png",), None, "There is no mask file nowhere/mask.png.", ""),
        (("tree", "a tree"), None, "There is no mask file tree.", ""),
        (("tree",), "a tree", "There is no mask file tree.", ""),
        (("mask.png", "a", "tree"), None, "3 arguments come after IMAGE", "in quotes"),
        (("mask.png", "a"), "b", "The prompt is given twice.", "not both"),
    ],
)
def test_what_fits_neither_is_explained(
    folder: Path, rest: tuple[str, ...], option: str | None, sentence: str, hint: str
) -> None:
    with pytest.raises(Hint) as caught:
        mask_and_prompt(rest, option)
    assert sentence in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a tree", False), ("tree", False), ("tree.png", True), ("TREE.JPG", True),
        ("./tree", True), ("/tmp/tree", True), ("~/tree", True), ("", False),
        ("a picture of a .png", True),
    ],
)  # fmt: skip
def test_names_of_files_are_told_from_words(text: str, meant: bool) -> None:
    assert looks_like_a_file(text) is meant


def test_a_similar_file_is_suggested(folder: Path) -> None:
    assert no_such_file(Path("photo.pgn")).hint == "photo.png"
    assert no_such_file(folder / "fotos.png").hint == str(folder / "photo.png")
    assert no_such_file(Path("entirely-else.tif")).hint == ""


@pytest.mark.usefixtures("impasto_home")
@pytest.mark.parametrize(
    ("arguments", "sentence", "hint"),
    [
        (
            ["--control-strength", "0.8"],
            "--control-strength counts only with --depth.",
            "--depth FILE, or the command without --control-strength",
        ),
        (
            ["--strength", "0.6", "--depth", "photo.png"],
            "--strength counts only with --image.",
            "--image FILE, or the command without --strength",
        ),
        (
            ["--control-strength", "1", "--image", "photo.png"],
            "--control-strength counts only with --depth.",
            "--depth FILE",
        ),
    ],
)
def test_what_counts_only_with_a_picture_is_not_ignored_without_it(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
    hint: str,
) -> None:
    """The values are the defaults: what was typed was meant."""
    assert run(["generate", "a red heart", *arguments]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert f"Try: {hint}" in said


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("A red heart!", "a-red-heart.png"),
        ("  ", "impasto.png"),
        ("Ein süßer Bär", "ein-süßer-bär.png"),
        ("../../etc/passwd", "etc-passwd.png"),
        ("word " * 40, f"{'word-' * 9}wor.png"),
    ],
)
def test_the_default_name_comes_from_the_prompt(words: str, name: str) -> None:
    assert default_name(words) == name


def test_the_operations_are_those_of_the_catalogue() -> None:
    names = {operation.name for operation in paint.OPERATIONS.operations}
    assert names == {"generate", "inpaint", "vary", "mix", "material"}
    assert all(isinstance(getattr(paint, name), click.Command) for name in names)
