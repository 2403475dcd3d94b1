"""The members of a union, and which of an old and a new union's belong together."""

from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

from scripts.report.renames import renamed
from scripts.report.shapes import Document, Node, Shape, ref_name, shape
from scripts.report.text import code, plain


@frozen
class Member:
    """One alternative: its schema, its component's name, and the tags that select it."""

    node: Node
    name: str | None
    type: str
    tags: frozenset[str]

    @property
    def label(self) -> str:
        """What distinguishes it, in a word."""
        return min(self.tags, default=self.name or self.type)

    @property
    def shown(self) -> str:
        """What distinguishes it, and the class it becomes."""
        return code(self.label) + (f" ({plain(self.name)})" if self.name not in (None, self.label) else "")


def members(document: Document, union: Shape) -> list[Member]:
    """Return the members of a union, and of the unions in it; a schema that is none is its own only member."""
    return list(_members(document, union, union, set()))


def _members(document: Document, part: Shape, union: Shape, seen: set[str]) -> Iterator[Member]:
    if not part.members:
        yield Member(part.node, part.name, part.type, frozenset(_tags(document, part.node, union)))
    for node in part.members:
        name = ref_name(node)
        if name is None or name not in seen:
            seen |= {name} if name else set()
            yield from _members(document, shape(document, node, ""), part, seen)


def _tags(document: Document, node: Node, union: Shape) -> set[str]:
    name = ref_name(node)
    mapped = {tag for tag, target in union.mapping.items() if name and target == name}
    return mapped or {str(value) for value in _tag_values(document, node, union.tag)}


def _tag_values(document: Document, node: Node, tag: str | None) -> list[Any]:
    field = shape(document, node, "").fields.get(tag or "")
    return (shape(document, field.schema, "").enum or []) if field else []


def paired(old: list[Member], new: list[Member]) -> tuple[list[tuple[Member, Member]], list[Member], list[Member]]:
    """Return the pairs that belong together, the members gone and the members come."""
    gone, come = list(old), list(new)
    pairs: list[tuple[Member, Member]] = []

    def pair(belong: Callable[[Member, Member], bool]) -> None:
        for was in tuple(gone):
            now = next((member for member in come if belong(was, member)), None)
            if now is not None:
                pairs.append((was, now))
                gone.remove(was)
                come.remove(now)

    pair(lambda was, now: bool(was.tags & now.tags))
    pair(lambda was, now: was.name is not None and was.name == now.name)
    pair(lambda was, now: was.name is now.name is None and not was.tags | now.tags and was.type == now.type)
    names = renamed({was.label: was.type for was in gone}, {now.label: now.type for now in come})
    pair(lambda was, now: names.get(was.label) == now.label)
    return pairs, gone, come
