"""`export`: the account as a file."""

from __future__ import annotations

from arize_integrations._cli.connection import Connection
from arize_integrations._cli.options import connection, make_command, one_type, output, quiet, space
from arize_integrations._cli.progress import Progress
from arize_integrations._cli.rendering import as_json, check_output
from arize_integrations._cli.select import in_every_type
from arize_integrations._cli.shell import Shell
from arize_integrations.declarative.export import Exporter, to_yaml


@make_command("export", one_type, *space, output("yaml", "json"), connection, quiet)
def command(
    shell: Shell, connection: Connection, output: str, type_: str | None, space_id: str | None, space_name: str | None
) -> None:
    """Write the account as a file.

    It is one for `plan` and `apply`, with ${VARIABLES} where secrets go.

    The oldest is first, so that a new one changes no other line.
    """
    check_output(output)
    exporter = Exporter()
    with connection.open() as client, Progress(shell, "Listing") as progress:
        found = in_every_type(client, type_, space_id=space_id, space_name=space_name)
        answers = [integration.to_dict() for integration in progress.counted(found)]
    exported = [exporter.export(answer) for answer in answers]
    if output == "yaml":
        shell.write(to_yaml(exported, "the account"))
        return
    for each in exported:
        for note in each.notes:
            shell.say(note)
    shell.write(as_json({"integrations": [each.request for each in exported if each.request is not None]}))
