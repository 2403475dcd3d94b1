"""Today's tables in the form that the generator will write next; this module goes when it does."""

from __future__ import annotations

from typing import Any, NamedTuple

import arize_integrations_api.models as models
from arize_integrations_api import contract as today
from arize_integrations_api.contract import UNIONS as UNIONS, AnyOf, Array, Choice, Model, Plain, Tagged, Text
from arize_integrations_api.examples import EXAMPLES as TODAY

Shape = Any


class Constant(NamedTuple):
    """Exactly this value."""

    value: Any


class Map(NamedTuple):
    """A plain object."""

    item: Any


class Field(NamedTuple):
    """A declared field."""

    key: str
    shape: Any
    required: bool
    secret: bool
    read_only: bool
    shown_by: tuple[str, ...]
    compare: str


class Fields(NamedTuple):
    """The fields of a model."""

    fields: tuple[Field, ...]
    additional: Any


class Operation(NamedTuple):
    """An operation."""

    method: str
    path: str
    body: Any
    result: Any


class ExampleAnswer(NamedTuple):
    """An example."""

    content_type: str
    headers: dict[str, str]
    bodies: tuple[Any, ...]


class Examples(NamedTuple):
    """The examples of an operation."""

    requests: tuple[Any, ...]
    answers: dict[int, ExampleAnswer]


_SHOWN = {
    "api_key": ("has_api_key",),
    "client_secret": ("has_client_secret",),
    "headers": ("header_names", "has_headers"),
}
_COMPARE = {"auth": "whole", "scopings": "set", "request_presets": "by:name"}
_BODIES = {"post_v2_integrations": "CreateIntegrationRequest", "patch_v2_integrations_item": "UpdateIntegrationRequest"}


def _shape(shape: Any) -> Any:
    match shape:
        case Choice(name=name) if len(getattr(models, name)) == 1:
            return Constant(next(iter(getattr(models, name))).value)
        case Model(name=name) if not today.MODELS[name].fields and today.MODELS[name].additional is not None:
            return Map(today.MODELS[name].additional)
        case Array(item=item):
            return Array(_shape(item))
        case AnyOf(options=options):
            return AnyOf(tuple(map(_shape, options)))
        case _:
            return shape


def _field(model: str, field: Any) -> Field:
    shown = _SHOWN.get(field.key, ())
    read_only = field.key == "has_headers" or ("Preset" in model and field.key in {"id", "created_at", "updated_at"})
    compare = _COMPARE.get(field.key, "")
    return Field(field.key, _shape(field.shape), field.required, bool(shown), read_only, shown, compare)


MODELS = {
    name: Fields(tuple(_field(name, field) for field in model.fields), model.additional)
    for name, model in today.MODELS.items()
}
OPERATIONS = {
    name: Operation(each.method, each.path, Tagged(_BODIES[name]) if name in _BODIES else None, each.result)
    for name, each in today.OPERATIONS.items()
}
_REQUESTS = {
    "post_v2_integrations": (
        {"type": "LLM", "name": "Production OpenAI", "config": {"provider": "OPEN_AI", "api_key": "not-a-real-key"}},
    ),
    "patch_v2_integrations_item": ({"type": "LLM", "config": {"api_key": "not-a-real-new-key"}},),
}
EXAMPLES = {
    name: Examples(
        _REQUESTS.get(name, ()),
        {status: ExampleAnswer(each["content_type"], each["headers"], (each["body"],)) for status, each in of.items()},
    )
    for name, of in TODAY.items()
}

__all__ = [
    "EXAMPLES", "MODELS", "OPERATIONS", "UNIONS", "AnyOf", "Array", "Choice", "Constant", "Field", "Map", "Model",
    "Plain", "Shape", "Tagged", "Text",
]  # fmt: skip
