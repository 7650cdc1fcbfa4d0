"""The form of an intent, out of the daemon's catalogue: which fields there are and their values.

Draws nothing. A parameter that a newer daemon declares is a field here without any change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plugins.common.intents import Intent
from plugins.common.store import Values
from protocol.errors import BadRequest, ImpastoError, Remedy
from protocol.params import Catalogue, Group, Image, Operation, Parameter, check_params


class Form:
    """Values of all intents' fields for one document, as far as they differ from the defaults.

    Intents share the value of a parameter that they declare with the same default: a prompt stays
    when Fill becomes Replace, while the strengths of Fill and Refine are two. A default that
    changes with a newer daemon takes the remembered value with it.
    """

    def __init__(self, catalogue: Catalogue, values: Values) -> None:
        self._catalogue = catalogue
        self._values: Values = {}
        known = {_key(parameter): parameter for parameter in self._all()}
        for key, value in values.items():
            if key in known and _is_allowed(known[key], value):
                self._values[key] = value

    def operation(self, intent: Intent) -> Operation:
        """Raises UnknownOperation where the daemon has none of it."""
        return self._catalogue.find(intent.operation)

    def fields(self, intent: Intent, visibility: str = "basic") -> list[Parameter]:
        """In the daemon's order, less pictures, what the intent decides, and what plays no part.

        What belongs to a picture that the intent does not send plays no part.
        """
        values = {**self.values(intent), **intent.sends}
        return [
            parameter
            for parameter in self._of(intent)
            if _visibility(parameter, intent) == visibility
            and parameter.name not in intent.fixed
            and all(values.get(name) in wanted for name, wanted in parameter.when.items())
        ]

    def get(self, parameter: Parameter) -> Any:
        return self._values.get(_key(parameter), getattr(parameter, "default", None))

    def set(self, parameter: Parameter, value: Any) -> None:
        """Raises OutOfRange or BadRequest naming the limit; the value then stays as it was."""
        checked = parameter.check(value, f"params.{parameter.name}")
        if checked == getattr(parameter, "default", None):
            self._values.pop(_key(parameter), None)
        else:
            self._values[_key(parameter)] = checked

    def reset(self, intent: Intent) -> None:
        """Every field of the intent as the daemon suggests it, the prompt excepted."""
        for parameter in self._of(intent):
            if parameter.name != "prompt":
                self._values.pop(_key(parameter), None)

    def field_named(self, intent: Intent, name: str) -> Parameter | None:
        """By its name, or by the path that an error carries (`params.steps`)."""
        last = name.removeprefix("params.").partition(".")[0]
        return next((p for p in self._of(intent) if p.name == last), None)

    def values(self, intent: Intent) -> Values:
        """All fields of the intent by name, those it decides included."""
        return {
            **{parameter.name: self.get(parameter) for parameter in self._of(intent)},
            **intent.fixed,
        }

    def params(self, intent: Intent) -> Values:
        """What to submit. Raises the daemon's own errors, before anything is sent."""
        values = self.values(intent)
        if intent.needs_prompt and not str(values.get("prompt", "")).strip():
            raise BadRequest(
                "Say in the prompt what to paint.",
                field="params.prompt",
                remedy=Remedy("set_param", "prompt"),
            )
        return check_params(tuple(self._of(intent)), values, "params", intent.operation)

    def to_json(self) -> Values:
        """What to remember."""
        return dict(self._values)

    def _of(self, intent: Intent) -> list[Parameter]:
        params = self.operation(intent).params
        return [each for each in params if not isinstance(each, (Image, Group))]

    def _all(self) -> Iterator[Parameter]:
        for operation in self._catalogue.operations:
            yield from operation.params


def belongs_to_picture(operation: Operation, parameter: Parameter) -> bool:
    """Whether it is of use only beside a picture that most programs have none of (of depth)."""
    return any(image.name in parameter.when for image in operation.images)


def _visibility(parameter: Parameter, intent: Intent) -> str:
    return "advanced" if parameter.name in intent.tucked else parameter.visibility


def _key(parameter: Parameter) -> str:
    return f"{parameter.name}={getattr(parameter, 'default', None)}"


def _is_allowed(parameter: Parameter, value: Any) -> bool:
    try:
        parameter.check(value, "")
    except (ImpastoError, NotImplementedError):
        return False
    return True
