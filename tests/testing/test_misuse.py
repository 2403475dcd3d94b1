"""A mistake in a script is reported where it is made: at once, in the thread of who made it, with what to pass instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations.testing import Answer, StandInServer
from tests.testing.asking import ANSWERS, Made, ask

if TYPE_CHECKING:
    import http.client
    from collections.abc import Callable


KIND: str = ANSWERS[200].bodies[0]["type"]


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Answer.example(299),
        lambda: Answer(101),
        lambda: Answer(delay=-1),
        lambda: Answer(drop="sometimes"),  # type: ignore[arg-type]
        lambda: Answer(delay=float("nan")),
        lambda: StandInServer([{"name": "without an id"}]),
        lambda: StandInServer([{"id": 7}]),
        lambda: StandInServer(rate_limit=0),
        lambda: StandInServer(rate_limit=float("inf")),
        lambda: StandInServer(rate_limit="20"),  # type: ignore[arg-type]
        lambda: StandInServer([]).add("a type of tomorrow"),
        lambda: StandInServer([]).add(KIND, "a provider of tomorrow"),
        lambda: StandInServer([]).answer_next(Answer(), to="fetch"),
        lambda: StandInServer([]).answer_always(Answer(), to="GET v2/spaces"),
        lambda: StandInServer([]).answer_always(Answer(), to="list", integration_id="a"),
        lambda: Answer.example(200, operation="fetch"),
        lambda: StandInServer([{"id": ""}]),
    ],
)
def test_a_mistake_in_a_script_is_told_where_it_is_made(mistake: object) -> None:
    with pytest.raises(ValueError, match=r"\w+ .*\w+"):
        mistake()  # type: ignore[operator]


answer: Any = Answer  # what a program without a type checker sees of them
stand_in: Any = StandInServer
Mistake = tuple[type[Exception], "Callable[[Any], object]", str]

NO_LIST = "integrations must be a list of integrations, not {}: put a single one into a list"
NO_ANSWER = "answer_next takes answers, as in answer_next(Answer(429), Answer(503)), not {}"
NO_HEADERS = "headers must map names to text, such as {{'Retry-After': '3'}}, not be {}"
NO_JSON = "{} must hold only what JSON can say: Object of type object is not JSON serializable"

MISTAKES: list[Mistake] = [
    (TypeError, lambda _: answer(429.0), "status must be a whole number such as 429, not 429.0"),
    (TypeError, lambda _: answer("429"), "status must be a whole number such as 429, not '429'"),
    (TypeError, lambda _: answer(delay="1"), "delay must be a number of seconds such as 0.5, not '1'"),
    (TypeError, lambda _: answer(headers="X: y"), NO_HEADERS.format("'X: y'")),
    (TypeError, lambda _: answer(headers=None), NO_HEADERS.format("None")),
    (TypeError, lambda _: answer(headers=["X"]), NO_HEADERS.format("['X']")),
    (TypeError, lambda _: answer.example(429, headers={"X": 3}), NO_HEADERS.format("{'X': 3}")),
    (ValueError, lambda _: answer(headers={"X\nY": "z"}), r"headers must have names such as 'Retry-After', not 'X\nY'"),
    (
        ValueError,
        lambda _: answer(headers={"X": "y\r\nZ: 1"}),
        r"headers['X'] must be one line of Latin-1 text, not 'y\r\nZ: 1'",
    ),
    (ValueError, lambda _: answer(headers=[("X", "✓")]), "headers['X'] must be one line of Latin-1 text, not '✓'"),
    (TypeError, lambda _: answer(body={"when": object()}), NO_JSON.format("body")),
    (TypeError, lambda server: server.add({"id": "x", "when": object()}), NO_JSON.format("an integration")),
    (
        TypeError,
        lambda server: server.add(7),
        "an integration must be a mapping, a model with to_dict() or a type such as 'LLM', not int",
    ),
    (
        TypeError,
        lambda server: server.add({"id": "a"}, "X"),
        "provider goes with a type, as in add('LLM', 'ANTHROPIC')",
    ),
    (TypeError, lambda server: server.add(KIND, 7), "provider must be text such as 'OPEN_AI', not int"),
    (TypeError, lambda _: stand_in(host=7), "host must be an address such as '127.0.0.1', not int"),
    (TypeError, lambda _: answer(carried_out=1), "carried_out must be True or False, not 1"),
    (TypeError, lambda server: server.answer_next(Answer(503), to=7), "to must be text, not int"),
    (
        TypeError,
        lambda server: server.answer_always(Answer(503), integration_id=7),
        "integration_id must be text, not int",
    ),
    (
        TypeError,
        lambda server: server.answer_always(503),
        "answer_always takes answers, as in answer_always(Answer(503)), not int",
    ),
    (TypeError, lambda _: stand_in({"id": "a"}), NO_LIST.format("dict")),
    (TypeError, lambda _: stand_in({}), NO_LIST.format("dict")),
    (TypeError, lambda _: stand_in("abc"), NO_LIST.format("str")),
    (TypeError, lambda _: stand_in(Made()), NO_LIST.format("Made")),
    (TypeError, lambda _: stand_in(api_key=7), "api_key must be the text of a key, not int"),
    (TypeError, lambda server: server.answer_next(Answer(503), 429), NO_ANSWER.format("int")),
    (TypeError, lambda server: server.answer_next([Answer(503)]), NO_ANSWER.format("list")),
]


@pytest.mark.parametrize(("kind", "mistake", "sentence"), MISTAKES, ids=[sentence for *_, sentence in MISTAKES])
def test_what_is_of_another_type_is_told_with_what_to_pass(
    server: StandInServer,
    connection: http.client.HTTPConnection,
    kind: type[Exception],
    mistake: Callable[[Any], object],
    sentence: str,
) -> None:
    """Whoever writes tests in a hurry must not look for it in what they test; and nothing of it is served."""
    with pytest.raises(kind) as raised:
        mistake(server)
    assert str(raised.value) == sentence
    assert ask(connection, server.integration_ids[0])[0] == 200
