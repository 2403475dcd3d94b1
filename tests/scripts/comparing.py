"""Comparing two documents as an update would, and each change in a line."""

import functools
import json

from scripts.document.corrected import correct, read_overlay
from scripts.document.paths import TREE
from scripts.report import differences
from scripts.report.changes import Change, Severity
from tests.scripts.documents import Document

RULES = [action for action in read_overlay(TREE.root / "spec" / "overlay.yaml") if not action.derived]
LIST = "GET /v2/integrations"
CREATE = "POST /v2/integrations"
ONE = "/v2/integrations/{integration_id}"


def found(old: Document, new: Document) -> list[Change]:
    """The changes between two documents, corrected as they would be vendored."""
    return list(differences(corrected(json.dumps(old)), corrected(json.dumps(new))))


@functools.cache
def corrected(document: str) -> Document:
    return correct(json.loads(document), RULES).document


def shown(change: Change) -> str:
    """A change in a line: its class, what happened, to what, where."""
    severity = {Severity.BREAKING: "BREAKS", Severity.ADDITIVE: "adds", Severity.DOCUMENTATION: "says"}[change.severity]
    who = "".join(sorted(f" {direction.value}" for direction in change.breaks))
    detail = f": {change.detail}" if change.detail else ""
    return f"{severity}{who} | {change.subject} {change.kind} | {change.where}{detail}"


def schemas(document: Document) -> Document:
    found: Document = document["components"]["schemas"]
    return found


def properties(document: Document, name: str) -> Document:
    schema = schemas(document)[name]
    found: Document = (schema.get("allOf") or [schema])[-1]["properties"]
    return found


def listing(document: Document) -> Document:
    found: Document = document["paths"]["/v2/integrations"]["get"]
    return found
