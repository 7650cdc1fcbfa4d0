"""What all tests share: the repository on the path, one thread per test, a home of their own."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
SLOW = ("engine", "e2e", "hosts")
"""Marks that all tests below the folder of that name bear."""

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several tests run at once, on few cores
sys.path.insert(0, str(HERE.parent))  # `tests.golden`, also without `python -m`

settings.register_profile(  # the machine may be busy with other things: no clock decides
    "quick",
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of a folder that `-m "not engine and …"` leaves out, nothing is imported: torch and diffusers
    alone would take longer than many tests."""
    wanted = str(config.getoption("markexpr"))
    is_plain = re.fullmatch(r"not \w+( and not \w+)*", wanted) is not None
    is_slow = collection_path.parent == HERE and collection_path.name in SLOW
    return (is_plain and is_slow and collection_path.name in wanted.split()) or None


@pytest.fixture
def impasto_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty `IMPASTO_HOME` with a path short enough for a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="im") as name:
        home = Path(name) / "home"
        monkeypatch.setenv("IMPASTO_HOME", str(home))
        yield home
