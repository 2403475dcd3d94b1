"""The workflow of the guide: its own steps, run against the stand-in."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from arize_integrations.testing import StandInServer
from arize_integrations_api.contract import OPERATIONS
from tests.operations import CREATE, example_requests

if CREATE not in OPERATIONS:
    pytest.skip("the document has no create", allow_module_level=True)

WORKFLOW = Path(__file__).parents[2] / "docs/examples/integrations.yml"
JOBS = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a file of integrations, and a `gh` that keeps what it is given."""
    (tmp_path / "integrations.yaml").write_text(json.dumps(example_requests(CREATE)[:3]))
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text('#!/bin/sh\necho "$@" > gh.arguments\ncp plan.md comment.md\n')
    gh.chmod(0o755)
    return tmp_path


def run_job(name: str, server: StandInServer, checkout: Path) -> int:
    """Run the steps of a job as the runner would; returns the status of the last one that ran."""
    path = os.pathsep.join([str(checkout / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    ours = {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url}
    ours |= {"PATH": path, "GITHUB_STEP_SUMMARY": "summary.md", "PULL_REQUEST": "7"}
    for step in JOBS[name]["steps"]:
        command: Any = step.get("run", "")
        if not command or command.startswith("pip "):
            continue
        env = os.environ | {key: str(value) for key, value in step.get("env", {}).items()} | ours
        done = subprocess.run(["bash", "-e", "-c", command], cwd=checkout, env=env, timeout=60, check=False)
        if done.returncode:
            return done.returncode
    return 0


def test_the_workflow_plans_applies_and_sees_what_drifts(checkout: Path) -> None:
    with StandInServer([]) as server:
        assert run_job("plan", server, checkout) == 0
        assert "3 to create" in (checkout / "comment.md").read_text("utf-8")
        assert (checkout / "summary.md").read_text("utf-8") == (checkout / "comment.md").read_text("utf-8")
        assert (checkout / "gh.arguments").read_text().startswith("pr comment 7 --body-file plan.md")
        assert server.integrations == []
        assert run_job("drift", server, checkout) == 8
        assert run_job("apply", server, checkout) == 0
        assert len(server.integrations) == 3
        assert run_job("drift", server, checkout) == 0
        server.add(example_requests(CREATE)[0]["type"], name="made by hand")
        assert run_job("drift", server, checkout) == 8


def test_a_plan_has_no_secret_but_the_key_that_reads() -> None:
    """A pull request decides what a plan shows."""
    secrets = [
        value for job in ("plan", "drift") for step in JOBS[job]["steps"] for value in step.get("env", {}).values()
    ]
    assert [value for value in secrets if "secrets." in value] == ["${{ secrets.ARIZE_READ_KEY }}"] * 2
