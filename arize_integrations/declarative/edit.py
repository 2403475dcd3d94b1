"""Setting one field of a request by its path, typed as the document types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from arize_integrations._secrets import MASK
from arize_integrations.declarative.nodes import MAX_DEPTH
from arize_integrations.declarative.tables import is_list, is_object, masked
from arize_integrations.errors import ConfigurationError, printable
from arize_integrations_api import contract

Step: TypeAlias = str | int

_STEP = re.compile(r"\.?([^.\[\]=]+)|\[(\d+)\]")


class Assignment(NamedTuple):
    """A field, and the text that it is set to."""

    path: str
    text: str
    is_secret_allowed: bool
    """Whether the text came from a place that may hold secrets, such as the environment."""

    def __repr__(self) -> str:  # the text may be a secret
        return f"Assignment({self.path})"

    @property
    def steps(self) -> list[Step]:
        """The keys and indexes of the path."""
        found = [*_STEP.finditer(self.path)]
        is_whole = "".join(match[0] for match in found) == self.path
        if not is_whole or not found or found[0][1] is None or len(found) > MAX_DEPTH:
            raise ConfigurationError(
                f"{printable(self.path)!r} is no path such as config.auth.role_arn or scopings[0].space_id."
            )
        return [int(match[2]) if match[1] is None else match[1] for match in found]


def edit(request: dict[str, Any], assignments: list[Assignment], shape: contract.Shape) -> None:
    """Set fields of a request, which is changed in place.

    Args:
        request: the JSON of the request so far.
        assignments: what to set. Tags are set first, as the types of other fields depend on them.
        shape: what the document says of the request.

    Raises:
        ConfigurationError: a path leads nowhere, a text is not of the field's type, or a secret is given where others read it.
    """
    tags = {union.property for union in contract.UNIONS.values()}
    for each in sorted(assignments, key=lambda each: (each.steps[-1] not in tags, len(each.steps))):
        fields = [*_fields(shape, request, each.steps)]
        value = _typed(each, [field.shape for field in fields])
        if _is_deeper_than(MAX_DEPTH, value):
            raise ConfigurationError(f"{each.path} is nested more than {MAX_DEPTH} levels deep.")
        if not each.is_secret_allowed and _holds_secret(each.steps, fields, value):
            raise ConfigurationError(
                f"{each.path} is a secret, and arguments show in process lists and shell histories. "
                f"Put it in an environment variable, and give --set-from-env {each.path}=VARIABLE."
            )
        _assign(request, each, value)


class _Field(NamedTuple):
    shape: contract.Shape
    secret: bool


def _fields(shape: contract.Shape, value: Any, steps: list[Step], *, secret: bool = False) -> Iterator[_Field]:
    """What the document says of a field; for a union whose tag is not known, by each of its members."""
    match shape, steps:
        case _, []:
            yield _Field(shape, secret)
        case contract.AnyOf(options), _:
            for option in options:
                yield from _fields(option, value, steps, secret=secret)
        case contract.Tagged(name), _:
            for member in _members(contract.UNIONS[name], value):
                yield from _fields(member, value, steps, secret=secret)
        case contract.Model(name), [str(key), *rest]:
            for field in contract.MODELS[name].fields:
                if field.key == key:
                    yield from _fields(field.shape, _member(value, key), rest, secret=secret or field.secret)
        case contract.Map(item), [str(key), *rest]:
            yield from _fields(item, _member(value, key), rest, secret=secret)
        case contract.Array(item), [int(index), *rest]:
            yield from _fields(item, _member(value, index), rest, secret=secret)
        case _:
            pass


def _members(union: contract.Union, value: Any) -> Iterable[contract.Shape]:
    """The member that an object's tag selects; all of them, if it has no tag yet."""
    tag = value.get(union.property) if is_object(value) else None
    return (
        union.members.values() if tag is None else [member for known, member in union.members.items() if known == tag]
    )


