from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scripts.document.corrected import corrected_document

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The API document as vendored, with our corrections."""
    return corrected_document().document


@pytest.fixture(scope="session")
def document_file(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file, for programs."""
    path = tmp_path_factory.mktemp("prism") / "document.json"
    path.write_text(json.dumps(document, default=str), "utf-8")
    return path
