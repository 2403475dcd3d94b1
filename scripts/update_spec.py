"""Vendors a new upstream document, regenerates, and reports what the change means.

python -m scripts.update_spec
python -m scripts.update_spec --source <url or file> --report <path>
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from attrs import evolve, frozen

from scripts.document import vendoring
from scripts.document.corrected import Correction, correct, parse_document
from scripts.document.errors import DocumentError, OverlayError, ScriptError
from scripts.document.overlay import Action, read_actions
from scripts.document.safe_yaml import parse
from scripts.document.slicing import identity, is_slice, operations_of, resolve, sliced
from scripts.document.source import Published, Source, published, read
from scripts.document.vendoring import Lock, Paths, generator_version, sha256
from scripts.generate import generate
from scripts.report import Packages, Report, report

ROOT = Path(__file__).resolve().parent.parent
FACADE_OPERATION = re.compile(r"/v2/integrations/\{[^{}/]+\}")

Generate = Callable[[Mapping[str, Any], Path], None]


@frozen
class Update:
    """What came of an update: whether anything changed, and that in a line."""

    changed: bool
    line: str


@frozen
class Vendored:
    """What stands in the tree before an update."""

    text: bytes
    overlay: str
    actions: list[Action]
    lock: Lock | None

    @classmethod
    def at(cls, paths: Paths) -> "Vendored":
        """Read the tree.

        Raises:
            ScriptError: the overlay or the lock is missing or damaged.
        """
        try:
            overlay = paths.overlay.read_text("utf-8")
            text = paths.spec.read_bytes() if paths.spec.exists() else b""
        except (OSError, UnicodeDecodeError) as error:
            raise ScriptError(f"spec/ cannot be read: {error}") from error
        try:
            # The derived actions speak of the vendored document only.
            actions = [action for action in read_actions(parse(overlay)) if not action.derived]
        except ScriptError as error:
            raise OverlayError(f"spec/overlay.yaml cannot be used: {error}") from error
        return cls(text, overlay, actions, Lock.read(paths.lock))

    @property
    def is_intact(self) -> bool:
        """Whether spec.yaml is what the last update wrote."""
        return self.lock is not None and self.lock.written_sha256 == sha256(self.text)

    def correction(self) -> Correction | None:
        """The corrected document, None where there is none that can be used."""
        try:
            return _corrected(parse_document(self.text.decode("utf-8-sig")), self.actions)
        except (ScriptError, UnicodeDecodeError):
            return None


@frozen
class Candidate:
    """What upstream publishes now: as read, as understood, as corrected."""

    origin: Source
    published: Published
    document: dict[str, Any]
    correction: Correction

    @classmethod
    def read(cls, location: str, actions: list[Action]) -> "Candidate":
        """Read and check the document at a URL or path.

        Raises:
            ScriptError: it cannot be had, is no document, or not one the SDK can be built from.
        """
        origin = read(location)
        text = published(origin.content)
        document = parse_document(text.text)
        correction = _corrected(document, actions)
        _require_facade_operation(correction.document)
        return cls(origin, text, document, correction)

    def vendored_text(self) -> bytes:
        """Upstream's own text where it is no more than our slice, else our text of the slice."""
        if not self.published.text.lstrip().startswith("{") and is_slice(self.document):
            return self.published.text.encode()
        return vendoring.yaml_text(sliced(self.document)).encode()


def update(source: str | None = None, *, root: Path = ROOT, generator: Generate = generate) -> Update:
    """Bring spec/ and generated/ under `root` up to the document at `source`, together or not at all.

    Args:
        source: a URL or a path; None for the upstream URL in the lock.
        generator: writes the package for a corrected document into a new folder.

    Raises:
        ScriptError: the document cannot be had or used; nothing has been changed.
    """
    paths = Paths(root)
    vendored = Vendored.at(paths)
    location = source or _upstream(vendored)
    try:
        candidate = Candidate.read(location, vendored.actions)
    except ScriptError as error:
        raise ScriptError(f"{location} was refused: {error}") from error
    before = vendored.correction()
    same = (
        vendored.is_intact
        and before is not None
        and identity(before.document) == identity(candidate.correction.document)
    )
    text = vendored.text if same else candidate.vendored_text()
    overlay = vendoring.overlay_text(vendored.overlay, vendored.actions, parse_document(text.decode("utf-8-sig")))
    lock = _lock(vendored, candidate, text, keep=same)
    if same and overlay == vendored.overlay and lock == vendored.lock:
        return Update(False, f"unchanged: {location} says what spec/spec.yaml says")
    files = {paths.spec: text, paths.overlay: overlay.encode(), paths.lock: lock.text().encode()}
    with vendoring.staging(root) as folder:
        package = folder / "new" / paths.generated.name
        package.parent.mkdir()
        _generate(generator, candidate.correction, package)
        line = "the same contract, generated anew"
        if not same:
            written = _report(paths, before, candidate.correction, package)
            files[paths.report] = written.text.encode()
            line = f"{written.summary}; see spec/CHANGES.md"
        vendoring.replace(files, {paths.generated: package}, folder)
    return Update(True, f"changed: {line}")


