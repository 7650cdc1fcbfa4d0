"""Parameter types: one declaration gives validation, options, documentation and forms.

Declares and checks values; knows neither operations nor widgets.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from difflib import get_close_matches
from reprlib import repr as shortened
from typing import Any, ClassVar

from .codec import from_json, to_json
from .errors import BadRequest, OutOfRange, Remedy, UnknownOperation, UnknownParameter
from .geometry import DEFAULT_POLICY, ContextPolicy

Visibility = str
"""basic: always shown; advanced: inside the fold; hidden: scripts only."""


@dataclass(frozen=True)
class Parameter:
    """What all parameters have.

    when: shown only while other parameters have these values, or pictures with these names are
    sent for them.
    """

    kind: ClassVar[str] = ""
    name: str
    label: str
    help: str = ""
    visibility: Visibility = "basic"
    when: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def check(self, value: Any, path: str) -> Any:
        """The value, normalised. Raises OutOfRange or BadRequest naming `path` and the limit."""
        raise NotImplementedError(f"{type(self).__name__} has no values of its own.")


@dataclass(frozen=True)
class Number(Parameter):
    """A whole or real number. default None (only if nullable) = the model's own."""

    kind: ClassVar[str] = "number"
    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 0.01
    default: float | None = None
    integer: bool = False
    nullable: bool = False
    unit: str = ""

    def check(self, value: Any, path: str) -> Any:
        if value is None and self.nullable:
            return None
        what = "a whole number" if self.integer else "a number"
        if type(value) is not int and not (type(value) is float and math.isfinite(value)):
            raise BadRequest(f"{self.label} must be {what}.", field=path)
        if self.integer and value != int(value):
            raise BadRequest(f"{self.label} must be {what}, not {value}.", field=path)
        if not self.minimum <= value <= self.maximum:
            raise self._out_of_range(value, path)
        return int(value) if self.integer else float(value)

    def _out_of_range(self, value: float, path: str) -> OutOfRange:
        nearest = min(max(value, self.minimum), self.maximum)
        shown = min(max(value, -1e308), 1e308)  # whole numbers may be larger than any float
        unit = f" {self.unit}" if self.unit else ""
        return OutOfRange(
            f"{self.label} is {shown:g}; it must be from {self.minimum:g} to "
            f"{self.maximum:g}{unit}.",
            field=path,
            remedy=Remedy("set_param", self.name, int(nearest) if self.integer else nearest),
        )


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    help: str = ""


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few words. default None (only if nullable) = the model's own."""

    kind: ClassVar[str] = "choice"
    options: tuple[Option, ...] = ()
    default: str | None = None
    nullable: bool = False

    def check(self, value: Any, path: str) -> Any:
        if value is None and self.nullable:
            return None
        values = [option.value for option in self.options]
        if value not in values:
            raise OutOfRange(
                f"{self.label} is {shortened(value)}; it must be one of: {', '.join(values)}.",
                field=path,
                remedy=Remedy("set_param", self.name, self.default),
            )
        return value


@dataclass(frozen=True)
class Toggle(Parameter):
    kind: ClassVar[str] = "toggle"
    default: bool = False

    def check(self, value: Any, path: str) -> Any:
        if type(value) is not bool:
            raise BadRequest(f"{self.label} must be true or false.", field=path)
        return value


@dataclass(frozen=True)
class Text(Parameter):
    """Free text. suggestions: shown to pick from; anything else is allowed too."""

    kind: ClassVar[str] = "text"
    default: str = ""
    max_length: int = 4000
    multiline: bool = False
    suggestions: tuple[str, ...] = ()

    def check(self, value: Any, path: str) -> Any:
        if not isinstance(value, str):
            raise BadRequest(f"{self.label} must be text.", field=path)
        if len(value) > self.max_length:
            raise OutOfRange(
                f"{self.label} has {len(value)} characters; the limit is {self.max_length}.",
                field=path,
            )
        return value


@dataclass(frozen=True)
class Seed(Parameter):
    """Decides the noise. None: the daemon picks one and records it. Candidate i: seed + i."""

    kind: ClassVar[str] = "seed"
    default: int | None = None
    maximum: int = 2**32 - 1

    def check(self, value: Any, path: str) -> Any:
        if value is None:
            return None
        if type(value) is not int:
            raise BadRequest(f"{self.label} must be a whole number.", field=path)
        if not 0 <= value <= self.maximum:
            raise OutOfRange(
                f"{self.label} is {value}; it must be from 0 to {self.maximum}.", field=path
            )
        return value


@dataclass(frozen=True)
class Model(Parameter):
    """A model by name. None: the default, chosen by the daemon."""

    kind: ClassVar[str] = "model"
    default: str | None = None

    def check(self, value: Any, path: str) -> Any:
        if value is not None and not isinstance(value, str):
            raise BadRequest(f"{self.label} must be a model's name.", field=path)
        return value or None


@dataclass(frozen=True)
class Image(Parameter):
    """A picture sent as an input with role `role`; never a value in `params`.

    How many a job may carry is min_count … max_count. names: what such an input may be called;
    () = anything.
    """

    kind: ClassVar[str] = "image"
    role: str = "image"
    min_count: int = 1
    max_count: int = 1
    names: tuple[str, ...] = ()

    def check(self, value: Any, path: str) -> Any:
        raise BadRequest(
            f"{self.label} is a picture and belongs into inputs with role {self.role!r}.",
            field=path,
        )


