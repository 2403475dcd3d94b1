"""The rate gate: what one call learns from a 429 holds for every call of a client, and of those derived from it.

Pure bookkeeping under a lock: times are arguments (seconds of a monotonic clock), nobody sleeps here. A call enters,
asks `delay` until it is 0, sends, reports what it got, and exits.

While the gate has never been closed it only counts. When the server says slow down the gate closes for as long as it
asked. Then it lets calls through one at a time, in the order of their tickets, at the pace the server has shown it
accepts; the pace rises slowly at first and faster the longer no further 429 arrives. Where the server has shown next to
nothing, because somebody else used up the limit, the pace is a guess: it doubles with each answer that proves it too low,
until the gate stands open again. A caller that has the gate to itself is never paced: it waits no longer than the server,
or its own backoff, asks.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque

_HISTORY = 1024  # accepted answers remembered; enough to see the pace of some hundreds a second
_MARGIN = 0.95  # of the pace seen: a server counts arrivals, which jitter
_STEP_DOWN = 0.95  # at least this much slower after a 429 at a learned pace ...
_MOST_DOWN = 0.5  # ... but not slower than this in one step
_STEADY_TIME = 10.0  # seconds after an opening for which the pace stays as it is
_RISE_TIME = 45.0  # seconds after those in which the pace doubles, if no further 429 arrives
_FORGET_AFTER = 300.0  # seconds without a 429 after which the pace no longer matters
_CATCH_UP = 0.02  # seconds by which a call that comes late, as all do a little, may crowd those behind it
_LONGEST_PERIOD = 10.0  # seconds for which a caller that was left alone still keeps to the pace of the many
_LONGEST_CLOSURE = 86_400.0  # seconds; a server that errs by years must not close a client for good
_LONGEST_NAP = 1.0  # seconds after which a waiting call looks again, as the pace may have risen
_SHORT_NAP = 0.05  # the same while the pace is a guess, and may double at any time
_FEW = 3  # answers in the time that the server asks for, which are too few to tell a pace
_FIRST_GUESS = 1.0  # calls a second, at least
_HARDLY_A_LIMIT = 100.0  # calls a second; a guess that rose so far has met no limit of ours


class RateGate:
    """The gate of one client. Thread-safe; never blocks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0  # calls that have entered and not exited
        self._company_at = float("-inf")  # when there last was more than one of them
        self._accepted: deque[float] = deque(maxlen=_HISTORY)
        self._closed_at = 0.0
        self._asked = 0.0  # seconds, by the 429 that closed the gate
        self._opens_at = 0.0
        self.closed_by = 429
        """The status that the gate was last closed by."""
        self._pace: float | None = None  # calls a second at the last opening; None: never throttled, or forgotten
        self._guessed = False  # the pace, for want of answers to learn it from
        self._learning = False  # closed, and the pace not yet worked out
        self._next_ticket = 0
        self._waiting: set[int] = set()
        self._given_back: list[int] = []  # tickets of calls that left before their turn, a heap
        self._anchor = (0.0, 0)  # (time, ticket): when that ticket's turn is

    def enter(self, now: float) -> int | None:
        """Come in. Returns a ticket to be shown to `delay`, or None where the gate stands open."""
        with self._lock:
            self._inside += 1
            if self._inside > 1:
                self._company_at = now
            return self._draw(now) if self._is_throttled(now) else None

    def queue(self, now: float) -> int | None:
        """Queue again, for a further request of a call that is inside."""
        with self._lock:
            return self._draw(now) if self._is_throttled(now) else None

    def exit(self, ticket: int | None, now: float, *, accepted: bool) -> None:
        """Go out, whether or not the ticket was used; `accepted` says that the server answered other than 429."""
        with self._lock:
            if self._inside > 1:
                self._company_at = now
            self._inside -= 1
            if accepted:
                self._accepted.append(now)
                self._prove_too_low()
            if ticket in self._waiting:
                self._waiting.discard(ticket)
                heapq.heappush(self._given_back, ticket)

    def delay(self, ticket: int, now: float) -> float:
        """Seconds to wait before asking again; 0 when it is this ticket's turn, which uses it up."""
        with self._lock:
            if now < self._opens_at:
                return self._opens_at - now
            if self._learning:
                self._learn()
            turn = self._turn(ticket, now)
            if turn > now and not self._is_alone(now):
                return min(turn - now, _SHORT_NAP if self._guessed else _LONGEST_NAP)
            if self._guessed and ticket > min(self._waiting, default=ticket):
                return _SHORT_NAP  # the pace has just doubled; those before are about to look
            self._waiting.discard(ticket)
            if ticket >= self._anchor[1]:
                # A call that came late does not make up for it by crowding those behind; one that came early waited
                # for nobody.
                self._anchor = (min(max(turn, now - _CATCH_UP), now), ticket)
            return 0.0

    def throttled(self, sent_at: float, now: float, wait: float) -> None:
        """The server answered 429 and asks for `wait` seconds; `sent_at` is when the request went out."""
        with self._lock:
            if sent_at >= self._closed_at:
                # Later 429s to requests that were under way already tell nothing new about the pace.
                self._closed_at, self._asked = now, wait
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
        if now + wait > self._opens_at:
            self.closed_by = status
        self._opens_at = max(self._opens_at, now + min(wait, _LONGEST_CLOSURE))
        self._anchor = (self._opens_at, min(self._waiting, default=self._next_ticket))

    def _is_throttled(self, now: float) -> bool:
        if now < self._opens_at or self._learning:
            return True
        if self._pace is not None and now - self._opens_at > _FORGET_AFTER:
            self._pace = None
        return self._pace is not None

    def _is_alone(self, now: float) -> bool:
        """Whether one caller has the gate to itself, and has had it for a whole period of the server's."""
        return self._inside == 1 and now - self._company_at > min(self._asked, _LONGEST_PERIOD)

    def _draw(self, now: float) -> int:
        """A ticket: the earliest that was given back and has not passed, else the next."""
        while self._given_back:
            ticket = heapq.heappop(self._given_back)
            if self._turn(ticket, now) >= now:
                self._waiting.add(ticket)
                return ticket
        ticket = self._next_ticket
        self._next_ticket += 1
        if not self._waiting and self._turn(ticket, now) < now:
            self._anchor = (now, ticket)  # nobody saves up turns while the gate is idle
        self._waiting.add(ticket)
        return ticket

    def _turn(self, ticket: int, now: float) -> float:
        time, anchor = self._anchor
        return max(time + (ticket - anchor) * self._interval(now), self._opens_at)

    def _interval(self, now: float) -> float:
        """Seconds between two calls, which shrink with the time since the gate last opened."""
        if self._pace is None:
            return 0.0
        calm = max(now - self._opens_at - _STEADY_TIME, 0.0)
        return 1.0 / (self._pace * (1.0 + (calm / _RISE_TIME) ** 2))

    def _learn(self) -> None:
        """Work out the pace, once the gate opens and the answers that were still on their way are in."""
        self._learning = False
        seen = self._pace_seen()
        self._guessed = self._pace is None and seen * self._asked < _FEW
        if self._guessed:
            self._pace = max(1.0 / max(self._asked, 0.1), _FIRST_GUESS)
        elif self._pace is None:
            self._pace = seen * _MARGIN
        else:
            self._pace = min(max(seen, self._pace * _MOST_DOWN), self._pace * _STEP_DOWN)

    def _prove_too_low(self) -> None:
        """The server accepted a request at a pace that was a guess."""
        if self._guessed and self._pace is not None and not self._learning:
            self._pace *= 2.0
            if self._pace > _HARDLY_A_LIMIT:
                self._guessed, self._pace = False, None

    def _pace_seen(self) -> float:
        """Accepted requests a second: of all spans that end at the 429, the one that held most.

        A server that counts over a period of time asks to wait for what is left of it, so that the period is the span
        and the wait together; a wait in whole seconds may be up to a second more than what is left.
        """
        rounding = 1.0 if self._asked == int(self._asked) else 0.0
        spans = ((count, self._closed_at - then) for count, then in enumerate(reversed(self._accepted), start=1))
        periods = ((count, max(self._asked, span + self._asked - rounding)) for count, span in spans)
        return max((count / period for count, period in periods if period > 0), default=0.0)
