"""Where to send, as the options say."""

from __future__ import annotations

from typing import Any, NamedTuple

import arize_integrations as arize


class Connection(NamedTuple):
    """Where to send, as the options say."""

    region: str | None
    host: str | None
    base_url: str | None
    allow_http: bool
    timeout: float | None

    def open(self, **overrides: Any) -> arize.IntegrationsClient:
        """A client for it.

        Raises:
            ConfigurationError: the options or the environment cannot be used.
        """
        given = self._asdict() | overrides
        if given["timeout"] is None:
            del given["timeout"]
        return arize.IntegrationsClient(**given)
