"""What guides a picture that is painted of a view: the depth, how the object looks, or both.

A first view is painted from words and held to the depth; where earlier views are on the object, how
it looks goes along, so that the next one goes on with them. A model that takes no depth only has
how the object looks. Reads no pixels and asks nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

import bpy

from plugins.blender.commands import PROJECT
from plugins.blender.surface import coverage_of
from plugins.common.form import Form
from plugins.common.intents import Intent
from protocol.messages import ModelInfo

DEPTH = "depth"
"""The kind of control, and what a model's list of operations calls it."""


class Guide(Enum):
    """UNKNOWN: it is not known yet what the model takes."""

    DEPTH = "depth"
    BOTH = "both"
    LOOK = "look"
    UNKNOWN = "unknown"

    @property
    def sends_depth(self) -> bool:
        return self in (Guide.DEPTH, Guide.BOTH)

    @property
    def sends_look(self) -> bool:
        return self is not Guide.DEPTH

    @property
    def intent(self) -> Intent:
        """Project from view with the fields that are of use."""
        return _INTENTS[self]

    @property
    def remark(self) -> str:
        """What the panel says of it."""
        return _REMARKS[self]


_LOOKED_AT = replace(PROJECT, sends={})
_INTENTS = {
    Guide.DEPTH: replace(PROJECT, fixed={**PROJECT.fixed, "strength": 1.0}),
    Guide.BOTH: PROJECT,
    Guide.LOOK: _LOOKED_AT,
    Guide.UNKNOWN: _LOOKED_AT,
}
_REMARKS = {
    Guide.DEPTH: "The depth of this view is sent: the picture keeps to the object's shape.",
    Guide.BOTH: "The depth of this view is sent, and what earlier views have painted.",
    Guide.LOOK: "This model takes no depth: the object as it looks now guides it.",
    Guide.UNKNOWN: "If the model takes depth, that of this view is sent; "
    "if not, the object as it looks now guides it.",
}


def guide_of(
    form: Form, models: Sequence[ModelInfo], obj: bpy.types.Object | None, afresh: bool
) -> Guide:
    """Of the next picture. models: none while they are not known. afresh: earlier views do not
    count."""
    takes = takes_depth(form, models)
    if takes is None:
        return Guide.UNKNOWN
    if not takes:
        return Guide.LOOK
    return Guide.BOTH if not afresh and coverage_of(obj) is not None else Guide.DEPTH


def takes_depth(form: Form, models: Sequence[ModelInfo]) -> bool | None:
    """Whether the chosen model does, else the daemon's own; None where that is not known."""
    field = form.field_named(PROJECT, "model")
    chosen = form.get(field) if field is not None else None
    for model in models:
        if model.name == chosen or (chosen is None and model.default):
            return model.operations.get(DEPTH, "no").startswith("yes")
    return None
