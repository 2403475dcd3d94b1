"""Comparing what can be called, with what, and what comes back."""

import json
import re
from typing import Any

from attrs import define, frozen

from scripts.document.slicing import operations_of, resolve
from scripts.report.changes import Changes, Direction, Kind
from scripts.report.compare_schemas import SchemaComparison, note_words
from scripts.report.renames import renamed
from scripts.report.shapes import Document, Node, words
from scripts.report.text import code, plain

_VARIABLE = re.compile(r"\{([^}]*)\}")
_WIRE = ("style", "explode", "allowReserved", "allowEmptyValue")


@frozen
class Operation:
    """An operation, named by what does not change when a path parameter is renamed."""

    method: str
    path: str
    node: Node
    item: Node

    @property
    def where(self) -> str:
        """The operation as the report names it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def key(self) -> str:
        """The operation whatever its path parameters are called."""
        return f"{self.method} {_VARIABLE.sub('{}', self.path)}"


@define
class OperationComparison:
    """Compares the operations of two documents."""

    old: Document
    new: Document
    changes: Changes
    schemas: SchemaComparison

    def compare(self) -> None:
        """Note each operation that was added, removed, renamed or changed."""
        was, now = _operations(self.old), _operations(self.new)
        pairs = {key: key for key in was.keys() & now.keys()}
        moved = renamed(
            {key: was[key].method for key in was.keys() - now.keys()},
            {key: now[key].method for key in now.keys() - was.keys()},
        )
        for key, operation in was.items():
            new_key = pairs.get(key) or moved.get(key)
            if new_key is None:
                self.changes.breaking(Kind.REMOVED, "operation", operation.where)
                continue
            if key in moved:
                detail = f"now {code(now[new_key].where)}"
                self.changes.breaking(Kind.RENAMED, "operation", operation.where, detail)
            self._operation(operation, now[new_key])
        for key, operation in now.items():
            if key not in was and key not in moved.values():
                self.changes.additive(Kind.ADDED, "operation", operation.where)

    def _operation(self, old: Operation, new: Operation) -> None:
        where = new.where
        self._parameters(old, new)
        self._body(old.node, new.node, where)
        self._security(old.node, new.node, where)
        self._responses(old.node.get("responses", {}), new.node.get("responses", {}), where)
        structure = frozenset({"parameters", "requestBody", "responses", "security"})
        note_words(self.changes, words(old.node, structure), words(new.node, structure), where)

    def _parameters(self, old: Operation, new: Operation) -> None:
        was, now = _parameters(self.old, old), _parameters(self.new, new)
        gone = {f"{i} {n}": i for i, n in was.keys() - now.keys() if i != "path"}
        come = {f"{i} {n}": i for i, n in now.keys() - was.keys() if i != "path"}
        moved = renamed(gone, come)
        for key, parameter in was.items():
            place, name = key
            shown = f"{new.where} {place} {parameter['name']}"
            new_key = _split(moved[f"{place} {name}"]) if f"{place} {name}" in moved else key
            if new_key not in now:
                self.changes.breaking(Kind.REMOVED, "parameter", shown)
                continue
            if parameter["name"] != now[new_key]["name"]:
                # A path parameter's name never travels.
                note = self.changes.documentation if place == "path" else self.changes.breaking
                note(Kind.RENAMED, "parameter", shown, f"now {code(now[new_key]['name'])}")
            self._parameter(parameter, now[new_key], f"{new.where} {place} {now[new_key]['name']}")
        for key, parameter in now.items():
            if key not in was and f"{key[0]} {key[1]}" not in moved.values():
                required = parameter.get("required") is True
                note = self.changes.breaking if required else self.changes.additive
                where = f"{new.where} {key[0]} {parameter['name']}"
                note(Kind.ADDED, "parameter", where, "required" if required else "optional")

    def _parameter(self, old: Node, new: Node, where: str) -> None:
        self._required(old, new, where)
        for keyword in _WIRE:
            if old.get(keyword) != new.get(keyword):
                detail = f"{keyword}: {plain(old.get(keyword))} → {plain(new.get(keyword))}"
                self.changes.breaking(Kind.CHANGED, "parameter", where, detail)
        self.schemas.compare(_schema(old), _schema(new), Direction.REQUEST, where)
        structure = frozenset({"name", "in", "required", "schema", "content", *_WIRE})
        note_words(self.changes, words(old, structure), words(new, structure), where)

    def _required(self, old: Node, new: Node, where: str) -> None:
        was, now = old.get("required") is True, new.get("required") is True
        if was != now:
            note = self.changes.breaking if now else self.changes.additive
            detail = "optional → required" if now else "required → optional"
            note(Kind.CHANGED, "requiredness", where, detail)

    def _body(self, old: Node, new: Node, where: str) -> None:
        was, now = (
            resolve(document, node.get("requestBody", {})) for document, node in ((self.old, old), (self.new, new))
        )
        place = f"{where} request body"
        if was and not now:
            self.changes.breaking(Kind.REMOVED, "request body", place)
        elif now and not was:
            note = self.changes.breaking if now.get("required") else self.changes.additive
            note(Kind.ADDED, "request body", place, "required" if now.get("required") else "optional")
        elif now:
            self._required(was, now, place)
            self._content(was, now, Direction.REQUEST, place)
            structure = frozenset({"content", "required"})
            note_words(self.changes, words(was, structure), words(now, structure), place)

    def _responses(self, old: Node, new: Node, where: str) -> None:
        was = {str(status): resolve(self.old, node) for status, node in old.items()}
        now = {str(status): resolve(self.new, node) for status, node in new.items()}
        for status in was.keys() - now.keys():
            # An error that is no longer listed may still come, and is caught as before.
            succeeds = status.startswith("2")
            note = self.changes.breaking if succeeds else self.changes.documentation
            note(Kind.REMOVED, "status code", f"{where} {status}")
        for status in now.keys() - was.keys():
            self.changes.additive(Kind.ADDED, "status code", f"{where} {status}")
        for status in sorted(was.keys() & now.keys()):
            self._response(was[status], now[status], f"{where} {status}")

    def _response(self, old: Node, new: Node, where: str) -> None:
        self._content(old, new, Direction.RESPONSE, where)
        was, now = old.get("headers", {}), new.get("headers", {})
        for name in was.keys() - now.keys():
            self.changes.breaking(Kind.REMOVED, "response header", f"{where} {name}")
        for name in now.keys() - was.keys():
            self.changes.additive(Kind.ADDED, "response header", f"{where} {name}")
        for name in was.keys() & now.keys():
            self._header(resolve(self.old, was[name]), resolve(self.new, now[name]), f"{where} {name}")
        structure = frozenset({"content", "headers"})
        note_words(self.changes, words(old, structure), words(new, structure), where)

    def _header(self, old: Node, new: Node, where: str) -> None:
        self.schemas.compare(_schema(old), _schema(new), Direction.RESPONSE, where)
        structure = frozenset({"schema", "content"})
        note_words(self.changes, words(old, structure), words(new, structure), where)

    def _content(self, old: Node, new: Node, direction: Direction, where: str) -> None:
        was, now = old.get("content", {}), new.get("content", {})
        for kind in was.keys() - now.keys():
            self.changes.breaking(Kind.REMOVED, "media type", where, plain(kind))
        for kind in now.keys() - was.keys():
            self.changes.additive(Kind.ADDED, "media type", where, plain(kind))
        for kind in sorted(was.keys() & now.keys()):
            self.schemas.compare(was[kind].get("schema", {}), now[kind].get("schema", {}), direction, f"{where} body")
            structure = frozenset({"schema"})
            note_words(
                self.changes,
                words(was[kind], structure),
                words(now[kind], structure),
                f"{where} {kind}",
            )

    def _security(self, old: Node, new: Node, where: str) -> None:
        was, now = _security(self.old, old), _security(self.new, new)
        if was - now:
            self.changes.breaking(Kind.CHANGED, "security", where, _difference(was, now))
        elif now - was:
            self.changes.additive(Kind.CHANGED, "security", where, _difference(was, now))


def _operations(document: Document) -> dict[str, Operation]:
    found = (Operation(method, path, node, document["paths"][path]) for path, method, node in operations_of(document))
    return {operation.key: operation for operation in found}


def _parameters(document: Document, operation: Operation) -> dict[tuple[str, str], Node]:
    """Parameters by place and name; those in the path by their position, since the name is free."""
    positions = {name: str(i) for i, name in enumerate(_VARIABLE.findall(operation.path))}
    listed = [*operation.item.get("parameters", []), *operation.node.get("parameters", [])]
    found = {}
    for node in (resolve(document, item) for item in listed):
        name = positions.get(node["name"], node["name"]) if node["in"] == "path" else node["name"]
        found[node["in"], name] = node
    return found


def _split(key: str) -> tuple[str, str]:
    place, _, name = key.partition(" ")
    return place, name


def _schema(node: Node) -> Node:
    if "schema" in node:
        schema: Node = node["schema"]
        return schema
    media: Node = next(iter(node.get("content", {}).values()), {})
    found: Node = media.get("schema", {})
    return found


def _security(document: Document, operation: Node) -> frozenset[str]:
    """The alternatives that are accepted, each as a text."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    return frozenset(
        " and ".join(sorted(_scheme(schemes.get(name, {}), scopes) for name, scopes in each.items())) or "nothing"
        for each in operation.get("security", document.get("security", []))
    )


def _scheme(node: Any, scopes: list[str]) -> str:
    facts = [node.get(key) for key in ("type", "scheme", "in", "name", "openIdConnectUrl")]
    flows = json.dumps(node["flows"], sort_keys=True) if "flows" in node else None
    return " ".join(str(fact) for fact in [*facts, flows, *scopes] if fact)


def _difference(was: frozenset[str], now: frozenset[str]) -> str:
    return " → ".join(" or ".join(map(code, sorted(each))) or "none" for each in (was, now))
