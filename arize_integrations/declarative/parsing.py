"""YAML and JSON as plain data with line numbers.

YAML is read as version 1.2 defines it: `no` and `2026-02-13` are strings, `010` is ten. Repeated keys and tags are
errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Never

from arize_integrations.declarative.nodes import Builder, Node, Scalar
from arize_integrations.declarative.scalars import number, resolve
from arize_integrations.declarative.yaml_text import yaml_package
from arize_integrations.errors import ConfigurationError


def parse(text: str, name: str) -> Node:
    """The data in a YAML or JSON text.

    Args:
        text: the whole text of a file.
        name: what messages call the file; one that ends in `.json` has to be JSON.

    Raises:
        ConfigurationError: the text is neither, breaks one of the rules above, or PyYAML, which YAML needs, is missing.
    """
    builder = Builder(name)
    try:
        if text.lstrip()[:1] in ("{", "[") or name.lower().endswith(".json"):
            tokens = _json_tokens(text, name)
            if tokens is not None:
                _read_json(tokens, builder)
                return builder.result()
        _read_yaml(text, builder)
    except RecursionError:
        raise ConfigurationError(f"{name}: is nested too deeply.") from None
    return builder.result()


_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[-+.\w]+|\n')


def _json_tokens(text: str, name: str) -> Iterator[re.Match[str]] | None:
    """The tokens of a JSON text; None if it may be YAML, which opens in the same way."""
    try:
        json.loads(text, parse_constant=_no_constant, parse_int=str)
    except json.JSONDecodeError as error:
        if not name.lower().endswith(".json"):
            return None
        raise ConfigurationError(f"{name}:{error.lineno}: is not valid JSON: {error.msg}.") from None
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from None
    return _JSON_TOKEN.finditer(text)


def _no_constant(name: str) -> Never:
    raise ValueError(f"{name} is a number that JSON does not have.")


def _read_json(tokens: Iterator[re.Match[str]], builder: Builder) -> None:
    """Build from the tokens of a text that is known to be JSON."""
    line = 1
    for match in tokens:
        text = match[0]
        if text == "\n":
            line += 1
        elif text in "{[":
            builder.begin(line, mapping=text == "{")
        elif text in "}]":
            builder.end()
        elif builder.expects_key:
            builder.key(json.loads(text), line)
        else:
            _add(builder, partial(number, json.loads, text), line)


def _read_yaml(text: str, builder: Builder) -> None:
    yaml = yaml_package()
    documents = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = event.start_mark.line + 1
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                builder.fail("a second document begins here; write one list, or several files.", line)
            if getattr(event, "tag", None) is not None:
                builder.fail(f"the tag {event.tag!r} is not plain data; leave it out.", line)
            if isinstance(event, yaml.AliasEvent):
                builder.alias(event.anchor, line)
            elif isinstance(event, yaml.ScalarEvent):
                _yaml_scalar(event, builder, line)
            elif isinstance(event, yaml.CollectionStartEvent):
                builder.begin(line, mapping=isinstance(event, yaml.MappingStartEvent), anchor=event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                builder.end()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        builder.fail(f"is not valid YAML: {problem}.", mark.line + 1 if mark else 1)


def _yaml_scalar(event: Any, builder: Builder, line: int) -> None:
    plain: bool = event.implicit[0]
    if builder.expects_key:
        builder.key(event.value, line, is_merge=plain and event.value == "<<")
        return
    _add(builder, partial(resolve if plain else str, event.value), line, event.anchor)


def _add(builder: Builder, value: Callable[[], Scalar], line: int, anchor: str | None = None) -> None:
    try:
        builder.add(Node(value(), line), anchor)
    except ValueError as error:
        builder.fail(str(error), line)
