"""Method, path and query of a request, checked before they are sent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, cast
from urllib.parse import quote, urlencode

from arize_integrations.errors import ConfigurationError, short_repr

# Characters; servers refuse longer request lines anyway, less clearly.
_LONGEST_ID = 2048
_LONGEST_PATH, _LONGEST_QUERY = 8192, 32_768
_METHOD = r"[A-Za-z]+"
_BROKEN_ESCAPE = r"%(?![0-9A-Fa-f]{2})"
_SAFE_IN_PATHS = "/%:@!$&'()*+,;=~"


def check_segment(value: str, name: str) -> str:
    """An argument that the generated function puts into the path as one percent-encoded segment.

    Raises:
        ConfigurationError: it is not a string, is empty, or could not be one segment of a path.
    """
    if not isinstance(value, str):
        raise ConfigurationError(f"must be a string, not {type(value).__name__}.", parameter=name)
    if not value or value.isspace():
        raise ConfigurationError("is empty: pass the id of an integration.", parameter=name)
    if value in {".", ".."}:
        raise ConfigurationError(f"{value!r} would name another path: pass the id of an integration.", parameter=name)
    if len(value) > _LONGEST_ID:
        raise ConfigurationError(f"has {len(value)} characters, more than any id has ({_LONGEST_ID}).", parameter=name)
    return check_text(value, name)


def check_text(value: str, name: str) -> str:
    """Text that can be sent.

    Raises:
        ConfigurationError: it is not valid Unicode.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigurationError("holds a character that is not valid Unicode text.", parameter=name) from None
    return value


def check_method(method: str) -> str:
    """An HTTP method in upper case.

    Raises:
        ConfigurationError: it is none.
    """
    if not isinstance(method, str) or not re.fullmatch(_METHOD, method) or method.upper() == "CONNECT":
        raise ConfigurationError(f"must be an HTTP method such as GET, not {short_repr(method)}.", parameter="method")
    return method.upper()


def check_path(path: str) -> str:
    """A path on the configured host, with what cannot stand in a URL percent-encoded.

    Raises:
        ConfigurationError: it does not begin with one slash, holds a query, or could lead elsewhere.
    """
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        raise ConfigurationError(
            f"must begin with one slash, such as /v2/spaces, not {short_repr(path)}.", parameter="path"
        )
    if "?" in path or "#" in path:
        raise ConfigurationError(
            "must have no query and no fragment.", parameter="path", hint="Pass params=... for a query."
        )
    if not path.isprintable() or "\\" in path or re.search(_BROKEN_ESCAPE, path):
        raise ConfigurationError("holds a character or an escape that no path has.", parameter="path")
    plain = re.sub("%2e", ".", path, flags=re.IGNORECASE)
    if {".", ".."} & set(plain.split("/")):
        raise ConfigurationError("must not have '.' or '..' for a segment.", parameter="path")
    return _bounded(quote(check_text(path, "path"), safe=_SAFE_IN_PATHS), _LONGEST_PATH, "path")


def query_string(params: Mapping[str, Any] | None) -> str:
    """A query as a URL has it: repeated for lists, lower case for booleans, left out for None.

    Raises:
        ConfigurationError: a name or value is not text, a number, a boolean or a list of these.
    """
    if params is None:
        return ""
    if not isinstance(params, Mapping):
        raise ConfigurationError(f"must be a mapping, not {type(params).__name__}.", parameter="params")
    pairs = [pair for name, value in params.items() for pair in _pairs(name, value)]
    return _bounded(urlencode(pairs, quote_via=quote, safe=""), _LONGEST_QUERY, "params")


def _bounded(text: str, longest: int, name: str) -> str:
    if len(text) > longest:
        raise ConfigurationError(
            f"has {len(text)} characters as it is sent, more than any server takes ({longest}).", parameter=name
        )
    return text


def _pairs(name: object, value: object) -> Iterator[tuple[str, str]]:
    if not isinstance(name, str):
        raise ConfigurationError(f"has a name that is not text: {short_repr(name)}.", parameter="params")
    values = cast("Iterable[object]", value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
    for item in values:
        if item is not None:
            yield check_text(name, "params"), _written(name, item)


def _written(name: str, value: object) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
        raise ConfigurationError(
            f"must be text, a number, a boolean or a list of these, not {value if isinstance(value, float) else type(value).__name__}.",
            parameter=name,
        )
    return check_text(str(value), name)
