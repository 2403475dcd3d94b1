"""How an integration should be, compared with how it is: what an update has to send, and what people are shown of it.

Only what is given is compared. The tables say how: what cannot be read back, what cannot be changed, what the
server replaces as a whole. Values in, values out; no type, provider or field of the API is named here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from arize_integrations.declarative.rules import Rule, Shapes, rules_of
from arize_integrations.declarative.sameness import as_set, is_empty, is_same, pairs_by
from arize_integrations.declarative.tables import (
    Json,
    Object,
    fields_of,
    has_fields,
    is_list,
    is_object,
    is_unknown,
    item_of,
    masked,
    projected,
    shown_of,
    stored_secret,
)
from arize_integrations.declarative.values import AGAIN, FIXED, WHOLE, Difference
from arize_integrations_api import contract


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
    rules = rules_of(shapes, wanted, actual)
    send: Object = {}
    differences: list[Difference] = []
    for key, value in wanted.items():
        is_same_text = value == actual.get(key) and type(value) is type(actual.get(key)) is str
        if is_same_text and not rotate:
            continue  # as most fields are, most of the time
        part = _compare_field(rules[key], value, actual, _below(at, key), rotate=rotate)
        if part.differences:
            send[key] = part.send
            differences += part.differences
    return Comparison(send, tuple(differences))


def _compare_field(rule: Rule, wanted: Json, answer: Object, at: str, *, rotate: bool) -> Comparison:
    field, actual = rule.field, answer.get(rule.field.key)
    if not rule.is_readable(answer):
        if not _is_to_be_sent(field, wanted, answer, rotate=rotate):
            return Comparison(wanted)
        before, after = stored_secret(field, answer), masked(field.shape, wanted, secret=True)
    else:
        if rule.is_in_parts and is_object(wanted) and is_object(actual):
            return compare(rule.shapes, wanted, actual, at, rotate=rotate)
        if not _differs(rule.shapes, field.compare, wanted, actual, rotate=rotate):
            return Comparison(wanted)
        before = masked(None, actual, secret=True) if rule.is_hidden else projected(field.shape, actual)
        after = masked(field.shape, wanted, secret=rule.is_hidden)
    is_again = before == after and not rule.is_readable(answer)
    note = FIXED if rule.is_fixed else WHOLE if isinstance(wanted, (dict, list)) else AGAIN if is_again else ""
    return Comparison(wanted, (Difference(at, before, after, note),))


def _is_to_be_sent(field: contract.Field, wanted: Json, actual: Object, *, rotate: bool) -> bool:
    """Whether to send what cannot be read back: if the server says that it has none, or other names, or on request."""
    shown = shown_of(field, actual)
    if shown is not None and is_empty(wanted) != (not shown):
        return True
    if is_list(shown) and is_object(wanted) and _folded(shown) != _folded(wanted):
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
