"""Documents that have done harm: each is refused in a clean line and nothing has changed, or it harms nothing.

The kinds come from public bug reports of code generators and from trying to break this project.
"""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import update_spec
from scripts.document.errors import ScriptError
from scripts.document.limits import TimeLimit
from scripts.document.trial import require_importable
from scripts.generate import generate
from tests.scripts import documents
from tests.scripts.clean import assert_clean
from tests.scripts.conftest import Project
from tests.scripts.documents import Document, ref, text

Change = Callable[[Document], Any]
ITEM = "/v2/integrations/{integration_id}"
INNER: Document = {"type": "object", "properties": {"n": text()}}


def schemas(document: Document) -> Document:
    found: Document = document["components"]["schemas"]
    return found


def scoping(document: Document) -> Document:
    found: Document = schemas(document)["IntegrationScoping"]["properties"]
    return found


def get(document: Document) -> Document:
    found: Document = document["paths"][ITEM]["get"]
    return found


def nested_unions(document: Document) -> None:
    for level in range(18):
        item = ref(f"U{level + 1}")
        schemas(document)[f"U{level}"] = {"oneOf": [item, {"type": "array", "items": item}]}
    schemas(document)["U18"] = text()
    scoping(document)["s"] = ref("U0")


REFUSED: dict[str, tuple[Change, str]] = {
    "the same path with a slash at its end": (
        lambda d: d["paths"].update({ITEM + "/": {"get": documents.get_operation()}}),
        "#/paths/~1v2~1integrations~1{integration_id}~1/get would have the same name as",
    ),
    "a first server that is no URL": (lambda d: d["servers"].insert(0, {"url": "/"}), "#/servers/0/url is not an https"),
    "a server on plain http": (lambda d: d["servers"].append({"url": "http://example.com"}), "#/servers/3/url is not"),
    "a server with a password": (lambda d: d["servers"].append({"url": "https://a:b@example.com"}), "#/servers/3/url"),
    "no server for the default": (lambda d: d["servers"].pop(0), "#/servers names no server without variables"),
    "servers on the path": (lambda d: d["paths"][ITEM].update(servers=d["servers"]), "has servers of its own"),
    "servers on the operation": (lambda d: get(d).update(servers=d["servers"]), "has servers of its own"),
    "another security scheme": (
        lambda d: d["components"]["securitySchemes"].update(bearerAuth={"type": "apiKey", "in": "header", "name": "x"}),
        "#/security asks for another security scheme",
    ),
    "a header that is required now": (
        lambda d: get(d)["parameters"].append({"name": "X-A", "in": "header", "required": True, "schema": text()}),
        "requires the header parameter 'X-A', which the client cannot send",
    ),
    "a query parameter that is required now": (
        lambda d: d["paths"][ITEM].update(parameters=[{"name": "q", "in": "query", "required": True, "schema": text()}]),
        "requires the query parameter 'q', which the client cannot send",
    ),
    "line breaks and escapes in a reference": (
        lambda d: scoping(d).update(n=ref("x\n::error file=README.md,line=1::forged\n\x1b[2J\x1b[31mred")),
        "#/components/schemas/IntegrationScoping/properties/n refers to",
    ),
    "a workflow command of the old form": (lambda d: scoping(d).update(n=ref("##[add-path]/tmp")), "properties/n"),
    "a very long name": (lambda d: scoping(d).update({"a" * 5000: ref("Nowhere")}), "refers to 'schemas/Nowhere'"),
    "a file as a reference": (
        lambda d: scoping(d).update(n={"$ref": "file:///etc/passwd"}),
        "properties/n refers to 'file:///etc/passwd', which leads outside its components",
    ),
    "a mapping to a file": (
        lambda d: schemas(d)["LlmConfig"].update(
            discriminator={"propertyName": "provider", "mapping": {"a": "file:///etc/passwd"}}
        ),
        "discriminator/mapping/a refers to 'file:///etc/passwd'",
    ),
    "half a surrogate pair": (lambda d: d["info"].update(title="\ud800"), "#/info/title holds half of a surrogate"),
    "a number beyond all floats": (lambda d: d["info"].update({"x-a": float("inf")}), "Infinity|too large"),
    "a NUL in a name": (lambda d: scoping(d).update({"x\0": text()}), "unprintable character in its name"),
    "a line separator in a name": (lambda d: scoping(d).update({"a\u2028b": text()}), "unprintable character"),
    "a name that Python reads as another": (
        lambda d: scoping(d).update({"ﬁeld": text(), "field": text()}),
        "properties/ﬁeld has a name that Python would read as another one",
    ),
    "unions of unions": (nested_unions, "#/components/schemas/U0 is a union of more than 64 types"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_served_is_refused_in_a_clean_line_and_nothing_changes(
    project: Project, change: Change, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the place and the reason, and commands neither a terminal nor a build log."""
    document = documents.first()
    change(document)
    path = project.write("upstream.json", json.dumps(document))
    before = project.files()
    began = time.process_time()
    with pytest.raises(ScriptError, match=reason) as caught:
        project.update(str(path), generate)
    assert time.process_time() - began < 10
    assert project.files() == before
    assert_clean(f"update-spec: {caught.value}; nothing was changed")


def quoted_tag(document: Document) -> None:
    """Code in the name of the property that decides."""
    for name in ("Integration", "LlmConfig"):
        schemas(document)[name]["discriminator"]["propertyName"] = (
            't"]](src_dict)\nopen("document-code-ran", "w")\n_x=['
        )


def nothing_but_text(project: Project) -> None:
    assert "document-code-ran" not in {path.name for path in project.root.rglob("*")}


def text_in_code(project: Project) -> None:
    report = project.read("spec/CHANGES.md")
    for line in report.splitlines():
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        assert not re.search(r"<|@|\]\(|#1", outside.lstrip("# "))
    assert "@octocat" in report


def nothing_read(project: Project) -> None:
    assert b"root:" not in b"".join(project.files().values())


MARKDOWN = "`<h1>H</h1><img src=https://evil.example/p.png> @octocat fixes #1 [click](https://evil.example)"
ACCEPTED: dict[str, tuple[Change, Callable[[Project], Any]]] = {
    "code in a discriminator": (quoted_tag, nothing_but_text),
    "a quote in a discriminator": (
        lambda d: schemas(d)["LlmConfig"]["discriminator"].update(propertyName='a"b'),
        nothing_but_text,
    ),
    "a reference to a file where a default stands": (
        lambda d: scoping(d).update(n={"type": "object", "default": {"$ref": "file:///etc/passwd"}}),
        nothing_read,
    ),
    "a reference to a file in an example": (
        lambda d: get(d)["responses"].update(
            {"200": {"description": "", "content": {"application/json": {
                "schema": ref("Integration"), "example": {"$ref": "file:///etc/passwd"}}}}}
        ),
        nothing_read,
    ),
    "Markdown and HTML in a name": (lambda d: scoping(d).update({MARKDOWN: text()}), text_in_code),
    "no example at all": (
        lambda d: d["components"]["responses"]["Integration"]["content"]["application/json"].pop("example"),
        nothing_but_text,
    ),
    "names with quotes below an inline union": (
        lambda d: scoping(d).update({"a'b": documents.union("provider", {"q": "OpenAiConfig"}, broken=True)}),
        lambda project: project.vendor(documents.grown()),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "holds"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_is_accepted_can_be_imported_read_back_and_followed_by_the_next(
    project: Project, monkeypatch: pytest.MonkeyPatch, change: Change, holds: Callable[[Project], None]
) -> None:
    """The package is imported whole in a process of its own; the same document a second time is no change."""
    monkeypatch.chdir(project.root)
    document = documents.first()
    change(document)
    path = project.write("upstream.json", json.dumps(document))
    assert project.update(str(path), update_spec.build).changed
    assert not project.update(str(path), generate).changed
    holds(project)
    assert project.vendor(documents.first()).changed


def test_minified_json_with_sorted_keys_is_a_document(project: Project) -> None:
    """Its first key is `components`."""
    text = json.dumps(documents.grown(), separators=(",", ":"), sort_keys=True)
    assert project.update(str(project.write("upstream", text))).changed


def test_another_first_server_is_breaking_and_named_first(project: Project) -> None:
    """The key would go there."""
    document = documents.first()
    document["servers"].insert(0, {"url": "https://api.example.com.evil.example"})
    scoping(document).pop("role")
    project.vendor(document)
    report = project.read("spec/CHANGES.md")
    first = next(line for line in report.splitlines() if line.startswith("- "))
    assert first.startswith("- server changed: `default`: `https://api.example.com` → ")
    assert "(minor)" in report


def test_blank_lines_cost_no_time(project: Project) -> None:
    """A pattern that begins again from each of them takes minutes."""
    began = time.process_time()
    with pytest.raises(ScriptError, match="no OpenAPI document"):
        project.update(str(project.write("upstream.yaml", "\n" * 500_000)))
    assert time.process_time() - began < 2


def test_a_run_that_takes_too_long_ends_and_says_in_what() -> None:
    """Whatever else a document may think of; a broad `except` on the way does not keep it going."""

    def never_ends() -> None:
        while True:
            try:
                time.sleep(0.01)
            except Exception:  # noqa: BLE001
                continue

    with (
        pytest.raises(ScriptError, match=r"^generating took longer than 0\.05 seconds$"),
        TimeLimit(0.05, "generating"),
    ):
        never_ends()


def test_a_package_that_cannot_be_imported_is_not_taken(project: Project) -> None:
    """It would be found by the first caller otherwise."""

    def broken(document: Any, destination: Path) -> None:
        generate(document, destination)
        (destination / "models" / "extra.py").write_text("import nowhere_at_all\n")
        require_importable(destination)

    before = project.files()
    with pytest.raises(ScriptError, match=r"cannot be imported: it fails at '.*models\.extra'"):
        project.vendor(documents.grown(), broken)
    assert project.files() == before


def test_any_document_may_follow_any_other(project: Project) -> None:
    """Later and earlier ones, in both versions of OpenAPI, without a hand on anything."""
    chain = [documents.grown(), documents.as_31(documents.first()), documents.grown(explicit=False), documents.first()]
    for document in chain:
        project.vendor(document, generate)
        assert not project.vendor(document, generate).changed
