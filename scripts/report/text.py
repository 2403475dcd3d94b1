"""Text of the document in Markdown: shown as text, whatever it holds."""

import re

from scripts.document.text import one_line

_LONGEST = 200
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[a-z]+)*|[a-z]+/[a-z+-]+")


def code(text: object) -> str:
    """Return `text` as a code span. Nothing in one is a link, a mention, HTML or Markdown; the fence outgrows its backticks."""
    shown = one_line(str(text), _LONGEST)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if shown[:1] in {"`", ""} or shown[-1:] == "`" else ""
    return f"{fence}{space}{shown}{space}{fence}"


def plain(text: object) -> str:
    """Return a word as it is, and anything that is more than a word as a code span."""
    return str(text) if _PLAIN.fullmatch(str(text)) else code(text)
