"""Integrations as the file that would create them, with variables where secrets go."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from arize_integrations.declarative.document import CREATE, request_shape
from arize_integrations.declarative.tables import fields_of, is_list, is_object, is_unknown, item_of, shown_of, tags_of
from arize_integrations.declarative.variables import escape
from arize_integrations.declarative.yaml_text import dump
from arize_integrations.errors import printable
from arize_integrations_api import contract


class Exported(NamedTuple):
    """One integration: the request that would create it, if there is one, and what it cannot bring back."""

    request: dict[str, Any] | None
    notes: tuple[str, ...]


class Exporter:
    """Makes requests of answers. The names of variables are those of the integrations, and each is used once."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._shape = request_shape(CREATE)

    def export(self, answer: Mapping[str, Any]) -> Exported:
        """The request that would create an integration.

        Args:
            answer: the integration as the server shows it.
        """
        walk = _Walk(self._variable_for(answer))
        request = walk.value(self._shape, dict(answer), "")
        if walk.unknown:
            title = f"{answer.get('type')!s} {answer.get('name')!s}"
            return Exported(None, (f"Left out: {title}. This version does not know {walk.unknown}.",))
        return Exported(request, tuple(walk.notes))

    def _variable_for(self, answer: Mapping[str, Any]) -> Any:
        prefix = _identifier(str(answer.get("name", ""))) or f"{_identifier(str(answer.get('type', '')))}_INTEGRATION"
        # What begins so is ours: `ARIZE_API_KEY` as the key of a provider would give our key away.
        prefix = f"INTEGRATION_{prefix}" if prefix.startswith("ARIZE") or prefix[0].isdigit() else prefix

        def variable(*suffix: str) -> str:
            name = candidate = "_".join([prefix, *map(_identifier, suffix)])
            number = 1
            while candidate in self._used:
                number += 1
                candidate = f"{name}_{number}"
            self._used.add(candidate)
            return f"${{{candidate}}}"

        return variable


class _Walk:
    """Walks an answer together with the shape of the request."""

    def __init__(self, variable: Any) -> None:
        self._variable = variable
        self.notes: list[str] = []
        self.unknown = ""

    def value(self, shape: contract.Shape | None, value: Any, at: str) -> Any:
        if is_list(value):
            items = [self.value(item_of(shape), item, f"{at}[{index}]") for index, item in enumerate(value)]
            # A rule of nulls says nothing, and nulls are left out.
            return [kept for kept, item in zip(items, value, strict=True) if kept or not item or not is_object(item)]
        if isinstance(value, str):
            return escape(value)
        if not is_object(value):
            return value
        fields = fields_of(shape, value)
        if fields is None:
            if is_unknown(shape, value):
                self.unknown = self.unknown or " or ".join(f"{tag} {value.get(tag)!r}" for tag in tags_of(shape))
            return {key: self.value(None, item, f"{at}.{key}") for key, item in value.items()}
        held: dict[str, Any] = {}
        for key, field in sorted(fields.items(), key=lambda item: item[1].secret):  # what may repeat another comes last
            if not _is_repeated(field, held):
                held[key] = self._member(field, value, f"{at}.{key}".lstrip("."))
        return {key: held[key] for key in fields if held.get(key) is not None}

    def _member(self, field: contract.Field, answer: dict[str, Any], at: str) -> Any:
        """A field of the request; None if it is left out."""
        if isinstance(field.shape, contract.Constant):
            return field.shape.value
        if not field.secret:
            return self.value(field.shape, answer.get(field.key), at)
        shown = shown_of(field, answer)
        if is_list(shown):
            return {str(name): self._variable(field.key, str(name)) for name in shown} or None
        if not _is_text(field.shape):
            if shown:
                self.notes.append(f"{at} is not exported: the server shows neither names nor values.")
            return None
        return self._variable(field.key) if shown or field.required else None


def _is_repeated(field: contract.Field, members: dict[str, Any]) -> bool:
    """Whether an optional secret is only the short form of a block next to it."""
    if not field.secret or field.required:
        return False
    return any(isinstance(member, dict) and field.key in member for key, member in members.items() if key != field.key)


def _is_text(shape: contract.Shape) -> bool:
    options = shape.options if isinstance(shape, contract.AnyOf) else (shape,)
    return any(option in (contract.Plain("str"), contract.Plain("")) for option in options)


def _identifier(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "_", plain.upper()).strip("_")


def to_yaml(exported: Sequence[Exported], origin: str) -> str:
    """The file.

    Args:
        exported: the integrations, in the file's order.
        origin: where they come from, for the comment at the top.

    Raises:
        ConfigurationError: PyYAML is not installed.
    """
    parts = [
        f"# The integrations of {printable(origin)}. What cannot be read back is a ${{VARIABLE}} to be set.\n",
        "integrations:\n",
    ]
    for request, notes in exported:
        parts += [f"  # {printable(note)}\n" for note in notes]
        if request is not None:
            parts += [f"  {line}\n" for line in dump([request]).splitlines()]
    if not any(each.request for each in exported):
        parts[1] = "integrations: []\n"
    return "".join(parts)
