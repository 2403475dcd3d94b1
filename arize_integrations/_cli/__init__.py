"""The command line: one integration, as a table, JSON or YAML.

The answer goes to standard output and everything else to standard error, so that a pipe receives data and nothing else.
"""

import argparse
import contextlib
import errno
import importlib
import io
import logging
import os
import re
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import NoReturn, TextIO

import arize_integrations as arize  # its names load when they are used, where Ctrl-C finds somebody to catch it
from arize_integrations._cli.rendering import CLI_EXTRA, escaped, renderer
from arize_integrations._cli.wording import at_the_shell

PROGRAM = "arize-integrations"
DASH_HINT = f"An id that begins with a dash goes after two of them: {PROGRAM} get -- -abc"


class Exit(IntEnum):
    """Exit statuses; scripts rely on them, so a number never changes its meaning."""

    OK = 0
    USAGE = 2
    AUTHENTICATION = 3
    NOT_FOUND = 4
    RATE_LIMITED = 5
    API = 6
    CONNECTION = 7
    UNWRITTEN = 74  # EX_IOERR of sysexits.h
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EPILOG = """\
The API key is read from ARIZE_API_KEY. It is no option: arguments show in process lists and shell histories.
ARIZE_REGION, ARIZE_API_HOST and ARIZE_BASE_URL stand for --region, --host and --base-url.

exit status:
  0  found                         6  any other answer of the API
  2  usage or configuration        7  no connection, or no answer in time
  3  authentication               74  the answer could not be written
  4  not found                   130  interrupted with Ctrl-C
  5  rate limited                141  the reader of the pipe left early
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        arguments: What follows the program's name; by default, what the process was started with.
    """
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except arize.ArizeError as error:
        _complain(str(error))
        return _exit_status(error)


def _run(arguments: Sequence[str]) -> Exit:
    parser = _parser()
    printed, complaint = io.StringIO(), io.StringIO()
    try:
        # argparse keeps quiet about what it could not write, and takes the other stream where one is closed.
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaint):
            options = parser.parse_args(arguments)
    except SystemExit as end:
        if not end.code:
            return _answer(printed.getvalue())
        dashed = any(re.match("-[^-]", word) for word in arguments)
        _tell(complaint.getvalue() + (f"{DASH_HINT}\n" if dashed else ""))
        return Exit.USAGE
    if options.command is None:
        _tell(parser.format_help())
        return Exit.USAGE
    return _get(options)


def _get(options: argparse.Namespace) -> Exit:
    render = renderer(options.output, colour=_wants_colour(sys.stdout))
    _log_to_stderr()
    try:
        with arize.IntegrationsClient(
            region=options.region,
            host=options.host,
            base_url=options.base_url,
            allow_http=options.allow_http,
            **({} if options.timeout is None else {"timeout": options.timeout}),
        ) as client:
            text = render(client.get(options.integration_id).to_dict())
    except RecursionError:
        raise arize.ArizeError(f"The answer is nested too deeply to be shown as {options.output}.") from None
    return _answer(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Read integrations of Arize AX.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {arize.__version__}")
    _add_completion(parser)
    get = parser.add_subparsers(dest="command", metavar="command").add_parser(
        "get",
        help="show one integration",
        description="Show one integration.",
        epilog=f"{DASH_HINT}\n\n{EPILOG}",
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
        raise arize.ConfigurationError(f"Shell completion needs the package shtab: {CLI_EXTRA}.")


def _answer(text: str) -> Exit:
    """Write to standard output, and return how that went."""
    try:
        _write(text.encode("utf-8", "backslashreplace"))
    except BrokenPipeError:
        return Exit.BROKEN_PIPE  # the reader has seen enough
    except OSError as error:
        _complain(f"The answer could not be written to standard output: {error.strerror or error}.")
        return Exit.UNWRITTEN
    return Exit.OK


def _write(answer: bytes) -> None:
    # Bytes, not text: the same on every platform and under every locale. Through a file of its own: what cannot be
    # written must not stay in sys.stdout, where Python would try again at its end, and complain.
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed")
    try:
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:  # a program that calls `main` has put something else in its place
        sys.stdout.write(answer.decode())
        return
    with open(descriptor, "wb", closefd=False) as out:
        out.write(answer)


def _complain(message: str) -> None:
    _tell(f"{PROGRAM}: {escaped(at_the_shell(' '.join(message.split())))}\n")


def _tell(text: str) -> None:
    """Write to standard error; where that cannot be done, the exit status says it alone."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


class _Complaints(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _complain(record.getMessage())


def _log_to_stderr() -> None:
    """Show the person who waits why they wait."""
    logging.basicConfig(handlers=[_Complaints()], level=logging.WARNING)
    logging.getLogger("arize_integrations").setLevel(logging.INFO)


def _wants_colour(stream: TextIO | None) -> bool:
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _exit_status(error: arize.ArizeError) -> Exit:
    match error:
        case arize.ConfigurationError():
            return Exit.USAGE
        case arize.AuthenticationError():
            return Exit.AUTHENTICATION
        case arize.NotFoundError():
            return Exit.NOT_FOUND
        case arize.RateLimitError():
            return Exit.RATE_LIMITED
        case arize.APIConnectionError():
            return Exit.CONNECTION
        case _:
            return Exit.API
