from __future__ import annotations

from typing import Any

import pytest

from scripts.document.corrected import corrected_document


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The API document as vendored, with our corrections."""
    return corrected_document().document
