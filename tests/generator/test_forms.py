"""What a schema says is what its class does, in whichever form the document says it."""

from __future__ import annotations

import copy
import importlib
import json
import typing
from pathlib import Path
from typing import Any

import pytest

import arize_integrations
from scripts.document.errors import ScriptError
from scripts.generate import differences, generate
from scripts.generator.names import OF_THE_FACADE
from scripts.generator.samples import samples
from tests.generator.test_hostile_text import HOSTILE, document as hostile_document
from tests.properties.packages import Package, package_of
from tests.properties.payloads import is_same


def document(schemas: dict[str, Any], version: str = "3.1.0") -> dict[str, Any]:
    """A document whose one operation answers with the schema `Integration`."""
    answer = {
        "description": "One",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Integration"}}},
    }
    operation = {
        "tags": ["Integrations"],
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": answer},
    }
    return {
        "openapi": version,
        "info": {"title": "An API", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/v2/integrations/{id}": {"get": operation}},
        "components": {"schemas": schemas},
    }


def obj(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


def made(**schemas: Any) -> Package:
    return package_of(document(schemas))


def shape_of(package: Package, model: str, key: str) -> Any:
    return next(field.shape for field in package.contract.MODELS[model].fields if field.key == key)


CONSTANTS = ["text", 3, True, False, -1, 'a"b\\', 0]


def test_a_union_that_no_property_tells_apart_has_a_name_too() -> None:
    kinds = {f"Kind{letter}": obj({letter: {"type": "string"}}, letter) for letter in "ab"}
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in kinds]
    package = made(
        Integration=obj({"either": {"$ref": "#/components/schemas/Either"}}),
        Either={"oneOf": refs, "description": HOSTILE["the end of a docstring"]},
        Text={"oneOf": [refs[0], {"type": "string"}]},
        **kinds,
    )
    models = package.models
    assert set(models.__all__) == {"Integration", "Either", *kinds}
    assert set(typing.get_args(models.Either)) == {models.Kinda, models.Kindb}
    assert type(package.decode({"either": {"b": "x"}})[0].either) is models.Kindb


@pytest.mark.parametrize("keyword", ["const", "enum"])
def test_one_value_is_a_literal_with_that_default(keyword: str) -> None:
    names = {f"Only{number}": value for number, value in enumerate(CONSTANTS)}
    forms = {name: {keyword: value if keyword == "const" else [value]} for name, value in names.items()}
    parts = {name: obj({"only": form, "maybe": form}, "only") for name, form in forms.items()}
    package = made(Integration=obj({name: {"$ref": f"#/components/schemas/{name}"} for name in names}), **parts)
    for name, value in names.items():
        kind = getattr(package.models, name)
        assert typing.get_args(typing.get_type_hints(kind)["only"]) == (value,)
        assert repr(kind().only) == repr(value)
        assert kind().to_dict() == {"only": value}  # what may be absent is not sent unasked
        for other in (1, True, 1.0, "1", "other", None, [value]):
            if type(other) is type(value) and other == value:
                continue
            decoded, notes = package.decode({"only": other}, package.contract.Model(name))
            assert is_same(decoded.to_dict(), {"only": other})
            assert len(notes) == 1


def test_the_spellings_of_3_0_and_3_1_give_the_identical_package(tmp_path: Path) -> None:
    common = {"other": {"$ref": "#/components/schemas/Level"}}
    older = {
        "Integration": obj(
            {
                "kind": {"type": "string", "enum": ["one"]},
                "maybe": {"type": "string", "nullable": True},
                "when": {"type": "string", "format": "date-time", "nullable": True},
                "level": {"type": "string", "enum": ["a", "b", None], "nullable": True},
                **common,
            },
            "kind",
        ),
        "Level": {"type": "string", "enum": ["low"]},
    }
    newer = {
        "Integration": obj(
            {
                "kind": {"const": "one"},
                "maybe": {"type": ["string", "null"]},
                "when": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                "level": {"oneOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]},
                **common,
            },
            "kind",
        ),
        "Level": {"type": "string", "const": "low"},
    }
    generate(document(older, "3.0.3"), tmp_path / "older")
    generate(document(newer, "3.1.0"), tmp_path / "newer")
    assert differences(tmp_path / "older", tmp_path / "newer") == ""


def test_enums_of_numbers_and_of_several_kinds() -> None:
    package = made(
        Integration=obj(
            {
                "size": {"type": "number", "enum": [0.5, 1.5]},
                "mixed": {"enum": [1, "one", True, None]},
                "port": {"type": "integer", "enum": [80, 443]},
                "flag": {"type": "boolean", "enum": [True, False]},
            }
        )
    )
    payload = {"size": 0.5, "mixed": "one", "port": 443, "flag": False}
    value, notes = package.decode(payload)
    assert notes == []
    assert is_same(value.to_dict(), payload)
    for key, other in {"size": 2.5, "mixed": 2, "port": 81}.items():
        decoded, notes = package.decode(payload | {key: other})
        assert is_same(decoded.to_dict(), payload | {key: other})
        assert [(schema, field) for _, schema, field in notes] == [("Integration", key)]


@pytest.mark.parametrize("mapping", [{"true": "#/components/schemas/Yes", "false": "#/components/schemas/No"}, None])
def test_a_discriminator_may_be_a_boolean(mapping: Any) -> None:
    """Its mapping can only have text for keys; JSON's values decide."""
    package = made(
        Integration={
            "oneOf": [{"$ref": "#/components/schemas/Yes"}, {"$ref": "#/components/schemas/No"}],
            "discriminator": {"propertyName": "on", **({"mapping": mapping} if mapping else {})},
        },
        Yes=obj({"on": {"type": "boolean", "enum": [True]}}, "on"),
        No=obj({"on": {"type": "boolean", "enum": [False]}}, "on"),
    )
    for tag, name in ((True, "Yes"), (False, "No"), (1, "UnknownVariant"), ("true", "UnknownVariant")):
        value, notes = package.decode({"on": tag})
        assert type(value).__name__ == name
        assert bool(notes) == (name == "UnknownVariant")
        assert is_same(value.to_dict(), {"on": tag})


def test_two_schemas_whose_modules_would_have_one_name_are_both_there() -> None:
    part = obj({"x": {"type": "integer"}})
    package = made(
        Integration=obj(
            {"one": {"$ref": "#/components/schemas/ApiKey"}, "two": {"$ref": "#/components/schemas/APIKey"}}
        ),
        ApiKey=part,
        APIKey=obj({"y": {"type": "integer"}}),
    )
    value, notes = package.decode({"one": {"x": 1}, "two": {"y": 2}})
    assert (type(value.one).__name__, type(value.two).__name__, notes) == ("ApiKey", "APIKey", [])


NAMES = (
    "Client Any Literal Models Record Unset UnknownVariant Mapping Datetime Members Enum Self Types Contract".split()
)


@pytest.mark.parametrize("names", [NAMES, sorted(OF_THE_FACADE)], ids=["generated", "handwritten"])
def test_a_schema_may_have_a_name_that_a_package_uses(names: list[str]) -> None:
    whole = obj({f"part_{name}": {"$ref": f"#/components/schemas/{name}"} for name in names})
    package = made(Integration=whole, **{name: obj({"x": {"type": "integer"}}) for name in names})
    value, notes = package.decode({f"part_{name}": {"x": 1} for name in names})
    assert notes == []
    assert typing.get_type_hints(type(value))
    for field in package.contract.MODELS["Integration"].fields:
        part = getattr(value, field.attribute)
        assert (type(part).__name__.rstrip("_"), part.x) == (field.key.removeprefix("part_"), 1)


def test_a_model_has_the_name_of_no_class_of_the_facade() -> None:
    """`from arize_integrations import Plan` would be one thing when it runs and another to a type checker."""
    package = made(Integration=obj({"plan": {"$ref": "#/components/schemas/Plan"}}), Plan=obj({}))
    assert "Plan_" in package.contract.MODELS
    models = importlib.import_module("arize_integrations_api.models").__all__
    types = importlib.import_module("arize_integrations_api.types").__all__
    handwritten = set(getattr(arize_integrations, "__all__")) - {*models, *types, "__version__"}  # noqa: B009
    assert handwritten == OF_THE_FACADE


@pytest.mark.parametrize(
    "names", [("a b", "a_b"), ("camelCase", "camel_case"), ("$x", "x"), ("ﬁeld", "field"), ("x\u2028", "x")]
)
def test_two_properties_of_one_attribute_are_kept_apart_or_refused(names: tuple[str, str]) -> None:
    schema = obj({name: {"type": "integer"} for name in names})
    try:
        package = made(Integration=schema)
    except ScriptError as error:
        assert str(error).isprintable()
        assert "Integration" in str(error)
        return
    payload = dict(zip(names, (1, 2), strict=True))
    value, notes = package.decode(payload)
    assert (value.to_dict(), notes) == (payload, [])
    assert len({field.attribute for field in package.contract.MODELS["Integration"].fields}) == 2


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_map_is_a_dict_and_its_values_are_what_the_document_says(version: str) -> None:
    maps = {
        "free": {"type": "object"},
        "texts": {"type": "object", "additionalProperties": {"type": "string"}},
        "moments": {"type": "object", "additionalProperties": {"type": "string", "format": "date-time"}},
        "parts": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Part"}},
        "lists": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        },
    }
    schemas = {"Integration": obj(maps), "Part": obj({"x": {"type": "integer"}})}
    package = package_of(document(schemas, version))
    payload = {
        "free": {"a": [1]},
        "texts": {"b": "c"},
        "moments": {"d": "2026-01-02T03:04:05Z"},
        "parts": {"e": {"x": 1}},
        "lists": {"f": [{"x": 2}]},
    }
    value, notes = package.decode(payload)
    assert notes == []
    assert value.to_dict() == payload
    assert type(value.parts["e"]).__name__ == type(value.lists["f"][0]).__name__ == "Part"
    assert set(package.models.__all__) == {"Integration", "Part"}
    drifted = payload | {"texts": {"b": 1}, "moments": {"d": "tomorrow"}, "parts": {"e": {"x": "1"}}}
    value, notes = package.decode(drifted)
    assert value.to_dict() == drifted
    assert {(schema, field) for _, schema, field in notes} == {
        ("Integration", "texts"),
        ("Integration", "moments"),
        ("Part", "x"),
    }


def test_marks_are_found_through_references_and_heirs() -> None:
    package = made(
        Integration={
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                obj(
                    {
                        "own": {"type": "string", "readOnly": True},
                        "list": {"type": "array", "items": {}, "x-compare": "set"},
                    }
                ),
            ]
        },
        Base=obj(
            {
                "key": {"$ref": "#/components/schemas/Secret"},
                "maybe": {"oneOf": [{"$ref": "#/components/schemas/Secret"}, {"type": "null"}]},
                "headers": {"type": "object", "additionalProperties": {"type": "string", "writeOnly": True}},
                "fixed": {"type": "string", "x-immutable": True, "x-shown-by": ["has_fixed"]},
            }
        ),
        Secret={"type": "string", "writeOnly": True},
    )
    fields = {field.key: field for field in package.contract.MODELS["Integration"].fields}
    assert {key for key, field in fields.items() if field.secret} == {"key", "maybe", "headers"}
    assert (fields["own"].read_only, fields["list"].compare) == (True, "set")
    assert (fields["fixed"].immutable, fields["fixed"].shown_by) == (True, ("has_fixed",))


