"""What the package says if it cannot be imported, and what tools that look into it find."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import typing
from typing import Any
from unittest.mock import create_autospec

import pytest

from arize_integrations import (
    Applied,
    AsyncIntegrationPager,
    AsyncIntegrationsClient,
    Change,
    IntegrationPage,
    IntegrationPager,
    IntegrationsClient,
    Plan,
    RetryPolicy,
)

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


PUBLIC = [
    *(IntegrationsClient, AsyncIntegrationsClient, IntegrationPager, AsyncIntegrationPager, IntegrationPage),
    *(Plan, Change, Applied, RetryPolicy),
]


@pytest.mark.parametrize("public", PUBLIC)
def test_the_annotations_of_every_public_method_can_be_read(public: type) -> None:
    """FastAPI, typer and others that inject a client read them; a name for type checkers alone is a NameError there."""
    for name, method in inspect.getmembers(public, inspect.isfunction):
        if not name.startswith("_"):
            typing.get_type_hints(method)
    typing.get_type_hints(inspect.getattr_static(public, "__init__"))


@pytest.mark.parametrize("client", [IntegrationsClient, AsyncIntegrationsClient])
def test_a_client_can_be_mocked_with_its_signatures(client: Any) -> None:
    mock = create_autospec(client, instance=True)
    asynchronous = client is AsyncIntegrationsClient
    asyncio.run(mock.get("id")) if asynchronous else mock.get("id")
    with pytest.raises(TypeError):
        mock.get("id", "another")
    with pytest.raises(AttributeError):
        mock.no_such_method()
    mock.list()  # without `await` in both


def test_importing_in_many_threads_at_once_works() -> None:
    code = """
import sys, threading
sys.setswitchinterval(1e-6)
failures, start = [], threading.Barrier(20)
def use(number):
    start.wait()
    try:
        import arize_integrations
        names = arize_integrations.__all__
        for name in (names if number % 2 else reversed(names)):
            getattr(arize_integrations, name)
    except BaseException as error:
        failures.append(error)
threads = [threading.Thread(target=use, args=(number,)) for number in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(repr(failures) if failures else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
