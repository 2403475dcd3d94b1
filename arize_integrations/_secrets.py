"""Keeping secrets out of everything people read: the API key, and what a call carries for others."""

from __future__ import annotations

import base64
import json
import logging
import re
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, NoReturn, cast

MASK = "[secure]"
_SHORT = 8  # characters; to mask a shorter secret inside other words would make a text unreadable
_LONGEST_SPELLING = 16  # characters of text for one character of a secret: "\\u0041", "%25252541", "&amp;#x00041;"

# A server that echoes a secret may write its characters in other ways: URL, JSON, HTML, Python. Each match is one character.
# Patterns as text, because most programs never need them compiled.
_BYTE = r"(?:\\*%(?:25)*|\\+x)"
_ESCAPE = (
    rf"{_BYTE}[c-f][0-9a-f](?:{_BYTE}[89ab][0-9a-f]){{1,3}}"  # UTF-8
    rf"|{_BYTE}[0-9a-f]{{2}}"
    r"|\\+ud[89ab][0-9a-f]{2}\\+ud[c-f][0-9a-f]{2}"  # UTF-16, as JSON has it
    r"|\\+u[0-9a-f]{4}"
    r"|\\*&(?:amp;)*#?[a-z0-9]{1,32};"
    r"|\\+."
)
_BYTES = r"(?:%(?:25)*|x)([0-9a-f]{2})"
_UNITS = r"u([0-9a-f]{4})"
_ENTITY = r"&(?:amp;)*"
_MOST_LAYERS = 4
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_SPACES = str.maketrans("+\t\n\r\f\v", "      ")  # a form writes a space as +, a log a line break as a space
# Their debug records hold headers and network errors: our key, and whatever a server has echoed.
_LOGGERS = (
    *("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks"),
    *("hpack.hpack", "hpack.table", "h2", "urllib3.connectionpool", "aiohttp.client"),
)


