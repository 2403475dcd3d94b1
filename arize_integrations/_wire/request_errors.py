"""What a check of a request says: the place, what is wrong there, and what is possible."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from arize_integrations._wire.unwrap import plain_spelling
from arize_integrations.errors import ConfigurationError, short_repr
from arize_integrations_api import contract

_MOST_NAMED = 12  # possibilities that a message lists
_SIMILARITY = 0.8  # of a misspelt name: `api_kye` is 0.86 like `api_key`, `headers` 0.74 like `header_names`
_KINDS = {
    "": "JSON",
    "None": "null",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "str": "a string",
}


def shown(place: str) -> str:
    """A place as a message names it; the body itself has no path."""
    return place or "The request"


def missing(place: str, why: str) -> ConfigurationError:
    """A required field is not there."""
    return ConfigurationError(f"is missing: {why}.", parameter=place)


def nothing_to_change(given: Iterable[str]) -> ConfigurationError:
    """An update holds nothing, or only what no update can change."""
    fixed = " and ".join(given)
    return ConfigurationError(
        "The update has nothing to change.",
        hint=f"{fixed} cannot be changed: give another field, or delete the integration and create it again."
        if fixed
        else "Give at least one field that is to have another value.",
    )


def wrong_type(wanted: str, value: object, place: str) -> ConfigurationError:
    """A value has another JSON type. Its type is named, never the value, which may be a secret."""
    found = "null" if value is None else type(value).__name__
    return ConfigurationError(f"must be {wanted}, not {found}.", parameter=shown(place))


def refuse_respelling(value: Any, known: Collection[Any], place: str) -> None:
    """Refuse a documented tag or enum value that is spelled otherwise; any other value is left to the server.

    Raises:
        ConfigurationError: it is one that the document spells otherwise.
    """
    if not isinstance(value, str):
        return
    spelled = [text for text in known if isinstance(text, str) and plain_spelling(text) == without_spaces(value)]
    if spelled:
        raise ConfigurationError(f"must be {one_of(spelled)}, not {short_repr(value)}.", parameter=place)


def without_spaces(value: str) -> str:
    """The plain spelling of what a caller wrote; a shell or a file easily adds a space."""
    return plain_spelling("".join(value.split()))


def refuse_misspelling(key: str, known: Iterable[str], place: str) -> None:
    """Refuse a field that is nearly one of the document's; any other is left to the server.

    Raises:
        ConfigurationError: there is a field that was probably meant.
    """
    plain = {plain_spelling(name): name for name in known}
    from difflib import get_close_matches  # here, because most programs never need it

    near = get_close_matches(plain_spelling(key), plain, n=1, cutoff=_SIMILARITY)
    if near:
        raise ConfigurationError(
            "is no field of the document.", parameter=place, hint=f"Did you mean {plain[near[0]]!r}?"
        )


def one_of(values: Iterable[Any]) -> str:
    """The possibilities, as a list in words."""
    texts = [repr(value) for value in values]
    if len(texts) > _MOST_NAMED:
        texts = [*texts[:_MOST_NAMED], f"{len(texts) - _MOST_NAMED} others"]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def kind(shape: contract.Shape) -> str:
    """What JSON a shape is written as, in words."""
    match shape:
        case contract.Plain(declared):
            return _KINDS[declared]
        case contract.Array():
            return "a list"
        case contract.AnyOf(options):
            return " or ".join(map(kind, options))
        case contract.Constant(value):
            return repr(value)
        case contract.Text() | contract.Choice():
            return "a string"
        case contract.Model(name) | contract.Tagged(name):
            return f"an object ({name})"
        case _:
            return "an object"
