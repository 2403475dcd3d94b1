"""What type checkers and editors see of the public names."""

import ast
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import arize_integrations
from arize_integrations_api import contract
from tests.operations import skip_if_written_for_another

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


PROGRAM = HERE / "program.py"
MISTAKES = HERE / "mistakes.py"
FIELDS = "fields.py"
Found = dict[str, set[int]]
"""The lines that a checker complains about, by the name of the file."""


def mypy(folder: Path) -> Found:
    """What mypy --strict says of the programs of a folder."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        *sorted(each.name for each in folder.glob("*.py")),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return by_file(re.findall(r"^(.+?):(\d+): error: (.*)", done.stdout, re.MULTILINE))


def pyright(folder: Path) -> Found:
    """What pyright says of them in its strict mode."""
    programs = [each.name for each in folder.glob("*.py")]
    settings = {"include": programs, "typeCheckingMode": "strict"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pyright",
        "--outputjson",
        "--pythonpath",
        sys.executable,
        "--project",
        str(folder),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(programs)
    return by_file(
        (Path(entry["file"]).name, entry["range"]["start"]["line"] + 1, entry["message"])
        for entry in report["generalDiagnostics"]
    )


def by_file(complaints: Iterable[tuple[str, Any, str]]) -> Found:
    found: Found = {}
    for file, line, message in complaints:
        print(f"{file}:{line}: {message}")
        found.setdefault(file, set()).add(int(line))
    return found


@pytest.fixture(scope="module", params=[mypy, pyright])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What a checker says of all programs: one run, because most of its time goes into reading the packages."""
    folder = tmp_path_factory.mktemp("programs")
    for program in (PROGRAM, MISTAKES):
        shutil.copy(program, folder)
    (folder / FIELDS).write_text(assertions_of_fields(), encoding="utf-8")
    checker: Callable[[Path], Found] = request.param
    return checker(folder)


def test_a_users_program_is_accepted(found: Found) -> None:
    """The types say what comes back, so that nobody needs a cast."""
    skip_if_written_for_another(PROGRAM.read_text(encoding="utf-8"))
    assert PROGRAM.name not in found


def test_a_mistake_is_found_before_the_program_runs(found: Found) -> None:
    text = MISTAKES.read_text(encoding="utf-8")
    skip_if_written_for_another(text)
    wrong = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")}
    assert found[MISTAKES.name] == wrong


def test_a_field_has_the_type_that_the_document_declares(found: Found) -> None:
    """Whatever today's document says; the assertions are written from it."""
    assert FIELDS not in found


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


def assertions_of_fields() -> str:
    """A program that holds each field of each model against the table."""
    lines = ["import datetime", "import uuid", "from typing import Any, Literal, assert_type"]
    lines += ["from arize_integrations_api import models", "from arize_integrations_api.types import UNSET, Unset"]
    for name, model in contract.MODELS.items():
        lines += [f"def check_{name}(it: models.{name}) -> None:", "    print(it.additional_properties)"]
        for field in model.fields:
            declared = annotation(field.shape) + ("" if field.required else " | Unset")
            lines += [f"    assert_type(it.{field.attribute}, {declared})"]
    lines += ["assert_type(UNSET, Literal[Unset.UNSET])", "print(Any, datetime, uuid)"]
    return "\n".join(lines) + "\n"


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
