"""What the package says if it cannot be imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

BREAK = """
import sys, types
sys.modules[{dependency!r}] = types.ModuleType({dependency!r})  # a version that lacks everything
{statement}
"""


@pytest.mark.parametrize("dependency", ["httpx", "attrs"])
@pytest.mark.parametrize(
    "statement",
    ["from arize_integrations import IntegrationsClient", "import arize_integrations as a; a.IntegrationsClient"],
)
def test_a_dependency_that_fails_while_it_is_imported_shows_its_cause(dependency: str, statement: str) -> None:
    """It said "cannot import name 'IntegrationsClient'", and nothing of the dependency."""
    code = BREAK.format(dependency=dependency, statement=statement)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "ImportError" in done.stderr.splitlines()[-1]
    assert dependency in done.stderr.splitlines()[-1]


def test_a_name_that_is_not_there_is_named() -> None:
    code = "from arize_integrations import NoSuchName"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "cannot import name 'NoSuchName' from 'arize_integrations'" in done.stderr