def _member(value: Any, step: Step) -> Any:
    if is_object(value) and isinstance(step, str):
        return value.get(step)
    return value[step] if is_list(value) and isinstance(step, int) and step < len(value) else None


def _holds_secret(steps: list[Step], fields: list[_Field], value: Any) -> bool:
    """Whether a value holds what is write-only; of a field that the document does not name, by the names of those it does."""
    if value is None:
        return False
    if fields:
        return any(field.secret or _is_masked(masked(field.shape, value)) for field in fields)
    secret = {field.key for model in contract.MODELS.values() for field in model.fields if field.secret}
    return not secret.isdisjoint(steps) or any(key in secret for key in _keys(value))


def _is_masked(value: Any) -> bool:
    if is_object(value):
        return any(map(_is_masked, value.values()))
    return any(map(_is_masked, value)) if is_list(value) else value == MASK


def _keys(value: Any) -> Iterator[str]:
    if is_object(value):
        yield from value
    for item in value.values() if is_object(value) else value if is_list(value) else ():
        yield from _keys(item)


def _typed(assignment: Assignment, shapes: list[contract.Shape]) -> Any:
    """The text as a value of the field's type."""
    kinds = {kind for shape in shapes for kind in _kinds(shape)}
    text = assignment.text
    if text == "null" and (kinds & {"None", ""} or not kinds):
        return None
    if "str" in kinds:
        return text
    for kind in sorted(kinds - {"", "None"}):
        accepts, _ = _READERS[kind]
        value = _parsed(text)
        if accepts(value):
            return value
    if kinds and "" not in kinds:
        wanted = " or ".join(_READERS[kind][1] for kind in sorted(kinds) if kind in _READERS)
        raise ConfigurationError(f"{assignment.path} takes {wanted}.")
    return _parsed(text)


def _parsed(text: str) -> Any:
    """The text as JSON; itself if it is none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _is_deeper_than(levels: int, value: Any) -> bool:
    """Whether lists and objects stand inside one another more often; how deep Python reads differs between its versions."""
    inside = [value]
    for _ in range(levels + 1):
        inside = [item for each in inside if is_list(each) or is_object(each) for item in _items(each)]
    return bool(inside)


def _items(container: Any) -> Iterable[Any]:
    return container.values() if is_object(container) else container


def _refuse(_constant: str) -> Any:
    raise ValueError


_READERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "int": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
    "float": (lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number"),
    "list": (lambda value: is_list(value), 'a list as JSON, such as ["a", "b"]'),
    "dict": (lambda value: is_object(value), 'an object as JSON, such as {"a": "b"}'),
}


def _kinds(shape: contract.Shape) -> Iterator[str]:
    """The JSON types that a shape takes, by their names in Python; "" for any."""
    match shape:
        case contract.AnyOf(options):
            for option in options:
                yield from _kinds(option)
        case contract.Constant(value):
            yield type(value).__name__
        case contract.Text() | contract.Choice():
            yield "str"
        case contract.Array():
            yield "list"
        case contract.Plain(type_):
            yield type_
        case _:
            yield "dict"


def _assign(request: dict[str, Any], assignment: Assignment, value: Any) -> None:
    """Put the value where the path leads; objects and the next element of a list are made on the way."""
    holder: Any = request
    for step, following in pairwise(assignment.steps):
        if _member(holder, step) is None:
            _put(holder, step, [] if isinstance(following, int) else {}, assignment.path)
        holder = _member(holder, step)
    _put(holder, assignment.steps[-1], value, assignment.path)


def _put(holder: Any, step: Step, value: Any, path: str) -> None:
    if is_object(holder) and isinstance(step, str):
        holder[step] = value
    elif is_list(holder) and isinstance(step, int) and step <= len(holder):
        holder[step : step + 1] = [value]
    else:
        raise ConfigurationError(f"{path} leads nowhere: there is nothing that could hold {step!r}.")
