"""How hard hypothesis tries: the same examples every time, unless HYPOTHESIS_PROFILE=thorough asks for many new ones.

`mutants` only asks whether a test fails, and looks for no simpler example.
"""

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

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
