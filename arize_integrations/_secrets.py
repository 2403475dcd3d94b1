"""Keeping the API key out of everything people read."""

from __future__ import annotations

import json
import logging
import re
import weakref
from functools import cached_property
from typing import Any, NoReturn, cast

_MASK = "[secure]"
# The standard library's html module brings a table of two thousand entities that we have no use for.
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_SHORTEST = 3  # characters; hiding a shorter "key" would blank out ordinary words
# Their debug records hold response headers and network errors, into which a server may have echoed the key.
_LOGGERS = ("httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


def _any_spelling(character: str) -> str:
    """A pattern for the ways in which a server may write a character of the key when it echoes it: URL, JSON, HTML."""
    code = ord(character)
    spellings = {character, _HTML.get(character, character), json.dumps(character)[1:-1], f"\\{character}"}
    numbers = (f"%(?:25)*{code:02x}", rf"\\u{code:04x}", rf"\\x{code:02x}", f"&#0*{code};", f"&#x0*{code:x};")
    return f"(?:{'|'.join([*sorted(map(re.escape, spellings), key=len, reverse=True), *numbers])})"


class Secret:
    """An API key that shows itself only when asked to, and refuses to be pickled."""

    def __init__(self, value: str) -> None:
        self._value = value

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # Made when it is first needed, which in most programs is never: it takes as long as some ten calls.
        spelling = "".join(map(_any_spelling, self._value))
        return re.compile(spelling, re.IGNORECASE) if len(self._value) >= _SHORTEST else None

    def reveal(self) -> str:
        """The key itself."""
        return self._value

    def redact(self, value: Any) -> Any:
        """The same text or JSON value with the key masked wherever it stands."""
        if isinstance(value, str):
            return self._pattern.sub(_MASK, value) if self._pattern else value
        if isinstance(value, dict):
            return {self.redact(key): self.redact(item) for key, item in cast("dict[object, Any]", value).items()}
        return [self.redact(item) for item in cast("list[object]", value)] if isinstance(value, list) else value

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled")


class _RedactingFilter(logging.Filter):
    """Masks the keys of all living clients in the records of the libraries underneath."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: weakref.WeakSet[Secret] = weakref.WeakSet()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        for secret in tuple(self.secrets):
            message = secret.redact(message)
        record.msg, record.args = message, None
        return True


_filter = _RedactingFilter()


def guard_logs(secret: Secret) -> None:
    """From now on, and as long as the secret lives, mask it in the debug logs of the libraries underneath."""
    _filter.secrets.add(secret)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_filter)  # a second time does nothing
