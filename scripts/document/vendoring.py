"""What stands in spec/ next to the document: the lock, and the overlay's derived part."""

import hashlib
import re
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from attrs import frozen

from scripts.document.errors import ScriptError, SourceError
from scripts.document.overlay import Action, derive
from scripts.document.safe_yaml import PlainDumper, parse

GENERATOR = "openapi-python-client"
DERIVED = "# What the rules above amount to for spec.yaml, written by `make update-spec`."


@frozen
class Lock:
    """Where spec.yaml came from, and the generator it was turned into a package with."""

    upstream: str
    taken: str
    source: str
    read_sha256: str
    written_sha256: str
    generator: str

    @classmethod
    def read(cls, path: Path) -> "Lock | None":
        """Return the lock at `path`, None if there is none.

        Raises:
            ScriptError: it is there but is not a lock.
        """
        if not path.exists():
            return None
        try:
            data = parse(path.read_text("utf-8"))
            return cls(
                upstream=str(data["upstream"]),
                taken=str(data["taken"]),
                source=str(data["read"]["source"]),
                read_sha256=str(data["read"]["sha256"]),
                written_sha256=str(data["written"]["sha256"]),
                generator=str(data["generator"]),
            )
        except (SourceError, KeyError, TypeError) as error:
            raise ScriptError(f"{path.name} is damaged ({error}); restore it with git") from error

    def text(self) -> str:
        """The lock as it is written."""
        return yaml_text(
            {
                "upstream": self.upstream,
                "taken": self.taken,
                "read": {"source": self.source, "sha256": self.read_sha256},
                "written": {"sha256": self.written_sha256},
                "generator": self.generator,
            }
        )


def generator_version() -> str:
    """The generator as a pinned requirement."""
    return f"{GENERATOR}=={version(GENERATOR)}"


def now() -> str:
    """The current UTC time, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(content: bytes) -> str:
    """The hexadecimal SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def yaml_text(data: Mapping[str, Any]) -> str:
    """`data` as YAML, always the same text for the same data."""
    return yaml.dump(dict(data), Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=100)


def overlay_text(current: str, actions: list[Action], document: Mapping[str, Any]) -> str:
    """The overlay with its derived part brought up to date; what people wrote stays as it is.

    Tools that know only the Overlay standard skip our rules; for them the same corrections
    are spelled out, as far as this document needs them.
    """
    written = re.split(rf"^ *{re.escape(DERIVED)}", current, maxsplit=1, flags=re.MULTILINE)[0]
    derived = [
        {
            "target": update["target"],
            "description": "The rule above, for tools that know only the standard's actions.",
            "update": update["update"],
            "x-derived": True,
        }
        for update in derive(actions, document)
    ]
    if not derived:
        return written
    listed = re.search(r"^actions:.*\n(?:\s*#.*\n)*( *)-", written, re.MULTILINE)
    items = f"{DERIVED}\n" + yaml_text({"actions": derived}).partition("\n")[2]
    return written + textwrap.indent(items, listed[1] if listed else "")
