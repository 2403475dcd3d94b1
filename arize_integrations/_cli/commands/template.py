"""`template`: a file to fill in."""

from __future__ import annotations

import click

from arize_integrations._cli.completion import providers, types
from arize_integrations._cli.options import make_command
from arize_integrations._cli.rendering import as_json
from arize_integrations._cli.shell import Shell


@make_command(
    "template",
    click.argument("type_", metavar="[TYPE]", required=False, shell_complete=types),
    click.argument("provider", metavar="[PROVIDER]", required=False, shell_complete=providers),
    click.option("--json-schema", is_flag=True, help="Write a JSON Schema of such a file instead, for editors."),
)
def command(shell: Shell, type_: str | None, provider: str | None, json_schema: bool) -> None:
    """Write a commented file to fill in.

    Its fields and explanations are those of the API's document, e.g. for LLM ANTHROPIC. No key is needed.
    """
    if json_schema:
        from arize_integrations.declarative.json_schema import file_schema

        shell.write(as_json(file_schema()))
    else:
        from arize_integrations.declarative.template import template

        shell.write(template(type_, provider))
