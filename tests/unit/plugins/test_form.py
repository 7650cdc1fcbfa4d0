"""The plugins' forms follow the daemon's catalogue, share what is alike, and refuse bad values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core_server.operations import catalogue, load_styles
from plugins.common import intents
from plugins.common.form import Form, belongs_to_picture
from protocol.errors import BadRequest, OutOfRange
from protocol.params import Catalogue, Number, Operation

FILL, GENERATE, REFINE, REMOVE, EXPAND = (
    intents.find(name) for name in ("fill", "generate", "refine", "remove", "expand")
)
OFFERED = catalogue(load_styles())


def form() -> Form:
    return Form(OFFERED, {})


def names(form: Form, intent: intents.Intent, visibility: str = "basic") -> list[str]:
    return [field.name for field in form.fields(intent, visibility)]


def named(form: Form, intent: intents.Intent, name: str) -> Number:
    field = form.field_named(intent, name)
    assert isinstance(field, Number)
    return field


@pytest.mark.parametrize("intent", intents.INTENTS, ids=lambda intent: intent.name)
def test_what_an_untouched_form_asks_for_is_what_the_daemon_accepts(
    intent: intents.Intent,
) -> None:
    filled = form()
    prompt = filled.field_named(intent, "prompt")
    assert prompt is not None
    filled.set(prompt, "a red heart")
    params = filled.params(intent)
    assert OFFERED.find(intent.operation).check(params) == params


def test_a_parameter_that_a_newer_daemon_declares_is_a_field_at_once() -> None:
    glow = Number("glow", "Glow", maximum=10, default=3)
    newer = Catalogue(
        tuple(
            replace(each, params=(*each.params, glow)) if each.name == "generate" else each
            for each in OFFERED.operations
        )
    )
    filled = Form(newer, {})
    assert "glow" in names(filled, GENERATE)
    filled.set(named(filled, REFINE, "glow"), 7)
    assert filled.params(REFINE)["glow"] == 7


def test_intents_share_a_prompt_and_keep_their_own_strengths() -> None:
    filled = form()
    prompt = filled.field_named(FILL, "prompt")
    assert prompt is not None
    filled.set(prompt, "a pond")
    filled.set(named(filled, FILL, "strength"), 0.8)
    assert filled.params(GENERATE)["prompt"] == "a pond"
    assert filled.params(REFINE)["strength"] == 0.6


def test_what_an_intent_decides_is_not_asked() -> None:
    filled = form()
    assert "intent" not in names(filled, FILL)
    assert "prompt" not in names(filled, REMOVE)
    assert "strength" in names(filled, REFINE)
    assert "strength" not in names(filled, GENERATE)


def test_sides_are_asked_for_only_where_they_play_a_part() -> None:
    filled = form()
    assert {"left", "right", "top", "bottom"} <= set(names(filled, EXPAND))
    assert not {"left", "right", "top", "bottom"} & set(names(filled, FILL))


def test_what_belongs_to_a_depth_picture_is_asked_only_where_one_is_sent() -> None:
    filled = form()
    sending = replace(GENERATE, sends={"control": "depth"})
    for visibility in ("basic", "advanced"):
        assert "control" not in names(filled, sending, visibility)
        assert "control_strength" not in names(filled, GENERATE, visibility)
        assert "control_strength" not in names(filled, REFINE, visibility)
    assert "control_strength" in names(filled, sending, "advanced")
    filled.set(named(filled, sending, "control_strength"), 0.5)
    filled.set(named(filled, sending, "width"), 640)
    prompt = filled.field_named(sending, "prompt")
    assert prompt is not None
    filled.set(prompt, "a stone")
    params = filled.params(sending)
    assert params["control_strength"] == 0.5
    assert "control" not in params
    operation = filled.operation(sending)
    assert [each.name for each in operation.params if belongs_to_picture(operation, each)] == [
        "control_strength"
    ]


def test_removing_takes_no_words_along_from_the_prompt_before() -> None:
    filled = form()
    prompt = filled.field_named(FILL, "prompt")
    assert prompt is not None
    filled.set(prompt, "a cat")
    assert filled.params(REMOVE)["prompt"] == ""


def test_a_value_out_of_range_is_refused_and_changes_nothing() -> None:
    filled = form()
    count = named(filled, GENERATE, "count")
    filled.set(count, 4)
    with pytest.raises(OutOfRange, match="from 1 to 10"):
        filled.set(count, 11)
    assert filled.get(count) == 4


def test_without_words_generate_says_what_is_missing() -> None:
    with pytest.raises(BadRequest, match="prompt") as caught:
        form().params(GENERATE)
    assert caught.value.remedy is not None
    assert caught.value.remedy.target == "prompt"


def test_what_is_remembered_comes_back_and_what_no_longer_fits_is_dropped() -> None:
    filled = form()
    filled.set(named(filled, GENERATE, "count"), 4)
    kept = filled.to_json()
    assert Form(OFFERED, kept).get(named(filled, GENERATE, "count")) == 4
    spoilt = {**kept, "count=1": 99, "no such thing": 1}
    again = Form(OFFERED, spoilt)
    assert again.get(named(again, GENERATE, "count")) == 1
    assert again.to_json() == {}


def test_resetting_keeps_the_prompt() -> None:
    filled = form()
    prompt = filled.field_named(GENERATE, "prompt")
    assert prompt is not None
    filled.set(prompt, "a pond")
    filled.set(named(filled, GENERATE, "count"), 4)
    filled.reset(GENERATE)
    assert filled.params(GENERATE)["prompt"] == "a pond"
    assert filled.params(GENERATE)["count"] == 1


def test_intents_of_operations_that_the_daemon_lacks_are_not_offered() -> None:
    only: tuple[Operation, ...] = (OFFERED.find("generate"),)
    assert [each.name for each in intents.offered(False, Catalogue(only))] == ["generate", "refine"]
    assert intents.offered(True, Catalogue(only)) == []


def test_the_selection_decides_which_intents_there_are() -> None:
    with_one = {each.name for each in intents.offered(True, OFFERED)}
    without = {each.name for each in intents.offered(False, OFFERED)}
    assert with_one == {"fill", "replace", "remove", "vary", "mix"}
    assert without == {"generate", "refine", "expand", "vary", "mix"}
