"""What the stand-in answers by itself: from a request to an operation of the account, and back to an answer."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote_to_bytes

from arize_integrations.testing._answer import Answer
from arize_integrations.testing._problems import RefusedError, problem
from arize_integrations.testing._tables import SERVED
from arize_integrations.testing._values import JsonObject, json_bytes

if TYPE_CHECKING:
    from arize_integrations.testing._account import Account
    from arize_integrations.testing._http import RecordedRequest

_TARGET = re.compile(r"(?:https?://[^/?#]*)?(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATHS = {name: re.compile(re.escape(op.path).replace(r"\{\}", "([^/]*)")) for name, op in SERVED.items()}


class Call(NamedTuple):
    """What a request asks for.

    Attributes:
        method: As sent.
        path: As sent, without the query; None if the target is malformed.
        query: Names and values, decoded.
        operation: `get`, `list`, ...; None if there is no such operation.
        integration_id: Decoded; None if the path has none, or a broken one.
        allowed: The methods that the path has.
    """

    method: str
    path: str | None
    query: dict[str, list[str]]
    operation: str | None
    integration_id: str | None
    allowed: tuple[str, ...]


def parse_call(request: RecordedRequest) -> Call:
    """What a request asks for, by method and path."""
    match = _TARGET.fullmatch(request.target)
    if match is None or not (request.target.isascii() and request.target.isprintable()):
        return Call(request.method, None, {}, None, None, ())
    path = match["path"]
    fitting = {name: found for name, pattern in _PATHS.items() if (found := pattern.fullmatch(path))}
    operation = next((name for name in fitting if SERVED[name].method == request.method), None)
    segment = next((found[1] for found in fitting.values() if found.groups()), None)
    allowed = tuple(SERVED[name].method for name in fitting)
    query = parse_qs(match["query"] or "", keep_blank_values=True)
    return Call(request.method, path, query, operation, _decoded(segment), allowed)


def respond(request: RecordedRequest, call: Call, account: Account, api_key: str) -> Answer:
    """Carry the request out, and answer as the API does."""
    try:
        _check_key(request, api_key)
        return _carried_out(request, call, account)
    except RefusedError as refusal:
        return refused(refusal, call.path)
    except Exception as error:  # noqa: BLE001 - who added something that is no integration has to see why it fails
        return refused(RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, f"The stand-in failed: {error!r}"), call.path)


def refused(refusal: RefusedError, path: str | None = None) -> Answer:
    """The problem document that describes a refusal."""
    safe = "/!$&'()*+,;=:@" + ("" if path is None or _BROKEN_ESCAPE.search(path) else "%")
    instance = quote(path, safe=safe) if path else None  # any path is a URI then, even one with a broken escape
    return Answer(refusal.status, refusal.headers, problem(refusal.status, refusal.detail, instance))


def _carried_out(request: RecordedRequest, call: Call, account: Account) -> Answer:
    if call.path is None:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The target of the request is malformed.")
    if not call.allowed:
        raise RefusedError(HTTPStatus.NOT_FOUND, f"There is nothing at {call.path}.")
    if call.operation is None:
        allowed = ", ".join(call.allowed)
        raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, f"{call.method} is none of {allowed}.", {"Allow": allowed})
    match call.operation:
        case "list":
            return _answer(HTTPStatus.OK, account.list(call.query))
        case "create":
            return _answer(HTTPStatus.CREATED, account.create(_json(request)))
        case operation:
            return _about_one(operation, request, _checked_id(call.integration_id), account)


def _about_one(operation: str, request: RecordedRequest, integration_id: str, account: Account) -> Answer:
    match operation:
        case "update":
            return _answer(HTTPStatus.OK, account.update(integration_id, _json(request)))
        case "delete":
            account.delete(integration_id)
            return Answer(HTTPStatus.NO_CONTENT, body=None)
        case _:
            return _answer(HTTPStatus.OK, account.get(integration_id))


def _answer(status: int, body: JsonObject) -> Answer:
    """Encoded at once: the copy that an `Answer` makes of a mapping would cost more than all the rest."""
    return Answer(status, {"Content-Type": "application/json"}, json_bytes(body))


def _checked_id(integration_id: str | None) -> str:
    if integration_id in (None, "", ".", ".."):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The identifier in the path is malformed.")
    return integration_id


def _json(request: RecordedRequest) -> Any:
    try:
        return json.loads(request.body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


def _check_key(request: RecordedRequest, api_key: str) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token != api_key:
        detail = "The API key is missing or not the right one."
        raise RefusedError(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})


def _decoded(segment: str | None) -> str | None:
    """The id behind a percent-encoded path segment, or None when the encoding is broken."""
    if segment is None or _BROKEN_ESCAPE.search(segment):
        return None
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None
