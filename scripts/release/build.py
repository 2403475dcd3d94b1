"""`make build`: wheel and sdist into dist/, with proof that they are what they should be.

They are built twice and compared byte for byte; the second wheel comes from the tree, the first from the sdist, so that
equal bytes also mean that the sdist has everything the build needs.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
PACKAGES = {
    "arize_integrations": ROOT / "arize_integrations",
    "arize_integrations_api": ROOT / "generated/arize_integrations_api",
}


def main() -> None:
    """Build, compare, check."""
    shutil.rmtree(DIST, ignore_errors=True)
    build(DIST)
    with tempfile.TemporaryDirectory() as again:
        build(Path(again), "--sdist")
        build(Path(again), "--wheel")
        for artefact in sorted(DIST.iterdir()):
            require(
                artefact.read_bytes() == (Path(again) / artefact.name).read_bytes(),
                f"{artefact.name} is not reproducible: built twice, its bytes differ.",
            )
    wheel, sdist = next(DIST.glob("*.whl")), next(DIST.glob("*.tar.gz"))
    check_wheel(wheel)
    check_sdist(sdist)
    run("twine", "check", "--strict", wheel, sdist)
    run("check_wheel_contents", wheel)
    for artefact in (wheel, sdist):
        print(f"{artefact.relative_to(ROOT)}  {artefact.stat().st_size / 1000:.0f} kB")


def build(folder: Path, *options: str) -> None:
    run("build", "--outdir", folder, *options, ROOT)


def run(module: str, *arguments: str | Path) -> None:
    """Run a tool, and show what it says only if it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    require(done.returncode == 0, f"{done.stdout}\n{module} failed with exit status {done.returncode}.")


def check_wheel(wheel: Path) -> None:
    """The wheel holds the two packages and its metadata, all of them, and nothing that git does not know."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        f"{name}/{path.relative_to(folder).as_posix()}": path.relative_to(ROOT).as_posix()
        for name, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    require(held == set(wanted), f"{wheel.name} differs from the two packages in {sorted(held ^ set(wanted))}.")
    strays = unknown_to_git(set(wanted.values()))
    require(
        not strays,
        f"{wheel.name} would ship files that are not under version control: {strays}. `git add` or remove them.",
    )


def check_sdist(sdist: Path) -> None:
    """Point out what the sdist holds that git does not know: a stray file of the working tree, or one to be added."""
    with tarfile.open(sdist) as archive:
        held = {member.name.partition("/")[2] for member in archive if member.isfile()}
    strays = unknown_to_git(held - {"PKG-INFO"})
    if strays:
        print(f"Note: {sdist.name} holds files that are not under version control: {strays}.", file=sys.stderr)


def unknown_to_git(files: set[str]) -> list[str]:
    """Those that git does not know; none if there is no repository, as in an unpacked sdist."""
    if not (ROOT / ".git").exists():
        return []
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    require(known.returncode == 0, f"git does not say which files it knows: {known.stderr}")
    return sorted(files - set(known.stdout.split("\0")))


def require(condition: bool, complaint: str) -> None:
    """Stop with a sentence if a condition does not hold."""
    if not condition:
        sys.exit(complaint)


if __name__ == "__main__":
    main()
