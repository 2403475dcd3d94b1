"""Refusals, and the problem documents that describe them (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from arize_integrations.testing._tables import documented
from arize_integrations.testing._values import JsonObject, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping


class RefusedError(Exception):
    """What the account does not do: the status of the answer, and why in a sentence."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem(status: int, detail: str, instance: str | None = None) -> JsonObject:
    """The problem document of a status: title, type and more as in the document's example, if it has one."""
    example = documented(status)
    body: Any = example.bodies[0] if example and example.bodies else None
    found: JsonObject = {"title": _phrase(status), **(body if is_object(body) else {})}
    found |= {"status": int(status), "detail": detail}
    found.pop("instance", None)
    return found | ({"instance": instance} if instance else {})


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
