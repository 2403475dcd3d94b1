"""`make test-wheel`: the tests, from outside the repository, against the wheel as people install it.

For each Python that is found: an empty environment with the newest versions of the dependencies, and on the oldest
Python one more with the lowest that are allowed. The tests come from the unpacked sdist, so that it, too, is proven
complete.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
CANDIDATES = ("python3.11", "python3.12", "python3.13", "python3.14")
# The other tests need the repository: its generator, its layout, its packaging.
NEED_NEWER = ("cattrs",)  # than the lowest attrs; no test of the folders below needs it
FOLDERS = ("unit", "testing", "cli", "readme")


def main() -> None:
    """Test the wheel in dist/ on each Python named in PYTHONS, or found."""
    wheel, sdist = next(DIST.glob("*.whl"), None), next(DIST.glob("*.tar.gz"), None)
    if wheel is None or sdist is None:
        sys.exit("There is no wheel and sdist in dist/; run `make build` first.")
    pythons = list(working(os.environ.get("PYTHONS", "").split() or CANDIDATES)) or [sys.executable]
    for python in pythons:
        try_on(python, wheel, sdist, lowest=False)
    try_on(pythons[0], wheel, sdist, lowest=True)


def working(candidates: Sequence[str]) -> Iterator[str]:
    """Those that start; a version manager may have names on the path for versions that are not installed."""
    for python in candidates:
        if (
            shutil.which(python)
            and subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0
        ):
            yield python


def try_on(python: str, wheel: Path, sdist: Path, *, lowest: bool) -> None:
    """Install into an empty environment, check it, run the tests from the unpacked sdist."""
    print(f"== {python}, {'lowest' if lowest else 'newest'} dependencies", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        tree = unpack(sdist, Path(folder))
        environment = Path(folder) / "environment"
        run(python, "-m", "venv", environment)
        interpreter = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip: list[str | Path] = [interpreter, "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check"]
        run(
            *pip,
            "install",
            f"{wheel}[aiohttp,cli]",
            "--constraint",
            ROOT / "scripts" / "constraints.txt",
            *requirements_of_the_tests(lowest=lowest),
            *(lowest_versions() if lowest else []),
        )
        run(*pip, "check")
        tests = [tree / "tests" / name for name in FOLDERS if (tree / "tests" / name).exists()]
        run(interpreter, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", *tests, folder=tree)


def unpack(sdist: Path, folder: Path) -> Path:
    """The sdist's tree without the packages, which must come from the wheel."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    tree = folder / sdist.name.removesuffix(".tar.gz")
    shutil.rmtree(tree / "arize_integrations")
    shutil.rmtree(tree / "generated")
    return tree


def project() -> dict[str, list[str]]:
    """The lists of requirements in pyproject.toml: at run time, and of the tests."""
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    own = read["project"]["name"]
    extras = [line for lines in read["project"]["optional-dependencies"].values() for line in lines]
    tests = [line for line in read["dependency-groups"]["test"] if isinstance(line, str) and not line.startswith(own)]
    return {"run": [*read["project"]["dependencies"], *extras], "test": tests}


def requirements_of_the_tests(*, lowest: bool) -> list[str]:
    """What the tests need beyond the package and its extras."""
    return [line for line in project()["test"] if not (lowest and line.startswith(NEED_NEWER))]


def lowest_versions() -> list[str]:
    """Each run-time requirement at the lowest version that its range allows, and httpcore at the lowest for httpx."""
    lowest = ["httpcore==1.0.0"]
    for requirement in map(Requirement, project()["run"]):
        floor = next(bound.version for bound in requirement.specifier if bound.operator == ">=")
        lowest.append(f"{requirement.name}=={floor}")
    return lowest


def run(*command: str | Path, folder: Path | None = None) -> None:
    """Run a command, and stop if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=folder, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command[:4]))} ... failed with exit status {done.returncode}.")


if __name__ == "__main__":
    main()
