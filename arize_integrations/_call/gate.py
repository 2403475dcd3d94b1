"""The rate gate: what one call learns from a 429 holds for every call of a client, and of those derived from it.

Pure bookkeeping under a lock: times are arguments (seconds of a monotonic clock), nobody sleeps here. A call enters,
asks `delay` until it is 0, sends, reports what it got, and exits.

While the gate has never been closed it only counts. When the server says slow down, the gate closes for as long as it
asked. Then calls go one at a time, in the order in which they came, at a `Pace`. It is congestion control as TCP has it:
the pace at which the server refused says how much there is, each refusal lowers it, quiet raises it. CUBIC's curve does
both: it returns fast to what was possible before, stays near it, and then looks for more, ever faster.

Two things differ from a network. A refusal costs a whole pause, so a client that seems to have the limit to itself stays
a little below it and waits longer before it looks for more. And a client that has more than half of what it has ever seen
gives up what is above half as soon as others show: that is why two of them meet at once.

A caller that has the gate to itself is never paced: it waits no longer than the server, or its own backoff, asks.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from collections import deque
from typing import NamedTuple

# Each is explained by a figure that `make bench` prints, next to what other values would do.
_PERIOD = 1.0  # seconds over which accepted calls are counted, unless the server asks to wait longer
_NEARLY = 0.95  # of what the server accepted: the pace that we keep; so near the peak counts as at the peak
_RESTART = 0.9  # of what is possible next to other clients: the pace just after a refusal
_DROP = 0.7  # of the pace at a refusal: one refusal never lowers it further
_RISE = 5.5  # seconds in which a pace rises by the peak; without rivals it rests for twice that first
_SHARE = 0.3  # of the callers: so many must have been served, or the first refusal does not show the limit
_FEW = 3.0  # calls a second at the start, if the limit is not known
_LATE = 0.02  # seconds that a late call (all are a little late) may take from the gap to the next
_HISTORY = 4096  # accepted calls remembered, so that a pace of some thousands a second is still known
_HONOURED = 3600.0  # seconds; a longer wait is checked now and then, because it may be a server's mistake
_CHECK_EVERY = 300.0  # seconds between such checks; and after so long without a refusal, a pace is forgotten


class Pace(NamedTuple):
    """How fast calls may go after an opening, in calls a second."""

    start: float
    """At the opening."""
    level: float
    """Where the curve is flat: what the server is thought to accept."""
    peak: float
    """The most that was seen, forgotten little by little: how much there might be."""
    rests: bool = False
    """Whether it stays at its start for a while before it rises."""
    found: float = 0.0
    """What the server had accepted when the peak was guessed. A refusal at no more than that means that this is the limit."""

    @classmethod
    def without_rivals(cls, seen: float, peak: float) -> Pace:
        """Just below what the server accepted from a client that seems to be alone."""
        return cls(seen * _NEARLY, seen * _NEARLY, peak, rests=True)

    @classmethod
    def guessed(cls, callers: int, found: float) -> Pace:
        """Few calls at first, rising towards one a second for each caller: no accepted calls show the limit."""
        return cls(min(_FEW, callers), callers, callers, found=found)

    def at(self, open_for: float) -> float:
        """The pace so many seconds after the opening."""
        flat = math.cbrt((self.level - self.start) / self.peak)
        return self.level + self.peak * (max(open_for / _RISE - 2 * self.rests, 0) - flat) ** 3

    def after_refusal(self, refused_at: float, seen: float) -> Pace:
        """The next pace, after a refusal at the pace `refused_at`, when the server had accepted `seen` a second."""
        if not seen:  # others had it all, which says nothing about the limit
            return self._replace(start=min(_FEW, self.level), rests=False)
        seen = min(max(seen, refused_at * _DROP), refused_at)
        peak = seen if seen * _NEARLY <= self.found else max(seen, self.peak * _NEARLY)
        if seen >= peak * _NEARLY:
            return Pace.without_rivals(seen, peak)
        level = min(seen, peak / 2)
        return Pace(level * _RESTART, level, peak, found=self.found)


class RateGate:
    """The gate of one client. Thread-safe; never blocks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0  # calls that have entered and not exited
        self._company_at = -math.inf  # when there last was more than one of them
        self._accepted: deque[float] = deque(maxlen=_HISTORY)
        self._refused_at = self._asked = 0.0  # the 429 that closed the gate, and the seconds it asked for
        self._opened_at = 0.0  # before that refusal
        self._opens_at = 0.0
        self._checks_at = math.inf  # when a call is let through a gate that is closed for very long
        self._checking = False
        self._pace: Pace | None = None  # since the last opening; None: never refused, or forgotten
        self._learning = False  # closed, and the pace not yet worked out
        self._next_ticket = 0
        self._waiting: list[int] = []  # tickets, in order
        self._next_turn = 0.0
        self.closed_by = 429
        """The status that the gate was last closed by."""

    def enter(self, now: float) -> int | None:
        """Begin a call. Returns a ticket for `delay`, or None if the gate is open."""
        with self._lock:
            self._inside += 1
            if self._inside > 1:
                self._company_at = now
            return self._draw() if self._is_throttled(now) else None

    def queue(self, now: float) -> int | None:
        """Queue again, for a further request of a call that has entered."""
        with self._lock:
            return self._draw() if self._is_throttled(now) else None

    def exit(self, ticket: int | None, now: float, *, accepted: bool) -> None:
        """End a call, whether or not the ticket was used; `accepted` says that the server answered other than 429."""
        with self._lock:
            if self._inside > 1:
                self._company_at = now
            self._inside -= 1
            if accepted:
                self._accepted.append(now)
                if self._checking:
                    self._checking, self._opens_at = False, now
            self._leave(ticket)

    def delay(self, ticket: int, now: float) -> float:
        """Seconds to wait before asking again; 0 when it is this ticket's turn, which uses it up."""
        with self._lock:
            if now < self._opens_at:
                if now < self._checks_at:
                    return self._opens_at - now
                self._checks_at, self._checking = now + _CHECK_EVERY, True
            elif (wait := self._turn(ticket, now) - now) > 0:
                return min(wait, _PERIOD / 2)  # the pace may rise meanwhile, or those before may leave
            self._leave(ticket)
            return 0.0

    def throttled(self, sent_at: float, now: float, wait: float) -> None:
        """The server answered 429 and asks for `wait` seconds; `sent_at` is when the request went out."""
        with self._lock:
            if sent_at >= max(self._refused_at, self._opens_at):
                # Later 429s to requests that were under way say nothing new about the pace.
                self._refused_at, self._asked, self._opened_at = now, wait, self._opens_at
                self._learning = True
            self._close(now, wait, 429)

    def hold(self, now: float, wait: float, status: int) -> None:
        """Close for `wait` seconds without learning a pace, as for a 503 with Retry-After."""
        with self._lock:
            self._close(now, wait, status)

    def closed_for(self, now: float) -> float:
        """Seconds until the gate opens; 0 when it is open."""
        return max(self._opens_at - now, 0.0)

    def is_throttled(self, now: float) -> bool:
        """Whether the gate is closed, or open at a learned pace."""
        with self._lock:
            return self._is_throttled(now)

    def _close(self, now: float, wait: float, status: int) -> None:
        if self._checking or now + wait > self._opens_at:  # the answer to a check replaces the wait before it
            self._opens_at, self.closed_by = now + wait, status
            self._checks_at = now + _CHECK_EVERY if wait > _HONOURED else math.inf
            self._checking = False
        self._next_turn = self._opens_at

    def _is_throttled(self, now: float) -> bool:
        if now < self._opens_at or self._learning:
            return True
        if now - self._opens_at > _CHECK_EVERY:
            self._pace = None
        return self._pace is not None

    def _is_alone(self, now: float) -> bool:
        """Whether one caller has the gate to itself, and has had it for a whole period of the server's."""
        return self._inside == 1 and now - self._company_at > self._asked

    def _draw(self) -> int:
        self._next_ticket += 1
        self._waiting.append(self._next_ticket)
        return self._next_ticket

    def _leave(self, ticket: int | None) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)

    def _turn(self, ticket: int, now: float) -> float:
        """When the ticket's turn is, in an open gate. If it has come, the next one's turn is set."""
        if self._learning:
            self._learn()
        if self._pace is None or self._is_alone(now):
            return now
        step = 1.0 / self._pace.at(now - self._opens_at)
        turn = self._next_turn + bisect_left(self._waiting, ticket) * step
        if turn <= now:
            # A call that came late does not make up for it by shortening the gaps behind it.
            self._next_turn = max(self._next_turn, now - _LATE) + step
        return turn

    def _learn(self) -> None:
        """Work out the pace, once the gate opens and the answers that were still on their way are in."""
        self._learning = False
        period = max(self._asked, _PERIOD)
        since = max(self._refused_at - period, self._opened_at if self._pace else -math.inf)
        count = sum(then > since for then in self._accepted)
        seen = count / period
        if self._pace is not None:
            self._pace = self._pace.after_refusal(self._pace.at(self._refused_at - self._opened_at), seen)
        elif count < self._inside * _SHARE:
            self._pace = Pace.guessed(self._inside, seen)
        else:
            self._pace = Pace.without_rivals(seen, seen)
