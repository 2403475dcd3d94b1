"""The command line. It is in the extra `cli`; without it, `main` says how to get it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

EXTRA = {"click", "rich", "yaml"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Args:
        arguments: what follows the program's name; by default, what the process was started with.
    """
    try:
        # Here, so that there is somebody to catch Ctrl-C while it loads.
        from arize_integrations._cli.program import run

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        if error.name not in EXTRA or sys.stderr is None:
            raise
        sys.stderr.write("The command line is an extra of its own: pip install 'arize-integrations[cli]'\n")
        return 2
