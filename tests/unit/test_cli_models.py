"""models list, show, add, remove, default: without a daemon, on a list of their own."""

import json
from pathlib import Path

import pytest

from core_server.cli.console import STDOUT
from core_server.cli.main import run
from core_server.models.families import TASKS
from core_server.models.registry import EMBEDDED_MANIFEST
from protocol.connection import Lock
from tests.unit.test_models_controls import SD_CONFIG, write_control
from tests.unit.test_models_registry import XL, write_model

pytestmark = pytest.mark.usefixtures("impasto_home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "Dreamy Scenes")


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_a_folder_is_added_listed_chosen_and_forgotten(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "add", str(folder)]) == 0
    assert "Added dreamy-scenes" in printed(capsys)
    assert run(["models", "default", "dreamy-scenes"]) == 0
    printed(capsys)
    assert run(["models", "list"]) == 0
    can = "generate, inpaint (latent blend), remove (no model needed), vary (image to image)"
    assert f"dreamy-scenes * {can} 3" in printed(capsys)
    assert run(["models", "remove", "dreamy-scenes"]) == 0
    assert str(folder) in printed(capsys)
    assert folder.is_dir()
    assert not Lock.is_held()


@pytest.mark.parametrize("width", [80, 100])
def test_the_list_breaks_no_word_on_a_narrow_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    run(["models", "add", str(folder), "--name", "stable-diffusion-xl-base-1.0"])
    run(["models", "add", str(write_control(folder.parent / "sd-controlnet-depth"))])
    printed(capsys)
    run(["models", "list"])
    wide = capsys.readouterr().out
    monkeypatch.setattr(STDOUT, "width", width)
    run(["models", "list"])
    narrow = capsys.readouterr().out
    assert max(map(len, narrow.splitlines())) <= width
    assert sorted(narrow.split()) == sorted(wide.split())


def test_the_list_for_scripts_says_what_each_model_can(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["models", "add", str(folder), "--name", "mine"])
    run(["models", "add", str(write_model(folder.parent / "xl", XL))])
    printed(capsys)
    assert run(["models", "list", "--json"]) == 0
    models = {model["name"]: model for model in json.loads(capsys.readouterr().out)}
    assert {"mine", "xl"} <= models.keys()
    assert models["mine"]["can"].keys() == set(TASKS)
    assert models["xl"]["defaults"]["guidance_scale"] == 5.0
    assert sum(model["default"] for model in models.values()) == 1


def test_one_model_is_shown_with_its_defaults(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["models", "add", str(folder), "--name", "mine"])
    printed(capsys)
    assert run(["models", "show", "mine"]) == 0
    assert "steps 25, guidance_scale 7.0" in printed(capsys)
    assert run(["models", "show", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == str(folder)


def test_a_controlnet_is_added_listed_shown_and_forgotten(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["models", "add", str(folder), "--name", "mine"])
    control = write_control(folder.parent / "sd-controlnet-depth")
    printed(capsys)
    assert run(["models", "add", str(control)]) == 0
    said = printed(capsys)
    assert "Added sd-controlnet-depth: A depth ControlNet" in said
    assert "Stable Diffusion 1.5" in said
    assert run(["models", "list"]) == 0
    listed = printed(capsys)
    assert "remove (no model needed), vary (image to image), depth " in listed
    assert listed.endswith("sd-controlnet-depth: A depth ControlNet: models of Stable Diffusion "
                           "1.5 take a depth picture with it.")  # fmt: skip
    assert run(["models", "show", "sd-controlnet-depth"]) == 0
    assert f"path {control}" in printed(capsys)
    assert run(["models", "show", "mine"]) == 0
    assert "controls depth sd-controlnet-depth" in printed(capsys)
    assert run(["models", "remove", "sd-controlnet-depth"]) == 0
    assert str(control) in printed(capsys)
    assert control.is_dir()


def test_the_list_for_scripts_has_the_controlnets_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["models", "add", str(write_control(folder.parent / "net")), "--control", "depth"])
    printed(capsys)
    assert run(["models", "list", "--json"]) == 0
    net = json.loads(capsys.readouterr().out)[-1]
    assert (net["name"], net["kind"], net["family"]) == ("net", "depth", "sd15")
    assert (net["can"], net["default"]) == ({}, False)
    assert run(["models", "show", "net", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == net


def test_a_controlnet_that_cannot_be_used_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, config, words in (
        ("net", SD_CONFIG, "add it with `--control depth`"),
        ("canny", SD_CONFIG, "follows canny, not depth"),
        ("depth", {**SD_CONFIG, "cross_attention_dim": 1024}, "Stable Diffusion 2"),
    ):
        assert run(["models", "add", str(write_control(folder.parent / name, config))]) == 4
        assert words in " ".join(capsys.readouterr().err.split())
    assert run(["models", "add", str(folder), "--control", "depth"]) == 4
    assert "is no ControlNet" in " ".join(capsys.readouterr().err.split())


@pytest.mark.skipif(not EMBEDDED_MANIFEST.is_file(), reason="no embedded model is packed")
def test_the_embedded_model_is_shown_with_its_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "show", "pocket"]) == 0
    shown = capsys.readouterr().out
    assert "256, 512, 1024 px" in shown
    assert "What it can and cannot do" in shown
    assert "<!--" not in shown
    assert "](../../docs" not in shown
    assert run(["models", "show", "pocket", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["transparent"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["show", "nobody"], 5, "There is no model named 'nobody'"),
        (["remove", "nobody"], 5, "Try: impasto models add FOLDER"),
        (["add", "nowhere"], 4, "There is no folder"),
        (["remove", "pocket"], 4, "comes with Impasto"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", *arguments]) == code
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error
