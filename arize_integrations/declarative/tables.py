"""Questions to the document's tables: which fields an object has, and what of it may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias, TypeGuard

from arize_integrations._secrets import MASK
from arize_integrations_api import contract

Json: TypeAlias = Any
Object: TypeAlias = dict[str, Json]
Fields: TypeAlias = Mapping[str, contract.Field]


def is_object(value: Json) -> TypeGuard[Object]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: Json) -> TypeGuard[list[Json]]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def spelling(tag: Json) -> Json:
    """A tag without the differences that an answer may have: `openAI` is `OPEN_AI`."""
    return tag.replace("_", "").replace("-", "").casefold() if isinstance(tag, str) else tag


def model_of(shape: contract.Shape | None, value: Object) -> str | None:
    """The name of the model that an object is; None if the tables do not know it."""
    if isinstance(shape, contract.Model):
        return shape.name
    if isinstance(shape, contract.Tagged):
        return model_of(_member(shape.name, value), value)
    if isinstance(shape, contract.AnyOf):
        found = [name for option in shape.options if (name := model_of(option, value)) is not None]
        return max(found, key=lambda name: len(fields_named(name).keys() & value.keys()), default=None)
    return None


def fields_of(shape: contract.Shape | None, value: Json) -> Fields | None:
    """The declared fields of an object by their keys; None if it is no object, or one that the tables do not know."""
    name = model_of(shape, value) if is_object(value) else None
    return None if name is None else fields_named(name)


@cache
def fields_named(name: str | None) -> Fields:
    """The declared fields of a model by their keys; none for no model."""
    return {field.key: field for field in contract.MODELS[name].fields} if name is not None else {}


def is_unknown(shape: contract.Shape | None, value: Json) -> bool:
    """Whether a value is an object of a union whose tag the tables do not know: nobody knows what in it is secret."""
    return is_object(value) and bool(tags_of(shape)) and fields_of(shape, value) is None


def has_fields(shape: contract.Shape | None) -> bool:
    """Whether a shape is that of an object with fields, which are compared one by one."""
    return any(isinstance(option, (contract.Model, contract.Tagged)) for option in options_of(shape))


def tags_of(shape: contract.Shape | None) -> set[str]:
    """The properties that distinguish the members of a shape's unions."""
    return {
        contract.UNIONS[option.name].property for option in options_of(shape) if isinstance(option, contract.Tagged)
    }


def item_of(shape: contract.Shape | None) -> contract.Shape | None:
    """The shape of the elements of a list; None if the tables know of no list."""
    return next((option.item for option in options_of(shape) if isinstance(option, contract.Array)), None)


def options_of(shape: contract.Shape | None) -> tuple[contract.Shape, ...]:
    """The shapes that a value may have; none if the tables say nothing of it."""
    if isinstance(shape, contract.AnyOf):
        return tuple(option for choice in shape.options for option in options_of(choice))
    return () if shape is None else (shape,)


def masked(shape: contract.Shape | None, value: Json, *, secret: bool = False) -> Json:
    """A request's value as people may see it: what is write-only as `[secure]`, and all text below an unknown tag."""
    if is_list(value):
        return [masked(item_of(shape), element, secret=secret) for element in value]
    if not is_object(value):
        return MASK if secret and value is not None and not isinstance(value, bool) else value
    known = fields_of(shape, value)
    if known is None:
        shown = tags_of(shape)  # it is a map, or an object of an unknown tag
        return {
            key: masked(None, item, secret=(secret or bool(shown)) and key not in shown) for key, item in value.items()
        }
    return {
        key: masked(known[key].shape, item, secret=secret or known[key].secret) if key in known else item
        for key, item in value.items()
    }


def projected(shape: contract.Shape | None, value: Json) -> Json:
    """An answer's value as a request would say it: without nulls, and without what only the server sets."""
    if is_list(value):
        return [projected(item_of(shape), element) for element in value]
    known = fields_of(shape, value)
    if known is None:
        return value
    shown = {key: stored_secret(field, value) if field.secret else value.get(key) for key, field in known.items()}
    return {key: projected(known[key].shape, item) for key, item in shown.items() if item is not None}


def shown_of(field: contract.Field, answer: Object) -> list[Json] | bool | None:
    """What the server says of a field that cannot be read: the names in it, whether there is one, or nothing (None)."""
    for key in field.shown_by:
        shown = answer.get(key)
        if is_list(shown) or isinstance(shown, bool):
            return shown
    return None


def stored_secret(field: contract.Field, answer: Object) -> Json:
    """The same as people see it: the names with `[secure]`, `[secure]`, or None."""
    shown = shown_of(field, answer)
    return {str(name): MASK for name in shown} if is_list(shown) else MASK if shown else None


def _member(name: str, value: Object) -> contract.Shape | None:
    union = contract.UNIONS[name]
    tag = value.get(union.property)
    if isinstance(tag, str):
        return union.members.get(tag) or _spellings(name).get(spelling(tag))
    return next((member for known, member in union.members.items() if known == tag and type(known) is type(tag)), None)


@cache
def _spellings(name: str) -> dict[Json, contract.Shape]:
    return {spelling(tag): member for tag, member in contract.UNIONS[name].members.items()}
