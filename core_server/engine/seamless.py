"""Pictures that wrap around: circular instead of zero padding in every convolution.

Must not leave a trace: leaving the context restores each module exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F  # noqa: N812  # PyTorch's own name for it
from torch import nn

_PATCHED = "_conv_forward"


@contextmanager
def seamless(modules: Iterable[nn.Module], tile: str) -> Iterator[None]:
    """Wrap the convolutions of `modules` around along `tile`: none, x, y or both."""
    axes = {"none": (False, False), "x": (True, False), "y": (False, True), "both": (True, True)}
    wrap_x, wrap_y = axes[tile]
    patched: list[nn.Conv2d] = []
    try:
        if wrap_x or wrap_y:
            for convolution in _convolutions(modules):
                patched.append(convolution)
                # An attribute of the instance hides the method; deleting it is the exact undo.
                vars(convolution)[_PATCHED] = _Wrapping(convolution, wrap_x, wrap_y)
        yield
    finally:
        for convolution in patched:
            vars(convolution).pop(_PATCHED, None)


def _convolutions(modules: Iterable[nn.Module]) -> list[nn.Conv2d]:
    return [
        part
        for module in modules
        for part in module.modules()
        if isinstance(part, nn.Conv2d) and part.kernel_size != (1, 1)
    ]


class _Wrapping:
    """One convolution's forward with its padding done beforehand, per axis."""

    def __init__(self, convolution: nn.Conv2d, wrap_x: bool, wrap_y: bool) -> None:
        self._convolution = convolution
        self._wrap_x, self._wrap_y = wrap_x, wrap_y
        padding = convolution.padding
        assert not isinstance(padding, str)
        rows, columns = padding
        self._pad = (columns, columns, rows, rows)
        # diffusers' VAE encoder pads right and bottom by one zero before such a convolution.
        self._padded_before = self._pad == (0, 0, 0, 0) and convolution.stride == (2, 2)

    def __call__(
        self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
    ) -> torch.Tensor:
        left, right, top, bottom = self._pad
        if self._padded_before:
            x, left, right, top, bottom = x[..., :-1, :-1], 0, 1, 0, 1
        x = F.pad(x, (left, right, 0, 0), mode="circular" if self._wrap_x else "constant")
        x = F.pad(x, (0, 0, top, bottom), mode="circular" if self._wrap_y else "constant")
        convolution = self._convolution
        return F.conv2d(
            x, weight, bias, convolution.stride, 0, convolution.dilation, convolution.groups
        )
