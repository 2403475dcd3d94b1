"""What `create` and `update` share: a file, and fields that are set by options."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator, Sequence

import click

import arize_integrations as arize
from arize_integrations.declarative.edit import Assignment
from arize_integrations.declarative.file import Entry, no_file, read_object
from arize_integrations.declarative.variables import OURS

set_options = (
    click.option("-f", "--file", metavar="FILE", help="One integration, as YAML or JSON; - for standard input."),
    click.option("--set", "set_", multiple=True, metavar="PATH=VALUE", help="A field, e.g. config.provider=OPEN_AI."),
    click.option(
        "--set-from-env",
        multiple=True,
        metavar="PATH=VARIABLE",
        help="A field from an environment variable; for secrets.",
    ),
)


def read_request(file: str | None) -> Entry:
    """The request in the file; without one, an empty one.

    Raises:
        ConfigurationError: it cannot be read.
    """
    return read_object(file, os.environ, stdin) if file is not None else no_file()


def stdin(size: int) -> bytes:
    """At most so many bytes of standard input."""
    if sys.stdin is None:
        raise OSError("it is closed")
    return sys.stdin.buffer.read(size)


def assignments(given: Sequence[str], from_environment: Sequence[str]) -> list[Assignment]:
    """The fields that are set by options.

    Raises:
        UsageError: an option has no `=`.
        ConfigurationError: a variable is missing or empty.
    """
    found = [Assignment(*_split(each, "--set", "PATH=VALUE"), is_secret_allowed=False) for each in given]
    for each in from_environment:
        path, variable = _split(each, "--set-from-env", "PATH=VARIABLE")
        if variable == OURS:
            raise arize.ConfigurationError(
                f"{path}: {OURS} is the key of Arize AX itself, which belongs in no integration."
            )
        value = os.environ.get(variable)
        if not value:
            state = "not set" if value is None else "empty"
            raise arize.ConfigurationError(f"{path} needs the variable {variable}, which is {state}.")
        found.append(Assignment(path, value, is_secret_allowed=True))
    return found


def _split(text: str, option: str, form: str) -> tuple[str, str]:
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise click.UsageError(f"{option} takes {form}.", click.get_current_context())
    return path, value


@contextlib.contextmanager
def located(entry: Entry) -> Generator[None]:
    """Name file and line in errors of the request's check."""
    try:
        yield
    except arize.ConfigurationError as error:
        raise (entry.locate(error) if error.parameter else error) from None
