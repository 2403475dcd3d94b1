"""A plan as people read it: lines for a terminal, and Markdown for a pull request.

Names and values come from other people. Here they become JSON on one line each, with what a terminal could act on escaped,
and in Markdown they stand inside a fence that nothing in them can close.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import unified_diff
from typing import TYPE_CHECKING, Any, NamedTuple

from arize_integrations._secrets import MASK

if TYPE_CHECKING:
    from arize_integrations.declarative.values import Change, Difference, Plan

_MARKERS = {"create": "+", "update": "~", "replace": "-/+", "delete": "-", "none": ""}
_MARKDOWN = {"~": "!", "-/+": "!"}
"""Colours a changed line in a Markdown `diff`, which knows only added and removed ones."""
_SHORT = 100
"""Characters of a list or an object that stay on one line."""
_MOST_LINES = 40
"""Lines that one difference takes."""
_LONGEST = 60_000
"""Characters of a comment; GitHub takes 65,536."""


class Line(NamedTuple):
    """A line of a plan: what it stands for (`+`, `-`, `~`, `-/+`, or a blank), how far it is indented, what it says."""

    marker: str
    depth: int
    text: str

    def __str__(self) -> str:
        return f"{'    ' * self.depth}{self.marker:>3} {self.text}".rstrip()


def plan_text(plan: Plan) -> str:
    """The changes with their differences, and a summary: what `str(plan)` is."""
    lines = "".join(f"{line}\n" for change in _shown(plan) for line in change_lines(change))
    return "\n".join(part for part in (lines, *summary_lines(plan)) if part)


def plan_markdown(plan: Plan) -> str:
    """The same as a comment on a pull request, cut before it is longer than one may be."""
    changes = [list(change_lines(change)) for change in _shown(plan)]
    lines = [_markdown_line(line) for change in changes for line in change]
    note = ""
    if sum(map(len, lines)) + len(lines) > _LONGEST:
        lines = [_markdown_line(change[0]) for change in changes]
        note = "The differences are left out."
    shown = list(_as_many_as_fit(lines))
    if len(shown) < len(lines):
        note = f"The differences are left out, and so are {len(lines) - len(shown)} changes."
    summary = "\n\n".join(f"**{line}**" for line in summary_lines(plan))
    return "\n\n".join(part for part in (summary, _fenced(shown), note) if part) + "\n"


def summary_lines(plan: Plan) -> Iterator[str]:
    """What the plan comes to, and a warning if `apply` would refuse it."""
    counts = plan.summary
    unchanged = counts.pop("none")
    todo = ", ".join(f"{count} to {action}" for action, count in counts.items() if count)
    rest = f"{unchanged} unchanged"
    yield f"Plan: {todo}, {rest}." if todo else f"Nothing to do: {rest}."
    if plan.deletes_too_many:
        yield f"It deletes {counts['delete']} of {plan.existing}, more than a third: apply refuses that unless forced."


def change_lines(change: Change) -> Iterator[Line]:
    """A change on one line, and its differences below."""
    yield Line(_MARKERS[change.action], 0, f"{change.action} {_escaped(change.type)} {_json(change.name)}")
    for difference in change.differences:
        yield from _difference_lines(difference, is_new=change.action == "create")


def _shown(plan: Plan) -> Iterator[Change]:
    return (change for change in plan if change.action != "none")


def _difference_lines(difference: Difference, *, is_new: bool) -> Iterator[Line]:
    path = _escaped(difference.path) + (f" ({difference.note})" if difference.note else "")
    before, after = _value(difference.before), _value(difference.after)
    if is_new or before == after:  # a secret that is sent again looks the same
        changed, lines = after, [("", line) for line in _pretty(difference.after)]
    else:
        changed, lines = f"{before} -> {after}", list(_changed_lines(difference.before, difference.after))
    if max(len(before), len(after)) <= _SHORT or not isinstance(difference.after, (dict, list)):
        yield Line("", 1, f"{path}: {changed}")
        return
    yield Line("", 1, f"{path}:")
    yield from (Line(marker, 2, text) for marker, text in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield Line("", 2, f"... {len(lines) - _MOST_LINES} more lines")


def _changed_lines(before: Any, after: Any) -> Iterator[tuple[str, str]]:
    """The lines of a value that are removed and added, with one line of context, as (`+` or `-` or blank, text)."""
    for line in list(unified_diff(_pretty(before), _pretty(after), n=1, lineterm=""))[3:]:
        yield ("", "...") if line.startswith("@@") else (line[0].strip(), line[1:])


def _pretty(value: Any) -> list[str]:
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return [] if value is None else [_escaped(line) for line in text.split("\n")]


def _value(value: Any) -> str:
    return value if value == MASK else "(none)" if value is None else _json(value)


def _json(value: Any) -> str:
    return _escaped(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _escaped(text: str) -> str:
    """The text with what a terminal could act on, or a reader not see, as escapes. Spaces stay: they may be what differs."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _markdown_line(line: Line) -> str:
    marker = _MARKDOWN.get(line.marker, line.marker) or " "
    return f"{marker} {'    ' * line.depth}{line.text}".rstrip()


def _as_many_as_fit(lines: list[str]) -> Iterator[str]:
    used = 0
    for line in lines:
        used += len(line) + 1
        if used > _LONGEST:
            return
        yield line


def _fenced(lines: list[str]) -> str:
    """The lines in a code block: no mention, link, image or HTML in them comes to life."""
    text = "\n".join(lines)
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}diff\n{text}\n{fence}" if lines else ""
