"""Timestamps: read only if they name one moment, else kept as received and noted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from arize_integrations._wire.timestamps import read_timestamp
from arize_integrations_api.values import parse_datetime
from tests.properties.packages import Package, packages

MOMENT = datetime(2026, 2, 13, 21, 27, 19, tzinfo=UTC)
READ = [
    "2026-02-13T21:27:19Z",
    "2026-02-13T21:27:19.000000000Z",
    "2026-02-13T21:27:19-00:00",
    "2026-02-13T22:27:19+0100",
    "2026-02-13t21:27:19z",
    "2026-02-13 21:27:19 UTC",
    "2026-02-13T22:27:19 +01:00",
    "13 Feb 2026 22:27:19 +0100 (CET)",
    "Friday, 13-Feb-26 21:27:19 GMT",
]
NO_MOMENT = {
    "without an offset": "2026-02-13T21:27:19",
    "without an offset, with a fraction": "2026-02-13T21:27:19.123456",
    "without an offset, loosely": "Fri Feb 13 21:27:19 2026",
    "a minus before the year": "-2026-02-13T21:27:19Z",
    "a minus before the first year": "-0001-11-30T00:00:00Z",
    "a plus before the year": "+2026-02-13T21:27:19Z",
    "a minus before the hour": "2026-02-13 -21:27:19Z",
    "a sign that two conventions read differently": "2026-02-13T21:27:19 GMT+3",
    "as JavaScript writes it": "Fri Feb 13 2026 21:27:19 GMT+0530 (IST)",
    "a year of two digits": "26-02-13T21:27:19Z",
    "the year zero": "0000-01-01T00:00:00Z",
    "a year of five digits": "10000-01-01T00:00:00Z",
    "no such day": "2026-02-30T21:27:19Z",
    "the hour 25": "2026-02-13T25:00:00Z",
    "a leap second": "2026-12-31T23:59:60Z",
    "other digits": "２０２６-02-13T21:27:19Z",
    "seconds since the epoch": "1771018039",
    "a name of a zone": "2026-02-13T21:27:19[Europe/Paris]",
    "a date": "2026-02-13",
}
BOTH = pytest.mark.parametrize("package", packages(), ids=repr)


@BOTH
@pytest.mark.parametrize("text", READ)
def test_one_moment_is_read_in_every_spelling(text: str, package: Package) -> None:
    value, notes = package.decode_leniently(text, package.contract.Text("parse_datetime"))
    assert (value, notes) == (MOMENT, [])


@BOTH
@pytest.mark.parametrize("case", NO_MOMENT)
def test_what_names_no_one_moment_is_kept_as_received_and_noted(case: str, package: Package) -> None:
    """A naive datetime raises when it is compared with one that has an offset, far from where it came from."""
    decoder, text = package.decoder, NO_MOMENT[case]
    value, notes = package.decode_leniently(text, package.contract.Text("parse_datetime"))
    assert value == text
    assert notes == [(decoder.RETYPED, "", "")]


@pytest.mark.parametrize("case", NO_MOMENT)
def test_the_generated_reader_refuses_it_too(case: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_datetime(NO_MOMENT[case])


def test_an_http_date_without_a_zone_is_read_for_those_who_know_its_zone() -> None:
    assert read_timestamp("Fri Feb 13 21:27:19 2026") == MOMENT.replace(tzinfo=None)
