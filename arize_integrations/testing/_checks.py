"""Requests checked against the document: what does not fit its schemas is a 400."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import arize_integrations_api.models as models
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._tables import selected
from arize_integrations.testing._values import is_list, is_object, is_same
from arize_integrations_api.contract import (
    MODELS,
    UNIONS,
    AnyOf,
    Array,
    Choice,
    Constant,
    Map,
    Plain,
    Shape,
    Tagged,
    Text,
)

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "None": (type(None),),
    "list": (list,),
    "dict": (dict,),
}
_WORDS = {"str": "a string", "bool": "true or false", "int": "a whole number", "float": "a number", "None": "null"}


def check(shape: Shape, value: Any, at: str = "") -> None:
    """Compare a request with its schema.

    Raises:
        RefusedError: 400, naming the first field that does not fit.
    """
    match shape:
        case Plain(type=""):
            pass
        case Plain(type=kind):
            _demand(kind not in _TYPES or type(value) in _TYPES[kind], at, _WORDS.get(kind, kind))
        case Text():
            _demand(isinstance(value, str), at, "a string")
        case Constant(value=only):
            _demand(is_same(value, only), at, repr(only))
        case Choice(name=name):
            known = choices(name)
            _demand(any(is_same(value, one) for one in known), at, f"one of {listed(known)}")
        case AnyOf(options=options):
            _check_any(options, value, at)
        case Array(item=item):
            _demand(is_list(value), at, "a list")
            for number, each in enumerate(value):
                check(item, each, f"{at}[{number}]")
        case Map(item=item):
            _demand(is_object(value), at, "an object")
            for key, each in value.items():
                check(item, each, inside(at, key))
        case Tagged(name=name):
            _check_tagged(name, value, at)
        case model:
            _check_model(model.name, value, at)


def inside(at: str, key: str) -> str:
    """The name of a field within the object of that name."""
    return f"{at}.{key}" if at else key


def choices(name: str) -> list[Any]:
    """The values of an enum class."""
    return [member.value for member in getattr(models, name)]


def listed(values: list[Any]) -> str:
    """Values for a sentence."""
    return ", ".join(map(str, values))


def _demand(holds: bool, at: str, wanted: str) -> None:
    if not holds:
        subject = f"'{at}'" if at else "The body"
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{subject} must be {wanted}.")


def _check_any(options: tuple[Shape, ...], value: Any, at: str) -> None:
    """The first option that fits will do; else the one that got furthest says why not."""
    refusals: list[RefusedError] = []
    for option in options:
        try:
            return check(option, value, at)
        except RefusedError as refusal:
            refusals.append(refusal)
    raise max(refusals, key=lambda refusal: f"'{at}' must" not in refusal.detail)


def _check_tagged(name: str, value: Any, at: str) -> None:
    _demand(is_object(value), at, "an object")
    prop = UNIONS[name].property
    _demand(prop in value, inside(at, prop), "there")
    shape = selected(name, value[prop])
    if shape is None:
        _demand(False, inside(at, prop), f"one of {listed(list(UNIONS[name].members))}")
    else:
        check(shape, value, at)


def _check_model(name: str, value: Any, at: str) -> None:
    _demand(is_object(value), at, "an object")
    fields = {field.key: field for field in MODELS[name].fields}
    sent = {key: field.shape for key, field in fields.items() if not field.read_only}
    other = MODELS[name].additional
    for key, each in value.items():
        shape = sent.get(key, None if key in fields else other)
        if shape is None:
            raise RefusedError(HTTPStatus.BAD_REQUEST, f"The field '{inside(at, key)}' is not known here.")
        check(shape, each, inside(at, key))
    for key, field in fields.items():
        _demand(key in value or not field.required or field.read_only, inside(at, key), "there")
