"""Text of the document for a terminal or a log: one printable line, which commands nothing.

Markdown has its own function in `scripts.report.markdown`, Python source in `scripts.generator`.
"""

import json

LONGEST = 300
"""Characters of a line that says why something was refused."""


def one_line(text: str, limit: int = LONGEST) -> str:
    """Return `text` as one printable line of at most `limit` characters, cut in its middle.

    Line breaks become spaces, other unprintable characters their escapes. A build log takes `##[...]` for a command
    wherever it stands, and `::` at the beginning of a line.
    """
    line = "".join(map(_shown, " ".join(text.split())))
    line = line.replace("##[", "# #[")
    line = line.replace("::", ": :", 1) if line.startswith("::") else line
    if len(line) <= limit:
        return line
    half = (limit - 1) // 2
    return f"{line[: limit - 1 - half]}…{line[len(line) - half :]}"


def quoted(name: object, limit: int = 60) -> str:
    """Return a name of the document in quotes, as JSON writes it."""
    text = name if isinstance(name, str) else json.dumps(name, default=str)
    return f"'{one_line(text, limit)}'"


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
