"""The client of the Integrations resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import httpx

from arize_integrations import declarative
from arize_integrations._async.pager import AsyncIntegrationPager
from arize_integrations._call.async_session import AsyncSession
from arize_integrations._call.base_client import BaseClient, check_max_connections, check_transport
from arize_integrations._call.options import Options, Timeouts, checked_retry, request_headers
from arize_integrations._call.retry import RetryPolicy
from arize_integrations._net.endpoint import resolve_api_key, resolve_endpoint
from arize_integrations._wire import operations
from arize_integrations._wire.operations import Call
from arize_integrations.errors import AmbiguousNameError, ConfigurationError
from arize_integrations_api import bodies, models

_LONGEST_FILTER = 255  # characters that the server takes of a name to look for


class AsyncIntegrationsClient(BaseClient[AsyncSession]):
    """Integrations of Arize AX, for asyncio and trio. Share one client among all tasks of an event loop.

    Args:
        api_key: the API key; without it, the environment variable `ARIZE_API_KEY`.
        region: a region of the hosted API, such as `eu-west-1a`; or `ARIZE_REGION`.
        host: a host of your own, such as `arize.example.com`; or `ARIZE_API_HOST`.
        base_url: any URL: a proxy, a gateway, a local stand-in; or `ARIZE_BASE_URL`. At most one of `region`, `host`
            and `base_url` can be given; with none, requests go to the document's first server.
        allow_http: permit plain http beyond loopback, which shows the key to the network.
        timeout: seconds an attempt may take as a whole, or an `httpx.Timeout` for its phases, whose sum then bounds the
            whole.
        retry: how patient to be with a server that is busy or failing; None makes every answer final.
        headers: headers to send in addition to the SDK's own.
        transport: sends the requests, in place of connections of the client's own. Proxies and certificates from the
            environment then are the transport's business.
        max_connections: connections, and so calls under way at a time; further calls queue. Queueing does not count
            against `timeout`.

    Raises:
        ConfigurationError: an argument or environment variable cannot be used.

    Follows the sections `servers` and `securitySchemes` of the upstream document.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        region: str | None = None,
        host: str | None = None,
        base_url: str | None = None,
        allow_http: bool = False,
        timeout: float | httpx.Timeout = 30.0,
        retry: RetryPolicy | None = RetryPolicy(),
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        max_connections: int = 64,
    ) -> None:
        try:
            secrets = resolve_api_key(api_key)
        finally:
            del api_key  # good or bad, no frame of ours holds it in the clear, where a traceback could show it
        try:
            endpoint = resolve_endpoint(region, host, base_url, allow_http=allow_http)
            options = Options(Timeouts.of(timeout), checked_retry(retry), request_headers(endpoint, secrets, headers))
        except ConfigurationError as error:
            del base_url, headers  # nor a password or a key that stands in these
            raise error.with_traceback(None) from None
        check_transport(transport, "handle_async_request", "httpx.AsyncBaseTransport")
        session = AsyncSession(endpoint, secrets, transport, check_max_connections(max_connections))
        self._set(session, options, owner=True)

    async def get(self, integration_id: str) -> models.Integration:
        """Fetch one integration: `GET /v2/integrations/{integration_id}`.

        Args:
            integration_id: the integration's id, as Arize shows it (base64), 1 to 2048 characters; sent as one path
                segment, whatever it holds.

        Returns:
            The concrete integration, such as `LlmIntegration`; an `UnknownVariant` if its type is newer than this SDK.

        Raises:
            ConfigurationError: the id cannot be used, the client is closed, or it belongs to another event loop; nothing
                was sent.
            APIStatusError: the server refused; the subclass says how, such as `NotFoundError`.
            APIConnectionError: no whole answer arrived; `APITimeoutError` if not in time.
            ResponseDecodingError: the answer was 2xx, but no JSON object.

        Follows the operation of that path in the upstream document.
        """
        result: models.Integration = await self._run(operations.get_integration(integration_id))
        return result

    def list(
        self,
        *,
        type: str | None = None,  # noqa: A002  the document's name
        name: str | None = None,
        space_id: str | None = None,
        space_name: str | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> AsyncIntegrationPager:
        """Go over integrations, newest first: `GET /v2/integrations`, page by page.

        Args:
            type: only this type, such as `"LLM"`; without it, the server lists all but `"EVALUATOR"`.
            name: only integrations whose name contains this text, in upper or lower case.
            space_id: only what is visible in this space.
            space_name: only what is visible in spaces whose name contains this text.
            page_size: integrations per request, which the document calls `limit`: 1 to 100, and 50 without it.
            cursor: go on after a page, with its `next_cursor`; all other arguments must be as they were then.

        Returns:
            A pager: `async for integration in client.list()`, or `.pages()` for the pages. It sends nothing before it is
            iterated, and raises then what `get` raises.

        Raises:
            ConfigurationError: an argument cannot be used, or the client is closed.

        Follows the operation of that path in the upstream document.
        """
        self._check_open()
        filters = {"type": type, "name": name, "space_id": space_id, "space_name": space_name, "limit": page_size}
        return AsyncIntegrationPager(self._run, {**filters, "cursor": cursor})

    async def find(
        self,
        name: str,
        *,
        type: str | None = None,  # noqa: A002  the document's name
        space_id: str | None = None,
        space_name: str | None = None,
    ) -> models.Integration | None:
        """The one integration with exactly this name, in upper and lower case as given, among what `list` shows.

        Args:
            name: the whole name.
            type: only this type; needed for what the server lists on request only, such as `"EVALUATOR"`.
            space_id: only what is visible in this space.
            space_name: only what is visible in spaces whose name contains this text.

        Returns:
            The integration, or None if there is none.

        Raises:
            AmbiguousNameError: several have the name, `matches`; names are unique within a type only.
            ConfigurationError: an argument cannot be used, or the client is closed.
            ArizeError: what `get` raises.
        """
        if not isinstance(name, str) or not name:
            raise ConfigurationError("must be the whole name of an integration.", parameter="name")
        pager = self.list(
            type=type, name=name[:_LONGEST_FILTER], space_id=space_id, space_name=space_name, page_size=100
        )
        matches = [found async for found in pager if getattr(found, "name", None) == name]
        if len(matches) > 1:
            raise AmbiguousNameError(
                f"{len(matches)} integrations have the name {name!r}: pass type=... or use an id.", matches
            )
        return matches[0] if matches else None

    async def create(self, integration: bodies.PostV2IntegrationsBody | Mapping[str, Any]) -> models.Integration:
        """Create an integration: `POST /v2/integrations`.

        It is sent again only if it cannot have been carried out: after a 429, or if the connection failed before the
        request left.

        Args:
            integration: the document's request model, such as `CreateLlmIntegrationRequest`, or a mapping of the same
                JSON; it is checked before it is sent. A type or provider that this SDK does not know is sent as it is.

        Returns:
            The concrete integration, as `get` would give it.

        Raises:
            ConfigurationError: the request cannot be right; `parameter` is the place, such as `config.api_key`.
            ConflictError: the name is taken.
            APIStatusError: the server refused; the subclass says how.
            APIConnectionError: no whole answer arrived. If `outcome_unknown`, look for the integration by its name
                before you create it again.
            ResponseDecodingError: it was created, and the answer cannot be read.

        Follows the operation of that path in the upstream document.
        """
        call = operations.prepared(operations.create_integration, integration)
        del integration  # no frame of ours shows its secrets if the call fails
        result: models.Integration = await self._run(call)
        return result

    async def update(
        self, integration_id: str, changes: bodies.PatchV2IntegrationsItemBody | Mapping[str, Any]
    ) -> models.Integration:
        """Change some fields of an integration: `PATCH /v2/integrations/{integration_id}`.

        What is left out keeps its value, in `config` too; None empties what may be null. Lists, maps and `auth` are
        replaced as a whole.

        Args:
            integration_id: the integration's id.
            changes: the document's request model, such as `UpdateLlmIntegrationRequest`, or a mapping of the same JSON;
                it is checked before it is sent.

        Returns:
            The integration as it is now.

        Raises:
            ConfigurationError: the changes cannot be right, or there are none.
            UnprocessableEntityError: the integration cannot be changed so.
            APIStatusError: the server refused; the subclass says how.
            APIConnectionError: no whole answer arrived.
            ResponseDecodingError: it was changed, and the answer cannot be read.

        Follows the operation of that path in the upstream document.
        """
        call = operations.prepared(operations.update_integration, integration_id, changes)
        del changes  # no frame of ours shows its secrets if the call fails
        result: models.Integration = await self._run(call)
        return result

    async def delete(self, integration_id: str) -> None:
        """Delete an integration for good: `DELETE /v2/integrations/{integration_id}`.

        If the request is repeated and there is nothing left to delete, the first one was carried out: that is no error.

        Args:
            integration_id: the integration's id.

        Raises:
            ConfigurationError: the id cannot be used, or the client is closed; nothing was sent.
            NotFoundError: there is no such integration.
            ConflictError: it is still in use.
            APIStatusError: the server refused; the subclass says how.
            APIConnectionError: no whole answer arrived.

        Follows the operation of that path in the upstream document.
        """
        await self._run(operations.delete_integration(integration_id))

    async def plan(
        self,
        desired: Iterable[bodies.PostV2IntegrationsBody | Mapping[str, Any]],
        *,
        prune: bool = False,
        replace: bool = False,
        rotate_secrets: bool = False,
        space_id: str | None = None,
        space_name: str | None = None,
    ) -> declarative.Plan:
        """Find out what has to change so that integrations are as they should be. Changes nothing.

        Integrations are matched with what `list` shows by type and name. Only what is given is compared; what
        cannot be read back, such as an API key, is sent only if the server says that it has none.

        Args:
            desired: how the integrations should be: create requests, as for `create`.
            prune: delete what is not in `desired`, of the types that occur in it, and in the space if one is given.
            replace: delete and create again what cannot be changed, such as the provider.
            rotate_secrets: send what cannot be read back, although it need not differ.
            space_id: look only at what is visible in this space.
            space_name: look only at what is visible in spaces whose name contains this text.

        Returns:
            The plan, for `apply`. It iterates over its changes, is true if there is something to do, and reads as text;
            it shows no secrets.

        Raises:
            ConfigurationError: a request cannot be right, or two have the same type and name; `parameter` is the place,
                such as `desired[3].config.api_key`. Or what differs cannot be changed, and `replace` is not given.
            AmbiguousNameError: the account has several integrations with a type and name that are wanted.
            ArizeError: what `get` raises.

        Follows the operations of `/v2/integrations` and `/v2/integrations/{integration_id}` in the upstream document.
        """
        from arize_integrations.declarative.plan import PAGE_SIZE, make_plan, read_desired, types_of

        self._check_open()
        try:
            wanted = read_desired(desired, operations.check_create)
        finally:
            del desired  # there are secrets in it, and a traceback may show what this frame holds
        pagers = (
            self.list(type=kind, space_id=space_id, space_name=space_name, page_size=PAGE_SIZE)
            for kind in types_of(wanted)
        )
        found = [item for pager in pagers async for item in pager]
        return make_plan(wanted, found, prune=prune, replace=replace, rotate_secrets=rotate_secrets)

    async def apply(
        self,
        plan: declarative.Plan,
        *,
        force: bool = False,
        on_change: Callable[[declarative.Change], object] | None = None,
    ) -> declarative.Applied:
        """Make the changes of a plan, a few at a time, deletions last.

        Each integration is looked at again before it is changed or deleted: one that has moved since the plan was made
        is a failure. A failure does not stop the other changes. If the answer to a creation is lost, the integration is
        looked for by its name before it is sent again. Plan and apply again, and only what is left is done.

        Args:
            plan: what `plan` gave. One that was pickled lacks its secrets, and is refused.
            force: delete even more than a third of what is there.
            on_change: called with each change that was made.

        Returns:
            What was done, `changes`.

        Raises:
            ConfigurationError: the plan cannot be used, or deletes more than three integrations and more than a third
                of those there; nothing was sent.
            ApplyError: some changes failed: `failures`, pairs of change and error; the others are in `applied`.

        Follows the operations of `/v2/integrations` and `/v2/integrations/{integration_id}` in the upstream document.
        """
        from arize_integrations.declarative.apply import check_plan
        from arize_integrations.declarative.drivers import apply_in_tasks

        self._check_open()
        check_plan(plan, force=force)
        return await apply_in_tasks(self, plan, on_change)

    async def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any = None
    ) -> Any:
        """Send a request to any other path of the same API, with this client's key, retries and errors.

        It is retried as HTTP defines its method's idempotence (RFC 9110, section 9.2.2), and after a 429.

        Args:
            method: the HTTP method.
            path: the path on the configured host, such as `"/v2/spaces"`, without a query.
            params: the query: lists are repeated, booleans are lower case, None is left out.
            json: the body, if any. All text in it is kept out of errors and logs, as it may be secret.

        Returns:
            What the JSON of the answer says; None if it has no content.

        Raises:
            ConfigurationError: an argument cannot be used; nothing was sent.
            ArizeError: what `get` raises.
        """
        call = operations.prepared(operations.any_request, method, path, params, json)
        del params, json  # no frame of ours shows their secrets if the call fails
        return await self._run(call)

    async def _run(self, call: Call | ConfigurationError) -> Any:
        if isinstance(call, ConfigurationError):
            raise call
        self._check_open()
        return await self._session.run(call, self._options)

    async def aclose(self) -> None:
        """Close the connections. A derived client closes only itself. Closing twice does nothing."""
        self._closed = True
        if self._owner:
            await self._session.aclose()

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()
