"""`plan`: what would change."""

from __future__ import annotations

import click

from arize_integrations._cli.connection import Connection
from arize_integrations._cli.exits import Exit
from arize_integrations._cli.options import connection, make_command, output, quiet
from arize_integrations._cli.planning import planned, planning_options, read_desired, show_plan
from arize_integrations._cli.rendering import check_output
from arize_integrations._cli.shell import Shell


@make_command(
    "plan",
    *planning_options,
    click.option("--check", is_flag=True, help="Exit with status 8 if something would change."),
    output("table", "json", "yaml", "markdown"),
    connection,
    quiet,
)
def command(
    shell: Shell,
    connection: Connection,
    files: tuple[str, ...],
    more: tuple[str, ...],
    output: str,
    check: bool,
    **how: bool | str,
) -> Exit:
    """Show what `apply` would change, and change nothing."""
    check_output(output)
    desired = read_desired(files, more)
    with connection.open() as client:
        plan = planned(shell, client, desired, how)
    show_plan(shell, plan, output)
    return Exit.PENDING if check and plan else Exit.OK
