"""`make demo`: see the SDK at work, against the embedded stand-in or, with ID=..., against the real API.

Exit status 0 means that everything shown really happened.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs

from arize_integrations import (
    ArizeError,
    AsyncIntegrationsClient,
    Integration,
    IntegrationsClient,
    NotFoundError,
    UnknownVariant,
)
from arize_integrations.testing import Answer, StandInServer, example_integrations
from arize_integrations_api import contract
from arize_integrations_api.examples import EXAMPLES

ASKED_WAIT = 1.0
"""Seconds the stand-in asks to wait in one scene: long enough to see, short enough to bear."""

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
    """Every scene that the vendored document has the operations for, with the stand-in."""
    # A proxy that this machine needs for the real API cannot reach the stand-in.
    os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    with StandInServer(example_integrations() or None) as server:
        print(f"A stand-in for the Arize API listens on {server.base_url}.")
        with IntegrationsClient(server.api_key, base_url=server.base_url) as client:
            for scene in SCENES:
                play(scene, Stage(client, server))
    print(paint("\nAll of it happened.", _GREEN))


class Stage(NamedTuple):
    """What a scene works with: a client, and the server that it asks."""

    client: IntegrationsClient
    server: StandInServer

    @property
    def integration_id(self) -> str:
        """The newest integration of the account."""
        return self.server.integration_ids[-1]


class Scene(NamedTuple):
    """Something to show, if the document has the operations that it needs."""

    title: str
    asked: str
    needs: str
    show: Callable[[Stage], None]


def play(scene: Scene, stage: Stage) -> None:
    """Show a scene, or say why not."""
    print(f"\n{paint(scene.title, _BOLD)}\n  {paint(scene.asked, _DIM)}")
    missing = [name for name in scene.needs.split() if OPERATIONS[name] not in contract.OPERATIONS]
    if missing:
        print(f"  left out: the vendored document has no operation for {', '.join(missing)}")
    else:
        scene.show(stage)


def request(number: int) -> dict[str, Any]:
    """A create request from the document's examples."""
    requests = EXAMPLES[OPERATIONS["create"]].requests
    return {**requests[number % len(requests)], "name": f"Demo {number}"}


def create(stage: Stage) -> None:
    """What is sent holds a provider's key; what comes back only says that there is one."""
    integration = stage.client.create(request(1))
    check(integration.to_dict()["name"] == "Demo 1", "something else was created")
    check(stage.integration_id == integration.id, "the server has not kept it")
    print(f"  {paint(type(integration).__name__, _BOLD)}  {integration.id}")


def list_all(stage: Stage) -> None:
    """Pages of five, one in memory at a time."""
    stage.server.requests.clear()
    integrations = list(stage.client.list(page_size=5))
    for integration in integrations:
        print(f"  {type(integration).__name__:<24} {getattr(integration, 'name', '')}")
    check(stage.integration_id in {each.id for each in integrations}, "the newest one is not in the list")
    print(f"  {paint(str(len(integrations)), _BOLD)} integrations in {len(stage.server.requests)} requests")


def find(stage: Stage) -> None:
    """By the whole name."""
    integration = stage.client.find("Demo 1")
    check(integration is not None and integration.id == stage.integration_id, "it was not found")
    print(f"  {paint(type(integration).__name__, _BOLD)}  {stage.integration_id}")


def get(stage: Stage) -> None:
    """The concrete object behind a polymorphic answer."""
    integration = stage.client.get(stage.integration_id)
    check(not isinstance(integration, UnknownVariant), "the integration came back untyped")
    check(integration.to_dict()["id"] == stage.integration_id, "another integration came back")
    show(integration)


def get_async(stage: Stage) -> None:
    """The same through the async client."""
    expected = stage.client.get(stage.integration_id)
    integration = asyncio.run(_get_async(stage))
    check(integration == expected, "the async client got something else")
    print(f"  {paint(type(integration).__name__, _BOLD)}, equal to the one above")


async def _get_async(stage: Stage) -> Integration:
    async with AsyncIntegrationsClient(stage.server.api_key, base_url=stage.server.base_url) as client:
        return await client.get(stage.integration_id)


