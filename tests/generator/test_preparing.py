"""What becomes of a document before the generator sees it, on small documents of our own."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.document.usable import operation_name
from scripts.generator.preparing import prepare
from scripts.generator.preparing.unions import Union

REF = "#/components/schemas/"


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def tag(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def ref(name: str) -> dict[str, str]:
    return {"$ref": REF + name}


def document(**schemas: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}}


CAT, DOG = schema(kind=tag("cat"), lives={"type": "integer"}), schema(kind=tag("dog", "puppy"))


def unions(**schemas: Any) -> dict[str, Union]:
    return {union.name: union for union in prepare(document(**schemas)).unions}


def test_a_named_union_is_taken_out_and_its_place_kept() -> None:
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}, "description": "A pet."}
    prepared = prepare(document(Pet=pet, Cat=CAT, Dog=DOG))
    assert prepared.unions == [Union("Pet", "kind", {"cat": "Cat", "dog": "Dog", "puppy": "Dog"}, "A pet.")]
    assert prepared.document["components"]["schemas"]["Pet"] == {"type": "object", "description": "A pet."}


def test_the_document_that_was_passed_in_stays_as_it_was() -> None:
    passed = document(Pet={"oneOf": [ref("Cat"), ref("Dog")]}, Cat=CAT, Dog={**DOG, "additionalProperties": False})
    before = repr(passed)
    prepare(passed)
    assert repr(passed) == before


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_a_property_that_tells_the_members_apart_is_found_without_being_named(keyword: str) -> None:
    found = unions(Pet={keyword: [ref("Cat"), ref("Dog")]}, Cat=CAT, Dog=DOG)
    assert found["Pet"] == Union("Pet", "kind", {"cat": "Cat", "dog": "Dog", "puppy": "Dog"})


def test_members_that_share_a_value_are_not_told_apart_by_it() -> None:
    assert unions(Pet={"oneOf": [ref("Cat"), ref("Dog")]}, Cat=CAT, Dog=schema(kind=tag("dog", "cat"))) == {}
    assert unions(Pet={"oneOf": [ref("Cat"), ref("Dog")]}, Cat=CAT, Dog=schema(kind={"type": "string"})) == {}
    assert unions(Pet={"oneOf": [ref("Cat")]}, Cat=CAT) == {}


def test_a_value_that_is_constant_tells_as_well() -> None:
    found = unions(
        Pet={"oneOf": [ref("Cat"), ref("Dog")]}, Cat=schema(kind={"const": "cat"}), Dog=schema(kind={"const": "dog"})
    )
    assert found["Pet"].mapping == {"cat": "Cat", "dog": "Dog"}


@pytest.mark.parametrize("target", [REF + "Dog", "Dog"])
def test_a_mapping_may_give_a_reference_or_a_bare_name(target: str) -> None:
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind", "mapping": {"hound": target}}}
    assert unions(Pet=pet, Cat=CAT, Dog=DOG)["Pet"].mapping == {"hound": "Dog", "cat": "Cat"}


def test_a_member_that_no_mapping_and_no_value_names_goes_by_its_own_name() -> None:
    pet = {"oneOf": [ref("Cat"), ref("wild_dog")], "discriminator": {"propertyName": "kind"}}
    plain = schema(kind={"type": "string"})
    assert unions(Pet=pet, Cat=plain, wild_dog=plain)["Pet"].mapping == {"Cat": "Cat", "wild_dog": "WildDog"}


def test_values_are_found_through_allof_and_references() -> None:
    found = unions(
        Pet={"oneOf": [ref("Cat"), ref("Dog")]},
        Cat={"allOf": [ref("Base"), schema(kind=ref("CatKind"))]},
        Dog={"allOf": [ref("Base"), {"properties": {"kind": tag("dog")}}]},
        CatKind=tag("cat"),
        Base=schema(kind=tag("cat", "dog"), name={"type": "string"}),
    )
    assert found["Pet"].mapping == {"cat": "Cat", "dog": "Dog"}


def test_a_union_inside_a_property_gets_a_name_from_where_it_stands() -> None:
    owner = schema(
        pet={"oneOf": [ref("Cat"), ref("Dog")]}, pets={"type": "array", "items": {"oneOf": [ref("Cat"), ref("Dog")]}}
    )
    prepared = prepare(document(Owner=owner, Cat=CAT, Dog=DOG))
    assert [union.name for union in prepared.unions] == ["OwnerPet", "OwnerPetsItems"]
    properties = prepared.document["components"]["schemas"]["Owner"]["properties"]
    assert properties["pet"] == ref("OwnerPet")
    assert properties["pets"]["items"] == ref("OwnerPetsItems")


@pytest.mark.parametrize(
    "union",
    [
        {"oneOf": [ref("Cat"), ref("Dog")], "nullable": True},
        {"oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}]},
        {"anyOf": [ref("Cat"), ref("Dog"), {"enum": [None]}]},
    ],
)
def test_a_union_that_may_be_null_stays_so_where_it_stood(union: dict[str, Any]) -> None:
    prepared = prepare(document(Owner=schema(pet=union), Cat=CAT, Dog=DOG))
    assert [union.name for union in prepared.unions] == ["OwnerPet"]
    pet = prepared.document["components"]["schemas"]["Owner"]["properties"]["pet"]
    assert pet == {"oneOf": [ref("OwnerPet")], "nullable": True}


def test_members_that_are_written_out_get_names() -> None:
    owner = schema(pet={"oneOf": [{**CAT, "title": "House cat"}, DOG], "discriminator": {"propertyName": "kind"}})
    prepared = prepare(document(Owner=owner))
    (union,) = prepared.unions
    assert union.mapping == {"cat": "OwnerPetHouseCat", "dog": "OwnerPetOption2", "puppy": "OwnerPetOption2"}
    assert set(union.mapping.values()) <= set(prepared.document["components"]["schemas"])


def test_a_name_that_is_taken_is_not_taken_twice() -> None:
    owner = schema(pet={"oneOf": [ref("Cat"), ref("Dog")]})
    prepared = prepare(document(Owner=owner, Cat=CAT, Dog=DOG, OwnerPet=schema(a={"type": "string"})))
    assert [union.name for union in prepared.unions] == ["OwnerPet2"]
    prepared = prepare(document(Owner=owner, Cat=CAT, Dog=DOG, owner_pet=schema(a={"type": "string"})))
    assert [union.name for union in prepared.unions] == ["OwnerPet2"]


def test_a_base_that_knows_its_heirs_only_by_their_word_becomes_a_union() -> None:
    base = {**schema(kind={"type": "string"}), "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}}}
    prepared = prepare(
        document(
            Pet=base,
            Cat={"allOf": [ref("Pet"), schema(lives={"type": "integer"})]},
            Dog={"allOf": [ref("Pet"), {"properties": {"kind": tag("dog")}}]},
        )
    )
    assert prepared.unions == [Union("Pet", "kind", {"cat": "Cat", "dog": "Dog"})]
    schemas = prepared.document["components"]["schemas"]
    assert set(schemas["Cat"]["properties"]) == {"kind", "lives"}
    assert schemas["PetFields"]["properties"] == {"kind": {"type": "string"}}


def test_a_discriminator_that_decides_nothing_is_left_alone() -> None:
    assert unions(Pet={**schema(kind={"type": "string"}), "discriminator": {"propertyName": "kind"}}) == {}


def test_examples_are_data_and_not_looked_into() -> None:
    example = {"oneOf": [ref("Cat"), ref("Nowhere")], "additionalProperties": False, "enum": ["a", None]}
    plain, shown = document(Cat=CAT, Dog=DOG), document(Cat={**CAT, "example": example, "default": example}, Dog=DOG)
    assert prepare(shown) == prepare(plain)


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    owner = schema(example={"oneOf": [ref("Cat"), ref("Dog")]}, enum=tag("a"), default={"type": "string"})
    assert list(unions(Owner=owner, Cat=CAT, Dog=DOG)) == ["OwnerExample"]


def test_what_is_closed_is_opened() -> None:
    prepared = prepare(document(Cat={**CAT, "additionalProperties": False}, Dog={**DOG, "additionalProperties": True}))
    assert "additionalProperties" not in prepared.document["components"]["schemas"]["Cat"]
    assert prepared.document["components"]["schemas"]["Dog"]["additionalProperties"] is True


@pytest.mark.parametrize(
    "values",
    [["high", "HIGH"], ["a-b", "a_b", "a b"], ["", "-"], ["1", "2nd"], ["é", "ü"], ["openAI", "OpenAI", "OPEN_AI"]],
)
def test_values_that_differ_little_get_names_that_differ(values: list[str]) -> None:
    prepared = prepare(document(Level=tag(*values)))
    level = prepared.document["components"]["schemas"]["Level"]
    assert level["enum"] == values
    names = level.get("x-enum-varnames", values)
    assert len(set(names)) == len(values)


@pytest.mark.parametrize(
    "enum",
    [
        {"type": "string", "nullable": True, "enum": ["a", "b"]},
        {"type": "string", "nullable": True, "enum": ["a", "b", None]},
        {"type": ["string", "null"], "enum": ["a", None, "b"]},
        {"type": ["null", "string"], "enum": ["a", "b", None]},
        {"enum": ["a", "b", None]},
    ],
)
def test_an_enum_that_may_be_null_is_one_class_that_may_be_null(enum: dict[str, Any]) -> None:
    prepared = prepare(document(Owner=schema(level=dict(enum), other=ref("Level")), Level=enum))
    schemas = prepared.document["components"]["schemas"]
    assert schemas["Owner"]["properties"]["level"] == {"oneOf": [ref("OwnerLevel")], "nullable": True}
    assert schemas["Owner"]["properties"]["other"] == {"oneOf": [ref("Level")], "nullable": True}
    assert schemas["OwnerLevel"]["enum"] == schemas["Level"]["enum"] == ["a", "b"]


def test_an_enum_of_nothing_but_null_is_null() -> None:
    assert prepare(document(Never={"enum": [None]})).document["components"]["schemas"]["Never"] == {"type": "null"}


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("get", "/v2/integrations/{integration_id}", "get_v2_integrations_item"),
        ("get", "/v2/integrations/{id}", "get_v2_integrations_item"),
        ("get", "/v2/integrations", "get_v2_integrations"),
        ("POST", "/v2/integrations/", "post_v2_integrations"),
        ("delete", "/v2/integrations/{id}/keys/{key}", "delete_v2_integrations_item_keys_item"),
        ("patch", "/v2.1/a-b/{id}:archive", "patch_v2_1_a_b_item"),
    ],
)
def test_an_operation_is_named_after_method_and_path(method: str, path: str, name: str) -> None:
    assert operation_name(method, path) == name
    prepared = prepare({**document(), "paths": {path: {method.lower(): {"operationId": "whatever", "responses": {}}}}})
    assert prepared.document["paths"][path][method.lower()]["operationId"] == name
