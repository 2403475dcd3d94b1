"""What the API reference leaves out of signatures: values that mean something to the code and nothing to its readers.

An extension of griffe, which reads the sources for `make docs`; mkdocs.yml names it.
"""

import ast
import dataclasses
import re
import string
from typing import Any

from griffe import (
    Attribute,
    Class,
    Expr,
    ExprAttribute,
    ExprCall,
    ExprKeyword,
    ExprName,
    Extension,
    Function,
    Module,
    Object,
)

from arize_integrations_api import bodies

_MODULES = {"_models", "models", "bodies"}
_BODIES: dict[str, str] = vars(bodies)["_BODIES"]


class Signatures(Extension):
    """Shows only the part of a value that a caller can use."""

    def on_package(self, *, pkg: Module, **_: Any) -> None:
        """Go through a package once it is read as a whole."""
        _clean(pkg)
        if pkg.name == "arize_integrations_api":
            _show_as_text(pkg)


_MARKDOWN = re.compile(r"(`[\w./ -]+`)|([" + re.escape(string.punctuation) + "])")


def _show_as_text(member: Object) -> None:
    """Let the document's descriptions be text on the site: no HTML, link, heading, or inclusion of a file."""
    if member.docstring is not None:
        member.docstring.value = as_text(member.docstring.value)
    for child in member.members.values():
        if isinstance(child, Object):
            _show_as_text(child)


def as_text(text: str) -> str:
    """Return Markdown that shows `text` as it is, but for plain words in backticks, which stay code."""
    return _MARKDOWN.sub(lambda found: found[1] or f"&#{ord(found[2])};", text)


def _clean(parent: Module | Class) -> None:
    for member in parent.members.values():
        if isinstance(member, (Module, Class)):
            _clean(member)
        elif isinstance(member, Function):
            member.returns = _plain(member.returns)
            for parameter in member.parameters:
                parameter.annotation = _plain(parameter.annotation)
                if str(parameter.default).startswith("_"):
                    parameter.default = "..."
        elif isinstance(member, Attribute):
            member.annotation = _plain(member.annotation)
            member.value = _shown(member.value) if isinstance(parent, Class) else _plain(member.value)


def _plain(expression: Any) -> Any:
    """A type as callers import it: without the module, and a body by the name of its model."""
    if isinstance(expression, list):
        return [_plain(part) for part in expression]
    if isinstance(expression, ExprAttribute) and str(expression.first) in _MODULES:
        name = expression.last
        assert isinstance(name, ExprName)
        return dataclasses.replace(name, name=_BODIES.get(name.name, name.name))
    if isinstance(expression, Expr):
        parts = {part.name: getattr(expression, part.name) for part in dataclasses.fields(expression) if part.init}
        return dataclasses.replace(expression, **{name: _plain(part) for name, part in parts.items()})
    return expression


def _shown(value: Any) -> Any:
    """A literal or a constant; of a field its default; of anything else, such as an assignment in `__init__`, nothing."""
    if isinstance(value, ExprCall):
        fields = (argument for argument in value.arguments if isinstance(argument, ExprKeyword))
        return next((_shown(argument.value) for argument in fields if argument.name == "default"), None)
    text = str(value)
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return value if text.isupper() else None
    return value if text else None
