"""Vendoring a new document: all of it or nothing, and nothing where nothing has changed."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import update_spec
from scripts.document.corrected import correct, read_overlay
from scripts.document.errors import ScriptError
from scripts.document.paths import Paths
from scripts.document.vendoring import Lock, sha256
from scripts.update_spec import main, update
from tests.scripts import documents
from tests.scripts.clean import assert_clean
from tests.scripts.conftest import Project, write_package
from tests.scripts.documents import Document
from tests.scripts.web import page, serving


def lock(project: Project) -> Lock:
    found = Lock.read(project.root / "spec" / "spec.lock")
    assert found is not None
    return found


# What is vendored


def test_a_slice_is_vendored_byte_for_byte(project: Project) -> None:
    """With its comments and its layout; the lock has the sums of what was read and written."""
    text = "# Upstream's own words.\n" + documents.yaml_of(documents.grown()).replace("'", '"')
    path = project.write("slice.yaml", text)
    assert project.update(str(path)).changed
    assert project.read("spec/spec.yaml") == text
    assert lock(project).written_sha256 == lock(project).read_sha256 == sha256(text.encode())
    assert lock(project).source == "slice.yaml"


def test_of_a_page_the_block_is_vendored_byte_for_byte(project: Project) -> None:
    """The page's own sum is that of what was read."""
    content = documents.page_of(documents.grown())
    assert project.update(str(project.write("page.md", content))).changed
    assert project.read("spec/spec.yaml") in content
    assert lock(project).read_sha256 == sha256(content.encode())
    assert lock(project).written_sha256 == sha256(project.read("spec/spec.yaml").encode())


@pytest.mark.parametrize("form", ["whole", "json", "whole json"])
def test_of_more_than_a_slice_the_slice_is_vendored_as_yaml_people_can_review(project: Project, form: str) -> None:
    """A diff of one long line helps nobody, nor do sixty foreign operations."""
    document = documents.wrapped(documents.grown()) if "whole" in form else documents.grown()
    text = json.dumps(document) if "json" in form else documents.yaml_of(document)
    assert project.update(str(project.write("upstream", text))).changed
    vendored = yaml.safe_load(project.read("spec/spec.yaml"))
    assert "Thing1" not in vendored["components"]["schemas"]
    assert vendored["components"]["schemas"] == documents.grown()["components"]["schemas"]
    assert project.read("spec/spec.yaml").count("\n") > 100


def test_every_form_of_a_document_gives_the_same_package(empty_project: Project) -> None:
    """The generator sees the slice, whatever was around it and however it was written."""
    seen = []

    def note(document: Mapping[str, Any], destination: Path) -> None:
        seen.append(json.dumps(document["components"]) + json.dumps(document["paths"]))
        write_package(document, destination)

    whole = documents.wrapped(documents.grown())
    forms = [
        documents.yaml_of(documents.grown()),
        json.dumps(whole),
        documents.page_of(whole),
        documents.yaml_of(whole),
    ]
    for form in forms:
        shutil.rmtree(empty_project.root / "generated", ignore_errors=True)
        (empty_project.root / "spec" / "spec.yaml").unlink(missing_ok=True)
        empty_project.update(str(empty_project.write("form", form)), note)
    assert len(seen) == len(forms)
    assert len(set(seen)) == 1


# What is no change


def test_the_second_run_changes_nothing(project: Project) -> None:
    """Not even a date."""
    path = str(project.write("x.yaml", documents.yaml_of(documents.grown())))
    assert project.update(path).changed
    before = project.files()
    again = project.update(path)
    assert not again.changed
    assert again.line.startswith("unchanged")
    assert project.files() == before


@pytest.mark.parametrize(
    "form",
    [
        documents.page_of,
        json.dumps,
        lambda d: documents.yaml_of(documents.wrapped(d)),
        lambda d: json.dumps(documents.wrapped(d, 70)),
    ],
)
def test_the_same_contract_in_another_form_changes_nothing(project: Project, form: Callable[[Document], str]) -> None:
    """Nor does a change elsewhere in the vendor's whole document."""
    before = project.files()
    assert not project.update(str(project.write("x", form(documents.first())))).changed
    assert project.files() == before


def test_an_edit_of_the_vendored_text_is_undone(project: Project) -> None:
    """The text is upstream's alone."""
    before = project.files()
    with (project.root / "spec" / "spec.yaml").open("a") as file:
        file.write("# mine\n")
    assert project.vendor(documents.first()).changed
    assert project.files()["spec/spec.yaml"] == before["spec/spec.yaml"]


