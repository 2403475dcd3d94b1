"""What is loaded by name can be found by those who follow imports: PyInstaller, Nuitka, cx_Freeze, Bazel."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {"arize_integrations": ROOT, "arize_integrations_api": ROOT / "generated"}
# What a program that uses it names itself.
ASKED_FOR = ("arize_integrations.testing", "arize_integrations._cli", "arize_integrations.__main__")


def modules() -> dict[str, Path]:
    found = {}
    for package, folder in FOLDERS.items():
        for path in (folder / package).rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path) -> Iterator[str]:
    """Every name that an import statement mentions, whether it is ever run or not."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_every_module_is_found_by_following_import_statements() -> None:
    """A frozen program failed at its first call: the module of the operation was not in it."""
    known = modules()
    asked_for = [name for name in known if name.startswith(ASKED_FOR)]
    reached, waiting = set[str](), ["arize_integrations", *asked_for]
    while waiting:
        name = waiting.pop()
        if name in known and name not in reached:
            reached.add(name)
            waiting += [name.rpartition(".")[0], *imports(name, known[name])]
    assert known.keys() - reached == set()
