"""The secrets of a request: in nothing that people, logs or error trackers see of it, whatever the server does."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import anyio
import httpx
import pytest

from arize_integrations import ArizeError, AsyncIntegrationsClient, ConfigurationError, IntegrationsClient, RetryPolicy
from arize_integrations_api import contract
from tests.faults.calls import STYLES, Style
from tests.operations import GET

KEY, SECRET = "ak-key-of-ours-1", "key-of-a-provider-2"
ECHO = f"we got {SECRET} with {KEY}"
QUICK = RetryPolicy(max_retries=1, initial_backoff=0.001)

Answer: TypeAlias = Callable[[httpx.Request], httpx.Response]


def fail(error: Exception) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


ANSWERS: dict[str, Answer] = {
    "a problem": lambda _: httpx.Response(422, json={"title": ECHO, "detail": ECHO, "more": {ECHO: [ECHO]}}),
    "headers": lambda _: httpx.Response(409, headers={"X-Request-Id": SECRET, "X-Echo": ECHO}),
    "a page": lambda _: httpx.Response(502, html=f"<p>{ECHO}</p>"),
    "a page in UTF-16": lambda _: httpx.Response(502, content=ECHO.encode("utf-16")),
    "text": lambda _: httpx.Response(200, text=ECHO),
    "a list": lambda _: httpx.Response(200, json=[ECHO]),
    "a redirect": lambda _: httpx.Response(302, headers={"Location": f"https://h/?key={SECRET}"}),
    "an encoding": lambda _: httpx.Response(200, headers={"Content-Encoding": f"br, {SECRET}"}, content=b"x"),
    "an unknown type": lambda _: httpx.Response(200, json={"type": SECRET}),
    "an unknown field": lambda _: httpx.Response(200, json={"type": known_type(), SECRET: 1}),
    "a wait": lambda _: httpx.Response(429, text=ECHO, headers={"Retry-After": "500"}),
    "a broken connection": fail(httpx.ReadError(ECHO)),
    "no connection": fail(httpx.ConnectError(ECHO)),
    "a bug": fail(ZeroDivisionError("x")),
}


def known_type() -> str:
    """The first type of the document."""
    answer = contract.OPERATIONS[GET].result
    assert isinstance(answer, contract.Tagged)
    return str(next(iter(contract.UNIONS[answer.name].members)))


# Nothing is known of such a type, so every string is a secret; and a field that is not documented may be one.
UNKNOWN = {"type": "A_TYPE_OF_TOMORROW", "name": "n", "config": {"token": SECRET, "list": [SECRET]}}
REFUSED: dict[str, Mapping[str, Any]] = {
    "a tag that is spelled otherwise": {"type": known_type().lower(), "config": {"token": SECRET}},
    "what is no JSON": {**UNKNOWN, "config": {"token": SECRET, "x": object()}},
    "a key that is no text": {**UNKNOWN, "config": {"token": SECRET, 5: 1}},
}


def calls(client: Any, body: Mapping[str, Any]) -> Iterator[Callable[[], Any]]:
    yield lambda: client.create(dict(body))
    yield lambda: client.update("id", dict(body))
    yield lambda: client.request("POST", "/v2/anything", json=dict(body))


def errors(style: Style, answer: Answer, body: Mapping[str, Any], **given: Any) -> list[Exception]:
    """What each call with the body raises."""
    transport = httpx.MockTransport(answer)
    options: dict[str, Any] = {"base_url": "https://h", "transport": transport, "retry": QUICK, **given}
    raised: list[Exception] = []

    async def run() -> None:
        async with AsyncIntegrationsClient(KEY, **options) as client:
            for call in calls(client, body):
                try:
                    await call()
                except (ArizeError, ZeroDivisionError) as error:
                    raised.append(error)

    if style == "sync":
        with IntegrationsClient(KEY, **options) as client:
            for call in calls(client, body):
                try:
                    call()
                except (ArizeError, ZeroDivisionError) as error:
                    raised.append(error)
    else:
        anyio.run(run, backend=style)
    return raised


def shown(error: BaseException) -> Iterator[tuple[str, str]]:
    """What there is to see of an error, with where it is seen."""
    yield "message", str(error)
    yield "repr", repr(error)
    yield "attributes", repr(vars(error))
    yield "headers", repr(getattr(getattr(error, "headers", None), "raw", ""))
    yield "pickle", repr(pickle.dumps(error))
    seen: BaseException | None = error
    while seen is not None:
        for frame in traceback.TracebackException.from_exception(seen, capture_locals=True).stack:
            if "arize_integrations" in frame.filename:
                yield f"locals of {frame.name}", json.dumps(frame.locals)
        seen = seen.__cause__ or seen.__context__


def leaks(raised: list[Exception], caplog: pytest.LogCaptureFixture) -> list[str]:
    places = [(place, text) for error in raised for place, text in shown(error)]
    places += [("log", f"{record.getMessage()} {record.__dict__}") for record in caplog.records]
    hidden = [*(KEY, SECRET), *(r"\x00".join(secret) for secret in (KEY, SECRET))]
    return [place for place, text in places if any(secret in text for secret in hidden)]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_no_secret_of_a_request_is_shown(answer: str, style: Style, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    raised = errors(style, ANSWERS[answer], UNKNOWN)
    assert raised or answer.startswith("an unknown")
    assert leaks(raised, caplog) == []


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", REFUSED)
def test_no_secret_of_a_request_that_is_refused_is_shown(
    case: str, style: Style, caplog: pytest.LogCaptureFixture
) -> None:
    """The frames that check a request hold all of it; an error tracker would send it away."""
    caplog.set_level(logging.DEBUG)
    raised = errors(style, ANSWERS["a problem"], REFUSED[case])
    assert raised
    assert leaks(raised, caplog) == []


@pytest.mark.parametrize("style", STYLES)
def test_no_header_of_the_callers_own_is_in_a_frame(style: Style, caplog: pytest.LogCaptureFixture) -> None:
    """A gateway's token, for one."""
    raised = errors(style, lambda _: httpx.Response(500), {"type": "T", "name": "n"}, headers={"X-Token": SECRET})
    assert len(raised) == 3
    assert leaks(raised, caplog) == []


@pytest.mark.parametrize("kind", [IntegrationsClient, AsyncIntegrationsClient])
@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"headers": {"no name": SECRET}},
        {"base_url": f"https://user:{SECRET}@host"},
        {"base_url": f"https://host?token={SECRET}"},
    ],
    ids=["a header that is ours", "a header without a name", "a password", "a query"],
)
def test_a_secret_where_none_belongs_is_in_no_frame(
    kind: Any, options: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """It is where newcomers put their key."""
    with pytest.raises(ConfigurationError) as refused:
        kind(KEY, **options)
    raised: list[Exception] = [refused.value]
    if "headers" in options and kind is IntegrationsClient:
        with kind(KEY) as client, pytest.raises(ConfigurationError) as refused:
            client.with_options(**options)
        raised.append(refused.value)
    # The frames of this test hold the options, as any program's do.
    assert [place for place in leaks(raised, caplog) if not place.startswith("locals of test_")] == []
