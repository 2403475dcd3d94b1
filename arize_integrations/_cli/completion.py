"""Completion in bash, zsh and fish. Names and ids come from the account, if a key is there and it answers at once."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, shell_complete

import arize_integrations as arize
from arize_integrations._cli.connection import Connection
from arize_integrations._cli.select import objects
from arize_integrations._cli.shell import Shell
from arize_integrations.declarative.document import integration_types, providers_of

TIMEOUT = 0.5
"""Seconds, after which nothing is offered: a person waits at the prompt."""

_MANY = 100


class QuotingBash(BashComplete):
    """Quotes names with spaces, which the other shells do by themselves."""

    def format_completion(self, item: CompletionItem) -> str:
        """One completion, as the script in the shell reads it."""
        value = shlex.quote(item.value) if item.type == "plain" else item.value
        return f"{item.type},{value}".replace("\\", "\\\\")


def complete(program: click.Command, name: str, variable: str, instruction: str, shell: Shell) -> int:
    """Answer a shell's question, or write its completion script; returns the exit status."""
    add_completion_class(QuotingBash)
    return shell_complete(program, {"obj": shell}, name, variable, instruction)


def integrations(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names and ids of integrations. Whatever goes wrong, nothing is offered."""
    try:
        return [*_offered(context.params, incomplete)]
    except arize.ArizeError:
        return []


def _offered(options: dict[str, Any], incomplete: str) -> Iterator[CompletionItem]:
    given: dict[str, Any] = {name: options.get(name) for name in Connection._fields}
    given |= {"allow_http": bool(given["allow_http"]), "timeout": TIMEOUT}
    with Connection(**given).open(retry=None) as client:
        page = next(iter(client.list(type=options.get("type_"), page_size=_MANY).pages()))
    for shown in (integration.to_dict() for integration in objects(page.items)):
        name, id_ = str(shown.get("name", "")), str(shown.get("id", ""))
        if name.startswith(incomplete) and name.isprintable():
            yield CompletionItem(name, help=str(shown.get("type", "")))
        elif incomplete and id_.startswith(incomplete):
            yield CompletionItem(id_, help=name if name.isprintable() else None)


def types(_context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The types of integrations."""
    return [CompletionItem(each) for each in integration_types() if each.startswith(incomplete.upper())]


def providers(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The providers of the type that was given."""
    try:
        found = providers_of(context.params.get("type_") or "")
    except arize.ArizeError:  # a document that creates nothing
        return []
    return [CompletionItem(each) for each in found if each.startswith(incomplete.upper())]
