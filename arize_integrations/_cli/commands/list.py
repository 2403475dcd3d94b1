"""`list`: every integration that matches."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Any

import click

from arize_integrations._cli.connection import Connection
from arize_integrations._cli.options import connection, make_command, one_type, output, quiet, space
from arize_integrations._cli.progress import Progress
from arize_integrations._cli.rendering import as_json_line, check_output, render_all
from arize_integrations._cli.select import objects
from arize_integrations._cli.shell import Shell, terminal_width, wants_colour

_LARGEST_PAGE = 100


@make_command(
    "list",
    one_type,
    click.option("--name", metavar="TEXT", help="Only those with this in their names, in any case."),
    *space,
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many in all."),
    output("table", "json", "yaml", "jsonl", "csv"),
    connection,
    quiet,
)
def command(
    shell: Shell, connection: Connection, output: str, type_: str | None, limit: int | None, **filters: Any
) -> None:
    """List integrations, newest first.

    Without --type, those that the API lists by itself; some types it lists only when asked for.
    """
    check_output(output)
    page_size = min(limit, _LARGEST_PAGE) if limit else _LARGEST_PAGE
    with connection.open() as client:
        pager = client.list(type=type_, page_size=page_size, **filters)
        found = (integration.to_dict() for integration in islice(objects(pager), limit))
        if output == "jsonl":  # a line as soon as it is there
            for payload in found:
                shell.write(as_json_line(payload))
            return
        with Progress(shell, "Listing") as progress:
            payloads = [*progress.counted(found)]
    shell.write(render_all(payloads, output, colour=wants_colour(sys.stdout), width=terminal_width()))
    if not payloads:
        shell.say("No integration matches.")
