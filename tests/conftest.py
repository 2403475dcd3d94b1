"""What holds for every test."""

import signal


def pytest_sessionstart() -> None:
    """Let Ctrl-C be heard: a shell starts what it runs in the background with SIGINT ignored, and CI may do so."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