def _upstream(vendored: Vendored) -> str:
    if vendored.lock is None:
        raise ScriptError("there is no spec/spec.lock to take the URL from; give SOURCE=<url or file>")
    return vendored.lock.upstream


def _corrected(document: Mapping[str, Any], actions: list[Action]) -> Correction:
    try:
        return correct(document, actions)
    except ScriptError:
        raise
    except Exception as error:
        # Validators stumble over what is nothing like a schema in many ways, assertions among them.
        raise DocumentError(f"it is not built like an OpenAPI document: {error!r}") from error


def _require_facade_operation(document: Mapping[str, Any]) -> None:
    """Refuse a document that would leave `client.get` without its operation."""
    for path, method, operation in operations_of(document):
        if method == "get" and FACADE_OPERATION.fullmatch(path):
            success = resolve(document, operation.get("responses", {}).get("200", {}))
            if any(kind.split(";")[0].strip() == "application/json" for kind in success.get("content", {})):
                return
            raise DocumentError(f"GET {path} has no JSON answer for 200")
    raise DocumentError("it lacks GET /v2/integrations/{id}, which client.get needs")


def _lock(vendored: Vendored, candidate: Candidate, text: bytes, *, keep: bool) -> Lock:
    if keep and vendored.lock is not None:
        return evolve(vendored.lock, generator=generator_version())
    source = _public(candidate.origin.name)
    known = vendored.lock.upstream if vendored.lock else None
    return Lock(
        upstream=known or candidate.published.upstream or source,
        taken=vendoring.now(),
        source=source,
        read_sha256=sha256(candidate.origin.content),
        written_sha256=sha256(text),
        generator=generator_version(),
    )


def _public(location: str) -> str:
    """The location without what may be secret in a URL."""
    parts = urlsplit(location)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _report(paths: Paths, before: Correction | None, after: Correction, package: Path) -> Report:
    return report(
        before.document if before else None,
        after.document,
        obsolete=after.obsolete,
        packages=Packages(paths.generated, package, paths.root / "arize_integrations"),
        version=_version(paths.root),
    )


def _generate(generator: Generate, correction: Correction, package: Path) -> None:
    try:
        generator(correction.document, package)
    except Exception as error:
        # The generator parses what strangers wrote; whatever stops it must leave the tree alone.
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ScriptError(f"the generator failed: {reason}") from error


def _version(root: Path) -> str:
    text = (root / "arize_integrations" / "_version.py").read_text("utf-8")
    found = re.search(r'__version__ = "([^"]+)"', text)
    return found[1] if found else "0.0.0"


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit status: 0 changed or not, 1 refused, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m scripts.update_spec", description=__doc__)
    parser.add_argument("--source", help="a URL or a file (default: the upstream URL in spec.lock)")
    parser.add_argument("--report", type=Path, help="a further file for the change report")
    options = parser.parse_args(argv)
    try:
        done = update(options.source)
        if done.changed and options.report:
            options.report.write_bytes(Paths(ROOT).report.read_bytes())
    except KeyboardInterrupt:
        # A signal during the last step waits for its end, so this cannot say which of the two it is.
        print("update-spec: interrupted; either everything was changed or nothing", file=sys.stderr)
        return 130
    except (ScriptError, OSError) as error:
        print(f"update-spec: {error}; nothing was changed", file=sys.stderr)
        return 1
    print(f"update-spec: {done.line}")
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(f"changed={str(done.changed).lower()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
