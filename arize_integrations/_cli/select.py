"""ID-or-NAME: which integration is meant."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import arize_integrations as arize
from arize_integrations._cli.exits import NotFound
from arize_integrations._cli.shell import escaped
from arize_integrations.declarative.document import has_list, integration_types

Integration: TypeAlias = Any
"""Any of the document's classes, or an `UnknownVariant`."""


def title(integration: Integration) -> str:
    """An integration as messages name it, whatever its answer lacks."""
    shown = integration.to_dict()
    return escaped(f"{shown.get('type', '')} {shown.get('name', '')} ({shown.get('id', '')})")


def id_of(integration: Integration) -> str:
    """The id of an integration; empty if the answer has none."""
    found = integration.to_dict().get("id")
    return found if isinstance(found, str) else ""


def objects(items: Iterable[Any]) -> Iterator[Integration]:
    """The integrations in a list. An element that is no object is left out; the library has warned of it."""
    return (item for item in items if hasattr(item, "to_dict"))


def looks_like_id(text: str) -> bool:
    """Whether the text is base64 of something with a colon in it, as the API's ids are."""
    try:
        return ":" in base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return False


def select(client: arize.IntegrationsClient, text: str, type_: str | None = None) -> Integration:
    """The integration of this id; else the only one of this name.

    Args:
        client: asks the API.
        text: what stands for ID-or-NAME.
        type_: look for the name in this type only.

    Raises:
        NotFound: there is none.
        AmbiguousNameError: several have the name.
        ArizeError: the API could not be asked.
    """
    if looks_like_id(text) or not has_list():
        try:
            return client.get(text)
        except arize.NotFoundError:
            if not has_list():
                raise
            # There are names that look like ids, too.
    matches = _named(client, text, [type_] if type_ else integration_types())
    if not matches and not type_:
        matches = _named(client, text, [None])  # types that the document does not know yet
    if not matches:
        of_type = f" of type {type_}" if type_ else ""
        raise NotFound(
            f"No integration{of_type} has the id or name {escaped(text)!r}. Names are compared whole, and in their case."
        )
    if len(matches) > 1:
        shown = ", ".join(map(title, matches))
        raise arize.AmbiguousNameError(f"{len(matches)} integrations are named {text!r}: {shown}. Give an id.", matches)
    return matches[0]


def in_every_type(client: arize.IntegrationsClient, type_: str | None, **filters: Any) -> Iterator[Integration]:
    """All integrations, type by type, the oldest of each first.

    Args:
        client: asks the API.
        type_: only this type.
        filters: as `list` takes them.

    Raises:
        ArizeError: the API could not be asked, or the key may read no type at all.
    """
    seen: set[str] = set()
    # What the API lists unasked comes last: there may be types that the document does not know yet.
    types = [type_] if type_ else [*integration_types(), None]
    for found in _each_type(lambda each: [*objects(client.list(type=each, **filters))], types):
        for integration in reversed(found):
            if id_of(integration) not in seen:
                seen.add(id_of(integration))
                yield integration


def _named(client: arize.IntegrationsClient, name: str, types: Sequence[str | None]) -> list[Integration]:
    """Those of this name in each type."""

    def find(type_: str | None) -> list[Integration]:
        try:
            found = client.find(name, type=type_)
        except arize.AmbiguousNameError as error:
            return [*error.matches]
        return [] if found is None else [found]

    matches = [match for found in _each_type(find, types) for match in found]
    return [*{id_of(match) or index: match for index, match in enumerate(matches)}.values()]


def _each_type(
    ask: Callable[[str | None], list[Integration]], types: Sequence[str | None]
) -> Iterator[list[Integration]]:
    """The answers for each type. A type that the key may not read is skipped, unless it may read none."""
    denied: list[arize.PermissionDeniedError] = []
    for type_ in types:
        try:
            yield ask(type_)
        except arize.PermissionDeniedError as error:
            denied.append(error)
    if len(denied) == len(types):
        raise denied[0]
