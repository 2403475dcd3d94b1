"""What the tables say of each field of an object: how it is created, changed and answered, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from arize_integrations.declarative.tables import Object, fields_named, has_fields, item_of, model_of, tags_of
from arize_integrations_api import contract


class Shapes(NamedTuple):
    """What the tables say of one value: in a create request, in an update, in an answer. None: nothing."""

    create: contract.Shape | None
    update: contract.Shape | None
    answer: contract.Shape | None

    def items(self) -> Shapes:
        """The same for the elements of a list."""
        return Shapes(*map(item_of, self))


class Rule(NamedTuple):
    """How one field is compared."""

    field: contract.Field
    """What the tables say of it: how it is created, else how it is changed, else nothing."""
    shapes: Shapes
    is_answered: bool
    """Whether answers are declared to show it."""
    is_fixed: bool
    """Whether no update can change it: because it is marked so, or because only a create request knows it."""
    is_hidden: bool
    """Whether nobody knows if it is secret, as the tables do not know the object."""
    is_in_parts: bool
    """Whether it is an object of which an update changes single fields."""

    def is_readable(self, actual: Object) -> bool:
        """Whether the answer shows its value."""
        return not self.field.secret and (self.is_answered or self.field.key in actual)


def rules_of(shapes: Shapes, wanted: Object, actual: Object) -> Mapping[str, Rule]:
    """The rules of an object by its keys, including keys that the tables do not know."""
    create = model_of(shapes.create, wanted)
    shown = None if create else frozenset(tags_of(shapes.create))
    return _rules(create, model_of(shapes.update, wanted), model_of(shapes.answer, actual), shown)


@cache
def _rules(create: str | None, update: str | None, answer: str | None, shown: frozenset[str] | None) -> _Rules:
    return _Rules(create, update, answer, shown)


class _Rules(dict[str, Rule]):
    def __init__(
        self, create: str | None, update: str | None, answer: str | None, shown: frozenset[str] | None
    ) -> None:
        self._tables = [fields_named(name) for name in (create, update, answer)]
        self._shown = shown
        self._is_update_open = update is None or contract.MODELS[update].additional is not None
        super().__init__({key: self._rule(key) for table in self._tables[:2] for key in table})

    def __missing__(self, key: str) -> Rule:
        return self._rule(key)

    def _rule(self, key: str) -> Rule:
        create, update, answer = (table.get(key) for table in self._tables)
        field = create or update or contract.Field(key, key, contract.Plain(""), required=False)
        is_fixed = field.immutable or (create is not None and update is None and not self._is_update_open)
        is_hidden = self._shown is not None and key not in self._shown
        is_in_parts = has_fields(field.shape) and not (field.compare or is_fixed or is_hidden)
        shapes = Shapes(*(found.shape if found else None for found in (create, update, answer)))
        return Rule(field, shapes, answer is not None, is_fixed, is_hidden, is_in_parts)
