"""The real paint programs as fixtures, and a real daemon beside them.

Without the programs these tests are skipped and say why; with HOSTS_REQUIRED=1, as in CI, they
fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemons import DaemonProcess, fresh_daemon
from tests.hosts.krita_program import Krita, install_krita, remove_homes
from tests.hosts.programs import Unavailable

HERE = Path(__file__).parent
TIMEOUT_S = 600  # a program's first start is in the first test's time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.hosts)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(TIMEOUT_S))


@pytest.fixture(scope="session")
def hosts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test session, one for all xdist workers."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "hosts"


@pytest.fixture(scope="session")
def krita(hosts_folder: Path) -> Iterator[Krita]:
    """The real Krita with the built plugin. One profile for the session; `krita.fresh()` makes
    another for a test that must not see what earlier ones left."""
    folder = hosts_folder / "krita"
    try:
        krita = install_krita(folder)
    except Unavailable as why:
        if os.environ.get("HOSTS_REQUIRED") == "1":
            pytest.fail(str(why), pytrace=False)
        pytest.skip(str(why))
    yield krita
    remove_homes(folder)


@pytest.fixture
def daemon() -> Iterator[DaemonProcess]:
    """A real daemon with Pocket, outside the programs: pass its `home` as IMPASTO_HOME in `env`."""
    with fresh_daemon() as started:
        yield started
