"""What the tests of BlenderHost share."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.build import lay_out
from tests.hosts.blender.host_jobs import JOBS, Run
from tests.hosts.blender_program import Blender


@pytest.fixture(scope="module", params=["blender", "bpy"], ids=["4.3", "5.0"])
def each_blender(request: pytest.FixtureRequest) -> Blender:
    """Both Blenders, all tests of a file with one before those with the other."""
    blender: Blender = request.getfixturevalue(request.param)
    return blender


@pytest.fixture(scope="session")
def head(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first line of our jobs: they import the built plugin, and what they share."""
    plugin = lay_out("blender", tmp_path_factory.mktemp("plugin"))[0]
    return f"import sys; sys.path[:0] = [{str(plugin.parent)!r}, {str(JOBS)!r}]\n"


@pytest.fixture(scope="module")
def run(each_blender: Blender, head: str) -> Run:
    """A job of BlenderHost's, by its name: one start of Blender."""

    def run(name: str) -> dict[str, Any]:
        return each_blender.run(head + (JOBS / f"{name}.py").read_text("utf-8"), timeout_s=200)

    return run
