"""Which version number a change deserves."""

import re

from scripts.report.changes import Severity

# Before 1.0 the second number counts what breaks and the third the rest, as pip's `~=0.1.0` reads it.
_STABLE = {Severity.BREAKING: "major", Severity.ADDITIVE: "minor", Severity.DOCUMENTATION: "patch"}
_EARLY = {Severity.BREAKING: "minor", Severity.ADDITIVE: "patch", Severity.DOCUMENTATION: "patch"}


def bump(version: str, severity: Severity) -> str:
    """Return the part of `version` that a change of this severity counts up."""
    return (_EARLY if version.startswith("0.") else _STABLE)[severity]


def bumped(version: str, severity: Severity) -> str:
    """Return the version after one with the worst change of this severity.

    >>> bumped("0.4.2", Severity.BREAKING), bumped("1.4.2", Severity.BREAKING)
    ('0.5.0', '2.0.0')
    """
    numbers = [int(number) for number in re.findall(r"\d+", version)[:3]]
    major, minor, patch = [*numbers, 0, 0, 0][:3]
    match bump(version, severity):
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case _:
            return f"{major}.{minor}.{patch + 1}"
