"""The command line as people use it, and what is true of all that it says."""

import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from subprocess import CompletedProcess
from typing import Any

from arize_integrations.testing import Answer
from tests.operations import GET, example_answer

Run = Callable[..., "CompletedProcess[bytes]"]

EXAMPLE: dict[str, Any] = example_answer(GET)
ID = EXAMPLE["id"]
COMMAND = [sys.executable, "-m", "arize_integrations"]
# Words for which a shell has others, or none.
PYTHON = re.compile(
    r"\w=True|=\.\.\.|httpx|RetryPolicy|\bPython\b|(?<![.\w])api_key=|\bbase_url\b|integration_id|UNSET|Variant"
)


def json_answer(payload: Any) -> Answer:
    """A success with this body, or the text of one."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return Answer(headers={"Content-Type": "application/json"}, body=text)


def sentence(done: "CompletedProcess[bytes]") -> str:
    """What a failing run says: one line on standard error, after those that said why it waited, and no data."""
    assert done.stdout == b""
    *waits, last = done.stderr.decode().splitlines()
    assert all(line.startswith("arize-integrations: Waiting ") for line in waits), waits
    assert last.startswith("arize-integrations: "), last
    assert not PYTHON.search(last), last
    return last.removeprefix("arize-integrations: ")


def same(shown: Any, payload: Any) -> bool:
    """Whether both hold the same; a timestamp may be written in another way that means the same instant."""
    if isinstance(shown, dict) and isinstance(payload, dict):
        return shown.keys() == payload.keys() and all(same(shown[key], payload[key]) for key in shown)
    if isinstance(shown, list) and isinstance(payload, list):
        return len(shown) == len(payload) and all(map(same, shown, payload))
    return bool(shown == payload) or datetime.fromisoformat(shown) == datetime.fromisoformat(payload)
