"""`make demo`: see the SDK at work, against the embedded stand-in or, with ID=..., against the real API.

Exit status 0 means that everything shown really happened.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

import attrs

from arize_integrations import (
    ArizeError,
    AsyncIntegrationsClient,
    Integration,
    IntegrationsClient,
    NotFoundError,
    UnknownVariant,
)
from arize_integrations.testing import Answer, StandInServer

ASKED_WAIT = 1.0
"""Seconds the stand-in asks to wait in the last scene: long enough to see, short enough to bear."""

_COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
_BOLD, _DIM, _GREEN, _YELLOW = 1, 2, 32, 33


class DemoError(Exception):
    """Something did not happen as it should have."""


def main() -> int:
    """Run the demo; returns the exit status."""
    try:
        if integration_id := os.environ.get("ID"):
            show_real(integration_id)
        else:
            show_stand_in()
    except (ArizeError, DemoError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def show_real(integration_id: str) -> None:
    """One integration from the real API."""
    if not os.environ.get("ARIZE_API_KEY"):
        raise DemoError("ARIZE_API_KEY is not set: export your Arize API key, then run make demo ID=... again.")
    with IntegrationsClient() as client:
        show(client.get(integration_id))


def show_stand_in() -> None:
    """Four scenes with the stand-in."""
    # A proxy that this machine needs for the real API has no way to the stand-in.
    os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    with StandInServer() as server:
        [integration_id] = server.integration_ids
        print(f"A stand-in for the Arize API listens on {server.base_url}.")
        with IntegrationsClient(server.api_key, base_url=server.base_url) as client:
            expected = get_sync(client, integration_id)
            asyncio.run(get_async(server, integration_id, expected))
            get_missing(client)
            get_throttled(client, server, integration_id, expected)
    print(paint("\nAll of it happened.", _GREEN))


def get_sync(client: IntegrationsClient, integration_id: str) -> Integration:
    """The concrete object behind a polymorphic answer."""
    scene("Get an integration", f'client.get("{integration_id}")')
    integration = client.get(integration_id)
    check(not isinstance(integration, UnknownVariant), "the integration came back untyped")
    check(integration.to_dict()["id"] == integration_id, "another integration came back")
    show(integration)
    return integration


async def get_async(server: StandInServer, integration_id: str, expected: Integration) -> None:
    """The same through the async client."""
    scene("The same, async", f'await client.get("{integration_id}")')
    async with AsyncIntegrationsClient(server.api_key, base_url=server.base_url) as client:
        integration = await client.get(integration_id)
    check(integration == expected, "the async client got something else")
    print(f"  {paint(type(integration).__name__, _BOLD)}, equal to the one above")


def get_missing(client: IntegrationsClient) -> None:
    """An error that can be caught by its class."""
    scene("Ask for one that does not exist", 'client.get("no-such-integration")')
    try:
        client.get("no-such-integration")
    except NotFoundError as error:
        print(f"  {paint(type(error).__name__, _YELLOW)}  {error}")
    else:
        raise DemoError("an integration that does not exist was found")


def get_throttled(
    client: IntegrationsClient, server: StandInServer, integration_id: str, expected: Integration
) -> None:
    """A rate limit that the caller does not notice, but for the time."""
    scene("Meet a rate limit", f"the server answers 429, Retry-After: {ASKED_WAIT:.0f}")
    server.requests.clear()
    server.answer_next(Answer.example(429, headers={"Retry-After": f"{ASKED_WAIT:.0f}"}))
    began = time.monotonic()
    integration = client.get(integration_id)
    took = time.monotonic() - began
    check(integration == expected, "after the rate limit something else came back")
    check(len(server.requests) == 2, f"2 requests were due, {len(server.requests)} were sent")
    first, second = server.requests
    waited = second.received_at - first.received_at
    check(waited >= ASKED_WAIT, f"the client waited {waited:.3f} s only")
    print(f"  waited {paint(f'{waited:.2f} s', _BOLD)} between its 2 requests, as asked")
    print(f"  {paint(type(integration).__name__, _BOLD)} after {took:.2f} s, with no error to handle")


def check(happened: bool, otherwise: str) -> None:
    """Hold the demo to what it shows."""
    if not happened:
        raise DemoError(f"The demo failed: {otherwise}.")


def scene(title: str, asked: str) -> None:
    """Announce what comes next."""
    print(f"\n{paint(title, _BOLD)}\n  {paint(asked, _DIM)}")


def show(integration: Integration) -> None:
    """Print an object with its class and fields, and those of the objects in it."""
    for line in lines(integration):
        print(f"  {line}")


def lines(value: Any, label: str = "") -> Iterator[str]:
    """An object as lines, its parts indented."""
    parts = fields(value)
    if parts is None:
        yield f"{label}{value}"
        return
    kind = f"{len(value)} of them" if isinstance(value, list) else type(value).__name__
    yield f"{label}{paint(kind, _BOLD)}"
    width = max((len(name) for name in parts), default=0)
    for name, part in parts.items():
        for line in lines(part, paint(f"{name:<{width}}  ", _DIM)):
            yield f"  {line}"


def fields(value: Any) -> dict[str, Any] | None:
    """The parts of an object, or None for a plain value."""
    if isinstance(value, UnknownVariant):
        return dict(value.raw)
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    if not attrs.has(type(value)):
        return None
    declared: dict[str, Any] = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
    undeclared: dict[str, Any] = declared.pop("additional_properties", {})
    return declared | undeclared


def paint(text: str, colour: int) -> str:
    """The text in a colour, where a person looks at a terminal that has some."""
    return f"\033[{colour}m{text}\033[0m" if _COLOUR else text


if __name__ == "__main__":
    sys.exit(main())
