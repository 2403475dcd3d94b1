"""Exit statuses, and which error has which."""

from __future__ import annotations

from enum import IntEnum

import arize_integrations as arize


class Exit(IntEnum):
    """Scripts rely on them, so a number never changes its meaning."""

    OK = 0
    DECLINED = 1
    USAGE = 2
    AUTHENTICATION = 3
    NOT_FOUND = 4
    RATE_LIMITED = 5
    API = 6
    CONNECTION = 7
    PENDING = 8
    SOME_FAILED = 9
    UNWRITTEN = 74  # EX_IOERR of sysexits.h
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EPILOG = """\
The API key is read from ARIZE_API_KEY. It is no option: arguments show in process lists and shell histories.
ARIZE_REGION, ARIZE_API_HOST and ARIZE_BASE_URL stand for --region, --host and --base-url.

\b
Exit status:
  0  done                           7  no connection, or no answer in time
  1  a question was declined        8  plan --check: changes are pending
  2  usage or configuration         9  some changes failed
  3  authentication                74  the output could not be written
  4  not found                    130  interrupted with Ctrl-C
  5  rate limited                 141  the reader of the pipe left early
  6  any other answer of the API
"""


class NotFound(arize.ArizeError):
    """No integration has the name or id that was given."""


def exit_status(error: arize.ArizeError) -> Exit:
    """The exit status of an error."""
    match error:
        case arize.ConfigurationError() | arize.AmbiguousNameError():
            return Exit.USAGE
        case arize.ApplyError():
            return Exit.SOME_FAILED
        case arize.AuthenticationError():
            return Exit.AUTHENTICATION
        case arize.NotFoundError() | NotFound():
            return Exit.NOT_FOUND
        case arize.RateLimitError():
            return Exit.RATE_LIMITED
        case arize.APIConnectionError():
            return Exit.CONNECTION
        case _:
            return Exit.API
