"""Comparing two documents: every difference, and whom it breaks. Each part of a document has a module of its own."""

import json
from collections.abc import Mapping
from typing import Any

from scripts.document.slicing import identity
from scripts.report.changes import Changes, Kind
from scripts.report.compare_operations import OperationComparison
from scripts.report.compare_schemas import SchemaComparison
from scripts.report.compare_servers import ServerComparison


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    """Return every difference between two corrected documents, none only if they mean the same."""
    changes = _compare(old, new)
    if not len(changes) and identity(old) != identity(new):
        where = ", ".join(sorted(_places(json.loads(identity(old)), json.loads(identity(new)))))
        changes.documentation(Kind.CHANGED, "wording", where)
    return changes


def first(new: Mapping[str, Any]) -> Changes:
    """Return what a first document brings: its operations are all new."""
    return _compare({"paths": {}, "servers": new.get("servers", [])}, new)


def _compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    changes = Changes()
    schemas = SchemaComparison(old, new, changes)
    OperationComparison(old, new, changes, schemas).compare()
    ServerComparison(old, new, changes, schemas).compare()
    return changes


def _places(old: Any, new: Any, place: str = "#") -> set[str]:
    """The innermost places where two JSON values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = old.keys() | new.keys()
        changed = (key for key in keys if old.get(key) != new.get(key))
        return set().union(*(_places(old.get(key), new.get(key), f"{place}/{key}") for key in changed))
    return {place}
