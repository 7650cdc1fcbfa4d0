"""demo: every operation once, with bars, and then what is where and what to try next.

Must not leave a daemon behind that was not there before.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from core_server.demo.run import Demonstration

NEXT = """\
Try next:
  impasto generate "a blue fish" -n 4
  impasto inpaint {folder}/photo.png {folder}/mask.png "a palm tree"
  impasto doctor"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo-output"))
@click.option("--device", help="cpu, cuda:0, mps …: for the daemon, if it has to be started.")
def demo(folder: Path, device: str | None) -> None:
    """Paint a few pictures with every operation into FOLDER [default: demo-output].

    Works offline with the embedded model. A daemon that is started for it is stopped again.
    """
    from core_server.api import Impasto
    from core_server.cli.console import STDERR, bar
    from core_server.demo.run import run
    from protocol.client import new_id
    from protocol.errors import ImpastoError
    from protocol.messages import Shutdown

    begun = time.monotonic()
    with STDERR.status("Starting the daemon"):
        impasto = Impasto(name="Demonstration", device=device)
    with impasto:
        try:
            done = run(impasto, folder, bar)
        finally:
            if impasto.started_daemon:
                with contextlib.suppress(ImpastoError):  # it may be gone already
                    impasto.client.request(Shutdown(new_id()))
    _show(done, folder, time.monotonic() - begun)


def _show(done: Demonstration, folder: Path, seconds: float) -> None:
    from core_server.cli.console import STDOUT, duration, print_rows

    print_rows(
        ("Operation", "Pictures", "Took"),
        [(scene.name, str(len(scene.pictures)), duration(scene.seconds)) for scene in done.scenes],
        "",
    )
    STDOUT.print(f"\nAll of it took {duration(seconds)}, the start included.\n")
    STDOUT.print(f"Look at {done.sheet}")
    STDOUT.print(f"Open    {done.layers} (layers: Krita, GIMP)")
    STDOUT.print(f"        and {len(done.files)} pictures in {folder}/\n")
    STDOUT.print(NEXT.format(folder=folder))
