"""How long a material takes through the daemon, and how much memory its worker needs for it.

Must not measure a model: none is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measuring import MIN_ROUNDS, Row, Table, Target, interleaved, row, timed
from core_server.imaging.spectral import filtered, gaussian
from protocol.client import Client, Picture, new_id
from protocol.geometry import Rect
from protocol.messages import Input, Output, Status, StatusReport, Submit
from protocol.pixels import PixelLayout
from tests.daemons import fresh_daemon

SIDES = (1024, 4096)
LIMIT_S = 40
PATIENCE_S = 300
TIMES = {1024: Target(2, of_value=True), 4096: Target(30, of_value=True)}
MEMORY = {1024: Target(400, of_value=True), 4096: Target(1500, of_value=True)}
MB = 2**20


def run() -> Table:
    """All four maps of an rgba8 texture in 16 bit; the worker has one thread."""
    rows: list[Row] = []
    for side in SIDES:
        with fresh_daemon() as daemon, daemon.client() as client:
            rows += _rows(client, side)
    return Table(
        "Material: height, normal, roughness and occlusion of a texture, in 16 bit",
        tuple(rows),
        (
            "Submit → result, beside a rehearsal that gives the same picture back.",
            "Memory: the most the worker had resident (Linux tells), beside what it has when idle.",
        ),
    )


def _rows(client: Client, side: int) -> Iterator[Row]:
    picture = Picture(Input("image", Rect(0, 0, side, side), PixelLayout.RGBA8, 0), _texture(side))
    client.submit(Submit("", "", "rehearse")).wait(PATIENCE_S)  # the worker is there
    idle = _resident_mb(client, "VmRSS")
    output = Output(PixelLayout.GRAY16)
    ways = {
        f"tile {tile}": timed(
            lambda tile=tile: client.submit(
                Submit("", "", "material", {"tile": tile}, output=output), [picture]
            ).wait(PATIENCE_S)
        )
        for tile in ("both", "none")
    }
    ways["rehearse"] = timed(
        lambda: client.submit(Submit("", "", "rehearse"), [picture]).wait(PATIENCE_S)
    )
    found = interleaved(ways, MIN_ROUNDS, limit_s=LIMIT_S)
    for tile in ("tile both", "tile none"):
        baseline = ("rehearse", found["rehearse"])
        yield row(f"{side}², {tile}", found[tile], baseline, target=TIMES[side])
    if idle:
        peak = [_resident_mb(client, "VmHWM")]
        yield row(f"{side}², memory", peak, ("idle", [idle]), unit="MB", target=MEMORY[side])


def _texture(side: int) -> bytes:
    """Stones of all sizes, seamless."""
    noise = np.random.default_rng(0).random((side, side), np.float32)
    plane = sum(filtered(noise, gaussian(2.0**octave), "both") * 2**octave for octave in range(6))
    spread = (plane - np.mean(plane)) / np.std(plane)
    levels = np.clip(128 + 40 * spread, 0, 255).astype(np.uint8)
    pixels = np.full((side, side, 4), 255, np.uint8)
    pixels[..., :3] = levels[..., None]
    return pixels.tobytes()


def _resident_mb(client: Client, figure: str) -> float:
    """A line of the worker's /proc/PID/status; 0 where there is none."""
    report = client.request(Status(new_id())).message
    assert isinstance(report, StatusReport)
    (pid,) = (device.pid for device in report.devices if device.pid)
    path = Path(f"/proc/{pid}/status")
    if not path.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in path.read_text("utf-8").splitlines())
    return int(lines[figure].split()[0]) * 1024 / MB
