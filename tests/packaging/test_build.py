"""What `make build` refuses. That it succeeds is run by `.ci/run`, since it needs the network."""

import io
import re
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from scripts.release import build, try_wheel

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the two packages, in place of this one."""
    packages = {name: tmp_path / build.PACKAGES[name].relative_to(build.ROOT) for name in build.PACKAGES}
    for folder in packages.values():
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        (folder / "py.typed").touch()
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "PACKAGES", packages)
    for command in ("init --quiet", "add ."):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    return tmp_path


def wheel_of(folder: Path, names: list[str]) -> Path:
    path = folder / "arize_integrations-0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def everything() -> list[str]:
    return [f"{name}/{path.name}" for name, folder in build.PACKAGES.items() for path in folder.iterdir()]


def test_a_wheel_of_both_packages_and_its_metadata_passes(tree: Path) -> None:
    build.check_wheel(wheel_of(tree, [*everything(), "arize_integrations-0.dist-info/METADATA"]))


@pytest.mark.parametrize("stray", ["scripts/generate.py", "arize_integrations/notes.txt"])
def test_a_wheel_with_a_file_of_neither_package_is_refused(tree: Path, stray: str) -> None:
    with pytest.raises(SystemExit, match=stray):
        build.check_wheel(wheel_of(tree, [*everything(), stray]))


def test_a_wheel_that_lacks_a_file_is_refused(tree: Path) -> None:
    """The generated package lies elsewhere in the tree, and is easily left out."""
    kept = [name for name in everything() if name != "arize_integrations_api/py.typed"]
    with pytest.raises(SystemExit, match=r"arize_integrations_api/py\.typed"):
        build.check_wheel(wheel_of(tree, kept))


@pytest.mark.parametrize("package", ["arize_integrations", "arize_integrations_api"])
def test_a_wheel_with_a_file_that_git_does_not_know_is_refused(tree: Path, package: str) -> None:
    """A note or a key left beside the code must not reach everyone who installs it."""
    stray = build.PACKAGES[package] / "notes.txt"
    stray.touch()
    wheel = wheel_of(tree, everything())
    with pytest.raises(SystemExit, match=f"'{stray.relative_to(tree)}'.*`git add` or remove"):
        build.check_wheel(wheel)
    subprocess.run(["git", "add", "."], cwd=tree, check=True)
    build.check_wheel(wheel)


def test_a_wheel_of_a_tree_without_a_repository_passes(tree: Path) -> None:
    """An unpacked sdist has none, and distributions build from it."""
    shutil.rmtree(tree / ".git")
    build.check_wheel(wheel_of(tree, everything()))


def test_a_repository_that_git_cannot_read_is_refused(tree: Path) -> None:
    """Else the check would pass by not having been made."""
    (tree / ".git" / "index").write_bytes(b"broken")
    with pytest.raises(SystemExit, match="git does not say"):
        build.check_wheel(wheel_of(tree, everything()))


def test_an_sdist_with_a_file_that_git_does_not_know_is_pointed_out(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tree / "arize_integrations-0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("arize_integrations/py.typed", "notes/private.txt", "PKG-INFO"):
            archive.addfile(tarfile.TarInfo(f"arize_integrations-0/{name}"), io.BytesIO(b""))
    build.check_sdist(path)
    assert "version control: ['notes/private.txt']." in capsys.readouterr().err


def test_the_lowest_versions_are_those_that_the_ranges_begin_with() -> None:
    ranges, lowest = try_wheel.project()["run"], try_wheel.lowest_versions()
    assert [line.replace(">=", "==").split(",")[0] for line in ranges] == lowest[1:]
    assert lowest[0].startswith("httpcore==")  # which httpx brings, and no range of ours names


def test_the_build_backend_is_one_exact_version() -> None:
    """It decides the bytes that a tag is built to; with another one, nobody could build them again."""
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert [re.fullmatch(r"hatchling==[0-9.]+", line) is not None for line in backend] == [True]
