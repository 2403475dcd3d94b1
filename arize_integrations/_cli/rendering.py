"""Integrations as text: a table, JSON, YAML, or one line each.

Names and values are written by other people, so no character leaves here that steers a terminal: it leaves as an escape.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

import arize_integrations as arize
from arize_integrations._cli.shell import escaped
from arize_integrations._cli.table import columns, pairs
from arize_integrations.declarative.tables import is_object
from arize_integrations.declarative.yaml_text import dump, yaml_package

Payload: TypeAlias = Mapping[str, Any]

SHOWN = {"name": "NAME", "type": "TYPE", "config.provider": "PROVIDER", "updated_at": "UPDATED (UTC)", "id": "ID"}
"""The columns of a table with one line each; one that is empty throughout is left out."""

_UTC = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?(?:Z|\+00:00)$")


def render_one(payload: Payload, output: str, *, colour: bool = False) -> str:
    """One integration, or any other object, as `table`, `json` or `yaml`.

    Raises:
        ArizeError: it cannot be shown so.
    """
    renderers: dict[str, Callable[[Payload], str]] = {
        "table": partial(_as_pairs, colour=colour),
        "json": as_json,
        "yaml": dump,
    }
    return _guarded(renderers[output], payload)


def render_all(payloads: Sequence[Payload], output: str, *, colour: bool = False, width: int | None = None) -> str:
    """Several integrations as `table`, `json`, `yaml`, `jsonl` or `csv`.

    Args:
        payloads: the integrations.
        output: the format.
        colour: whether a table may have colours.
        width: cells in a line of the terminal, to which a table is fitted.

    Raises:
        ArizeError: they cannot be shown so.
    """
    renderers: dict[str, Callable[[Sequence[Payload]], str]] = {
        "table": partial(_as_columns, colour=colour, width=width),
        "json": as_json,
        "yaml": dump,
        "jsonl": lambda payloads: "".join(map(as_json_line, payloads)),
        "csv": as_csv,
    }
    return _guarded(renderers[output], payloads)


def check_output(output: str) -> None:
    """Complain about a missing package before anything is sent, rather than after.

    Raises:
        ConfigurationError: the format needs it.
    """
    if output == "yaml":
        yaml_package()


def _guarded(render: Callable[[Any], str], value: object) -> str:
    try:
        return render(value)
    except ValueError:
        raise arize.ArizeError(
            "The answer holds a number that JSON cannot write, such as Infinity: use --output table or yaml."
        ) from None


def as_json(value: object) -> str:
    """JSON over several lines."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    # Characters that do not print stand in strings only, so this is the same JSON.
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text) + "\n"


def as_json_line(value: object) -> str:
    """JSON in one line."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text) + "\n"


def as_csv(payloads: Sequence[Payload]) -> str:
    """A column for each field at any depth, in the order in which they occur; lists as JSON.

    Data as it is: a value that begins with `=` is written as it is, so a spreadsheet has to import it as text.
    """
    rows = [dict(_flat(payload)) for payload in payloads]
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _as_pairs(payload: Payload, *, colour: bool) -> str:
    return pairs(list(_rows(payload)), colour=colour)


def _as_columns(payloads: Sequence[Payload], *, colour: bool, width: int | None) -> str:
    rows = [[_short(_cell(_value(payload, path))) for path in SHOWN] for payload in payloads]
    filled = [index for index in range(len(SHOWN)) if any(row[index] for row in rows)]
    headers = [*SHOWN.values()]
    if not rows:
        return ""
    shown = [[row[i] for i in filled] for row in rows]
    return columns([headers[i] for i in filled], shown, colour=colour, width=width)


def _value(payload: Payload, path: str) -> object:
    value: Any = payload
    for key in path.split("."):
        value = value.get(key) if is_object(value) else None
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    return escaped(value if isinstance(value, str) else json.dumps(value))


def _short(cell: str) -> str:
    """A time in UTC to the minute; anything else as it is."""
    return _UTC.sub(r"\1 \2", cell)


def _rows(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Flatten a payload to lines of `path.to[0].field` and value."""
    if isinstance(value, Mapping) and value:
        for key, member in cast("Mapping[str, object]", value).items():
            yield from _rows(member, f"{name}.{escaped(key)}" if name else escaped(key))
    elif isinstance(value, list) and value:
        for index, member in enumerate(cast("list[object]", value)):
            yield from _rows(member, f"{name}[{index}]")
    else:
        yield name, escaped(value) if isinstance(value, str) and value.strip() else json.dumps(value)


def _flat(value: Payload, name: str = "") -> Iterator[tuple[str, str]]:
    """Flatten a payload to columns: lists stay whole, so that their number does not depend on the data."""
    for key, member in value.items():
        path = f"{name}.{escaped(key)}" if name else escaped(key)
        if isinstance(member, Mapping):
            yield from _flat(cast("Payload", member), path)
        else:
            yield path, _cell(member)
