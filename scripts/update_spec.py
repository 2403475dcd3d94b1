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
from scripts.document.candidate import Candidate, Vendored
from scripts.document.corrected import Correction, parse_document
from scripts.document.errors import DocumentError, OverlayError, ScriptError
from scripts.document.limits import TimeLimit
from scripts.document.overlay import read_actions
from scripts.document.paths import TREE, Paths
from scripts.document.replacing import replace, staging
from scripts.document.safe_yaml import parse
from scripts.document.slicing import identity
from scripts.document.source import read
from scripts.document.text import one_line
from scripts.document.trial import require_importable
from scripts.document.vendoring import Lock, generator_version, sha256
from scripts.generate import generate
from scripts.report import Packages, Report, report

LIMIT = 60.0
"""Seconds for all that is done with a document once it has been fetched."""

Generate = Callable[[Mapping[str, Any], Path], None]


@frozen
class Update:
    """What came of an update: whether anything changed, and that in a line."""

    changed: bool
    line: str


def build(document: Mapping[str, Any], destination: Path) -> None:
    """Write the package for a corrected document, and import it once.

    Raises:
        ScriptError: it cannot be imported.
    """
    generate(document, destination)
    require_importable(destination)


def update(source: str | None = None, *, root: Path = TREE.root, generator: Generate = build) -> Update:
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
        origin = read(location)
        with TimeLimit(LIMIT) as limit:
            candidate = Candidate.of(origin, vendored.actions)
            return _vendor(paths, vendored, candidate, generator, limit)
    except OverlayError:
        raise
    except ScriptError as error:
        raise ScriptError(f"{one_line(location, 30)} was refused: {error}") from error


def _vendor(paths: Paths, vendored: Vendored, candidate: Candidate, generator: Generate, limit: TimeLimit) -> Update:
    before = vendored.correction()
    after = candidate.correction
    same = vendored.is_intact and before is not None and identity(before.document) == identity(after.document)
    text = vendored.text if same else candidate.vendored_text().encode()
    overlay = _overlay(vendored, candidate, text)
    lock = _lock(vendored, candidate, text, keep=same)
    if same and overlay == vendored.overlay and lock == vendored.lock:
        return Update(False, "unchanged: the document says what spec/spec.yaml says")
    files = {paths.spec: text, paths.overlay: overlay.encode(), paths.lock: lock.text().encode()}
    with staging(paths.root) as folder:
        package = folder / "new" / paths.generated.name
        package.parent.mkdir()
        limit.step = "generating"
        _generate(generator, after, package)
        line = "the same contract, generated again"
        if not same:
            limit.step = "comparing"
            written = _report(paths, before, after, package)
            files[paths.report] = written.text.encode()
            line = f"{written.summary}; see spec/CHANGES.md"
        replace(files, {paths.generated: package}, folder)
    return Update(True, f"changed: {line}")


def _upstream(vendored: Vendored) -> str:
    if vendored.lock is None:
        raise ScriptError("there is no spec/spec.lock to take the URL from; give SOURCE=<url or file>")
    return vendored.lock.upstream


def _overlay(vendored: Vendored, candidate: Candidate, text: bytes) -> str:
    """The overlay for the new text; both are read back, because the next update reads what this one writes."""
    document = parse_document(text.decode("utf-8-sig"))
    if identity(document) != identity(candidate.document):
        raise ScriptError("what would be written to spec/spec.yaml does not read back as the same document")
    overlay = vendoring.overlay_text(vendored.overlay, vendored.actions, document)
    actions = read_actions(parse(overlay))
    derived = [action for action in actions if action.derived]
    if len(actions) - len(derived) != len(vendored.actions) or not all(each.query.find(document) for each in derived):
        raise ScriptError("what would be written to spec/overlay.yaml does not read back as the same corrections")
    return overlay


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
        packages=Packages(paths.generated, package),
        version=_version(paths.root),
    )


def _generate(generator: Generate, correction: Correction, package: Path) -> None:
    try:
        generator(correction.document, package)
    except ScriptError:
        raise
    except RecursionError as error:
        raise DocumentError("is nested too deeply") from error
    except Exception as error:
        # The generator parses what strangers wrote; whatever stops it must leave the tree alone.
        raise ScriptError(f"the generator failed: {one_line(str(error), 150) or 'without a reason'}") from error


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
            options.report.write_bytes(TREE.report.read_bytes())
    except KeyboardInterrupt:
        # A signal during the last step waits for its end, so this cannot say which of the two it is.
        print("update-spec: interrupted; either everything was changed or nothing", file=sys.stderr)
        return 130
    except (ScriptError, OSError) as error:
        print(f"update-spec: {one_line(str(error), 260)}; nothing was changed", file=sys.stderr)
        return 1
    print(f"update-spec: {done.line}")
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(f"changed={str(done.changed).lower()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
