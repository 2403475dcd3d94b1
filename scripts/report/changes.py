"""What a change is, and whom it breaks. The modules that compare decide which severity each has."""

from collections.abc import Iterator
from enum import Enum, IntEnum, StrEnum

from attrs import define, evolve, field, frozen


class Severity(IntEnum):
    """How much a change asks of callers; the larger, the more."""

    DOCUMENTATION = 0
    ADDITIVE = 1
    BREAKING = 2

    @property
    def label(self) -> str:
        """The severity as the report names it."""
        return ("documentation only", "additive", "breaking for callers")[self]


class Kind(StrEnum):
    """What happened to the subject."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "probably renamed"


class Direction(Enum):
    """Who is concerned by a schema: those who send it, or those who receive it."""

    REQUEST = "writers"
    RESPONSE = "readers"


@frozen
class Change:
    """One difference between two documents.

    `subject` is what kind of thing changed ("field"), `where` which one, `detail` from what to what.
    """

    kind: Kind
    severity: Severity
    subject: str
    where: str
    detail: str = ""
    breaks: frozenset[Direction] = frozenset()


def _order(change: Change) -> tuple[int, bool, str, str, str, str]:
    # The servers come first: calls, and with them the key, go there.
    return -change.severity, change.subject != "server", change.subject, change.where, change.kind, change.detail


@define
class Changes:
    """Collects changes; what is found once for readers and once for writers is one change."""

    _found: dict[tuple[Kind, str, str, str], Change] = field(factory=dict)

    def __iter__(self) -> Iterator[Change]:
        """The changes, the most severe first, the same kind of thing together."""
        return iter(sorted(self._found.values(), key=_order))

    def __len__(self) -> int:
        return len(self._found)

    def add(self, change: Change) -> None:
        """Note a change, or that a known one concerns others as well."""
        key = (change.kind, change.subject, change.where, change.detail)
        known = self._found.get(key, change)
        self._found[key] = evolve(
            change,
            severity=max(known.severity, change.severity),
            breaks=known.breaks | change.breaks,
        )

    def breaking(self, kind: Kind, subject: str, where: str, detail: str = "") -> None:
        """Note a change that every caller has to follow."""
        self.add(Change(kind, Severity.BREAKING, subject, where, detail))

    def additive(self, kind: Kind, subject: str, where: str, detail: str = "") -> None:
        """Note a change that no caller needs to follow."""
        self.add(Change(kind, Severity.ADDITIVE, subject, where, detail))

    def documentation(self, kind: Kind, subject: str, where: str, detail: str = "") -> None:
        """Note a change of words."""
        self.add(Change(kind, Severity.DOCUMENTATION, subject, where, detail))

    def directed(
        self,
        direction: Direction,
        breaks: set[Direction],
        kind: Kind,
        subject: str,
        where: str,
        detail: str = "",
    ) -> None:
        """Note a change that breaks only those in `breaks`, and adds something for the others."""
        severity = Severity.BREAKING if direction in breaks else Severity.ADDITIVE
        concerned = frozenset({direction}) if direction in breaks else frozenset()
        self.add(Change(kind, severity, subject, where, detail, concerned))
