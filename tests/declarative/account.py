"""An account in memory that answers as the document says, made from the tables: no type and no field of the API is named.

It keeps what it was sent, and shows of it what an answer shows: the marks of secrets, with ids and times, with defaults. What
`spec/` and the notes on the server's behaviour say of updates is done here by other code than the one under test.
"""

from __future__ import annotations

import json
from copy import deepcopy
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from arize_integrations_api import contract

Json = Any
CREATE, UPDATE, READ = "post_v2_integrations", "patch_v2_integrations_item", "get_v2_integrations_item"
if not {CREATE, UPDATE, READ} <= contract.OPERATIONS.keys():
    pytest.skip("the vendored document has not the operations of a plan", allow_module_level=True)
BODY, CHANGES, ANSWER = (
    contract.OPERATIONS[CREATE].body,
    contract.OPERATIONS[UPDATE].body,
    contract.OPERATIONS[READ].result,
)
assert isinstance(BODY, contract.Tagged)
TAG = contract.UNIONS[BODY.name].property
PATH = contract.OPERATIONS[CREATE].path


def fields(shape: Any, value: Json) -> dict[str, contract.Field]:
    """The fields of an object, {} if the tables do not say."""
    if isinstance(shape, contract.AnyOf):
        return max((fields(option, value) for option in shape.options), key=len)
    if isinstance(shape, contract.Tagged) and isinstance(value, dict):
        union = contract.UNIONS[shape.name]
        return fields(union.members.get(value.get(union.property, "")), value)
    return (
        {field.key: field for field in contract.MODELS[shape.name].fields} if isinstance(shape, contract.Model) else {}
    )


def item(shape: Any) -> Any:
    options = shape.options if isinstance(shape, contract.AnyOf) else (shape,)
    return next((option.item for option in options if isinstance(option, contract.Array)), None)


class Account:
    """What a server holds. `handle` answers one request."""

    def __init__(self) -> None:
        self.stored: dict[str, Json] = {}
        self.moved: dict[str, int] = {}
        self.asked: list[tuple[str, str, Json]] = []
        self._lock = Lock()
        self.hidden: set[str] = set()
        """Keys that no answer shows."""
        self.also_shown: dict[str, Json] = {}
        """What the settings of every answer show as well."""
        self._clock = 0

    @property
    def writes(self) -> list[tuple[str, str, Json]]:
        return [asked for asked in self.asked if asked[0] != "GET"]

    def handle(self, method: str, path: str, query: str, content: bytes) -> tuple[int, Json]:
        """The status and the JSON of an answer."""
        with self._lock:
            return self._answer(method, path, query, json.loads(content) if content else None)

    def _answer(self, method: str, path: str, query: str, body: Json) -> tuple[int, Json]:
        self.asked.append((method, path, body))
        identifier = unquote(path.removeprefix(PATH).strip("/"))
        if not identifier:
            return self._create(body) if method == "POST" else (200, self.page(parse_qs(query)))
        if identifier not in self.stored:
            return 404, {"title": "Not found", "status": 404}
        if method == "DELETE":
            del self.stored[identifier]
            return 204, None
        return self._update(identifier, body) if method == "PATCH" else (200, self.show(identifier))

    def show(self, identifier: str) -> Json:
        """An integration as it is answered."""
        request = self.stored[identifier]
        shown = view(BODY, ANSWER, request)
        moment = f"2026-02-13T21:27:{self.moved[identifier] // 1000 % 60:02}.{self.moved[identifier] % 1000:03}Z"
        answer = {
            key: {**value, **self.also_shown} if isinstance(value, dict) else value for key, value in shown.items()
        }
        return without({**answer, "id": identifier, "updated_at": moment}, self.hidden)

    def named(self, kind: str, name: str) -> str | None:
        return next((key for key, it in self.stored.items() if (it[TAG], it["name"]) == (kind, name)), None)

    def touch(self, identifier: str) -> None:
        self._clock += 1
        self.moved[identifier] = self._clock

    def add(self, request: Json) -> str:
        """Store an integration, and give its id."""
        self._clock += 1
        identifier = f"id:{self._clock}"
        self.stored[identifier] = request
        self.touch(identifier)
        return identifier

    def _create(self, body: Json) -> tuple[int, Json]:
        if self.named(body[TAG], body["name"]):
            return 409, {"title": "Resource conflict", "status": 409}
        return 201, self.show(self.add(body))

    def _update(self, identifier: str, body: Json) -> tuple[int, Json]:
        stored = self.stored[identifier]
        if body[TAG] != stored[TAG] or len(body) < 2 or not is_allowed(CHANGES, body, stored):
            return 422, {"title": "Unprocessable", "status": 422}
        self.stored[identifier] = merged(BODY, stored, body)
        self.touch(identifier)
        return 200, self.show(identifier)

    def page(self, query: dict[str, list[str]]) -> Json:
        """A page of the list."""

        def asked(key: str, default: str = "") -> str:
            return query.get(key, [default])[0]

        found = [key for key in reversed(self.stored) if asked("type") in ("", self.stored[key][TAG])]
        found = [key for key in found if asked("name").casefold() in self.stored[key]["name"].casefold()]
        start, limit = int(asked("cursor", "0")), int(asked("limit", "50"))
        page = [self.show(key) for key in found[start : start + limit]]
        more = start + limit < len(found)
        pagination: Json = {"has_more": True, "next_cursor": str(start + limit)} if more else {"has_more": False}
        return {"integrations": page, "pagination": pagination}


