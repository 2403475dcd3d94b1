"""The stand-in itself, as tests use it."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any, Self, cast

from arize_integrations.testing._adding import Integration, add_first_example, add_integration, checked_several
from arize_integrations.testing._answer import Answer, copied
from arize_integrations.testing._backend import Backend
from arize_integrations.testing._http import RecordedRequest, encode
from arize_integrations.testing._listing import Space
from arize_integrations.testing._loop import BACKLOG, ThreadedServer
from arize_integrations.testing._rate import RateLimit
from arize_integrations.testing._script import scripted_answer

_REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - every address, and one that is reached


class StandInServer:
    """An account of the Integrations API on this machine, over HTTP/1.1 with keep-alive.

    Use it as a context manager, from sync or async code: it runs in one thread of its own. It has the operations
    that the API's document has, keeps what is created, and refuses what the API refuses, with problem documents.
    What `answer_next` and `answer_always` say comes first.

    Args:
        integrations: What the account holds at the start, each as for `add`; by default the document's first example.
        api_key: The bearer token to demand.
        host: The address to listen on; `"0.0.0.0"` for every one, as in a container.
        port: The port to listen on; 0 picks a free one, and keeps it when started again.
        rate_limit: Requests per second; what is beyond gets 429 with `Retry-After`. None: no limit.

    Raises:
        ValueError: An integration is none, or `rate_limit` is not above zero.
        TypeError: An argument is of another type, or an integration holds what JSON cannot say.
    """

    def __init__(
        self,
        integrations: Iterable[Integration] | None = None,
        api_key: str = "test-key",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        rate_limit: float | None = None,
    ) -> None:
        if not isinstance(api_key, str):
            raise TypeError(f"api_key must be the text of a key, not {type(api_key).__name__}")
        if not isinstance(host, str):
            raise TypeError(f"host must be an address such as '127.0.0.1', not {type(host).__name__}")
        self._backend = Backend(api_key)
        self.rate_limit = rate_limit
        self._host, self._port = host, port
        self._running: ThreadedServer | None = None
        if integrations is None:
            add_first_example(self._backend.account)
        for integration in checked_several(() if integrations is None else integrations):
            self.add(integration)

    def __repr__(self) -> str:
        where = self.base_url if self._running else "not running"
        return f"<{type(self).__name__} {where}, {len(self.integration_ids)} integration(s)>"

    @property
    def api_key(self) -> str:
        """The bearer token demanded."""
        return self._backend.api_key

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request received, in order, recorded before it is answered."""
        return self._backend.requests

    @property
    def base_url(self) -> str:
        """Where it is reached from this machine: `http://127.0.0.1:<port>`.

        Raises:
            RuntimeError: When it is not running.
        """
        if self._running is None:
            raise RuntimeError("the stand-in is not running: use `with StandInServer() as server:`")
        host = _REACHED_AT.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    @property
    def rate_limit(self) -> float | None:
        """Requests per second that are let through; None for no limit. It can be set at any time."""
        rate = self._backend.rate
        return rate.rate if rate else None

    @rate_limit.setter
    def rate_limit(self, rate: float | None) -> None:
        if rate is not None and not (isinstance(rate, (int, float)) and 0 < rate < float("inf")):
            raise ValueError(f"rate_limit must be a number of requests per second above zero, not {rate!r}")
        self._backend.rate = None if rate is None else RateLimit(rate)

    @property
    def integration_ids(self) -> list[str]:
        """The ids of the account, in the order they came."""
        with self._backend.lock:
            return list(self._backend.account.entries)

    @property
    def integrations(self) -> list[dict[str, Any]]:
        """What the account holds, as reads show it, in the order it came. Copies: to change them changes nothing."""
        with self._backend.lock:
            return [copied(entry.integration, "an integration") for entry in self._backend.account.entries.values()]

    def add(self, integration: Integration | str, provider: str | None = None, **fields: Any) -> dict[str, Any]:
        """Put one more integration into the account.

        Args:
            integration: What is served as it is, in place of any with the same `id`: a mapping with an `id`, or a
                model. Or a create request, without an `id`, which the account carries out. Or a type, such as
                `"LLM"`: then it is made from the document's examples, or else its schemas, with a name that is free.
            provider: With a type: whose integration, such as `"ANTHROPIC"`.
            fields: Fields to set, such as `name`; of `config`, those that are named.

        Returns:
            The integration as it is served, a copy.

        Raises:
            ValueError: It has an `id` that is empty or no string, or is refused as a create request; or there is no
                such type or provider.
            TypeError: It is no integration, or holds what JSON cannot say.
        """
        with self._backend.lock:
            payload = add_integration(self._backend.account, integration, provider, fields)
        return cast("dict[str, Any]", copied(payload, "an integration"))

    def add_space(self, space_id: str, *, name: str, organization_id: str | None = None) -> None:
        """Give the account a space, for lists with `space_id` or `space_name`.

        An account without spaces takes any `space_id` for one of its own.

        Args:
            space_id: Its identifier.
            name: Its name.
            organization_id: The organization that it belongs to.
        """
        with self._backend.lock:
            self._backend.account.spaces[space_id] = Space(name, organization_id)

    def answer_next(self, *answers: Answer, to: str | None = None, integration_id: str | None = None) -> None:
        """Answer the next requests so, each answer once; then normal serving resumes.

        Args:
            answers: One for each request to come, in order.
            to: Only requests of this operation: `"get"`, `"list"`, `"create"`, `"update"`, `"delete"`; or of a
                method and path, such as `"GET /v2/spaces"`. None: whatever they ask.
            integration_id: Only requests about this integration.

        Raises:
            TypeError: For anything that is no `Answer`.
            ValueError: For an operation that does not exist, or an id for one that is about none.
        """
        scripted = [scripted_answer("answer_next", answer, to, integration_id) for answer in answers]
        for each in scripted:
            encode(each.answer)  # what cannot be encoded fails here, not in the server's thread
        with self._backend.lock:
            self._backend.script.add_next(scripted)

    def answer_always(self, answer: Answer, *, to: str | None = None, integration_id: str | None = None) -> None:
        """Answer all requests so, until `answer_normally`. Of several such answers the last one counts.

        Args:
            answer: The answer; that of `answer_next` goes before it.
            to: As for `answer_next`.
            integration_id: As for `answer_next`.

        Raises:
            TypeError: For anything that is no `Answer`.
            ValueError: For an operation that does not exist, or an id for one that is about none.
        """
        scripted = scripted_answer("answer_always", answer, to, integration_id)
        encode(scripted.answer)
        with self._backend.lock:
            self._backend.script.add_always(scripted)

    def answer_normally(self) -> None:
        """Forget what `answer_next` and `answer_always` were given."""
        with self._backend.lock:
            self._backend.script.clear()

    def start(self) -> Self:
        """Begin to listen; connections are accepted as soon as this returns.

        Raises:
            OSError: When the port is taken, or the address is not of this machine.
            RuntimeError: When it is running already.
        """
        if self._running is not None:
            raise RuntimeError("the stand-in is running already")
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.create_server((self._host, self._port), family=family, backlog=BACKLOG)
        self._port = listener.getsockname()[1]
        self._running = ThreadedServer(listener, self._backend.converse)
        return self

    def close(self) -> None:
        """Stop listening, cut every connection and delay, return when all are gone. Repeatable."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.close()
