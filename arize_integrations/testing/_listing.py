"""The list operation: filters, order, pages and cursors, as functions of what there is and what is asked."""

from __future__ import annotations

import base64
import bisect
import hashlib
import json
import re
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from arize_integrations.testing._checks import listed
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._rules import LISTED_WITHOUT_TYPE, SEARCH_CHARACTERS
from arize_integrations.testing._tables import INTEGRATION, tags
from arize_integrations.testing._values import JsonObject, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LIMIT = 50
LIMITS = range(1, 101)


class Entry(NamedTuple):
    """An integration, and where it stands in time: its instant, and a number that orders those of the same one."""

    integration: JsonObject
    instant: float
    number: int


def backwards(entry: Entry) -> tuple[float, int]:
    """The key that puts the newest first."""
    return -entry.instant, -entry.number


class Space(NamedTuple):
    """A space of the account."""

    name: str
    organization_id: str | None


class Query(NamedTuple):
    """What a list is asked for."""

    type: str | None
    name: str
    space_id: str | None
    space_name: str | None
    limit: int

    @property
    def fingerprint(self) -> str:
        """What a cursor remembers of the query that it belongs to."""
        return hashlib.sha256(json.dumps(self).encode()).hexdigest()[:16]


def page(entries: list[Entry], spaces: Mapping[str, Space], query: Mapping[str, list[str]]) -> JsonObject:
    """One page of what matches among `entries`, which come newest first.

    Raises:
        RefusedError: 400 for a parameter that cannot be, 404 for a space that is not there.
    """
    asked = _parsed(query, entries)
    start = (
        bisect.bisect_right(entries, _position(query["cursor"][0], asked), key=backwards) if "cursor" in query else 0
    )
    shown = _within(asked, spaces, entries)
    matching = (entry for entry in islice(entries, start, None) if _matches(entry, asked, shown))
    taken = list(islice(matching, asked.limit))
    has_more = next(matching, None) is not None
    pagination: JsonObject = {"has_more": has_more}
    if has_more:
        pagination["next_cursor"] = _cursor(taken[-1], asked)
    return {"integrations": [entry.integration for entry in taken], "pagination": pagination}


def _parsed(query: Mapping[str, list[str]], entries: list[Entry]) -> Query:
    for name, values in query.items():
        if len(values) > 1:
            _refuse(f"'{name}' was given {len(values)} times.")
    given = {name: values[0] for name, values in query.items()}
    for name in ("name", "space_name"):
        if len(given.get(name, "")) > SEARCH_CHARACTERS:
            _refuse(f"'{name}' must have at most {SEARCH_CHARACTERS} characters.")
    kind = given.get("type")
    if kind not in (None, *tags(INTEGRATION)) and all(entry.integration.get("type") != kind for entry in entries):
        _refuse(f"'type' must be one of {listed(tags(INTEGRATION))}.")
    limit = given.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch("[0-9]{1,9}", limit) or int(limit) not in LIMITS:
        _refuse(f"'limit' must be a whole number from {LIMITS[0]} to {LIMITS[-1]}.")
    space_id, space_name = given.get("space_id"), given.get("space_name")
    return Query(kind, given.get("name", "").casefold(), space_id, space_name, int(limit))


def _within(asked: Query, spaces: Mapping[str, Space], entries: list[Entry]) -> dict[str, str | None] | None:
    """The spaces that are meant, each with its organization; None if there is no such filter.

    An account to which no space was added has every space.
    """
    if asked.space_id is None and asked.space_name is None:
        return None
    rules = [rule for entry in entries for rule in _rules(entry.integration)]
    known = {rule["space_id"]: Space("", rule.get("organization_id")) for rule in rules if rule.get("space_id")}
    known |= spaces
    if asked.space_id is not None:
        if spaces and asked.space_id not in known:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"No space with the id '{asked.space_id}' is visible to you.")
        known = {asked.space_id: known.get(asked.space_id, Space("", None))}
    wanted = (asked.space_name or "").casefold()
    return {space_id: space.organization_id for space_id, space in known.items() if wanted in space.name.casefold()}


def _matches(entry: Entry, asked: Query, shown: dict[str, str | None] | None) -> bool:
    integration = entry.integration
    kind = integration.get("type")
    if kind != asked.type if asked.type else (kind in tags(INTEGRATION) and kind not in LISTED_WITHOUT_TYPE):
        return False
    if asked.name not in str(integration.get("name", "")).casefold():
        return False
    return shown is None or any(_is_visible(integration, *space) for space in shown.items())


def _rules(integration: JsonObject) -> list[JsonObject]:
    scopings = integration.get("scopings")
    return [rule for rule in scopings if is_object(rule)] if is_list(scopings) else []


def _is_visible(integration: JsonObject, space_id: str, organization_id: str | None) -> bool:
    for rule in _rules(integration) or [{}]:
        space, organization = rule.get("space_id"), rule.get("organization_id")
        if space == space_id or (not space and organization in (None, organization_id)):
            return True
    return False


def _cursor(last: Entry, asked: Query) -> str:
    return base64.urlsafe_b64encode(json.dumps([asked.fingerprint, *backwards(last)]).encode()).decode()


def _position(cursor: str, asked: Query) -> tuple[float, int]:
    try:
        fingerprint, instant, number = json.loads(base64.urlsafe_b64decode(cursor))
    except (TypeError, ValueError):
        _refuse("The cursor is none of this API.")
    if fingerprint != asked.fingerprint:
        _refuse("The cursor does not belong to this query.")
    return instant, number


def _refuse(detail: str) -> NoReturn:
    raise RefusedError(HTTPStatus.BAD_REQUEST, detail)
