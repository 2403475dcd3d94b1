"""Which scripted answer a request gets, if any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from arize_integrations.testing._answer import Answer
from arize_integrations.testing._tables import OPERATION_KEYS

if TYPE_CHECKING:
    from arize_integrations.testing._service import Call

_REQUEST_LINE = re.compile(r"[A-Z]+ /[^ ?#]*")
_WITH_AN_ID = ("get", "update", "delete")


class ScriptedAnswer(NamedTuple):
    """An answer, and the requests that it is for: all, those of an operation, those about an integration."""

    answer: Answer
    to: str | None
    integration_id: str | None

    def is_for(self, call: Call) -> bool:
        """Whether it answers this request."""
        named = self.to in (None, call.operation, f"{call.method} {call.path}")
        return named and self.integration_id in (None, call.integration_id)


class Script:
    """Answers for the next requests, once each, and answers for all requests after those."""

    def __init__(self) -> None:
        self._next: list[ScriptedAnswer] = []
        self._always: list[ScriptedAnswer] = []

    def add_next(self, scripted: list[ScriptedAnswer]) -> None:
        """Put answers at the end of those that are given once."""
        self._next.extend(scripted)

    def add_always(self, each: ScriptedAnswer) -> None:
        """Give this answer from now on; what was said before about the same requests waits behind it."""
        self._always.insert(0, each)

    def clear(self) -> None:
        """Forget all of it."""
        self._next.clear()
        self._always.clear()

    def take(self, call: Call) -> Answer | None:
        """The answer for a request; one that is given once is gone afterwards."""
        for each in self._next:
            if each.is_for(call):
                self._next.remove(each)
                return each.answer
        return next((each.answer for each in self._always if each.is_for(call)), None)


def scripted_answer(method: str, answer: object, to: object, integration_id: object) -> ScriptedAnswer:
    """An entry of a script.

    Raises:
        TypeError: For anything that is no `Answer`, or a name or id that is no text.
        ValueError: For an operation that does not exist, or an id for one that has none.
    """
    if not isinstance(answer, Answer):
        example = "(Answer(429), Answer(503))" if method == "answer_next" else "(Answer(503))"
        raise TypeError(f"{method} takes answers, as in {method}{example}, not {type(answer).__name__}")
    for name, value in (("to", to), ("integration_id", integration_id)):
        if not isinstance(value, (str, type(None))):
            raise TypeError(f"{name} must be text, not {type(value).__name__}")
    assert isinstance(to, (str, type(None)))
    assert isinstance(integration_id, (str, type(None)))
    if to is not None and to not in OPERATION_KEYS and not _REQUEST_LINE.fullmatch(to):
        raise ValueError(f"to must be one of {', '.join(OPERATION_KEYS)}, or as in 'GET /v2/spaces', not {to!r}")
    if integration_id is not None and to in OPERATION_KEYS and to not in _WITH_AN_ID:
        raise ValueError(f"integration_id goes with {', '.join(_WITH_AN_ID)}: a {to} is about no one integration")
    return ScriptedAnswer(answer, to, integration_id)
