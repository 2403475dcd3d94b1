"""The two documents of an update: what stands in the tree, and what upstream publishes now."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from scripts.document import vendoring
from scripts.document.corrected import Correction, correct, parse_document
from scripts.document.errors import DocumentError, OverlayError, ScriptError
from scripts.document.overlay import Action, read_actions
from scripts.document.paths import Paths
from scripts.document.safe_yaml import parse
from scripts.document.slicing import is_slice, sliced
from scripts.document.source import Published, Source, published
from scripts.document.usable import require_usable
from scripts.document.vendoring import Lock, sha256


@frozen
class Vendored:
    """What stands in the tree before an update."""

    text: bytes
    overlay: str
    actions: list[Action]
    lock: Lock | None

    @classmethod
    def at(cls, paths: Paths) -> "Vendored":
        """Read the tree.

        Raises:
            ScriptError: the overlay or the lock is missing or damaged.
        """
        try:
            overlay = paths.overlay.read_text("utf-8")
            text = paths.spec.read_bytes() if paths.spec.exists() else b""
        except (OSError, UnicodeDecodeError) as error:
            raise ScriptError(f"spec/ cannot be read: {error}") from error
        try:
            # The derived actions speak of the vendored document only.
            actions = [action for action in read_actions(parse(overlay)) if not action.derived]
        except ScriptError as error:
            raise OverlayError(f"spec/overlay.yaml cannot be used: {error}") from error
        return cls(text, overlay, actions, Lock.read(paths.lock))

    @property
    def is_intact(self) -> bool:
        """Whether spec.yaml is what the last update wrote."""
        return self.lock is not None and self.lock.written_sha256 == sha256(self.text)

    def correction(self) -> Correction | None:
        """The corrected document, None if there is none that can be used."""
        try:
            return _corrected(parse_document(self.text.decode("utf-8-sig")), self.actions)
        except (ScriptError, UnicodeDecodeError):
            return None


@frozen
class Candidate:
    """What upstream publishes now: as read, as understood, as corrected."""

    origin: Source
    published: Published
    document: dict[str, Any]
    correction: Correction

    @classmethod
    def of(cls, origin: Source, actions: list[Action]) -> "Candidate":
        """Understand and check what was read.

        Raises:
            ScriptError: it is no document, or not one the SDK can be built from.
        """
        text = published(origin.content)
        document = parse_document(text.text)
        correction = _corrected(document, actions)
        require_usable(correction.document)
        return cls(origin, text, document, correction)

    def vendored_text(self) -> str:
        """Upstream's own text if it is no more than our slice, else our text of the slice."""
        if not self.published.text.lstrip().startswith("{") and is_slice(self.document):
            return self.published.text
        return vendoring.yaml_text(sliced(self.document))


def _corrected(document: Mapping[str, Any], actions: list[Action]) -> Correction:
    try:
        return correct(document, actions)
    except ScriptError:
        raise
    except RecursionError as error:
        raise DocumentError("is nested too deeply") from error
    except Exception as error:
        # What is read before it is validated may be built in any way.
        raise DocumentError("is not built like an OpenAPI document") from error
