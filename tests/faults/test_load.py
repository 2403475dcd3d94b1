"""Many calls at once, and many calls on end, past a server that fails now and then."""

from __future__ import annotations

import gc
import json
import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import unquote

import anyio
import anyio.from_thread
import psutil
import pytest

from arize_integrations import (
    APIConnectionError,
    ArizeError,
    AsyncIntegrationsClient,
    IntegrationsClient,
    InternalServerError,
)
from tests.faults.calls import KEY, QUICK
from tests.faults.server import EXAMPLE, Connection, FaultServer, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.calls import Style

FAULTS_IN_100 = 5
MOST_CONNECTIONS = 100
ROUND = 500  # calls
ROUNDS = int(os.environ.get("LEAK_ROUNDS", "3"))


def own_answer(connection: Connection) -> bytes:
    """The integration that was asked for, so that a mix-up of answers shows."""
    target = connection.head.decode().split(" ")[1]
    integration_id = unquote(target.rpartition("/")[2])
    return answer(200, json.dumps({**EXAMPLE, "id": integration_id}))


def faithful(connection: Connection) -> None:
    connection.send(own_answer(connection))


def fails_now_and_then(seed: int) -> Callable[[Connection], None]:
    """Faithful, but for some in a hundred."""
    chance = random.Random(seed)

    def turn(connection: Connection) -> None:
        whole = own_answer(connection)
        if chance.random() * 100 >= FAULTS_IN_100:
            connection.send(whole)
            return
        kind = chance.choice(["reset", "nothing", "half", "half and reset", "garbage", "500", "503", "hangs up"])
        if kind in {"500", "503"}:
            connection.send(answer(int(kind), "<h1>oops</h1>", content_type="text/html"))
            return
        connection.end(reset="reset" in kind)
        said = {"half": len(whole) // 2, "half and reset": len(whole) // 2, "hangs up": len(whole)}
        connection.send(b"garbage\r\n\r\n" if kind == "garbage" else whole[: said.get(kind, 0)])

    return turn


def outcome_of_sync(client: IntegrationsClient, integration_id: str) -> str:
    """`right`, or the class of the error."""
    try:
        return "right" if client.get(integration_id).to_dict()["id"] == integration_id else "MIXED UP"
    except ArizeError as error:
        return type(error).__name__


async def outcome_of_async(client: AsyncIntegrationsClient, integration_id: str) -> str:
    try:
        integration = await client.get(integration_id)
    except ArizeError as error:
        return type(error).__name__
    return "right" if integration.to_dict()["id"] == integration_id else "MIXED UP"


def play(style: Style, base_url: str, calls: int, at_once: int, rounds: int = 1) -> Iterator[Counter[str]]:
    """So many calls by one client, so many of them at once; the outcomes of each round."""
    ids = [f"id/{number}?" for number in range(calls)]

    async def play_async(client: AsyncIntegrationsClient) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        queue = iter(ids)

        async def work() -> None:
            for integration_id in queue:
                outcomes[await outcome_of_async(client, integration_id)] += 1

        async with anyio.create_task_group() as group:
            for _ in range(at_once):
                group.start_soon(work)
        return outcomes

    if style == "sync":
        with (
            IntegrationsClient(KEY, base_url=base_url, retry=QUICK) as client,
            ThreadPoolExecutor(at_once) as pool,
        ):
            for _ in range(rounds):
                yield Counter(pool.map(lambda each: outcome_of_sync(client, each), ids))
        return
    with anyio.from_thread.start_blocking_portal(style) as portal:
        async_client = AsyncIntegrationsClient(KEY, base_url=base_url, retry=QUICK)
        for _ in range(rounds):
            yield portal.call(play_async, async_client)
        portal.call(async_client.aclose)


@pytest.mark.parametrize(
    ("style", "calls", "at_once"), [("sync", 1600, 32), ("asyncio", 1500, 500), ("trio", 1500, 500)]
)
def test_one_client_serves_many_at_once(style: Style, calls: int, at_once: int) -> None:
    """32 threads or 500 tasks: each gets what it asked for, over a bounded number of connections."""
    with FaultServer(faithful) as server:
        [outcomes] = play(style, server.base_url, calls, at_once)
        assert outcomes == {"right": calls}
        assert len(server.heads) == calls
        assert server.connections <= min(at_once, MOST_CONNECTIONS)


@pytest.mark.parametrize(("style", "at_once"), [("sync", 8), ("asyncio", 50), ("trio", 50)])
def test_a_thousand_calls_with_random_faults_end_in_the_right_answer_or_error(style: Style, at_once: int) -> None:
    with FaultServer(fails_now_and_then(seed=20)) as server:
        [outcomes] = play(style, server.base_url, 1000, at_once)
    right = outcomes.pop("right")
    assert set(outcomes) <= {APIConnectionError.__name__, InternalServerError.__name__}
    assert right + outcomes.total() == 1000
    assert right >= 990, outcomes  # three tries each: about one call in ten thousand fails


@pytest.mark.usefixtures("only_own_garbage")
@pytest.mark.parametrize(("style", "at_once"), [("sync", 8), ("asyncio", 20)])
def test_thousands_of_calls_with_faults_leave_nothing_behind(style: Style, at_once: int) -> None:
    """Once warm, neither sockets nor threads nor memory grow; `pytest -s` shows the figures, LEAK_ROUNDS asks for more."""
    process = psutil.Process()
    measured: list[tuple[int, int, float]] = []
    with FaultServer(fails_now_and_then(seed=21)) as server:
        for _ in play(style, server.base_url, ROUND, at_once, rounds=1 + ROUNDS):
            server.heads.clear()
            gc.collect()
            figures = (process.num_fds(), threading.active_count(), process.memory_info().rss / 2**20)
            measured.append(figures)
    warm, last = measured[0], measured[-1]
    print(f"\n{style}: descriptors, threads, MiB after {ROUND} calls {warm}, after {ROUND * (1 + ROUNDS)} {last}")
    slack = 2 * at_once  # connections that happen to be open, on both sides
    assert last[0] <= warm[0] + slack
    assert last[1] <= warm[1] + slack
    assert last[2] <= warm[2] + 10
    gc.collect()
    assert threading.active_count() <= warm[1]
