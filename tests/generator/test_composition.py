"""What `allOf`, `oneOf` and their neighbours mean, as JSON Schema and OpenAPI say, in 3.0 and 3.1 alike."""

from __future__ import annotations

import time
from typing import Any

import pytest

from scripts.document.errors import DocumentError
from scripts.generator.preparing import Prepared, prepare
from tests.generator.test_forms import made, obj
from tests.generator.test_preparing import REF, document, ref, schema, tag

VERSIONS = pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
TEXT: dict[str, Any] = {"type": "string"}
UNION = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
CAT, DOG = schema(kind=tag("cat")), schema(kind=tag("dog"))


def prepared(version: str = "3.0.3", **schemas: Any) -> Prepared:
    return prepare({**document(**schemas), "openapi": version})


def component(found: Prepared, name: str) -> dict[str, Any]:
    result: dict[str, Any] = found.document["components"]["schemas"][name]
    return result


def refused(version: str = "3.0.3", **schemas: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        prepared(version, **schemas)
    return str(caught.value)


@VERSIONS
@pytest.mark.parametrize("first", ["base", "child"])
def test_the_narrower_holds_whichever_side_it_stands_on(version: str, first: str) -> None:
    """A base that gains a looser property must not take the concrete class from its heirs."""
    parts = [ref("Base"), schema(config=ref("Pet"))]
    found = prepared(
        version,
        Base=schema(config={"type": "object"}),
        Child={"allOf": parts if first == "base" else parts[::-1]},
        Pet=UNION,
        Cat=CAT,
        Dog=DOG,
    )
    assert component(found, "Child")["properties"] == {"config": ref("Pet")}


@VERSIONS
@pytest.mark.parametrize("first", ["base", "child"])
def test_a_child_may_refer_to_an_extension_of_what_its_parent_refers_to(version: str, first: str) -> None:
    parts = [ref("Parent"), schema(config=ref("Wide"))]
    found = prepared(
        version,
        Parent=schema(config=ref("Narrow")),
        Narrow=schema(a=TEXT),
        Wide={"allOf": [ref("Narrow"), schema(b=TEXT)]},
        Child={"allOf": parts if first == "base" else parts[::-1]},
    )
    assert component(found, "Child")["properties"] == {"config": ref("Wide")}


@VERSIONS
@pytest.mark.parametrize("beside", [schema(note=TEXT), {"allOf": [schema(note=TEXT)]}, {"allOf": [ref("Noted")]}])
def test_every_member_of_a_union_has_the_fields_beside_it(version: str, beside: dict[str, Any]) -> None:
    """They would be called undocumented otherwise."""
    found = prepared(version, Pet={**UNION, **beside}, Cat=CAT, Dog=DOG, Noted=schema(note=TEXT))
    assert found.unions[0].mapping == {"cat": "Cat", "dog": "Dog"}
    for name in ("Cat", "Dog"):
        assert component(found, name)["properties"].keys() == {"kind", "note"}
        assert set(component(found, name)["required"]) == {"kind", "note"}


def test_a_member_that_stands_elsewhere_too_stays_as_it_is_there() -> None:
    """What is beside the union is said of its members alone."""
    found = prepared(Pet={**UNION, **schema(note=TEXT)}, Cat=CAT, Dog=DOG, Owner=schema(cat=ref("Cat")))
    assert component(found, "Cat")["properties"].keys() == {"kind"}
    assert component(found, "PetCat")["properties"].keys() == {"kind", "note"}
    assert found.unions[0].mapping == {"cat": "PetCat", "dog": "Dog"}


@VERSIONS
def test_one_reference_with_properties_beside_it_is_the_list_form(version: str) -> None:
    beside = {"allOf": [ref("Base")], **schema(b=TEXT)}
    listed = {"allOf": [ref("Base"), schema(b=TEXT)]}
    found = [component(prepared(version, Base=schema(a=TEXT), Child=child), "Child") for child in (beside, listed)]
    assert found[0]["properties"] == found[1]["properties"] == {"a": TEXT, "b": TEXT}
    assert set(found[0]["required"]) == set(found[1]["required"]) == {"a", "b"}


@VERSIONS
@pytest.mark.parametrize("mapped", [True, False])
def test_a_boolean_that_decides_is_a_boolean(version: str, mapped: bool) -> None:
    """The keys of a mapping can only be text."""
    mapping = {"mapping": {"true": REF + "Cat", "false": "Dog"}} if mapped else {}
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "wild", **mapping}}
    wild, tame = ({"type": "boolean", "enum": [value]} for value in (True, False))
    assert prepared(version, Pet=pet, Cat=schema(wild=wild), Dog=schema(wild=tame)).unions[0].mapping == {
        True: "Cat",
        False: "Dog",
    }
    if mapped:
        plain = schema(wild={"type": "boolean"})
        assert prepared(version, Pet=pet, Cat=plain, Dog=plain).unions[0].mapping == {True: "Cat", False: "Dog"}


