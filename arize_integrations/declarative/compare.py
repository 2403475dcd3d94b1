"""How an integration should be, beside how it is: what an update has to send, and what people are shown of it.

Compared is what is given, and no more. The tables say how: what cannot be read back, what cannot be changed, what the
server replaces as a whole. Values in, values out; no type, provider or field of the API is named here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from arize_integrations.declarative.sameness import as_set, is_empty, is_same, pairs_by
from arize_integrations.declarative.tables import (
    Fields,
    Json,
    Object,
    fields_of,
    has_fields,
    is_list,
    is_object,
    is_open,
    is_unknown,
    item_of,
    masked,
    projected,
    stored_secret,
    tags_of,
    told_of,
)
from arize_integrations.declarative.values import AGAIN, FIXED, WHOLE, Difference
from arize_integrations_api import contract


class Shapes(NamedTuple):
    """What the tables say of one value: in a create request, in an update, in an answer. None: nothing."""

    create: contract.Shape | None
    update: contract.Shape | None
    answer: contract.Shape | None

    def items(self) -> Shapes:
        """The same for the elements of a list."""
        return Shapes(*map(item_of, self))


class Comparison(NamedTuple):
    """What an update sends for a value, and the differences as people see them; none if there is nothing to send."""

    send: Json
    differences: tuple[Difference, ...] = ()


def given(
    shape: contract.Shape | None, wanted: Object, at: str = "", skip: Collection[str] = ()
) -> Iterator[Difference]:
    """What a create request gives, field by field."""
    known, shown = fields_of(shape, wanted) or {}, masked(shape, wanted)
    for key, value in wanted.items():
        inner = known[key].shape if key in known else None
        if key in skip:
            continue
        if fields_of(inner, value) or is_unknown(inner, value):
            yield from given(inner, value, _below(at, key))
        else:
            yield Difference(_below(at, key), None, shown[key])


def compare(shapes: Shapes, wanted: Object, actual: Object, at: str = "", *, rotate: bool = False) -> Comparison:
    """Compare an object as it is wanted with what the server shows of it.

    Args:
        shapes: what the tables say of the object.
        wanted: the JSON of a create request, or of an object in it.
        actual: the JSON of the answer, or of the object there.
        at: the place of the object in the request, such as `config`.
        rotate: send what cannot be read back, although it need not differ.
    """
    sides = _Sides.of(shapes, wanted, actual)
    send: Object = {}
    differences: list[Difference] = []
    for key in wanted:
        part = _compare_field(sides, key, _below(at, key), rotate=rotate)
        if part.differences:
            send[key] = part.send
            differences += part.differences
    return Comparison(send, tuple(differences))


class _Sides(NamedTuple):
    """An object as it is wanted and as it is, and its fields in the three tables."""

    wanted: Object
    actual: Object
    create: Fields | None
    update: Fields | None
    answer: Fields | None
    is_update_open: bool
    shown: set[str] | None
    """The keys whose text may be shown; None for all."""

    @classmethod
    def of(cls, shapes: Shapes, wanted: Object, actual: Object) -> _Sides:
        is_hidden = shapes.create is None or is_unknown(shapes.create, wanted)
        return cls(
            wanted,
            actual,
            fields_of(shapes.create, wanted),
            fields_of(shapes.update, wanted),
            fields_of(shapes.answer, actual),
            is_open(shapes.update, wanted),
            tags_of(shapes.create) if is_hidden else None,
        )

    def field(self, key: str) -> contract.Field:
        """What the tables say of a field: how it is created, else how it is changed, else nothing."""
        for fields in (self.create, self.update):
            if fields and key in fields:
                return fields[key]
        return contract.Field(key, key, contract.Plain(""), required=False)

    def shapes(self, key: str) -> Shapes:
        tables = (self.create, self.update, self.answer)
        return Shapes(*(fields[key].shape if fields and key in fields else None for fields in tables))

    def is_readable(self, key: str) -> bool:
        return not self.field(key).secret and (key in self.actual or key in (self.answer or ()))

    def is_hidden(self, key: str) -> bool:
        return self.shown is not None and key not in self.shown

    def is_fixed(self, key: str) -> bool:
        """Whether no update can change it: because it is marked so, or because only a create request knows it."""
        is_left_out = key in (self.create or ()) and self.update is not None and key not in self.update
        return self.field(key).immutable or (is_left_out and not self.is_update_open)


def _compare_field(sides: _Sides, key: str, at: str, *, rotate: bool) -> Comparison:
    wanted, actual = sides.wanted[key], sides.actual.get(key)
    if wanted == actual and isinstance(wanted, str) and not rotate:
        return Comparison(wanted)  # as most fields are, most of the time
    field = sides.field(key)
    is_hidden = sides.is_hidden(key)
    if not sides.is_readable(key):
        if not _is_to_be_sent(field, wanted, sides.actual, rotate=rotate):
            return Comparison(wanted)
        before, after = stored_secret(field, sides.actual), masked(field.shape, wanted, secret=True)
    else:
        inner = sides.shapes(key)
        is_in_parts = has_fields(field.shape) and not (field.compare or sides.is_fixed(key) or is_hidden)
        if is_in_parts and is_object(wanted) and is_object(actual):
            return compare(inner, wanted, actual, at, rotate=rotate)
        if not _differs(inner, field.compare, wanted, actual, rotate=rotate):
            return Comparison(wanted)
        before = masked(None, actual, secret=True) if is_hidden else projected(field.shape, actual)
        after = masked(field.shape, wanted, secret=is_hidden)
    return Comparison(wanted, (Difference(at, before, after, _note(sides, key, before == after)),))


def _note(sides: _Sides, key: str, looks_same: bool) -> str:
    if sides.is_fixed(key):
        return FIXED
    if isinstance(sides.wanted[key], (dict, list)):
        return WHOLE
    return AGAIN if looks_same and not sides.is_readable(key) else ""


def _is_to_be_sent(field: contract.Field, wanted: Json, actual: Object, *, rotate: bool) -> bool:
    """Whether to send what cannot be read back: if the server says that it has none, or other names, or on request."""
    told = told_of(field, actual)
    if told is not None and is_empty(wanted) != (not told):
        return True
    if is_list(told) and is_object(wanted) and _folded(told) != _folded(wanted):
        return True
    return rotate and not is_empty(wanted)


def _folded(names: Collection[Json]) -> set[str]:
    """Names of HTTP headers, in which upper and lower case are the same (RFC 9110, section 5.1)."""
    return {str(name).casefold() for name in names}


def _differs(shapes: Shapes, rule: str, wanted: Json, actual: Json, *, rotate: bool) -> bool:
    """Whether a value that can be read differs from what the server shows of it."""
    if rule == "set":
        keys = _keys_of(item_of(shapes.create), wanted)
        return as_set(wanted, keys) != as_set(actual, keys)
    if is_empty(wanted) and is_empty(actual):
        return False
    if is_list(wanted) and is_list(actual):
        pairs = pairs_by(rule.removeprefix("by:"), wanted, actual)
        return pairs is None or any(_differs(shapes.items(), "", *pair, rotate=rotate) for pair in pairs)
    if is_object(wanted) and is_object(actual) and (has_fields(shapes.create) or not any(shapes)):
        return bool(compare(shapes, wanted, actual, rotate=rotate).differences)
    return not is_same(shapes.create or shapes.update, wanted, actual)


def _keys_of(shape: contract.Shape | None, wanted: Json) -> set[str] | None:
    """The keys by which objects in a list are compared: what else an answer shows was not asked for. None for all."""
    declared = fields_of(shape, {})
    if declared is None:
        return None
    return declared.keys() | {key for element in wanted or () if is_object(element) for key in element}


def _below(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key
