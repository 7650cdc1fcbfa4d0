"""What a device is called and how much memory is in use on it.

Must not import torch for a CPU, nor psutil before it is asked: the daemon imports this module.
"""

from __future__ import annotations

import ctypes.util
import functools
import gc
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core_server.worker import heap
from protocol.errors import Internal, Remedy

if TYPE_CHECKING:
    import psutil

_MB = 1 << 20

AUTO = "auto"
"""The name that stands for the best device of this machine."""


def chosen(device: str) -> str:
    """A device by torch's name (`cpu`, `cuda:0`, `mps`); `auto` is resolved here, in the worker,
    because the daemon has no torch to ask."""
    if device != AUTO:
        return device
    if not _may_have_gpu():
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def require(device: str) -> None:
    """Raises Internal with what to do where torch cannot use the device."""
    if not _is_usable(device):
        raise Internal(
            f"The device {device} cannot be used here; choose another as `devices` in "
            "settings.toml, or see `impasto doctor`.",
            remedy=Remedy("open_log"),
        )


@functools.cache
def _is_usable(device: str) -> bool:
    if device == "cpu":
        return True
    import torch

    if device.startswith("cuda"):
        index = device.partition(":")[2] or "0"
        return index.isdecimal() and int(index) < torch.cuda.device_count()
    return device == "mps" and torch.backends.mps.is_available()


def _may_have_gpu() -> bool:
    """Whether it is worth importing torch to look for a GPU."""
    if sys.platform == "linux":
        return any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/kfd").exists()
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return any(ctypes.util.find_library(name) for name in ("nvcuda", "amdhip64"))


def title(device: str) -> str:
    """The device in words, as an artist knows it."""
    if not _is_usable(device):
        return f"{device} (cannot be used)"
    if device.startswith("cuda"):
        import torch

        return torch.cuda.get_device_name(device)
    if device == "mps":
        return "Apple GPU"
    return _cpu_name()


def _cpu_name() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or "CPU"


def memory_total_mb(device: str) -> float:
    """All memory of the device."""
    if device.startswith("cuda") and _is_usable(device):
        import torch

        return torch.cuda.mem_get_info(device)[1] / _MB
    import psutil

    return psutil.virtual_memory().total / _MB


def memory_mb(device: str) -> float:
    """In use: on a GPU as the driver sees it, other programs included; on a CPU by this process."""
    torch = sys.modules.get("torch")
    if torch is not None and device.startswith("cuda") and _is_usable(device):
        free, total = torch.cuda.mem_get_info(device)
        return float(total - free) / _MB
    if torch is not None and device == "mps":
        return float(torch.mps.driver_allocated_memory()) / _MB
    return _process(os.getpid()).memory_info().rss / _MB


@functools.cache
def _process(pid: int) -> psutil.Process:
    import psutil

    return psutil.Process(pid)


def give_back(device: str) -> None:
    """Return what is cached but not in use to the device."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and device.startswith("cuda") and _is_usable(device):
        torch.cuda.empty_cache()
    elif torch is not None and device == "mps":
        torch.mps.empty_cache()
    heap.give_back()
