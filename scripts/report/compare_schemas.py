"""Comparing schemas, from where they are used, in the direction they travel."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from attrs import define, field

from scripts.report.changes import Changes, Direction, Kind
from scripts.report.members import Member, members, paired
from scripts.report.renames import renamed
from scripts.report.shapes import LIMITS, Document, Field, Node, Shape, shape
from scripts.report.text import code, plain

_READERS = {Direction.RESPONSE}
_WRITERS = {Direction.REQUEST}
_EVERYBODY = _READERS | _WRITERS

_PARSED_FORMATS = frozenset({"date", "date-time", "uuid", "binary", "byte"})
"""Formats whose values are more than strings to a Python caller."""


@define
class SchemaComparison:
    """Compares the schemas of two documents, each pair once per direction."""

    old: Document
    new: Document
    changes: Changes
    _seen: set[tuple[str, str, Direction]] = field(factory=set)

    def compare(self, old: Node, new: Node, direction: Direction, where: str) -> None:
        """Note every difference between two schemas that stand at `where`."""
        was, now = shape(self.old, old, where), shape(self.new, new, where)
        self._nullable(was, now, direction, where)
        for place in was.words.keys() & now.words.keys():
            note_words(self.changes, was.words[place], now.words[place], place)
        if was.name and now.name:
            pair = (was.name, now.name, direction)
            if pair in self._seen:
                return
            self._seen.add(pair)
            alike = was.is_class and now.is_class and bool(was.members) == bool(now.members)
            if was.name != now.name and alike:
                self.changes.breaking(Kind.RENAMED, "schema", was.name, f"now {code(now.name)}")
        self._inside(was, now, direction, now.name or where)

    def _inside(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        if was.members or now.members:
            self._union(was, now, direction, where)
            if not (was.members and now.members):
                return
        elif was.type != now.type:
            # What else is different follows from it.
            self._type(was, now, direction, where)
            return
        self._format(was, now, where)
        self._enum(was, now, direction, where)
        self._limits(was, now, direction, where)
        self._default(was, now, direction, where)
        self._fields(was, now, direction)
        self._extra(was, now, direction, where)
        if was.items is not None and now.items is not None:
            self.compare(was.items, now.items, direction, f"{where}[]")

    def _nullable(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        if was.nullable == now.nullable:
            return
        breaks, detail = (_READERS, "can now be null") if now.nullable else (_WRITERS, "can no longer be null")
        self.changes.directed(direction, breaks, Kind.CHANGED, "nullability", where, detail)

    def _type(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        widened = was.types == {"integer"} and now.types == {"number"}
        narrowed = was.types == {"number"} and now.types == {"integer"}
        breaks = _READERS if widened else _WRITERS if narrowed else _EVERYBODY
        detail = f"{was.type} → {now.type}"
        self.changes.directed(direction, breaks, Kind.CHANGED, "type", where, detail)

    def _format(self, was: Shape, now: Shape, where: str) -> None:
        if was.format == now.format:
            return
        parsed = {was.format, now.format} & _PARSED_FORMATS
        note = self.changes.breaking if parsed else self.changes.documentation
        note(Kind.CHANGED, "format", where, f"{plain(was.format or 'none')} → {plain(now.format or 'none')}")

    def _enum(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        if was.enum is None and now.enum is None:
            return
        if was.enum is None or now.enum is None:
            restricted = now.enum is not None
            detail = f"only {_listed(now.enum)}" if now.enum else "any value is allowed"
            breaks = _WRITERS if restricted else _READERS
            self.changes.directed(direction, breaks, Kind.CHANGED, "enum", where, detail)
            return
        gone = {str(value): None for value in was.enum if value not in now.enum}
        come = {str(value): None for value in now.enum if value not in was.enum}
        for old, new in renamed(gone, come).items():
            self.changes.breaking(Kind.RENAMED, "enum value", where, f"{code(old)} → {code(new)}")
            del gone[old], come[new]
        for value in gone:
            self.changes.breaking(Kind.REMOVED, "enum value", where, code(value))
        for value in come:
            self.changes.additive(Kind.ADDED, "enum value", where, code(value))

    def _limits(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        for name, sense in LIMITS.items():
            old, new = was.limits.get(name), now.limits.get(name)
            if old == new:
                continue
            detail = f"{name}: {_shown(old)} → {_shown(new)}"
            if direction is Direction.RESPONSE:
                self.changes.documentation(Kind.CHANGED, "limit", where, detail)
            else:
                breaks = _WRITERS if _tightened(sense, old, new) else set[Direction]()
                self.changes.directed(direction, breaks, Kind.CHANGED, "limit", where, detail)

    def _default(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        if was.default == now.default:
            return
        detail = f"{_shown(was.default)} → {_shown(now.default)}"
        if direction is Direction.REQUEST:
            # Callers that leave the value out now say something else.
            self.changes.directed(direction, _WRITERS, Kind.CHANGED, "default", where, detail)
        else:
            self.changes.documentation(Kind.CHANGED, "default", where, detail)

    def _extra(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        old, new = was.extra, now.extra
        if isinstance(old, dict) and isinstance(new, dict) and old and new:
            self.compare(old, new, direction, f"{where}[*]")
            return
        if old == new or (old in (True, {}) and new in (True, {})):
            return
        closed = new is False
        detail = "no longer allowed" if closed else "of another type" if new and isinstance(new, dict) else "allowed"
        breaks = _WRITERS if closed else set[Direction]()
        if isinstance(old, dict) or isinstance(new, dict):
            breaks = _EVERYBODY
        self.changes.directed(direction, breaks, Kind.CHANGED, "additional properties", where, detail)

    def _fields(self, was: Shape, now: Shape, direction: Direction) -> None:
        gone = {name: self._kind(self.old, was, name) for name in was.fields.keys() - now.fields.keys()}
        come = {name: self._kind(self.new, now, name) for name in now.fields.keys() - was.fields.keys()}
        pairs = renamed(gone, come)
        for name, old in was.fields.items():
            new_name = pairs.get(name, name)
            if new_name in now.fields:
                self._field(name, new_name, old, now.fields[new_name], direction)
            else:
                self.changes.directed(direction, _EVERYBODY, Kind.REMOVED, "field", f"{old.owner}.{name}")
        for place in was.narrowed.keys() & now.narrowed.keys():
            old_schema, new_schema = was.narrowed[place], now.narrowed[place]
            self.compare(old_schema, new_schema, direction, ".".join(place))
        for name, new in now.fields.items():
            if name not in was.fields and name not in pairs.values():
                self._added(name, new, direction)

    def _added(self, name: str, new: Field, direction: Direction) -> None:
        breaks = _WRITERS if new.required else set[Direction]()
        detail = "required" if new.required else "optional"
        where = f"{new.owner}.{name}"
        self.changes.directed(direction, breaks, Kind.ADDED, "field", where, detail)

    def _field(self, name: str, new_name: str, old: Field, new: Field, direction: Direction) -> None:
        where = f"{new.owner}.{new_name}"
        if name != new_name:
            detail = f"now {code(new_name)}"
            old_place = f"{old.owner}.{name}"
            self.changes.directed(direction, _EVERYBODY, Kind.RENAMED, "field", old_place, detail)
        if old.required != new.required:
            breaks, detail = (_WRITERS, "optional → required") if new.required else (_READERS, "required → optional")
            self.changes.directed(direction, breaks, Kind.CHANGED, "requiredness", where, detail)
        self.compare(old.schema, new.schema, direction, where)

    def _kind(self, document: Document, owner: Shape, name: str) -> Hashable:
        own = shape(document, owner.fields[name].schema, "")
        return own.name, own.type, own.format

    def _union(self, was: Shape, now: Shape, direction: Direction, where: str) -> None:
        if was.tag and now.tag and was.tag != now.tag:
            detail = f"{code(was.tag)} → {code(now.tag)}"
            self.changes.directed(direction, _EVERYBODY, Kind.CHANGED, "discriminator", where, detail)
        pairs, gone, come = paired(members(self.old, was), members(self.new, now))
        for old, new in pairs:
            self.compare(old.node, new.node, direction, f"{where}({new.label})")
            self._tags(old, new, direction, where)
        for member in gone:
            self.changes.directed(direction, _EVERYBODY, Kind.REMOVED, "union member", where, member.shown)
        for member in come:
            self.changes.additive(Kind.ADDED, "union member", where, member.shown)

    def _tags(self, old: Member, new: Member, direction: Direction, where: str) -> None:
        gone, come = old.tags - new.tags, new.tags - old.tags
        if not (old.tags and new.tags and (gone or come)):
            return
        kind = Kind.RENAMED if gone and come else Kind.REMOVED if gone else Kind.ADDED
        detail = " → ".join(_listed(tags) for tags in (gone, come) if tags)
        breaks = _EVERYBODY if gone else set[Direction]()
        self.changes.directed(direction, breaks, kind, "union tag", where, detail)


def note_words(changes: Changes, was: Mapping[str, str], now: Mapping[str, str], where: str) -> None:
    """Note in one change all that was only said differently."""
    if was.get("deprecated", "false") != now.get("deprecated", "false"):
        detail = "deprecated" if now.get("deprecated") == "true" else "no longer deprecated"
        changes.documentation(Kind.CHANGED, "status", where, detail)
    names = was.keys() | now.keys() - {"deprecated"}
    changed = sorted(name for name in names if was.get(name) != now.get(name))
    if changed:
        changes.documentation(Kind.CHANGED, "words", where, ", ".join(map(plain, changed)))


def _tightened(sense: str, old: Any, new: Any) -> bool:
    if new is None or old is None or sense == "other":
        return new is not None
    return bool(new > old if sense == "min" else new < old)


def _shown(value: Any) -> str:
    return "none" if value is None else code(value)


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(sorted(map(code, values)))
