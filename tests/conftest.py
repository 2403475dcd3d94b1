"""What holds for every test."""

import os
import signal

import pytest


def pytest_sessionstart() -> None:
    """Let Ctrl-C be heard: a shell starts what it runs in the background with SIGINT ignored, and CI may do so."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: at any time some test waits for an answer that never comes."""
    return (os.cpu_count() or 1) + 1
