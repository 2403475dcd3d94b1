"""The operations of the API, as the generated contract describes them. The one room that knows them by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from arize_integrations._wire.json import parse_object
from arize_integrations._wire.unwrap import Note, unwrap
from arize_integrations.errors import ConfigurationError
from arize_integrations_api.contract import OPERATIONS

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_LONGEST_ID = 2048  # characters; servers refuse longer request lines anyway, less clearly


class Call(NamedTuple):
    """One call: what to ask, and how to read a 2xx answer."""

    method: str
    path: str
    idempotent: bool
    decode: Callable[[bytes, Note], Any]
    """Turns the body into the result; ValueError, saying what is wrong, when it is not a JSON object."""


def get_integration(integration_id: str) -> Call:
    """`GET /v2/integrations/{integration_id}`: one integration.

    Raises:
        ConfigurationError: the id is not a string, is empty, or could not be one segment of a path.
    """
    return _call("get_v2_integrations_item", _segment(integration_id, "integration_id"))


def _call(name: str, *segments: str) -> Call:
    operation = OPERATIONS[name]
    return Call(
        operation.method,
        operation.path.format(*segments),
        operation.method in _IDEMPOTENT,
        _decoder(name),
    )


@cache
def _decoder(name: str) -> Callable[[bytes, Note], Any]:
    shape = OPERATIONS[name].result

    def decode(content: bytes, note: Note) -> Any:
        if shape is None:
            return None
        payload = parse_object(content)
        try:
            return unwrap(shape, payload, note)
        except RecursionError as error:
            raise ValueError("the body is nested too deeply") from error

    return decode


def _segment(value: str, name: str) -> str:
    """An argument percent-encoded as exactly one segment of a path."""
    if not isinstance(value, str):
        raise ConfigurationError(f"{name} must be a string, not {type(value).__name__}.")
    if not value or value.isspace():
        raise ConfigurationError(f"{name} is empty: pass the id of an integration.")
    if value in {".", ".."}:
        raise ConfigurationError(f"{name} {value!r} would name another path: pass the id of an integration.")
    if len(value) > _LONGEST_ID:
        raise ConfigurationError(f"{name} has {len(value)} characters, more than any id has ({_LONGEST_ID}).")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:
        raise ConfigurationError(f"{name} holds a character that is not valid Unicode text.") from None
