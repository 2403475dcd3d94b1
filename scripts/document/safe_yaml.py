"""YAML and JSON from strangers: plain data only, with bounded aliases, depth and size.

Every bound is checked on the stream of parser events, before anything is built.
Scalars follow YAML 1.2 (as OpenAPI asks): `on`, `no` and `2026-02-13` are strings.
"""

import json
import math
import re
from collections.abc import Hashable
from typing import Any, Never
from unicodedata import category

import yaml
from attrs import define, field

from scripts.document.errors import DocumentError, SourceError
from scripts.document.text import quoted

MAX_DEPTH = 100
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories: control, format and direction characters, surrogates, line and paragraph separators."""
MAX_NODES = 2_000_000
"""Nodes after every alias is expanded: what a reader of the data would walk."""


def parse(text: str) -> Any:
    """Return the plain data (dict, list, str, int, float, bool, None) in a YAML or JSON text.

    Raises:
        SourceError: the text is neither, holds tags, repeats a key, or exceeds the bounds.
    """
    try:
        data = _parse_json(text) if text.lstrip().startswith("{") else _parse_yaml(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"it is not valid JSON: {error}") from error
    except yaml.YAMLError as error:
        raise SourceError(f"it is not valid YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:
        raise SourceError(f"it holds a value that cannot be read: {error}") from error
    except RecursionError as error:
        raise SourceError("it is nested too deeply") from error
    _check(data)
    return data


def _check(data: Any) -> None:
    """Refuse what could not be written to a file again, and names that would look the same on screen."""
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(data, ())]
    while waiting:
        node, place = waiting.pop()
        if len(place) > MAX_DEPTH:
            raise DocumentError(f"is nested more than {MAX_DEPTH} levels deep", place)
        if isinstance(node, str) and not node.isascii() and any("\ud800" <= each <= "\udfff" for each in node):
            raise DocumentError("holds half of a surrogate pair", place)
        if isinstance(node, float) and not math.isfinite(node):
            raise DocumentError("is too large for a number", place)
        if isinstance(node, list):
            waiting += [(item, (*place, index)) for index, item in enumerate(node)]
        elif isinstance(node, dict):
            unprintable = next(
                (key for key in node if not key.isprintable() and _UNPRINTABLE & set(map(category, key))), None
            )
            if unprintable is not None:
                raise DocumentError("has an unprintable character in its name", (*place, unprintable))
            waiting += [(value, (*place, key)) for key, value in node.items()]


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError:
        # A flow mapping, `{openapi: 3.0.3}`, is YAML and opens like JSON.
        if re.match(r'\s*\{\s*["}]', text):
            raise
        return _parse_yaml(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise SourceError(f"the key {quoted(repeated)} is given twice in one object")
    return members


def _no_constant(name: str) -> Never:
    raise SourceError(f"{name} is not a JSON value")


def _parse_yaml(text: str) -> Any:
    guard = _Guard()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        guard.see(event)
    return yaml.load(text, Loader=_PlainLoader)


class _PlainLoader(yaml.CSafeLoader):
    """CSafeLoader with YAML 1.2 scalars and string keys (`200:` is the key "200")."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge":
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)


class PlainDumper(yaml.CSafeDumper):
    """Writes what any YAML reader, 1.1 or 1.2, takes for the same data; texts of several lines as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_str(dumper: PlainDumper, data: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


PlainDumper.add_representer(str, _represent_str)


def _construct_int(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    digits = str(node.value)
    return int(digits, 0 if digits[:2] in {"0x", "0o"} else 10)


def _construct_float(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> float:
    return float(node.value)


for _tag, _pattern, _first in (
    ("merge", r"<<", "<"),
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", "tTfF"),
    ("int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    for _class in (_PlainLoader, PlainDumper):
        _class.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^{_pattern}$"), [*_first])
_PlainLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_PlainLoader.add_constructor("tag:yaml.org,2002:float", _construct_float)


@define
class _Open:
    """A mapping or sequence whose end has not been seen."""

    anchor: str | None
    is_mapping: bool
    size: int = 1
    keys: set[str] = field(factory=set)
    expects_key: bool = True


@define
class _Guard:
    """Watches the events of one document; raises at the first thing plain data has no need of."""

    open: list[_Open] = field(factory=list)
    sizes: dict[str, int] = field(factory=dict)
    documents: int = 0

    def see(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._document()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            self._no_tag(event)
            self._key(event.value, _line(event))
            self._closed(event.anchor, 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._no_tag(event)
            self._opened(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            ended = self.open.pop()
            self._closed(ended.anchor, ended.size)

    def _document(self) -> None:
        self.documents += 1
        if self.documents > 1:
            raise SourceError("it holds more than one YAML document")

    def _no_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise SourceError(f"it uses the YAML tag {quoted(tag)} on line {_line(event)}")

    def _key(self, value: str, line: int) -> None:
        if self.open and self.open[-1].is_mapping and self.open[-1].expects_key:
            if value in self.open[-1].keys:
                raise SourceError(f"the key {quoted(value)} is given twice in one mapping (line {line})")
            self.open[-1].keys.add(value)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self.sizes:
            raise SourceError(f"the alias {quoted(event.anchor)} on line {_line(event)} contains itself")
        self._closed(None, self.sizes[event.anchor])

    def _opened(self, event: yaml.CollectionStartEvent) -> None:
        if self.open and self.open[-1].is_mapping and self.open[-1].expects_key:
            raise SourceError(f"it has a key that is not a scalar on line {_line(event)}")
        self.open.append(_Open(event.anchor, isinstance(event, yaml.MappingStartEvent)))
        if len(self.open) > MAX_DEPTH:
            raise SourceError(f"it is nested more than {MAX_DEPTH} levels deep")
        if event.anchor is not None:
            self.sizes.pop(event.anchor, None)

    def _closed(self, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self.sizes[anchor] = size
        if not self.open:
            return
        parent = self.open[-1]
        parent.size += size
        parent.expects_key = not parent.expects_key
        if parent.size > MAX_NODES:
            raise SourceError(f"its aliases expand to more than {MAX_NODES:,} values")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
