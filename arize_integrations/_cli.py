"""The command line: one integration, as a table, JSON or YAML.

The answer goes to standard output and everything else to standard error, so that a pipe receives data and nothing else.
"""

import argparse
import importlib
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any, NoReturn, TextIO, cast

from arize_integrations import (
    APIConnectionError,
    ArizeError,
    AuthenticationError,
    ConfigurationError,
    IntegrationsClient,
    NotFoundError,
    RateLimitError,
    __version__,
)

PROGRAM = "arize-integrations"
CLI_EXTRA = "pip install 'arize-integrations[cli]'"


class Exit(IntEnum):
    """Exit statuses; scripts rely on them, so a number never changes its meaning."""

    OK = 0
    USAGE = 2
    AUTHENTICATION = 3
    NOT_FOUND = 4
    RATE_LIMITED = 5
    API = 6
    CONNECTION = 7
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EPILOG = """\
The API key is read from ARIZE_API_KEY. It is no option: arguments show in process lists and shell histories.
ARIZE_REGION, ARIZE_API_HOST and ARIZE_BASE_URL stand for --region, --host and --base-url.

exit status:
  0  found                       5  rate limited
  2  usage or configuration      6  any other answer of the API
  3  authentication              7  no connection, or no answer in time
  4  not found
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        arguments: What follows the program's name; by default, what the process was started with.
    """
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except ArizeError as error:
        _complain(str(error))
        return _exit_status(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough. Python would flush once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.BROKEN_PIPE
    return status


def _run(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return Exit.USAGE
    if options.output == "yaml":
        _yaml()  # before anything is sent: a missing package costs no request
    _log_to_stderr()
    with IntegrationsClient(
        region=options.region,
        host=options.host,
        base_url=options.base_url,
        allow_http=options.allow_http,
        **({} if options.timeout is None else {"timeout": options.timeout}),
    ) as client:
        payload = client.get(options.integration_id).to_dict()
    _write(_render(payload, options.output, colour=_wants_colour(sys.stdout)))
    return Exit.OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Read integrations of Arize AX.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    _add_completion(parser)
    get = parser.add_subparsers(dest="command", metavar="command").add_parser(
        "get",
        help="show one integration",
        description="Show one integration.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    get.add_argument("integration_id", metavar="id", help="the integration's id (base64 global id)")
    get.add_argument("--output", choices=["table", "json", "yaml"], default="table", help="default: table")
    get.add_argument("--region", help="e.g. eu-west-1a, for https://api.eu-west-1a.arize.com")
    get.add_argument("--host", help="your own environment, for https://<host>")
    get.add_argument("--base-url", help="any URL: a gateway, a proxy, a local stand-in")
    get.add_argument(
        "--allow-http", action="store_true", help="allow plain http, which shows the key, beyond this machine"
    )
    get.add_argument("--timeout", type=float, metavar="SECONDS", help="for each attempt; default: 30")
    return parser


def _add_completion(parser: argparse.ArgumentParser) -> None:
    """Offer shell completion, from the `cli` extra, or say how to get it."""
    try:
        shtab = importlib.import_module("shtab")
    except ImportError:
        parser.add_argument("--print-completion", metavar="SHELL", action=_CompletionMissing, help=argparse.SUPPRESS)
    else:
        shtab.add_argument_to(parser, ["--print-completion"], help="print a completion script for your shell")


class _CompletionMissing(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        raise ConfigurationError(f"Shell completion needs the package shtab: {CLI_EXTRA}.")


def _yaml() -> Any:
    try:
        return importlib.import_module("yaml")
    except ImportError:
        raise ConfigurationError(
            f"YAML output needs the package PyYAML: {CLI_EXTRA}. Or use --output json, which YAML readers read too."
        ) from None


def _render(payload: Mapping[str, Any], output: str, *, colour: bool) -> str:
    if output == "json":
        return json.dumps(payload, indent=2, ensure_ascii=False) + "\n"
    if output == "yaml":
        text: str = _yaml().safe_dump(dict(payload), sort_keys=False, allow_unicode=True)
        return text
    rows = list(_rows(payload))
    width = max((len(name) for name, _ in rows), default=0)
    bold, plain = ("\033[1m", "\033[0m") if colour else ("", "")
    return "".join(f"{bold}{name:<{width}}{plain}  {value}\n" for name, value in rows)


def _rows(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Flatten a payload to lines of `path.to[0].field` and value."""
    if isinstance(value, Mapping) and value:
        for key, member in cast("Mapping[str, object]", value).items():
            yield from _rows(member, f"{name}.{_printable(key)}" if name else _printable(key))
    elif isinstance(value, list) and value:
        for index, member in enumerate(cast("list[object]", value)):
            yield from _rows(member, f"{name}[{index}]")
    else:
        yield name, _printable(value) if isinstance(value, str) else json.dumps(value)


def _printable(text: str) -> str:
    """Escape what would move the cursor or recolour the terminal: names are written by other people."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _write(text: str) -> None:
    # Bytes, not text: the same on every platform and under every locale.
    # A lone surrogate, which UTF-8 cannot hold, leaves as the escape that JSON has for it.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def _wants_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _log_to_stderr() -> None:
    """Show the person who waits why they wait."""
    logging.basicConfig(format=f"{PROGRAM}: %(message)s", level=logging.WARNING)
    logging.getLogger("arize_integrations").setLevel(logging.INFO)


def _complain(message: str) -> None:
    print(f"{PROGRAM}: {_printable(' '.join(message.split()))}", file=sys.stderr)


def _exit_status(error: ArizeError) -> Exit:
    match error:
        case ConfigurationError():
            return Exit.USAGE
        case AuthenticationError():
            return Exit.AUTHENTICATION
        case NotFoundError():
            return Exit.NOT_FOUND
        case RateLimitError():
            return Exit.RATE_LIMITED
        case APIConnectionError():
            return Exit.CONNECTION
        case _:
            return Exit.API
