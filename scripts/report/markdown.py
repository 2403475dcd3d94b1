"""The change report as people read it: in a pull request, or in spec/CHANGES.md."""

from collections.abc import Iterator

from scripts.report.changes import Change, Changes, Kind, Severity
from scripts.report.text import code
from scripts.report.versions import bump, bumped

_HEADINGS = {
    Severity.BREAKING: "Breaking for callers",
    Severity.ADDITIVE: "Additive",
    Severity.DOCUMENTATION: "Documentation only",
}


def summary(changes: Changes, python: Changes) -> str:
    """The number of changes of each severity, in a line."""
    counts = dict.fromkeys(_HEADINGS, 0)
    for change in [*changes, *python]:
        counts[change.severity] += 1
    return ", ".join(f"{count} {severity.label}" for severity, count in counts.items())


def render(changes: Changes, python: Changes, obsolete: list[str], version: str) -> str:
    """Return the report.

    Args:
        changes: what differs in the document.
        python: what differs in the Python API beyond that.
        obsolete: the corrections that upstream has made itself.
        version: the SDK's present version.
    """
    severity = max((change.severity for change in [*changes, *python]), default=Severity.DOCUMENTATION)
    return "\n".join(
        [
            "# What the last change of the API document means",
            "",
            f"{summary(changes, python)}.",
            f"Suggested version: {version} → **{bumped(version, severity)}** ({bump(version, severity)}).",
            *lines(changes),
            *_python(python),
            *_obsolete(obsolete),
            *_changelog(changes, python, bumped(version, severity)),
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
    return f"- {change.subject} {change.kind}: {code(change.where)}{detail}{note}"


def _python(python: Changes) -> Iterator[str]:
    """What Python callers notice beyond the differences of the document, the names in one line each."""
    lines = [*_names(python, Kind.REMOVED), *_names(python, Kind.ADDED)]
    lines += [_line(change) + _gravity(change) for change in python if not _is_name(change)]
    yield from ("", "## Effect on the Python API", "", *(lines or ["Nothing beyond what is listed above."]))


def _names(python: Changes, kind: Kind) -> list[str]:
    found = [code(change.where) for change in python if change.kind is kind and _is_name(change)]
    return [f"- names {'gone' if kind is Kind.REMOVED else 'new'}: {', '.join(found)}"] if found else []


def _is_name(change: Change) -> bool:
    return change.subject == "name" and change.kind is not Kind.CHANGED


def _gravity(change: Change) -> str:
    return " (breaking)" if change.severity is Severity.BREAKING else ""


def _obsolete(obsolete: list[str]) -> Iterator[str]:
    if obsolete:
        lines = [f"- {action}" for action in obsolete]
        yield from ("", "## Corrections that upstream has made itself", "", *lines)


def _changelog(changes: Changes, python: Changes, version: str) -> Iterator[str]:
    yield from ("", "## Suggested changelog entry", "", "```markdown", f"## {version}", "")
    titles = {
        Severity.BREAKING: ("### Changed (breaking)", Kind.REMOVED),
        Severity.ADDITIVE: ("### Added", Kind.ADDED),
    }
    found = [*changes, *(change for change in python if not _is_name(change))]
    for severity, (title, kind) in titles.items():
        lines = [*(_entry(change) for change in found if change.severity is severity), *_names(python, kind)]
        if lines:
            yield from (title, "", *lines, "")
    if all(change.severity is Severity.DOCUMENTATION for change in [*changes, *python]):
        yield from ("### Documentation", "", "- The API document's texts.", "")
    yield "```"


def _entry(change: Change) -> str:
    detail = f" ({change.detail})" if change.detail else ""
    return f"- {code(change.where)}: {change.subject} {change.kind}{detail}."
