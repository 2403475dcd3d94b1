"""The account: the integrations there are, and what each operation does to them."""

from __future__ import annotations

import base64
import itertools
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from arize_integrations.testing._checks import check
from arize_integrations.testing._listing import Entry, Space, backwards, page
from arize_integrations.testing._merging import Stamps, merge
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._rules import check_request, check_result, name_pool, unfolded
from arize_integrations.testing._tables import COMPARED, INTEGRATION, SERVED, field_shape, variant
from arize_integrations.testing._values import JsonObject, is_object
from arize_integrations_api.contract import Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arize_integrations_api.contract import Shape


def utc_now() -> datetime:
    """The time, as the account takes it if nothing else is given."""
    return datetime.now(UTC)


class Account:
    """Integrations by identifier. What it answers is never changed afterwards: a write puts a new object in its place."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)
        self._numbers = itertools.count(1)
        self._ids = itertools.count(1)
        self.entries: dict[str, Entry] = {}
        self._newest_first: list[Entry] | None = None
        self.spaces: dict[str, Space] = {}

    def put(self, integration: JsonObject) -> None:
        """Hold an integration as it is, in place of any with the same identifier."""
        old = self.entries.get(integration["id"])
        created = _instant(integration.get("created_at")) or self._tick()
        number = old.number if old else next(self._numbers)
        self.entries[integration["id"]] = Entry(integration, created.timestamp(), number)
        self._newest_first = None

    def list(self, query: Mapping[str, list[str]]) -> JsonObject:
        """One page, newest first."""
        if self._newest_first is None:
            self._newest_first = sorted(self.entries.values(), key=backwards)
        return page(self._newest_first, self.spaces, query)

    def get(self, integration_id: str) -> JsonObject:
        """One integration."""
        entry = self.entries.get(integration_id)
        if entry is None:
            raise RefusedError(
                HTTPStatus.NOT_FOUND, f"No integration with the id '{integration_id}' is visible to you."
            )
        return entry.integration

    def create(self, request: Any) -> JsonObject:
        """Make an integration of a create request."""
        check(_body("create"), request)
        integration = self._written(request, {})
        self.put(integration)
        return integration

    def update(self, integration_id: str, request: Any) -> JsonObject:
        """Change what an update request names."""
        check(_body("update"), request)
        stored = self.get(integration_id)
        if len(request) < 2:
            raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Name at least one field to change besides 'type'.")
        integration = self._written(request, stored)
        self.put(integration)
        return integration

    def delete(self, integration_id: str) -> None:
        """Remove an integration for good."""
        self.get(integration_id)
        del self.entries[integration_id]
        self._newest_first = None

    def new_id(self, model: str) -> str:
        """An identifier like those of the API: base64 of a kind, a number and a suffix."""
        return base64.b64encode(f"{model}:{next(self._ids)}:standIn".encode()).decode()

    def now(self) -> str:
        """The time, later at each call by a millisecond at least: so order and changes can be seen."""
        return self._tick().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def free_name(self, kind: Any, name: str) -> str:
        """The name, with a number behind it if it is taken."""
        number = 1
        found = name
        while self._is_taken(kind, found, ""):
            number += 1
            found = f"{name} {number}"
        return found

    def _written(self, request: JsonObject, stored: JsonObject) -> JsonObject:
        """The integration after a write, if the write is allowed."""
        kind: Any = stored.get("type", request.get("type"))
        before, config = _config(stored), _config(request)
        provider = before.get("provider", config.get("provider"))
        check_request(kind, provider, request)
        if "config" in request:
            request = request | {"config": unfolded(provider, config, before)}
        after: JsonObject = merge(INTEGRATION, request, stored, Stamps(self.now(), self.new_id))
        check_result(_config(after), set(config if stored else _config(after)))
        _check_replaced(config, stored)
        if self._is_taken(kind, after.get("name"), after["id"]):
            raise RefusedError(HTTPStatus.CONFLICT, f"There is an integration called '{after['name']}' already.")
        return after | ({"updated_at": self.now()} if stored else {})

    def _is_taken(self, kind: Any, name: Any, own_id: str) -> bool:
        others = [entry.integration for entry in self.entries.values()]
        return any(
            other.get("name") == name and other["id"] != own_id and name_pool(other.get("type")) == name_pool(kind)
            for other in others
        )

    def _tick(self) -> datetime:
        now = self._clock()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self._last = max(now, self._last + timedelta(milliseconds=1))
        return self._last


def _config(of: JsonObject) -> JsonObject:
    config = of.get("config")
    return config if is_object(config) else {}


def _body(operation: str) -> Shape:
    return SERVED[operation].body or Plain("dict")


def _check_replaced(sent: JsonObject, stored: JsonObject) -> None:
    """What replaces a block as a whole must be one that the stored provider could be created with."""
    if not stored or "create" not in SERVED:
        return
    model = variant(field_shape(variant(SERVED["create"].body, stored), "config"), _config(stored))
    for key, value in sent.items():
        shape = field_shape(model, key)
        if COMPARED.get(key) == "whole" and shape is not None:
            try:
                check(shape, value, f"config.{key}")
            except RefusedError as refusal:
                raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, refusal.detail) from None


def _instant(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
