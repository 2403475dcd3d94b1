"""The sentences that stand in the package's source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "arize_integrations"
SHORTEST = 3  # words


def sentences() -> Iterator[tuple[str, str]]:
    """Where it stands, and the text, of each string of several words that is no docstring; `{}` where a value goes in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        skipped = {id(part) for node in ast.walk(tree) for part in _no_message(node)}
        for node in ast.walk(tree):
            text = _template(node) if id(node) not in skipped else ""
            if len(re.findall(r"[a-z]{2,}", text)) >= SHORTEST and " " in text:
                yield f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}", text


def as_pattern(sentence: str) -> str:
    """A regular expression for what a sentence becomes."""
    return ".*".join(map(re.escape, sentence.split("{}")))


def _no_message(node: ast.AST) -> Iterator[ast.AST]:
    """The strings in a node that nobody is told: docstrings, types, parts of a longer string, help texts."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for value in node.values for part in ast.walk(value))
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"cast", "TypeVar"}:
        yield from node.args[:1]
    if isinstance(node, ast.keyword) and node.arg in {"help", "description", "epilog"}:
        yield from ast.walk(node.value)


def _template(node: ast.AST) -> str:
    """A string of the source with `{}` for its placeholders; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"%[.\d]*[a-z]", "{}", node.value)
    return ""
