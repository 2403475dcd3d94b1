"""What `plan` and `apply` share."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

import arize_integrations as arize
from arize_integrations._cli.editing import stdin
from arize_integrations._cli.options import space
from arize_integrations._cli.progress import Progress
from arize_integrations._cli.rendering import render_one
from arize_integrations._cli.shell import Shell, escaped, wants_colour
from arize_integrations.declarative.file import Entry, read_files

planning_options = (
    click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="YAML or JSON; - for standard input."),
    click.argument("more", metavar="[FILE]...", nargs=-1, type=click.Path()),
    click.option("--prune", is_flag=True, help="Delete what is in no file, of the types that are in one."),
    click.option("--replace", is_flag=True, help="Delete and create again what cannot be changed otherwise."),
    click.option("--rotate-secrets", is_flag=True, help="Send secrets again, although they need not differ."),
    *space,
)

_COLOURS = {"+": "green", "-": "red", "~": "yellow", "-/+": "magenta"}


def read_desired(files: Sequence[str], more: Sequence[str]) -> list[Entry]:
    """The integrations of all files.

    Raises:
        UsageError: no file is given.
        ConfigurationError: one cannot be used; the message names file, line and place.
    """
    if not files and not more:
        raise click.UsageError("Give a file with -f FILE; - is standard input.", click.get_current_context())
    return read_files([*files, *more], os.environ, stdin)


def planned(
    shell: Shell, client: arize.IntegrationsClient, desired: Sequence[Entry], how: Mapping[str, Any]
) -> arize.Plan:
    """The plan for what is desired.

    Raises:
        ConfigurationError: an entry cannot be right; the message names file, line and place.
        ArizeError: the API could not be asked.
    """
    try:
        with Progress(shell, "Comparing"):
            return client.plan([entry.request for entry in desired], **how)
    except arize.ConfigurationError as error:
        raise _located(error, desired) from None


def _located(error: arize.ConfigurationError, entries: Sequence[Entry]) -> arize.ConfigurationError:
    """The same error, with file, line and place if it is about an entry."""
    found = re.fullmatch(r"desired\[(\d+)\]\.?(.*)", error.parameter or "", re.DOTALL)
    if not found:
        return error
    return entries[int(found[1])].locate(arize.ConfigurationError(error.problem, parameter=found[2], hint=error.hint))


def show_plan(shell: Shell, plan: arize.Plan, output: str) -> None:
    """Write a plan to standard output."""
    if output == "markdown":
        shell.write(plan.to_markdown())
    elif output == "table":
        colour = wants_colour(sys.stdout)
        shell.write(
            "".join(f"{_coloured(line) if colour else line}\n" for line in map(escaped, str(plan).splitlines()))
        )
    else:
        shell.write(render_one(plan.to_dict(), output))


def _coloured(line: str) -> str:
    marker = line.split(maxsplit=1)[:1]
    return click.style(line, fg=_COLOURS[marker[0]]) if marker and marker[0] in _COLOURS else line
