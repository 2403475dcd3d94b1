"""The operations of the client by the names that the generated tables give them, and the document's examples of them.

Tests take names and examples from here, so that they hold for any document; one without an operation skips its tests.
"""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import Any

import pytest

import arize_integrations
from arize_integrations._wire.operations import CREATE, DELETE, GET, LIST, UPDATE
from arize_integrations_api.contract import OPERATIONS
from arize_integrations_api.examples import EXAMPLES

__all__ = [
    "ALL",
    "CREATE",
    "DELETE",
    "GET",
    "LIST",
    "UPDATE",
    "example_answer",
    "example_request",
    "example_requests",
    "skip_if_written_for_another",
    "skip_without",
]


def skip_without(*operations: str | None) -> None:
    """Skip a test of an operation that the vendored document lacks."""
    for operation in operations:
        if operation is not None and operation not in OPERATIONS:
            pytest.skip(f"the vendored document has no operation {operation}")


ALL = (LIST, GET, CREATE, UPDATE, DELETE)
_METHODS: dict[str, tuple[str, ...]] = {
    "list": (LIST,),
    "find": (LIST,),
    "request": (LIST,),
    "create": (CREATE,),
    "update": (UPDATE,),
    "delete": (DELETE,),
    "plan": ALL,
}


def skip_if_written_for_another(program: str) -> None:
    """Skip a program of a page that names what the vendored document lacks: pages are written for one document."""
    nodes = list(ast.walk(ast.parse(program)))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "arize_integrations"]
    unknown = {alias.name for node in imports for alias in node.names} - set(dir(arize_integrations))
    if unknown:
        pytest.skip(f"the vendored document has no {', '.join(sorted(unknown))}")
    called = [node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    skip_without(*(operation for name in called for operation in _METHODS.get(name, ())))


def example_answer(operation: str, status: int | None = None) -> Any:
    """The document's first example of an answer; without a status, of the first 2xx."""
    answers = EXAMPLES[operation].answers
    found = status or min(known for known in answers if 200 <= known <= 299)
    return deepcopy(answers[found].bodies[0])


def example_requests(operation: str) -> list[Any]:
    """The document's examples of a request's body."""
    return list(deepcopy(EXAMPLES[operation].requests)) if operation in EXAMPLES else []


def example_request(operation: str) -> Any:
    """The document's first example of a request's body."""
    return example_requests(operation)[0]
