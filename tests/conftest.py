"""What all tests share: the repository on the path, one thread per test, a home of their own."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several tests run at once, on few cores
sys.path.insert(0, str(Path(__file__).parents[1]))  # `tests.golden`, also without `python -m`

settings.register_profile(  # the machine may be busy with other things: no clock decides
    "quick",
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")


@pytest.fixture
def impasto_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty `IMPASTO_HOME` with a path short enough for a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="im") as name:
        home = Path(name) / "home"
        monkeypatch.setenv("IMPASTO_HOME", str(home))
        yield home