def test_const_over_the_enum_of_the_parent_is_an_enum_of_one_value() -> None:
    """3.1 and 3.0 say the same in two spellings."""

    def child(said: dict[str, Any]) -> dict[str, Any]:
        return {"allOf": [ref("Base"), schema(kind=said)]}

    parts = {"Base": schema(kind=ref("Kind")), "Kind": tag("cat", "dog")}
    new = prepared("3.1.0", **parts, Cat=child({"const": "cat"}))
    old = prepared("3.0.3", **parts, Cat=child(tag("cat")))
    assert component(new, "Cat")["properties"]["kind"]["enum"] == ["cat"]
    assert component(old, "Cat")["properties"] == component(new, "Cat")["properties"]


def test_the_tag_of_a_member_stays_one_value_when_the_enum_grows() -> None:
    for values in (["cat"], ["cat", "dog"]):
        found = prepared(
            Base=schema(kind=ref("Kind")), Kind=tag(*values), Cat={"allOf": [ref("Base"), schema(kind=tag("cat"))]}
        )
        kind = component(found, "Cat")["properties"]["kind"]
        kind = component(found, kind["$ref"].removeprefix(REF)) if "$ref" in kind else kind
        assert kind["enum"] == ["cat"]


def test_the_same_contract_in_both_spellings_is_prepared_the_same() -> None:
    old = {"a": {"type": "string", "nullable": True}, "b": {"nullable": True, "allOf": [ref("Cat")]}, "c": tag("x")}
    new = {"a": {"type": ["string", "null"]}, "b": {"oneOf": [ref("Cat"), {"type": "null"}]}, "c": {"const": "x"}}
    found = [component(prepared(version, Owner=schema(**said), Cat=CAT), "Owner")["properties"] for version, said in
             (("3.0.3", old), ("3.1.0", new))]  # fmt: skip
    found[0]["c"].pop("type")
    assert found[0] == found[1]


def test_boolean_schemas_and_definitions_inside_a_schema() -> None:
    owner = {
        "type": "object",
        "properties": {
            "any": True,
            "inner": ref("Owner/$defs/Inner"),
            "twin": ref("Owner/properties/kind"),
            "kind": tag("a", "b"),
        },
        "$defs": {"Inner": schema(a=TEXT)},
    }
    found = prepared("3.1.0", Owner=owner)
    assert component(found, "Owner")["properties"]["any"] == {}
    assert component(found, "OwnerInner")["properties"] == {"a": TEXT}
    assert component(found, "OwnerKind")["enum"] == ["a", "b"]
    assert "no value fits" in refused("3.1.0", Owner=schema(never=False))


def test_a_value_that_holds_itself_is_any_json() -> None:
    value = {
        "oneOf": [
            TEXT,
            {"type": "array", "items": ref("Json")},
            {"type": "object", "additionalProperties": ref("Json")},
        ]
    }
    assert component(prepared(Json=value), "Json") == {}
    tree = prepared(Tree=schema(children={"type": "array", "items": ref("Tree")}))
    assert component(tree, "Tree")["properties"]["children"]["items"] == ref("Tree")


