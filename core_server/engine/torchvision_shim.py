"""Lets torchvision import where its compiled extension cannot load (a CPU torch beside a CUDA-built wheel).

It must not change anything where torchvision imports normally, and it offers no real nms/roi operator.
"""

from __future__ import annotations

import importlib
import sys

import torch

# The library object owns the declared schemas: they vanish if it is collected.
_declared: list[torch.library.Library] = []


def install() -> None:
    """Make ``import torchvision`` work; idempotent. Call before the first import of open_clip, timm or
    transformers' vision parts. Without torchvision at all it does nothing."""
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
    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)
