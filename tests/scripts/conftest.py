"""A project to update: the files that `make update-spec` reads and writes, in a folder of its own."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from scripts.document.paths import TREE
from scripts.update_spec import Generate, Update, update
from tests.scripts import documents


def write_package(document: Mapping[str, Any], destination: Path) -> None:
    """Write a package as the generator would, in a moment: a class for each schema."""
    (destination / "models").mkdir(parents=True)
    names = sorted(document["components"]["schemas"])
    (destination / "__init__.py").write_text("")
    (destination / "models" / "__init__.py").write_text("".join(f"from .a import {name}\n" for name in names))
    (destination / "models" / "a.py").write_text("".join(f"class {name}: ...\n" for name in names))


@frozen
class Project:
    """A tree with spec/ and generated/ in it."""

    root: Path

    def update(self, source: str | None, generator: Generate = write_package) -> Update:
        return update(source, root=self.root, generator=generator)

    def vendor(self, document: documents.Document, generator: Generate = write_package) -> Update:
        """Update from a YAML file with this document."""
        return self.update(str(self.write("upstream.yaml", documents.yaml_of(document))), generator)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file outside the tree."""
        path = self.root.parent / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def files(self) -> dict[str, bytes]:
        """Every file of the tree with its content."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")


PUBLIC = """from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arize_integrations_api.models import *
"""


@pytest.fixture
def empty_project(tmp_path: Path) -> Project:
    """A project before its first document."""
    root = tmp_path / "project"
    (root / "arize_integrations").mkdir(parents=True)
    (root / "arize_integrations" / "_version.py").write_text('__version__ = "0.3.1"\n')
    (root / "arize_integrations" / "__init__.py").write_text(PUBLIC)
    (root / "spec").mkdir()
    shutil.copy(TREE.root / "spec" / "overlay.yaml", root / "spec")
    return Project(root)


@pytest.fixture
def project(empty_project: Project) -> Project:
    """A project with a small document vendored."""
    empty_project.vendor(documents.first())
    return empty_project
