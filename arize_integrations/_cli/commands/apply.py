"""`apply`: make the account as the files say."""

from __future__ import annotations

import click

import arize_integrations as arize
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.exits import Exit
from arize_integrations._cli.options import connection, make_command, output, quiet, require_yes, yes
from arize_integrations._cli.planning import planned, planning_options, read_desired, show_plan
from arize_integrations._cli.progress import Progress
from arize_integrations._cli.rendering import check_output, render_one
from arize_integrations._cli.shell import Shell

_DONE = {"create": "Created", "update": "Updated", "replace": "Replaced", "delete": "Deleted"}


@make_command(
    "apply",
    *planning_options,
    yes,
    click.option("--force", is_flag=True, help="Delete even a large part of what is there."),
    output("table", "json", "yaml"),
    connection,
    quiet,
)
def command(
    shell: Shell,
    connection: Connection,
    files: tuple[str, ...],
    more: tuple[str, ...],
    output: str,
    yes: bool,
    force: bool,
    **how: bool | str,
) -> Exit:
    """Show what would change, ask, and change it."""
    check_output(output)
    require_yes(shell, yes=yes)
    desired = read_desired(files, more)
    with connection.open() as client:
        plan = planned(shell, client, desired, how)
        if output == "table":
            show_plan(shell, plan, output)
        is_refused = plan.deletes_too_many and not force  # then there is nothing to ask
        if plan and not yes and not is_refused and not shell.confirm("Apply this?"):
            return Exit.DECLINED
        total = sum(change.action != "none" for change in plan)
        with Progress(shell, "Applying", total) as progress:

            def on_change(change: arize.Change) -> None:
                progress.advance()
                shell.say(f"{_DONE[change.action]} {change.type} {change.name}.")

            try:
                applied = client.apply(plan, force=force, on_change=on_change)
            except arize.ApplyError as error:
                _show(shell, error.applied, output)  # what was made is data, although not all of it was
                raise
    _show(shell, applied, output)
    return Exit.OK


def _show(shell: Shell, applied: arize.Applied, output: str) -> None:
    if output != "table":
        shell.write(render_one({"changes": [change.to_dict() for change in applied]}, output))
