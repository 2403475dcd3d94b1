"""What a regeneration does to the names Python callers use, as griffe sees it, without importing."""

import re
from collections.abc import Iterator
from pathlib import Path

import griffe
from attrs import field, frozen

_PREFIX = re.compile(r"\barize_integrations(?:_api\.models(?:\.\w+)?)?\.(?=[A-Z])")


@frozen
class PythonEffect:
    """The names that the public package gains and loses, and griffe's list of what breaks in either package."""

    added: list[str] = field(factory=list)
    removed: list[str] = field(factory=list)
    breakages: list[str] = field(factory=list)


@frozen
class _Packages:
    generated: griffe.Module
    public: griffe.Module

    @property
    def names(self) -> set[str]:
        return {name for name in self.public.members if name[:1].isupper()}


def effect(old: Path, new: Path, public: Path) -> PythonEffect:
    """Compare two generated packages, and the public one on top of each.

    Args:
        old: the folder of the generated package before; there may be none.
        new: the folder of the generated package after, under the same name.
        public: the folder of the facade, which re-exports the models.
    """
    now = _load(new, public)
    if not old.is_dir():
        return PythonEffect(added=sorted(now.names))
    was = _load(old, public)
    return PythonEffect(
        added=sorted(now.names - was.names),
        removed=sorted(was.names - now.names),
        breakages=sorted({*_breakages(was.generated, now.generated), *_breakages(was.public, now.public)}),
    )


def _load(generated: Path, public: Path) -> _Packages:
    loader = griffe.GriffeLoader(search_paths=[generated.parent, public.parent], allow_inspection=False)
    found = [loader.load(path.name, try_relative_path=False) for path in (generated, public)]
    loader.resolve_aliases(external=False)
    modules = [module for module in found if isinstance(module, griffe.Module)]
    return _Packages(*modules)


def _breakages(was: griffe.Module, now: griffe.Module) -> Iterator[str]:
    for breakage in griffe.find_breaking_changes(was, now):
        if breakage.kind is griffe.BreakageKind.ATTRIBUTE_CHANGED_VALUE and not _is_enum(breakage):
            continue
        yield _PREFIX.sub("", " ".join(breakage.explain(griffe.ExplanationStyle.MARKDOWN).split()))


def _is_enum(breakage: griffe.Breakage) -> bool:
    """Whether the value that changed is an enum member's; other values are the generator's own tables."""
    parent = breakage.obj.parent
    return isinstance(parent, griffe.Class) and any("Enum" in str(base) for base in parent.bases)
