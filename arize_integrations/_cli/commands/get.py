"""`get`: one integration, or several."""

from __future__ import annotations

import sys

import click

from arize_integrations._cli.completion import integrations
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.options import connection, make_command, one_type, output, quiet
from arize_integrations._cli.rendering import check_output, render_all, render_one
from arize_integrations._cli.select import select
from arize_integrations._cli.shell import Shell, wants_colour


@make_command(
    "get",
    click.argument("names", metavar="ID-or-NAME...", nargs=-1, required=True, shell_complete=integrations),
    one_type,
    output("table", "json", "yaml", "jsonl", "csv"),
    connection,
    quiet,
)
def command(shell: Shell, connection: Connection, names: tuple[str, ...], type_: str | None, output: str) -> None:
    """Show integrations, each by its id or its whole name.

    JSON and YAML are one object for one integration, and a list for several.
    """
    check_output(output)
    with connection.open() as client:
        payloads = [select(client, name, type_).to_dict() for name in names]
    colour = wants_colour(sys.stdout)
    if output in {"jsonl", "csv"} or (len(payloads) > 1 and output != "table"):
        shell.write(render_all(payloads, output))
    else:
        shell.write("\n".join(render_one(payload, output, colour=colour) for payload in payloads))
