"""What the plain scalars of YAML 1.2 stand for (YAML 1.2.2, section 10.3.2: the core schema)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from arize_integrations.declarative.nodes import Scalar

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)


def resolve(text: str) -> Scalar:
    """What a plain scalar stands for.

    Raises:
        ValueError: a number that JSON does not have.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    for pattern, convert in _NUMBERS:
        if pattern.fullmatch(text):
            return number(convert, text)
    return text


def means_itself(text: str) -> bool:
    """Whether a plain scalar of this text is this text, and no number, boolean or null."""
    return text not in _CONSTANTS and not any(pattern.fullmatch(text) for pattern, _ in _NUMBERS)


def number(convert: Callable[[str], Scalar], text: str) -> Scalar:
    """The text converted.

    Raises:
        ValueError: it is a number that JSON does not have.
    """
    try:
        value = convert(text)
    except ValueError:  # Python limits the digits of an integer
        raise ValueError("a number has too many digits; put it in quotes if it is text.") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is one that JSON does not have; put it in quotes if it is text.")
    return value