def is_allowed(shape: Any, body: Json, stored: Json) -> bool:
    """Whether an update holds only what the document lets it hold, and nothing that cannot be changed."""
    known = fields(shape, body)
    return all(
        (key in known or key in stored)
        and not (key in known and known[key].immutable)
        and (
            key not in known
            or known[key].compare
            or not fields(known[key].shape, value)
            or is_allowed(known[key].shape, value, stored[key])
        )
        for key, value in body.items()
    )


def without(value: Json, keys: set[str]) -> Json:
    if isinstance(value, dict):
        return {key: without(inner, keys) for key, inner in value.items() if key not in keys}
    return value


def merged(shape: Any, stored: Json, changes: Json) -> Json:
    """What is stored after an update: what is left out stays, in objects too; a null empties; all else is replaced."""
    result, known = deepcopy(stored), fields(shape, stored)
    for key, value in changes.items():
        nested = (
            key in known and not known[key].compare and isinstance(known[key].shape, contract.Model | contract.Tagged)
        )
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(known[key].shape, stored[key], value) if nested else value
    return result


def view(request: Any, answer: Any, stored: Json) -> Json:
    """What an answer shows of what is stored."""
    if isinstance(stored, list):
        return [view(item(request), item(answer), element) for element in stored]
    known, shown = fields(request, stored), fields(answer, stored)
    if not shown:
        return stored
    declared = {
        key: view(known[key].shape, field.shape, stored[key])
        if key in stored and not known[key].secret
        else secret_shown(known, field, stored)
        for key, field in shown.items()
    }
    return {**{key: value for key, value in stored.items() if key not in known}, **declared}


def secret_shown(known: dict[str, contract.Field], field: contract.Field, stored: Json) -> Json:
    """What an answer says in a field that nobody sent: about a secret, or a default."""
    for secret in known.values():
        if field.key in secret.shown_by:
            return list(stored.get(secret.key, ())) if item(field.shape) else bool(stored.get(secret.key))
    return default(field.shape)


def default(shape: Any) -> Json:
    match shape:
        case contract.AnyOf(options):
            return None if contract.Plain("None") in options else default(options[0])
        case contract.Constant(value):
            return value
        case contract.Array():
            return []
        case contract.Text():
            return "2026-02-13T21:27:19.055Z"
        case contract.Tagged(name):
            union = contract.UNIONS[name]
            tag, member = next(iter(union.members.items()))
            return {**default(member), union.property: tag}
        case contract.Model(name):
            return {field.key: default(field.shape) for field in contract.MODELS[name].fields if field.required}
        case contract.Plain(declared):
            return {"bool": False, "int": 0, "float": 0.5}.get(declared, "")
        case _:
            return {}
