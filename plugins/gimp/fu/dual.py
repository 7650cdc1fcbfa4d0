"""Names that were attributes in GIMP 2 and are methods in GIMP 3: `layer.has_alpha` and the like.

What is got from the object is the old value, and calling it gives the new one. Knows no images.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Method = Callable[..., Any]


class Number(int):
    """A number that gives GIMP 3's answer when it is called."""

    answer: Method

    def __call__(self, *given: object) -> Any:
        return self.answer(*given)


class Numbers(tuple[Any, ...]):
    """Several values that give GIMP 3's answer when they are called."""

    answer: Method

    def __call__(self, *given: object) -> Any:
        return self.answer(*given)


class Both:
    """A descriptor: the method `new` of GIMP 3, seen as the attribute of GIMP 2.

    old: from the object to the attribute's value, a number or several.
    """

    def __init__(self, new: Method, old: Callable[[Any], int | Iterable[Any]]) -> None:
        self.new = new
        self.old = old
        self.__doc__ = getattr(new, "__doc__", None)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self.new
        value = self.old(instance)
        seen = Number(value) if isinstance(value, int) else Numbers(value)
        seen.answer = lambda *given: self.new(instance, *given)
        return seen


def attribute(
    getter: str, setter: str | None = None, to: Callable[[Any], Any] | None = None
) -> Any:
    """A property over two methods of GIMP 3. to: what is done to a value before it is set."""

    def read(self: Any) -> Any:
        return getattr(self, getter)()

    def write(self: Any, value: Any) -> None:
        getattr(self, setter or "")(to(value) if to else value)

    return property(read, write if setter else None)