class Secrets:
    """The API key and the other secrets of a client or call. Shows none of them unless asked, and is not pickled.

    Whatever needs preparing is prepared when something is redacted for the first time, which most calls never do.
    """

    def __init__(self, api_key: str, *others: str) -> None:
        self._values = (api_key, *others)
        _filter.guard(self)

    def reveal(self) -> str:
        """The API key itself."""
        return self._values[0]

    def with_more(self, values: Iterable[str]) -> Secrets:
        """These secrets and more, such as those that a request carries."""
        return Secrets(*self._values, *values)

    def redact(self, value: Any) -> Any:
        """The same text or JSON value with every secret in it masked."""
        if isinstance(value, str):
            return self.redact_start(value, len(value))
        if isinstance(value, dict):
            return {self.redact(key): self.redact(item) for key, item in cast("dict[object, Any]", value).items()}
        if isinstance(value, list):
            return [self.redact(item) for item in cast("list[object]", value)]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = json.dumps(value)
            return value if self.redact(text) == text else MASK
        return value

    def redact_start(self, text: str, length: int) -> str:
        """The first `length` characters of a text, redacted before they are cut, so that no part of a secret is left."""
        text = text[: length + self._longest * _LONGEST_SPELLING]
        marks = bytearray()
        for start, end in self._found(text):
            marks = marks or bytearray(len(text))
            marks[start:end] = b"\1" * (end - start)
        parts, shown = list[str](), 0
        for run in re.finditer(rb"\x01+", marks):
            if run.start() < length:
                parts += text[shown : run.start()], MASK
                shown = run.end()
        return "".join([*parts, text[shown:length]]) if parts else text[:length]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._values))

    @cached_property
    def _needles(self) -> list[str]:
        """What to look for in a text without escapes, the shortest first."""
        return sorted({*chain.from_iterable(map(_spellings, self._values))}, key=len)

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where secrets stand in the text, in any order."""
        text = _lower(text)
        yield from self._search(text.translate(_SPACES))
        layers = list[_Escapes]()
        for plain, escapes in _unescaped(text):
            layers.append(escapes)
            for start, end in self._search(plain.translate(_SPACES)):
                for layer in reversed(layers):
                    start, end = layer.origin(start)[0], layer.origin(end - 1)[1]
                yield start, end

    def _search(self, text: str) -> Iterator[tuple[int, int]]:
        # One search after another: `str.find` is linear whatever the text, and faster than one pattern for all.
        for needle in self._needles:
            if len(needle) > len(text):
                return
            end = 0
            while (start := text.find(needle, end)) >= 0:
                end = start + len(needle)
                if len(needle) >= _SHORT or not (_is_word(text[start - 1 : start]) or _is_word(text[end : end + 1])):
                    yield start, end

    def __repr__(self) -> str:
        return f"Secrets({MASK})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _spellings(value: str) -> Iterator[str]:
    """A secret as it may stand in a text that holds no escapes, and as it stands if it holds some itself."""
    value = value.strip()  # which is what a server may have done before it echoed it
    for text in (_lower(value), *(plain for plain, _ in _unescaped(_lower(value)))):
        if needle := text.translate(_SPACES).rstrip("\\"):  # which would escape what comes next
            yield needle
    if len(value) >= _SHORT:
        yield from (_lower(text).translate(_SPACES) for text in _in_base64(value.encode(errors="surrogatepass")))


def _in_base64(value: bytes) -> Iterator[str]:
    """A secret inside a longer text in base64: the part that is the same whatever stands before and after it."""
    for before, shared in (0, 0), (1, 2), (2, 3):
        encoded = base64.b64encode(b"\0" * before + value).decode()
        whole = encoded.rstrip("=")
        kept = whole[shared : -1 if whole != encoded else None]
        yield from (kept, kept.replace("+", "-").replace("/", "_"))


def _lower(text: str) -> str:
    return text.replace("\u0130", "i").lower()  # the one character that becomes two


class _Escapes(NamedTuple):
    """Positions in a text without escapes, and where the same characters stood before, escaped."""

    places: list[int]
    spans: list[tuple[int, int]]

    def origin(self, place: int) -> tuple[int, int]:
        """Where a character of the text without escapes was before."""
        last = bisect_right(self.places, place) - 1
        if last >= 0 and self.places[last] == place:
            return self.spans[last]
        start = place if last < 0 else self.spans[last][1] + place - self.places[last] - 1
        return start, start + 1


def _unescaped(text: str) -> Iterator[tuple[str, _Escapes]]:
    """A text in lower case, with one layer of escapes less each time, until there are no more."""
    for _ in range(_MOST_LAYERS):
        parts, escapes, end, size = list[str](), _Escapes([], []), 0, 0
        for escape in re.finditer(_ESCAPE, text, re.DOTALL):
            character = _character(escape[0])
            if len(character) == 1:
                parts += text[end : escape.start()], character
                size += escape.start() - end
                escapes.places.append(size)
                escapes.spans.append(escape.span())
                size, end = size + 1, escape.end()
        if not escapes.places:
            return
        text = "".join([*parts, text[end:]])
        yield text, escapes


def _character(escape: str) -> str:
    """The character that an escape stands for; another number of characters if it stands for none."""
    escape = escape.lstrip("\\") or "\\"
    if escape[0] == "&":
        from html import unescape  # here, because it brings a table of two thousand names that few programs need

        return _lower(unescape(re.sub(_ENTITY, "&", escape)))
    if len(escape) == 1:
        return _CONTROL.get(escape, escape)
    if escape[0] == "u":
        return _lower(bytes.fromhex("".join(re.findall(_UNITS, escape))).decode("utf-16-be", "surrogatepass"))
    code = bytes.fromhex("".join(re.findall(_BYTES, escape)))
    try:
        return _lower(code.decode())
    except UnicodeDecodeError:
        return _lower(code.decode("latin-1"))


class _RedactingFilter(logging.Filter):
    """Masks the secrets of all living clients and calls in the records of the libraries underneath."""

    def __init__(self) -> None:
        super().__init__()
        self._living: dict[int, weakref.ref[Secrets]] = {}

    def guard(self, secrets: Secrets) -> None:
        """From now on, and as long as the secrets live, mask them."""
        key, living = id(secrets), self._living
        living[key] = weakref.ref(secrets, lambda _: living.pop(key, None))

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("hpack"):
            _hide_header_blocks(record)
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001  the library's mistake; what reports it would show the arguments
            message, record.args = str(record.msg), None
        masked = message
        for reference in list(self._living.values()):  # one step, while other threads create and drop clients
            if (secrets := reference()) is not None:
                masked = secrets.redact(masked)
        if masked != message:  # else it is left as it came, as it may be another client's
            record.msg, record.args = masked, None
        return True


def _hide_header_blocks(record: logging.LogRecord) -> None:
    """Leave out compressed headers: bytes on their own, in which no search would find the key."""
    if isinstance(record.args, tuple) and len(record.args) == 1 and isinstance(record.args[0], (bytes, memoryview)):
        record.args = ("(not shown)",)


_filter = _RedactingFilter()
for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_filter)
