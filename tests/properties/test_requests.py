"""Any request that the document allows is sent as its JSON; one that cannot be right is stopped, with the place named."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from arize_integrations import UNSET, ConfigurationError
from arize_integrations._wire.changes import check_changes
from arize_integrations._wire.operations import CREATE, UPDATE
from arize_integrations._wire.requests import check_body, check_json
from arize_integrations._wire.unwrap import enum_values
from arize_integrations_api import contract, models
from tests.operations import example_requests, skip_without

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "str": TEXT,
    "int": st.integers(),
    "float": NUMBERS,
    "bool": st.booleans(),
    "None": st.none(),
    "": JSON,
}
BODIES = [name for name in (CREATE, UPDATE) if name in contract.OPERATIONS]
EACH = pytest.mark.parametrize("operation", [CREATE, UPDATE])


@pytest.fixture(autouse=True)
def _the_document_writes(request: pytest.FixtureRequest) -> None:
    skip_without(*([request.getfixturevalue("operation")] if "operation" in request.fixturenames else [CREATE]))


def body(operation: str) -> Any:
    return contract.OPERATIONS[operation].body


def valid(shape: Any) -> st.SearchStrategy[Any]:
    """JSON that fits a shape."""
    kind: Any = type(shape)
    return _valid(kind, shape)  # a list of texts and a map of texts are equal as tuples


@cache
def _valid(_: Any, shape: Any) -> st.SearchStrategy[Any]:
    match shape:
        case contract.Plain(declared):
            return PLAIN[declared]
        case contract.Text():
            return st.datetimes().map(lambda moment: moment.isoformat() + "Z")
        case contract.Constant(value):
            return st.just(value)
        case contract.Choice(name):
            return st.sampled_from(list(enum_values(name)))
        case contract.Map(item):
            return st.dictionaries(TEXT, valid(item), max_size=3)
        case contract.Array(item):
            return st.lists(valid(item), max_size=2)
        case contract.AnyOf(options):
            return st.one_of(*map(valid, options))
        case contract.Tagged(name):
            return st.one_of(*map(valid, contract.UNIONS[name].members.values()))
        case _:
            fields = contract.MODELS[shape.name].fields
            required = {field.key: valid(field.shape) for field in fields if field.required}
            return st.fixed_dictionaries(required, optional={f.key: valid(f.shape) for f in fields if not f.required})


def model_of(shape: Any, payload: Any) -> Any:
    """The payload as the document's model."""
    while isinstance(shape, contract.Tagged):
        union = contract.UNIONS[shape.name]
        shape = union.members[payload[union.property]]
    return getattr(models, shape.name).from_dict(payload)


def fields_within(shape: Any, payload: Any, place: str = "") -> Any:
    """Every declared field of a payload: its object, its table row, and its place."""
    if isinstance(shape, contract.Tagged):
        union = contract.UNIONS[shape.name]
        yield from fields_within(union.members[payload[union.property]], payload, place)
    elif isinstance(shape, contract.Model):
        for field in contract.MODELS[shape.name].fields:
            if field.key in payload:
                at = f"{place}.{field.key}" if place else field.key
                yield payload, field, at
                yield from fields_within(field.shape, payload[field.key], at)


def tags(shape: Any) -> set[str]:
    """The properties that tell the members of unions apart."""
    return {union.property for union in contract.UNIONS.values()}


@EACH
@given(data=st.data())
def test_a_valid_request_is_sent_as_its_json(operation: str, data: st.DataObject) -> None:
    payload = data.draw(valid(body(operation)))
    before = deepcopy(payload)
    assert check_body(body(operation), payload).json == before
    assert payload == before
    assert check_body(body(operation), model_of(body(operation), payload)).json == before


@EACH
def test_the_documents_examples_are_sent_as_written(operation: str) -> None:
    for payload in example_requests(operation):
        assert check_body(body(operation), payload).json == payload
        assert check_body(body(operation), model_of(body(operation), payload)).json == payload


