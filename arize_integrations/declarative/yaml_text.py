"""Writing YAML that every reader, of 1.1 or 1.2, takes for the same data."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from arize_integrations.declarative.scalars import means_itself
from arize_integrations.errors import ConfigurationError

EXTRA = "pip install 'arize-integrations[cli]'"


def yaml_package() -> Any:
    """PyYAML.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        return importlib.import_module("yaml")
    except ModuleNotFoundError as error:
        if error.name != "yaml":
            raise
        raise ConfigurationError(f"YAML needs the package PyYAML: {EXTRA}. JSON needs nothing.") from None


def dump(data: Any) -> str:
    """JSON data as YAML. Characters that do not print are written as escapes, so that none steers a terminal.

    Raises:
        ConfigurationError: PyYAML is not installed.
    """
    text: str = yaml_package().dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=120)
    # What is left of them stands in double quotes, where YAML has the same escapes as Python.
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


@cache
def _dumper() -> Any:
    yaml = yaml_package()

    class Dumper(yaml.SafeDumper):  # type: ignore[misc, name-defined]
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
            return True

        def represent_text(self, text: str) -> Any:
            style = None if means_itself(text) else "'"
            if not all(c.isprintable() for c in text):
                lines = text.split("\n")
                is_block = all(line.isprintable() and line == line.rstrip() for line in lines) and lines[0].strip()
                style = "|" if is_block and text.strip("\n") else '"'
            return self.represent_scalar("tag:yaml.org,2002:str", text, style)

    Dumper.add_representer(str, Dumper.represent_text)
    return Dumper
