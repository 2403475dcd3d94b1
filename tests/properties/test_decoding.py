"""What holds for every answer, of every document: nothing fails, nothing is lost, and what is known is typed."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, strategies as st

from tests.properties.packages import Complaint, Package, packages, rich_package
from tests.properties.payloads import ANYTHING, documented, drifted, is_same

BOTH = pytest.mark.parametrize("package", packages(), ids=repr)
WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What one test made the decoder remember shall not decide another."""
    for package in packages():
        for item in vars(package.decoder).values():
            if hasattr(item, "cache_clear"):
                item.cache_clear()


def types(value: Any) -> Any:
    """The classes of a decoded value, at every depth: what `==` alone does not tell apart, such as True and 1."""
    if isinstance(value, list):
        return [types(item) for item in value]
    if hasattr(type(value), "__attrs_attrs__"):
        return type(value), {name: types(getattr(value, name)) for name in _attributes(value)}
    return type(value), {key: types(item) for key, item in value.items()} if isinstance(value, dict) else repr(value)


def _attributes(value: Any) -> list[str]:
    return [attribute.name for attribute in type(value).__attrs_attrs__]


@BOTH
@given(data=st.data())
def test_a_documented_answer_is_read_without_a_complaint(package: Package, data: st.DataObject) -> None:
    payload = data.draw(documented(package))
    value, notes = package.decode(payload)
    assert notes == []
    assert is_same(payload, value.to_dict())


@BOTH
@given(data=st.data())
def test_the_fast_path_takes_what_is_documented(package: Package, data: st.DataObject) -> None:
    """Leniency costs only when it is needed."""
    payload = data.draw(documented(package))
    with patch.object(package.decoder, "_leniently", side_effect=AssertionError("not needed")):
        strict, _ = package.decode(payload)
    lenient, notes = package.decode_leniently(payload)
    assert (types(strict), notes) == (types(lenient), [])
    assert strict == lenient


@BOTH
@given(data=st.data())
def test_where_the_fast_path_succeeds_the_lenient_one_reads_the_same(package: Package, data: st.DataObject) -> None:
    """Else a field would change its type when another field of the answer drifts."""
    payload = data.draw(drifted(package))
    try:
        strict = package.decode_strictly(payload)
    except (KeyError, TypeError, ValueError, AttributeError):
        return
    lenient, notes = package.decode_leniently(payload)
    assert (types(strict), notes) == (types(lenient), [])


@BOTH
@given(data=st.data())
def test_a_drifted_answer_is_read_and_given_back_whole(package: Package, data: st.DataObject) -> None:
    payload = data.draw(drifted(package))
    received = copy.deepcopy(payload)
    value, _ = package.decode(payload)
    assert is_same(received, value.to_dict())
    assert json.dumps(value.to_dict())


@BOTH
@given(data=st.data())
def test_any_object_at_all_is_read_and_given_back_whole(package: Package, data: st.DataObject) -> None:
    payload = data.draw(st.dictionaries(st.text(max_size=5), ANYTHING, max_size=4))
    value, _ = package.decode(payload)
    assert is_same(payload, value.to_dict())


@BOTH
@pytest.mark.parametrize("way", WAYS)
@given(data=st.data())
def test_what_was_read_survives_being_copied(package: Package, way: str, data: st.DataObject) -> None:
    value, _ = package.decode(data.draw(drifted(package)))
    twin = WAYS[way](value)
    assert twin == value
    assert types(twin) == types(value)
    assert repr(twin) == repr(value)
    assert is_same(value.to_dict(), twin.to_dict())


@BOTH
@given(data=st.data())
def test_a_change_of_one_field_leaves_the_types_of_all_others(package: Package, data: st.DataObject) -> None:
    payload = data.draw(documented(package))
    before, _ = package.decode(payload)
    models = list(_models(package, before))
    tags = {union.property for union in package.contract.UNIONS.values()}
    places = [
        (path, model, field) for path, model in models for field in _fields(package, model) if field.key not in tags
    ]
    path, model, changed = data.draw(st.sampled_from(places))
    fields = _fields(package, model)
    change = data.draw(st.sampled_from([_drop, _nullify, _retype]))

    newer = copy.deepcopy(payload)
    change(_at(newer, path), changed.key)
    after, _ = package.decode(newer)

    twin = _find(after, path)
    assert type(twin) is type(model)
    for field in fields:
        if field.key != changed.key:
            assert types(getattr(twin, field.attribute)) == types(getattr(model, field.attribute))


def _fields(package: Package, model: Any) -> tuple[Any, ...]:
    return tuple(package.contract.MODELS[type(model).__name__].fields)


