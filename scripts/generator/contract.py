"""Writes the two data modules that the generator itself has no use for: `contract.py` and `examples.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.document.slicing import operations_of, resolve
from scripts.document.usable import operation_name
from scripts.generator.rendering import Rendering
from scripts.generator.shapes import Shape

_CONTRACT_HEAD = '''"""What the document says and the generated classes do not: servers, operations, unions, and the shape of each model.

Data only. The facade dispatches on `UNIONS` and follows `MODELS` where an answer is not as the document says.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias


class Plain(NamedTuple):
    """A JSON scalar kept as it is; `type` is the Python type the document declares ("" for anything)."""

    type: str


class Text(NamedTuple):
    """A string that is parsed by the function of this name in `types`."""

    parser: str


class Choice(NamedTuple):
    """A member of the enum class of this name in `models`."""

    name: str


class Model(NamedTuple):
    """An object of the class of this name in `models`; its fields are in `MODELS`."""

    name: str


class Tagged(NamedTuple):
    """An object of the union of this name in `UNIONS`."""

    name: str


class Array(NamedTuple):
    """A list of one shape."""

    item: Shape


class AnyOf(NamedTuple):
    """One of several shapes that no discriminator tells apart."""

    options: tuple[Shape, ...]


Shape: TypeAlias = Plain | Text | Choice | Model | Tagged | Array | AnyOf


class Field(NamedTuple):
    """A declared field: its JSON key, its attribute, what it holds, and whether the document requires it."""

    key: str
    attribute: str
    shape: Shape
    required: bool


class Fields(NamedTuple):
    """The declared fields of a model, and the shape of what it may hold beyond them (None: the document names nothing)."""

    fields: tuple[Field, ...]
    additional: Shape | None = None


class Union(NamedTuple):
    """A discriminated union: the property that decides, and what each of its values selects."""

    property: str
    members: dict[str, Model | Tagged]


class Operation(NamedTuple):
    """An operation: `path` has `{}` for each path parameter; `result` is the shape of its JSON answer (2xx)."""

    method: str
    path: str
    result: Shape | None


class Server(NamedTuple):
    """A server of the document: its URL template, and the default and listed values of each variable in it."""

    description: str
    url: str
    variables: dict[str, tuple[str, tuple[str, ...]]]


'''


def contract_source(document: Mapping[str, Any], rendering: Rendering) -> str:
    """The text of `contract.py`, not yet formatted."""
    return _CONTRACT_HEAD + "\n\n".join(
        [
            f"SERVERS: tuple[Server, ...] = ({_lines(_servers(document))})",
            f"OPERATIONS: dict[str, Operation] = {{{_lines(_operations(document, rendering))}}}",
            f"UNIONS: dict[str, Union] = {{{_lines(_unions(rendering))}}}",
            f"MODELS: dict[str, Fields] = {{{_lines(_models(rendering))}}}",
        ]
    )


def examples_source(document: Mapping[str, Any]) -> str:
    """The text of `examples.py`: the document's own example answers, by operation and status."""
    examples = {
        operation_name(method, path): _examples(operation, document)
        for path, method, operation in operations_of(document)
    }
    return (
        '"""The document\'s own example answers, by operation and status: content type, headers and body of each."""\n\n'
        "from __future__ import annotations\n\nfrom typing import Any\n\n"
        f"EXAMPLES: dict[str, dict[int, dict[str, Any]]] = {dict(sorted(examples.items()))!r}\n"
    )


def _lines(items: list[str]) -> str:
    return "\n" + "".join(f"{item},\n" for item in items)


def _servers(document: Mapping[str, Any]) -> list[str]:
    return [
        f"Server({server.get('description', '')!r}, {server['url']!r}, {_variables(server)!r})"
        for server in document.get("servers", [])
    ]


def _variables(server: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    variables = server.get("variables", {})
    return {name: (str(data["default"]), tuple(map(str, data.get("enum", ())))) for name, data in variables.items()}


def _operations(document: Mapping[str, Any], rendering: Rendering) -> list[str]:
    rows = []
    for path, method, operation in operations_of(document):
        template = "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
        result = _result(operation, document, rendering)
        rows.append(f"{operation_name(method, path)!r}: Operation({method.upper()!r}, {template!r}, {result!r})")
    return sorted(rows)


def _result(operation: Mapping[str, Any], document: Mapping[str, Any], rendering: Rendering) -> Shape | None:
    """The shape of the first JSON answer among the 2xx, where it has a name of its own."""
    from openapi_python_client import strings

    for status, answer in sorted(operation.get("responses", {}).items(), key=lambda item: str(item[0])):
        for content_type, media in resolve(document, answer).get("content", {}).items():
            reference = media.get("schema", {}).get("$ref", "")
            name = str(strings.ClassName(reference.rsplit("/", 1)[-1], "")) if reference else ""
            if str(status).startswith("2") and "json" in content_type and name in rendering.models:
                return rendering.member_shape(name)
    return None


def _unions(rendering: Rendering) -> list[str]:
    return [
        f"{name!r}: Union({union.property!r}, "
        f"{ {tag: rendering.member_shape(target) for tag, target in union.mapping.items()}!r})"
        for name, union in rendering.unions.items()
    ]


def _models(rendering: Rendering) -> list[str]:
    rows = []
    for name, model in rendering.models.items():
        if name in rendering.unions:
            continue
        fields = [
            f"Field({prop.name.get_untrusted_value()!r}, {str(prop.python_name)!r}, {rendering.shape(prop)!r}, {prop.required!r})"
            for prop in rendering.properties(model)
        ]
        rows.append(f"{name!r}: Fields(({_lines(fields)}), {rendering.additional_shape(model)!r})")
    return rows


def _examples(operation: Mapping[str, Any], document: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for status, answer in operation.get("responses", {}).items():
        answer = resolve(document, answer)
        headers = {name: resolve(document, header) for name, header in answer.get("headers", {}).items()}
        for content_type, media in answer.get("content", {}).items():
            body = _example(media, document)
            if body is not None and str(status).isdigit():
                shown = {name: str(header["example"]) for name, header in headers.items() if "example" in header}
                found[int(status)] = {"content_type": content_type, "headers": shown, "body": body}
                break
    return dict(sorted(found.items()))


def _example(media: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    if "example" in media:
        return media["example"]
    for example in media.get("examples", {}).values():
        return resolve(document, example).get("value")
    schema = resolve(document, media.get("schema", {}))
    return schema.get("example", next(iter(schema.get("examples", [])), None))
