"""Whether a document is OpenAPI, as the specification's own JSON Schemas say. Nothing but the document is read."""

import functools
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped]
from jsonschema_specifications import REGISTRY as SPECIFICATIONS  # type: ignore[import-untyped]
from openapi_spec_validator.schemas import schema_v30, schema_v31
from referencing import Registry, Resource

from scripts.document.errors import DocumentError
from scripts.document.text import quoted

_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}


def validate(document: Mapping[str, Any]) -> None:
    """Refuse a document that is not valid OpenAPI 3.0 or 3.1.

    Raises:
        DocumentError: with the most precise of the faults.
    """
    validator = _validator_30() if str(document["openapi"]).startswith("3.0.") else _validator_31()
    faults = [_innermost(fault) for fault in validator.iter_errors(dict(document))]
    if faults:
        fault = max(faults, key=_precision)
        raise DocumentError(_reason(fault), fault.absolute_path)


@functools.cache
def _validator_30() -> Any:
    return Draft4Validator(dict(schema_v30))


@functools.cache
def _validator_31() -> Any:
    """The schema of 3.1 leaves out what a schema object is; its `meta` anchor is bound to JSON Schema 2020-12 here."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    document = Resource.from_contents(dict(schema_v31))
    bound = {
        "$schema": dialect,
        "$id": "urn:openapi:3.1",
        "$ref": schema_v31["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": dialect}},
    }
    registry = Registry().with_resource(schema_v31["$id"], document).combine(SPECIFICATIONS)
    return Draft202012Validator(bound, registry=registry)


def _innermost(fault: ValidationError) -> ValidationError:
    return max([fault, *map(_innermost, fault.context or ())], key=_precision)


def _precision(fault: ValidationError) -> tuple[int, bool]:
    return len(fault.absolute_path), fault.validator == "type"


def _reason(fault: ValidationError) -> str:
    """What is wrong, in our words: the library's hold whole objects as Python writes them."""
    wanted: Any = fault.validator_value
    match fault.validator:
        case "type":
            kinds = wanted if isinstance(wanted, list) else [wanted]
            return f"must be {' or '.join(_KINDS[kind] for kind in kinds)}"
        case "required":
            missing = (
                [name for name in wanted if name not in fault.instance] if isinstance(fault.instance, dict) else []
            )
            return f"lacks {', '.join(map(quoted, missing[:3]))}"
        case "enum":
            return f"must be one of {', '.join(map(quoted, wanted[:8]))}"
        case "additionalProperties" | "unevaluatedProperties":
            return "has a member that OpenAPI does not know there"
        case "pattern":
            return f"does not match {quoted(wanted)}"
        case _:
            return f"is not what OpenAPI asks for there ({fault.validator})"