def update(stage: Stage) -> None:
    """Only what is passed is changed."""
    before = stage.client.get(stage.integration_id)
    after = stage.client.update(stage.integration_id, {"type": before.type, "name": "Demo 1, renamed"})
    check(after.name == "Demo 1, renamed", "it was not renamed")
    check(after.config == before.config, "more than the name has changed")
    print(f"  {before.name} is now {paint(after.name, _BOLD)}")


def plan_and_apply(stage: Stage) -> None:
    """Say how two integrations should be; the second time there is nothing to do."""
    desired = [{**request(1), "name": "Demo 1, renamed"}, request(2)]
    plan = stage.client.plan(desired)
    print("\n".join(f"  {line}" for line in str(plan).splitlines()))
    applied = stage.client.apply(plan)
    check(len(applied.changes) == 1, f"{len(applied.changes)} changes were made in place of one")
    again = stage.client.plan(desired)
    check(not again, "after it was applied, the plan still has something to do")
    print(f"  applied; planned again: {again}")


def get_missing(stage: Stage) -> None:
    """An error that can be caught by its class."""
    try:
        stage.client.get("no-such-integration")
    except NotFoundError as error:
        print(f"  {paint(type(error).__name__, _YELLOW)}  {error}")
    else:
        raise DemoError("an integration that does not exist was found")


def get_throttled(stage: Stage) -> None:
    """A rate limit that the caller does not notice, but for the time."""
    server = stage.server
    server.requests.clear()
    server.answer_next(Answer(429, headers={"Retry-After": f"{ASKED_WAIT:.0f}"}))
    began = time.monotonic()
    integration = stage.client.get(stage.integration_id)
    took = time.monotonic() - began
    check(len(server.requests) == 2, f"2 requests were due, {len(server.requests)} were sent")
    first, second = server.requests
    waited = second.received_at - first.received_at
    check(waited >= ASKED_WAIT, f"the client waited {waited:.3f} s only")
    print(f"  waited {paint(f'{waited:.2f} s', _BOLD)} between its 2 requests, as asked")
    print(f"  {paint(type(integration).__name__, _BOLD)} after {took:.2f} s, with no error to handle")


def delete(stage: Stage) -> None:
    """It is gone for good."""
    deleted = stage.integration_id
    stage.client.delete(deleted)
    check(deleted not in stage.server.integration_ids, "it is still there")
    print(f"  {paint(str(len(stage.server.integration_ids)), _BOLD)} integrations are left")


OPERATIONS = {
    "list": "get_v2_integrations",
    "create": "post_v2_integrations",
    "get": "get_v2_integrations_item",
    "update": "patch_v2_integrations_item",
    "delete": "delete_v2_integrations_item",
}
SCENES = [
    Scene("Create an integration", "client.create(request)", "create", create),
    Scene("List what there is", "for integration in client.list(page_size=5)", "list", list_all),
    Scene("Find one by its name", 'client.find("Demo 1")', "list create", find),
    Scene("Get one by its id", "client.get(integration_id)", "get", get),
    Scene("The same, async", "await client.get(integration_id)", "get", get_async),
    Scene("Change its name", 'client.update(integration_id, {"type": ..., "name": ...})', "create get update", update),
    Scene(
        "Say how it should be", "client.apply(client.plan(desired))", "list create get update delete", plan_and_apply
    ),
    Scene("Ask for one that does not exist", 'client.get("no-such-integration")', "get", get_missing),
    Scene("Meet a rate limit", f"the server answers 429, Retry-After: {ASKED_WAIT:.0f}", "get", get_throttled),
    Scene("Delete one", "client.delete(integration_id)", "delete", delete),
]


def check(happened: bool, otherwise: str) -> None:
    """Fail if the demo does not do what it says."""
    if not happened:
        raise DemoError(f"The demo failed: {otherwise}.")


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
    """The text in a colour, if a person looks at a terminal that has some."""
    return f"\033[{colour}m{text}\033[0m" if _COLOUR else text


if __name__ == "__main__":
    sys.exit(main())
