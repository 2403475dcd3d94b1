"""Data with line numbers, built from what a parser reads, in bounded depth and size."""

from __future__ import annotations

from typing import NamedTuple, Never, TypeAlias

from arize_integrations.errors import ConfigurationError, printable

MAX_DEPTH = 100
MAX_SIZE = 1_000_000
"""Values in a file after its aliases are expanded."""

Scalar: TypeAlias = bool | int | float | str | None


class Node(NamedTuple):
    """A value, and the line on which it begins, counted from 1."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int
    size: int = 1


class _Open:
    """A list or mapping whose end has not been read."""

    def __init__(self, *, mapping: bool, line: int, anchor: str | None) -> None:
        self.items: list[Node] | None = None if mapping else []
        self.members: dict[str, Node] = {}
        self.merged: list[Node] = []
        self.key: str | None = None
        self.is_merge = False
        self.line, self.anchor, self.size = line, anchor, 1

    @property
    def expects_key(self) -> bool:
        return self.items is None and self.key is None


class Builder:
    """Builds nodes from what a parser reads, in its order."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None

    def fail(self, problem: str, line: int) -> Never:
        """Refuse the file, with this line named."""
        raise ConfigurationError(f"{self._name}:{line}: {printable(problem)}")

    def result(self) -> Node:
        """What was read, once all of it was."""
        if self._root is None:
            raise ConfigurationError(f"{self._name}: is empty.")
        return self._root

    def begin(self, line: int, *, mapping: bool, anchor: str | None = None) -> None:
        """A list or mapping opens."""
        if self.expects_key:
            self.fail("a key must be text.", line)
        if len(self._open) >= MAX_DEPTH:
            self.fail(f"is nested more than {MAX_DEPTH} levels deep.", line)
        self._open.append(_Open(mapping=mapping, line=line, anchor=anchor))

    def end(self) -> None:
        """The innermost list or mapping ends."""
        done = self._open.pop()
        value = done.items if done.items is not None else self._merge(done)
        self.add(Node(value, done.line, done.size), done.anchor)

    @property
    def expects_key(self) -> bool:
        """Whether what comes next is a key."""
        return bool(self._open) and self._open[-1].expects_key

    def key(self, text: str, line: int, *, is_merge: bool = False) -> None:
        """A key of the innermost mapping."""
        parent = self._open[-1]
        if text in parent.members or (is_merge and parent.merged):
            self.fail(f"the key {text!r} is given twice.", line)
        parent.key, parent.is_merge = text, is_merge

    def alias(self, anchor: str, line: int) -> None:
        """What the anchor stands for, once more."""
        if anchor not in self._anchors:
            self.fail(f"*{anchor} stands for nothing that is complete before it.", line)
        if self.expects_key:
            self.fail("a key must be text.", line)
        self.add(self._anchors[anchor], None)

    def add(self, node: Node, anchor: str | None) -> None:
        """A whole value."""
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        if parent.size > MAX_SIZE:
            self.fail(f"holds more than {MAX_SIZE:,} values.", node.line)
        if parent.items is not None:
            parent.items.append(node)
        elif parent.is_merge:
            parent.merged = node.value if isinstance(node.value, list) else [node]
            parent.key = None
        else:
            parent.members[parent.key or ""] = node
            parent.key = None

    def _merge(self, done: _Open) -> dict[str, Node]:
        """The members, and those that `<<: *anchor` brings in; what is written out wins, then what comes first."""
        members = done.members
        for node in done.merged:
            if not isinstance(node.value, dict):
                self.fail("<< takes a mapping, or a list of them.", done.line)
            members = node.value | members
        return members
