"""`Retry-After` in whatever way a server writes it: never early, never an error, never without end."""

from __future__ import annotations

import math
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from arize_integrations import ConfigurationError, RetryPolicy
from arize_integrations._call.retry import FOREVER, is_retryable, retry_after
from arize_integrations._wire.timestamps import read_timestamp

NOW = datetime(2026, 5, 17, 12, 30, 45, tzinfo=UTC)
CLOCK = NOW.timestamp()

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
SPELLINGS = {
    "IMF-fixdate": "%a, %d %b %Y %H:%M:%S GMT",
    "RFC 850": "%A, %d-%b-%y %H:%M:%S GMT",
    "asctime": "%a %b %e %H:%M:%S %Y",
}
DATES = st.tuples(MOMENTS, st.sampled_from(sorted(SPELLINGS.values())))
DELTAS = st.integers(0, 10**8)


def seconds_until(moment: datetime, since: datetime = NOW) -> float:
    return min(max((moment.replace(tzinfo=UTC) - since).total_seconds(), 0.0), FOREVER)


@given(DELTAS)
def test_seconds_are_taken_as_they_are(seconds: int) -> None:
    assert retry_after([str(seconds)], None, CLOCK) == seconds
    assert retry_after([f"  {seconds}\t"], "garbage", CLOCK) == seconds


@given(st.decimals(0, 10**6, places=3))
def test_a_fraction_of_a_second_is_waited_for(seconds: object) -> None:
    assert retry_after([str(seconds)], None, CLOCK) == float(str(seconds))


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@given(moment=MOMENTS)
def test_a_date_is_read_in_each_spelling_http_allows(spelling: str, moment: datetime) -> None:
    assert retry_after([moment.strftime(spelling)], None, CLOCK) == seconds_until(moment)


@given(when=DATES, sent=DATES)
def test_a_date_counts_from_the_servers_clock_where_the_server_tells_it(
    when: tuple[datetime, str], sent: tuple[datetime, str]
) -> None:
    """Two machines rarely agree on the time; the difference between two of the server's own times is right all the same."""
    (moment, spelling), (then, its_spelling) = when, sent
    wait = retry_after([moment.strftime(spelling)], then.strftime(its_spelling), CLOCK)
    assert wait == seconds_until(moment, then.replace(tzinfo=UTC))


@given(when=DATES, sent=st.text(max_size=40).filter(lambda text: read_timestamp(text.strip()) is None))
def test_an_unreadable_date_header_leaves_the_local_clock(when: tuple[datetime, str], sent: str) -> None:
    moment, spelling = when
    assert retry_after([moment.strftime(spelling)], sent, CLOCK) == seconds_until(moment)


def test_a_zone_is_heeded_and_a_date_without_one_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the machine stands."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert retry_after(["2026-05-17T14:31:45+02:00"], None, CLOCK) == 60.0
        assert retry_after(["Sun May 17 12:31:45 2026"], None, CLOCK) == 60.0
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.lists(DELTAS.map(str) | DATES.map(lambda when: when[0].strftime(when[1])), min_size=1, max_size=4), st.data())
def test_of_several_the_longest_counts_however_they_are_joined(values: list[str], data: st.DataObject) -> None:
    """Proxies repeat headers, and join repeated ones with commas. To obey the shortest would be early."""
    longest = max(retry_after([value], None, CLOCK) or 0.0 for value in values)
    assert retry_after(values, None, CLOCK) == longest
    separator = data.draw(st.sampled_from([",", ", ", " ,  "]))
    assert retry_after([separator.join(values)], None, CLOCK) == longest


def test_of_very_many_waits_the_first_are_read() -> None:
    """Sixteen are more than any gateway joins; thousands are an attack."""
    assert retry_after([", ".join(["1"] * 15 + ["5"] + ["500"])], None, CLOCK) == 5.0


