"""A value that is carried along and shown nowhere."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

from arize_integrations.errors import ConfigurationError

T = TypeVar("T")


class Sealed(Generic[T]):
    """Holds what a plan has to send, secrets and all: neither shown, nor compared, nor pickled.

    A pickled one comes back empty, so that a plan can be stored and shown again, but not applied.
    """

    __slots__ = ("_held",)

    def __init__(self, *held: T) -> None:
        self._held = held

    @property
    def is_empty(self) -> bool:
        """Whether it came out of a pickle."""
        return not self._held

    def reveal(self) -> T:
        """The value itself. Bind it to no name: a traceback may show local variables."""
        if not self._held:
            raise ConfigurationError("What was to be sent is not pickled, as there are secrets in it: plan again.")
        return self._held[0]

    def __repr__(self) -> str:
        return "[secure]"

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Sealed, ()
