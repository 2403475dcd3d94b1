"""The file of integrations: `integrations:` with a list of create requests, or the list itself, in YAML or JSON.

Strings may hold `${VARIABLE}` and `${file:PATH}`. Every error names the file, the line and the place in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from arize_integrations.declarative.nodes import Node
from arize_integrations.declarative.parsing import parse
from arize_integrations.declarative.variables import Variables
from arize_integrations.errors import ConfigurationError, printable

STDIN = "-"
MAX_BYTES = 32_000_000
"""Of one file."""

_LIST = "integrations"
_FORM = f"a file holds `{_LIST}:` with a list of integrations, or the list itself"


class Entry(NamedTuple):
    """One integration of a file, as it is to be sent, and where it stands."""

    request: dict[str, Any]
    file: str
    place: str
    node: Node

    def __repr__(self) -> str:  # the request holds secrets
        return f"Entry({self.where()})"

    def where(self, path: str = "") -> str:
        """File, line and place of a field, such as `prod.yaml:12: integrations[3].config.auth.role_arn`.

        Args:
            path: the field within the integration; if the file does not have it, the line is that of what it belongs to.
        """
        place = printable(".".join(filter(None, (self.place, path))))
        if not self.file:
            return place
        at = f"{self.file}:{_line(self.node, path)}"
        return f"{at}: {place}" if place else at

    def locate(self, error: ConfigurationError) -> ConfigurationError:
        """The same error, with file, line and place for its parameter."""
        return ConfigurationError(error.problem, parameter=self.where(error.parameter or ""), hint=error.hint)


def read_files(names: Sequence[str], environ: Mapping[str, str], stdin: Callable[[int], bytes]) -> list[Entry]:
    """The integrations of all files, in their order.

    Args:
        names: paths; `-` is standard input.
        environ: where `${VARIABLE}` is looked up.
        stdin: reads at most that many bytes of standard input.

    Raises:
        ConfigurationError: a file cannot be read or is not of this form, a variable is missing or empty, or two have one
            type and name. Problems of the last two kinds are all in one message, one a line.
    """
    reader = _Reader(environ)
    entries = [entry for name in names for entry in reader.entries(name, stdin)]
    reader.refuse_duplicates(entries)
    reader.finish()
    return entries


def no_file() -> Entry:
    """A request with nothing in it yet, which is in no file."""
    return Entry({}, "", "", Node({}, 0))


def read_object(name: str, environ: Mapping[str, str], stdin: Callable[[int], bytes]) -> Entry:
    """The one integration of a file: an object, or a list of one.

    Raises:
        ConfigurationError: as for `read_files`, or there are more or none.
    """
    reader = _Reader(environ)
    file, node = _load(name, stdin)
    if isinstance(node.value, dict) and _LIST not in node.value:
        entry = reader.entry(name, file, "", node)
    else:
        entries = reader.entries_of(name, file, node)
        if len(entries) != 1:
            raise ConfigurationError(f"{file}: holds {len(entries)} integrations; give a file with one.")
        entry = entries[0]
    reader.finish()
    return entry


class _Reader:
    """Reads files with one environment, and collects what is wrong with their variables."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[str] = []

    def finish(self) -> None:
        if self._problems:
            raise ConfigurationError("\n".join(self._problems))

    def refuse_duplicates(self, entries: Sequence[Entry]) -> None:
        first: dict[tuple[Any, Any], Entry] = {}
        for entry in entries:
            key = entry.request.get("type"), entry.request.get("name")
            if not all(isinstance(part, str) for part in key):
                continue  # the check of the request says it
            if first.setdefault(key, entry) is not entry:
                title = printable(" ".join(map(str, key)))
                self._problems.append(f"{entry.where()} is {title} again, after {first[key].where()}.")

    def entries(self, name: str, stdin: Callable[[int], bytes]) -> list[Entry]:
        file, node = _load(name, stdin)
        return self.entries_of(name, file, node)

    def entries_of(self, name: str, file: str, node: Node) -> list[Entry]:
        return [self.entry(name, file, f"{_LIST}[{i}]", item) for i, item in enumerate(_items(node, file))]

    def entry(self, name: str, file: str, place: str, node: Node) -> Entry:
        if not isinstance(node.value, dict):
            raise ConfigurationError(f"{file}:{node.line}: {place} must be an object.")
        variables = Variables(self._environ, Path() if name == STDIN else Path(name).parent)
        located = Entry({}, file, place, node)

        def plain(node: Node, path: str) -> Any:
            if isinstance(node.value, dict):
                return {key: plain(item, f"{path}.{key}" if path else key) for key, item in node.value.items()}
            if isinstance(node.value, list):
                return [plain(item, f"{path}[{index}]") for index, item in enumerate(node.value)]
            if isinstance(node.value, str):
                return variables.replace(
                    node.value, lambda problem: self._problems.append(f"{located.where(path)} {problem}")
                )
            return node.value

        return located._replace(request=plain(node, ""))


def _items(node: Node, file: str) -> list[Node]:
    """The integrations of a file that may hold several."""
    if isinstance(node.value, dict) and _LIST in node.value:
        for key, item in node.value.items():
            if key not in (_LIST, "$schema") and not key.startswith("x-"):
                raise ConfigurationError(f"{file}:{item.line}: the key '{printable(key)}' is not known; {_FORM}.")
        node = node.value[_LIST]
    if not isinstance(node.value, list):
        raise ConfigurationError(f"{file}:{node.line}: {_FORM}.")
    return node.value


def _load(name: str, stdin: Callable[[int], bytes]) -> tuple[str, Node]:
    """What messages call the file, and what is in it."""
    file = "standard input" if name == STDIN else printable(name)
    try:
        if name == STDIN:
            content = stdin(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror or error}.") from None
    except ValueError:  # not UTF-8, or a name with a NUL
        raise ConfigurationError(f"{file}: is not a text file in UTF-8.") from None
    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"{file}: is larger than {MAX_BYTES:,} bytes.")
    return file, parse(text, file)


def _line(node: Node, path: str) -> int:
    """The line of a field; if the file does not have it, of the nearest object around it."""
    path = path.removeprefix(".")
    if path and isinstance(node.value, dict):
        for key, item in node.value.items():
            if path.startswith(key) and path[len(key) : len(key) + 1] in ("", ".", "["):
                return _line(item, path[len(key) :])
    if isinstance(node.value, list) and (index := re.match(r"\[(\d+)\]", path)) and int(index[1]) < len(node.value):
        return _line(node.value[int(index[1])], path[index.end() :])
    return node.line
