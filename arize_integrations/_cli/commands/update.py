"""`update`: other values for some fields of an integration."""

from __future__ import annotations

import sys

import click

from arize_integrations._cli.completion import integrations
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.editing import assignments, located, read_request, set_options
from arize_integrations._cli.options import connection, make_command, one_type, output, quiet
from arize_integrations._cli.rendering import check_output, render_one
from arize_integrations._cli.select import id_of, select, title
from arize_integrations._cli.shell import Shell, wants_colour
from arize_integrations.declarative.document import UPDATE, request_shape
from arize_integrations.declarative.edit import edit


@make_command(
    "update",
    click.argument("name", metavar="ID-or-NAME", shell_complete=integrations),
    *set_options,
    one_type,
    output("table", "json", "yaml"),
    connection,
    quiet,
)
def command(
    shell: Shell,
    connection: Connection,
    name: str,
    file: str | None,
    set_: tuple[str, ...],
    set_from_env: tuple[str, ...],
    type_: str | None,
    output: str,
) -> None:
    """Change an integration; what is not given keeps its value.

    \b
    arize-integrations update Production --set is_function_calling_enabled=false
    arize-integrations update Production --set-from-env config.api_key=NEW_KEY
    """  # noqa: D301
    check_output(output)
    if file is None and not set_ and not set_from_env:
        raise click.UsageError("Give what is to change with -f FILE or --set.")
    entry, changes = read_request(file), assignments(set_, set_from_env)
    with connection.open() as client:
        integration = select(client, name, type_)
        entry.request.setdefault("type", integration.to_dict().get("type"))  # an update has to repeat it
        edit(entry.request, changes, request_shape(UPDATE))
        with located(entry):
            updated = client.update(id_of(integration), entry.request)
    shell.say(f"Updated {title(updated)}.")
    shell.write(render_one(updated.to_dict(), output, colour=wants_colour(sys.stdout)))
