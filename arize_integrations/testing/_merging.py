"""What a read shows after a write: secrets as flags, what was left out as before or by default."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from arize_integrations.testing._checks import inside
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._rules import DEFAULTS, SERVER_SET
from arize_integrations.testing._samples import sample
from arize_integrations.testing._tables import COMPARED, SECRETS, SHOWS, is_nullable, selected
from arize_integrations.testing._values import JsonObject, is_list, is_object
from arize_integrations_api.contract import MODELS, UNIONS, AnyOf, Array, Map, Model, Plain, Tagged, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from arize_integrations_api.contract import Field, Shape


class Stamps(NamedTuple):
    """What the server gives to what it makes: the time, and identifiers."""

    now: str
    new_id: Callable[[str], str]


def merge(shape: Shape, sent: Any, before: Any, stamps: Stamps, at: str = "") -> Any:
    """What a read shows of `shape` once `sent` is written over `before`, which is empty for something new.

    Raises:
        RefusedError: 422, for a field that cannot change, cannot be null, or does not exist in this variant.
    """
    match shape:
        case Tagged(name=name) if is_object(sent):
            return _merge_tagged(name, sent, before, stamps, at)
        case Model(name=name) if is_object(sent):
            return _merge_model(name, sent, before, stamps, at)
        case Array(item=item) if is_list(sent):
            return [merge(item, each, {}, stamps, at) for each in sent]
        case AnyOf(options=options) if is_object(sent) or is_list(sent):
            kinds = (Tagged, Model) if is_object(sent) else (Array,)
            inner = next((option for option in options if isinstance(option, kinds)), Plain(""))
            return merge(inner, sent, before, stamps, at)
        case _:
            return sent


def _merge_tagged(name: str, sent: JsonObject, before: JsonObject, stamps: Stamps, at: str) -> JsonObject:
    prop = UNIONS[name].property
    path = inside(at, prop)
    tag = sent.get(prop, before.get(prop))
    if prop in before and tag != before[prop]:
        remedy = "delete the integration and create a new one"
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"'{path}' is {before[prop]} and cannot become {tag}: {remedy}."
        )
    shape = selected(name, tag)
    if shape is not None:
        return _object(merge(shape, sent, before, stamps, at))
    if prop not in before:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, f"'{path}' cannot be {tag} here.")
    return before | {key: value for key, value in sent.items() if key not in SECRETS}  # newer than the document


def _merge_model(name: str, sent: JsonObject, before: JsonObject, stamps: Stamps, at: str) -> JsonObject:
    after = dict(before)
    applied: set[str] = set()
    for field in MODELS[name].fields:
        secret = SHOWS.get(field.key, "")
        if field.key in sent:
            applied.add(field.key)
            after[field.key] = _value(field, sent[field.key], before.get(field.key), stamps, inside(at, field.key))
        elif secret in sent:
            applied.add(secret)
            after[field.key] = _shown(field.shape, sent[secret])
        elif field.key not in before and (field.required or field.read_only or is_nullable(field.shape)):
            after[field.key] = _default(name, field, stamps)
    strays = [key for key in sent if key not in applied and (key not in SECRETS or key in SHOWS.values())]
    if before and strays:
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"The field '{inside(at, strays[0])}' does not apply to this integration."
        )
    return after


def _value(field: Field, sent: Any, before: Any, stamps: Stamps, at: str) -> Any:
    if sent is None and before is not None and not is_nullable(field.shape):
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, f"'{at}' cannot be null here.")
    compare = COMPARED.get(field.key, "")
    if compare.startswith("by:") and isinstance(field.shape, Array) and is_list(sent):
        return _merge_by_name(field.shape.item, compare.removeprefix("by:"), sent, before or [], stamps)
    if compare or not is_object(before):
        before = {}
    return merge(field.shape, sent, before, stamps, at)


def _merge_by_name(
    item: Shape, key: str, sent: list[JsonObject], before: list[JsonObject], stamps: Stamps
) -> list[JsonObject]:
    """A list that replaces another: what has the same name stays the same thing."""
    stored = {each.get(key): each for each in before}
    found: list[JsonObject] = []
    for each in sent:
        old = stored.get(each.get(key), {})
        kept = {name: value for name, value in old.items() if name in SERVER_SET}
        new = _object(merge(item, each, kept, stamps))
        found.append(new | {"updated_at": stamps.now} if "updated_at" in new and new != old else new)
    return found


def _shown(shape: Shape, secret: Any) -> Any:
    """What a read shows of a secret: that it is there, or the names in it."""
    return list(secret or {}) if isinstance(shape, Array) else bool(secret)


def _default(model: str, field: Field, stamps: Stamps) -> Any:
    if field.key == "id":
        return stamps.new_id(model)
    if field.key in DEFAULTS:
        return DEFAULTS[field.key]
    match field.shape:
        case Text():
            return stamps.now
        case Tagged(name=name):
            tag = next(iter(UNIONS[name].members))
            return merge(field.shape, {UNIONS[name].property: tag}, {}, stamps)
        case Model() | Map():
            return merge(field.shape, {}, {}, stamps)
        case shape:
            return sample(shape, field.key)


def _object(value: Any) -> JsonObject:
    assert is_object(value)
    return value
