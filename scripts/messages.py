"""`make messages`: every error and log line the package can produce, in one place, to be read one after another.

First those that can be provoked here, as people get them; then, so that none is missed, each sentence in the source
that none of them showed.
"""

import ast
import asyncio
import json
import logging
import os
import pickle
import re
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from arize_integrations import ArizeError, AsyncIntegrationsClient, IntegrationsClient, RetryPolicy
from arize_integrations.testing import Answer, StandInServer

PACKAGE = Path(__file__).parents[1] / "arize_integrations"
SHORTEST_SENTENCE = 3  # words
QUICK = RetryPolicy(max_retries=1, initial_backoff=0.01)
JSON = {"Content-Type": "application/json"}
CONFIGURED: dict[str, dict[str, Any]] = {
    "no key": {"api_key": None},
    "an empty key": {"api_key": ""},
    "a key with a line break": {"api_key": "a\nb"},
    "a key that is no string": {"api_key": 7},
    "two endpoints": {"region": "eu-west-1a", "host": "arize.example"},
    "a region that changes the host": {"region": "evil.example/"},
    "a host with a path": {"host": "arize.example/x"},
    "plain http": {"base_url": "http://arize.example"},
    "a base_url that is no URL": {"base_url": "arize"},
    "a base_url with a query": {"base_url": "https://arize.example?x=1"},
    "a base_url with a user": {"base_url": "https://me:secret@arize.example"},
    "a negative timeout": {"timeout": -1},
    "a timeout that is no number": {"timeout": "soon"},
    "a retry that is no policy": {"retry": 3},
    "a header that is no string": {"headers": {"X-Team": 7}},
    "a header with a line break": {"headers": {"X-Team": "a\r\nb"}},
    "a header name with a space": {"headers": {"X Team": "a"}},
    "headers that are no mapping": {"headers": 7},
    "a header of the SDK's own": {"headers": {"Authorization": "Bearer other"}},
    "a transport that is none": {"transport": 7},
}
ANSWERS: dict[str, Answer] = {
    **{f"status {status}": Answer.example(status) for status in (400, 401, 404)},
    **{f"status {status}": Answer(status, body={"title": "T", "detail": "D"}) for status in (403, 409, 418, 422, 500)},
    "503 that says when": Answer(503, headers={"Retry-After": "120", "X-Request-Id": "req-1"}, body="<h1>Busy</h1>"),
    "status 799": Answer(799),
    "429 for an hour": Answer.example(429, headers={"Retry-After": "3600"}),
    "429 without a time": Answer(429),
    "a redirect": Answer(302, headers={"Location": "https://login.example/?next=arize"}),
    "a redirect to nowhere": Answer(302),
    "200 with HTML": Answer(headers={"Content-Type": "text/html"}, body="<h1>Sign in</h1>"),
    "200 with nothing": Answer(headers=JSON, body=b""),
    "200 with a list": Answer(headers=JSON, body=[1]),
    "200 with a string": Answer(headers=JSON, body=b'"text"'),
    "200 nested too deeply": Answer(headers=JSON, body=b"[" * 200_000),
    "200 that is not gzip": Answer(headers={**JSON, "Content-Encoding": "gzip"}, body=b"plain"),
    "200 with half a gzip": Answer(
        headers={**JSON, "Content-Encoding": "gzip"}, body=b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    ),
    "200 in an unknown encoding": Answer(headers={**JSON, "Content-Encoding": "br"}, body=b"x"),
    "200 that is too large": Answer(headers=JSON, body=b" " * (65 * 2**20)),
    "dropped before answering": Answer(drop="before"),
    "dropped in the body": Answer(body={"id": "a"}, drop="mid_body"),
}
DRIFTED: dict[str, Any] = {
    "id": 7,
    "type": "llm",
    "name": "N",
    "scopings": "none",
    "created_at": "yesterday",
    "updated_at": None,
    "surprise": True,
    "config": {"provider": "carrier_pigeon"},
}


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
    logger.setLevel(logging.INFO)
    for name in [name for name in os.environ if name.startswith("ARIZE_")]:
        del os.environ[name]
    for title, provoke in provocations():
        print(f"\n{title}")
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                provoke()
        except ArizeError as error:
            heard.say(type(error).__name__, str(error))
        for warning in caught:
            heard.say(warning.category.__name__, str(warning.message))
    print("\n\nIn the source, and in none of the above:")
    for place, sentence in sentences():
        if not any(re.search(as_pattern(sentence), said, re.DOTALL) for said in heard.said):
            print(f"  {place}: {sentence}")


