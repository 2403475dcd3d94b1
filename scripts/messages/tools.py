"""The situations of the command line and of the stand-in."""

import os
import sys
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from arize_integrations import _cli
from arize_integrations.testing import Answer, StandInServer

answer: Any = Answer  # what a program without a type checker sees of them
stand_in: Any = StandInServer

COMMAND_LINES: dict[str, tuple[str, ...]] = {
    "command line: no key": ("get", "a"),
    "command line: an id that begins with a dash": ("get", "-abc"),
    "command line: a closed standard output": ("--version",),
    "command line: YAML without PyYAML": ("get", "a", "--output", "yaml"),
    "command line: completion without shtab": ("--print-completion", "bash"),
}
SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "command line: plain http": ("{}", ("--base-url", "http://arize.example")),
    "command line: a host with a scheme": ("{}", ("--host", "https://arize.example")),
    "command line: two endpoints": ("{}", ("--host", "arize.example", "--region", "eu-west-1a")),
    "command line: not the API": ("<h1>Sign in</h1>", ()),
    "command line: JSON that cannot be": ('{"id": 1e999}', ("--output", "json")),
    "command line: nested too deeply to be shown": ('{"a": ' * 400 + "1" + "}" * 400, ("--output", "yaml")),
}
STAND_IN: dict[str, Callable[[], object]] = {
    "stand-in: its URL before it runs": lambda: StandInServer().base_url,
    "stand-in: started twice": lambda: StandInServer().start().start(),
    "stand-in: one integration instead of several": lambda: stand_in({"id": "a"}),
    "stand-in: an integration that is none": lambda: stand_in(["a"]),
    "stand-in: an integration without an id": lambda: StandInServer([{}]),
    "stand-in: an integration that is no JSON": lambda: StandInServer([{"id": "a", "when": object()}]),
    "stand-in: a key that is no text": lambda: stand_in(api_key=7),
    "stand-in: a status for an answer": lambda: stand_in().answer_next(429),
    "stand-in: status 99": lambda: Answer(99),
    "stand-in: a status that is no whole number": lambda: answer(429.0),
    "stand-in: headers in one text": lambda: answer(headers="X: y"),
    "stand-in: a header name with a space": lambda: Answer(headers={"X Team": "a"}),
    "stand-in: a header with a line break": lambda: Answer(headers={"X-Team": "a\r\nb"}),
    "stand-in: a body that is no JSON": lambda: Answer(body={"when": object()}),
    "stand-in: a delay that is no number": lambda: answer(delay="1"),
    "stand-in: a negative delay": lambda: Answer(delay=-1),
    "stand-in: dropped nowhere": lambda: answer(drop="later"),
    "stand-in: no such example": lambda: Answer.example(418),
}


def command_line(*words: str) -> None:
    """The command line without its extra, and without a standard output."""
    with patch.dict(sys.modules, {"yaml": None, "shtab": None}), patch.object(sys, "stdout", None):
        _cli.main(words)


def command_line_shows(body: str, *words: str) -> None:
    """The command line with an answer to show."""
    with StandInServer() as server:
        server.answer_next(Answer(headers={"Content-Type": "application/json"}, body=body))
        with patch.dict(os.environ, {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url}):
            _cli.main(["get", "a", *words])
