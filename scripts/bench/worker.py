"""One contestant in a process of its own: `python worker.py <contestant> <base URL> [tasks]`.

For each number on standard input it makes that many calls, and prints the seconds of CPU and of the clock they took,
the resident memory and the open files. Only the standard library is imported at the top: it also runs in environments with only the
vendor's SDK is.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ID = "TGxtSW50ZWdyYXRpb246MTI6YUJjRA=="
_KEY = "benchmark-key"
_HEADERS = {"Authorization": f"Bearer {_KEY}"}
_PAGE = 100

Make = Callable[[str], Callable[[], Any]]
"""Given the base URL, what makes one call."""


def _raw(base: str) -> Callable[[], Any]:
    import httpx

    client, url = httpx.Client(headers=_HEADERS), f"{base}/v2/integrations/{ID}"
    return lambda: client.get(url).json()


def _raw_list(base: str) -> Callable[[], Any]:
    import httpx

    client, url = httpx.Client(headers=_HEADERS), f"{base}/v2/integrations"

    def read() -> None:
        params: dict[str, Any] | None = {"limit": _PAGE}
        while params:
            page = client.get(url, params=params).json()
            following = page["pagination"].get("next_cursor")
            params = {"limit": _PAGE, "cursor": following} if following else None

    return read


def _client(base: str) -> Any:
    from arize_integrations import IntegrationsClient

    return IntegrationsClient(_KEY, base_url=base)


def _sdk(base: str) -> Callable[[], Any]:
    client = _client(base)
    return lambda: client.get(ID)


def _sdk_new_ids(base: str) -> Callable[[], Any]:
    client, numbers = _client(base), itertools.count()
    return lambda: client.get(f"TGxtSW50ZWdyYXRpb24{next(numbers)}")


def _sdk_list(base: str) -> Callable[[], Any]:
    client = _client(base)

    def read() -> None:
        for integration in client.list(page_size=_PAGE):
            assert integration.id

    return read


def _vendor_client(base: str) -> Any:
    import logging

    from arize import ArizeClient  # type: ignore[import-not-found,unused-ignore]

    logging.disable(logging.WARNING)  # it says at each call that the endpoint is young
    return ArizeClient(api_key=_KEY, api_host=base.removeprefix("http://"), api_scheme="http").integrations


def _vendor(base: str) -> Callable[[], Any]:
    client = _vendor_client(base)
    return lambda: client.get(integration=ID)


def _vendor_list(base: str) -> Callable[[], Any]:
    client = _vendor_client(base)

    def read() -> None:
        page = client.list(limit=_PAGE)
        while page.pagination.has_more:
            page = client.list(limit=_PAGE, cursor=page.pagination.next_cursor)

    return read


def _documented() -> Any:
    from arize_integrations_api.examples import EXAMPLES

    return EXAMPLES["get_v2_integrations_item"].answers[200].bodies[0]


def _json_loads(_base: str) -> Callable[[], Any]:
    content = json.dumps(_documented()).encode()
    return lambda: json.loads(content)


def _decoding(payload: object) -> Callable[[], Any]:
    from arize_integrations._wire.operations import get_integration

    decode, content = get_integration(ID).decode, json.dumps(payload).encode()
    return lambda: decode(content, lambda *_difference: None)


def _drifted(_base: str) -> Callable[[], Any]:
    answer = json.loads(json.dumps(_documented()))
    answer.update(type=answer["type"].lower(), created_by_user_id=None, owner={"id": "1"})
    answer["config"]["provider"] = answer["config"]["provider"].lower().replace("_", "")
    del answer["updated_at"]
    return _decoding(answer)


SYNC: dict[str, Make] = {
    "raw": _raw,
    "raw again": _raw,
    "sdk": _sdk,
    "sdk, new ids": _sdk_new_ids,
    "vendor": _vendor,
    "raw list": _raw_list,
    "sdk list": _sdk_list,
    "vendor list": _vendor_list,
    "json.loads": _json_loads,
    "decode": lambda _base: _decoding(_documented()),
    "decode drifted": _drifted,
}


def _async_call(contestant: str, base: str) -> Callable[[], Awaitable[Any]]:
    import httpx

    if contestant.startswith("raw"):
        client, url = httpx.AsyncClient(headers=_HEADERS), f"{base}/v2/integrations/{ID}"

        async def get() -> Any:
            return (await client.get(url)).json()

        return get
    from arize_integrations import AsyncIntegrationsClient

    transport = None
    if contestant == "sdk on aiohttp":
        from httpx_aiohttp import AiohttpTransport

        transport = AiohttpTransport()
    sdk = AsyncIntegrationsClient(_KEY, base_url=base, transport=transport)
    return lambda: sdk.get(ID)


def _async_block(contestant: str, base: str, tasks: int) -> Callable[[int], None]:
    loop, get = asyncio.new_event_loop(), _async_call(contestant, base)

    async def some(number: int) -> None:
        for _ in range(number):
            await get()

    async def many(calls: int, tasks: int) -> None:
        await asyncio.gather(*(some(calls // tasks) for _ in range(tasks)))

    return lambda calls: loop.run_until_complete(many(calls, tasks or calls))


def _sync_block(contestant: str, base: str) -> Callable[[int], None]:
    call = SYNC[contestant](base)

    def block(calls: int) -> None:
        for _ in range(calls):
            call()

    return block


def _memory() -> float:
    """Resident MB now; if the system does not say, the most there ever was."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _files() -> int:
    descriptors = Path("/proc/self/fd")
    return len(list(descriptors.iterdir())) if descriptors.exists() else -1


def main() -> None:
    contestant, base = sys.argv[1:3]
    block = _async_block(contestant, base, int(sys.argv[3])) if len(sys.argv) > 3 else _sync_block(contestant, base)
    print("ready", flush=True)
    for line in sys.stdin:
        cpu, clock = time.process_time(), time.perf_counter()
        block(int(line))
        print(time.process_time() - cpu, time.perf_counter() - clock, _memory(), _files(), flush=True)
    os._exit(0)  # clients left open would be warned about


if __name__ == "__main__":
    main()
