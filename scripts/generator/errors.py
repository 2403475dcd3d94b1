"""What the generator says when it cannot make a package of a document."""

from scripts.document.errors import ScriptError


class GenerationError(ScriptError):
    """The generator could not turn the document into a package; the message says why, in one sentence."""
