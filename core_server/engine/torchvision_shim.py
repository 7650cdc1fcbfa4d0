"""Lets torchvision import beside a CPU torch, where its CUDA-built extension cannot load.

Must not change anything where torchvision imports normally; offers no real nms or roi operator.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import torch

# The library object owns the declared schemas: they vanish if it is collected.
_declared: list[torch.library.Library] = []


def install() -> None:
    """Make `import torchvision` work; idempotent, and does nothing without torchvision.

    Call before the first import of open_clip, timm or transformers' vision parts.
    """
    if _declared or "torchvision" in sys.modules:
        return
    try:
        importlib.import_module("torchvision")
    except ImportError:
        return
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        _declare_missing_operators()
        importlib.import_module("torchvision")


def _declare_missing_operators() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]  # torch's
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)