def provocations() -> Iterator[tuple[str, Callable[[], object]]]:
    """Each situation, and what brings it about."""
    for title, arguments in CONFIGURED.items():
        yield title, partial(IntegrationsClient, **{"api_key": "k", **arguments})
    for field in ("max_retries", "max_wait"):
        yield f"a RetryPolicy with a negative {field}", partial(RetryPolicy, **{field: -1})
    for title, value in (("an empty id", ""), ("an id that is no string", 7), ("an id that is ..", "..")):
        yield title, partial(get, None, integration_id=value)
    for title, answer in ANSWERS.items():
        yield title, partial(get, answer)
    yield "an answer newer than the SDK", partial(get, Answer(headers=JSON, body=json.dumps(DRIFTED)))
    yield "an answer that comes too late", partial(get, Answer(delay=9.0), timeout=0.2)
    yield "held back for others' sake", held_back
    yield "nobody listens", partial(get, None, base_url=f"http://127.0.0.1:{free_port()}")
    yield "a host that does not exist", partial(get, None, base_url="https://nowhere.invalid")
    yield "TLS where there is none", tls_to_plain
    yield "use after close", after_close
    yield "use after close, async", lambda: asyncio.run(after_close_async())
    yield "use after a fork", after_fork
    yield "pickled", lambda: pickle.dumps(IntegrationsClient("k"))
    yield "forgotten without close", forgotten


def get(answer: Answer | None, integration_id: Any = "a", base_url: str | None = None, timeout: float = 5.0) -> None:
    """One call, with the next answer as given."""
    with StandInServer([{"id": "a", "type": "llm"}]) as server:
        if answer:
            server.answer_next(answer, answer)
        where = base_url or server.base_url
        with IntegrationsClient(server.api_key, base_url=where, retry=QUICK, timeout=timeout) as client:
            client.get(integration_id)


def held_back() -> None:
    """A second call while the server has told the client to wait."""
    with StandInServer() as server, IntegrationsClient(server.api_key, base_url=server.base_url) as client:
        server.answer_next(Answer.example(429, headers={"Retry-After": "3600"}))
        try:
            client.get("a")
        except ArizeError:
            client.get("a")


def tls_to_plain() -> None:
    """https to a server that speaks http."""
    with StandInServer() as server:
        get(None, base_url=server.base_url.replace("http:", "https:"), timeout=0.5)


def after_close() -> None:
    """A call on a closed client."""
    client = IntegrationsClient("k")
    client.close()
    client.get("a")


async def after_close_async() -> None:
    """A call on a closed async client."""
    client = AsyncIntegrationsClient("k")
    await client.aclose()
    await client.get("a")


def after_fork() -> None:
    """A call in a child process on its parent's client."""
    with IntegrationsClient("k", base_url="http://127.0.0.1:1") as client, in_another_process():
        client.get("a")


@contextmanager
def in_another_process() -> Iterator[None]:
    """Let the process id be another one, which is all that a client sees of a fork."""
    real = os.getpid
    os.getpid = lambda: real() + 1
    try:
        yield
    finally:
        os.getpid = real


def forgotten() -> None:
    """A client that is dropped without being closed."""
    IntegrationsClient("k")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def sentences() -> Iterator[tuple[str, str]]:
    """Each text of several words in the facade's code that is no docstring, `{}` where a value goes in."""
    for path in sorted(set(PACKAGE.glob("*.py")) - {PACKAGE / "_cli.py"}):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        inner |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = template(node) if isinstance(node, ast.JoinedStr) or id(node) not in inner else ""
            if len(re.findall(r"[a-z]{2,}", text)) >= SHORTEST_SENTENCE and " " in text and "Any]" not in text:
                yield f"{path.name}:{node.lineno}", text  # type: ignore[attr-defined]


def template(node: ast.AST) -> str:
    """A string of the source with `{}` for its placeholders; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"%[.\d]*[a-z]", "{}", node.value)
    return ""


def as_pattern(sentence: str) -> str:
    """A regular expression for what a sentence becomes."""
    return ".*".join(map(re.escape, sentence.split("{}")))


if __name__ == "__main__":
    main()
