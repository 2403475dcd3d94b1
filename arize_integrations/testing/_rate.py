"""A rate limit: so many requests a second, counted as a bucket of tokens that fills up again."""

from __future__ import annotations

import math


class RateLimit:
    """Lets `rate` requests through at once, and `rate` more each second.

    Args:
        rate: Requests per second, more than zero.
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._capacity = max(1.0, rate)
        self._tokens = self._capacity
        self._filled_at: float | None = None

    def seconds_to_wait(self, now: float) -> int:
        """Take a token: 0 if there is one, else the whole seconds until there is."""
        elapsed = now - (now if self._filled_at is None else self._filled_at)
        self._filled_at = now
        self._tokens = min(self._capacity, self._tokens + elapsed * self.rate)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return math.ceil((1 - self._tokens) / self.rate)
