"""The vendored document and our corrections: whatever is vendored, these hold."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from oas_patch.overlay import apply_overlay  # type: ignore[import-untyped]

from scripts.document import vendoring
from scripts.document.corrected import correct, corrected_document, parse_document, read_overlay
from scripts.document.errors import DocumentError, OverlayError, ScriptError, SourceError
from scripts.document.overlay import apply, read_actions
from scripts.document.paths import TREE
from scripts.document.slicing import sliced
from scripts.document.source import published
from scripts.document.vendoring import Lock, overlay_text, sha256, yaml_text
from tests.scripts import documents
from tests.scripts.documents import Document

RULES = [action for action in read_overlay(TREE.overlay) if not action.derived]


def overlay(*actions: Any) -> Any:
    return {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": list(actions)}


def action(target: str, **verbs: Any) -> Any:
    return {
        "target": target,
        "description": "A reason.",
        **{key.replace("_", "-"): value for key, value in verbs.items()},
    }


def mappings(node: Any) -> list[dict[str, Any]]:
    """Every discriminator mapping of a document."""
    if isinstance(node, list):
        return [found for item in node for found in mappings(item)]
    if not isinstance(node, dict):
        return []
    own = [node["discriminator"]["mapping"]] if "mapping" in (node.get("discriminator") or {}) else []
    return own + [found for value in node.values() for found in mappings(value)]


def test_the_vendored_text_is_what_the_lock_says() -> None:
    """Nobody has edited it by hand."""
    lock = Lock.read(TREE.lock)
    assert lock is not None
    assert sha256(TREE.spec.read_bytes()) == lock.written_sha256
    assert lock.upstream.startswith("https://")


def test_the_lock_names_the_generator_that_is_pinned() -> None:
    """After an upgrade: `make update-spec SOURCE=spec/spec.yaml`."""
    lock = Lock.read(TREE.lock)
    assert lock is not None
    assert f'"{lock.generator}"' in (TREE.root / "pyproject.toml").read_text("utf-8")
    assert lock.generator == vendoring.generator_version()


def test_the_vendored_document_is_corrected_to_a_valid_one() -> None:
    """`corrected_document` validates; here is what it is corrected to."""
    document = corrected_document(TREE.spec, TREE.overlay).document
    assert all(isinstance(target, str) for mapping in mappings(document) for target in mapping.values())


def test_any_overlay_tool_makes_the_same_document_of_our_files() -> None:
    """The derived actions keep up with the rules, so the standard is enough to read our corrections."""
    vendored = parse_document(TREE.spec.read_text("utf-8"))
    ours, _ = apply(RULES, vendored)
    theirs = apply_overlay(copy.deepcopy(vendored), yaml.safe_load(TREE.overlay.read_text("utf-8")))
    assert theirs == ours
    assert overlay_text(TREE.overlay.read_text("utf-8"), RULES, vendored) == TREE.overlay.read_text("utf-8")


def test_each_correction_of_the_overlay_has_its_reason() -> None:
    """A correction nobody can explain is a mystery a year later."""
    assert all(re.search(r"\w+ \w+", each.description) for each in read_overlay(TREE.overlay))


@pytest.mark.parametrize(
    "document",
    [documents.first(), documents.grown(), documents.grown(explicit=False), documents.as_31(documents.grown())],
    ids=["first", "grown", "implicit", "3.1"],
)
def test_later_documents_are_corrected_by_the_same_rules(document: Document) -> None:
    """Newcomers in upstream's broken form included, at every depth."""
    found = mappings(correct(document, RULES).document)
    assert all(target.startswith("#/components/schemas/") for mapping in found for target in mapping.values())
    assert sum(map(len, found)) == sum(map(len, mappings(sliced(document))))


