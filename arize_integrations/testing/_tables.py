"""The generated tables, read the way the stand-in needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arize_integrations.testing._values import is_object, is_same
from arize_integrations_api.contract import MODELS, OPERATIONS, UNIONS, AnyOf, Model, Plain, Tagged
from arize_integrations_api.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arize_integrations_api.contract import Shape
    from arize_integrations_api.examples import ExampleAnswer

OPERATION_KEYS = {
    "get": "get_v2_integrations_item",
    "list": "get_v2_integrations",
    "create": "post_v2_integrations",
    "update": "patch_v2_integrations_item",
    "delete": "delete_v2_integrations_item",
}
"""The operations by the names that the clients have for them. A document may have only some of them."""

SERVED = {name: OPERATIONS[key] for name, key in OPERATION_KEYS.items() if key in OPERATIONS}
"""Those that the document has."""

INTEGRATION: Shape = SERVED["get"].result or Plain("")
"""What a read answers."""

_FIELDS = [field for model in MODELS.values() for field in model.fields]

SHOWS = {shown: field.key for field in _FIELDS for shown in field.shown_by}
"""Fields of answers that show whether there is a secret, and the secret: `has_api_key` is about `api_key`."""

SECRETS = {field.key for field in _FIELDS if field.secret}
"""Fields that answers never hold."""

COMPARED = {field.key: field.compare for field in _FIELDS if field.compare}
"""How lists and objects are replaced: `whole`, `set` or `by:name`."""


def selected(union: str, tag: object) -> Shape | None:
    """The member of a union that a tag selects, by JSON value: true is not 1."""
    members: dict[Any, Model | Tagged] = dict(UNIONS[union].members)
    return next((shape for value, shape in members.items() if is_same(value, tag)), None)


def tags(shape: Shape) -> list[Any]:
    """The values that select a member of a union; none if the shape is no union."""
    return list(UNIONS[shape.name].members) if isinstance(shape, Tagged) else []


def is_nullable(shape: Shape) -> bool:
    """Whether null is a value of it."""
    return shape == Plain("None") or (isinstance(shape, AnyOf) and any(map(is_nullable, shape.options)))


def variant(shape: Shape | None, value: dict[str, Any]) -> Model | None:
    """The model of `value`: the one that its tags select; None if the document has none."""
    while isinstance(shape, Tagged):
        shape = selected(shape.name, value.get(UNIONS[shape.name].property))
    return shape if isinstance(shape, Model) else None


def field_shape(model: Model | None, key: str) -> Shape | None:
    """What a field of a model holds; None if there is no such field."""
    fields = MODELS[model.name].fields if model else ()
    return next((field.shape for field in fields if field.key == key), None)


def documented(status: int, operation: str | None = None) -> ExampleAnswer | None:
    """The document's example answer for a status: that of `operation`, or of the first that has one."""
    keys = [OPERATION_KEYS[operation]] if operation else list(OPERATION_KEYS.values())
    found = (EXAMPLES[key].answers.get(status) for key in keys if key in EXAMPLES)
    return next((answer for answer in found if answer is not None), None)


def documented_integrations() -> Iterator[dict[str, Any]]:
    """The integrations among the document's example answers, in its order: each once."""
    seen: list[dict[str, Any]] = []
    for name, status in (("get", 200), ("create", 201), ("update", 200)):
        answer = documented(status, name)
        for body in answer.bodies if answer else ():
            if is_object(body) and body not in seen:
                seen.append(body)
                yield body