@given(st.integers(max_value=-1) | st.floats(max_value=-0.001, allow_infinity=False).map(lambda value: f"{value:.3f}"))
def test_a_wait_in_the_past_is_no_wait(seconds: object) -> None:
    assert retry_after([str(seconds)], None, CLOCK) == 0.0


@given(st.integers(10**10, 10**400) | st.integers(5000, 20000).map("9".__mul__))
def test_an_absurd_wait_is_bounded(seconds: object) -> None:
    assert retry_after([seconds if isinstance(seconds, str) else str(seconds)], None, CLOCK) == FOREVER


@pytest.mark.parametrize(
    "digits", ["١٢٠", "१२०", "１２０", "²", "1_000", "0x10", "1e3", "inf", "nan", "", " ", "soon", "1:2"]
)
def test_what_is_neither_seconds_nor_a_date_says_nothing(digits: str) -> None:
    assert retry_after([digits], None, CLOCK) is None


LONG = {
    "digits": ["9" * 90_000],
    "times": ["1:1," * 22_000],
    "dates": ["Fri, 13 Feb 2026 21:27:19 GMT, " * 3_000],
    "headers": ["1:1"] * 3_000,
    "commas": ["," * 90_000],
    "spaces": [", " * 45_000],
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_header_is_read_in_no_time(kind: str) -> None:
    """90 kB of it took a second of CPU, for each answer, more than once."""
    began = time.process_time()
    retry_after(LONG[kind], None, CLOCK)
    assert time.process_time() - began < 0.3


HEADER_LIKE = st.text(st.sampled_from("0123456789 ,:-+./TZGMTWedJanday"), max_size=40)


@example("00:00:00 +23:59", None)
@example("0001-01-01T00:00:00+23:59", None)
@example("9999-12-31T23:59:59-23:59", None)
@given(st.text(max_size=80) | HEADER_LIKE, st.none() | st.text(max_size=40) | HEADER_LIKE)
def test_whatever_the_header_says_the_wait_is_finite_or_unknown(value: str, sent: str | None) -> None:
    wait = retry_after([value], sent, CLOCK)
    assert wait is None or 0.0 <= wait <= FOREVER


@given(st.text(max_size=80) | HEADER_LIKE)
def test_a_timestamp_is_read_or_refused_and_never_an_error(text: str) -> None:
    moment = read_timestamp(text)
    assert moment is None or read_timestamp(moment.isoformat()) == moment


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.sampled_from("/.-"))
def test_a_date_that_two_countries_read_differently_is_not_guessed_at(day: date, sign: str) -> None:
    """03/04 is in March or in April: a moment a month off is worse than the text as received."""
    day_first = f"{day:%d{sign}%m{sign}%Y} 10:00:00 UTC"
    moment = read_timestamp(day_first)
    assert moment is None or moment.date() == day
    assert read_timestamp("03/04/2026 10:00:00 UTC") is None


LOOSE = [
    "2026-02-13 21:27:19Z",
    "2026-02-13t21:27:19z",
    "2026-02-13T21:27:19 UTC",
    "2026/02/13 21:27:19 +00:00",
    "Fri, 13 Feb 2026 21:27:19 GMT",
    "Fri, 13 Feb 2026 22:27:19 +0100",
    "13 Feb 2026 21:27:19 UTC",
]


@pytest.mark.parametrize("text", LOOSE)
def test_looser_spellings_of_a_moment_are_read(text: str) -> None:
    assert read_timestamp(text) == datetime(2026, 2, 13, 21, 27, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-02-13 10:00 PST", "2026-02-13T10:00:00 EST", "13 Feb 10:00 UTC", "10:00:00", "Friday 10:00"]
)
def test_a_moment_that_is_not_told_whole_is_not_made_up(text: str) -> None:
    assert read_timestamp(text) is None


SECONDS = st.floats(0, 1e6)
POLICIES = st.builds(
    RetryPolicy,
    max_retries=st.integers(0, 10**6),
    max_wait=SECONDS,
    max_elapsed=SECONDS,
    initial_backoff=SECONDS,
    max_backoff=SECONDS,
)


