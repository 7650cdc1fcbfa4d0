"""How a function says which procedure of GIMP 2 it stands for.

A registry and nothing else: the functions are in the modules named old_*.py and filters_*.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

STAND_INS: dict[str, Callable[..., object]] = {}
"""Old name, with hyphens → the function that takes the old arguments, without a run mode."""


def stands_for(*names: str) -> Callable[[Function], Function]:
    def keep(function: Function) -> Function:
        for name in names:
            STAND_INS[name] = function
        return function

    return keep