def test_another_generator_is_noted_without_a_report(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract is the same; only what it is turned into may differ."""
    before = lock(project)
    monkeypatch.setattr(update_spec, "generator_version", lambda: "openapi-python-client==99.0")
    report = project.read("spec/CHANGES.md")
    assert project.vendor(documents.first()).line == "changed: the same contract, generated again"
    assert lock(project).generator == "openapi-python-client==99.0"
    assert (lock(project).taken, lock(project).read_sha256) == (before.taken, before.read_sha256)
    assert project.read("spec/CHANGES.md") == report


# Where it comes from


def test_without_a_source_the_upstream_of_the_lock_is_read(project: Project) -> None:
    """Which no source given by hand replaces."""
    with serving(page(documents.yaml_of(documents.grown()).encode())) as url:
        path = project.root / "spec" / "spec.lock"
        path.write_text(re.sub(r"upstream: \S+", f"upstream: {url}", path.read_text()))
        assert project.update(None).changed
        assert lock(project).source == url
        project.vendor(documents.first())
        assert lock(project).upstream == url


def test_the_first_upstream_is_the_one_a_page_names(empty_project: Project) -> None:
    """The page is about one operation; the document it was cut from is what to follow."""
    empty_project.update(str(empty_project.write("page.md", documents.page_of(documents.first()))))
    assert lock(empty_project).upstream == "https://api.example.com/v2/spec.yaml"


def test_what_may_be_secret_in_a_url_is_not_recorded(project: Project) -> None:
    """Tokens travel in queries and before the host."""
    with serving(page(documents.yaml_of(documents.grown()).encode())) as url:
        project.update(url.replace("//", "//user:hush@") + "?token=hush#hush")
        assert lock(project).source == url
    assert not [name for name, content in project.files().items() if b"hush" in content]


# What is refused


def without_get(document: Document) -> Document:
    item = document["paths"].pop("/v2/integrations/{integration_id}")
    document["paths"]["/v2/integrations/{integration_id}/keys"] = item
    return document


def without_json(document: Document) -> Document:
    document["components"]["responses"]["Integration"]["content"] = {"text/html": {"schema": {"type": "string"}}}
    return document


def of_another_api(document: Document) -> Document:
    document["paths"]["/v2/integrations/{integration_id}"]["get"]["tags"] = ["Pets"]
    return document


def misbuilt(where: str, what: Any) -> Callable[[Document], Document]:
    def build(document: Document) -> Document:
        *steps, last = where.split(".")
        node = document
        for step in steps:
            node = node[step]
        node[last] = what
        return document

    return build


REFUSED: dict[str, tuple[Callable[[Document], Any], str]] = {
    "a web page": (lambda _: "<html><body>404</body></html>", "web page"),
    "cut-off YAML": (lambda d: documents.yaml_of(d)[:-500] + "    x", "not valid YAML|missing|must be|lacks"),
    "cut-off YAML at a line": (lambda d: documents.yaml_of(d).partition("  securitySchemes")[0], "missing"),
    "cut-off JSON": (lambda d: json.dumps(d)[:-9], "not valid JSON"),
    "a bomb": (lambda d: documents.yaml_of(d) + "x: &x [*x, *x]\n", "contains itself"),
    "another API": (of_another_api, "#/paths has no operation that is tagged 'Integrations'"),
    "no get": (without_get, "#/paths lacks GET /v2/integrations/{id}"),
    "no JSON": (without_json, "has no JSON answer for 200"),
    "an empty document": (lambda _: "openapi: 3.0.3\npaths: {}\n", "has no operation that is tagged"),
    "swagger": (misbuilt("openapi", "2.0"), "#/openapi must be 3.0 or 3.1"),
    "an external reference": (
        misbuilt("components.schemas.Id", {"$ref": "https://evil.example.com/x"}),
        "leads outside",
    ),
    "paths that are a list": (misbuilt("paths", []), "# has no paths"),
    "tags that are texts": (misbuilt("tags", ["Integrations"]), "not built like|must be"),
    "components that are a list": (misbuilt("components", [1]), "not built like|missing"),
    "schemas that are a text": (misbuilt("components.schemas", "none"), "not built like|missing"),
    "security that is a text": (misbuilt("security", "none"), "not built like|must be|missing"),
    "info that is a text": (misbuilt("info", "none"), "not built like|must be"),
    "servers that are null": (misbuilt("servers", 7), "not built like|must be"),
    "responses that are a list": (
        lambda d: misbuilt("paths", {"/v2/integrations/{x}": {"get": {"tags": ["Integrations"], "responses": []}}})(d),
        "not built like|must be",
    ),
    "responses that are a reference": (
        lambda d: misbuilt(
            "paths",
            {"/v2/integrations/{x}": {"get": {"tags": ["Integrations"], "responses": "#/components/schemas/Id"}}},
        )(d),
        "not built like|must be",
    ),
    "a path that is a text": (misbuilt("paths", {"/v2/integrations/{x}": "get"}), "has no operation that is tagged"),
    "a schema that is a number": (misbuilt("components.schemas.Problem", 7), "not built like|must be"),
    "required that is a text": (misbuilt("components.schemas.Problem.required", "title"), "not built like|must be"),
}


@pytest.mark.parametrize(("build", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_will_not_do_is_refused_and_the_tree_untouched(
    project: Project, build: Callable[[Document], Any], reason: str
) -> None:
    """One clear sentence that names the source."""
    before = project.files()
    made = build(documents.first())
    path = project.write("made", made if isinstance(made, str) else documents.yaml_of(made))
    with pytest.raises(ScriptError, match=reason) as caught:
        project.update(str(path))
    assert re.match(r"\S+ was refused: ", str(caught.value))
    assert_clean(str(caught.value))
    assert project.files() == before


@pytest.mark.parametrize("name", ["spec/overlay.yaml", "spec/spec.lock"])
def test_a_damaged_file_of_ours_is_named(project: Project, name: str) -> None:
    """It is not the document's fault."""
    (project.root / name).write_text("a: [")
    before = project.files()
    with pytest.raises(ScriptError, match=re.escape(Path(name).name)):
        project.vendor(documents.grown())
    assert project.files() == before


def test_a_correction_that_fits_no_more_is_named(project: Project) -> None:
    """Somebody has to look at it."""
    with (project.root / "spec" / "overlay.yaml").open("a") as file:
        file.write("  - {target: $.components.schemas.Gone, description: A reason., update: {a: 1}}\n")
    with pytest.raises(ScriptError, match=r"Gone .* matches nothing"):
        project.vendor(documents.grown())


# What is said


@pytest.fixture
def command(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The command, at work on the project, with the quick generator."""
    monkeypatch.setattr(
        update_spec, "update", lambda source: update(source, root=project.root, generator=write_package)
    )
    monkeypatch.setattr(update_spec, "TREE", Paths(project.root))
    monkeypatch.setenv("GITHUB_OUTPUT", str(project.root.parent / "output"))
    return project


def test_the_command_says_in_a_line_whether_anything_changed(
    command: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """And to the workflow, which adds to what others have told it."""
    output = command.write("output", "other=1\n")
    path = str(command.write("x.yaml", documents.yaml_of(documents.grown())))
    for expected in ("update-spec: changed: 0 breaking for callers, ", "update-spec: unchanged: "):
        assert main(["--source", path]) == 0
        said = capsys.readouterr()
        assert said.out.startswith(expected)
        assert said.out.count("\n") == 1
        assert said.err == ""
    assert output.read_text() == "other=1\nchanged=true\nchanged=false\n"


def test_the_command_refuses_in_a_line(command: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, with a status that stops the job; the workflow is told nothing."""
    output = command.write("output", "")
    assert main(["--source", str(command.write("x", "<html>"))]) == 1
    said = capsys.readouterr()
    assert said.out == output.read_text() == ""
    assert re.fullmatch(r"update-spec: \S+ was refused: it is a web page.*; nothing was changed\n", said.err)


def test_the_command_copies_the_report_where_it_is_told(command: Project, tmp_path: Path) -> None:
    """Beside the one in spec/."""
    path = str(command.write("x.yaml", documents.yaml_of(documents.grown())))
    assert main(["--source", path, "--report", str(tmp_path / "report.md")]) == 0
    assert (tmp_path / "report.md").read_text() == command.read("spec/CHANGES.md")


def test_the_report_says_what_it_means_for_callers_python_and_the_version(project: Project) -> None:
    """It is the body of the pull request."""
    project.vendor(documents.grown())
    project.vendor(documents.first())
    report = project.read("spec/CHANGES.md")
    assert "Suggested version: 0.3.1 → **0.4.0** (minor)." in report
    assert "- operation removed: `DELETE /v2/integrations/{integration_id}`" in report
    assert "- union member removed: `LlmConfig`: `awsBedrock` (AwsBedrockConfig) (breaks readers)" in report
    assert re.search(r"- names gone: .*`AwsBedrockConfig`", report)
    assert "### Changed (breaking)" in report


def test_a_name_that_goes_is_breaking_although_the_contract_is_the_same(project: Project) -> None:
    """Somebody imports it; the headline, the version and the list agree."""
    project.vendor(documents.grown())
    renamed = json.loads(
        json.dumps(documents.grown())
        .replace('"IntegrationBase"', '"SharedFields"')
        .replace("/IntegrationBase", "/SharedFields")
    )
    assert not re.search(r"changed: 0 breaking", project.vendor(renamed).line)
    report = project.read("spec/CHANGES.md")
    assert "(minor)" in report
    assert "- names gone: `IntegrationBase`" in report


def test_the_report_names_the_corrections_that_upstream_has_made(project: Project) -> None:
    """So that somebody deletes them."""
    rules = [action for action in read_overlay(project.root / "spec" / "overlay.yaml") if not action.derived]
    project.vendor(correct(documents.grown(), rules).document)
    assert "## Corrections that upstream has made itself" in project.read("spec/CHANGES.md")
    written = project.read("spec/overlay.yaml").partition("written by `make update-spec`")[2]
    assert "discriminator" not in written  # what upstream has not marked itself stays marked


def test_a_name_in_the_document_cannot_write_the_report(project: Project) -> None:
    """A heading, a link or a mention of its own would be taken for ours."""
    document = documents.first()
    document["components"]["schemas"]["IntegrationType"]["enum"].append("a\n\n# All is well @everybody")
    project.vendor(document)
    assert not re.search(r"^# All is well", project.read("spec/CHANGES.md"), re.MULTILINE)
