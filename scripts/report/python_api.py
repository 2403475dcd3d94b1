"""What a regeneration does to the names Python callers use, as griffe sees it, without importing."""

import re
from collections.abc import Iterator
from pathlib import Path

import griffe
from attrs import field, frozen

PUBLIC = "arize_integrations"
_BASE = re.compile(r"\barize_integrations_api\.models(?:\.\w+)?\.(?=[A-Z])")


@frozen
class PythonEffect:
    """Names of model classes come and gone, and griffe's list of what breaks."""

    added: list[str] = field(factory=list)
    removed: list[str] = field(factory=list)
    breakages: list[str] = field(factory=list)
    orphans: list[str] = field(factory=list)
    """Names the public package spells out itself and the generated one no longer has."""


def effect(old: Path, new: Path, public: Path) -> PythonEffect:
    """Compare two generated packages.

    Args:
        old: the folder of the package before; there may be none.
        new: the folder of the package after, under the same name.
        public: the folder of the facade that re-exports the models.
    """
    if not old.is_dir():
        return PythonEffect(added=sorted(_models(_load(new))))
    was, now = _load(old), _load(new)
    before, after = _models(was), _models(now)
    return PythonEffect(
        added=sorted(after - before),
        removed=sorted(before - after),
        breakages=sorted(set(_breakages(was, now))),
        orphans=sorted((before - after) & _spelled_out(public)),
    )


def _load(package: Path) -> griffe.Module:
    loaded = griffe.GriffeLoader(search_paths=[package.parent], allow_inspection=False).load(
        package.name, try_relative_path=False
    )
    if not isinstance(loaded, griffe.Module):
        raise TypeError(f"{package} is no package")
    return loaded


def _models(package: griffe.Module) -> set[str]:
    """The names that the generated `models` package exports."""
    models = package.members.get("models")
    if not isinstance(models, griffe.Module):
        return set()
    return {name for name in models.members if isinstance(models.members[name], griffe.Alias)}


def _breakages(was: griffe.Module, now: griffe.Module) -> Iterator[str]:
    for breakage in griffe.find_breaking_changes(was, now):
        if breakage.kind is griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE and not _is_enum(breakage):
            continue
        text = " ".join(breakage.explain(griffe.ExplanationStyle.MARKDOWN).split())
        yield _BASE.sub("", text)


def _is_enum(breakage: griffe.Breakage) -> bool:
    """Whether the value that changed is an enum member's; other values are the generator's own tables."""
    parent = breakage.obj.parent
    return isinstance(parent, griffe.Class) and any("Enum" in str(base) for base in parent.bases)


def _spelled_out(public: Path) -> set[str]:
    names = (
        set(re.findall(r"\b[A-Z]\w+\b", path.read_text("utf-8")))
        for path in (public / "__init__.py", public / "__init__.pyi")
        if path.exists()
    )
    return set().union(*names)