def _models(package: Package, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every model inside a decoded value that no untagged union leads to, with the keys and indices that lead to it."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _models(package, item, (*path, index))
    declared = package.contract.MODELS.get(type(value).__name__)
    if declared is None:
        return
    yield path, value
    for field in declared.fields:
        if not isinstance(field.shape, package.contract.AnyOf):
            yield from _models(package, getattr(value, field.attribute), (*path, (field.key, field.attribute)))


def _at(payload: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        payload = payload[step if isinstance(step, int) else step[0]]
    return payload


def _find(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step[1])
    return value


def _drop(container: dict[str, Any], key: str) -> None:
    container.pop(key, None)


def _nullify(container: dict[str, Any], key: str) -> None:
    container[key] = None


def _retype(container: dict[str, Any], key: str) -> None:
    container[key] = [{"of": ["another", "type"]}]


Expectation = Callable[[Package, Any, dict[str, Any]], tuple[str, str, Complaint] | None]


@BOTH
@given(data=st.data())
def test_a_note_names_a_schema_and_a_field_and_never_a_value(package: Package, data: st.DataObject) -> None:
    payload = data.draw(drifted(package))
    _, notes = package.decode(payload)
    schemas = {**package.contract.MODELS, **package.contract.UNIONS}
    keys = {key for fields in package.contract.MODELS.values() for key in _keys(fields)}
    keys |= {union.property for union in package.contract.UNIONS.values()} | set(_all_keys(payload)) | {"*"}
    phrases = {value for name, value in vars(package.decoder).items() if name.isupper() and isinstance(value, str)}
    for what, schema, field in notes:
        assert what in phrases
        assert schema in schemas
        assert field in keys


def _keys(fields: Any) -> Iterator[str]:
    return (field.key for field in fields.fields)


def _all_keys(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _all_keys(item)
    if isinstance(value, dict):
        yield from value


@BOTH
@given(data=st.data())
def test_each_kind_of_drift_is_noted_where_it_is(package: Package, data: st.DataObject) -> None:
    payload = copy.deepcopy(data.draw(documented(package)))
    before, _ = package.decode(payload)
    path, model = data.draw(st.sampled_from(list(_models(package, before))))
    schema = type(model).__name__
    declared = package.contract.MODELS[schema]
    tags = {union.property for union in package.contract.UNIONS.values()}
    holder, decoder, contract = _at(payload, path), package.decoder, package.contract
    expected = []
    if declared.fields and declared.additional is None:
        holder["a field of tomorrow"] = 1
        expected.append((decoder.UNDECLARED, schema, "a field of tomorrow"))
    elif declared.additional not in {None, contract.Plain("")}:
        holder["a field of tomorrow"] = None
        expected.append((decoder.RETYPED, schema, "*"))
    for field in declared.fields:
        if field.key in tags or field.key not in holder:
            continue
        match field.shape:
            case contract.Choice() | contract.Constant(str()):
                what, holder[field.key] = data.draw(
                    st.sampled_from([(decoder.NEW_VALUE, "of tomorrow"), (decoder.RETYPED, ["of tomorrow"])])
                )
                expected.append((what, schema, field.key))
            case contract.Plain("str") | contract.Array() | contract.Map():
                holder[field.key] = 5
                expected.append((decoder.RETYPED, schema, field.key))
            case contract.Text():
                holder[field.key] = data.draw(st.sampled_from([5, "the day after tomorrow"]))
                expected.append((decoder.RETYPED, schema, field.key))
            case contract.Tagged(name):
                holder[field.key] = {contract.UNIONS[name].property: "a tag of tomorrow"}
                expected.append((decoder.NEW_VARIANT, name, contract.UNIONS[name].property))
            case contract.Plain() if field.required:
                del holder[field.key]
                expected.append((decoder.ABSENT, schema, field.key))
    value, notes = package.decode(payload)
    assert set(expected) <= set(notes)
    assert bool(expected) == bool(notes)
    assert is_same(payload, value.to_dict())


@BOTH
def test_an_item_that_is_no_object_is_noted_by_the_name_of_what_was_promised(package: Package) -> None:
    assert package.decode(5) == (5, [(package.decoder.RETYPED, package.answer.name, "")])


@BOTH
def test_the_note_of_an_unknown_tag_names_it(package: Package) -> None:
    decoder, contract, noted = package.decoder, package.contract, list[tuple[Any, ...]]()
    for name, union in contract.UNIONS.items():
        payload = {union.property: "a tag of tomorrow"}
        decoder._leniently(contract.Tagged(name), payload, lambda *note: noted.append(note), "", "")
    assert noted == [
        (decoder.NEW_VARIANT, name, union.property, "a tag of tomorrow") for name, union in contract.UNIONS.items()
    ]


def test_a_further_field_of_another_type_than_all_of_them_is_noted() -> None:
    package = rich_package()
    contract, decoder = package.contract, package.decoder
    with patch.dict(contract.MODELS, {"Limit": contract.Fields((), additional=contract.Plain("int"))}):
        value, notes = package.decode_leniently({"this": 5, "that": "5"}, contract.Model("Limit"))
    assert value.additional_properties == {"this": 5, "that": "5"}
    assert notes == [(decoder.RETYPED, "Limit", "*")]


@BOTH
def test_a_moment_is_read_in_spellings_the_document_does_not_allow(package: Package) -> None:
    """Servers write timestamps in many ways; to their readers they are the same moment."""
    moment = dt.datetime(2026, 2, 13, 21, 27, 19, tzinfo=dt.UTC)
    for text in ("Fri, 13 Feb 2026 21:27:19 GMT", "2026-02-13 22:27:19 +01:00"):
        assert package.decode_leniently(text, package.contract.Text("parse_datetime")) == (moment, [])


@BOTH
@pytest.mark.parametrize("parser", ["parse_date", "parse_uuid"])
def test_a_moment_where_none_was_promised_stays_text(package: Package, parser: str) -> None:
    text = "Fri, 13 Feb 2026 21:27:19 GMT"
    value, [(what, _, _)] = package.decode_leniently(text, package.contract.Text(parser))
    assert (value, what) == (text, package.decoder.RETYPED)


@BOTH
def test_a_tag_in_another_spelling_selects_the_same_variant_and_is_noted(package: Package) -> None:
    for name, union in package.contract.UNIONS.items():
        for tag, member in union.members.items():
            if not isinstance(tag, str):
                continue
            respelt = "-_".join(tag.swapcase())
            value, notes = package.decode_leniently({union.property: respelt}, package.contract.Tagged(name))
            twin, _ = package.decode_leniently({union.property: tag}, member)
            assert type(value) is type(twin)
            assert notes[0] == (package.decoder.RESPELLED, name, union.property)


def test_a_spelling_that_two_variants_share_is_not_guessed_at() -> None:
    package = rich_package()
    contract, decoder = package.contract, package.decoder
    limit, window = contract.Model("Limit"), contract.Model("Window")
    shades = contract.Union("shade", {"ab": limit, "A_B": window, "a-b": limit, "x": window, "X": window})
    with patch.dict(contract.UNIONS, {"Shades": shades}):
        for tag, kind in {"ab": "Limit", "A_B": "Window", "AB": "UnknownVariant", "_x": "Window"}.items():
            value, notes = package.decode_leniently({"shade": tag}, contract.Tagged("Shades"))
            assert type(value).__name__ == kind
            assert ((decoder.NEW_VARIANT, "Shades", "shade") in notes) == (kind == "UnknownVariant")


def test_tags_and_constants_may_be_numbers_too() -> None:
    package = rich_package()
    contract, decoder = package.contract, package.decoder
    numbered = contract.Union("shade", {1: contract.Model("Limit")})
    with patch.dict(contract.UNIONS, {"Numbered": numbered}):
        for tag, is_known in list[tuple[Any, bool]]([(1, True), (True, False), ("1", False), (2, False)]):
            value, notes = package.decode_leniently({"shade": tag}, contract.Tagged("Numbered"))
            assert type(value).__name__ == ("Limit" if is_known else "UnknownVariant")
            assert ((decoder.NEW_VARIANT, "Numbered", "shade") in notes) != is_known
    assert package.decode_leniently(2, contract.Constant(1)) == (2, [(decoder.NEW_VALUE, "", "")])
    assert package.decode_leniently("2", contract.Constant(1)) == ("2", [(decoder.RETYPED, "", "")])
    noted: list[tuple[Any, ...]] = []
    for shape in (contract.Choice("NvidiaConfigUntilOption2"), contract.Constant(1)):
        assert decoder._leniently(shape, 7, lambda *note: noted.append(note), "Model", "field") == 7
    assert noted == [(decoder.NEW_VALUE, "Model", "field", 7)] * 2  # the value is what a person needs to know
    either = contract.AnyOf((contract.Constant("auto"), contract.Plain("int")))
    assert package.decode_leniently("auto", either) == ("auto", [])
    for other in (contract.Plain("int"), contract.Constant(1)):
        either = contract.AnyOf((contract.Constant("auto"), other))
        assert package.decode_leniently("manual", either) == ("manual", [(decoder.NEW_VALUE, "", "")])


MOMENT = "2026-02-13T21:27:19Z"
ALTERNATIVES: dict[str, tuple[str, Any, Any, list[tuple[str, str, str]]]] = {
    "the first": ("target", "text", "str", []),
    "the second": ("target", 5, "int", []),
    "the only object": ("target", {"per_minute": 5}, "Limit", []),
    "a list": ("target", [{"per_minute": 5}], ["Limit"], []),
    "an object with a field of another type": (
        "target",
        {"per_minute": "5"},
        "Limit",
        [("RETYPED", "Limit", "per_minute")],
    ),
    "an object with a new field": (
        "target",
        {"per_minute": 5, "new": 1},
        "Limit",
        [("UNDECLARED", "Limit", "new")],
    ),
    "a list of objects with a new field": (
        "target",
        [{"per_minute": 5, "new": 1}],
        ["Limit"],
        [("UNDECLARED", "Limit", "new")],
    ),
    "an item of another kind": ("target", [5], ["int"], [("RETYPED", "NvidiaConfig", "target")]),
    "no alternative": ("target", 1.5, "float", [("RETYPED", "NvidiaConfig", "target")]),
    "null for none": ("target", None, "NoneType", [("RETYPED", "NvidiaConfig", "target")]),
    "null": ("until", None, "NoneType", []),
    "a timestamp": ("until", MOMENT, "datetime", []),
    "a loose timestamp": ("until", "Fri, 13 Feb 2026 21:27:19 GMT", "datetime", []),
    "a member of an enum": ("until", 3, "NvidiaConfigUntilOption2", []),
    "no member of the enum": ("until", 7, "int", [("NEW_VALUE", "NvidiaConfig", "until")]),
    "a boolean is no number": ("until", False, "bool", [("RETYPED", "NvidiaConfig", "until")]),
    "the first of two objects": ("until", [{"per_minute": 5}], ["Limit"], []),
    "the second of two objects": ("until", [{"from": MOMENT, "to": MOMENT}], ["Window"], []),
    "neither of two objects": ("until", [{"to": MOMENT}], ["dict"], [("RETYPED", "NvidiaConfig", "until")]),
}


@pytest.mark.parametrize("case", ALTERNATIVES)
def test_of_several_alternatives_the_one_that_fits_is_taken(case: str) -> None:
    """Without a discriminator the value itself must tell; what it does not tell is not made up."""
    package = rich_package()
    field, item, kind, complaints = ALTERNATIVES[case]
    payload = {"provider": "nvidia", field: item}
    value, notes = package.decode(payload, package.contract.Model("NvidiaConfig"))
    taken = getattr(value, field)
    assert kind == ([type(each).__name__ for each in taken] if isinstance(taken, list) else type(taken).__name__)
    assert notes == [(getattr(package.decoder, what), schema, place) for what, schema, place in complaints]


def test_an_answer_may_be_one_of_several_objects_that_nothing_tells_apart() -> None:
    package = rich_package()
    shape = package.contract.AnyOf((package.contract.Model("Limit"), package.contract.Model("Window")))
    value, notes = package.decode({"from": MOMENT, "to": MOMENT}, shape)
    assert (type(value).__name__, notes) == ("Window", [])
    value, _ = package.decode({"per_minute": 5, "new": 1}, shape)
    assert (type(value).__name__, value.additional_properties) == ("Limit", {"new": 1})
    newer = {"until": MOMENT}
    assert package.decode(newer, shape) == (newer, [(package.decoder.RETYPED, "", "")])


def test_of_several_objects_the_one_that_knows_every_field_is_taken() -> None:
    package = rich_package()
    contract = package.contract
    keys = {"Limit": "per_minute", "Window": "to"}
    optional = {
        name: contract.Fields((contract.Field(key, key, contract.Plain("int"), required=False),))
        for name, key in keys.items()
    }
    with patch.dict(contract.MODELS, optional):
        for first, second in (("Limit", "Window"), ("Window", "Limit")):
            either = contract.AnyOf((contract.Model(first), contract.Model(second)))
            for key, kind in {keys[first]: first, keys[second]: second, "new": first}.items():
                value, _ = package.decode_leniently({key: 1}, either)
                assert type(value).__name__ == kind


@pytest.mark.parametrize("value", [True, 1.0])
@pytest.mark.parametrize("others", [{}, {"paused": "yes"}], ids=["as documented", "drifted"])
def test_what_merely_equals_a_number_of_an_enum_is_not_taken_for_it(value: Any, others: dict[str, Any]) -> None:
    """It would be given back as that number."""
    package = rich_package()
    payload = {"cadence": "weekly", "weekday": value, **others}
    decoded, notes = package.decode(payload, package.contract.Model("WeeklySchedule"))
    assert type(decoded.weekday) is type(value)
    assert (package.decoder.RETYPED, "WeeklySchedule", "weekday") in notes
    assert is_same(payload, decoded.to_dict())


@pytest.mark.parametrize("value", [["high"], {"level": "high"}, None, 1.5], ids=repr)
def test_what_no_enum_can_hold_is_kept_as_received(value: Any) -> None:
    package = rich_package()
    kept, notes = package.decode_leniently(value, package.contract.Choice("Level"))
    assert kept == value
    assert [what for what, _, _ in notes] == [package.decoder.RETYPED]
