"""`${VARIABLE}` and `${file:PATH}` in the strings of a file. What they bring in is shown by no message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

MAX_BYTES = 1_000_000
"""Of a file that `${file:PATH}` brings in."""

OURS = "ARIZE_API_KEY"
"""The variable that no file may refer to: it would give our own key to a provider, or show it in a plan."""

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)(\}?)")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Variables:
    """Replaces references.

    Args:
        environ: the environment variables.
        folder: what the paths of `${file:PATH}` are relative to.
    """

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ = environ
        self._folder = folder

    def replace(self, text: str, complain: Callable[[str], None]) -> str:
        """The text with its references replaced; `$${` is a plain `${`.

        Args:
            text: a string of the file.
            complain: is called with each problem.
        """

        def one(match: re.Match[str]) -> str:
            if match[0] == "$${":
                return "${"
            try:
                return self._value(match[1], closed=bool(match[2]))
            except ValueError as error:
                complain(str(error))
                return ""

        return _REFERENCE.sub(one, text) if "${" in text else text

    def _value(self, reference: str, *, closed: bool) -> str:
        shown = f"${{{reference[:80]}}}"
        if not closed:
            raise ValueError("has a ${ that is not closed; write $${ for a plain ${.")
        if reference.startswith("file:"):
            return self._file(reference.removeprefix("file:"), shown)
        if not _VARIABLE.fullmatch(reference):
            raise ValueError(f"has {shown}, which names no variable; write $${{ for a plain ${{.")
        if reference == OURS:
            raise ValueError(f"has {shown}, the key of Arize AX itself, which belongs in no integration.")
        if reference not in self._environ:
            raise ValueError(f"needs the variable {reference}, which is not set.")
        if not self._environ[reference]:
            raise ValueError(f"needs the variable {reference}, which is empty.")
        return self._environ[reference]

    def _file(self, path: str, shown: str) -> str:
        try:
            with (self._folder / path).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
            text = content.decode()
        except OSError as error:
            raise ValueError(f"needs {shown}, which cannot be read: {error.strerror or error}.") from None
        except ValueError:  # not UTF-8, or a path with a NUL
            raise ValueError(f"needs {shown}, which is not a text file in UTF-8.") from None
        if len(content) > MAX_BYTES:
            raise ValueError(f"needs {shown}, which is larger than {MAX_BYTES:,} bytes.")
        value = text.removesuffix("\n").removesuffix("\r") if text.endswith("\r\n") else text.removesuffix("\n")
        if not value:
            raise ValueError(f"needs {shown}, which is empty.")
        return value


def escape(text: str) -> str:
    """Text in which nothing is replaced."""
    return text.replace("${", "$${")
