"""An error as a person at a shell reads it, or as JSON."""

from __future__ import annotations

import re
from typing import Any

import click

import arize_integrations as arize
from arize_integrations._cli.exits import exit_status
from arize_integrations._cli.shell import Shell, escaped, show

OPTIONS = {"region": "--region", "host": "--host", "base_url": "--base-url", "timeout": "--timeout"}
"""What an argument of the client is called here."""

_ANYWHERE = "--region, --host or --base-url"
_HINTS: dict[type[arize.ArizeError], str] = {
    arize.AuthenticationError: "Check ARIZE_API_KEY, and that the key belongs to this region or host.",
    arize.RateLimitError: "Send fewer requests at a time, or try again later.",
    arize.ResponseDecodingError: f"Check that {_ANYWHERE} names the Arize API, and what stands before it.",
}
"""What to do, if the library's own hint is for Python."""
_PARAMETER_HINTS = {"ARIZE_API_KEY": "Set it in the environment.", "timeout": ""}
_UNKNOWN = "It may have been created all the same: look with `list --name` before you create it again."
_ARGUMENT = re.compile(r"\b([a-z_]+)=(?:True|\.\.\.)|\b(base_url|allow_http|space_id|space_name)\b")


def complain(shell: Shell, error: arize.ArizeError) -> None:
    """Show an error."""
    shell.complain(message_of(error), **details_of(error))


def message_of(error: arize.ArizeError) -> str:
    """What to read about an error: the library's words, and a hint for the shell."""
    if isinstance(error, arize.ApplyError):
        failures = [f"{_title(change)}: {message_of(each)}" for change, each in error.failures]
        return "\n".join([*failures, str(error)])
    hint = _hint(error)
    if isinstance(error, arize.ConfigurationError):
        return " ".join(filter(None, (_option(error.parameter or ""), error.problem, hint)))
    return " ".join(filter(None, (str(error).removesuffix(getattr(error, "hint", "")).strip(), hint)))


def _option(parameter: str) -> str:
    """What a parameter is called here; a place in a file or request stays as it is."""
    words = parameter.split(" ")
    return " ".join(OPTIONS.get(word, word) for word in words) if {*words} <= OPTIONS.keys() | {"and"} else parameter


def _hint(error: arize.ArizeError) -> str:
    """What to do about it at a shell. Chosen by what happened; only the library's own hint is put in other words."""
    if getattr(error, "outcome_unknown", False):
        return _UNKNOWN
    parameter = getattr(error, "parameter", None)
    if parameter in _PARAMETER_HINTS:
        return _PARAMETER_HINTS[parameter]
    for kind in type(error).__mro__:
        if kind in _HINTS:
            return _HINTS[kind]
    own = (getattr(error, "hint", "") or "").replace("region, host or base_url", _ANYWHERE)
    hint = _ARGUMENT.sub(lambda match: "--" + (match[1] or match[2]).replace("_", "-"), own)
    return f"{hint}." if hint and not hint.endswith((".", "?")) else hint


def details_of(error: arize.ArizeError) -> dict[str, Any]:
    """What a program may want to know of an error: of an answer, what the server said."""
    names = ("parameter", "status", "title", "detail", "request_id", "retry_after", "extensions", "outcome_unknown")
    found = {name: getattr(error, name, None) for name in names}
    details = {name: value for name, value in found.items() if value not in (None, {}, False)}
    if isinstance(error, arize.ApplyError):
        details["failures"] = [
            {"action": change.action, "type": change.type, "name": change.name, "message": message_of(each)}
            | {"error": details_of(each)}
            for change, each in error.failures
        ]
    return {"type": type(error).__name__, "exit_status": int(exit_status(error)), **details}


def _title(change: arize.Change) -> str:
    return f"{change.action} {change.type} {change.name}"


def complain_about_usage(shell: Shell, error: click.UsageError) -> None:
    """Show what is wrong with the command line, and how it is used."""
    message = error.format_message()
    if shell.json:
        shell.complain(message, type="UsageError", exit_status=2)
        return
    if message.startswith("Usage:"):
        show(f"{message}\n")
        return
    context = error.ctx
    lines = [context.get_usage()] if context else []
    lines += [escaped(message)]
    if (
        context
        and isinstance(error, click.NoSuchOption)
        and any(each.param_type_name == "argument" for each in context.command.params)
    ):
        lines += [f"A name or id that begins with a dash goes after two of them: {context.command_path} -- -abc"]
    lines += [f"'{context.command_path} --help' says more."] if context else []
    show("\n".join(lines) + "\n")