REFUSED = {
    "types that exclude each other": (
        {"A": {"allOf": [schema(x=TEXT), schema(x={"type": "integer"})]}},
        "#/components/schemas/A/allOf/1/properties/x must be string and integer at once",
    ),
    "enums without a common value": (
        {"A": {"allOf": [schema(x=tag("a")), schema(x=tag("b"))]}},
        "#/components/schemas/A/allOf/1/properties/x leaves no value that all parts of it allow",
    ),
    "a schema that extends itself": (
        {"A": {"allOf": [ref("A"), schema(x=TEXT)]}},
        "#/components/schemas/A extends itself",
    ),
    "a union among its own alternatives, and fields beside it": (
        {"U": {"anyOf": [ref("U"), schema(x=TEXT)]}, "A": {"allOf": [ref("U"), schema(y=TEXT)]}},
        "combines schemas that hold one another",
    ),
    "a member that extends its own union": (
        {"Pet": UNION, "Cat": {"allOf": [ref("Pet"), CAT]}, "Dog": DOG},
        "#/components/schemas/Cat extends itself",
    ),
    "two unions at once": (
        {
            "A": {"allOf": [ref("U"), ref("V")]},
            "U": {"oneOf": [ref("X"), ref("Y")]},
            "V": {"oneOf": [ref("Y"), ref("Z")]},
        }
        | {name: schema(**{name.lower(): TEXT}) for name in "XYZ"},
        "#/components/schemas/A/allOf/1 combines two unions, which no class can show",
    ),
    "a tag for two members": (
        {"Pet": {**UNION, "discriminator": {"propertyName": "kind"}}, "Cat": CAT, "Dog": schema(kind=tag("cat"))},
        "#/components/schemas/Pet/discriminator selects both Cat and Dog for 'cat'",
    ),
    "a mapping to nowhere": (
        {"Pet": {**UNION, "discriminator": {"propertyName": "kind", "mapping": {"x": "Bird"}}}, "Cat": CAT, "Dog": DOG},
        "#/components/schemas/Pet/discriminator/mapping/x selects 'Bird', which is no schema",
    ),
    "an enum of objects": ({"A": schema(x={"enum": [{"a": 1}]})}, "#/components/schemas/A/properties/x/enum"),
    "twins in Python": ({"A_b": schema(x=TEXT), "AB": schema(y=TEXT)}, "would be the same class as"),
}


@pytest.mark.parametrize(("schemas", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_no_class_can_mean_is_refused_with_its_place(schemas: dict[str, Any], reason: str) -> None:
    assert reason in refused(**schemas)


def test_bases_with_a_common_base_cost_nothing() -> None:
    """Forty levels of two parents each are 2^40 ways to the first."""
    schemas: dict[str, Any] = {
        f"{side}{level}": {"allOf": [ref(f"L{level + 1}"), ref(f"R{level + 1}"), schema(**{f"p{level}": TEXT})]}
        for level in range(40)
        for side in "LR"
    }
    began = time.process_time()
    found = prepared(**schemas, L40=schema(x=TEXT), R40=schema(x=TEXT))
    assert len(component(found, "L0")["properties"]) == 41
    assert time.process_time() - began < 10


def test_unions_of_unions_are_refused_in_good_time() -> None:
    schemas: dict[str, Any] = {
        f"U{level}": {"oneOf": [ref(f"U{level + 1}"), {"type": "array", "items": ref(f"U{level + 1}")}]}
        for level in range(18)
    }
    began = time.process_time()
    assert "is a union of more than 64 types" in refused(**schemas, U18=TEXT, Owner=schema(u=ref("U0")))
    assert time.process_time() - began < 10


def test_closed_objects_decide_and_then_are_open() -> None:
    """Nothing is required, so only what they exclude tells them apart; a newer server sends more all the same."""
    closed = {
        name: obj({key: {"type": "string"}}, additionalProperties=False)
        for name, key in (("First", "a"), ("Second", "b"))
    }
    package = made(Integration=obj({"it": {"oneOf": [ref("First"), ref("Second")]}, "one": ref("First")}), **closed)
    value, notes = package.decode({"it": {"b": "x"}, "one": {"a": "x"}})
    assert (type(value.it).__name__, notes) == ("Second", [])
    value, _ = package.decode({"it": {"a": "x"}, "one": {"a": "x", "new": 1}})
    assert type(value.it).__name__ == "First"
    assert value.to_dict() == {"it": {"a": "x"}, "one": {"a": "x", "new": 1}}


def test_a_tag_selects_a_class_or_a_union_that_tags_tell_apart() -> None:
    """A member that is a list or an object, as the case may be, is neither."""
    mixed = {"oneOf": [schema(a=TEXT), {"type": "array", "items": TEXT}]}
    pet = {**UNION, "discriminator": {"propertyName": "kind", "mapping": {"dog": "Dog"}}}
    assert refused(Pet=pet, Cat=CAT, Dog=mixed) == "#/components/schemas/Pet selects Dog, which is no object"
