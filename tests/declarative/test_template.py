"""The file to fill in, and the schema for editors: both come from the document."""

import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from arize_integrations import ConfigurationError
from arize_integrations.declarative import document, json_schema
from arize_integrations.declarative.document import integration_types, providers_of, request_examples, schemas
from arize_integrations.declarative.file import read_files
from arize_integrations.declarative.json_schema import file_schema
from arize_integrations.declarative.template import template
from arize_integrations_api.contract import OPERATIONS, Model

if "post_v2_integrations" not in OPERATIONS:
    pytest.skip("the document has no create", allow_module_level=True)

KINDS: list[tuple[str, str | None]] = []
for each in integration_types():
    KINDS += [(each, provider) for provider in providers_of(each)] or [(each, None)]
SCHEMA = file_schema()
FILE = jsonschema.Draft7Validator(SCHEMA)


def filled_in(text: str, tmp_path: Path) -> list[dict[str, Any]]:
    """What the file holds, with something for each variable."""
    (tmp_path / "a.yaml").write_text(text)
    values = dict.fromkeys(re.findall(r"\$\{(\w+)\}", text), "something")
    return [entry.request for entry in read_files([str(tmp_path / "a.yaml")], values, lambda _: b"")]


def uncommented(text: str) -> str:
    """The same with the first choice of each optional field, as a person would make it."""
    return re.sub(r"^( *)#([\w-])", r"\1\2", text, flags=re.MULTILINE)


def is_valid(entries: list[dict[str, Any]]) -> bool:
    FILE.validate(entries)
    return True


@pytest.mark.parametrize(("type_", "provider"), KINDS)
def test_what_stands_in_a_template_is_a_valid_request(type_: str, provider: str | None, tmp_path: Path) -> None:
    [entry] = filled_in(template(type_, provider), tmp_path)
    assert is_valid([entry])
    assert entry["type"] == type_
    if provider:
        assert provider in str(entry["config"])


@pytest.mark.parametrize(("type_", "provider"), KINDS)
def test_every_field_of_the_request_is_there_or_commented_out(type_: str, provider: str | None) -> None:
    text = template(type_, provider)
    request = next(each for each in request_examples() if each["type"] == type_)
    for key in request:
        assert re.search(rf"^ *(- )?#?{re.escape(key)}:", text, re.MULTILINE), key


def test_without_a_type_there_is_one_of_each(tmp_path: Path) -> None:
    entries = filled_in(template(), tmp_path)
    assert [entry["type"] for entry in entries] == integration_types()
    assert is_valid(entries)


def test_an_optional_field_is_there_once_its_mark_is_gone(tmp_path: Path) -> None:
    for type_, provider in KINDS:
        text = template(type_, provider)
        for match in re.finditer(r"^ *#(?=[\w-])", text, re.MULTILINE):
            key = text[match.end() :].partition(":")[0]
            if key.startswith("-") or text.count(f"#{key}:") > 1:
                continue
            block = _block(text, match.start())
            entry = filled_in(text.replace(block, re.sub(r"(?m)^( *)#", r"\1", block), 1), tmp_path)
            assert is_valid(entry), key


def _block(text: str, start: int) -> str:
    """A commented field with all that belongs to it."""
    lines = text[start:].splitlines(keepends=True)
    indent = lines[0].index("#")
    inner = re.compile(rf" {{{indent}}}#(  |-)")
    count = next((i for i, line in enumerate(lines[1:], 1) if not inner.match(line)), len(lines))
    return "".join(lines[:count])


def test_secrets_are_variables(tmp_path: Path) -> None:
    write_only = {
        key
        for schema in schemas().values()
        for key, value in schema.get("properties", {}).items()
        if value.get("writeOnly")
    }
    assert write_only
    for type_, provider in KINDS:
        for line in template(type_, provider).splitlines():
            key, colon, value = line.strip(" #-").partition(": ")
            if colon and key in write_only and not line.strip().startswith("# "):
                assert re.fullmatch(r"\$\{\w+\}", value), line


def test_a_type_and_a_provider_are_meant_whatever_their_case_and_punctuation() -> None:
    type_, provider = KINDS[0]
    assert provider
    assert template(type_.lower(), provider.lower().replace("_", "-")) == template(type_, provider)


