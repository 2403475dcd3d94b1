"""An update that fails or is interrupted leaves the tree as it was."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scripts.document.errors import ScriptError
from tests.scripts import documents
from tests.scripts.conftest import Project, write_package


def test_a_failing_generator_changes_nothing(project: Project) -> None:
    """Whatever it raises, and even after it has written."""

    def fail(document: Mapping[str, Any], destination: Path) -> None:
        write_package(document, destination)
        raise RuntimeError("line one\nline two")

    before = project.files()
    with pytest.raises(ScriptError, match=r"the generator failed: line one line two$"):
        project.vendor(documents.grown(), fail)
    assert project.files() == before


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_generator_leaves_nothing_behind(project: Project, which: signal.Signals) -> None:
    """Ctrl-C at the terminal, or a job that is cancelled."""

    def interrupt(document: Mapping[str, Any], destination: Path) -> None:
        write_package(document, destination)
        os.kill(os.getpid(), which)

    before = project.files()
    with pytest.raises(KeyboardInterrupt):
        project.vendor(documents.grown(), interrupt)
    assert project.files() == before
    assert {path.name for path in project.root.iterdir()} == {"arize_integrations", "generated", "spec"}


@pytest.fixture
def at_rename(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], list[int]]:
    """Does something at the nth rename; the list counts them."""

    def install(number: int, action: Callable[[], object]) -> list[int]:
        count = [0]
        rename = Path.replace

        def counted(self: Path, target: Path) -> Path:
            count[0] += 1
            if count[0] == number:
                action()
            return rename(self, target)

        monkeypatch.setattr(Path, "replace", counted)
        return count

    return install


def _fail() -> None:
    raise OSError(28, "No space left on device")


RENAMES = 10
"""Five things are replaced, each by two renames."""


@pytest.mark.parametrize("number", range(1, RENAMES + 1))
def test_a_failure_at_any_step_puts_everything_back(
    project: Project, at_rename: Callable[[int, Callable[[], object]], list[int]], number: int
) -> None:
    """A full disk, say."""
    before = project.files()
    count = at_rename(number, _fail)
    with pytest.raises(OSError, match="No space"):
        project.vendor(documents.grown())
    assert count[0] >= number
    assert project.files() == before
    assert {path.name for path in project.root.iterdir()} == {"arize_integrations", "generated", "spec"}


@pytest.mark.parametrize("number", [1, 5, RENAMES])
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_step_waits_until_everything_is_replaced(
    project: Project, at_rename: Callable[[int, Callable[[], object]], list[int]], number: int, which: signal.Signals
) -> None:
    """Neither half of an update is ever seen."""
    count = at_rename(number, lambda: os.kill(os.getpid(), which))
    with pytest.raises(KeyboardInterrupt):
        project.vendor(documents.grown())
    assert count[0] == RENAMES
    before = project.files()
    assert not project.vendor(documents.grown()).changed
    assert project.files() == before
