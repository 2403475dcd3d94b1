"""Every error the SDK raises.

    ArizeError
    ├── ConfigurationError           a bad argument or environment; nothing was sent
    ├── AmbiguousNameError           several integrations have the name that was looked for
    ├── ApplyError                   some changes of a plan failed; the others were made
    ├── APIConnectionError           no whole answer arrived
    │   └── APITimeoutError          ... in time
    ├── ResponseDecodingError        a 2xx answer that cannot be read
    └── APIStatusError               any answer that is not 2xx
        ├── BadRequestError          400
        ├── AuthenticationError      401
        ├── PermissionDeniedError    403
        ├── NotFoundError            404
        ├── ConflictError            409
        ├── UnprocessableEntityError 422
        ├── RateLimitError           429
        └── InternalServerError      5xx

The members of a problem document (RFC 9457) follow `components/schemas/Problem` of the upstream document, and the classes
of statuses its `components/responses`. 5xx is for what HTTP and gateways add.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

_LONGEST = 1000
"""Characters of what a server said that a message repeats; the attributes have all of it."""


def printable(text: str) -> str:
    """Text that any terminal or log can take: one line, control characters and lone surrogates written as escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in " ".join(text.split()))


def short_repr(value: object) -> str:
    """A value that cannot be used, as a message shows it: short, and whatever its `repr` does."""
    try:
        return repr(value)[:80]
    except Exception:  # noqa: BLE001  an integer of 5000 digits, say, has none
        return f"this {type(value).__name__}"


def _restore(cls: type[ArizeError], args: tuple[Any, ...], state: dict[str, Any]) -> ArizeError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class ArizeError(Exception):
    """Base of everything this SDK raises. Every error can be pickled and copied; none holds the API key."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions rebuild themselves from `args` alone, which would lose the attributes and miss keyword arguments.
        return _restore, (type(self), self.args, dict(self.__dict__))


class ConfigurationError(ArizeError):
    """An argument or environment variable cannot be used, or the client is closed. Nothing was sent.

    The message is the parameter, the problem and the hint, in this order.
    """

    def __init__(self, problem: str, *, parameter: str | None = None, hint: str | None = None) -> None:
        super().__init__(" ".join(part for part in (parameter, problem, hint) if part))
        self.problem: str = problem
        """What is wrong, without the name of the parameter and without the hint."""
        self.parameter: str | None = parameter
        """The argument, environment variable or place in a request (`config.auth.role_arn`); None if it is no single one."""
        self.hint: str | None = hint
        """What to do about it in Python; None if the problem says it already."""


class AmbiguousNameError(ArizeError):
    """Several integrations have the name that was looked for; names are unique within a type only."""

    def __init__(self, message: str, matches: Sequence[Any]) -> None:
        super().__init__(message)
        self.matches: list[Any] = list(matches)
        """The integrations that have the name, as `list` gives them."""


class ApplyError(ArizeError):
    """Some changes of a plan could not be made. The others were: planning and applying again does the rest."""

    def __init__(self, message: str, *, applied: Any, failures: Sequence[tuple[Any, ArizeError]]) -> None:
        super().__init__(message)
        self.applied: Any = applied
        """The `Applied` of the changes that were made."""
        self.failures: list[tuple[Any, ArizeError]] = list(failures)
        """Each `Change` that was not made, with the error that it met."""


class _CallError(ArizeError):
    """An error of one call: which call, and how many requests it took."""

    def __init__(
        self, problem: str, *, method: str, path: str, attempts: int, hint: str = "", outcome_unknown: bool = False
    ) -> None:
        super().__init__(" ".join(part for part in (problem, hint) if part))
        self.hint: str = hint
        """What to do about it in Python, with which the message ends; empty if there is nothing to do."""
        self.outcome_unknown: bool = outcome_unknown
        """True if a create may have been carried out although its answer was lost, unreadable, 408 or 5xx."""
        self.method: str = method
        """The HTTP method, such as `"GET"`."""
        self.path: str = path
        """The path as sent, percent-encoded, such as `"/v2/integrations/abc"`: with the prefix of `base_url`, without the query."""
        self.attempts: int = attempts
        """How many requests were sent for the call, the last one included; 0 if it was held back from the first."""

    def __str__(self) -> str:
        more = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        return f"{self.method} {self.path}{more}: {super().__str__()}"


class APIConnectionError(_CallError):
    """No whole answer arrived: the connection could not be made, broke, or carried something that is not HTTP."""


class APITimeoutError(APIConnectionError):
    """No whole answer arrived in time. The request may have reached the server all the same."""


class ResponseDecodingError(_CallError):
    """A 2xx answer that cannot be read: no JSON object, larger than 64 MiB, nested deeper than 150 levels, or no page."""

    def __init__(
        self,
        problem: str,
        *,
        method: str,
        path: str,
        attempts: int,
        status: int,
        headers: Mapping[str, str],
        hint: str = "",
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(
            problem, method=method, path=path, attempts=attempts, hint=hint, outcome_unknown=outcome_unknown
        )
        self.status: int = status
        """The HTTP status of the answer, 200 to 299."""
        self.headers: Mapping[str, str] = headers
        """The answer's headers; names are matched ignoring case."""
        self.request_id: str | None = request_id(headers)
        """The server's name for the request; None if it gave none."""


