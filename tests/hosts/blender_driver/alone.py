"""Blender without a window runs this, and so does the Python of its module: one job, and the end.

As a module Blender starts with the factory's settings, so the extension is switched on here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))

import bpy  # noqa: E402
from jobs import run_alone  # noqa: E402

if __file__ == sys.argv[0]:  # Blender's own arguments are there where it is a program
    bpy.ops.wm.read_userpref()
if len(sys.argv) > 1 and __file__ == sys.argv[0]:
    bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
run_alone(Path(os.environ["IMPASTO_JOB"]))
