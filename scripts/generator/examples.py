"""The text of `examples.py`: requests and answers by operation, the document's own or made from its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.document.slicing import operations_of, resolve
from scripts.document.usable import operation_name
from scripts.generator.samples import samples
from scripts.generator.text import literal

JsonObject = Mapping[str, Any]

_HEAD = '''"""Example requests and answers of each operation: the document's own, or made from its schemas if it has none."""

from __future__ import annotations

from typing import Any, NamedTuple


class ExampleAnswer(NamedTuple):
    """The answers of one status: their content type and headers, and each body."""

    content_type: str
    headers: dict[str, str]
    bodies: tuple[Any, ...]


class Examples(NamedTuple):
    """The bodies to send to an operation, and its answers by status."""

    requests: tuple[Any, ...]
    answers: dict[int, ExampleAnswer]


'''


def examples_source(document: JsonObject) -> str:
    """The text of `examples.py`, not yet formatted."""
    rows = {
        operation_name(method, path): _operation(operation, document)
        for path, method, operation in operations_of(document)
    }
    body = "".join(f"{name!r}: {row},\n" for name, row in sorted(rows.items()))
    return f"{_HEAD}EXAMPLES: dict[str, Examples] = {{\n{body}}}\n"


def _operation(operation: JsonObject, document: JsonObject) -> str:
    body = resolve(document, operation.get("requestBody", {}))
    requests = [example for _, media in _json(body) for example in _examples(media, document, asked="request")]
    answers = {
        int(status): _answer(resolve(document, answer), document)
        for status, answer in sorted(operation.get("responses", {}).items(), key=lambda item: str(item[0]))
        if str(status).isdigit()
    }
    return f"Examples({_tuple(requests)}, {{{', '.join(f'{status}: {text}' for status, text in answers.items() if text)}}})"


def _answer(answer: JsonObject, document: JsonObject) -> str:
    headers = {name: resolve(document, header) for name, header in answer.get("headers", {}).items()}
    shown = {name: str(header["example"]) for name, header in headers.items() if "example" in header}
    for content_type, media in _json(answer):
        bodies = _examples(media, document, asked="answer")
        return f"ExampleAnswer({literal(content_type)}, {literal(shown)}, {_tuple(bodies)})"
    return "" if answer.get("content") else f'ExampleAnswer("", {literal(shown)}, ())'


def _json(holder: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    content = holder.get("content", {})
    return ((kind, media) for kind, media in content.items() if "json" in kind)


def _tuple(items: list[Any]) -> str:
    return f"({''.join(literal(item) + ', ' for item in items)})"


def _examples(media: JsonObject, document: JsonObject, asked: str) -> list[Any]:
    """All that the document shows for a body; else one of each kind that its schema describes."""
    if "example" in media:
        return [media["example"]]
    found = [resolve(document, example) for example in media.get("examples", {}).values()]
    shown = [example["value"] for example in found if "value" in example]
    return shown or samples(media.get("schema", {}), document, asked=asked)
