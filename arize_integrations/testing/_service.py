"""What the stand-in answers: the API's one operation, as a function from request to answer."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, unquote_to_bytes

from arize_integrations.testing._answer import OPERATION, Answer
from arize_integrations_api.contract import OPERATIONS
from arize_integrations_api.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arize_integrations.testing._http import RecordedRequest

_PREFIX = OPERATIONS[OPERATION].path.partition("{")[0]
_TARGET = re.compile(r"(?:https?://[^/?#]*)?(?P<path>/[^?#]*)(?:\?[^#]*)?")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def documented_integrations() -> list[dict[str, Any]]:
    """The document's own example of a 200, if it has one."""
    example: Mapping[str, Any] | None = EXAMPLES[OPERATION].get(HTTPStatus.OK)
    return [example["body"]] if example else []


def respond(request: RecordedRequest, integrations: Mapping[str, Any], api_key: str) -> Answer:
    """The API's answer to `request`: 401, 400, 404, 405 or the integration itself."""
    if not _is_authorised(request, api_key):
        return problem(HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": "Bearer"})
    match = _TARGET.fullmatch(request.target)
    if match is None or not (request.target.isascii() and request.target.isprintable()):
        return problem(HTTPStatus.BAD_REQUEST)
    path = match["path"]
    if not path.startswith(_PREFIX) or "/" in path.removeprefix(_PREFIX):
        return problem(HTTPStatus.NOT_FOUND)
    if request.method != "GET":
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET"})
    return _respond_get(path.removeprefix(_PREFIX), integrations)


def _respond_get(segment: str, integrations: Mapping[str, Any]) -> Answer:
    integration_id = _decoded(segment)
    if integration_id in (None, "", ".", ".."):
        return problem(HTTPStatus.BAD_REQUEST)
    if integration_id not in integrations:
        return naming(integration_id, problem(HTTPStatus.NOT_FOUND))
    return Answer(HTTPStatus.OK, body=integrations[integration_id])


def problem(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """The document's example for `status`, or the least a problem document can say."""
    if status in EXAMPLES[OPERATION]:
        return Answer.example(status, headers=headers or {})
    body = {"status": int(status), "title": HTTPStatus(status).phrase}
    return Answer(status, headers or {}, body)


def naming(integration_id: str, answer: Answer) -> Answer:
    """The same problem with this id, if it is about one: `instance` ends in the id that `detail` quotes.

    Else the example's own id would read, in the message of an error, as if something had asked for another one.
    """
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    detail, instance = str(body.get("detail")), str(body.get("instance"))
    prefix, slash, example = instance.rpartition("/")
    quoted = re.compile(rf"(?P<quote>['\"`]){re.escape(unquote(example))}(?P=quote)")
    if not example or not quoted.search(detail):
        return answer
    detail = quoted.sub(lambda found: f"{found['quote']}{integration_id}{found['quote']}", detail)
    instance = prefix + slash + quote(integration_id, safe="")
    return replace(answer, body={**body, "detail": detail, "instance": instance})


def _is_authorised(request: RecordedRequest, api_key: str) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and token == api_key


def _decoded(segment: str) -> str | None:
    """The id behind a percent-encoded path segment, or None when the encoding is broken."""
    if _BROKEN_ESCAPE.search(segment):
        return None
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None
