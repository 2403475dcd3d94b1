"""The demo is the first thing people run: it must show what it says, and fail if that did not happen."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api import contract
from scripts import demo

if TYPE_CHECKING:
    from collections.abc import Mapping


def run(environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ARIZE_", "ID"))}
    return subprocess.run(
        [sys.executable, "-m", "scripts.demo"],
        env=ours | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_everything_is_shown_and_really_happened() -> None:
    shown = run({"HTTP_PROXY": "http://127.0.0.1:1"})
    assert (shown.returncode, shown.stderr) == (0, "")
    for scene in demo.SCENES:
        assert scene.title in shown.stdout
    assert ("left out" in shown.stdout) == any(key not in contract.OPERATIONS for key in demo.OPERATIONS.values())
    assert "All of it happened" in shown.stdout
    assert "\033" not in shown.stdout  # nobody looks at a pipe in colour


def test_an_operation_that_the_document_lacks_is_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any document can be vendored, such as one that only reads."""
    monkeypatch.delenv("ID", raising=False)
    monkeypatch.setattr(demo, "OPERATIONS", {**demo.OPERATIONS, "delete": "delete_what_no_document_has"})
    assert demo.main() == 0
    said = capsys.readouterr().out
    assert said.count("left out: the vendored document has no operation for") >= 2  # to delete, and to apply a plan
    assert "delete\n" in said


def test_what_did_not_happen_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("ID", raising=False)
    monkeypatch.setattr(StandInServer, "answer_next", lambda *_: None)  # no rate limit to survive
    assert demo.main() == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "2 requests were due" in said.err
    assert "All of it happened" not in said.out


def test_an_id_without_a_key_gets_one_sentence() -> None:
    shown = run({"ID": "some-id"})
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr.count("\n") == 1
    assert "ARIZE_API_KEY" in shown.stderr


def test_an_id_with_a_key_does_the_one_call() -> None:
    with StandInServer() as server:
        integration_id = server.integration_ids[0]
        environment = {"ID": integration_id, "ARIZE_API_KEY": server.api_key}
        shown = run(environment | {"ARIZE_BASE_URL": server.base_url})
        assert (shown.returncode, shown.stderr) == (0, "")
        assert integration_id in shown.stdout
        assert len(server.requests) == 1


def test_a_call_that_fails_gets_one_sentence() -> None:
    with StandInServer() as server:
        server.answer_next(Answer.example(404))
        environment = {"ID": "gone", "ARIZE_API_KEY": server.api_key}
        shown = run(environment | {"ARIZE_BASE_URL": server.base_url})
    assert (shown.returncode, shown.stdout) == (1, "")
    assert shown.stderr.count("\n") == 1
    assert "404" in shown.stderr
