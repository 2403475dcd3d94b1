"""Reads the JSON of an answer, within bounds; an error says in a sentence why it cannot be used."""

from __future__ import annotations

import json
from typing import Any, cast

DEEPEST = 150
"""Levels of nesting that are accepted. `copy.deepcopy` takes up to four frames of the stack for each, of the thousand that
Python has, and the program above needs some too; newer versions parse much deeper than they recurse."""

_NO_BRACKETS = bytes({*range(256)} - {*b'{}[]"'})
_CONTAINERS = frozenset({dict, list})
_MOST_VALUES = 4_000_000  # a page has some thousands; three bytes of JSON can become seventy of memory


def parse_object(content: bytes, deepest: int = DEEPEST) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        ValueError: it is none, is nested deeper than `deepest` or holds millions of values; the message quotes no value.
    """
    payload = parse_json(content, deepest)
    if not isinstance(payload, dict):
        raise ValueError(f"the body is {_kind(payload)} and not an object")
    return cast("dict[str, Any]", payload)


def parse_json(content: bytes, deepest: int = DEEPEST) -> Any:
    """The JSON in a body, of any kind.

    Raises:
        ValueError: it is none, is nested deeper than `deepest` or holds millions of values; the message quotes no value.
    """
    if len(content) > _MOST_VALUES and sum(map(content.count, (b"{", b"[", b","))) > _MOST_VALUES:
        raise ValueError("the body holds more values than any answer has")
    try:
        payload = _load(content.decode().removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise ValueError("the body is not UTF-8 text") from error
    except ValueError as error:
        raise ValueError("the body is not JSON" if content.strip() else "the body is empty") from error
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    if not _is_shallow(content, deepest) and _depth(payload) > deepest:
        raise ValueError("the body is nested too deeply")
    return payload


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # JSON all the same, with an integer of more digits than Python turns into one: they are kept as text.
        return json.loads(text, parse_int=_int_or_digits)


def _int_or_digits(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _is_shallow(content: bytes, deepest: int) -> bool:
    """Whether the brackets alone show that JSON is not nested too deeply, as they do for nearly every answer."""
    left = content.translate(None, _NO_BRACKETS)
    if left.count(b"{") + left.count(b"[") <= deepest:
        return True
    if b"\\" in content:
        left = content.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NO_BRACKETS)
    left = left.replace(b'""', b"")
    if b'"' in left:  # a string that holds a bracket
        return False
    levels = 0
    while left and levels < deepest:
        left = left.replace(b"{}", b"").replace(b"[]", b"")
        levels += 2  # or one
    return not left


def _depth(payload: Any) -> int:
    """How many objects and lists stand inside one another."""
    levels, inside = 0, _containers([payload])
    while inside:
        levels += 1
        below: list[Any] = []
        for container in inside:
            below += container.values() if type(container) is dict else container
        inside = _containers(below)
    return levels


def _containers(values: list[Any]) -> list[Any]:
    return [value for value in values if type(value) in _CONTAINERS]


def _kind(payload: object) -> str:
    kinds = {list: "a JSON list", str: "a JSON string", bool: "a JSON boolean", type(None): "JSON null"}
    return next((kind for known, kind in kinds.items() if isinstance(payload, known)), "a JSON number")
