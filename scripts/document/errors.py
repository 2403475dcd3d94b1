"""Errors whose text is for the person at the terminal: one printable sentence, what is wrong and where."""

from collections.abc import Iterable

from scripts.document.text import one_line

_LONGEST_PLACE = 100
_LONGEST_REASON = 110


class ScriptError(Exception):
    """Anything a script refuses to do; its text is the whole message."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class SourceError(ScriptError):
    """The upstream document could not be fetched, read or recognised."""


class DocumentError(ScriptError):
    """The document was read, but it is not one this SDK can be built from.

    Args:
        reason: what is wrong there, without a subject ("is no object").
        place: the keys and indexes that lead to it.
    """

    def __init__(self, reason: str, place: Iterable[object] = ()) -> None:
        super().__init__(reason, tuple(place))

    @property
    def reason(self) -> str:
        """What is wrong."""
        return str(self.args[0])

    @property
    def pointer(self) -> str:
        """The place, as a JSON pointer (RFC 6901) in its URI form."""
        return pointer(self.args[1])

    def __str__(self) -> str:
        return f"{one_line(self.pointer, _LONGEST_PLACE)} {one_line(self.reason, _LONGEST_REASON)}"


class OverlayError(ScriptError):
    """A correction in the overlay is malformed or no longer fits the document."""


def pointer(place: Iterable[object]) -> str:
    """Return the JSON pointer for the keys and indexes that lead to a place in a document."""
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
