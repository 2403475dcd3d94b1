"""Each change of a document is found once, in its class, and nothing else is."""

import copy
import functools
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from scripts.document.corrected import correct, read_overlay
from scripts.document.paths import TREE
from scripts.report import differences
from scripts.report.__main__ import main
from scripts.report.changes import Change, Direction, Kind, Severity
from scripts.report.renames import renamed
from scripts.report.text import code
from scripts.report.versions import bump, bumped
from tests.scripts import documents
from tests.scripts.documents import Document, fields, ref, text

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


def _respell(document: Document) -> None:
    """Every provider's tag in another case, in the union and in the provider's own enum."""
    mapping = schemas(document)["LlmConfig"]["discriminator"]["mapping"]
    respelled = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).upper(): target for tag, target in mapping.items()}
    schemas(document)["LlmConfig"]["discriminator"]["mapping"] = respelled
    for tag, target in respelled.items():
        name = (target["$ref"] if isinstance(target, dict) else target).rsplit("/", 1)[-1]
        properties(document, name)["provider"]["enum"] = [tag]


def _rename_schema(document: Document, old: str, new: str) -> Document:
    reference = re.compile(rf'"(#/components/schemas/)?{old}"')
    renamed: Document = json.loads(reference.sub(rf'"\g<1>{new}"', json.dumps(document)))
    return renamed


def _rename_path_parameter(document: Document) -> None:
    document["paths"]["/v2/integrations/{id}"] = document["paths"].pop(ONE)
    document["components"]["parameters"]["IntegrationId"]["name"] = "id"


def _rename_operations(document: Document) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            operation["operationId"] = "renamed_" + operation["operationId"]


SERVERS = ["`https://api.example.com`", "`https://api.{region}.example.com`", "`https://{host}`"]

