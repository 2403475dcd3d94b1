"""What a regeneration does to the names and types Python callers use, as griffe reads them, without importing."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import griffe
from attrs import define, field, frozen

from scripts.report.changes import Changes, Kind, Severity
from scripts.report.text import code

_ON_OBJECTS = "instance-attribute"
"""How griffe labels what each object has; the tables of a class have another label."""
_OF_TYPE_CHECKERS = re.compile(r"\b_models\.")


@frozen
class Uses:
    """The classes that are only sent, and those that are only received; of others a caller does both."""

    sent: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()


@define
class _Class:
    """A public class: what kind it is, its members, and the alternatives of each one's type."""

    kind: str
    members: dict[str, frozenset[str]] = field(factory=dict)


def effect(old: Path, new: Path, uses: Uses) -> Changes:
    """Compare the public names of two generated packages: what callers can import, its attributes, their types.

    Args:
        old: the folder of the package before; there may be none.
        new: the folder of the package after.
        uses: what the classes are for.
    """
    changes = Changes()
    was, now = _public(old) if old.is_dir() else {}, _public(new)
    for name in was.keys() - now.keys():
        changes.breaking(Kind.REMOVED, "name", name)
    for name in now.keys() - was.keys():
        changes.additive(Kind.ADDED, "name", name)
    for name in sorted(was.keys() & now.keys()):
        _compare(changes, name, was[name], now[name], uses)
    return changes


def _compare(changes: Changes, name: str, was: _Class, now: _Class, uses: Uses) -> None:
    if was.kind != now.kind:
        changes.breaking(Kind.CHANGED, "name", name, f"{was.kind} → {now.kind}")
        return
    what = "value" if now.kind == "enum" else "attribute"
    for member in was.members.keys() - now.members.keys():
        changes.breaking(Kind.REMOVED, what, f"{name}.{member}")
    for member in now.members.keys() - was.members.keys():
        changes.additive(Kind.ADDED, what, f"{name}.{member}")
    for member in was.members.keys() & now.members.keys():
        old, new = was.members[member], now.members[member]
        if old != new:
            breaks = bool((new - old and name not in uses.sent) or (old - new and name not in uses.received))
            note = changes.breaking if breaks else changes.additive
            note(Kind.CHANGED, "type", f"{name}.{member}", f"{_shown(old)} → {_shown(new)}")


def _shown(alternatives: frozenset[str]) -> str:
    return code(" | ".join(sorted(alternatives)))


def without_known(python: Changes, document: Changes) -> Changes:
    """The changes that the comparison of the documents does not name already, at the same place and as grave."""
    known: dict[str, Severity] = {}
    for change in document:
        known[change.where] = max(change.severity, known.get(change.where, change.severity))
    found = Changes()
    for change in python:
        if known.get(change.where, Severity.DOCUMENTATION) < change.severity:
            found.add(change)
    return found


def _public(package: Path) -> dict[str, _Class]:
    """The classes, enums and unions of a package by their names."""
    loader = griffe.GriffeLoader(search_paths=[package.parent], allow_inspection=False)
    models = loader.load(package.name, try_relative_path=False)["models"]
    found: dict[str, _Class] = {}
    for module in models.members.values():
        if not isinstance(module, griffe.Module):
            continue
        for name, member in module.members.items():
            if name[:1].isupper() and not member.is_alias:
                found[name] = _class(member)
    return found


def _class(member: griffe.Object | griffe.Alias) -> _Class:
    if not isinstance(member, griffe.Class):
        return _Class("union")
    if any("Enum" in str(base) for base in member.bases):
        return _Class("enum", {name: frozenset() for name, _ in _attributes(member.members)})
    attributes = _attributes(member.members)
    return _Class("class", {name: _alternatives(each) for name, each in attributes if _ON_OBJECTS in each.labels})


def _attributes(members: Mapping[str, griffe.Object | griffe.Alias]) -> Iterator[tuple[str, griffe.Attribute]]:
    for name, member in members.items():
        if isinstance(member, griffe.Attribute) and not name.startswith("_"):
            yield name, member


def _alternatives(attribute: griffe.Attribute) -> frozenset[str]:
    """The types that an attribute may have: the parts of its annotation that `|` joins outside brackets and quotes."""
    text = _OF_TYPE_CHECKERS.sub("", str(attribute.annotation or "Any"))
    found, depth, quote = [""], 0, ""
    for character in text:
        quote = "" if character == quote else quote or (character if character in "'\"" else "")
        depth += 0 if quote else (character in "[(") - (character in "])")
        if character == "|" and not depth and not quote:
            found.append("")
        else:
            found[-1] += character
    return frozenset(part.strip() for part in found)
