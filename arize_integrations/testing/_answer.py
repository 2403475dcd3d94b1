"""What the stand-in says: one HTTP answer as a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Literal, Self, TypeAlias, cast, get_args

from arize_integrations.testing._problems import problem
from arize_integrations.testing._tables import OPERATION_KEYS, documented
from arize_integrations_api.examples import EXAMPLES


class Usual(Enum):
    """What an `Answer` says if its body is left out."""

    BODY = "usual"


Body: TypeAlias = Mapping[str, Any] | list[Any] | str | bytes | None
"""What an `Answer` may say: an object or list, sent as JSON; text, sent as UTF-8; bytes as they are; None for no body."""

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]
DropPoint: TypeAlias = Literal["before", "reset", "after_headers", "mid_body"]
Drop: TypeAlias = bool | DropPoint
"""How an `Answer` breaks off: `"before"` (or True), `"reset"`, `"after_headers"`, `"mid_body"`; False: it does not."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\r\n\0\u0100-\U0010ffff]*")


@dataclass(frozen=True)
class Answer:
    """One scripted answer.

    Args:
        status: The HTTP status, 200 to 999.
        headers: Header names and values; pairs instead of a mapping may repeat a name. They win
            over those the stand-in adds by itself (`Date`, `Content-Type`, `Content-Length`).
        body: A mapping or list is sent as JSON, a `str` as UTF-8 text, `bytes` as they are, None as
            nothing at all. It is copied: what is changed later is not served. Left out, it is a problem
            document for an error, else the document's example for the status, or nothing.
        delay: Seconds to wait before answering; closing the server cuts it short.
        drop: End the connection instead of answering fully: `"before"` (or `True`) closes it without an answer,
            `"reset"` resets it, `"after_headers"` stops before the body, `"mid_body"` halfway through it.
        carried_out: Do what the request asks for, and then answer this: `Answer(502, carried_out=True)` is a
            gateway that lost the answer to a create. Otherwise the account does not see the request.

    Raises:
        TypeError: For an argument of another type, or a body that holds what JSON cannot say.
        ValueError: For a status outside 200 to 999, a negative delay, an unknown `drop`, or a header
            with a line break in it.
    """

    status: int = 200
    headers: Headers = field(default=(), repr=False)
    body: Body | Literal[Usual.BODY] = field(default=Usual.BODY, repr=False)
    delay: float = 0.0
    drop: Drop = False
    carried_out: bool = field(default=False, kw_only=True)
    is_normal: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.status, int):
            raise TypeError(f"status must be a whole number such as 429, not {self.status!r}")
        if not 200 <= self.status <= 999:
            raise ValueError(f"status must be between 200 and 999, not {self.status}")
        if not isinstance(self.delay, (int, float)):
            raise TypeError(f"delay must be a number of seconds such as 0.5, not {self.delay!r}")
        if not 0 <= self.delay < float("inf"):
            raise ValueError(f"delay must be a number of seconds, zero or more, not {self.delay}")
        if self.drop not in (False, True, *get_args(DropPoint)):
            raise ValueError(f"drop must be one of {get_args(DropPoint)}, not {self.drop!r}")
        if not isinstance(self.carried_out, bool):
            raise TypeError(f"carried_out must be True or False, not {self.carried_out!r}")
        object.__setattr__(self, "headers", pairs(self.headers))
        body = _usual_body(self.status) if self.body is Usual.BODY else self.body
        object.__setattr__(self, "body", body if isinstance(body, (str, bytes, type(None))) else copied(body, "body"))

    @classmethod
    def example(cls, status: int, *, operation: str | None = None, headers: Headers = (), **overrides: Any) -> Self:
        """The API document's own example for `status`, its headers included.

        Args:
            status: A status that the document's responses of the operation give an example for.
            operation: `"get"`, `"list"`, `"create"`, `"update"` or `"delete"`; by default the first of these that
                has such an example.
            headers: Replace the example's headers of the same names, in any case.
            overrides: Any other argument of `Answer`.

        Raises:
            ValueError: When the document has no example for `status`.
        """
        if operation is not None and operation not in OPERATION_KEYS:
            raise ValueError(f"operation must be one of {', '.join(OPERATION_KEYS)}, not {operation!r}")
        example = documented(status, operation)
        if example is None or not example.bodies:
            raise ValueError(f"the API document has no example for status {status!r}; it has {_known(operation)}")
        new = pairs(headers)
        replaced = {name.lower() for name, _ in new}
        own = {"Content-Type": example.content_type, **example.headers}
        kept = [(name, value) for name, value in own.items() if name.lower() not in replaced]
        return replace(cls(status, (*kept, *new), example.bodies[0]), **overrides)

    @classmethod
    def normal(cls, *, delay: float = 0.0, drop: Drop = False) -> Self:
        """What the account answers by itself, but late, or broken off.

        The request is carried out when it arrives, before the delay.

        Args:
            delay: Seconds to wait before answering.
            drop: As for any `Answer`.
        """
        answer = cls(body=None, delay=delay, drop=drop, carried_out=True)
        object.__setattr__(answer, "is_normal", True)
        return answer

    @classmethod
    def lost(cls, *, carried_out: bool, delay: float = 0.0) -> Self:
        """No answer: the connection ends, before the request was carried out or after.

        Args:
            carried_out: Whether the account has done what was asked.
            delay: Seconds until the connection ends.
        """
        return cls(body=None, delay=delay, drop="before", carried_out=carried_out)


def _usual_body(status: int) -> Body:
    if status >= 400:
        return problem(status, "The test asked for this answer.")
    example = documented(status)
    return example.bodies[0] if example and example.bodies else None


def _known(operation: str | None) -> str:
    keys = [OPERATION_KEYS[operation]] if operation else list(OPERATION_KEYS.values())
    statuses = {status for key in keys if key in EXAMPLES for status in EXAMPLES[key].answers}
    return ", ".join(map(str, sorted(statuses)))


def pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Headers as pairs, in order.

    Raises:
        TypeError: They are neither a mapping nor pairs, or hold something else than text.
        ValueError: A name is no header's name, or a value would not arrive as it is.
    """
    given: Any = cast("Mapping[str, str]", headers).items() if isinstance(headers, Mapping) else headers
    found: tuple[Any, ...] = tuple(given) if hasattr(given, "__iter__") else (given,)
    if not all(_is_pair(each) for each in found):
        raise TypeError(f"headers must map names to text, such as {{'Retry-After': '3'}}, not be {headers!r:.80}")
    for name, value in found:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"headers must have names such as 'Retry-After', not {name!r:.80}")
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"headers[{name!r}] must be one line of Latin-1 text, not {value!r:.80}")
    return tuple((name, value) for name, value in found)


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and [type(part) for part in cast("list[Any]", value)] == [str, str]


def copied(value: Any, argument: str) -> Any:
    """The same JSON, shared with nobody.

    Raises:
        TypeError: It holds what JSON cannot say.
    """
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{argument} must hold only what JSON can say: {error}") from None
