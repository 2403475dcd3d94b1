"""JSON values, for type checkers."""

from __future__ import annotations

import json
from typing import Any, TypeAlias, TypeGuard

JsonObject: TypeAlias = dict[str, Any]


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a JSON list."""
    return isinstance(value, list)


def json_bytes(value: object) -> bytes:
    """A value as it is sent. A lone surrogate, which UTF-8 cannot hold, leaves as the escape that JSON has for it."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")


def is_same(value: object, other: object) -> bool:
    """Whether two JSON scalars are the same: true is not 1."""
    return type(value) is type(other) and value == other
