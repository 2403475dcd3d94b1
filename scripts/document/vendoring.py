"""What stands in spec/ and how it is replaced: everything together, or nothing."""

import contextlib
import hashlib
import re
import signal
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
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
class Paths:
    """The files that one update replaces."""

    root: Path

    @property
    def spec(self) -> Path:
        """Upstream's text, or the canonical text of our slice of it."""
        return self.root / "spec" / "spec.yaml"

    @property
    def overlay(self) -> Path:
        """Our corrections."""
        return self.root / "spec" / "overlay.yaml"

    @property
    def lock(self) -> Path:
        """Where the text came from."""
        return self.root / "spec" / "spec.lock"

    @property
    def report(self) -> Path:
        """What the last update meant for callers."""
        return self.root / "spec" / "CHANGES.md"

    @property
    def generated(self) -> Path:
        """The generated package."""
        return self.root / "generated" / "arize_integrations_api"


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
        """Return the lock at `path`, None where there is none.

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
    """`data` as YAML, the same text for the same data whoever reads or writes it."""
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


@contextlib.contextmanager
def staging(root: Path) -> Iterator[Path]:
    """A folder on the tree's own file system, gone afterwards whatever happens."""
    with _signals_raise(), tempfile.TemporaryDirectory(dir=root, prefix=".update-spec-") as name:
        yield Path(name)


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """Let a termination unwind the stack, as Ctrl-C does, so that nothing is left behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def replace(files: Mapping[Path, bytes], folders: Mapping[Path, Path], staged: Path) -> None:
    """Write the files and rename the folders into their places, all of them or none.

    Args:
        files: each target and its new content.
        folders: each target and the staged folder that replaces it.
        staged: a folder on the same file system, for what is on its way in or out.

    A Ctrl-C or termination in between waits for the end; any failure puts back what was there.
    """
    replacements = dict(folders)
    for number, (target, content) in enumerate(files.items()):
        replacements[target] = staged / f"in-{number}"
        replacements[target].write_bytes(content)
    undo: list[tuple[Path, Path]] = []

    def rename(old: Path, new: Path) -> None:
        old.replace(new)
        undo.append((new, old))

    with _signals_wait():
        try:
            for number, (target, replacement) in enumerate(replacements.items()):
                target.parent.mkdir(parents=True, exist_ok=True)
                if target.exists():
                    rename(target, staged / f"out-{number}")
                rename(replacement, target)
        except BaseException:
            for new, old in reversed(undo):
                new.replace(old)
            raise


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    signals = {signal.SIGINT, signal.SIGTERM}
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
