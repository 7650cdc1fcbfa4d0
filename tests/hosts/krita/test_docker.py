"""The docker in the real Krita, pressed button by button, with a real daemon that paints.

Each fixture is one start of Krita, in which a job does many things; the tests judge.
"""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemons import DaemonProcess, fresh_daemon
from tests.hosts.krita_program import Krita, KritaRun
from tests.hosts.programs import wait_until

JOBS = Path(__file__).with_name("jobs")
PHOTO = Path(__file__).parents[2] / "data/coffee.jpg"
PATIENCE_S = 400

Answer = dict[str, Any]


def source(name: str) -> str:
    path = f"import sys\nsys.path.insert(0, {str(JOBS)!r})\nsys.dont_write_bytecode = True\n"
    return path + (JOBS / f"{name}.py").read_text("utf-8")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Of a daemon for all tests but those that kill it."""
    with fresh_daemon() as daemon:
        yield daemon.home


# ---- painting into a photograph --------------------------------------------------------------


@pytest.fixture(scope="module")
def inpainted(any_krita: Krita, home: Path) -> Answer:
    return any_krita.run(
        source("inpainting"),
        timeout_s=PATIENCE_S,
        env={"IMPASTO_HOME": str(home)},
        shared=[home],
        photo=str(PHOTO),
    )


def test_nothing_outside_the_layers_alpha_changes_by_a_bit(inpainted: Answer) -> None:
    changed, looked_at = inpainted["outside"]
    assert looked_at > 10_000
    assert changed == 0
    assert inpainted["original"], "the layer that was painted on is as it was"


def test_the_result_lies_exactly_where_it_was_asked_for(inpainted: Answer) -> None:
    x, y, width, height = inpainted["rect"]
    left, top, across, down = inpainted["bounds"]
    assert x <= left
    assert y <= top
    assert left + across <= x + width
    assert top + down <= y + height
    assert inpainted["inside"] > 5_000


def test_a_document_of_16_bits_gets_a_layer_of_16_bits_with_a_soft_edge(inpainted: Answer) -> None:
    assert inpainted["depth"] == "U16"
    assert inpainted["soft"] > 50


def test_applying_is_one_undo_step_named_layer_above_the_source(inpainted: Answer) -> None:
    assert inpainted["steps"] == ["Add Layer"]
    assert inpainted["name"] == "a red heart"
    assert inpainted["above"] == 1


def test_painting_and_previewing_are_no_undo_steps(inpainted: Answer) -> None:
    assert not inpainted["modified by painting"]


def test_undo_takes_it_away_and_redo_brings_it_back(inpainted: Answer) -> None:
    assert inpainted["undone"]
    assert inpainted["redone"]


def test_remove_vary_and_mix_paint_too(inpainted: Answer) -> None:
    assert inpainted["removed"] == "Remove"
    assert inpainted["varied"] == [0, 0, 360, 240]
    assert inpainted["mixed"] == [0, 0, 360, 240]


def test_a_job_is_cancelled_while_it_is_painted(inpainted: Answer) -> None:
    assert inpainted["cancelled"] == "cancelled"


# ---- saving and opening again ----------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(krita: Krita, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    folder = tmp_path_factory.mktemp("画")
    return krita.run(
        source("keeping"),
        timeout_s=PATIENCE_S,
        env={"IMPASTO_HOME": str(home)},
        shared=[home, folder],
        path=str(folder / "我的画.kra"),
    )


def test_a_chinese_prompt_paints_and_names_the_layer(kept: Answer) -> None:
    assert kept["name"] == kept["title"] == "红色的心"


def test_the_documents_history_is_there_after_opening_it_again(kept: Answer) -> None:
    assert kept["candidates"] == 0, "nothing is shown unasked"
    assert kept["pictures"] == 2
    assert kept["applied"] == [True, False]


def test_a_picture_from_the_documents_history_is_the_one_that_was_painted(kept: Answer) -> None:
    assert kept["same"]


def test_values_are_remembered_with_the_document(kept: Answer) -> None:
    assert kept["count"] == 3


def test_krita_closed_in_mid_job_finds_the_pictures_when_it_comes_back(
    krita: Krita, home: Path
) -> None:
    again = krita.fresh()
    given = {"env": {"IMPASTO_HOME": str(home)}, "shared": [home], "timeout_s": PATIENCE_S}
    left = again.run(source("leaving"), leaves=True, **given)
    found = again.run(source("leaving"), leaves=False, **given)
    assert found["job"] == left["job"]
    assert found["pictures"] == 4
    assert found["prompt"] == "a red heart"


# ---- trouble ---------------------------------------------------------------------------------


def lay_launcher(home: Path, asked: Path) -> None:
    """One that only says that it was started: the daemon's Python may be out of sight of a Krita
    in a folder of its own, so the test starts the daemon."""
    command = ["sh", "-c", f"echo start >> '{asked}'"]
    (home / "launcher.json").write_text(json.dumps({"command": command}), "utf-8")


def asks(run: KritaRun, asked: Path) -> None:
    """Wait until the docker starts a daemon. Raises JobFailed."""
    wait_until(lambda: asked.exists() or run.ended, 90)
    if not asked.exists():
        run.wait()
        raise run.failure("The docker started no daemon.")


@pytest.fixture(scope="module")
def troubled(krita: Krita) -> Iterator[Answer]:
    """A daemon that the docker asks for, that dies, and that it asks for again."""
    with tempfile.TemporaryDirectory(prefix="imp-") as name:
        home = Path(name)
        asked = home / "asked"
        lay_launcher(home, asked)
        daemon = DaemonProcess(home)
        try:
            with krita.fresh().start(
                source("trouble"),
                timeout_s=PATIENCE_S,
                env={"IMPASTO_HOME": str(home)},
                shared=[home],
            ) as run:
                asks(run, asked)
                daemon.start()
                lay_launcher(home, asked)  # a daemon writes its own
                run.hear("painting", 120)
                asked.unlink()
                daemon.stop(signal.SIGKILL)
                run.say("killed")
                asks(run, asked)
                daemon.start()
                yield run.wait()
        finally:
            if daemon.process is not None:
                daemon.stop()


def test_without_a_daemon_the_docker_says_so_and_starts_it(troubled: Answer) -> None:
    assert troubled["without"] == ["Impasto is not running.", "Start Impasto"]
    assert troubled["started"]


def test_what_is_missing_is_said_in_a_sentence(troubled: Answer) -> None:
    assert troubled["no prompt"] == "Say in the prompt what to paint."


def test_a_killed_daemon_is_started_again_and_the_job_is_finished(troubled: Answer) -> None:
    assert troubled["killed"] == ["Impasto is not running.", "Start Impasto"]
    assert troubled["finished"] == ["done", 8]


def test_two_windows_share_what_is_painted(troubled: Answer) -> None:
    assert troubled["other"]
    assert troubled["both"] == [True, True]
