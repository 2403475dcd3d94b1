"""What a process pays before its first answer, and what an installation weighs."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from typing import NamedTuple

from scripts.bench.processes import HOME, Ratio
from scripts.bench.worker import ID

_REPORT = """
import resource
used = resource.getrusage(resource.RUSAGE_SELF)
try:  # what getrusage calls the most memory is that of the parent, if that had more
    memory = open("/proc/self/statm").read().split()[1]
except OSError:
    memory = used.ru_maxrss
print(used.ru_utime + used.ru_stime, memory)
"""


def _programs(base: str, sdk: Path, vendor: Path | None) -> dict[str, tuple[Path, str]]:
    programs = {
        "nothing": (sdk, ""),
        "import httpx": (sdk, "import httpx"),
        "import sdk": (sdk, "import arize_integrations"),
        "first call of httpx": (
            sdk,
            f"""
import httpx
with httpx.Client(headers={{"Authorization": "Bearer key"}}) as client:
    client.get("{base}/v2/integrations/{ID}").json()
""",
        ),
        "first call of sdk": (
            sdk,
            f"""
from arize_integrations import IntegrationsClient
with IntegrationsClient("key", base_url="{base}") as client:
    client.get("{ID}")
""",
        ),
    }
    if vendor:
        programs["import vendor"] = (vendor, "import arize")
        programs["first call of vendor"] = (
            vendor,
            f"""
from arize import ArizeClient
ArizeClient(api_key="key", api_host="{base.removeprefix("http://")}", api_scheme="http").integrations.get(integration="{ID}")
""",
        )
    return programs


class Startup(NamedTuple):
    """Ratios to raw httpx: CPU of the import and of everything to the first answer, and memory after it."""

    imported: Ratio
    first_call: Ratio
    memory: Ratio


def measure(base: str, sdk: Path, vendor: Path | None, rounds: int) -> dict[str, Startup]:
    """Run each program in a fresh process, each round in another order. Returns what `sdk` and `vendor` took."""
    programs = _programs(base, sdk, vendor)
    used: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, (python, program) in random.sample(list(programs.items()), len(programs)):
            command = [str(python), "-c", program + _REPORT]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HOME)
            cpu, memory = map(float, done.stdout.splitlines()[-1].split())  # the vendor prints a warning first
            used[name].append((cpu, memory))

    def ratio(name: str, baseline: str, which: int, *, net: bool = False) -> Ratio:
        # An import is net of what the interpreter itself takes to start.
        starts = [taken[which] if net else 0.0 for taken in used["nothing"]]
        pairs = zip(used[name], used[baseline], starts, strict=True)
        return Ratio.of([max(ours[which] - start, 0.0) / (theirs[which] - start) for ours, theirs, start in pairs])

    return {
        who: Startup(
            ratio(f"import {who}", "import httpx", 0, net=True),
            ratio(f"first call of {who}", "first call of httpx", 0),
            ratio(f"first call of {who}", "first call of httpx", 1),
        )
        for who in ("sdk", "vendor")
        if f"import {who}" in used
    }


_SEEDS = ("pip", "setuptools", "pkg_resources", "_distutils_hack")  # before Python 3.12, venv brings setuptools as well


def size(python: Path) -> tuple[int, float]:
    """The distributions in an environment and their MB without bytecode; what venv puts into each is not counted."""
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    folder = Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    distributions = [entry for entry in folder.glob("*.dist-info") if not entry.name.startswith(_SEEDS)]
    total = 0
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(_SEEDS)]
        total += sum((Path(root) / name).stat().st_size for name in files)
    return len(distributions), total / 1e6
