"""The library's hints are for Python programs; here they are for people at a shell."""

import pytest

import arize_integrations as arize
from arize_integrations._call.advice import failure_advice, status_advice
from arize_integrations._call.failures import FailureKind
from arize_integrations._cli.errors import message_of
from arize_integrations._wire.operations import Call, Purpose
from arize_integrations.errors import APIStatusError
from tests.cli.shell import PYTHON

STATUSES = [400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503]


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("prefix", ["", "/v2"])
def test_a_hint_about_a_status_has_words_of_the_shell(purpose: Purpose, status: int, prefix: str) -> None:
    call = Call(purpose, "GET", "/v2/integrations", "", None, is_repeatable=True, decode=lambda body, note: None)
    error = APIStatusError.for_status(status)(
        method="GET", path="/v2/x", attempts=1, status=status, headers={}, advice=status_advice(call, status, prefix)
    )
    assert not PYTHON.search(message_of(error))


@pytest.mark.parametrize("kind", FailureKind)
def test_a_hint_about_a_failure_has_words_of_the_shell(kind: FailureKind) -> None:
    for of in (arize.APIConnectionError, arize.APITimeoutError):
        error = of("refused.", method="GET", path="/v2/x", attempts=1, hint=failure_advice(kind))
        message = message_of(error)
        assert not PYTHON.search(message)
        assert message.startswith("GET /v2/x: refused. ")
        assert message.endswith(".")


def test_what_the_server_says_stays_as_it_says_it() -> None:
    """Words such as base_url and timeout=... may be its own."""
    said = "base_url is wrong, pass allow_http=True and timeout=..., or find(name, type=...)."
    error = arize.BadRequestError(
        method="GET", path="/v2/x", attempts=1, status=400, headers={}, problem={"title": "No", "detail": said}
    )
    assert said.removesuffix(".") in message_of(error)


def test_a_create_whose_outcome_is_unknown_says_how_to_look() -> None:
    error = arize.APITimeoutError(
        "slow.", method="POST", path="/v2/x", attempts=1, hint="find(...)", outcome_unknown=True
    )
    assert message_of(error).endswith("look with `list --name` before you create it again.")


def test_a_place_is_no_option() -> None:
    """A field may be called as an argument is."""
    for parameter, shown in [
        ("region", "--region"),
        ("region and host", "--region and --host"),
        ("config.host", "config.host"),
    ]:
        assert message_of(arize.ConfigurationError("is bad.", parameter=parameter)) == f"{shown} is bad."
    assert message_of(arize.ConfigurationError("is bad.", hint="Give replace=True.")) == "is bad. Give --replace."
