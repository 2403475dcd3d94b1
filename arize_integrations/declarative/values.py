"""What would change, and what has been changed, as values that people read, review and store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from arize_integrations.declarative.rendering import change_lines, plan_markdown, plan_text
from arize_integrations.declarative.sealed import Sealed

Action: TypeAlias = Literal["create", "update", "replace", "delete", "none"]
ACTIONS: tuple[Action, ...] = ("create", "update", "replace", "delete", "none")

WHOLE, FIXED, AGAIN = "replaced as a whole", "cannot be changed", "sent again"

_HARMLESS = 3
"""So many deletions are never too many."""


@frozen
class Difference:
    """One thing that is not as it should be: `path, before, after = difference`."""

    path: str
    """Its place in the create request, such as `config.auth`."""
    before: Any = field(hash=False)
    """The JSON value that the server shows; None if there is none. `[secure]` for what cannot be read back."""
    after: Any = field(hash=False)
    """The JSON value that is wanted; what is secret in it is `[secure]`."""
    note: str = ""
    """What to know about it: that it is replaced as a whole, cannot be changed, or is sent again, as it cannot be read."""

    def __iter__(self) -> Iterator[Any]:
        return iter((self.path, self.before, self.after))


@frozen
class Change:
    """What a plan does with one integration."""

    action: Action
    """`create`, `update`, `replace` (delete, then create), `delete`, or `none` if it is as it should be."""
    type: str
    """The type of the integration, such as `LLM`."""
    name: str
    """The name of the integration, as it is or will be."""
    differences: tuple[Difference, ...] = ()
    """What differs; for a creation, what is given. Nothing for a deletion."""
    id: str | None = None
    """The id of the integration that is there; None for a creation."""
    updated_at: Any = None
    """When that one was last changed, as the server says; `apply` refuses to touch it if this has moved."""
    _body: Sealed[Any] = field(factory=Sealed, repr=False, eq=False, alias="body")
    """What is sent, secrets and all, and so shown nowhere."""

    def __str__(self) -> str:
        """The change and its differences, as a plan shows them."""
        return "\n".join(map(str, change_lines(self)))

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON, without its secrets."""
        differences = [
            {"path": item.path, "before": item.before, "after": item.after, "note": item.note}
            for item in self.differences
        ]
        return {"action": self.action, "type": self.type, "name": self.name, "id": self.id, "differences": differences}


@frozen
class Plan:
    """What `apply` would do. Iterable over all changes, `none` too; true if it would change something.

    A plan shows no secret, in no form. Those that it has to send are not pickled: a plan that was pickled can be shown and
    stored, but not applied.
    """

    changes: tuple[Change, ...]
    """Every change, `none` too, in the order of `desired`; deletions come last."""
    existing: int = 0
    """How many integrations are there, of the types in `desired` and in the space given."""

    @property
    def summary(self) -> dict[str, int]:
        """How many changes there are of each action."""
        counted = Counter(change.action for change in self.changes)
        return {action: counted[action] for action in ACTIONS}

    @property
    def deletes_too_many(self) -> bool:
        """Whether `apply` refuses it unless forced: it deletes more than three, and more than a third of what is there."""
        deletions = self.summary["delete"]
        return deletions > _HARMLESS and deletions * 3 > self.existing

    def to_dict(self) -> dict[str, Any]:
        """The plan as JSON, without its secrets."""
        return {"summary": self.summary, "changes": [change.to_dict() for change in self.changes]}

    def to_markdown(self) -> str:
        """The plan as a comment on a pull request, at most 60,000 characters long. Names and values in it stay text."""
        return plan_markdown(self)

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __bool__(self) -> bool:
        return any(change.action != "none" for change in self.changes)

    def __str__(self) -> str:
        return plan_text(self)


@frozen
class Applied:
    """What `apply` has done."""

    changes: tuple[Change, ...]
    """The changes that were made, in the order of the plan; not those with nothing to do."""

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)
