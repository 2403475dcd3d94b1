"""Applying an OpenAPI Overlay 1.0, strictly: a correction that does nothing must be explained.

Besides the standard's `update` and `remove`, three extensions are known (see spec/README.md):
`x-replace-by` and `x-mark` on a rule, `x-derived` on what a rule amounts to for the vendored document.
"""

import copy
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

import jsonpath_rfc9535 as jsonpath
from attrs import field, frozen

from scripts.document.errors import OverlayError
from scripts.document.requests import request_schemas
from scripts.document.text import quoted


@frozen
class Action:
    """One correction: what it is applied to and why."""

    target: str
    description: str
    update: Any = None
    remove: bool = False
    replace_by: str | None = None
    mark: dict[str, Any] | None = None
    derived: bool = False
    query: jsonpath.JSONPathQuery = field(init=False, repr=False, eq=False)

    @query.default
    def _compile(self) -> jsonpath.JSONPathQuery:
        try:
            return jsonpath.compile(self.target)
        except jsonpath.JSONPathError as error:
            raise OverlayError(f"the overlay target {quoted(self.target)} is no JSONPath") from error

    def __str__(self) -> str:
        return f"{self.target} ({' '.join(self.description.split())})"


def read_actions(overlay: Any) -> list[Action]:
    """Return the actions of a parsed overlay, in its order.

    Raises:
        OverlayError: it is not an Overlay 1.0 document, or an action lacks its reason.
    """
    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1.0"):
        raise OverlayError("the overlay is not an OpenAPI Overlay 1.0 document")
    actions = overlay.get("actions")
    if not isinstance(actions, list):
        raise OverlayError("the overlay has no list of actions")
    return [_action(item) for item in actions]


def _action(item: Any) -> Action:
    if not isinstance(item, dict) or not isinstance(item.get("target"), str):
        raise OverlayError(f"an overlay action has no target: {quoted(item)}")
    if not str(item.get("description") or "").strip():
        raise OverlayError(f"the overlay action on {item['target']} gives no reason (description)")
    if not any(item.get(verb) for verb in ("update", "remove", "x-replace-by", "x-mark")):
        raise OverlayError(f"the overlay action on {item['target']} does nothing")
    return Action(
        target=item["target"],
        description=item["description"],
        update=item.get("update"),
        remove=item.get("remove") is True,
        replace_by=item.get("x-replace-by"),
        mark=item.get("x-mark"),
        derived=item.get("x-derived") is True,
    )


def apply(actions: list[Action], document: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the corrected copy of `document` and the corrections upstream has made itself.

    Raises:
        OverlayError: an action's target matches nothing and nothing shows it was made upstream.
    """
    corrected: dict[str, Any] = copy.deepcopy(dict(document))
    obsolete = [str(action) for action in actions if not _apply(action, corrected) and not action.derived]
    return corrected, obsolete


def _apply(action: Action, document: dict[str, Any]) -> bool:
    """Apply one action in place; return whether it changed anything."""
    nodes = action.query.find(document)
    if action.replace_by is not None:
        # The target describes the fault itself: if it matches nothing, there is no fault left.
        return _replace(document, nodes, action.replace_by)
    if action.mark is not None:
        # A document may have no such property: that is no reason to delete the rule.
        changed = [_merge_objects(cast("dict[str, Any]", node.value), action.mark) for node in _marked(nodes, document)]
        return not changed or any(changed)
    if not nodes:
        raise OverlayError(f"the overlay action on {action} matches nothing in the document")
    if action.derived:
        # The rule has been applied already; what it amounted to for an older document must not
        # be applied to this one.
        return False
    if action.remove:
        _remove(document, nodes)
        return True
    changed = [_update(node.value, action) for node in nodes]
    return any(changed)


def _marked(nodes: jsonpath.JSONPathNodeList, document: Mapping[str, Any]) -> list[jsonpath.JSONPathNode]:
    """Those nodes that are schemas of what a request sends; equal keys in examples and answers are something else."""
    schemas = request_schemas(document)
    return [node for node in nodes if id(node.value) in schemas and isinstance(node.value, dict)]


def _replace(document: dict[str, Any], nodes: jsonpath.JSONPathNodeList, member: str) -> bool:
    for node in nodes:
        *place, key = node.location
        _at(document, place)[key] = _at(node.value, [member])
    return bool(nodes)


def _remove(document: dict[str, Any], nodes: jsonpath.JSONPathNodeList) -> None:
    for node in reversed(nodes):
        if not node.location:
            raise OverlayError("an overlay action removes the whole document")
        *place, key = node.location
        del _at(document, place)[key]


def _update(target: Any, action: Action) -> bool:
    if isinstance(target, list):
        if action.update in target:
            return False
        target.append(copy.deepcopy(action.update))
        return True
    if not isinstance(target, dict) or not isinstance(action.update, dict):
        raise OverlayError(f"the overlay action on {action} updates what is no object or array")
    return _merge_objects(target, action.update)


def _merge_objects(target: dict[str, Any], update: dict[str, Any]) -> bool:
    changed = False
    for key, value in update.items():
        present = target.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            changed |= _merge_objects(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            missing = [item for item in value if item not in present]
            present.extend(copy.deepcopy(missing))
            changed |= bool(missing)
        elif key not in target or present != value:
            target[key] = copy.deepcopy(value)
            changed = True
    return changed


def _at(document: Any, location: Iterable[int | str]) -> Any:
    for step in location:
        document = document[step]
    return document


def derive(actions: list[Action], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return, as standard `update` actions, what the rules amount to for this document."""
    updates: dict[str, dict[str, Any]] = {}
    found = dict(document)
    for rule in actions:
        if rule.replace_by is not None:
            for node in rule.query.find(found):
                *place, key = node.location
                updates.setdefault(_path(place), {})[str(key)] = _at(node.value, [rule.replace_by])
        elif rule.mark is not None:
            for node in _marked(rule.query.find(found), found):
                updates.setdefault(_path(node.location), {}).update(rule.mark)
    return [{"target": target, "update": update} for target, update in updates.items()]


def _path(location: Iterable[int | str]) -> str:
    return "$" + "".join(map(_step, location))


def _step(step: int | str) -> str:
    """A step of a JSONPath, as RFC 9535 writes it: in quotes unless it is a plain word."""
    if isinstance(step, int):
        return f"[{step}]"
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", step):
        return f".{step}"
    return "['" + json.dumps(step)[1:-1].replace('\\"', '"').replace("'", "\\'") + "']"
