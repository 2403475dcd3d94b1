"""Comparing where calls go, and with them the key."""

from attrs import define

from scripts.report.changes import Changes, Direction, Kind
from scripts.report.compare_schemas import SchemaComparison, note_words
from scripts.report.shapes import Document, words
from scripts.report.text import code


@define
class ServerComparison:
    """Compares the servers of two documents."""

    old: Document
    new: Document
    changes: Changes
    schemas: SchemaComparison

    def compare(self) -> None:
        """Note each server that was added, removed or changed, its regions included."""
        was = {server["url"]: server for server in self.old.get("servers", [])}
        now = {server["url"]: server for server in self.new.get("servers", [])}
        self._destinations()
        for url in was.keys() - now.keys():
            self.changes.breaking(Kind.REMOVED, "server", url)
        for url in now.keys() - was.keys():
            self.changes.additive(Kind.ADDED, "server", url)
        for url in sorted(was.keys() & now.keys()):
            old, new = was[url].get("variables", {}), now[url].get("variables", {})
            for name in sorted(old.keys() & new.keys()):
                place = f"{url} variable {name}"
                self.schemas.compare(old[name], new[name], Direction.REQUEST, place)
            structure = frozenset({"url", "variables"})
            note_words(self.changes, words(was[url], structure), words(now[url], structure), url)

    def _destinations(self) -> None:
        """Note if a client now sends the key elsewhere by default, for a region or for a host."""
        was, now = _destinations(self.old), _destinations(self.new)
        for use in sorted(was.keys() & now.keys()):
            if was[use] != now[use]:
                detail = f"{code(was[use])} → {code(now[use])}"
                self.changes.breaking(Kind.CHANGED, "server", use, detail)
        both = [
            [server["url"] for server in first.get("servers", []) if server in second.get("servers", [])]
            for first, second in ((self.old, self.new), (self.new, self.old))
        ]
        if both[0] != both[1]:
            self.changes.breaking(
                Kind.CHANGED, "server", "order", " → ".join(", ".join(map(code, each)) for each in both)
            )


def _destinations(document: Document) -> dict[str, str]:
    """The URL of the first server that each use takes."""
    found: dict[str, str] = {}
    for server in document.get("servers", []):
        variables = server.get("variables", {})
        uses = [use for use in ("region", "host") if use in variables] or ([] if variables else ["default"])
        for use in ["first", *uses]:
            found.setdefault(use, server["url"])
    return found