@EACH
@given(data=st.data())
def test_every_write_only_value_is_a_secret(operation: str, data: st.DataObject) -> None:
    payload = data.draw(valid(body(operation)))
    marked = [(held, field) for held, field, _ in fields_within(body(operation), payload) if field.secret]
    secrets = set().union(*(texts(held[field.key]) for held, field in marked))
    assert secrets <= set(check_body(body(operation), payload).secrets) | {""}


def texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts, value))
    return {value} if isinstance(value, str) else set()


@EACH
@given(data=st.data())
def test_a_missing_field_is_named(operation: str, data: st.DataObject) -> None:
    payload = data.draw(valid(body(operation)))
    required = [(held, field, at) for held, field, at in fields_within(body(operation), payload) if field.required]
    held, field, at = data.draw(st.sampled_from(required))
    if data.draw(st.booleans()):
        held[field.key] = UNSET
    else:
        del held[field.key]
    with pytest.raises(ConfigurationError, match="missing") as caught:
        check_body(body(operation), payload)
    assert caught.value.parameter == at
    assert str(caught.value).startswith(f"{at} is missing")


@EACH
@given(data=st.data())
def test_a_value_of_another_type_is_named_and_never_shown(operation: str, data: st.DataObject) -> None:
    payload = data.draw(valid(body(operation)))
    held, field, at = data.draw(st.sampled_from(list(fields_within(body(operation), payload))))
    wrong = data.draw(st.sampled_from([object(), 5.5, {5: 6}, b"a-secret", {"a-secret"}, float("nan"), "\ud800"]))
    held[field.key] = wrong
    try:
        check_body(body(operation), payload)
    except ConfigurationError as error:
        assert (error.parameter or "").startswith(at)
        assert "a-secret" not in str(error)
    else:
        # Only where the document allows any number is 5.5 right.
        assert wrong == 5.5


@EACH
@given(data=st.data())
def test_a_misspelt_field_is_refused_with_what_was_meant(operation: str, data: st.DataObject) -> None:
    payload = data.draw(valid(body(operation)))
    optional = [found for found in fields_within(body(operation), payload) if found[1].key not in tags(None)]
    assume(optional)
    held, field, at = data.draw(st.sampled_from(optional))
    held[field.key.upper()] = held.pop(field.key)
    with pytest.raises(ConfigurationError, match=repr(field.key)) as caught:
        check_body(body(operation), payload)
    assert caught.value.parameter == at.removesuffix(field.key) + field.key.upper()
    held[field.key] = held[field.key.upper()]  # both: one of them is a slip all the same
    with pytest.raises(ConfigurationError, match=repr(field.key)):
        check_body(body(operation), payload)


@EACH
@given(data=st.data())
def test_a_field_that_the_document_does_not_name_is_sent(operation: str, data: st.DataObject) -> None:
    payload = data.draw(valid(body(operation)))
    payload["zzz_quite_new_zzz"] = value = data.draw(JSON)
    assert check_body(body(operation), payload).json["zzz_quite_new_zzz"] == value


@EACH
@given(data=st.data())
def test_a_respelt_tag_is_refused_and_an_unknown_one_is_sent_with_everything_secret(
    operation: str, data: st.DataObject
) -> None:
    shape = body(operation)
    assume(isinstance(shape, contract.Tagged))
    union = contract.UNIONS[shape.name]
    payload = data.draw(valid(shape))
    tag = payload[union.property]
    assume(isinstance(tag, str) and tag.lower() != tag)
    with pytest.raises(ConfigurationError, match=repr(tag)) as caught:
        check_body(shape, {**payload, union.property: tag.lower()})
    assert caught.value.parameter == union.property
    with pytest.raises(ConfigurationError, match=repr(tag)):
        check_body(shape, {**payload, union.property: f"{tag} "})
    for nothing in list[object]([None, 5, ["x"], {}]):
        with pytest.raises(ConfigurationError, match="must be"):
            check_body(shape, {**payload, union.property: nothing})
    newer = {"deep": [{"token": "a-secret-of-a-newer-type"}], union.property: "quite another type"}
    checked = check_body(shape, newer)
    assert checked.json == newer
    assert checked.secrets == ("a-secret-of-a-newer-type",)


