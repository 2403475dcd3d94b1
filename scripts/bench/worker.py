"""One contestant in a process of its own: `python worker.py <contestant> <base URL>`.

For each number on standard input it makes that many calls, and prints the seconds of CPU and of the clock they took
and the resident memory. Only the standard library is imported at the top: it also runs where only the vendor's SDK is.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ID = "TGxtSW50ZWdyYXRpb246MTI6YUJjRA=="
NEWER_ID = "TGxtSW50ZWdyYXRpb246MTI6VkVORA=="
_KEY = "benchmark-key"
_HEADERS = {"Authorization": f"Bearer {_KEY}"}


def _raw(base: str) -> Callable[[], Any]:
    import httpx

    client, url = httpx.Client(headers=_HEADERS), f"{base}/v2/integrations/{ID}"
    return lambda: client.get(url).json()


def _generated(base: str) -> Callable[[], Any]:
    import httpx

    from arize_integrations_api.api.integrations.get_v2_integrations_item import request_arguments
    from arize_integrations_api.models import LlmIntegration

    client = httpx.Client(base_url=base, headers=_HEADERS)
    return lambda: LlmIntegration.from_dict(client.request(**request_arguments(ID)).json())


def _sdk(base: str) -> Callable[[], Any]:
    from arize_integrations import IntegrationsClient

    client = IntegrationsClient(_KEY, base_url=base)
    return lambda: client.get(ID)


def _sdk_new_ids(base: str) -> Callable[[], Any]:
    from itertools import count

    from arize_integrations import IntegrationsClient

    client, numbers = IntegrationsClient(_KEY, base_url=base), count()
    return lambda: client.get(f"TGxtSW50ZWdyYXRpb24{next(numbers)}")


def _vendor(base: str) -> Callable[[], Any]:
    import logging

    from arize import ArizeClient  # type: ignore[import-not-found,unused-ignore]

    logging.disable(logging.WARNING)  # it says at each call that the endpoint is young
    client = ArizeClient(api_key=_KEY, api_host=base.removeprefix("http://"), api_scheme="http")
    return lambda: client.integrations.get(integration=NEWER_ID)


def _json_loads(_base: str) -> Callable[[], Any]:
    content = _documented()
    return lambda: json.loads(content)


def _from_dict(_base: str) -> Callable[[], Any]:
    from arize_integrations_api.models import LlmIntegration

    content = _documented()
    return lambda: LlmIntegration.from_dict(json.loads(content))


def _decoding(content: bytes) -> Callable[[], Any]:
    from arize_integrations._wire.operations import get_integration

    decode = get_integration(ID).decode
    return lambda: decode(content, lambda *_difference: None)


def _decoded(_base: str) -> Callable[[], Any]:
    return _decoding(_documented())


def _drifted(_base: str) -> Callable[[], Any]:
    answer = json.loads(_documented())
    answer.update(type="LLM", created_by_user_id=None, owner={"id": "1"})
    answer["config"]["provider"] = "OPEN_AI"
    del answer["updated_at"]
    return _decoding(json.dumps(answer).encode())


def _documented() -> bytes:
    from arize_integrations_api.examples import EXAMPLES

    return json.dumps(EXAMPLES["get_v2_integrations_item"].answers[200].bodies[0]).encode()


SYNC: dict[str, Callable[[str], Callable[[], Any]]] = {
    "raw": _raw,
    "raw again": _raw,
    "generated": _generated,
    "sdk": _sdk,
    "sdk, new ids": _sdk_new_ids,
    "vendor": _vendor,
    "json.loads": _json_loads,
    "from_dict": _from_dict,
    "decode": _decoded,
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


async def _many(get: Callable[[], Awaitable[Any]], calls: int, tasks: int) -> None:
    async def some(number: int) -> None:
        for _ in range(number):
            await get()

    await asyncio.gather(*(some(calls // tasks) for _ in range(tasks)))


def _async_block(contestant: str, base: str, tasks: int) -> Callable[[int], None]:
    loop, get = asyncio.new_event_loop(), _async_call(contestant, base)
    return lambda calls: loop.run_until_complete(_many(get, calls, tasks or calls))


def _sync_block(contestant: str, base: str) -> Callable[[int], None]:
    call = SYNC[contestant](base)

    def block(calls: int) -> None:
        for _ in range(calls):
            call()

    return block


def _memory() -> float:
    """Resident MB now; where the system does not tell, the most there ever was."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sockets() -> int:
    descriptors = Path("/proc/self/fd")
    return len(list(descriptors.iterdir())) if descriptors.exists() else -1


def main() -> None:
    contestant, base = sys.argv[1:3]
    block = _async_block(contestant, base, int(sys.argv[3])) if len(sys.argv) > 3 else _sync_block(contestant, base)
    print("ready", flush=True)
    for line in sys.stdin:
        cpu, clock = time.process_time(), time.perf_counter()
        block(int(line))
        print(time.process_time() - cpu, time.perf_counter() - clock, _memory(), _sockets(), flush=True)
    os._exit(0)  # clients left open would be warned about


if __name__ == "__main__":
    main()
