"""Method, path and query of `request`: what could lead elsewhere, or that no server takes, fails before it is sent."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from arize_integrations import ConfigurationError
from arize_integrations._wire.paths import check_method, check_path, query_string


class Colour(Enum):
    RED = "red"


REFUSED_PATHS = [
    *("", "v2/x", "//elsewhere.example/x", "https://elsewhere.example/x", "/v2/../x", "/v2/%2e%2E/x", "/v2/./x"),
    *("/v2/x?y=1", "/v2/x#y", "/v2/x\r\nHost: y", "/v2\\x", "/v2/%zz", "/\ud800"),
    *("/" + "x" * 10_000, "/" + "é" * 3_000, "/" + "x" * 100_000),
]


@pytest.mark.parametrize("path", REFUSED_PATHS, ids=lambda path: repr(path[:30]))
def test_a_path_that_could_lead_elsewhere_or_nowhere_is_refused(path: str) -> None:
    """A path of 100 kB was a connection error with all of it in the message, after three repetitions."""
    with pytest.raises(ConfigurationError) as caught:
        check_path(path)
    assert caught.value.parameter == "path"
    assert len(str(caught.value)) < 300


def test_a_path_is_sent_as_it_is_where_it_can_be() -> None:
    assert check_path("/v2/a b/é/%2F/x:y@z") == "/v2/a%20b/%C3%A9/%2F/x:y@z"


@pytest.mark.parametrize("method", ["", "GE T", "CONNECT", "G\r\n", 5, None], ids=repr)
def test_what_is_no_method_is_refused(method: Any) -> None:
    with pytest.raises(ConfigurationError, match="GET"):
        check_method(method)


def test_a_query_repeats_lists_and_leaves_none_out() -> None:
    params = {"a": [1, 2.5], "b": True, "c": None, "d": "é &=", "e": Colour.RED}
    assert query_string(params) == "a=1&a=2.5&b=true&d=%C3%A9%20%26%3D&e=red"


@pytest.mark.parametrize(
    "params",
    [{"a": float("nan")}, {"a": {}}, {"a": b"bytes"}, {5: 1}, [("a", 1)], "a=1", {"a": "\ud800"}, {"a": "x" * 40_000}],
    ids=lambda params: repr(params)[:30],
)
def test_a_query_that_cannot_be_written_is_refused(params: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        query_string(params)
    assert len(str(caught.value)) < 300
