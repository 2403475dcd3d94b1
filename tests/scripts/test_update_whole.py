"""An update with the generator itself: the package of the new document works, and so does the facade on it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.document.paths import TREE
from scripts.generate import generate
from tests.scripts import documents
from tests.scripts.conftest import Project
from tests.scripts.documents import Document

LATER: dict[str, Document | str] = {
    "five operations, three types, ten providers": documents.grown(),
    "the vendor's whole document, as JSON, in 3.1, with unions that name no discriminator": json.dumps(
        documents.wrapped(documents.as_31(documents.grown(explicit=False)))
    ),
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a clone of this repository holds, as far as an update needs it."""
    root = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("arize_integrations", "generated", "scripts", "spec"):
        shutil.copytree(TREE.root / name, root / name, ignore=ignored)
    shutil.copy(TREE.root / "pyproject.toml", root)
    # So that every document is a change, also the one that may be vendored here by then.
    (root / "spec" / "spec.yaml").unlink()
    return root


def _upstream(root: Path, document: Document | str) -> Path:
    path = root.parent / "upstream"
    path.write_text(document if isinstance(document, str) else documents.yaml_of(document))
    return path


def run(root: Path, *command: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "generated")])}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=environment, input=stdin, text=True, capture_output=True, check=False
    )


USE = """
import httpx, json, sys
from arize_integrations import Integration, IntegrationsClient, UnknownVariant
for example in json.load(sys.stdin):
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json=example))
    with IntegrationsClient("key", base_url="https://example.com", transport=answer) as client:
        integration = client.get("x")
    print(type(integration).__name__, type(integration.config).__name__)
    assert integration.to_dict()["config"] == example["config"]
"""
EXAMPLES: dict[str, Document] = {
    "LlmIntegration OpenAiConfig": {},
    "LlmIntegration MistralConfig": {"config": documents.CONFIG | {"provider": "mistral"}},
    "AgentIntegration AgentConfig": {"type": "agent", "config": {"url": "https://example.com"}},
    "AlertingIntegration SlackConfig": {"type": "alerting", "config": {"provider": "slack"}},
}


@pytest.mark.parametrize("document", LATER.values(), ids=LATER)
def test_after_an_update_everything_fits_and_the_facade_knows_the_newcomers(
    checkout: Path, document: Document | str
) -> None:
    """No hand has touched it: `make check` is content, and a new member arrives as its own class."""
    path = _upstream(checkout, document)
    done = run(checkout, "-m", "scripts.update_spec", "--source", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("update-spec: changed")
    checked = run(checkout, "-m", "scripts.generate", "--check")
    assert checked.returncode == 0, checked.stderr
    used = run(checkout, "-c", USE, stdin=json.dumps([documents.EXAMPLE | members for members in EXAMPLES.values()]))
    assert (used.stdout.splitlines(), used.stderr) == (list(EXAMPLES), "")


def test_the_package_of_the_whole_is_the_package_of_the_slice(empty_project: Project) -> None:
    """To the byte."""
    packages = []
    for document in (documents.grown(), documents.wrapped(documents.grown())):
        (empty_project.root / "spec" / "spec.yaml").unlink(missing_ok=True)
        assert empty_project.vendor(document, generate).changed
        packages.append({name: text for name, text in empty_project.files().items() if name.startswith("generated")})
    assert len(packages[0]) > 40
    assert packages[0] == packages[1]
