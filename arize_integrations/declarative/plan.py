"""From how an account should be, and how it is, to a plan: values in, a value out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, cast

from attrs import evolve, frozen

from arize_integrations._secrets import Secrets
from arize_integrations.declarative.compare import compare, given
from arize_integrations.declarative.rules import Shapes
from arize_integrations.declarative.sealed import Sealed
from arize_integrations.declarative.tables import Json, spelling, tags_of
from arize_integrations.declarative.values import FIXED, Change, Difference, Plan
from arize_integrations.errors import AmbiguousNameError, ConfigurationError
from arize_integrations_api import contract

PAGE_SIZE = 100
"""Integrations per page: the most that the document allows."""

_CREATE, _UPDATE, _READ = "post_v2_integrations", "patch_v2_integrations_item", "get_v2_integrations_item"
_NEEDED = (_CREATE, _UPDATE, _READ, "delete_v2_integrations_item", "get_v2_integrations")


class Request(Protocol):
    """A create request that has been checked against the tables."""

    @property
    def json(self) -> Json:
        """What is sent."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """The strings in it that nobody may read."""
        ...


@frozen
class Wanted:
    """How one integration should be."""

    type: str
    name: str
    place: str
    """Where it stands in `desired`."""
    request: Sealed[Request]

    @property
    def key(self) -> tuple[Json, str]:
        """What it is matched by."""
        return spelling(self.type), self.name


def read_desired(desired: Iterable[object], check: Callable[[object], Request]) -> tuple[Wanted, ...]:
    """What is wanted, each checked against the tables before anything is asked.

    Args:
        desired: create requests, as models or mappings.
        check: turns one into its JSON, or raises.

    Raises:
        ConfigurationError: the document has no operations for it; a request cannot be right, or two have one type and name.
    """
    _check_operations()
    if isinstance(desired, (str, bytes, Mapping)) or not isinstance(desired, Iterable):
        kind = type(cast("object", desired)).__name__
        raise ConfigurationError(f"is a {kind}, not a list of create requests.", parameter="desired")
    entries = [_read_entry(f"desired[{index}]", entry, check) for index, entry in enumerate(desired)]
    del desired  # from here on an error may be raised, and its traceback may show what this frame holds
    for entry in entries:
        if isinstance(entry, ConfigurationError):
            raise entry
    wanted = tuple(entry for entry in entries if isinstance(entry, Wanted))
    _refuse_duplicates(wanted)
    return wanted


def _read_entry(place: str, entry: object, check: Callable[[object], Request]) -> Wanted | ConfigurationError:
    try:
        request = check(entry)
    except ConfigurationError as error:
        at = f"{place}.{error.parameter}" if error.parameter else place
        return ConfigurationError(error.problem, parameter=at, hint=error.hint)
    kind, name = request.json.get(_tag()), request.json.get("name")
    if not isinstance(name, str):
        return ConfigurationError("is missing: integrations are matched by type and name.", parameter=f"{place}.name")
    return Wanted(kind, name, place, Sealed(request))


def _refuse_duplicates(wanted: Sequence[Wanted]) -> None:
    first: dict[tuple[Json, str], Wanted] = {}
    for entry in wanted:
        other = first.setdefault(entry.key, entry)
        if other is not entry:
            problem = f"has the type and the name of {other.place}, {entry.type} {entry.name!r}: names are unique within a type."
            raise ConfigurationError(problem, parameter=entry.place)


def types_of(wanted: Sequence[Wanted]) -> list[str]:
    """The types that occur, each to be listed."""
    return list(dict.fromkeys(entry.type for entry in wanted))


def make_plan(
    wanted: Sequence[Wanted],
    found: Sequence[Any],
    *,
    prune: bool = False,
    replace: bool = False,
    rotate_secrets: bool = False,
) -> Plan:
    """What has to change so that the integrations there become those that are wanted.

    Args:
        wanted: how they should be.
        found: those that are there, of the types that occur in `wanted`, as `list` gives them.
        prune: delete what is not wanted.
        replace: delete and create again what cannot be changed.
        rotate_secrets: send what cannot be read back, although it need not differ.

    Raises:
        ConfigurationError: something differs that cannot be changed, and `replace` is not given.
        AmbiguousNameError: the account has several integrations with a type and name that are wanted.
    """
    there = _by_key(found, {spelling(kind) for kind in types_of(wanted)})
    changes = [_change(entry, there.get(entry.key, ()), rotate=rotate_secrets) for entry in wanted]
    if not replace:
        _refuse_replacements(changes)
    if prune:
        keys = {entry.key for entry in wanted}
        changes += [_deletion(item) for key, items in there.items() if key not in keys for item in items]
    return Plan(tuple(changes), existing=sum(map(len, there.values())))


def _by_key(found: Iterable[Any], kinds: Collection[Json]) -> dict[tuple[Json, str], list[Any]]:
    """Integrations by what they are matched by: of these types, each id once, and none without a name or an id.

    A list that changes while it is read may show an integration twice.
    """
    there = defaultdict[tuple[Json, str], list[Any]](list)
    known = {item.id: item for item in found if isinstance(getattr(item, "id", None), str)}
    for item in known.values():
        kind, name = spelling(getattr(item, _tag(), None)), getattr(item, "name", None)
        if isinstance(kind, (str, int, float)) and kind in kinds and isinstance(name, str):
            there[kind, name].append(item)
    return there


def _change(wanted: Wanted, there: Sequence[Any], *, rotate: bool) -> Change:
    if not there:
        news = given(_shapes().create, wanted.request.reveal().json, skip=("name", _tag()))
        return Change("create", wanted.type, wanted.name, _redacted(wanted, news), body=_whole(wanted))
    if len(there) > 1:
        message = f"There are {len(there)} integrations of type {wanted.type} with the name {wanted.name!r}"
        raise AmbiguousNameError(f"{message}: rename or delete all but one.", there)
    [item] = there
    found = compare(_shapes(), wanted.request.reveal().json, item.to_dict(), rotate=rotate)
    differences = _redacted(wanted, found.differences)
    if not differences:
        return Change("none", wanted.type, wanted.name, id=item.id)
    if any(difference.note == FIXED for difference in differences):
        return Change("replace", wanted.type, wanted.name, differences, item.id, _updated_at(item), _whole(wanted))
    body = Sealed({_tag(): wanted.type, **found.send})
    return Change("update", wanted.type, wanted.name, differences, item.id, _updated_at(item), body)


def _updated_at(item: Any) -> Any:
    """When it was changed last; of a type that the tables do not know, an answer may not say it."""
    return getattr(item, "updated_at", None)


def _whole(wanted: Wanted) -> Sealed[Json]:
    return Sealed(wanted.request.reveal().json)


def _deletion(item: Any) -> Change:
    return Change("delete", getattr(item, _tag()), item.name, (), item.id, _updated_at(item))


def _redacted(wanted: Wanted, differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """The differences without the request's secrets, if one stands in a field that is not secret."""
    found, values = tuple(differences), wanted.request.reveal().secrets
    if not found or not values:
        return found
    secrets = Secrets(*values)
    return tuple(
        evolve(difference, before=secrets.redact(difference.before), after=secrets.redact(difference.after))
        for difference in found
    )


def _refuse_replacements(changes: Iterable[Change]) -> None:
    refused = [
        f"{change.type} {change.name!r} ({', '.join(_fixed(change))})"
        for change in changes
        if change.action == "replace"
    ]
    if refused:
        raise ConfigurationError(
            f"What differs here cannot be changed: {'; '.join(refused)}.",
            hint="Give replace=True to delete and create these integrations again.",
        )


def _fixed(change: Change) -> Iterator[str]:
    for difference in change.differences:
        if difference.note == FIXED:
            yield f"{difference.path}: {difference.before!r} is there, {difference.after!r} is wanted"


@cache
def _shapes() -> Shapes:
    create, update, read = (contract.OPERATIONS[name] for name in (_CREATE, _UPDATE, _READ))
    return Shapes(create.body, update.body, read.result)


def _tag() -> str:
    """The field that names the type of an integration."""
    return next(iter(tags_of(_shapes().create)), "type")


def _check_operations() -> None:
    if missing := [name for name in _NEEDED if name not in contract.OPERATIONS]:
        raise ConfigurationError(f"The vendored document has no operation {', '.join(missing)}, which a plan needs.")
