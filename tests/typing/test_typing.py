"""What type checkers and editors see of the public names."""

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import arize_integrations
from arize_integrations_api import contract
from tests.operations import skip_if_written_for_another

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def mypy(program: Path, cache: Path) -> set[int]:
    """The lines that mypy --strict complains about."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(cache), str(program)]
    done = subprocess.run(command, cwd=cache, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return complaints(re.findall(r":(\d+): error: (.*)", done.stdout))


def pyright(program: Path, cache: Path) -> set[int]:
    """The lines that pyright complains about in its strict mode."""
    (cache / program.name).write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
    settings = {"include": [program.name], "typeCheckingMode": "strict"}
    (cache / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "--project", str(cache)]
    done = subprocess.run(command, cwd=cache, capture_output=True, text=True, timeout=240, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == 1
    found = report["generalDiagnostics"]
    return complaints([(entry["range"]["start"]["line"] + 1, entry["message"]) for entry in found])


def complaints(found: list[tuple[Any, str]]) -> set[int]:
    for line, message in found:
        print(f"line {line}: {message}")
    return {int(line) for line, _ in found}


Checker = Callable[[Path, Path], set[int]]
CHECKERS: list[Checker] = [mypy, pyright]


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_users_program_is_accepted(checker: Checker, tmp_path: Path) -> None:
    """The types say what comes back, so that nobody needs a cast."""
    skip_if_written_for_another((HERE / "program.py").read_text(encoding="utf-8"))
    assert checker(HERE / "program.py", tmp_path) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_mistake_is_found_before_the_program_runs(checker: Checker, tmp_path: Path) -> None:
    text = (HERE / "mistakes.py").read_text(encoding="utf-8")
    skip_if_written_for_another(text)
    wrong = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")}
    assert checker(HERE / "mistakes.py", tmp_path) == wrong


def annotation(shape: contract.Shape) -> str:
    """How Python writes the type of what the document declares."""
    match shape:
        case contract.Plain(type=name):
            return name or "Any"
        case contract.Text(parser=parser):
            return {"parse_datetime": "datetime.datetime", "parse_date": "datetime.date", "parse_uuid": "uuid.UUID"}[
                parser
            ]
        case contract.Array(item=item):
            return f"list[{annotation(item)}]"
        case contract.Constant(value=float()):
            return "float"
        case contract.Constant(value=value):
            return f"Literal[{value!r}]"
        case contract.Map(item=item):
            return f"dict[str, {annotation(item)}]"
        case contract.AnyOf(options=options):
            return " | ".join(map(annotation, options))
        case _:
            return f"models.{shape.name}"


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_field_has_the_type_that_the_document_declares(checker: Checker, tmp_path: Path) -> None:
    """Whatever today's document says; the assertions are written from it."""
    lines = ["import datetime", "import uuid", "from typing import Any, Literal, assert_type"]
    lines += ["from arize_integrations_api import models", "from arize_integrations_api.types import UNSET, Unset"]
    for name, model in contract.MODELS.items():
        lines += [f"def check_{name}(it: models.{name}) -> None:", "    print(it.additional_properties)"]
        for field in model.fields:
            declared = annotation(field.shape) + ("" if field.required else " | Unset")
            lines += [f"    assert_type(it.{field.attribute}, {declared})"]
    lines += ["assert_type(UNSET, Literal[Unset.UNSET])", "print(Any, datetime, uuid)"]
    program = tmp_path / "fields.py"
    program.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert checker(program, tmp_path) == set()


def public_classes() -> list[type]:
    """The handwritten ones; a generated class has the words that the document has."""
    values = [getattr(arize_integrations, name) for name in dir(arize_integrations)]
    return [value for value in values if isinstance(value, type) and value.__module__.startswith("arize_integrations.")]


@pytest.mark.parametrize("public", public_classes(), ids=lambda public: public.__name__)
def test_hovering_over_a_name_explains_it(public: type) -> None:
    """Every public class, method and declared attribute has words of its own."""
    tree = ast.parse(inspect.getsource(public)).body[0]
    assert isinstance(tree, ast.ClassDef)
    silent = [public.__name__] if not ast.get_docstring(tree) else []
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            silent += [node.name] if not ast.get_docstring(node) else []
        elif (
            isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not node.target.id.startswith("_")
        ):
            described = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            listed = re.search(rf"^\s*{node.target.id}\b.*:", ast.get_docstring(tree) or "", re.MULTILINE)
            silent += [node.target.id] if not (described or listed) else []
    assert silent == []


def test_every_public_symbol_has_a_type_and_words(tmp_path: Path) -> None:
    """By the count of a third party, generated models included."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--verifytypes",
        "arize_integrations",
        "--ignoreexternal",
        "--outputjson",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    report = json.loads(done.stdout)["typeCompleteness"]
    assert report["exportedSymbolCounts"]["withKnownType"] >= len(public_classes())
    assert report["completenessScore"] == 1.0, [each["name"] for each in report["symbols"] if not each["isTypeKnown"]]
    silent = [each["name"] for each in report["symbols"] if "No docstring" in str(each["diagnostics"])]
    assert [name for name in silent if "__converterDescriptor_" not in name] == []  # pyright's own, for an attrs field


def test_the_package_says_that_it_is_typed() -> None:
    for package in ("arize_integrations", "arize_integrations_api"):
        assert (Path(__import__(package).__file__ or "").parent / "py.typed").is_file()
