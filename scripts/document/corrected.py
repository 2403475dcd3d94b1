"""The corrected document: what is vendored in spec/, sliced, with our corrections applied."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from scripts.document import overlay as overlays
from scripts.document.errors import DocumentError, OverlayError, SourceError
from scripts.document.safe_yaml import parse
from scripts.document.slicing import TAG, sliced

FOLDER = Path(__file__).resolve().parents[2] / "spec"
SPEC = FOLDER / "spec.yaml"
OVERLAY = FOLDER / "overlay.yaml"


@frozen
class Correction:
    """A valid document, and the overlay actions that upstream has made needless."""

    document: dict[str, Any]
    obsolete: list[str]


def corrected_document(spec: Path = SPEC, overlay: Path = OVERLAY) -> Correction:
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
    version = str(document.get("openapi"))
    if not version.startswith(("3.0.", "3.1.")):
        raise DocumentError("its OpenAPI version is not 3.0 or 3.1")
    if not isinstance(document.get("paths"), dict):
        raise DocumentError(f"it has no paths, so no operation is tagged {TAG!r}")
    return document


def validate(document: Mapping[str, Any]) -> None:
    """Raise DocumentError with the most precise of the faults openapi-spec-validator finds."""
    is_30 = str(document["openapi"]).startswith("3.0.")
    validator = OpenAPIV30SpecValidator if is_30 else OpenAPIV31SpecValidator
    faults = [_innermost(fault) for fault in validator(dict(document)).iter_errors()]
    if faults:
        fault = max(faults, key=_precision)
        where = "/".join(str(step) for step in fault.absolute_path) or "its root"
        raise DocumentError(f"it is not valid OpenAPI at {where}: {fault.message[:300]}")


def _innermost(fault: ValidationError) -> ValidationError:
    return max([fault, *map(_innermost, fault.context)], key=_precision)


def _precision(fault: ValidationError) -> int:
    return len(fault.absolute_path)
