"""What happens to a caller: one call, in each style, and another after the server is repaired."""

from __future__ import annotations

import pickle
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import anyio

from arize_integrations import ArizeError, AsyncIntegrationsClient, IntegrationsClient, RetryPolicy
from tests.faults.server import ID, OK, FaultServer

if TYPE_CHECKING:
    import pytest

    from arize_integrations import Integration

Style: TypeAlias = Literal["sync", "asyncio", "trio"]
STYLES: tuple[Style, ...] = ("sync", "asyncio", "trio")

KEY = "k3y-that-nobody-may-see"
QUICK = RetryPolicy(max_retries=2, initial_backoff=0.01, max_backoff=0.02, max_elapsed=20)
"""Three requests at most, and hardly a wait that the server does not ask for."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to, and after how many seconds."""

    result: Integration | ArizeError
    elapsed: float


def call(style: Style, base_url: str, server: FaultServer | None = None, **options: Any) -> Outcome:
    """One call. Then the server, if given, is repaired, and the same client must succeed at once."""
    options = {"retry": QUICK, "timeout": 10.0, **options}
    if style == "sync":
        return _call_sync(base_url, server, options)
    return anyio.run(_call_async, base_url, server, options, backend=style)


def _call_sync(base_url: str, server: FaultServer | None, options: dict[str, Any]) -> Outcome:
    with IntegrationsClient(KEY, base_url=base_url, **options) as client:
        began = time.monotonic()
        try:
            result: Integration | ArizeError = client.get(ID)
        except ArizeError as error:
            result = error
        outcome = Outcome(result, time.monotonic() - began)
        if server is not None:
            server.repair(OK)
            client.with_options(retry=None).get(ID)
        return outcome


async def _call_async(base_url: str, server: FaultServer | None, options: dict[str, Any]) -> Outcome:
    async with AsyncIntegrationsClient(KEY, base_url=base_url, **options) as client:
        began = time.monotonic()
        try:
            result: Integration | ArizeError = await client.get(ID)
        except ArizeError as error:
            result = error
        outcome = Outcome(result, time.monotonic() - began)
        if server is not None:
            await anyio.to_thread.run_sync(server.repair, OK)
            await client.with_options(retry=None).get(ID)
        return outcome


def assert_key_is_secret(error: ArizeError, caplog: pytest.LogCaptureFixture) -> None:
    """The key is in nothing that people, logs or error trackers get to see of `error`."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown = {
        "str": str(error),
        "repr": repr(error),
        "attributes": repr(vars(error)),
        "traceback": "".join(frames.format()),
        "pickle": repr(pickle.dumps(error)),
        "log": "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records),
    }
    leaks = [where for where, text in shown.items() if KEY in text]
    assert not leaks, leaks
