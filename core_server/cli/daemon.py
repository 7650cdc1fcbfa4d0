"""serve, status, stop, release: the daemon from a terminal.

Must not start a daemon but in `serve`: asking after it must not change what is asked.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import click

from core_server.cli.failure import UNREACHABLE, say
from core_server.connect import open_client
from protocol.client import new_id
from protocol.codec import to_json
from protocol.connection import Lock
from protocol.errors import NotRunning, TimedOut
from protocol.messages import (
    DeviceStatus,
    JobStatus,
    Memory,
    MemoryReport,
    Shutdown,
    Status,
    StatusReport,
)

NAME = "Command line"
STOP_TIMEOUT_S = 20.0


@click.command()
@click.option("--tcp-port", type=click.IntRange(0, 65535), help="[default: any free one]")
@click.option(
    "--device", help="torch names: cpu, cuda:0, mps; with commas several. [default: auto]"
)
def serve(tcp_port: int | None, device: str | None) -> None:
    """Run the daemon in this terminal until Ctrl-C.

    Commands and plugins start one by themselves when they need it; there is one per user.
    Everything else is set in settings.toml, in the folder that `impasto doctor` names.
    """
    from core_server.config import load_settings
    from core_server.daemon.serve import serve as run_daemon

    settings = load_settings()
    if tcp_port is not None:
        settings = replace(settings, port=tcp_port)
    if device:
        settings = replace(settings, devices=tuple(device.replace(" ", "").split(",")))
    run_daemon(settings, announce=_announce)


def _announce(endpoints: tuple[str, ...]) -> None:
    say(f"Listening on {' and '.join(endpoints)}. Ctrl-C stops the daemon.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Show the daemon, its devices and its queue. Exit code 3 if it does not run."""
    from core_server.cli.console import print_json

    try:
        report = read_status()
    except NotRunning as error:
        if as_json:
            print_json({"running": False, "reason": error.message})
        else:
            say(f"{error.message} It starts by itself when a command or a plugin needs it.")
        ctx.exit(UNREACHABLE)
    if as_json:
        print_json({"running": True, **status_json(report)})
    else:
        _show(report)


@click.command()
def stop() -> None:
    """Stop the daemon. What is being painted ends; queued jobs run after its next start."""
    try:
        with open_client(NAME, start=False) as client:
            client.request(Shutdown(new_id()))
    except NotRunning:
        if not Lock.is_held():
            say("The daemon is not running.")
            return
        raise
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while Lock.is_held():
        if time.monotonic() > deadline:
            raise TimedOut(f"The daemon has not stopped after {STOP_TIMEOUT_S:g} seconds.")
        time.sleep(0.05)
    say("The daemon has stopped.")


@click.command()
def release() -> None:
    """Make idle models give their memory back, to the graphics card and to other programs."""
    with open_client(NAME, start=False) as client:
        report = client.request(Memory(new_id()), timeout_s=60).message
    released = report.released if isinstance(report, MemoryReport) else ()
    say(f"Released: {', '.join(released)}." if released else "There was nothing to release.")


def read_status() -> StatusReport:
    """What the running daemon says of itself. Raises NotRunning and the like."""
    with open_client(NAME, start=False) as client:
        report = client.request(Status(new_id())).message
    if not isinstance(report, StatusReport):
        raise NotRunning("Something else answers in the daemon's place.")
    return report


def status_json(report: StatusReport) -> dict[str, Any]:
    """The report with every field, defaults too, so that scripts need not know them."""
    data: dict[str, Any] = to_json(report)
    data.pop("reply_to", None)
    data["devices"] = [_all_fields(device) for device in report.devices]
    data["jobs"] = [_all_fields(job) for job in report.jobs]
    return data


def _all_fields(part: DeviceStatus | JobStatus) -> dict[str, Any]:
    return {name: to_json(value) for name, value in vars(part).items()}


def _show(report: StatusReport) -> None:
    from core_server.cli.console import STDOUT, duration, print_rows, size

    STDOUT.print(
        f"Impasto {report.daemon_version}, process {report.pid}, up {duration(report.uptime_s)}, "
        f"{size(report.memory_mb * 2**20)} of memory"
    )
    for endpoint in report.endpoints:
        STDOUT.print(f"  {endpoint}")
    STDOUT.print()
    print_rows(
        ("Device", "State", "Model", "Memory", "What it is"),
        [
            (d.name, d.state, d.model or "–", _memory(d), d.title)
            for d in report.devices
        ],
        "No device has been needed yet.",
    )  # fmt: skip
    STDOUT.print()
    print_rows(
        ("Job", "From", "Operation", "State", "Place", "To go"),
        [
            (
                j.job[:8], j.client_name, j.operation, j.state.value,
                str(j.position) if j.position else "–", duration(j.eta_s) if j.eta_s else "–",
            )
            for j in report.jobs
        ],
        "Nothing is waiting.",
    )  # fmt: skip


def _memory(device: DeviceStatus) -> str:
    from core_server.cli.console import size

    if device.memory_mb is None:
        return "–"
    total = f" of {size(device.memory_total_mb * 2**20)}" if device.memory_total_mb else ""
    return f"{size(device.memory_mb * 2**20)}{total}"
