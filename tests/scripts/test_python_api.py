"""What Python callers lose or gain, found by comparing public names, attributes and their types."""

from pathlib import Path

import pytest

from scripts.report.changes import Changes, Severity
from scripts.report.python_api import Uses, effect

HEAD = "from enum import StrEnum\nfrom typing import ClassVar, Literal, TypeAlias\n"


def package(folder: Path, *texts: str) -> Path:
    """A generated package with one module of models for each text."""
    models = folder / "arize_integrations_api" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").write_text("")
    (models / "__init__.py").write_text("")
    for number, text in enumerate(texts):
        (models / f"m{number}.py").write_text(HEAD + text)
    return models.parent


def found(tmp_path: Path, old: str, new: str, uses: Uses | None = None) -> list[str]:
    changes: Changes = effect(package(tmp_path / "old", old), package(tmp_path / "new", new), uses or Uses())
    return [
        f"{'breaks' if change.severity is Severity.BREAKING else 'adds'} {change.subject} {change.where} {change.detail}".strip()
        for change in changes
    ]


CASES = {
    "a class that goes": ("class A: ...", "class B: ...", ["breaks name A", "adds name B"]),
    "a class that becomes a union": ("class A: ...", "A: TypeAlias = int | str", ["breaks name A class → union"]),
    "an attribute that goes": ("class A:\n    x: int\n    y: int", "class A:\n    y: int", ["breaks attribute A.x"]),
    "an enum's value that goes": (
        'class A(StrEnum):\n    X = "x"\n    Y = "y"',
        'class A(StrEnum):\n    X = "x"\n    Z = "z"',
        ["breaks value A.Y", "adds value A.Z"],
    ),
    "another type": (
        "class A:\n    x: Old",
        'class A:\n    x: Literal["a|b"] | None',
        ["breaks type A.x `Old` → `Literal['a|b'] | None`"],
    ),
    "the same type in another order": ("class A:\n    x: int | None", "class A:\n    x: None | int", []),
    "a table of the class": ("class A:\n    KEYS: ClassVar[int] = 1", "class A: ...", []),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_each_change_is_named_in_words_a_caller_understands(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    """A changed type is never a matter of wording."""
    assert found(tmp_path, old, new) == expected


@pytest.mark.parametrize(
    ("uses", "wider", "narrower"),
    [
        (Uses(), "breaks", "breaks"),
        (Uses(received=frozenset("A")), "breaks", "adds"),
        (Uses(sent=frozenset("A")), "adds", "breaks"),
    ],
)
def test_whom_a_type_breaks_depends_on_who_writes_it(tmp_path: Path, uses: Uses, wider: str, narrower: str) -> None:
    """More alternatives surprise who reads them, fewer who sends them."""
    few, many = "class A:\n    x: int", "class A:\n    x: int | None"
    assert found(tmp_path / "wider", few, many, uses) == [f"{wider} type A.x `int` → `None | int`"]
    assert found(tmp_path / "narrower", many, few, uses) == [f"{narrower} type A.x `None | int` → `int`"]
