"""Runs the jobs about GimpHost, which import the built plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.hosts.gimp_program import Gimp

JOBS = Path(__file__).with_name("jobs")


def source(head: str, name: str) -> str:
    """head: the first lines, which let the job import (fixture `host_head`)."""
    return head + (JOBS / f"{name}.py").read_text("utf-8")


def run(gimp: Gimp, head: str, name: str, **arguments: Any) -> dict[str, Any]:
    return gimp.run(source(head, name), timeout_s=300, data=True, **arguments)
