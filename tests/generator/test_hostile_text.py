"""Nothing of a document is code: whatever it holds, the package differs from that of a harmless twin in texts only."""

from __future__ import annotations

import ast
import copy
import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from scripts.document.errors import ScriptError
from scripts.generate import generate, write_package
from scripts.generator.text import docstring, literal

HOSTILE = {
    "the end of a docstring": '"""\nimport os\nos.abort()\n"""',
    "the end of the other docstring": "'''\nimport os\n'''",
    "the end of a literal": '"; import os; "',
    "the end of the other literal": "'), __import__('os').abort(), ('",
    "a backslash at the end": "text\\",
    "backslashes before quotes": '\\" \\\\" \\\\\\"""',
    "escapes": "\\x41 \\u0041 \\N{BULLET} \\U0001F600 \\400 \\q \\",
    "braces": "{0} {x!r} {{ }} {__import__('os').abort()} %s %(name)s ${x}",
    "a template": "{{ 7 * 7 }} {% for x in y %}{# no #}{% endraw %}",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf\r\ng\rh",
    "control characters": "\x00 \x1b[31m \x07 \x08 \x7f \x1a",
    "direction characters": "\u202e\u2066 txet \u2069\u200f",
    "what does not show": "\ufeff \u200b \u00ad \u2060 \xa0",
    "half a pair": "\ud800 x",
    "comments": "# type: ignore # noqa\n# coding: utf-7",
    "letters": "ﬁeld é 漢字 \U0001f600 ℌ",
    "5,000 characters": "x" * 5000,
    "5,000 quotes": '"' * 5000,
    "5,000 backslashes": "\\" * 5000,
    "5,000 lines": "\n" * 5000 + "x",
}
HARMLESS = "text"


def document(text: Any, name: Any = "name", tag: Any = "one", value: Any = "first", path: str = "integrations") -> Any:
    """A document that holds `text` wherever one may, and the others as names and values."""
    described = {"description": text, "title": text, "x-note": text, "externalDocs": {"description": text, "url": text}}
    member = {
        "type": "object",
        **described,
        "required": ["kind"],
        "properties": {
            "kind": {"type": "string", "enum": [tag], **described},
            name: {"type": "string", "pattern": text, "format": text, "default": text, "example": text, **described},
            "choice": {"type": "string", "enum": [value, "second"], **described},
            "only": {"const": value, **described},
            "moment": {"type": "string", "format": "date-time", **described},
            "mapped": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Part"}, **described},
            "either": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Part"}], **described},
        },
        "additionalProperties": {"type": "string", **described},
    }
    answer = {
        "description": text,
        "headers": {"X-Header": {"description": text, "schema": {"type": "string"}, "example": text}},
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Integration"},
                "examples": {"shown": {"summary": text, "value": {"kind": tag, name: text, text: [text, {text: 1}]}}},
            }
        },
    }
    operation = {
        "tags": ["Integrations"],
        "operationId": text,
        "summary": text,
        "description": text,
        "parameters": [
            {"name": "id", "in": "path", "required": True, "description": text, "schema": {"type": "string"}},
            {"name": name, "in": "query", "description": text, "schema": {"type": "string", "enum": [value, "other"]}},
        ],
        "responses": {"200": answer, "404": {"description": text}},
    }
    body = {"description": text, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Part"}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text, "description": text, "contact": {"name": text}},
        "servers": [{"url": "https://api.example.com", "description": text}],
        "tags": [{"name": "Integrations", "description": text}],
        "paths": {f"/v2/{path}/{{id}}": {"get": operation, "patch": {**operation, "requestBody": body}}},
        "components": {
            "schemas": {
                "Integration": {
                    "oneOf": [{"$ref": "#/components/schemas/One"}, {"$ref": "#/components/schemas/Other"}],
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {tag: "#/components/schemas/One", "other": "#/components/schemas/Other"},
                    },
                    **described,
                },
                "One": member,
                "Other": {"type": "object", "properties": {"kind": {"const": "other"}}, **described},
                "Part": {"type": "object", "properties": {name: {"type": "integer", **described}}, **described},
                "Level": {"type": "string", "enum": [value, "low"], **described},
            }
        },
    }


