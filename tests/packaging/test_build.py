"""What `make build` refuses. That it succeeds is run by `.ci/run`, since it takes the network."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts import build, try_wheel


def wheel_of(folder: Path, names: list[str]) -> Path:
    path = folder / "arize_integrations-0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def everything() -> list[str]:
    return [
        f"{name}/{path.relative_to(folder).as_posix()}"
        for name, folder in build.PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]


def test_a_wheel_of_both_packages_and_its_metadata_passes(tmp_path: Path) -> None:
    build.check_wheel(wheel_of(tmp_path, [*everything(), "arize_integrations-0.dist-info/METADATA"]))


@pytest.mark.parametrize("stray", ["scripts/generate.py", "arize_integrations/notes.txt"])
def test_a_wheel_with_a_stray_file_is_refused(tmp_path: Path, stray: str) -> None:
    with pytest.raises(SystemExit, match=stray):
        build.check_wheel(wheel_of(tmp_path, [*everything(), stray]))


def test_a_wheel_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    """The generated package lies elsewhere in the tree, and is easily left out."""
    kept = [name for name in everything() if name != "arize_integrations_api/py.typed"]
    with pytest.raises(SystemExit, match=r"arize_integrations_api/py\.typed"):
        build.check_wheel(wheel_of(tmp_path, kept))


def test_an_sdist_with_a_file_that_git_does_not_know_is_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (build.ROOT / ".git").exists():
        pytest.skip("an unpacked sdist is no repository")
    path = tmp_path / "arize_integrations-0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("README.md", "notes/private.txt"):
            archive.addfile(tarfile.TarInfo(f"arize_integrations-0/{name}"), io.BytesIO(b""))
    build.check_sdist(path)
    assert "notes/private.txt" in capsys.readouterr().err


def test_the_lowest_versions_are_those_that_the_ranges_begin_with() -> None:
    ranges, lowest = try_wheel.project()["run"], try_wheel.lowest_versions()
    assert [line.replace(">=", "==").split(",")[0] for line in ranges] == lowest