def test_an_update_must_change_something() -> None:
    skip_without(UPDATE)
    for payload in example_requests(UPDATE):
        assert check_changes(body(UPDATE), payload).json == payload
        union = contract.UNIONS[body(UPDATE).name]
        nothing = {union.property: payload[union.property]}
        with pytest.raises(ConfigurationError, match=r"nothing to change.*at least one field"):
            check_changes(body(UPDATE), nothing)


def test_an_update_of_what_cannot_be_changed_alone_says_so() -> None:
    """Not that nothing was given."""
    skip_without(UPDATE)
    fixed = [
        (payload, key, field.key)
        for payload in example_requests(UPDATE)
        for key, value in payload.items()
        if isinstance(value, dict)
        for field in contract.MODELS[type(getattr(model_of(body(UPDATE), payload), key)).__name__].fields
        if field.immutable and field.key in value
    ]
    if not fixed:
        pytest.skip("the vendored document has nothing that cannot be changed")
    for payload, key, inner in fixed:
        tag = contract.UNIONS[body(UPDATE).name].property
        with pytest.raises(ConfigurationError, match=rf"nothing to change\. {key}\.{inner} cannot be changed"):
            check_changes(body(UPDATE), {tag: payload[tag], key: {inner: payload[key][inner]}})


def _choices_of_unions() -> list[tuple[str, str, Any]]:
    """Fields of requests that are one of several unions, where they are in today's document."""
    return [
        (name, field.key, field.shape)
        for name, model in contract.MODELS.items()
        for field in model.fields
        if isinstance(field.shape, contract.AnyOf)
        and sum(isinstance(option, contract.Tagged) for option in field.shape.options) > 1
    ]


def test_one_of_several_unions_is_checked_by_the_one_that_knows_the_tag() -> None:
    """The others would take it for a newer server's, and send whatever it holds."""
    choices = _choices_of_unions()
    if not choices:
        pytest.skip("the vendored document has no choice between unions")
    for name, key, shape in choices:
        unions = [contract.UNIONS[option.name] for option in shape.options if isinstance(option, contract.Tagged)]
        for union in unions:
            for tag, member in union.members.items():
                required = [f for f in contract.MODELS[member.name].fields if f.required and f.key != union.property]
                if sum(tag in each.members for each in unions) > 1 or not required:
                    continue  # in two of them, each judges
                with pytest.raises(ConfigurationError) as missing:
                    check_body(contract.Model(name), {key: {union.property: tag}})
                assert missing.value.parameter == f"{key}.{required[0].key}"
                with pytest.raises(ConfigurationError, match=repr(tag)) as spelled:
                    check_body(contract.Model(name), {key: {union.property: str(tag).lower()}})
                assert spelled.value.parameter == f"{key}.{union.property}"
                newer = {key: {union.property: f"{tag}_OF_TOMORROW", "token": "for-tomorrow"}}
                assert check_body(contract.Model(name), newer).secrets == ("for-tomorrow",)


@pytest.mark.parametrize("value", [None, 5, "text", [], object()], ids=["null", "number", "text", "list", "object"])
@EACH
def test_what_is_no_request_is_refused(operation: str, value: Any) -> None:
    with pytest.raises(ConfigurationError):
        check_body(body(operation), value)


def test_an_answer_is_no_request() -> None:
    from tests.operations import GET, example_answer

    answer = model_of(contract.OPERATIONS[GET].result, example_answer(GET))
    with pytest.raises(ConfigurationError, match=type(answer).__name__):
        check_body(body(CREATE), answer)


def test_what_contains_itself_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["inside"] = endless
    with pytest.raises(ConfigurationError, match="itself"):
        check_json(endless)


@given(JSON)
def test_any_json_may_be_sent_as_such(value: Any) -> None:
    checked = check_json(value)
    assert checked.json == value
    assert set(checked.secrets) == texts(value) - {""}
