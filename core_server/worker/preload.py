"""Imported once by the forkserver, so that every worker is born with its libraries loaded.

Must not touch a device: a forked process cannot use a CUDA context that its parent opened.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback

from core_server.engine.offline import set_environment

VARIABLE = "IMPASTO_PRELOAD"
"""none: nothing. diffusers: also the diffusers families. Else what the embedded model needs."""

_LIGHT = ("core_server.worker.process", "core_server.execution.job")
_POCKET = ("core_server.engine.torchvision_shim", "core_server.engine.pocket_engine")
_DIFFUSERS = ("core_server.engine.diffusers_engine",)


def modules(wish: str) -> tuple[str, ...]:
    """The modules to load for a value of IMPASTO_PRELOAD."""
    if wish == "none":
        return ()
    return _LIGHT + _POCKET + (_DIFFUSERS if wish == "diffusers" else ())


def preload(wish: str) -> None:
    """Load them. What cannot be loaded is logged and left to the job that needs it."""
    set_environment()
    for name in modules(wish):
        try:
            importlib.import_module(name)
        # The forkserver would die of it, and with it jobs that need no model.
        except Exception:
            print(f"impasto: {name} could not be preloaded", file=sys.stderr)
            traceback.print_exc()
    if "core_server.engine.diffusers_engine" in sys.modules:
        from core_server.engine.offline import import_diffusers

        import_diffusers()


if __name__ == "core_server.worker.preload":
    preload(os.environ.get(VARIABLE, ""))
