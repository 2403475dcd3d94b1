"""`delete`: integrations, after a question."""

from __future__ import annotations

import click

import arize_integrations as arize
from arize_integrations._cli.completion import integrations
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.errors import complain
from arize_integrations._cli.exits import Exit, exit_status
from arize_integrations._cli.options import connection, make_command, one_type, quiet, require_yes, yes
from arize_integrations._cli.select import select
from arize_integrations._cli.shell import Shell


@make_command(
    "delete",
    click.argument("names", metavar="ID-or-NAME...", nargs=-1, required=True, shell_complete=integrations),
    one_type,
    yes,
    connection,
    quiet,
)
def command(shell: Shell, connection: Connection, names: tuple[str, ...], type_: str | None, yes: bool) -> Exit:
    """Delete integrations for good, each by its id or its whole name."""
    require_yes(shell, yes=yes)
    with connection.open() as client:
        # All are looked up before the first is deleted.
        found = {integration.id: integration for integration in (select(client, name, type_) for name in names)}
        titles = {id_: f"{each.type} {each.name} ({id_})" for id_, each in found.items()}
        if not yes and not shell.confirm(f"Delete {', '.join(titles.values())} for good?"):
            return Exit.DECLINED
        failures: list[arize.ArizeError] = []
        for id_, title in titles.items():
            try:
                client.delete(id_)
            except arize.ArizeError as error:
                complain(shell, error)
                failures.append(error)
            else:
                shell.say(f"Deleted {title}.")
    if not failures:
        return Exit.OK
    return exit_status(failures[0]) if len(titles) == 1 else Exit.SOME_FAILED
