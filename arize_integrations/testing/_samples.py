"""Integrations to start from: the document's examples, or else what its schemas ask for."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from arize_integrations.testing._checks import choices, listed
from arize_integrations.testing._tables import INTEGRATION, documented_integrations, selected, tags, variant
from arize_integrations.testing._values import is_object
from arize_integrations_api.contract import (
    MODELS,
    UNIONS,
    AnyOf,
    Array,
    Choice,
    Constant,
    Map,
    Plain,
    Tagged,
    Text,
)

if TYPE_CHECKING:
    from arize_integrations_api.contract import Shape

NOW = "2026-01-01T00:00:00.000Z"
"""An instant for fields that hold one."""

_PLAIN: dict[str, Any] = {"str": "example", "bool": False, "int": 1, "float": 1.0, "None": None, "": {}}


def example_integrations() -> list[dict[str, Any]]:
    """The document's examples of an integration, in its order: one for each type and provider, if it has them.

    To start an account with: `StandInServer(example_integrations())`.
    """
    return [copy.deepcopy(each) for each in documented_integrations()]


def sample(shape: Shape, key: str = "example") -> Any:
    """The least JSON of a shape: required fields only, empty lists, null if it may be null."""
    match shape:
        case Plain(type="str"):
            return key
        case Plain(type=kind):
            return copy.copy(_PLAIN.get(kind))
        case Text(parser=parser):
            return NOW if "datetime" in parser else NOW[:10]
        case Constant(value=only):
            return only
        case Choice(name=name):
            return choices(name)[0]
        case Array():
            return []
        case Map():
            return {}
        case AnyOf(options=options):
            return None if Plain("None") in options else sample(options[0], key)
        case Tagged(name=name):
            tag, member = next(iter(UNIONS[name].members.items()))
            return sample(member) | {UNIONS[name].property: tag}
        case model:
            return {field.key: sample(field.shape, field.key) for field in MODELS[model.name].fields if field.required}


def ready_made(kind: str, provider: str | None) -> dict[str, Any]:
    """An integration of a type, and of a provider if the type has such.

    Raises:
        ValueError: The document has no such type, or the type has no such provider.
    """
    kind = _known(kind, tags(INTEGRATION), "type")
    prop, union, providers = _inner(kind)
    if provider is not None:
        if not providers:
            raise ValueError(f"an integration of type {kind} has no provider, so provider must be left out")
        provider = _known(provider, providers, "provider")
    for example in documented_integrations():
        found = example.get("config", {}).get(prop) if prop and is_object(example.get("config")) else None
        if example.get("type") == kind and provider in (None, found):
            return copy.deepcopy(example)
    return _from_schema(kind, union, prop, provider)


def _known(given: str, known: list[Any], argument: str) -> Any:
    """The value as the document spells it; upper and lower case, `_` and `-` make no difference."""
    for value in known:
        if _folded(value) == _folded(given):
            return value
    raise ValueError(f"{argument} must be one of {listed(known)}, not {given!r}: for others pass a whole integration")


def _folded(value: object) -> str:
    return re.sub(r"[_-]", "", str(value)).casefold()


def _inner(kind: str) -> tuple[str, str, list[Any]]:
    """The union that an integration's `config` is of: its property, name and tags; nothing if it is no union."""
    model = variant(INTEGRATION, {UNIONS[INTEGRATION.name].property: kind}) if isinstance(INTEGRATION, Tagged) else None
    for field in MODELS[model.name].fields if model else ():
        if field.key == "config" and isinstance(field.shape, Tagged):
            return UNIONS[field.shape.name].property, field.shape.name, tags(field.shape)
    return "", "", []


def _from_schema(kind: str, union: str, prop: str, provider: str | None) -> dict[str, Any]:
    assert isinstance(INTEGRATION, Tagged)
    member = selected(INTEGRATION.name, kind)
    assert member is not None
    made: dict[str, Any] = sample(member) | {UNIONS[INTEGRATION.name].property: kind}
    shape = selected(union, provider) if provider is not None else None
    if shape is not None:
        made["config"] = sample(shape) | {prop: provider}
    return made
