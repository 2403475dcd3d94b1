"""Who may import whom. Read from the syntax trees, so that a name in a comment or a string neither helps nor hurts."""

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FACADE, GENERATED, TESTING = "arize_integrations", "arize_integrations_api", "arize_integrations.testing"


def sources() -> dict[str, Path]:
    """Every module of both packages, by its dotted name."""
    found = {}
    for root in (ROOT, ROOT / "generated"):
        for package in (FACADE, GENERATED):
            for path in (root / package).rglob("*.py"):
                parts = path.relative_to(root).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


SOURCES = sources()


def imported(name: str, path: Path) -> Iterator[str]:
    """The dotted names a module imports when it runs: at the top or in a function, not for the type checker alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}" if f"{module}.{alias.name}" in SOURCES else module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant))


@cache
def graph() -> dict[str, set[str]]:
    return {name: set(imported(name, path)) - {name} for name, path in SOURCES.items()}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def modules(package: str) -> dict[str, set[str]]:
    return {name: targets for name, targets in graph().items() if within(name, package)}


def importers(of: str) -> set[str]:
    return {name for name, targets in graph().items() if any(within(target, of) for target in targets)}


def test_the_generated_package_stands_alone() -> None:
    """It is rewritten at every spec change; anything it needed of ours would have to survive that."""
    assert {name for name in importers(FACADE) if within(name, GENERATED)} == set()


def test_the_facade_has_no_circles() -> None:
    facade = {
        name: {target for target in targets if within(target, FACADE)} for name, targets in modules(FACADE).items()
    }
    graphlib.TopologicalSorter(facade).prepare()


# A part of the facade, and the other parts that it may import. `errors` and `_secrets` are at the bottom, for all.
MAY_IMPORT: dict[str, set[str]] = {
    "__main__": {"_cli"},
    "_cli": {"", "declarative", "testing"},
    "declarative": {""},
    "_async": {"_call", "_wire", "_net", "declarative"},
    "_sync": {"_call", "_wire", "_net", "declarative"},
    "_call": {"_wire", "_net"},
    "_wire": set(),
    "_net": set(),
    "testing": set(),
}
BOTTOM = {"errors", "_secrets", "_version"}


def part(name: str) -> str:
    """The top-level part of the facade that a module belongs to; the package itself is ""."""
    return name.removeprefix(FACADE).lstrip(".").partition(".")[0]


@pytest.mark.parametrize("name", sorted({part(name) for name in SOURCES if within(name, FACADE)} - {""}))
def test_a_part_imports_only_what_lies_below_it(name: str) -> None:
    imported = {
        part(target)
        for module in modules(FACADE)
        if part(module) == name
        for target in graph()[module]
        if within(target, FACADE)
    }
    assert imported - {name} <= MAY_IMPORT.get(name, set()) | (set() if name in BOTTOM else BOTTOM)


def test_the_package_itself_imports_nothing_before_it_is_asked() -> None:
    assert {part(target) for target in graph()[FACADE] if within(target, FACADE)} <= {"_version"}


def test_the_client_never_imports_the_stand_in() -> None:
    """It is for tests; production code should not carry a server."""
    stand_in = f"{FACADE}._cli.commands.stand_in"
    assert {name for name in importers(TESTING) if not within(name, TESTING)} <= {stand_in}


def test_the_stand_in_needs_the_standard_library_and_the_document_only() -> None:
    """Its answers must come from the document, not from the facade's opinion of it."""
    for name, targets in modules(TESTING).items():
        foreign = {t for t in targets if t.split(".")[0] not in sys.stdlib_module_names and not within(t, TESTING)}
        assert {target for target in foreign if not within(target, GENERATED)} == set(), name


def test_one_module_knows_the_generated_operations() -> None:
    assert {name for name in importers(f"{GENERATED}.api") if within(name, FACADE)} <= {f"{FACADE}._wire.operations"}


# What takes a transport from the caller, what opens connections, what sends, and what reads an answer.
HTTPX_MODULES = set(
    "_async.client _sync.client _net.connections _net.proxies _call.base_client _call.options _call.sync_session "
    "_call.async_session _call.session _call.replies _call.failures _call.problems _call.error_factory".split()
)


def test_httpx_is_named_in_few_modules() -> None:
    """So that a change of httpx, or a change from it, is a change of these files."""
    assert {name.removeprefix(f"{FACADE}.") for name in importers("httpx") if within(name, FACADE)} <= HTTPX_MODULES


PURE = (
    "errors _net.endpoint _call.gate _call.retry _call.advice _cli.rendering "
    "_wire.changes _wire.json _wire.json_values _wire.operations _wire.pages _wire.paths _wire.request_errors _wire.requests "
    "_wire.timestamps _wire.unwrap "
    "declarative.apply declarative.compare declarative.plan declarative.rendering declarative.rules declarative.sameness declarative.sealed "
    "declarative.tables declarative.values"
).split()


@pytest.mark.parametrize("name", PURE)
def test_decisions_neither_send_nor_wait_nor_log(name: str) -> None:
    """Values in, values out: such a module is tested without a clock, a socket or a patch."""
    worldly = {"anyio", "asyncio", "httpcore", "httpx", "logging", "random", "socket", "time"}
    assert {target.split(".")[0] for target in graph()[f"{FACADE}.{name}"]} & worldly == set()


# httpx is bounded in pyproject.toml, and with it the httpcore that it brings.
BROUGHT = {"httpcore": "httpx"}
# What only the library itself asks for, so that it is there when the import runs.
ASKED_BY = {"pydantic_core"}


def test_every_import_is_a_declared_dependency() -> None:
    """What works only because something else happens to be installed breaks on somebody's machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {re.split(r"[\[<>=~! ]", line)[0].lower() for line in wanted}
    tops = {target.split(".")[0] for targets in graph().values() for target in targets}
    for top in tops - sys.stdlib_module_names - {FACADE, GENERATED} - ASKED_BY:
        homes = [BROUGHT.get(top)] if top in BROUGHT else packages_distributions()[top]
        assert {str(home).lower() for home in homes} & declared, top


def test_importing_the_package_loads_neither_httpx_nor_the_models() -> None:
    """Names resolve when first used, so that a program which may call Arize does not pay for it at start."""
    heavy = {"anyio", "attrs", "httpx", "arize_integrations_api"}
    code = f"import sys, arize_integrations; print(*{heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
