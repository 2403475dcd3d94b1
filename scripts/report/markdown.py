"""The change report as people read it: in a pull request, or in spec/CHANGES.md."""

from collections.abc import Iterator

from scripts.report.changes import Change, Changes, Severity
from scripts.report.python_api import PythonEffect
from scripts.report.versions import bump, bumped

_HEADINGS = {
    Severity.BREAKING: "Breaking for callers",
    Severity.ADDITIVE: "Additive",
    Severity.DOCUMENTATION: "Documentation only",
}


def summary(changes: Changes) -> str:
    """The number of changes of each severity, in a line."""
    counts = dict.fromkeys(_HEADINGS, 0)
    for change in changes:
        counts[change.severity] += 1
    return ", ".join(f"{count} {severity.label}" for severity, count in counts.items())


def render(changes: Changes, python: PythonEffect, obsolete: list[str], version: str, severity: Severity) -> str:
    """Return the report.

    Args:
        obsolete: the corrections that upstream has made itself.
        version: the SDK's present version.
        severity: the gravest of all that was found.
    """
    return "\n".join(
        [
            "# What the last change of the API document means",
            "",
            f"{summary(changes)}.",
            f"Suggested version: {version} → **{bumped(version, severity)}** ({bump(version, severity)}).",
            *lines(changes),
            *_python(python),
            *_obsolete(obsolete),
            *_changelog(changes, bumped(version, severity)),
            "",
        ]
    )


def lines(changes: Changes) -> Iterator[str]:
    """The changes, one a line, under a heading for each severity."""
    for severity, heading in _HEADINGS.items():
        found = [_line(change) for change in changes if change.severity is severity]
        if found:
            yield from ("", f"## {heading}", "", *found)


def _line(change: Change) -> str:
    detail = f": {change.detail}" if change.detail else ""
    broken = " and ".join(sorted(direction.value for direction in change.breaks))
    note = f" (breaks {broken})" if broken else ""
    return _one_line(f"- {change.subject} {change.kind}: {_code(change.where)}{detail}{note}")


def _code(where: str) -> str:
    return where if "`" in where else f"`{where}`"


def _python(effect: PythonEffect) -> Iterator[str]:
    lines = [
        *([f"- new names: {_names(effect.added)}"] if effect.added else []),
        *([f"- names gone: {_names(effect.removed)}"] if effect.removed else []),
        *(f"- {text.removeprefix('- ')}" for text in effect.breakages),
    ]
    yield from ("", "## Effect on the Python API", "", *(lines or ["No name comes or goes, nothing breaks."]))


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _obsolete(obsolete: list[str]) -> Iterator[str]:
    if obsolete:
        lines = [f"- {action}" for action in obsolete]
        yield from ("", "## Corrections that upstream has made itself", "", *lines)


def _changelog(changes: Changes, version: str) -> Iterator[str]:
    yield from ("", "## Suggested changelog entry", "", "```markdown", f"## {version}", "")
    titles = {Severity.BREAKING: "### Changed (breaking)", Severity.ADDITIVE: "### Added"}
    for severity, title in titles.items():
        lines = [_entry(change) for change in changes if change.severity is severity]
        if lines:
            yield from (title, "", *lines, "")
    if all(change.severity is Severity.DOCUMENTATION for change in changes):
        yield from ("### Documentation", "", "- The API document's texts.", "")
    yield "```"


def _entry(change: Change) -> str:
    detail = f" ({change.detail})" if change.detail else ""
    return _one_line(f"- {_code(change.where)}: {change.subject} {change.kind}{detail}.")


def _one_line(text: str) -> str:
    """The text without line breaks: a name in the document must not add a heading or a list of its own."""
    return " ".join(text.split())