@dataclass(frozen=True)
class List(Parameter):
    """Several values of one kind."""

    kind: ClassVar[str] = "list"
    item: Parameter | None = None
    min_count: int = 0
    max_count: int = 16
    default: tuple[Any, ...] = ()

    def check(self, value: Any, path: str) -> Any:
        if not isinstance(value, (list, tuple)) or self.item is None:
            raise BadRequest(f"{self.label} must be a list.", field=path)
        if not self.min_count <= len(value) <= self.max_count:
            raise OutOfRange(
                f"{self.label} has {len(value)} entries; it must have from {self.min_count} to "
                f"{self.max_count}.",
                field=path,
            )
        return [self.item.check(entry, f"{path}.{n}") for n, entry in enumerate(value)]


@dataclass(frozen=True)
class Group(Parameter):
    """Parameters that belong together; its value is an object of theirs."""

    kind: ClassVar[str] = "group"
    members: tuple[Parameter, ...] = ()
    default: None = None

    def check(self, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise BadRequest(f"{self.label} must be an object.", field=path)
        return check_params(self.members, value, path)


KINDS: dict[str, type[Parameter]] = {
    cls.kind: cls for cls in (Number, Choice, Toggle, Text, Seed, Model, Image, List, Group)
}


@dataclass(frozen=True)
class Operation:
    """Something an artist can ask for. policy: how much context to send around a selection."""

    name: str
    label: str
    help: str
    params: tuple[Parameter, ...]
    policy: ContextPolicy = DEFAULT_POLICY
    visibility: Visibility = "basic"

    def param(self, name: str) -> Parameter:
        return next(p for p in self.params if p.name == name)

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(p for p in self.params if isinstance(p, Image))

    def check(self, params: dict[str, Any]) -> dict[str, Any]:
        """All parameters with defaults filled in. Raises UnknownParameter, OutOfRange, …"""
        values = tuple(p for p in self.params if not isinstance(p, Image))
        for name in params:
            if any(image.name == name for image in self.images):
                self.param(name).check(params[name], f"params.{name}")
        return check_params(values, params, "params", self.name)


@dataclass(frozen=True)
class Catalogue:
    """All operations a daemon offers."""

    operations: tuple[Operation, ...]

    def find(self, name: str) -> Operation:
        """Raises UnknownOperation naming what there is."""
        for operation in self.operations:
            if operation.name == name:
                return operation
        names = ", ".join(operation.name for operation in self.operations)
        raise UnknownOperation(
            f"There is no operation {shortened(name)}; there are: {names}.", field="operation"
        )

    def to_json(self) -> dict[str, Any]:
        return {"operations": [_operation_to_json(operation) for operation in self.operations]}

    @property
    def digest(self) -> str:
        """Changes whenever any declaration changes; the same for a copy that went over a wire."""
        received = Catalogue.from_json(self.to_json())  # there, 1 has become 1.0
        text = json.dumps(received.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Catalogue:
        """Parameters of a kind this client does not know (newer daemon) are left out.

        Raises BadRequest for what is no catalogue.
        """
        return cls(tuple(_operation_from_json(entry) for entry in _objects(data, "operations")))


def check_params(
    declared: tuple[Parameter, ...], given: dict[str, Any], path: str, owner: str = ""
) -> dict[str, Any]:
    """`given` checked against `declared`, with defaults for what is absent."""
    names = [parameter.name for parameter in declared]
    for name in given:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else f" It has: {', '.join(names)}."
            raise UnknownParameter(
                f"{owner or path} has no parameter {shortened(name)}.{hint}",
                field=f"{path}.{name[:64]}",
            )
    return {
        p.name: p.check(given[p.name], f"{path}.{p.name}")
        if p.name in given
        else getattr(p, "default", None)
        for p in declared
    }


def _parameter_to_json(parameter: Parameter) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": parameter.kind, **to_json(parameter)}
    if isinstance(parameter, List) and parameter.item is not None:
        data["item"] = _parameter_to_json(parameter.item)
    if isinstance(parameter, Group):
        data["members"] = [_parameter_to_json(member) for member in parameter.members]
    return data


def _objects(data: Any, name: str) -> tuple[dict[str, Any], ...]:
    plain = from_json(dict[str, Any], data, "catalogue")
    found: tuple[dict[str, Any], ...] = from_json(
        tuple[dict[str, Any], ...], plain.get(name, []), f"catalogue.{name}"
    )
    return found


def _parameter_from_json(data: dict[str, Any]) -> Parameter | None:
    cls = KINDS.get(str(data.get("kind")))
    if cls is None:
        return None
    plain = {key: entry for key, entry in data.items() if key not in ("item", "members")}
    extra: dict[str, Any] = {}
    if cls is List:
        item = from_json(dict[str, Any], data.get("item"), "catalogue.item")
        extra["item"] = _parameter_from_json(item)
        if extra["item"] is None:
            return None
    if cls is Group:
        members = (_parameter_from_json(entry) for entry in _objects(data, "members"))
        extra["members"] = tuple(member for member in members if member is not None)
    parsed = from_json(cls, plain, "catalogue")
    return cls(**{**parsed.__dict__, **extra})


def _operation_to_json(operation: Operation) -> dict[str, Any]:
    data: dict[str, Any] = to_json(operation)
    data["params"] = [_parameter_to_json(parameter) for parameter in operation.params]
    return data


def _operation_from_json(data: dict[str, Any]) -> Operation:
    params = (_parameter_from_json(entry) for entry in _objects(data, "params"))
    plain = from_json(Operation, {**data, "params": []}, "catalogue")
    return Operation(**{**plain.__dict__, "params": tuple(p for p in params if p is not None)})
