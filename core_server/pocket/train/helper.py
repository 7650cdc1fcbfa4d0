"""More processes that learn on the same weights, each on batches of its own, for CPUs.

It must not write weights: one process steps the optimiser, with its own gradients and, as they
come, with a helper's. Those are about one step old, which costs nothing that was seen, and no
process ever waits for another's batch (Recht et al. 2011, Hogwild, arXiv 1106.5730).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from multiprocessing.synchronize import Event

import torch
from torch import Tensor
from torch.multiprocessing import get_context

from core_server.pocket.train.run import Network, RunOptions, prepare

Losses = dict[str, Tensor]
Learn = Callable[[Network, RunOptions, int], Iterator[Losses]]
"""(network, options, seed): endlessly the losses of one batch, whose gradients are in `.grad`."""

_LOOK_FOR_PARENT_S = 5.0


class Helper:
    """One more process that runs `learn`. Its network's state is moved into shared memory."""

    def __init__(
        self, network: Network, learn: Learn[Network], options: RunOptions, seed: int
    ) -> None:
        context = get_context("spawn")
        network.share_memory()
        self._parameters = list(network.parameters())
        self._gradients = [torch.zeros_like(each) for each in self._parameters]
        for gradient in self._gradients:
            gradient.share_memory_()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        self._ready, self._taken = context.Event(), context.Event()
        given = (network, self._gradients, self._ready, self._taken, learn, options, seed)
        context.Process(target=_help, args=given, daemon=True).start()

    def take(self) -> bool:
        """Put the gradients of the helper's last batch into the network's, if they are there."""
        if not self._ready.is_set():
            return False
        for parameter, gradient in zip(self._parameters, self._gradients, strict=True):
            parameter.grad = gradient.clone()
        self._ready.clear()
        self._taken.set()
        return True


def _help(
    network: Network,
    gradients: list[Tensor],
    ready: Event,
    taken: Event,
    learn: Learn[Network],
    options: RunOptions,
    seed: int,
) -> None:
    parent = os.getppid()
    prepare(options, seed)
    # Weights that change between a forward pass and its backward pass spoil the gradients.
    still = deepcopy(network)
    for _ in learn(still, options, seed):
        for parameter, gradient in zip(still.parameters(), gradients, strict=True):
            if parameter.grad is not None:
                gradient.copy_(parameter.grad)
        still.zero_grad(set_to_none=True)
        taken.clear()
        ready.set()
        while not taken.wait(_LOOK_FOR_PARENT_S):
            if os.getppid() != parent:
                return
        still.load_state_dict(network.state_dict())
