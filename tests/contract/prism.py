"""Prism, a third party's mock server and validating proxy for OpenAPI documents."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "@stoplight/prism-cli@5.14.2"
INSTALLED_IN = Path(".node")  # beside the tests' own cache; ignored by git


def installed() -> Path:
    """Prism's program, installed once; without node or npm the test is skipped, in CI it fails."""
    if not shutil.which("node") or not (npm := shutil.which("npm")):
        _cannot("node and npm (version 18 or newer) are not installed")
    program = INSTALLED_IN / "node_modules/@stoplight/prism-cli/dist/index.js"
    if not program.exists():
        INSTALLED_IN.mkdir(exist_ok=True)
        install = [npm, "install", "--prefix", str(INSTALLED_IN), "--no-audit", "--no-fund"]
        done = subprocess.run([*install, PACKAGE], capture_output=True, text=True, check=False)
        if done.returncode:
            _cannot(f"npm could not install {PACKAGE}: {done.stderr.strip()[-300:]}")
    return program


def _cannot(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"Prism is needed in CI: {reason}")
    pytest.skip(f"Prism was not asked: {reason}")


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """Prism with `arguments`, until the block ends; gives its URL."""
    program = installed()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    command = ["node", str(program), *arguments, "--host", "127.0.0.1", "--port", port]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(process, said, ready))
    listener.start()
    try:
        if not ready.wait(60) or process.poll() is not None:
            pytest.fail(f"Prism did not start:\n{''.join(said)}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        listener.join()
        process.wait()


def _listen(process: subprocess.Popen[str], said: list[str], ready: threading.Event) -> None:
    """Read to the end, or Prism would stop when the pipe is full."""
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            said.append(line)
            if "Prism is listening" in line:
                ready.set()
    ready.set()
