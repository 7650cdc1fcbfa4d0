"""What the tests of GimpHost share."""

from __future__ import annotations

import pytest

from plugins.build import lay_out
from tests.hosts.gimp.host_jobs import JOBS
from tests.hosts.gimp_program import Gimp


@pytest.fixture(scope="module", params=["gimp", "gimp_next"], ids=["3.0", "3.2"])
def each_gimp(request: pytest.FixtureRequest) -> Gimp:
    """Both GIMPs, all tests of a file with one before those with the other."""
    gimp: Gimp = request.getfixturevalue(request.param)
    return gimp


@pytest.fixture(scope="session")
def host_head(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first lines of jobs: they import the built plugin, and what the jobs share."""
    plugin = lay_out("gimp", tmp_path_factory.mktemp("plugin"))[0]
    return (
        "import sys\nsys.dont_write_bytecode = True\n"
        f"sys.path[:0] = [{str(plugin)!r}, {str(JOBS)!r}]\n"
    )
