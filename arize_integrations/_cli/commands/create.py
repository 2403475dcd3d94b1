"""`create`: one integration, from a file, from options, or from both."""

from __future__ import annotations

import sys

import click

from arize_integrations._cli.connection import Connection
from arize_integrations._cli.editing import assignments, located, read_request, set_options
from arize_integrations._cli.options import connection, make_command, output, quiet
from arize_integrations._cli.rendering import check_output, render_one
from arize_integrations._cli.select import title
from arize_integrations._cli.shell import Shell, wants_colour
from arize_integrations.declarative.document import CREATE, request_shape
from arize_integrations.declarative.edit import edit


@make_command("create", *set_options, output("table", "json", "yaml"), connection, quiet)
def command(
    shell: Shell,
    connection: Connection,
    file: str | None,
    set_: tuple[str, ...],
    set_from_env: tuple[str, ...],
    output: str,
) -> None:
    """Create an integration.

    \b
    arize-integrations create -f openai.yaml
    arize-integrations create --set type=LLM --set name=Production --set config.provider=OPEN_AI \\
        --set-from-env config.api_key=OPENAI_API_KEY
    """  # noqa: D301
    check_output(output)
    if file is None and not set_ and not set_from_env:
        raise click.UsageError("Give the integration with -f FILE or --set; `template` writes a file to fill in.")
    entry = read_request(file)
    edit(entry.request, assignments(set_, set_from_env), request_shape(CREATE))
    with connection.open() as client, located(entry):
        created = client.create(entry.request)
    shell.say(f"Created {title(created)}.")
    shell.write(render_one(created.to_dict(), output, colour=wants_colour(sys.stdout)))
