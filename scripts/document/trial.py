"""Importing a fresh package whole, in a process of its own, before anything is replaced by it."""

import subprocess
import sys
from pathlib import Path

from scripts.document.errors import ScriptError
from scripts.document.text import one_line, quoted

LIMIT = 60.0
"""Seconds."""

_IMPORT = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
name = package = sys.argv[2]
try:
    root = importlib.import_module(package)
    for _, name, _ in pkgutil.walk_packages(root.__path__, package + "."):
        importlib.import_module(name)
    models = importlib.import_module(package + ".models")
    for name in getattr(models, "__all__", ()):
        getattr(models, name)
except Exception:
    sys.exit(name)
"""


def require_importable(package: Path) -> None:
    """Refuse a package of which a module or a public name cannot be imported.

    Raises:
        ScriptError: with the module or name.
    """
    # Isolated, and without our environment: neither the variables of a job nor the folder it runs in are in reach.
    command = [sys.executable, "-I", "-B", "-c", _IMPORT, str(package.parent), package.name]
    try:
        done = subprocess.run(
            command, cwd=package.parent, env={}, capture_output=True, text=True, check=False, timeout=LIMIT
        )
    except subprocess.TimeoutExpired as error:
        raise ScriptError(f"importing the generated package took longer than {LIMIT:g} seconds") from error
    if done.returncode:
        raise ScriptError(f"the generated package cannot be imported: it fails at {quoted(one_line(done.stderr, 100))}")
