"""What holds for every test."""

import os
import signal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

# How hard hypothesis tries: the same examples every time, unless HYPOTHESIS_PROFILE=thorough asks for many new ones.
# `mutants` only asks whether a test fails, and looks for no simpler example.
_COMMON: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": (HealthCheck.too_slow, HealthCheck.data_too_large),
}

settings.register_profile("ci", max_examples=60, derandomize=True, **_COMMON)
settings.register_profile("thorough", max_examples=3000, **_COMMON)
settings.register_profile(
    "mutants", max_examples=60, derandomize=True, phases=(Phase.explicit, Phase.generate), **_COMMON
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_sessionstart() -> None:
    """Let Ctrl-C be heard: a shell starts what it runs in the background with SIGINT ignored, and CI may do so."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: at any time some test waits for an answer that never comes."""
    return (os.cpu_count() or 1) + 1
