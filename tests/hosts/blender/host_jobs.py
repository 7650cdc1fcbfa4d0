"""What the tests of BlenderHost run inside Blender, by the names of their jobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

JOBS = Path(__file__).with_name("jobs")

Run = Callable[[str], dict[str, Any]]