def test_what_the_document_does_not_have_is_refused_with_what_it_has() -> None:
    type_, provider = KINDS[0]
    with pytest.raises(ConfigurationError, match=r"The document has no type 'nosuch\\x1b'; it has .*" + type_):
        template("nosuch\x1b")
    with pytest.raises(ConfigurationError, match=rf"The document has no \w+ 'nosuch'; it has .*{provider}"):
        template(type_, "nosuch")


def test_a_type_without_providers_takes_none() -> None:
    type_ = next((type_ for type_, provider in KINDS if provider is None), None)
    if type_ is None:
        pytest.skip("every type has providers")
    with pytest.raises(ConfigurationError, match=f"The type {type_} has no providers"):
        template(type_, "X")


# The schema for editors


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert "#/components" not in str(SCHEMA)


@pytest.mark.parametrize("body", request_examples(), ids=lambda body: str(body["name"]))
def test_the_schema_takes_every_request_that_the_document_shows(body: dict[str, Any]) -> None:
    assert is_valid([body])
    FILE.validate({"integrations": [body], "x-mine": 1})


@pytest.mark.parametrize("body", request_examples(), ids=lambda body: str(body["name"]))
def test_the_schema_points_at_what_is_wrong(body: dict[str, Any]) -> None:
    """And not at the file as a whole, as a union of everything would."""
    for broken, place in [
        ({**body, "name": 1}, [0, "name"]),
        ({**body, "config": {**body["config"], "nosuch": 1}}, [0, "config"]),
        ({**body, "type": "NEWER"}, [0, "type"]),
    ]:
        errors = [*FILE.iter_errors([broken])]
        assert place in [list(error.absolute_path) for error in errors]


def test_the_schema_takes_variables_where_text_goes() -> None:
    for body in request_examples():
        changed = {**body, "name": "${NAME}", "config": {**body["config"]}}
        changed["config"] |= {
            key: f"${{{key}}}" for key in body["config"] if key in ("endpoint", "base_url", "api_key")
        }
        assert is_valid([changed])


# Other documents


def test_a_request_that_is_no_union_has_a_template_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    base = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "description": "What."}}}
    made_up = {
        "Base": base,
        "Request": {
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"required": ["count"], "properties": {"count": {"type": "integer"}, "id": {"readOnly": True}}},
            ]
        },
    }
    monkeypatch.setattr(document, "schemas", lambda: made_up)
    monkeypatch.setattr(document, "request_shape", lambda _: Model("Request"))
    assert filled_in(template(), tmp_path) == [{"name": "...", "count": 0}]
    assert "# What." in template()


def test_a_document_that_creates_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document.contract, "OPERATIONS", {})  # type: ignore[attr-defined]
    with pytest.raises(ConfigurationError, match="has no operation post_v2_integrations with a body"):
        template()
    assert set(document.integration_types()) == {type_ for type_, _ in KINDS}
    monkeypatch.setattr(document, "request_shape", lambda _: Model("Nosuch"))
    with pytest.raises(ConfigurationError, match="has no schema for the body of a create request"):
        template()


def test_a_schema_of_openapi_becomes_one_of_draft_07(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = {
        "Request": {
            "type": "object",
            "properties": {
                "a": {"type": "string", "enum": ["x"], "nullable": True},
                "b": {"anyOf": [{"type": "string", "format": "uri"}, {"type": "integer"}], "nullable": True},
                "c": {"not": {"type": "string"}, "example": "dropped"},
                "d": {"additionalProperties": {"$ref": "#/components/schemas/Other"}},
            },
        },
        "Other": {"type": "array", "items": {"type": "boolean"}},
        "Unused": {},
    }
    monkeypatch.setattr(json_schema, "schemas", lambda: made_up)
    monkeypatch.setattr(json_schema, "request_shape", lambda _: Model("Request"))
    schema = file_schema()
    assert schema["definitions"].keys() == {"Request", "Other"}
    assert schema["definitions"]["Request"]["properties"] == {
        "a": {"type": ["string", "null"], "enum": ["x", None]},
        "b": {"anyOf": [{"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "null"}]},
        "c": {"not": {"type": "string"}},
        "d": {"additionalProperties": {"$ref": "#/definitions/Other"}},
    }
