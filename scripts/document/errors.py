"""Errors whose text is for the person at the terminal: one sentence, what is wrong and where."""


class ScriptError(Exception):
    """Anything a script refuses to do; its text is the whole message."""


class SourceError(ScriptError):
    """The upstream document could not be fetched, read or recognised."""


class DocumentError(ScriptError):
    """The document was read, but it is not one this SDK can be built from."""


class OverlayError(ScriptError):
    """A correction in the overlay is malformed or no longer fits the document."""
