"""What is said while a job runs, and how sizes and times are written."""

import pytest

from core_server.cli.console import STDOUT, bar, duration, phrase, print_rows, size
from protocol.messages import Phase, Progress


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("j", Phase.QUEUED, position=2, eta_s=12.0), "number 2 in the queue, 12 s to go"),
        (Progress("j", Phase.QUEUED), "Waiting"),
        (Progress("j", Phase.LOADING), "Loading the model"),
        (Progress("j", Phase.LOADING, message="Loading sdxl"), "Loading sdxl"),
        (Progress("j", Phase.PAINTING, step=3, steps=16, eta_s=4.2), "step 3 of 16, 4.2 s to go"),
        (Progress("j", Phase.PAINTING), "Painting"),
        (Progress("j", Phase.FINISHING), "Finishing"),
    ],
)
def test_progress_in_words(progress: Progress, words: str) -> None:
    assert phrase(progress).endswith(words)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s"),
     (3900, "1 h 05 min")],
)  # fmt: skip
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(512, "512 B"), (1500, "1.5 kB"), (2_100_000, "2.1 MB"), (7.5e9, "7.5 GB")],
)  # fmt: skip
def test_sizes_in_words(count: float, words: str) -> None:
    assert size(count) == words


def test_brackets_in_a_prompt_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(("Prompt",), [("a [bold]red[/bold] :heart: [/]",)], "")
    assert "a [bold]red[/bold] :heart: [/]" in capsys.readouterr().out
    STDOUT.print("[/nonsense]")


def test_a_bar_takes_any_title_and_shows_nothing_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bar("Generate: [/a heart] {curly}") as progress:
        progress(Progress("j", Phase.PAINTING, step=1, steps=2))
    assert capsys.readouterr().out == ""
