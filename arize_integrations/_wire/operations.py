"""The operations of the API: each a call to be made, built by the generated function of that operation.

An operation is named after its method and path. One that the vendored document does not have is a clear error at the call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from arize_integrations._wire.json import parse_json, parse_object
from arize_integrations._wire.pages import page_reader
from arize_integrations._wire.paths import check_method, check_path, check_segment, query_string
from arize_integrations._wire.unwrap import Note, unwrap
from arize_integrations.errors import ConfigurationError
from arize_integrations_api.contract import OPERATIONS, Operation

# What checks requests is imported by the functions that do: most programs only read.
if TYPE_CHECKING:
    from arize_integrations._wire.requests import CheckedBody

LIST, CREATE = "get_v2_integrations", "post_v2_integrations"
GET, UPDATE, DELETE = "get_v2_integrations_item", "patch_v2_integrations_item", "delete_v2_integrations_item"

_ARGUMENTS = {"limit": "page_size"}
"""Parameters of the document that the clients call otherwise."""

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})  # RFC 9110, section 9.2.2

Decode = Callable[[bytes, Note], Any]
"""Turns a 2xx body into the result; ValueError, saying what is wrong, if it cannot be used."""


class Purpose(Enum):
    """What a call is for, on which advice depends."""

    READ = auto()
    LIST = auto()
    CREATE = auto()
    UPDATE = auto()
    DELETE = auto()
    OTHER = auto()


class Call(NamedTuple):
    """One call: what to send, whether to repeat it, and how to read a 2xx answer."""

    purpose: Purpose
    method: str
    path: str
    query: str
    content: bytes | None
    is_repeatable: bool
    """Whether sending it twice does no more than sending it once."""
    decode: Decode
    secrets: tuple[str, ...] = ()
    """Strings of the body that nobody may read."""

    def __repr__(self) -> str:  # tracebacks show local variables
        return f"Call({self.method} {self.path})"

    @property
    def may_create(self) -> bool:
        """Whether it makes something that a second call would make again."""
        return not self.is_repeatable


def prepared(build: Callable[..., Call], *arguments: Any) -> Call | ConfigurationError:
    """The call that `build` makes, or why it makes none, without the frames that have seen the arguments.

    A traceback may show local variables, and in these there are the secrets of a request.
    """
    try:
        return build(*arguments)
    except ConfigurationError as error:
        error.__context__ = None
        return error.with_traceback(None)


def get_integration(integration_id: str) -> Call:
    """`GET /v2/integrations/{integration_id}`: one integration.

    Raises:
        ConfigurationError: the id cannot be used, or the document has no such operation.
    """
    return _call(GET, Purpose.READ, [check_segment(integration_id, "integration_id")])


def list_integrations(filters: Mapping[str, Any], seen: set[str]) -> Call:
    """`GET /v2/integrations`: one page.

    Args:
        filters: the query parameters of the document; None for those that are not sent.
        seen: cursors of pages before this one, to which the next is added; a cursor that comes again is an error.

    Raises:
        ConfigurationError: a filter cannot be used, or the document has no such operation or parameter.
    """
    from arize_integrations._wire.requests import check_value

    operation = _operation(LIST)
    known = {parameter.name: parameter for parameter in operation.parameters}
    given: dict[str, Any] = {}
    for name, value in filters.items():
        if value is None:
            continue
        label = _ARGUMENTS.get(name, name)
        if name not in known:
            raise ConfigurationError("is not known to the vendored document's list operation.", parameter=label)
        given[known[name].argument] = check_value(known[name].shape, value, label)
    if given.get("limit", 1) < 1:
        raise ConfigurationError("must be 1 or more.", parameter=_ARGUMENTS["limit"])
    return _call(LIST, Purpose.LIST, [], given, decode=page_reader(operation.result, seen))


def create_integration(integration: object) -> Call:
    """`POST /v2/integrations`: a new integration.

    Raises:
        ConfigurationError: the request cannot be right, or the document has no such operation.
    """
    return _call(CREATE, Purpose.CREATE, [], body=check_create(integration))


def check_create(integration: object) -> CheckedBody:
    """The body of a create request, checked.

    Raises:
        ConfigurationError: the request cannot be right, or the document has no such operation.
    """
    from arize_integrations._wire.requests import check_body

    return check_body(_body_shape(CREATE), integration)


def update_integration(integration_id: str, changes: object) -> Call:
    """`PATCH /v2/integrations/{integration_id}`: other values for some fields.

    Raises:
        ConfigurationError: the id or the changes cannot be right, or the document has no such operation.
    """
    from arize_integrations._wire.changes import check_changes

    shape = _body_shape(UPDATE)
    return _call(
        UPDATE,
        Purpose.UPDATE,
        [check_segment(integration_id, "integration_id")],
        body=check_changes(shape, changes),
    )


def delete_integration(integration_id: str) -> Call:
    """`DELETE /v2/integrations/{integration_id}`.

    Raises:
        ConfigurationError: the id cannot be used, or the document has no such operation.
    """
    return _call(DELETE, Purpose.DELETE, [check_segment(integration_id, "integration_id")])


def any_request(method: str, path: str, params: Mapping[str, Any] | None, body: object) -> Call:
    """A request of the caller's own, repeated as HTTP defines its method's idempotence (RFC 9110, section 9.2.2).

    Raises:
        ConfigurationError: method, path, params or body cannot be used.
    """
    from arize_integrations._wire.requests import check_json

    method = check_method(method)
    checked = None if body is None else check_json(body)
    return Call(
        Purpose.DELETE if method == "DELETE" else Purpose.OTHER,
        method,
        check_path(path),
        query_string(params),
        None if checked is None else _encoded(checked.json),
        method in _IDEMPOTENT,
        _decode_any,
        checked.secrets if checked else (),
    )


def _operation(name: str) -> Operation:
    if name not in OPERATIONS:
        method, _, path = name.partition("_")
        raise ConfigurationError(
            f"The vendored document has no operation for this ({method.upper()} {path.replace('_', '/')}); "
            "it was made from an older or smaller contract."
        )
    return OPERATIONS[name]


def _body_shape(name: str) -> Any:
    return _operation(name).body


def _call(
    name: str,
    purpose: Purpose,
    segments: list[str],
    params: Mapping[str, Any] | None = None,
    body: CheckedBody | None = None,
    decode: Decode | None = None,
) -> Call:
    operation = _operation(name)
    extra = {} if body is None else {"body": body.json}
    sent = _request_arguments(name)(*segments, **(params or {}), **extra)
    return Call(
        purpose,
        operation.method,
        sent["url"],
        query_string(sent.get("params")),
        None if body is None else _encoded(body.json),
        purpose is not Purpose.CREATE,
        decode or _decoder(name),
        body.secrets if body else (),
    )


@cache
def _request_arguments(name: str) -> Callable[..., dict[str, Any]]:
    """The generated function that turns the arguments of an operation into those of a request."""
    module = import_module(f"arize_integrations_api.api.{OPERATIONS[name].module}")
    function: Callable[..., dict[str, Any]] = module.request_arguments
    return function


def _encoded(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


@cache
def _decoder(name: str) -> Decode:
    shape = OPERATIONS[name].result
    if shape is None:
        return _decode_nothing

    def decode(content: bytes, note: Note) -> Any:
        payload = parse_object(content)
        try:
            return unwrap(shape, payload, note)
        except RecursionError as error:
            raise ValueError("the body is nested too deeply") from error

    return decode


def _decode_nothing(content: bytes, _note: Note) -> None:
    """A documented answer without content; a page of something in between is none."""
    if content.strip():
        parse_json(content)


def _decode_any(content: bytes, _note: Note) -> Any:
    return parse_json(content) if content.strip() else None
