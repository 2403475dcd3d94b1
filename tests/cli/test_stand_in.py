"""`stand-in`: the testing server as a program of its own."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from arize_integrations import IntegrationsClient
from arize_integrations.declarative.document import has_list
from tests.cli.shell import COMMAND, EXAMPLE, ID, Run, sentence
from tests.operations import CREATE, example_requests, skip_without


@contextmanager
def running(*arguments: str) -> Iterator[tuple["subprocess.Popen[bytes]", IntegrationsClient]]:
    with subprocess.Popen(
        [*COMMAND, "stand-in", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout
            said = dict(process.stdout.readline().decode().strip().split("=", 1) for _ in range(2))
            with IntegrationsClient(said["ARIZE_API_KEY"], base_url=said["ARIZE_BASE_URL"]) as client:
                yield process, client
        finally:
            process.kill()


@pytest.mark.parametrize(("signalled", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_says_where_it_is_and_serves_until_it_is_ended(signalled: signal.Signals, status: int) -> None:
    """A container's first process has to end on SIGTERM by itself."""
    with running() as (process, client):
        assert client.get(ID).name == EXAMPLE["name"]
        assert process.stderr
        assert (
            process.stderr.readline() == b"arize-integrations: Integrations held by the stand-in: 1. Ctrl-C ends it.\n"
        )
        process.send_signal(signalled)
        assert process.wait(timeout=20) == status
        assert process.stderr.read() == b""


@pytest.mark.skipif(not has_list(), reason="the document has no list")
def test_it_holds_what_is_in_the_files(tmp_path: Path) -> None:
    """Requests as `plan` takes them, or integrations as `list -o json` shows them."""
    skip_without(CREATE)
    body = example_requests(CREATE)[0]
    (tmp_path / "requests.json").write_text(json.dumps([body | {"name": "asked for"}]))
    (tmp_path / "answers.json").write_text(json.dumps([EXAMPLE]))
    with running("-f", str(tmp_path / "requests.json"), "-f", str(tmp_path / "answers.json"), "-q") as (_, client):
        assert client.find("asked for", type=body["type"]) is not None
        assert client.get(ID).to_dict()["id"] == ID


def test_a_port_that_is_taken_is_said(run: Run, server: object) -> None:
    port = getattr(server, "base_url").rpartition(":")[2]  # noqa: B009
    done = run("stand-in", "--port", port)
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on: " in sentence(done)


def test_an_integration_that_is_refused_names_its_place(run: Run, tmp_path: Path) -> None:
    skip_without(CREATE)
    body = example_requests(CREATE)[0]
    (tmp_path / "a.json").write_text(json.dumps([body, {**body, "name": "b", "type": "nosuch"}], indent=1))
    done = run("stand-in", "-f", str(tmp_path / "a.json"))
    assert done.returncode == 2
    assert "a.json:" in sentence(done)
    assert "integrations[1] is refused: " in sentence(done)


def test_a_rate_limit_is_kept() -> None:
    with running("--rate-limit", "1000", "--bind", "127.0.0.1", "--port", "0") as (_, client):
        assert client.get(ID).name == EXAMPLE["name"]
    assert os.environ.get("ARIZE_BASE_URL") is None
