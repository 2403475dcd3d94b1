"""The text of `contract.py` and `fields.py`: the tables of a document, which the facade follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.document.slicing import operations_of
from scripts.document.usable import operation_name
from scripts.generator.package import tables
from scripts.generator.package.tables import Operation, Server
from scripts.generator.rendering import Rendering

_LATER = '''if TYPE_CHECKING:
    from .fields import MODELS as MODELS

    # Loaded by name, and here for tools that follow imports, such as those that freeze a program into one file.
    {modules}
else:

    def __getattr__(name: str) -> Any:
        """`MODELS` is by far the largest table, and most programs never need it."""
        if name != "MODELS":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .fields import MODELS

        globals()[name] = MODELS
        return MODELS
'''

_FIELDS_HEAD = '''"""The fields of each model; `contract.MODELS` is this table, loaded when it is first asked for."""

from __future__ import annotations

from .contract import AnyOf, Array, Choice, Constant, Field, Fields, Map, Model, Plain, Tagged, Text

'''


def contract_source(document: Mapping[str, Any], rendering: Rendering) -> str:
    """The text of `contract.py`, not yet formatted: the classes of the tables, and the tables as literals of them."""
    unions = {
        name: tables.Union(union.property, {tag: rendering.member(target) for tag, target in union.mapping.items()})
        for name, union in rendering.unions.items()
    }
    return "\n\n".join(
        [
            Path(tables.__file__)
            .read_text("utf-8")
            .replace("import NamedTuple", "import TYPE_CHECKING, Any, NamedTuple"),
            f"SERVERS: tuple[Server, ...] = ({_lines(map(_written, _servers(document)))})",
            f"OPERATIONS: dict[str, Operation] = {{{_rows(_operations(document, rendering))}}}",
            f"UNIONS: dict[str, Union] = {{{_rows(unions)}}}",
            _LATER.replace("{modules}", "\n    ".join(map(_import, _operations(document, rendering).values()))),
        ]
    )


def _import(operation: Operation) -> str:
    tag, _, module = operation.module.rpartition(".")
    return f"from .api.{tag} import {module} as {module}"


def fields_source(rendering: Rendering) -> str:
    """The text of `fields.py`, not yet formatted."""
    models = {
        name: tables.Fields(tuple(item for item, _ in model.fields), model.additional)
        for name, model in rendering.models.items()
    }
    return _FIELDS_HEAD + f"MODELS: dict[str, Fields] = {{{_rows(models)}}}\n"


def _rows(items: Mapping[str, Any]) -> str:
    return _lines(f"{name!r}: {_written(item)}" for name, item in items.items())


def _written(value: Any) -> str:
    """The literal of a table; what a field has by default is left out, so that only its marks show."""
    if isinstance(value, tables.Field):
        named = zip(value._fields[4:], value[4:], strict=True)
        marks = [f"{name}={mark!r}" for name, mark in named if mark != value._field_defaults[name]]
        return f"Field({', '.join([*map(_written, value[:4]), *marks])})"
    if isinstance(value, tables.Fields):
        return f"Fields(({_lines(map(_written, value.fields))}), {_written(value.additional)})"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        name = "Choice" if isinstance(value, tables.Choice) else type(value).__name__
        return f"{name}({', '.join(map(_written, value))})"
    if isinstance(value, tuple):
        return f"({''.join(f'{_written(item)}, ' for item in value)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_written(item)}' for key, item in value.items())}}}"
    return repr(value)


def _lines(items: Iterable[str]) -> str:
    return "\n" + "".join(f"{item},\n" for item in items)


def _servers(document: Mapping[str, Any]) -> list[Server]:
    return [
        Server(server.get("description", ""), server["url"], _variables(server))
        for server in document.get("servers", [])
    ]


def _variables(server: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    variables = server.get("variables", {})
    return {name: (str(data["default"]), tuple(map(str, data.get("enum", ())))) for name, data in variables.items()}


def _operations(document: Mapping[str, Any], rendering: Rendering) -> dict[str, Operation]:
    rows = {}
    for path, method, _ in operations_of(document):
        name = operation_name(method, path)
        endpoint = rendering.endpoint(method, path)
        rows[name] = Operation(
            method.upper(),
            re.sub(r"\{[^{}]*\}", "{}", path),
            rendering.parameters(endpoint),
            rendering.body(endpoint),
            rendering.result(endpoint),
            rendering.module(endpoint),
        )
    return dict(sorted(rows.items()))
