"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import click

from arize_integrations._cli.completion import types
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.exits import EPILOG, Exit
from arize_integrations._cli.shell import Shell

F = TypeVar("F", bound=Callable[..., Any])

HELP: dict[str, Any] = {"add_help_option": False, "context_settings": {"max_content_width": 100}}
"""How a command of click is made: the option `--help` is `show_help`, which writes as everything else does."""


def _on_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        context.obj.write(context.get_help() + "\n")
        context.exit()


show_help = click.option(
    "-h", "--help", is_flag=True, expose_value=False, is_eager=True, callback=_on_help, help="Show this."
)


def make_command(name: str, *decorators: Callable[..., Any]) -> Callable[[Callable[..., Exit | None]], click.Command]:
    """Make a command of a function that takes the shell and the options."""

    def decorate(function: Callable[..., Exit | None]) -> click.Command:
        decorated: Any = click.pass_obj(function)
        for decorator in reversed([*decorators, show_help]):
            decorated = decorator(decorated)
        make: Any = click.command(name, epilog=EPILOG, **HELP)
        made: click.Command = make(decorated)
        return made

    return decorate


def _on_quiet(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    context.obj.quiet |= wanted


quiet = click.option(
    "-q", "--quiet", is_flag=True, expose_value=False, callback=_on_quiet, help="Say nothing but errors."
)


def output(*formats: str) -> Callable[[F], F]:
    """The option `--output`; the first format is the default."""
    return click.option(
        "-o", "--output", type=click.Choice(formats), default=formats[0], show_default=True, help="How to show it."
    )


def connection(function: F) -> F:
    """The options of where to send, as one argument `connection`."""

    @functools.wraps(function)
    def gathered(*args: Any, **kwargs: Any) -> Any:
        kwargs["connection"] = Connection(**{name: kwargs.pop(name) for name in Connection._fields})
        return function(*args, **kwargs)

    decorated: Any = gathered
    for option in reversed(_CONNECTION):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


_CONNECTION = (
    click.option("--region", metavar="NAME", help="E.g. eu-west-1a, for https://api.eu-west-1a.arize.com."),
    click.option("--host", metavar="HOST", help="Your own environment, for https://HOST."),
    click.option("--base-url", metavar="URL", help="Any URL: a gateway, a proxy, a local stand-in."),
    click.option("--allow-http", is_flag=True, help="Allow plain http, which shows the key, beyond this machine."),
    click.option("--timeout", type=float, metavar="SECONDS", help="For each attempt; 30 by default."),
)

space = (
    click.option("--space-id", metavar="ID", help="Only what is visible in this space."),
    click.option("--space-name", metavar="TEXT", help="Only what is visible in spaces with this in their names."),
)
one_type = click.option("--type", "type_", metavar="TYPE", help="The type, such as LLM.", shell_complete=types)
yes = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


def require_yes(shell: Shell, *, yes: bool) -> None:
    """Refuse to go on if nobody is there to be asked.

    Raises:
        UsageError: it is so, and `--yes` is not given.
    """
    if not yes and not shell.is_interactive:
        raise click.UsageError("There is no terminal to ask on: give --yes.", click.get_current_context())
