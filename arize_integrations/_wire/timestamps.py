"""Timestamps that the standard library's `fromisoformat` refuses: HTTP-dates and looser spellings of ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

_LONGEST = 64  # characters; no timestamp is longer, and a parser's time grows with its input


# What dateutil reads, but as another moment than was meant, or as one of several that may have been meant.
_MISREAD = (
    r"^\s*[+-]"  # a year with a sign, which it drops
    r"|(?<![0-9A-Za-z])[+-](?![0-9]{1,2}:?[0-9]{2}\s*(?:\(|$))"  # any other sign, unless it begins the offset
    r"|(?i:GMT|UTC|Z)\s*[+-]"  # whose sign it turns round
    r"|(?<![0-9])[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])"  # a year of two digits among other numbers
)


def read_timestamp(text: str) -> datetime | None:
    """The moment a text names, or None if it names no whole date and time. Naive if the text has no zone."""
    if len(text) > _LONGEST or ":" not in text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _read_loosely(text)


def _read_loosely(text: str) -> datetime | None:
    if not text.isascii() or re.search(_MISREAD, text):
        return None
    from dateutil import parser  # here, because most programs never need it

    try:
        # What the text leaves out is taken from the default, and 03/04 is in April or in March: reading it twice shows whether it does.
        year_first = text[:4].isdigit()
        first, second = (
            parser.parse(
                text,
                default=datetime(n, n, n, n, n),  # noqa: DTZ001  naive if the text is
                dayfirst=n == 1 and not year_first,
                tzinfos=_zone,
            )
            for n in (1, 2)
        )
    except (ValueError, OverflowError, TypeError, ArithmeticError):
        return None
    return first if first == second else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """A zone by its offset in seconds, which UTC's names come with. Other names are ambiguous: EST is in two continents."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is not None:
        raise ValueError(f"ambiguous time zone {name}")
    return None