def test_a_correction_that_upstream_has_made_is_obsolete() -> None:
    """Reported, so that it can be deleted; not an error."""
    corrected = correct(documents.first(), RULES).document
    again = correct(
        corrected, [*RULES, *read_actions(overlay(action("$.info", update={"title": corrected["info"]["title"]})))]
    )
    assert again.document == corrected
    assert len(again.obsolete) == 2
    assert not correct(documents.first(), RULES).obsolete


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (overlay(action("$.nowhere", update={"a": 1})), "matches nothing"),
        (overlay(action("$.components.schemas.Gone", remove=True)), "matches nothing"),
        (overlay({"target": "$.info", "update": {"a": 1}}), "no reason"),
        (overlay(action("$.info")), "does nothing"),
        (overlay(action("info[", update={"a": 1})), "no JSONPath"),
        (overlay(action("$.info.title", update={"a": 1})), "no object"),
        (overlay(action("$", remove=True)), "whole document"),
        (overlay("x"), "no target"),
        ({"overlay": "2.0.0", "actions": []}, "not an OpenAPI Overlay"),
        ({"overlay": "1.0.0"}, "no list of actions"),
        (None, "not an OpenAPI Overlay"),
    ],
)
def test_a_correction_that_cannot_be_made_is_an_error(broken: Any, reason: str) -> None:
    """Silence here would be a fault in the generated code."""
    with pytest.raises(OverlayError, match=reason):
        apply(read_actions(broken), documents.first())


def test_standard_actions_update_and_remove() -> None:
    """Objects merge, lists grow, what is removed is gone: as the standard says."""
    actions = read_actions(
        overlay(
            action("$.info", update={"title": "New", "x-list": {"a": [1]}}),
            action("$.servers", update={"url": "https://new.example.com"}),
            action("$.tags[?@.name=='Integrations']", remove=True),
            action("$.components.schemas.*.description", remove=True),
        )
    )
    corrected, obsolete = apply(actions, documents.first())
    assert corrected["info"]["title"] == "New"
    assert corrected["servers"][-1] == {"url": "https://new.example.com"}
    assert corrected["tags"] == []
    assert "description" not in corrected["components"]["schemas"]["Id"]
    assert not obsolete


def test_a_stale_derived_action_forces_nothing_on_a_later_document() -> None:
    """It says what the rules amounted to for another document."""
    stale = action("$.components.schemas.LlmConfig.discriminator.mapping", update={"gone": "#/x"}, x_derived=True)
    corrected, obsolete = apply(read_actions(overlay(stale)), documents.first())
    assert corrected == documents.first()
    assert not obsolete


def test_the_overlay_is_rewritten_below_what_people_wrote(tmp_path: Path) -> None:
    """Their comments and their layout stay."""
    written = "# Mine.\n" + yaml_text(overlay(action("$..mapping[?@['$ref']]", x_replace_by="$ref")))
    rules = [each for each in read_actions(yaml.safe_load(written)) if not each.derived]
    once = overlay_text(written, rules, documents.grown())
    assert once.startswith(written)
    assert overlay_text(once, rules, documents.grown()) == once
    assert overlay_text(once, rules, correct(documents.grown(), RULES).document) == written
    theirs = apply_overlay(documents.grown(), yaml.safe_load(once))
    assert theirs == apply(rules, documents.grown())[0]
    assert [each for each in read_actions(yaml.safe_load(once)) if not each.derived] == rules


REFUSED = {
    "swagger": ("swagger: '2.0'\npaths: {}\n", DocumentError, "#/openapi must be 3.0 or 3.1"),
    "3.2": ("openapi: 3.2.0\npaths: {}\n", DocumentError, "#/openapi must be 3.0 or 3.1"),
    "a list": ("- openapi\n", SourceError, "no OpenAPI document"),
    "no paths": ("openapi: 3.0.3\n", DocumentError, "has no paths"),
}


@pytest.mark.parametrize(("text", "kind", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_document_of_ours_is_refused(text: str, kind: type[ScriptError], reason: str) -> None:
    """With the reason, in a sentence."""
    with pytest.raises(kind, match=reason):
        parse_document(text)


def test_an_invalid_document_is_refused_with_the_place() -> None:
    """The first thing a maintainer asks is: where?"""
    document = documents.first()
    document["components"]["schemas"]["Id"]["type"] = 7
    with pytest.raises(DocumentError, match="#/components/schemas/Id/type must be a text"):
        correct(document, RULES)


def test_a_page_and_its_document_are_one(tmp_path: Path) -> None:
    """Through the whole of reading, in both forms."""
    from_page = parse_document(published(documents.page_of(documents.grown()).encode()).text)
    assert from_page == documents.grown()