def test_examples_are_made_where_the_document_shows_none() -> None:
    schemas = {
        "Integration": {
            "oneOf": [{"$ref": "#/components/schemas/Leaf"}, {"$ref": "#/components/schemas/Tree"}],
            "discriminator": {"propertyName": "kind", "mapping": {"leaf": "#/components/schemas/Leaf"}},
        },
        "Leaf": obj({"kind": {"type": "string"}, "at": {"type": "string", "format": "date-time"}}, "kind", "at"),
        "Tree": obj(
            {"kind": {"const": "tree"}, "below": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
            "kind",
        ),
    }
    source = document(schemas)
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
    operation = copy.deepcopy(source["paths"]["/v2/integrations/{id}"]["get"])
    source["paths"]["/v2/integrations/{id}"]["patch"] = {**operation, "requestBody": body}
    package = package_of(source)
    examples = __import__(f"{package.name}.examples", fromlist=["EXAMPLES"]).EXAMPLES
    answers = examples["get_v2_integrations_item"].answers[200].bodies
    assert [package.decode(answer)[1] for answer in answers] == [[], []]
    assert [type(package.decode(answer)[0]).__name__ for answer in answers] == ["Leaf", "Tree"]
    (request,) = examples["patch_v2_integrations_item"].requests
    assert package.decode(request, package.contract.Model("Tree"))[1] == []


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(HOSTILE[text]) < 5000])
def test_a_payload_with_hostile_names_and_values_is_given_back_as_it_came(text: str) -> None:
    given = dict.fromkeys(("name", "tag", "value"), HOSTILE[text])
    try:
        package = package_of(hostile_document("text", **given))
    except ScriptError:
        given["name"] = "name"
        package = package_of(hostile_document("text", **given))
    payload = {"kind": given["tag"], given["name"]: "text", "choice": given["value"], "only": given["value"]}
    value, notes = package.decode(payload)
    assert (type(value).__name__, notes) == ("One", [])
    assert is_same(value.to_dict(), payload)
    assert typing.get_type_hints(type(value))


def test_an_example_of_schemas_that_hold_one_another_comes_to_an_end() -> None:
    names = [f"Part{number}" for number in range(12)]
    parts = {f"to{name}": {"$ref": f"#/components/schemas/{name}"} for name in names}
    schemas: dict[str, Any] = {name: obj(parts, "toPart0" if name == "Part1" else "") for name in names}
    source = document({"Integration": obj(parts), **schemas})
    assert len(json.dumps(samples({"$ref": "#/components/schemas/Integration"}, source, asked="answer"))) < 100_000