EVOLUTIONS: dict[str, tuple[Callable[[Document], Any], list[str]]] = {
    "a removed response field": (
        lambda d: (
            properties(d, "IntegrationBase").pop("created_by_user_id"),
            schemas(d)["IntegrationBase"]["required"].remove("created_by_user_id"),
        ),
        ["BREAKS readers | field removed | IntegrationBase.created_by_user_id"],
    ),
    "a required response field becomes nullable": (
        lambda d: properties(d, "IntegrationBase")["name"].update(nullable=True),
        ["BREAKS readers | nullability changed | IntegrationBase.name: can now be null"],
    ),
    "a required response field becomes optional": (
        lambda d: schemas(d)["IntegrationBase"]["required"].remove("name"),
        ["BREAKS readers | requiredness changed | IntegrationBase.name: required → optional"],
    ),
    "a response field never null any more": (
        lambda d: properties(d, "SlackConfig")["channel"].pop("nullable"),
        ["adds | nullability changed | SlackConfig.channel: can no longer be null"],
    ),
    "new response fields": (
        lambda d: (properties(d, "IntegrationBase").update(note=text()), properties(d, "RoleAuth").update(arn=text())),
        ["adds | field added | IntegrationBase.note: optional", "adds | field added | RoleAuth.arn: optional"],
    ),
    "a renamed response field": (
        lambda d: properties(d, "SlackConfig").update(channelName=properties(d, "SlackConfig").pop("channel")),
        ["BREAKS readers | field probably renamed | SlackConfig.channel: now `channelName`"],
    ),
    "a response field of another type": (
        lambda d: properties(d, "IntegrationBase")["name"].update(type="integer"),
        ["BREAKS readers | type changed | IntegrationBase.name: string → integer"],
    ),
    "integers that become numbers": (
        lambda d: properties(d, "Problem").update(status={"type": "number"}),
        ["BREAKS readers | type changed | Problem.status: integer → number"],
    ),
    "a timestamp that becomes a text": (
        lambda d: properties(d, "IntegrationBase")["created_at"].pop("format"),
        ["BREAKS | format changed | IntegrationBase.created_at: date-time → none"],
    ),
    "a required request field": (
        lambda d: (
            properties(d, "IntegrationCreate").update(owner=text()),
            schemas(d)["IntegrationCreate"]["required"].append("owner"),
        ),
        ["BREAKS writers | field added | IntegrationCreate.owner: required"],
    ),
    "an optional request field": (
        lambda d: properties(d, "IntegrationCreate").update(owner=text()),
        ["adds | field added | IntegrationCreate.owner: optional"],
    ),
    "a request field that is required now": (
        lambda d: schemas(d)["IntegrationCreate"]["required"].append("api_key"),
        ["BREAKS writers | requiredness changed | IntegrationCreate.api_key: optional → required"],
    ),
    "a request field that is optional now": (
        lambda d: schemas(d)["IntegrationCreate"]["required"].remove("type"),
        ["adds | requiredness changed | IntegrationCreate.type: required → optional"],
    ),
    "a request field that may be null": (
        lambda d: properties(d, "IntegrationCreate")["name"].update(nullable=True),
        ["adds | nullability changed | IntegrationCreate.name: can now be null"],
    ),
    "a request field that may not be null": (
        lambda d: properties(d, "IntegrationCreate")["api_key"].pop("nullable"),
        ["BREAKS writers | nullability changed | IntegrationCreate.api_key: can no longer be null"],
    ),
    "a removed request field": (
        lambda d: properties(d, "IntegrationCreate").pop("api_key"),
        ["BREAKS writers | field removed | IntegrationCreate.api_key"],
    ),
    "a field in a schema that is sent and received": (
        lambda d: properties(d, "IntegrationScoping").pop("role"),
        ["BREAKS readers writers | field removed | IntegrationScoping.role"],
    ),
    "a limit on what is sent": (
        lambda d: properties(d, "IntegrationCreate")["name"].update(maxLength=10),
        ["BREAKS writers | limit changed | IntegrationCreate.name: maxLength: none → `10`"],
    ),
    "a limit on what is received": (
        lambda d: properties(d, "IntegrationBase")["name"].update(maxLength=10),
        ["says | limit changed | IntegrationBase.name: maxLength: none → `10`"],
    ),
    "a new enum value": (
        lambda d: schemas(d)["IntegrationType"]["enum"].append("webhook"),
        ["adds | enum value added | IntegrationType: `webhook`"],
    ),
    "a removed enum value": (
        lambda d: schemas(d)["IntegrationType"]["enum"].remove("agent"),
        ["BREAKS | enum value removed | IntegrationType: `agent`"],
    ),
    "a re-spelled enum value": (
        lambda d: schemas(d)["IntegrationType"].update(enum=["LLM", "alerting", "agents"]),
        [
            "BREAKS | enum value probably renamed | IntegrationType: `agent` → `agents`",
            "BREAKS | enum value probably renamed | IntegrationType: `llm` → `LLM`",
        ],
    ),
    "an enum that opens up": (
        lambda d: properties(d, "RoleAuth")["hint"].update(enum=["a"]),
        ["adds | enum changed | RoleAuth.hint: only `a`"],
    ),
    "re-spelled tags": (
        _respell,
        [
            line
            for tag in documents.PROVIDERS
            if (new := re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).upper())
            for line in (
                f"BREAKS readers | union tag probably renamed | LlmConfig: `{tag}` → `{new}`",
                f"BREAKS | enum value probably renamed | {documents.class_name(tag)}.provider: `{tag}` → `{new}`",
            )
        ],
    ),
    "a removed union member": (
        lambda d: (
            schemas(d)["LlmConfig"]["oneOf"].pop(),
            schemas(d)["LlmConfig"]["discriminator"]["mapping"].popitem(),
        ),
        ["BREAKS readers | union member removed | LlmConfig: `custom` (CustomConfig)"],
    ),
    "a union member inside a provider": (
        lambda d: (
            schemas(d)["AwsAuth"]["oneOf"].append(ref("AccountAuth")),
            schemas(d)["AwsAuth"]["discriminator"]["mapping"].update(service_account=ref("AccountAuth")),
        ),
        ["adds | union member added | AwsAuth: `service_account` (AccountAuth)"],
    ),
    "an inline union's member": (
        lambda d: (
            properties(d, "VertexAiConfig")["auth"]["oneOf"].pop(),
            properties(d, "VertexAiConfig")["auth"]["discriminator"]["mapping"].popitem(),
        ),
        ["BREAKS readers | union member removed | VertexAiConfig.auth: `service_account` (AccountAuth)"],
    ),
    "a plain class becomes a union": (
        lambda d: properties(d, "AgentIntegration").update(config={"oneOf": [ref("AgentConfig"), ref("SlackConfig")]}),
        ["adds | union member added | AgentIntegration.config: `SlackConfig`"],
    ),
    "a union within a union": (
        lambda d: properties(d, "AlertingIntegration").update(
            config={"oneOf": [ref("AlertingConfig"), ref("AgentConfig")]}
        ),
        ["adds | union member added | AlertingIntegration.config: `AgentConfig`"],
    ),
    "another discriminator": (
        lambda d: schemas(d)["AwsAuth"]["discriminator"].update(propertyName="hint"),
        ["BREAKS readers | discriminator changed | AwsAuth: `method` → `hint`"],
    ),
    "a removed operation": (
        lambda d: d["paths"][ONE].pop("delete"),
        [f"BREAKS | operation removed | DELETE {ONE}"],
    ),
    "an operation elsewhere now": (
        lambda d: d["paths"].update({"/v2/integration-list": d["paths"].pop("/v2/integrations")}),
        [
            "BREAKS | operation probably renamed | GET /v2/integrations: now `GET /v2/integration-list`",
            "BREAKS | operation probably renamed | POST /v2/integrations: now `POST /v2/integration-list`",
        ],
    ),
    "other operationIds": (
        _rename_operations,
        [
            f"says | words changed | {where}: operationId"
            for where in (LIST, CREATE, f"GET {ONE}", f"DELETE {ONE}", f"PATCH {ONE}")
        ],
    ),
    "another name of the path parameter": (
        _rename_path_parameter,
        [
            f"says | parameter probably renamed | {method} /v2/integrations/{{id}} path integration_id: now `id`"
            for method in ("GET", "DELETE", "PATCH")
        ],
    ),
    "a new optional parameter": (
        lambda d: listing(d)["parameters"].append({"name": "space", "in": "query", "schema": text()}),
        [f"adds | parameter added | {LIST} query space: optional"],
    ),
    "a new required parameter": (
        lambda d: listing(d)["parameters"].append({"name": "space", "in": "query", "required": True, "schema": text()}),
        [f"BREAKS | parameter added | {LIST} query space: required"],
    ),
    "a parameter that is required now": (
        lambda d: listing(d)["parameters"][1].update(required=True),
        [f"BREAKS | requiredness changed | {LIST} query cursor: optional → required"],
    ),
    "a removed parameter": (
        lambda d: listing(d)["parameters"].pop(),
        [f"BREAKS | parameter removed | {LIST} query type"],
    ),
    "a renamed parameter": (
        lambda d: listing(d)["parameters"][1].update(name="cursors"),
        [f"BREAKS | parameter probably renamed | {LIST} query cursor: now `cursors`"],
    ),
    "another default": (
        lambda d: listing(d)["parameters"][0]["schema"].update(default=100),
        [f"BREAKS writers | default changed | {LIST} query limit: `50` → `100`"],
    ),
    "a new status code": (
        lambda d: listing(d)["responses"].update({"404": ref("NotFound", "responses")}),
        [f"adds | status code added | {LIST} 404"],
    ),
    "a removed error": (
        lambda d: listing(d)["responses"].pop("429"),
        [f"says | status code removed | {LIST} 429"],
    ),
    "another success": (
        lambda d: listing(d)["responses"].update({"206": listing(d)["responses"].pop("200")}),
        [f"BREAKS | status code removed | {LIST} 200", f"adds | status code added | {LIST} 206"],
    ),
    "a removed header": (
        lambda d: d["components"]["responses"]["RateLimited"].pop("headers"),
        [f"BREAKS | response header removed | {where} 429 Retry-After" for where in (LIST, f"GET {ONE}")],
    ),
    "a body that is required now": (
        lambda d: d["paths"][ONE]["patch"]["requestBody"].update(required=True),
        [f"BREAKS | requiredness changed | PATCH {ONE} request body: optional → required"],
    ),
    "another media type": (
        lambda d: d["components"]["responses"]["BadRequest"].update(
            content={
                "application/json": d["components"]["responses"]["BadRequest"]["content"]["application/problem+json"]
            }
        ),
        [
            f"BREAKS | media type removed | GET {ONE} 400: application/problem+json",
            f"adds | media type added | GET {ONE} 400: application/json",
        ],
    ),
    "a new region": (
        lambda d: d["servers"][1]["variables"]["region"]["enum"].append("us-1"),
        ["adds | enum value added | https://api.{region}.example.com variable region: `us-1`"],
    ),
    "another server first": (
        lambda d: d["servers"].insert(0, {"url": "https://api.example.com.evil.example"}),
        [
            "BREAKS | server changed | default: `https://api.example.com` → `https://api.example.com.evil.example`",
            "BREAKS | server changed | first: `https://api.example.com` → `https://api.example.com.evil.example`",
            "adds | server added | https://api.example.com.evil.example",
        ],
    ),
    "another order of servers": (
        lambda d: d["servers"].reverse(),
        [
            "BREAKS | server changed | first: `https://api.example.com` → `https://{host}`",
            f"BREAKS | server changed | order: {', '.join(SERVERS)} → {', '.join(reversed(SERVERS))}",
        ],
    ),
    "another host for the regions": (
        lambda d: d["servers"][1].update(url="https://{region}.evil.example"),
        [
            "BREAKS | server changed | region: `https://api.{region}.example.com` → `https://{region}.evil.example`",
            "BREAKS | server removed | https://api.{region}.example.com",
            "adds | server added | https://{region}.evil.example",
        ],
    ),
    "a removed server": (
        lambda d: d["servers"].pop(),
        ["BREAKS | server removed | https://{host}"],
    ),
    "another way to sign in": (
        lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(scheme="basic"),
        [
            f"BREAKS | security changed | {where}: `http bearer` → `http basic`"
            for where in (LIST, CREATE, f"GET {ONE}", f"DELETE {ONE}", f"PATCH {ONE}")
        ],
    ),
    "words": (
        lambda d: (
            schemas(d)["Id"].update(description="Other."),
            properties(d, "IntegrationBase")["name"].update(description="Other.", example="x"),
            listing(d).update(summary="Other."),
            d["components"]["responses"]["NotFound"].update(description="Other."),
        ),
        [
            "says | words changed | Id: description",
            "says | words changed | IntegrationBase.name: description, example",
            f"says | words changed | {LIST}: summary",
            f"says | words changed | GET {ONE} 404: description",
            f"says | words changed | PATCH {ONE} 404: description",
            f"says | words changed | DELETE {ONE} 404: description",
        ],
    ),
    "a deprecation": (
        lambda d: listing(d).update(deprecated=True),
        [f"says | status changed | {LIST}: deprecated"],
    ),
    "something the report has no word for": (
        lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(bearerFormat="key"),
        ["says | wording changed | #/components/securitySchemes/bearerAuth/bearerFormat"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), EVOLUTIONS.values(), ids=EVOLUTIONS)
def test_each_change_is_named_once_in_its_class(change: Callable[[Document], Any], expected: list[str]) -> None:
    """A reviewer decides on the strength of this list: nothing may be missing, wrong or made up."""
    before = documents.grown()
    after = copy.deepcopy(before)
    change(after)
    assert sorted(map(shown, found(before, after))) == sorted(expected)


def test_a_renamed_schema_is_a_renamed_class() -> None:
    """And what is in it is compared as before."""
    before = documents.grown()
    after = _rename_schema(before, "AgentConfig", "AgentSettings")
    assert [shown(each) for each in found(before, after)] == [
        "BREAKS | schema probably renamed | AgentConfig: now `AgentSettings`"
    ]


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
