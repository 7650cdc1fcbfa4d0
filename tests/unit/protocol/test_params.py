"""Parameter declarations: what they accept, the sentence they refuse with, and their JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_server.operations import catalogue as shipped_catalogue
from protocol.codec import to_json
from protocol.errors import (
    BadRequest,
    ImpastoError,
    OutOfRange,
    Remedy,
    UnknownOperation,
    UnknownParameter,
)
from protocol.geometry import ContextPolicy
from protocol.params import (
    KINDS,
    Catalogue,
    Choice,
    Group,
    Image,
    List,
    Model,
    Number,
    Operation,
    Option,
    Parameter,
    Seed,
    Text,
    Toggle,
)

STEPS = Number("steps", "Steps", minimum=1, maximum=150, integer=True, nullable=True, unit="px")
STRENGTH = Number("strength", "Strength", default=0.5)
INTENT = Choice(
    "intent", "Intent", options=(Option("fill", "Fill"), Option("remove", "Remove")), default="fill"
)
FREE = Choice("sampler", "Sampler", options=(Option("ddim", "DDIM"),), nullable=True)
TILE = Toggle("tile", "Seamless")
PROMPT = Text("prompt", "Prompt", max_length=5)
SEED = Seed("seed", "Seed")
MODEL = Model("model", "Model")
MASK = Image("mask", "Mask", role="mask", min_count=0)
SIZES = List("sizes", "Sizes", item=Number("size", "Size", maximum=9), min_count=1, max_count=2)
GROUP = Group("border", "Border", members=(STRENGTH, TILE))
ALL: tuple[Parameter, ...] = (
    STEPS,
    STRENGTH,
    INTENT,
    FREE,
    TILE,
    PROMPT,
    SEED,
    MODEL,
    MASK,
    SIZES,
    GROUP,
)
PAINT = Operation("paint", "Paint", "Paint.", ALL, ContextPolicy(min_side=64))

TAKEN: list[tuple[Parameter, Any, Any]] = [
    (STEPS, 1, 1),
    (STEPS, 150.0, 150),
    (STEPS, None, None),
    (STRENGTH, 1, 1.0),
    (STRENGTH, 0.25, 0.25),
    (INTENT, "remove", "remove"),
    (FREE, None, None),
    (TILE, True, True),
    (PROMPT, "", ""),
    (PROMPT, "🗼🗼🗼🗼🗼", "🗼🗼🗼🗼🗼"),
    (SEED, None, None),
    (SEED, 2**32 - 1, 2**32 - 1),
    (MODEL, None, None),
    (MODEL, "", None),
    (MODEL, "pocket", "pocket"),
    (SIZES, [1, 0.5], [1.0, 0.5]),
    (GROUP, {"tile": True}, {"strength": 0.5, "tile": True}),
]


@pytest.mark.parametrize(("parameter", "given_value", "found"), TAKEN)
def test_a_value_is_taken_and_normalised(
    parameter: Parameter, given_value: Any, found: Any
) -> None:
    checked = parameter.check(given_value, "params.x")
    assert repr(checked) == repr(found)


REFUSED: list[tuple[Parameter, Any, type[ImpastoError], str]] = [
    (STEPS, 0, OutOfRange, "Steps is 0; it must be from 1 to 150 px."),
    (STEPS, 10**400, OutOfRange, "from 1 to 150"),
    (STEPS, -(10**400), OutOfRange, "from 1 to 150"),
    (STEPS, 1.5, BadRequest, "Steps must be a whole number, not 1.5."),
    (STEPS, True, BadRequest, "a whole number"),
    (STEPS, "7", BadRequest, "a whole number"),
    (STRENGTH, None, BadRequest, "Strength must be a number."),
    (STRENGTH, float("nan"), BadRequest, "a number"),
    (STRENGTH, float("inf"), BadRequest, "a number"),
    (STRENGTH, 1.01, OutOfRange, "Strength is 1.01; it must be from 0 to 1."),
    (STRENGTH, [0.5], BadRequest, "a number"),
    (INTENT, "expand", OutOfRange, "Intent is 'expand'; it must be one of: fill, remove."),
    (INTENT, None, OutOfRange, "one of: fill, remove"),
    (INTENT, ["fill"], OutOfRange, "one of"),
    (TILE, 1, BadRequest, "true or false"),
    (PROMPT, "123456", OutOfRange, "Prompt has 6 characters; the limit is 5."),
    (PROMPT, None, BadRequest, "must be text"),
    (SEED, -1, OutOfRange, "Seed is -1; it must be from 0 to 4294967295."),
    (SEED, 2**32, OutOfRange, "from 0 to"),
    (SEED, 1.0, BadRequest, "a whole number"),
    (SEED, True, BadRequest, "a whole number"),
    (MODEL, 7, BadRequest, "a model's name"),
    (MASK, 0, BadRequest, "belongs into inputs with role 'mask'"),
    (SIZES, [], OutOfRange, "Sizes has 0 entries; it must have from 1 to 2."),
    (SIZES, [1, 1, 1], OutOfRange, "3 entries"),
    (SIZES, 1, BadRequest, "must be a list"),
    (GROUP, [], BadRequest, "must be an object"),
]


@pytest.mark.parametrize(("parameter", "value", "kind", "sentence"), REFUSED)
def test_a_value_is_refused_with_field_and_limit(
    parameter: Parameter, value: Any, kind: type[ImpastoError], sentence: str
) -> None:
    with pytest.raises(kind) as caught:
        parameter.check(value, "params.x")
    assert sentence in caught.value.message
    assert len(caught.value.message) < 300
    assert caught.value.field == "params.x"


@pytest.mark.parametrize(
    ("parameter", "value", "remedy"),
    [
        (STEPS, 500, Remedy("set_param", "steps", 150)),
        (STEPS, -5, Remedy("set_param", "steps", 1)),
        (STEPS, 10**400, Remedy("set_param", "steps", 150)),
        (STRENGTH, 7, Remedy("set_param", "strength", 1.0)),
        (INTENT, "x", Remedy("set_param", "intent", "fill")),
    ],
)
def test_the_remedy_is_a_value_that_would_do(
    parameter: Parameter, value: Any, remedy: Remedy
) -> None:
    with pytest.raises(OutOfRange) as caught:
        parameter.check(value, "x")
    assert caught.value.remedy == remedy
    assert remedy.target == parameter.name
    parameter.check(remedy.value, "x")


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({"sizes": [1, 99]}, "params.sizes.1"),
        ({"border": {"strength": 2}}, "params.border.strength"),
        ({"border": {"strenght": 1}}, "params.border.strenght"),
        ({"mask": "x.png"}, "params.mask"),
        ({"x" * 100_000: 1}, f"params.{'x' * 64}"),
    ],
)
def test_the_path_leads_to_the_value_at_fault(params: dict[str, Any], path: str) -> None:
    with pytest.raises(ImpastoError) as caught:
        PAINT.check(params)
    assert caught.value.field == path
    assert len(caught.value.message) < 500


def test_absent_values_are_the_defaults() -> None:
    assert PAINT.check({}) == {
        "steps": None,
        "strength": 0.5,
        "intent": "fill",
        "sampler": None,
        "tile": False,
        "prompt": "",
        "seed": None,
        "model": None,
        "sizes": (),
        "border": None,
    }


def test_a_misspelt_parameter_is_refused_with_the_right_one() -> None:
    with pytest.raises(UnknownParameter, match=r"paint has no parameter 'promt'.*Did you mean 'p"):
        PAINT.check({"promt": "x"})
    with pytest.raises(UnknownParameter, match="It has: steps, strength, "):
        PAINT.check({"qqqqqq": "x"})


def test_an_unknown_operation_is_refused_with_those_there_are() -> None:
    catalogue = Catalogue((PAINT,))
    assert catalogue.find("paint") is PAINT
    with pytest.raises(UnknownOperation, match="no operation 'draw'; there are: paint"):
        catalogue.find("draw")


@pytest.mark.parametrize("catalogue", [Catalogue((PAINT,)), Catalogue(()), shipped_catalogue({})])
def test_a_catalogue_and_its_digest_survive_the_wire(catalogue: Catalogue) -> None:
    found = Catalogue.from_json(json.loads(json.dumps(catalogue.to_json())))
    assert found == catalogue
    assert found.digest == catalogue.digest


def test_the_digest_changes_with_any_declaration() -> None:
    longer = Operation("paint", "Paint", "Paint.", (*ALL[:-1], Group("border", "Border")))
    assert len({Catalogue(ops).digest for ops in ((), (PAINT,), (longer,))}) == 3


def test_every_kind_is_tried_here() -> None:
    assert {type(parameter) for parameter in ALL} == set(KINDS.values())


def test_parameters_of_unknown_kinds_are_left_out() -> None:
    curve = {"kind": "curve", "name": "curve", "label": "Curve"}
    params = [
        curve,
        {**curve, "kind": ["text"]},
        {"kind": "list", "name": "curves", "label": "Curves", "item": curve},
        {"kind": "group", "name": "g", "label": "G", "members": [curve, _json(TILE)]},
        {**_json(PROMPT), "colour": "red"},
    ]
    data = {"operations": [{"name": "x", "label": "X", "help": "", "params": params, "icon": 1}]}
    (operation,) = Catalogue.from_json(data).operations
    assert operation.params == (Group("g", "G", members=(TILE,)), PROMPT)


def _json(parameter: Parameter) -> dict[str, Any]:
    return {"kind": parameter.kind, **to_json(parameter)}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"operations": 1},
        {"operations": [1]},
        {"operations": [{}]},
        {"operations": [{"name": "x", "label": "X", "help": "", "params": {}}]},
        {"operations": [{"name": "x", "label": "X", "help": "", "params": [None]}]},
        {"operations": [{"name": "x", "label": "X", "help": "", "params": [{"kind": "text"}]}]},
        {"operations": [{"name": "x", "label": "X", "help": "", "params": [{"kind": "list"}]}]},
        {"operations": [{"name": 1, "label": "X", "help": "", "params": []}]},
    ],
)
def test_what_is_no_catalogue_is_refused(data: Any) -> None:
    with pytest.raises(BadRequest):
        Catalogue.from_json(data)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    LEAVES | st.integers(-(10**320), 10**320),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.mark.parametrize("parameter", ALL, ids=lambda parameter: parameter.kind)
@given(value=JSON)
def test_any_value_is_taken_or_refused_and_what_was_taken_is_taken_again(
    parameter: Parameter, value: Any
) -> None:
    try:
        found = parameter.check(value, "params.x")
    except ImpastoError as error:
        refusal = error
    else:
        assert parameter.check(found, "params.x") == found
        return
    assert 0 < len(refusal.message) < 1000
    assert (refusal.field or "").startswith("params.x")


NAMES = st.sampled_from([parameter.name for parameter in ALL]) | st.text(max_size=9)


@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_any_params_are_taken_whole_or_refused(params: dict[str, Any]) -> None:
    try:
        found = PAINT.check(params)
    except ImpastoError:
        return
    assert set(found) == {p.name for p in ALL if not isinstance(p, Image)}
