"""`make messages`: every error and log line the package can produce, in one place, to be read one after another.

First those that can be brought about here, as people get them; then, so that none is missed, each sentence in the
source that none of them showed.
"""

import contextlib
import gc
import io
import logging
import os
import re
import warnings
from collections.abc import Callable

from arize_integrations import ArizeError
from scripts.messages.sentences import as_pattern, sentences
from scripts.messages.situations import situations

MISUSE = (ArizeError, AttributeError, ValueError, TypeError, RuntimeError)
"""What a call raises is an ArizeError; the others are for misspelt names, and the stand-in's for those who write tests."""


class Heard(logging.Handler):
    """Prints what is said, and remembers it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.say(record.levelname, record.getMessage())

    def say(self, kind: str, text: str) -> None:
        self.said.append(text)
        print(f"  {kind}: {text}")


def main() -> None:
    """Print them all."""
    heard = Heard()
    logger = logging.getLogger("arize_integrations")
    logger.addHandler(heard)
    for name in [name for name in os.environ if name.startswith("ARIZE_") or name.lower().endswith("_proxy")]:
        del os.environ[name]
    for title, bring_about in situations():
        print(f"\n{title}")
        logger.setLevel(logging.INFO)
        listen(bring_about, heard)
    print("\n\nIn the source, and in none of the above:")
    for place, sentence in sentences():
        if not any(re.search(as_pattern(sentence), said, re.DOTALL) for said in heard.said):
            print(f"  {place}: {sentence}")


def listen(bring_about: Callable[[], object], heard: Heard) -> None:
    """Bring a situation about, and say all that it makes the package say."""
    printed = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stderr(printed):
        warnings.simplefilter("always")
        try:
            bring_about()
        except MISUSE as error:
            heard.say(type(error).__name__, str(error))
        gc.collect()  # what was forgotten says so here, and not at another situation
    for line in printed.getvalue().splitlines():
        heard.say("stderr", line)
    for warning in caught:
        heard.say(warning.category.__name__, str(warning.message))


if __name__ == "__main__":
    main()