def package(source: Any, folder: Path) -> dict[str, ast.AST]:
    """The syntax trees of the package made of a document."""
    write_package(copy.deepcopy(source), folder)
    return {str(path.relative_to(folder)): ast.parse(path.read_text("utf-8")) for path in folder.rglob("*.py")}


def shape(trees: dict[str, ast.AST], *, names: bool) -> dict[str, str]:
    """The trees without the values of strings; `names=False`: without identifiers as well."""
    return {path: ast.dump(_Without(names=names).visit(tree)) for path, tree in trees.items()}


class _Without(ast.NodeTransformer):
    def __init__(self, *, names: bool) -> None:
        self.names = names

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field, value in ast.iter_fields(node):
            if isinstance(value, str) and not self.names:
                setattr(node, field, "")
        return super().generic_visit(node)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_becomes_nothing_but_text(text: str, tmp_path: Path) -> None:
    hostile = package(document(HOSTILE[text]), tmp_path / "hostile")
    harmless = package(document(HARMLESS), tmp_path / "harmless")
    assert shape(hostile, names=True) == shape(harmless, names=True)


PLACES: dict[str, Callable[[str], Any]] = {
    "the name of a property and a parameter": lambda text: document(HARMLESS, name=text),
    "the tag of a member": lambda text: document(HARMLESS, tag=text),
    "a value of an enum": lambda text: document(HARMLESS, value=text),
    "a path": lambda text: document(HARMLESS, path=text),
    "the property of a discriminator": lambda text: _replaced(document(HARMLESS), "kind", text),
    "the name of a schema": lambda text: _replaced(document(HARMLESS), "Part", text),
    "the name of a union": lambda text: _replaced(document(HARMLESS), "Integration", text),
    "the name of an enum": lambda text: _replaced(document(HARMLESS), "Level", text),
}


def _replaced(node: Any, old: str, new: str) -> Any:
    """The document with a name in it replaced by another one, in references too."""
    if isinstance(node, dict):
        return {_replaced(key, old, new): _replaced(value, old, new) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(item, old, new) for item in node]
    if node == f"#/components/schemas/{old}":
        return "#/components/schemas/" + new.replace("~", "~0").replace("/", "~1")
    return new if node == old else node


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_or_value_is_text_or_refused_in_one_sentence(place: str, text: str, tmp_path: Path) -> None:
    """Classes and attributes get names of their own; code they never become."""
    try:
        hostile = package(PLACES[place](HOSTILE[text]), tmp_path / "hostile")
    except ScriptError as error:
        assert str(error).isprintable()
        assert len(str(error)) <= 300
        return
    assert sorted(shape(hostile, names=False).values()) == harmless(place)


@cache
def harmless(place: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return sorted(shape(package(PLACES[place]("harmless"), Path(folder)), names=False).values())


def test_ruff_leaves_hostile_text_as_it_is(tmp_path: Path) -> None:
    """The formatter lays source out; it changes no text but the margins of docstrings."""
    everything = " ".join(text for text in HOSTILE.values() if len(text) < 5000 and "\ud800" not in text)
    generate(document(everything), tmp_path / "formatted")
    examples: dict[str, Any] = {}
    exec(compile((tmp_path / "formatted" / "examples.py").read_text("utf-8"), "examples", "exec"), examples)
    assert examples["EXAMPLES"]["get_v2_integrations_item"].answers[200].bodies[0]["name"] == everything


TEXTS = st.text(st.characters(), max_size=40) | st.text(st.sampled_from("\"'\\\n{}%#\u2028\r\0 N"), max_size=30)


@given(TEXTS)
@settings(max_examples=300)
def test_a_docstring_is_one_literal_and_says_every_word(text: str) -> None:
    source = docstring("before", text, "after")
    (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.Expr)
    said = ast.literal_eval(statement.value)
    assert said.split() == f"before {text} after".split()


@given(
    st.recursive(
        TEXTS | st.integers() | st.booleans() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)
    )
)
def test_a_literal_means_the_value(value: Any) -> None:
    assert ast.literal_eval(literal(value)) == value
    assert json.dumps(ast.literal_eval(literal(value))) == json.dumps(value)
