"""The generated package: the same text every time, named as promised, and never half written."""

from __future__ import annotations

import copy
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from keyword import iskeyword
from pathlib import Path
from typing import Any

import pytest
import yaml

import arize_integrations_api.contract as contract
from arize_integrations import UnknownVariant
from scripts import generate as generating
from scripts.document.corrected import corrected_document
from scripts.document.errors import ScriptError
from scripts.document.paths import TREE, Paths
from scripts.generate import HEADER, PACKAGE, differences, generate
from scripts.generator.errors import GenerationError
from scripts.generator.names import RESERVED
from tests.properties.packages import RICH_DOCUMENT, rich_package

VERSIONS = ("3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return corrected_document().document


@pytest.fixture(scope="module")
def rich() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(RICH_DOCUMENT.read_text(encoding="utf-8"))
    return loaded


def test_what_is_committed_is_what_the_document_gives(document: dict[str, Any], tmp_path: Path) -> None:
    generate(document, tmp_path / PACKAGE)
    assert differences(TREE.generated, tmp_path / PACKAGE) == ""


def test_the_text_is_the_same_a_second_time_and_from_elsewhere(
    rich: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(rich, tmp_path / "first")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n")  # other people's settings stay out
    generate(copy.deepcopy(rich), tmp_path / "some" / "where" / "second")
    assert differences(tmp_path / "first", tmp_path / "some" / "where" / "second") == ""


def _interpreter(version: str) -> str:
    """A Python of that version that has what generating takes."""
    name = f"python{version}"
    found = [shutil.which(name), *map(str, Path.home().glob(f".pyenv/versions/{version}*/bin/{name}"))]
    probe = "import openapi_python_client, attrs, ruff, yaml, openapi_spec_validator, jsonpath_rfc9535"
    for candidate in filter(None, found):
        if subprocess.run([candidate, "-c", probe], capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.skip(f"no Python {version} with the generator's requirements was found")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_text_is_the_same_from_every_python(version: str, rich: dict[str, Any], tmp_path: Path) -> None:
    python = sys.executable if "{}.{}".format(*sys.version_info) == version else _interpreter(version)
    (tmp_path / "rich.json").write_text(json.dumps(rich), encoding="utf-8")
    code = (
        "import json, sys, pathlib; from scripts.generate import generate; "
        "generate(json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(TREE.root), "PYTHONHASHSEED": version.replace(".", "")}
    command = [python, "-c", code, str(tmp_path / "rich.json"), str(tmp_path / "theirs")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    generate(rich, tmp_path / "ours")
    assert differences(tmp_path / "ours", tmp_path / "theirs") == ""


def test_each_file_says_what_wrote_it() -> None:
    files = sorted(TREE.generated.rglob("*.py"))
    assert len(files) > 10
    for path in files:
        assert path.read_text(encoding="utf-8").startswith(HEADER), path
    assert f"openapi-python-client {importlib.metadata.version('openapi-python-client')}" in HEADER
    assert (TREE.generated / "py.typed").exists()


def test_no_public_attribute_ends_in_an_underscore() -> None:
    """`integration.type`, not `integration.type_`: the generator's usual way with builtins is not ours."""
    attributes = {field.key: field.attribute for fields in contract.MODELS.values() for field in fields.fields}
    assert attributes["type"] == "type"
    renamed = {key for key, name in attributes.items() if name.endswith("_")}
    assert {key for key in renamed if not iskeyword(key) and key not in RESERVED} == set()


def test_names_that_would_break_a_class_are_the_only_ones_changed() -> None:
    """Pinned on the richer document; what a model's own code calls `list` or `self` must stay that."""
    fields = rich_package().contract.MODELS["Awkward"].fields
    attributes = {field.key: field.attribute for field in fields}
    for plain in ("type", "format", "value", "url", "id"):
        assert attributes[plain] == plain
    for taken in (
        "list",
        "dict",
        "self",
        "to_dict",
        "from_dict",
        "additional_properties",
        "class",
        "import",
        "str",
        "int",
    ):
        assert attributes[taken] == f"{taken}_"
    assert len(set(attributes.values())) == len(attributes)


def test_alternatives_among_alternatives_are_alternatives() -> None:
    """The facade looks for the one that fits in one list, not in a tree."""
    contract = rich_package().contract
    fields = {field.key: field for field in contract.MODELS["NvidiaConfig"].fields}
    *others, array = fields["until"].shape.options
    assert {type(option) for option in others} == {contract.Text, contract.Plain, contract.Choice}
    assert array == contract.Array(contract.AnyOf((contract.Model("Limit"), contract.Model("Window"))))


def test_every_union_and_operation_is_in_the_contract() -> None:
    rich = rich_package().contract
    assert set(rich.UNIONS) == {
        *("Integration", "LlmConfig", "Credential", "OAuth", "Schedule", "AzureConfigAuth", "BedrockConfigAuth"),
    }
    assert rich.UNIONS["Credential"].members["oauth"] == rich.Tagged("OAuth")
    assert rich.UNIONS["BedrockConfigAuth"].members["static-session"] == rich.Model("BedrockConfigAuthStaticKeys")
    assert list(rich.OPERATIONS) == ["get_v2_integrations_item"]
    assert "get_v2_integrations_item" in contract.OPERATIONS
    assert rich.OPERATIONS["get_v2_integrations_item"].result == rich.Tagged("Integration")


def test_each_union_is_a_type_that_includes_the_unknown() -> None:
    for package in (contract, rich_package().contract):
        models = sys.modules[package.__name__.replace("contract", "models")]
        for name, union in package.UNIONS.items():
            members = getattr(models, name).__args__
            assert members[-1].__name__ == UnknownVariant.__name__
            named = {member.name for member in union.members.values() if isinstance(member, package.Model)}
            assert named <= {member.__name__ for member in members}


def test_every_model_is_exported() -> None:
    for package in (contract, rich_package().contract):
        models = sys.modules[package.__name__.replace("contract", "models")]
        assert {*package.MODELS, *package.UNIONS} <= set(models.__all__)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda schemas: schemas["LlmConfig"]["discriminator"]["mapping"].update(x="#/components/schemas/Nowhere"),
            "Nowhere",
        ),
        (lambda schemas: schemas["Folder"]["properties"].update(x={"$ref": "#/components/schemas/Missing"}), "Folder"),
        (lambda schemas: schemas.clear(), "integrations"),
    ],
)
def test_a_document_that_cannot_be_generated_is_told_by_what_is_wrong(
    spoil: Any, message: str, rich: Any, tmp_path: Path
) -> None:
    spoilt = copy.deepcopy(rich)
    spoil(spoilt["components"]["schemas"])
    with pytest.raises(ScriptError, match=message):
        generate(spoilt, tmp_path / "package")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what `python -m scripts.generate` works on."""
    paths = Paths(tmp_path)
    shutil.copytree(TREE.generated, paths.generated, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TREE.spec.parent, paths.spec.parent)
    monkeypatch.setattr(generating, "TREE", paths)
    return paths.generated


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_check_passes_on_what_was_generated_and_writes_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _contents(tree.parent.parent)
    assert generating.main(["--check"]) == 0
    assert _contents(tree.parent.parent) == before
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize("victim", ["contract.py", "models/__init__.py", "py.typed"])
def test_check_shows_a_single_byte_that_was_edited(tree: Path, victim: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tree / victim
    text = path.read_bytes()
    path.write_bytes(text.replace(b"Generated", b"Generatad", 1) if text else b"#")
    assert generating.main(["--check"]) == 1
    message = capsys.readouterr().err
    assert f"in the tree/{victim}" in message
    assert f"as generated/{victim}" in message
    assert "run `make generate`" in message
    assert "\n-" in message
    assert len(message.splitlines()) < 20


def test_check_tells_of_a_file_too_many_and_a_file_too_few(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "models" / "stale.py").write_text("x = 1\n")
    (tree / "types.py").unlink()
    assert generating.main(["--check"]) == 1
    message = capsys.readouterr().err
    assert "-x = 1" in message
    assert "as generated/types.py" in message


def test_generating_restores_what_was_edited_and_leaves_nothing_else(tree: Path) -> None:
    before = _contents(tree)
    (tree / "models" / "stale.py").write_text("x = 1\n")
    (tree / "types.py").unlink()
    assert generating.main([]) == 0
    assert _contents(tree) == before
    assert [path.name for path in tree.parent.iterdir()] == [PACKAGE]


@pytest.mark.parametrize("where", ["document", "generator", "last step"])
def test_a_failure_leaves_the_tree_as_it_was(
    tree: Path, where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tree.parent.parent
    if where == "document":
        (root / "spec" / "spec.yaml").write_text("openapi: 3.0.3\n")
    elif where == "generator":
        monkeypatch.setattr(generating, "_format", _fail)
    before = _contents(root)
    if where == "last step":
        monkeypatch.setattr(Path, "replace", _fail_after(1))
        with pytest.raises(OSError, match="disk"):
            generating.main([])
    else:
        assert generating.main([]) == 1
        assert capsys.readouterr().err.startswith("generate: ")
    assert _contents(root) == before


def _fail(*_: object) -> None:
    raise GenerationError("a step failed")


def _fail_after(successes: int) -> Any:
    replace, calls = Path.replace, iter(range(10))

    def fail_once(source: Path, destination: Path) -> Path:
        if next(calls) == successes:
            raise OSError("disk full")
        return replace(source, destination)

    return fail_once
