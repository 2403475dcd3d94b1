"""The only way in which a document's text enters source: as a literal, or as the docstring of what it describes."""

from __future__ import annotations

import ast
import math
import textwrap
from typing import Any

from scripts.generator.errors import GenerationError

_WIDTH = 112


def literal(value: Any) -> str:
    """The Python literal of a JSON value. `repr` escapes quotes, backslashes and all that does not print.

    Raises:
        GenerationError: a number is infinite, so no literal means it.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        raise GenerationError("a number in the document is greater than JSON's readers can hold, such as 1e999")
    if isinstance(value, (str, int, float, bool, type(None))):
        return repr(value)
    raise GenerationError(f"a {type(value).__name__} stands in the document, which is no JSON")


def docstring(*paragraphs: str | None, indent: int = 4) -> str:
    """The docstring that says these paragraphs, as source; the first line is not indented."""
    lines = [line for text in paragraphs if text and text.strip() for line in [*_wrapped(text.strip()), ""]][:-1]
    margin = " " * indent
    body = ("\n" + margin).join(map(_escaped, lines))
    source = f'"""{body}"""' if len(lines) == 1 else f'"""{body}\n{margin}"""'
    if not isinstance(ast.literal_eval(source), str):  # one literal, whatever the text
        raise GenerationError("a description cannot be written as a docstring")
    return source.replace(f"\n{margin}\n", "\n\n")


def _wrapped(text: str) -> list[str]:
    return [
        part
        for line in text.split("\n")
        for part in textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    ]


def _escaped(line: str) -> str:
    """The line as it may stand between three quotes: printable, and nothing in it ends the literal or starts an escape."""
    return "".join(_character(character) for character in line)


def _character(character: str) -> str:
    if character in '\\"':
        return "\\" + character
    return character if character.isprintable() else repr(character)[1:-1]
