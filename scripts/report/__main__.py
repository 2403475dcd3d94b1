"""Prints what the last change of the API document means, or a comparison of two documents.

python -m scripts.report
python -m scripts.report <old document> <new document>
"""

import argparse
import sys
from pathlib import Path

from scripts.document.corrected import correct, parse_document, read_overlay
from scripts.document.errors import ScriptError
from scripts.document.paths import TREE
from scripts.document.source import published
from scripts.report import differences, markdown


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.report", description=__doc__)
    parser.add_argument("documents", nargs="*", type=Path, metavar="document")
    documents = parser.parse_args(argv).documents
    if len(documents) not in (0, 2):
        parser.error("give two documents, or none for the last change")
    if not documents:
        print(
            TREE.report.read_text("utf-8")
            if TREE.report.exists()
            else "The vendored document has not changed since the first."
        )
        return 0
    try:
        rules = [action for action in read_overlay(TREE.overlay) if not action.derived]
        old, new = (correct(parse_document(published(path.read_bytes()).text), rules).document for path in documents)
    except (OSError, ScriptError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    print("\n".join(markdown.lines(differences(old, new))) or "No difference.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