class APIStatusError(_CallError):
    """The server answered with a status that is not 2xx.

    `title`, `detail`, `type`, `instance` and `extensions` are the members of the problem document it sent (RFC 9457,
    `components/schemas/Problem` of the upstream document); None, or empty, if it sent none.
    """

    advice: ClassVar[str] = ""
    """What to do about it, said at the end of the message."""

    def __init__(
        self,
        *,
        method: str,
        path: str,
        attempts: int,
        status: int,
        headers: Mapping[str, str],
        problem: Mapping[str, Any] | None = None,
        excerpt: str | None = None,
        retry_after: float | None = None,
        advice: str | None = None,
        outcome_unknown: bool = False,
        held_back: bool = False,
    ) -> None:
        members = dict(problem or {})
        self.status: int = status
        """The HTTP status of the answer."""
        self.title: str | None = _text(members, "title")
        """A short summary of the kind of problem."""
        self.detail: str | None = _text(members, "detail")
        """What went wrong this time."""
        self.type: str | None = _text(members, "type")
        """A URI reference that names the kind of problem."""
        self.instance: str | None = _text(members, "instance")
        """A URI reference that names this occurrence."""
        if members.get("status") == status:
            del members["status"]
        self.extensions: dict[str, Any] = members
        """Every other member of the problem document, such as `error_code`."""
        self.headers: Mapping[str, str] = headers
        """The answer's headers; names are matched ignoring case."""
        self.request_id: str | None = request_id(headers)
        """The server's name for the request; None if it gave none."""
        self.retry_after: float | None = retry_after
        """Seconds the server asks to wait before the next request; None if it names no time."""
        self.excerpt: str | None = excerpt
        """The first 200 characters of a body that is no problem document, without its markup."""
        self.held_back: bool = held_back
        """True if the client did not send the request: the server had told it to wait for longer than the call may take."""
        said = f"{self._held_back() if held_back else self._summary()} {self._asked()}".rstrip()
        hint = self.advice if advice is None else advice
        super().__init__(said, method=method, path=path, attempts=attempts, hint=hint, outcome_unknown=outcome_unknown)

    @classmethod
    def for_status(cls, status: int) -> type[APIStatusError]:
        """The class of a status: its own if it has one, `InternalServerError` for 5xx, else `APIStatusError`."""
        server_side = 500 <= status <= 599
        return _CLASSES.get(status, InternalServerError if server_side else APIStatusError)

    def _asked(self) -> str:
        if not self.retry_after:  # 0 names no time
            return ""
        return f"{'Wait' if self.held_back else 'The server asks to wait'} {self.retry_after:.1f} s.".replace(
            ".0 s", " s"
        )

    def _held_back(self) -> str:
        return (
            f"not sent, because the server answered {self.status} before and told this client to slow down, "
            "for longer than this call may wait."
        )

    def _summary(self) -> str:
        heading = f"{self.status} {_cut(self.title) or _phrase(self.status)}".rstrip()
        said = _cut(self.detail) or _cut(self.excerpt)
        request = f" (request id {_cut(self.request_id)})" if self.request_id else ""
        summary = f"{heading}: {said}" if said else heading
        end = "" if summary.endswith(("!", "?")) and not request else "."
        return f"{summary.removesuffix('.')}{request}{end}"


class BadRequestError(APIStatusError):
    """400: the server could not make sense of the request."""

    advice = "Correct the request; the same one will fail again."


class AuthenticationError(APIStatusError):
    """401: the API key is missing, wrong, expired or revoked."""

    advice = "Check api_key or ARIZE_API_KEY, and that the key belongs to this region or host."


class PermissionDeniedError(APIStatusError):
    """403: the API key is good, but may not do this."""

    advice = "Ask an administrator to give this key's user access."


class NotFoundError(APIStatusError):
    """404: what the request names does not exist, or the key may not see it."""

    advice = "Check what the request names, and that the key's user may see it."


class ConflictError(APIStatusError):
    """409: the request contradicts the present state of the resource."""

    advice = "Fetch the resource again and decide again."


class UnprocessableEntityError(APIStatusError):
    """422: the request is well formed, but what it asks for is not allowed."""

    advice = "Correct the values named above; the same request will fail again."


class RateLimitError(APIStatusError):
    """429: too many requests. `retry_after` says in how many seconds to come back, if the server said so.

    Raised without sending, too, if the server told this client to slow down for longer than the call may wait (`held_back`).
    """

    advice = "Send fewer requests at a time, or allow a longer wait with RetryPolicy(max_wait=..., max_elapsed=...)."


class InternalServerError(APIStatusError):
    """5xx: the server, or a gateway before it, failed."""

    advice = "Try again later; if it lasts, tell support the request id or the time."


_CLASSES: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}

_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid")


def request_id(headers: Mapping[str, str]) -> str | None:
    """The server's name for a request, from the first of the usual headers that is there."""
    return next((headers[name] for name in _REQUEST_ID_HEADERS if name in headers), None)


def _text(members: dict[str, Any], name: str) -> str | None:
    """Take a member that is a string; one of another type stays where it is."""
    return members.pop(name) if isinstance(members.get(name), str) else None


def _cut(text: str | None) -> str:
    """As much of what a server said as a message repeats."""
    line = printable(text or "")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
