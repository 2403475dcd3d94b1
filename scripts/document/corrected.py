"""The corrected document: what is vendored in spec/, sliced, with our corrections applied."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from scripts.document import overlay as overlays
from scripts.document.errors import DocumentError, OverlayError, SourceError
from scripts.document.paths import TREE
from scripts.document.safe_yaml import parse
from scripts.document.slicing import TAG, sliced
from scripts.document.validity import validate


@frozen
class Correction:
    """A valid document, and the overlay actions that upstream has made needless."""

    document: dict[str, Any]
    obsolete: list[str]


def corrected_document(spec: Path = TREE.spec, overlay: Path = TREE.overlay) -> Correction:
    """Return the document the SDK is generated from.

    Args:
        spec: the vendored OpenAPI document, a slice or the vendor's whole one.
        overlay: the OpenAPI Overlay 1.0 document with our corrections.

    Raises:
        ScriptError: a file cannot be read, an action matches nothing, or the result is not valid.
    """
    return correct(parse_document(spec.read_text("utf-8")), read_overlay(overlay))


def correct(document: Mapping[str, Any], actions: list[overlays.Action]) -> Correction:
    """Return `document` sliced, corrected and validated."""
    corrected, obsolete = overlays.apply(actions, sliced(document))
    validate(corrected)
    return Correction(corrected, obsolete)


def read_overlay(path: Path) -> list[overlays.Action]:
    """Return the actions of the overlay at `path`."""
    try:
        return overlays.read_actions(parse(path.read_text("utf-8")))
    except SourceError as error:
        raise OverlayError(f"the overlay cannot be read: {error}") from error


def parse_document(text: str) -> dict[str, Any]:
    """Return the OpenAPI 3.0 or 3.1 document in a YAML or JSON text."""
    document = parse(text)
    if not isinstance(document, dict) or not {"openapi", "swagger"} & document.keys():
        raise SourceError("it is no OpenAPI document: it has no 'openapi' version")
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith(("3.0.", "3.1.")):
        raise DocumentError("must be 3.0 or 3.1", ["openapi"])
    if not isinstance(document.get("paths"), dict):
        raise DocumentError(f"has no paths, so no operation is tagged {TAG!r}")
    return document
