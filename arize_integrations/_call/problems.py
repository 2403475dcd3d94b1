"""What an error shows of an answer: the problem document, an excerpt, the headers; all without secrets."""

from __future__ import annotations

import re
from typing import Any, cast

import httpx

from arize_integrations._call.replies import Reply
from arize_integrations._secrets import Secrets
from arize_integrations._wire.json import parse_object
from arize_integrations.errors import printable

EXCERPT = 200
"""Characters of a body, or of a reason, that a message repeats."""

_MOST_EXAMINED = 64 * 1024  # characters of a body that an excerpt is made from
_LARGEST_PROBLEM = 1024 * 1024  # bytes; what is larger is shown by its beginning
_DEEPEST_PROBLEM = 100  # levels; an error must survive being copied, which takes Python's stack
# A script or style sheet up to its end, or any other tag; neither looks past the next one that begins.
_MARKUP = re.compile(r"(?is)<(script|style)\b(?:(?!<(?:script|style)\b).)*?</\1[^<>]*>|<[^<>]*>")


def problem_of(reply: Reply, secrets: Secrets) -> dict[str, Any] | None:
    """The problem document in a body, whatever its content type says; None if there is none."""
    if len(reply.content) > _LARGEST_PROBLEM:
        return None
    try:
        return cast("dict[str, Any]", secrets.redact(parse_object(reply.content, _DEEPEST_PROBLEM)))
    except ValueError:
        return None


def says_something(problem: dict[str, Any] | None) -> bool:
    """Whether a person learns something from a problem's own words; a gateway's JSON often has others."""
    words = [(problem or {}).get(name) for name in ("title", "detail")]
    return any(isinstance(text, str) and text.strip() for text in words)


def shown_headers(reply: Reply, secrets: Secrets) -> httpx.Headers:
    """The answer's headers as they came, whatever bytes they hold."""

    def redact(text: bytes) -> bytes:
        return bytes(secrets.redact(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"))

    return httpx.Headers([(redact(name), redact(value)) for name, value in reply.headers.raw])


def excerpt(reply: Reply, secrets: Secrets) -> str:
    """The beginning of a body as a person reads it: no markup, no line breaks."""
    # Without NUL, which stands between the letters of a page in UTF-16, and would hide a secret in it.
    text = reply.content.decode("utf-8", "replace").replace("\0", "")
    text = secrets.redact_start(text, _MOST_EXAMINED)
    text = _MARKUP.sub(" ", text)
    if "&" in text:
        from html import unescape  # here, because it brings a table of two thousand names that few programs need

        text = secrets.redact(unescape(text))
    text = printable(text)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}..."
