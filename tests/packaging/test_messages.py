"""The list of messages is complete enough to be read as such."""

import subprocess
import sys
from pathlib import Path

import pytest

import arize_integrations

ROOT = Path(__file__).parents[2]
REST = "In the source, and in none of the above:"
# No message at all, or for those only who change the SDK: what begins so needs no situation.
NOT_TOLD = (
    "The API key is read from ARIZE_API_KEY.",  # help
    " (from the environment)",  # part of a message
    "the document's server",
    "The document names no server",  # a document to come
    "the attempt took longer than its timeout",  # its message says so in other words
    "ip address mismatch",  # what OpenSSL says
    "Reply(status=",
    "an API key is not pickled",
    "ambiguous time zone",
    "an answer is an object",
    "application/json, ",
    "arize-integrations/{}",
    "text/plain; ",
)


@pytest.fixture(scope="module")
def listed() -> str:
    command = [sys.executable, "-m", "scripts.messages"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == ""
    return done.stdout


def error_names() -> set[str]:
    values = [getattr(arize_integrations, name) for name in dir(arize_integrations)]
    return {value.__name__ for value in values if isinstance(value, type) and issubclass(value, Exception)}


def test_every_class_of_error_is_shown_with_a_message(listed: str) -> None:
    """Someone who reviews the messages must not have to look for them."""
    shown = {line.split(":")[0].strip() for line in listed.splitlines() if line.startswith("  ")}
    assert error_names() - {"ArizeError"} <= shown
    assert {"INFO", "WARNING", "ResourceWarning", "stderr"} <= shown


def test_a_new_message_is_brought_about(listed: str) -> None:
    """Else nobody reads it before it is needed: add its situation to `scripts/messages/situations.py`."""
    rest = [
        line.split(": ", 1)[1]
        for line in listed.split(REST)[1].splitlines()
        if line.startswith("  ") and ".py:" in line
    ]
    assert rest
    assert [sentence for sentence in rest if not sentence.startswith(NOT_TOLD)] == []
