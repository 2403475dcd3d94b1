"""`delete`: integrations, after a question."""

from __future__ import annotations

import click

import arize_integrations as arize
from arize_integrations._cli.completion import integrations
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.errors import complain
from arize_integrations._cli.exits import Exit, exit_status
from arize_integrations._cli.options import connection, make_command, one_type, output, quiet, require_yes, yes
from arize_integrations._cli.rendering import render_all
from arize_integrations._cli.select import id_of, select, title
from arize_integrations._cli.shell import Shell


@make_command(
    "delete",
    click.argument("names", metavar="ID-or-NAME...", nargs=-1, required=True, shell_complete=integrations),
    one_type,
    yes,
    output("table", "json", "yaml"),
    connection,
    quiet,
)
def command(
    shell: Shell, connection: Connection, names: tuple[str, ...], type_: str | None, yes: bool, output: str
) -> Exit:
    """Delete integrations for good, each by its id or its whole name.

    JSON and YAML show what was deleted, as it was.
    """
    require_yes(shell, yes=yes)
    with connection.open() as client:
        # All are looked up before the first is deleted.
        found = {id_of(each): each for each in (select(client, name, type_) for name in names)}
        if not yes and not shell.confirm(f"Delete {', '.join(map(title, found.values()))} for good?"):
            return Exit.DECLINED
        failures: list[arize.ArizeError] = []
        for id_, integration in [*found.items()]:
            try:
                client.delete(id_)
            except arize.ArizeError as error:
                complain(shell, error)
                failures.append(error)
                del found[id_]
            else:
                shell.say(f"Deleted {title(integration)}.")
    if output != "table":
        shell.write(render_all([integration.to_dict() for integration in found.values()], output))
    if not failures:
        return Exit.OK
    return Exit.SOME_FAILED if found or len(failures) > 1 else exit_status(failures[0])