@given(POLICIES, st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_backoff_stays_within_its_bounds_however_many_retries(policy: RetryPolicy, retry: int, chance: float) -> None:
    wait = policy.backoff(retry, chance)
    assert 0.0 <= wait <= policy.max_backoff
    assert wait <= policy.backoff(retry + 1, chance) or math.isclose(wait, policy.backoff(retry + 1, chance))


@given(POLICIES, st.integers(1, 20))
def test_backoff_doubles_up_to_its_end_and_is_spread_over_all_of_it(policy: RetryPolicy, retry: int) -> None:
    full = min(policy.initial_backoff * 2 ** (retry - 1), policy.max_backoff)
    assert policy.backoff(retry, 1.0) == full
    assert policy.backoff(retry, 0.5) == full / 2
    assert policy.backoff(retry, 0.0) == 0.0


def test_backoff_in_figures() -> None:
    """Most policies that come by chance are at their end at once."""
    waits = [RetryPolicy(max_backoff=100).backoff(retry, 1.0) for retry in range(1, 11)]
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 64, 100, 100]


@given(POLICIES, SECONDS, SECONDS)
def test_a_wait_is_allowed_up_to_both_limits_and_not_beyond(policy: RetryPolicy, wait: float, elapsed: float) -> None:
    assert policy.allows(wait, elapsed) == (wait <= policy.max_wait and elapsed + wait <= policy.max_elapsed)
    assert policy.allows(policy.max_wait, 0.0) == (policy.max_wait <= policy.max_elapsed)
    assert not policy.allows(math.nextafter(policy.max_wait, math.inf), 0.0)


@pytest.mark.parametrize("name", ["max_wait", "max_elapsed", "initial_backoff", "max_backoff", "max_retries"])
@pytest.mark.parametrize(
    "value",
    [-1, -0.001, math.nan, math.inf, -math.inf, "1", None, True, False, timedelta(1), [1], -(10**400), -(10**5000)],
    ids=lambda value: "" if isinstance(value, int) else repr(value),
)
def test_a_policy_refuses_what_is_no_time_or_number(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=rf"^RetryPolicy\.{name} must be a .*\.$"):
        RetryPolicy(**{name: value})  # type: ignore[arg-type]


def test_a_time_beyond_what_a_float_holds_is_refused() -> None:
    """It would fail later, in the middle of a call."""
    for value in (10**400, 10**5000):
        with pytest.raises(ConfigurationError, match=r"max_wait must be a number of seconds"):
            RetryPolicy(max_wait=value)
    assert RetryPolicy(max_wait=sys.maxsize).allows(1e9, 0.0) is False
    assert RetryPolicy(max_wait=sys.float_info.max).max_wait == sys.float_info.max


@pytest.mark.parametrize("name", ["max_wait", "max_retries"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [("soon", "'soon'"), (-1, "-1"), ("x" * 200, "'" + "x" * 79), (-(10**5000), "this int")],
    ids=["text", "negative", "long", "beyond words"],
)
def test_a_policy_says_what_it_refuses_in_a_line(name: str, value: Any, shown: str) -> None:
    with pytest.raises(ConfigurationError, match=f", not {shown}\\.$"):
        RetryPolicy(**{name: value})


def test_a_policy_counts_whole_retries_only() -> None:
    with pytest.raises(ConfigurationError, match="max_retries must be a whole number"):
        RetryPolicy(max_retries=1.0)  # type: ignore[arg-type]
    assert RetryPolicy(max_retries=0, max_wait=0, max_elapsed=0, initial_backoff=0, max_backoff=0)


def test_what_is_tried_again() -> None:
    again = {None, 408, 429, 500, 502, 503, 504}
    for status in (None, *range(100, 1000)):
        assert is_retryable(status, idempotent=True) == (status in again)
        assert is_retryable(status, idempotent=False) == (status == 429)
    assert is_retryable(None, idempotent=False, sent=False)
