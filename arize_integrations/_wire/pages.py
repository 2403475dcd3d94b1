"""One page of a list, as an answer has it: its items, and where the next page begins.

Follows the section `paths./v2/integrations.get` of the upstream document: `pagination.next_cursor` is there while
`pagination.has_more` is true, and is sent as `cursor` for the next page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from attrs import frozen

from arize_integrations._wire.json import parse_object
from arize_integrations._wire.unwrap import ABSENT, RETYPED, Note, unwrap
from arize_integrations.errors import ConfigurationError
from arize_integrations_api import contract, models
from arize_integrations_api.values import as_list


@frozen
class IntegrationPage:
    """One page of integrations."""

    items: list[models.Integration]
    """The concrete integrations, newest first as the server sends them."""
    next_cursor: str | None
    """What `list(cursor=...)` takes to go on after this page; None if it is the last."""


def page_reader(result: contract.Shape | None, seen: set[str]) -> Callable[[bytes, Note], IntegrationPage]:
    """What turns the body of an answer into a page.

    Args:
        result: the shape of the answer.
        seen: cursors that were used before; one that comes again would make the list endless.
    """
    field = _list_field(result)

    def read(content: bytes, note: Note) -> IntegrationPage:
        payload = parse_object(content)
        try:
            received = as_list(payload.get(field.key))[::-1]
        except TypeError as error:
            raise ValueError(f"the page has no list {field.key!r}") from error
        shape = cast("contract.Array", field.shape).item
        _note_pagination(payload, cast("contract.Model", result).name, note)
        payload.pop(field.key)
        # Each is let go when it has been read: the fewer objects there are at once, the rarer Python looks for garbage.
        items = [unwrap(shape, received.pop(), note) for _ in range(len(received))]
        return IntegrationPage(items, _next(payload, seen))

    return read


@cache
def _list_field(result: contract.Shape | None) -> contract.Field:
    """The one field of a page that holds a list."""
    declared = contract.MODELS[result.name].fields if isinstance(result, contract.Model) else ()
    lists = [field for field in declared if isinstance(field.shape, contract.Array)]
    if len(lists) != 1:
        raise ConfigurationError("The vendored document's list operation does not answer with a list.")
    return lists[0]


def _note_pagination(payload: dict[str, Any], page: str, note: Note) -> None:
    """Note that an answer does not say whether there are more pages, which is taken for the end."""
    if "pagination" not in payload:
        note(ABSENT, page, "pagination")
    elif payload["pagination"] is None:
        note(RETYPED, page, "pagination")
    elif isinstance(payload["pagination"], dict) and "has_more" not in payload["pagination"]:
        note(ABSENT, page, "pagination.has_more")


def _next(payload: dict[str, Any], seen: set[str]) -> str | None:
    """Where the next page begins; a list never ends early in silence."""
    pagination = payload.get("pagination")
    if pagination is None:
        return None
    if not isinstance(pagination, dict):
        raise ValueError("the page's 'pagination' is not an object")
    said = cast("dict[str, Any]", pagination)
    if said.get("has_more") is False or ("has_more" not in said and said.get("next_cursor") is None):
        return None
    cursor = said.get("next_cursor")
    if not isinstance(cursor, str) or not cursor:
        raise ValueError("the page announces more and does not say where ('pagination.next_cursor')")
    if cursor in seen:
        raise ValueError("the page's 'pagination.next_cursor' is one that was used before, so the list would never end")
    seen.add(cursor)
    return cursor
