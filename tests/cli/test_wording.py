"""What the library says to programs is said to people at a shell in words of the shell.

Each sentence comes out of the library itself, so that one which is reworded there fails here.
"""

from typing import Any, NamedTuple

import pytest

from arize_integrations._cli.wording import PHRASES
from arize_integrations.testing import Answer, StandInServer
from tests.cli.shell import EXAMPLE, ID, PYTHON, Run, json_answer, sentence


class Case(NamedTuple):
    says: str
    status: int = 2
    arguments: tuple[str, ...] = (ID,)
    variables: dict[str, str] = {}
    answers: tuple[Answer, ...] = ()


def drift(payload: dict[str, Any], says: str) -> Case:
    return Case(f"{says}. A newer release may know it.\n", status=0, answers=(json_answer(payload),))


CASES = {
    "pass allow_http=True": Case(
        "--base-url 'http://arize.example' is plain http, which would show the API key to the network. "
        "Use https, or give --allow-http if you accept that.",
        arguments=(ID, "--base-url", "http://arize.example"),
    ),
    "timeout=...": Case(
        "Try again later, or allow more time with --timeout.",
        status=7,
        arguments=(ID, "--timeout", "0.2"),
        answers=(Answer(delay=30.0),) * 5,
    ),
    ", or an httpx.Timeout": Case(
        "--timeout must be a number of seconds above 0, not -1.0.", arguments=(ID, "--timeout", "-1")
    ),
    ", or pass api_key=... in Python": Case(
        "ARIZE_API_KEY is not set. Set ARIZE_API_KEY.", variables={"ARIZE_API_KEY": ""}
    ),
    "Check api_key or ": Case(
        "Check ARIZE_API_KEY, and that the key belongs to this region or host.",
        status=3,
        variables={"ARIZE_API_KEY": "wrong"},
    ),
    ", or allow a longer wait with RetryPolicy(max_wait=..., max_elapsed=...)": Case(
        "The server asks to wait 3600 s. Send fewer requests at a time.",
        status=5,
        answers=(Answer.example(429, headers={"Retry-After": "3600"}),),
    ),
    "; it reads as UNSET": drift(
        {key: value for key, value in EXAMPLE.items() if key != "name"},
        "'LlmIntegration.name' is required and was not sent",
    ),
    "; the object is an UnknownVariant": drift(
        EXAMPLE | {"type": "pigeon"}, "'Integration.type' names no variant that is documented"
    ),
    "; it is kept in additional_properties": drift(
        EXAMPLE | {"surprise": 1}, "'LlmIntegration.surprise' is not documented"
    ),
    # Names of arguments, which are options here.
    "integration_id": Case("The id is empty: pass the id of an integration.", arguments=("",)),
    "region": Case(
        "--region must be one plain DNS label, such as eu-west-1a, ca-central-1a, not 'a/b'.",
        arguments=(ID, "--region", "a/b"),
    ),
    "base_url takes": Case(
        "--host must be a host alone, not 'https://a.example'; a whole URL is what --base-url takes.",
        arguments=(ID, "--host", "https://a.example"),
    ),
    "base_url": Case(
        "--base-url must begin with https:// (or http://), not 'a.example'.", arguments=(ID, "--base-url", "a.example")
    ),
    "region, host and base_url": Case(
        "Only one of --region, --host and --base-url can be used, but --region and --host are given: keep one.",
        arguments=(ID, "--region", "eu-west-1a", "--host", "a.example"),
    ),
    "ARIZE_REGION and ARIZE_BASE_URL": Case(
        "Only one of --region, --host and --base-url can be used, but ARIZE_REGION and ARIZE_BASE_URL are given: "
        "keep one.",
        variables={"ARIZE_REGION": "eu-west-1a"},
    ),
    "region, host or base_url": Case(
        "Check that --region, --host or --base-url names the Arize API, and what stands before it.",
        status=6,
        answers=(Answer(body="<h1>Sign in</h1>"),),
    ),
    # What the server says stays as the server says it.
    "The host of this region": Case(
        "403 Refused: The host of this region is busy. Ask an administrator to give this key's user access.",
        status=6,
        answers=(Answer(403, body={"title": "Refused", "detail": "The host of this region is busy."}),),
    ),
}


@pytest.mark.parametrize("phrase", CASES)
def test_a_message_has_words_of_the_shell(server: StandInServer, run: Run, phrase: str) -> None:
    case = CASES[phrase]
    server.answer_next(*case.answers)
    done = run("get", *case.arguments, **case.variables)
    said = sentence(done) if case.status else done.stderr.decode()
    assert done.returncode == case.status
    assert said.endswith(case.says)
    assert not PYTHON.search(said)


def test_every_phrase_is_taken_from_an_error_above() -> None:
    assert PHRASES.keys() <= CASES.keys()
