"""An integration as text: a table, JSON or YAML.

Names and values are written by other people, so no character leaves here that steers a terminal: it leaves as an escape.
"""

import importlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias, cast

import arize_integrations as arize

CLI_EXTRA = "pip install 'arize-integrations[cli]'"

Payload: TypeAlias = Mapping[str, Any]


def renderer(output: str, *, colour: bool) -> Callable[[Payload], str]:
    """What turns a payload into `table`, `json` or `yaml`.

    Raises:
        ConfigurationError: its package is missing. To ask before anything is sent costs no request.
    """
    if output == "yaml":
        return partial(_as_yaml, _yaml())
    return _as_json if output == "json" else partial(_as_table, colour=colour)


def escaped(text: str) -> str:
    """Escape what would move the cursor, recolour the terminal or turn the direction of writing."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _as_json(payload: Payload) -> str:
    try:
        text = json.dumps(payload, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise arize.ArizeError(
            "The answer holds a number that JSON cannot write, such as Infinity: use --output table or yaml."
        ) from None
    # Characters that do not print stand in strings only, so this is the same JSON.
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text) + "\n"


def _as_yaml(yaml: Any, payload: Payload) -> str:
    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        """Puts text that does not print in double quotes, where YAML has the same escapes as Python."""

        def represent_text(self, text: str) -> Any:
            return self.represent_scalar("tag:yaml.org,2002:str", text, None if text.isprintable() else '"')

    Dumper.add_representer(str, Dumper.represent_text)
    text: str = yaml.dump(dict(payload), Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return "\n".join(map(escaped, text.split("\n")))


def _yaml() -> Any:
    try:
        return importlib.import_module("yaml")
    except ImportError:
        raise arize.ConfigurationError(
            f"YAML output needs the package PyYAML: {CLI_EXTRA}. Or use --output json, which YAML readers read too."
        ) from None


def _as_table(payload: Payload, *, colour: bool) -> str:
    rows = list(_rows(payload))
    # A name longer than half a line moves its own value to the right, not all of them.
    half = shutil.get_terminal_size().columns // 2
    width = max((len(name) for name, _ in rows if len(name) <= half), default=0)
    bold, plain = ("\033[1m", "\033[0m") if colour else ("", "")
    return "".join(f"{bold}{name:<{width}}{plain}  {value}\n" for name, value in rows)


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
