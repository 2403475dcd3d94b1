"""What a report as a whole says: names, order, version, text."""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from scripts.report.__main__ import main
from scripts.report.changes import Direction, Kind, Severity
from scripts.report.renames import renamed
from scripts.report.text import code
from scripts.report.versions import bump, bumped
from tests.scripts import documents
from tests.scripts.comparing import found, properties, schemas, shown
from tests.scripts.documents import Document, fields, ref, text


def test_growing_is_additive_and_shrinking_is_breaking() -> None:
    """One operation to five, one type to three, one provider to ten, and back."""
    there, back = found(documents.first(), documents.grown()), found(documents.grown(), documents.first())
    assert {change.severity for change in there} == {Severity.ADDITIVE}
    assert {change.severity for change in back} == {Severity.BREAKING}
    assert len([change for change in there if change.subject == "union member"]) == 11
    assert len([change for change in there if change.subject == "operation"]) == 4
    assert sorted(
        (change.subject, change.where, change.detail) for change in there if change.kind is Kind.ADDED
    ) == sorted((change.subject, change.where, change.detail) for change in back if change.kind is Kind.REMOVED)


@pytest.mark.parametrize("document", [documents.first(), documents.grown(), documents.grown(explicit=False)])
def test_the_same_api_in_other_words_has_no_difference_for_callers(document: Document) -> None:
    """3.0 and 3.1, the slice and the whole."""
    for other in (documents.as_31(document), documents.wrapped(document)):
        assert {change.severity for change in found(document, other)} <= {Severity.DOCUMENTATION}
    assert not found(document, documents.wrapped(document))


def test_a_field_that_moves_to_a_base_is_the_same_field() -> None:
    """How upstream factors its schemas is nobody's business."""
    before = documents.grown()
    after = copy.deepcopy(before)
    schemas(after)["LlmConfigBase"]["properties"]["has_api_key"] = {"type": "boolean"}
    schemas(after)["LlmConfigBase"]["required"].append("has_api_key")
    for provider in documents.PROVIDERS:
        properties(after, documents.class_name(provider)).pop("has_api_key")
        schemas(after)[documents.class_name(provider)]["allOf"][1]["required"].remove("has_api_key")
    assert {change.severity for change in found(before, after)} == {Severity.DOCUMENTATION}


def test_schemas_that_contain_themselves_are_compared() -> None:
    """By reference, through a list, through a union."""
    before = documents.grown()
    properties(before, "Problem").update(
        cause=ref("Problem"),
        causes={"type": "array", "items": ref("Problem")},
        other={"oneOf": [ref("Problem"), ref("KeyAuth")]},
    )
    after = copy.deepcopy(before)
    properties(after, "Problem").pop("detail")
    assert [shown(change) for change in found(before, after)] == ["BREAKS readers | field removed | Problem.detail"]


def test_names_are_paired_only_where_they_are_alike() -> None:
    """A wrong guess costs a reviewer more than none."""
    kinds = dict.fromkeys(["openAI", "llm", "created_at"], "string")
    assert renamed(kinds, dict.fromkeys(["OPEN_AI", "agent", "createdAt", "gpt"], "string")) == {
        "openAI": "OPEN_AI",
        "created_at": "createdAt",
    }
    assert renamed({"size": "string"}, {"sizes": "array"}) == {}
    assert renamed({"size": "string"}, {"SIZE": "array"}) == {"size": "SIZE"}


@pytest.mark.parametrize(
    ("version", "severity", "part", "after"),
    [
        ("0.3.1", Severity.BREAKING, "minor", "0.4.0"),
        ("0.3.1", Severity.ADDITIVE, "patch", "0.3.2"),
        ("0.3.1", Severity.DOCUMENTATION, "patch", "0.3.2"),
        ("1.3.1", Severity.BREAKING, "major", "2.0.0"),
        ("1.3.1", Severity.ADDITIVE, "minor", "1.4.0"),
        ("1.3.1", Severity.DOCUMENTATION, "patch", "1.3.2"),
        ("2.0.0.dev1", Severity.ADDITIVE, "minor", "2.1.0"),
    ],
)
def test_the_suggested_version_follows_semantic_versioning(
    version: str, severity: Severity, part: str, after: str
) -> None:
    """Before 1.0, as the README says: what breaks counts the second number up, the rest the third."""
    assert bump(version, severity) == part
    assert bumped(version, severity) == after


def test_where_the_key_goes_to_comes_first() -> None:
    """A reader must not have to look for it among the new fields."""
    after = documents.grown()
    after["servers"].insert(0, {"url": "https://evil.example"})
    assert found(documents.first(), after)[0].subject == "server"
    assert found(documents.grown(), documents.first() | {"servers": after["servers"]})[0].subject == "server"


@pytest.mark.parametrize(
    "name", ["`a`", "a``b", "` <h1> @octocat #1 [x](https://evil.example) ```", "|", "\n\n# a", "\u202ex"]
)
def test_text_of_the_document_is_text_in_markdown(name: str) -> None:
    """Neither a link nor a mention nor HTML: an independent parser finds one code span and nothing else."""
    tokens = MarkdownIt("commonmark").parse(f"- a: {code(name)}: {code(name)}")
    inline = [token for token in tokens if token.type == "inline"]
    assert [child.type for child in inline[0].children or ()] == ["text", "code_inline", "text", "code_inline"]
    assert len(inline) == 1


def test_schemas_that_share_their_bases_are_compared_in_good_time() -> None:
    """Each base is looked at once, however many ways lead to it."""
    before = documents.grown()
    for level in range(40):
        for side in "LR":
            schemas(before)[f"{side}{level}"] = {"allOf": [ref(f"L{level + 1}"), ref(f"R{level + 1}")]}
    schemas(before).update({"L40": fields([], last=text()), "R40": fields([], last=text())})
    properties(before, "Problem")["deep"] = ref("L0")
    after = copy.deepcopy(before)
    for name in ("L40", "R40"):
        schemas(after)[name]["properties"].pop("last")
    began = time.process_time()
    assert [shown(change)[:-8] for change in found(before, after)] == ["BREAKS readers | field removed | "]
    assert time.process_time() - began < 5


def test_the_list_is_in_the_same_order_whoever_makes_it() -> None:
    """A report is committed; it must not depend on the order in which Python meets names."""
    changes = found(documents.grown(), documents.first())
    assert changes == sorted(
        changes, key=lambda change: (-change.severity, change.subject != "server", change.subject, change.where)
    )


@pytest.mark.parametrize("form", [documents.yaml_of, documents.page_of, json.dumps])
def test_two_documents_are_compared_from_the_command_line(
    form: Callable[[Document], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In any form they are published in."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text(form(documents.first()))
    new.write_text(form(documents.grown()))
    assert main([str(old), str(new)]) == 0
    assert "- operation added: `GET /v2/integrations`\n" in capsys.readouterr().out
    assert main([str(old), str(old)]) == 0
    assert capsys.readouterr().out == "No difference.\n"
    old.write_text("<html>")
    assert main([str(old), str(new)]) == 1
    assert "web page" in capsys.readouterr().err


def test_a_change_that_concerns_readers_and_writers_is_one_change() -> None:
    """Found twice, reported once, with both who are broken."""
    before = documents.grown()
    after = copy.deepcopy(before)
    schemas(after)["IntegrationScoping"]["properties"]["role"] = fields([], name=text())
    (change,) = found(before, after)
    assert change.breaks == {Direction.REQUEST, Direction.RESPONSE}
