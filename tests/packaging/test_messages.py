"""The list of messages is complete enough to be read as such."""

import subprocess
import sys
from pathlib import Path

import arize_integrations

ROOT = Path(__file__).parents[2]


def error_names() -> set[str]:
    values = [getattr(arize_integrations, name) for name in dir(arize_integrations)]
    return {value.__name__ for value in values if isinstance(value, type) and issubclass(value, Exception)}


def test_every_class_of_error_is_shown_with_a_message() -> None:
    """Someone who reviews the messages must not have to look for them."""
    command = [sys.executable, "-m", "scripts.messages"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    shown = {line.split(":")[0].strip() for line in done.stdout.splitlines() if line.startswith("  ")}
    assert error_names() - {"ArizeError"} <= shown
    assert {"INFO", "WARNING", "ResourceWarning"} <= shown
    assert "In the source, and in none of the above:" in done.stdout
    assert done.stderr == ""
