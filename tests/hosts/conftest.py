"""The real paint programs as fixtures, and a real daemon beside them.

Without the programs these tests are skipped and say why; with HOSTS_REQUIRED=1, as in CI, they
fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from tests.daemons import DaemonProcess, fresh_daemon
from tests.hosts.blender_program import Blender, install_blender, install_bpy
from tests.hosts.gimp_program import Gimp, install_gimp
from tests.hosts.krita_program import Krita, install_krita
from tests.hosts.programs import NEXT, STABLE, Unavailable
from tests.hosts.runs import remove_homes

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


Program = TypeVar("Program")


def installed(install: Callable[[Path], Program], folder: Path) -> Iterator[Program]:
    """A program for the session; where there is none, its tests are skipped, or fail."""
    try:
        program = install(folder)
    except Unavailable as why:
        if os.environ.get("HOSTS_REQUIRED") == "1":
            pytest.fail(str(why), pytrace=False)
        pytest.skip(str(why))
    yield program
    remove_homes(folder)


@pytest.fixture(scope="session")
def krita(hosts_folder: Path) -> Iterator[Krita]:
    """The real Krita 5.2 with the built plugin. One profile for the session; `krita.fresh()` makes
    another for a test that must not see what earlier ones left."""
    yield from installed(install_krita, hosts_folder / "krita")


@pytest.fixture(scope="session")
def krita_next(hosts_folder: Path) -> Iterator[Krita]:
    """The real Krita 5.3."""
    yield from installed(partial(install_krita, suite=NEXT), hosts_folder / "krita-next")


@pytest.fixture(scope="session", params=["krita", "krita_next"], ids=["5.2", "5.3"])
def any_krita(request: pytest.FixtureRequest) -> Krita:
    """Both Kritas, one after the other."""
    krita: Krita = request.getfixturevalue(request.param)
    return krita


@pytest.fixture(scope="session")
def gimp(hosts_folder: Path) -> Iterator[Gimp]:
    """The real GIMP 3.0 with the built plugin; profiles as for Krita."""
    yield from installed(partial(install_gimp, suite=STABLE), hosts_folder / "gimp")


@pytest.fixture(scope="session")
def gimp_next(hosts_folder: Path) -> Iterator[Gimp]:
    """The real GIMP 3.2."""
    yield from installed(partial(install_gimp, suite=NEXT), hosts_folder / "gimp-next")


@pytest.fixture(params=["gimp", "gimp_next"], ids=["3.0", "3.2"])
def any_gimp(request: pytest.FixtureRequest) -> Gimp:
    """Both GIMPs, one after the other."""
    gimp: Gimp = request.getfixturevalue(request.param)
    return gimp


@pytest.fixture(scope="session")
def blender(hosts_folder: Path) -> Iterator[Blender]:
    """The real Blender 4.3 with the built extension; profiles as for Krita."""
    yield from installed(install_blender, hosts_folder / "blender")


@pytest.fixture(scope="session")
def bpy(hosts_folder: Path) -> Iterator[Blender]:
    """Blender 5.0 as a Python module, which has no window."""
    yield from installed(install_bpy, hosts_folder / "bpy")


@pytest.fixture(params=["blender", "bpy"], ids=["4.3", "5.0"])
def any_blender(request: pytest.FixtureRequest) -> Blender:
    """Both Blenders, one after the other."""
    blender: Blender = request.getfixturevalue(request.param)
    return blender


@pytest.fixture
def daemon() -> Iterator[DaemonProcess]:
    """A real daemon with Pocket, outside the programs: pass its `home` as IMPASTO_HOME in `env`."""
    with fresh_daemon() as started:
        yield started
