"""What a change of the API document means: for callers, for the Python API, for the version."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from scripts.document.slicing import operations_of, reached
from scripts.report import markdown
from scripts.report.compare import differences, first
from scripts.report.python_api import Uses, effect, without_known

__all__ = ["Packages", "Report", "differences", "report"]


@frozen
class Packages:
    """The folders of the generated package before and after."""

    old: Path
    new: Path


@frozen
class Report:
    """The report, and its essence in a line."""

    text: str
    summary: str


def report(
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
    *,
    obsolete: list[str],
    packages: Packages,
    version: str,
) -> Report:
    """Compare two corrected documents and what was generated from them.

    Args:
        old: the document before; None if there was none.
        obsolete: the corrections that upstream has made itself.
        version: the SDK's present version.
    """
    changes = differences(old, new) if old is not None else first(new)
    python = without_known(effect(packages.old, packages.new, _uses(new)), changes)
    return Report(markdown.render(changes, python, obsolete, version), markdown.summary(changes, python))


def _uses(document: Mapping[str, Any]) -> Uses:
    """Which schemas only requests hold, and which only answers."""
    operations = [operation for *_, operation in operations_of(document)]
    sent = reached(document, [operation.get("requestBody", {}) for operation in operations])
    received = reached(document, [operation.get("responses", {}) for operation in operations])
    return Uses(sent - received, received - sent)
