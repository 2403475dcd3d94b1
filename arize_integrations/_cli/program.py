"""The program: its commands, and what becomes of their results and errors."""

from __future__ import annotations

import difflib
import importlib
import os
from collections.abc import Sequence
from itertools import pairwise

import click

import arize_integrations as arize
from arize_integrations._cli.errors import complain, complain_about_usage
from arize_integrations._cli.exits import EPILOG, Exit, exit_status
from arize_integrations._cli.options import HELP, show_help
from arize_integrations._cli.shell import PROGRAM, Shell, UnwrittenError

COMMANDS = ("list", "get", "create", "update", "delete", "template", "plan", "apply", "export", "stand-in")
COMPLETE = "_ARIZE_INTEGRATIONS_COMPLETE"


class Program(click.Group):
    """Loads a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order in which people meet them."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = importlib.import_module(f"arize_integrations._cli.commands.{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest what may have been meant."""
        if args[0] not in COMMANDS and (near := difflib.get_close_matches(args[0], COMMANDS, n=1)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)


def show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Write the version, and end."""
    if wanted and not context.resilient_parsing:
        context.obj.write(f"{PROGRAM} {arize.__version__}\n")
        context.exit()


@click.group(PROGRAM, cls=Program, epilog=EPILOG, invoke_without_command=True, **HELP)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=show_version, help="Show it.")
@show_help
@click.pass_context
def program(context: click.Context) -> Exit:
    """Integrations of Arize AX: look, change, and keep them in a file."""
    if context.invoked_subcommand is None:
        raise click.UsageError(context.get_help(), context)
    return Exit.OK


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status."""
    shell = Shell(json=_wants_json(arguments))
    if instruction := os.environ.get(COMPLETE):
        from arize_integrations._cli.completion import complete

        return complete(program, PROGRAM, COMPLETE, instruction, shell)
    try:
        with shell.logging():
            return _invoke(arguments, shell)
    except BrokenPipeError:
        return Exit.BROKEN_PIPE
    except UnwrittenError as error:
        shell.complain(f"The answer could not be written to standard output: {error}.", exit_status=Exit.UNWRITTEN)
        return Exit.UNWRITTEN
    except arize.ArizeError as error:
        complain(shell, error)
        return exit_status(error)


def _invoke(arguments: Sequence[str], shell: Shell) -> int:
    try:
        with program.make_context(PROGRAM, [*arguments], obj=shell) as context:
            result: Exit | None = program.invoke(context)
            return result or Exit.OK
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        complain_about_usage(shell, error)
        return Exit.USAGE


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether errors are to be JSON. Read without click, because its usage errors are errors, too."""
    words = [*arguments[: arguments.index("--")]] if "--" in arguments else [*arguments]
    glued = {"-ojson", "--output=json"} & {*words}
    return bool(glued) or any(first in {"-o", "--output"} and second == "json" for first, second in pairwise(words))
