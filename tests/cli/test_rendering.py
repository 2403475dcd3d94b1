"""An answer as a table, JSON or YAML: complete, and safe to show and to read on."""

import json
import os
import pty
import subprocess
import termios
from typing import Any

import pytest
import yaml

from arize_integrations.testing import StandInServer
from tests.cli.shell import COMMAND, EXAMPLE, ID, Run, json_answer, same

OUTPUTS = ["table", "json", "yaml"]


class TextTimestamps(yaml.SafeLoader):
    """YAML as JSON reads it: a timestamp stays text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(output: str, text: bytes) -> Any:
    return json.loads(text) if output == "json" else yaml.load(text, Loader=TextTimestamps)


def rows(table: bytes) -> dict[str, str]:
    return dict(line.split(None, 1) for line in table.decode().splitlines())


def on_a_terminal(environment: dict[str, str], *arguments: str, columns: int = 80) -> bytes:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    subprocess.run([*COMMAND, *arguments], env=environment, stdout=slave, stderr=slave, timeout=60, check=True)
    os.close(slave)
    read = b""
    try:
        while chunk := os.read(master, 65536):
            read += chunk
    except OSError:  # Linux's way to say that nobody holds the other side any more
        pass
    finally:
        os.close(master)
    return read


def test_json_is_the_payload_and_nothing_else(run: Run) -> None:
    """`| jq` must work whatever happens on standard error."""
    done = run("get", ID, "--output", "json")
    assert done.returncode == 0
    assert same(json.loads(done.stdout), EXAMPLE)
    assert (done.stdout[:1], done.stdout[-2:]) == (b"{", b"}\n")
    assert done.stderr == b""


def test_yaml_reads_back_as_the_payload(run: Run) -> None:
    done = run("get", ID, "--output", "yaml")
    assert done.returncode == 0
    assert same(read("yaml", done.stdout), EXAMPLE)


def test_a_table_names_every_field(run: Run) -> None:
    done = run("get", ID)
    shown = rows(done.stdout)
    assert done.returncode == 0
    assert shown["name"] == EXAMPLE["name"]
    assert set(EXAMPLE) <= {name.split(".")[0].split("[")[0] for name in shown}


def test_text_beyond_ascii_leaves_as_utf8_under_any_locale(server: StandInServer, run_alone: Run) -> None:
    for output in OUTPUTS:
        server.answer_next(json_answer(EXAMPLE | {"name": "東京"}))
        done = run_alone("get", ID, "--output", output, LC_ALL="C", PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
        assert "東京".encode() in done.stdout


UNPRINTABLE = "".join(c for c in map(chr, [*range(0xD800), *range(0xE000, 0x10000), 0xE0001]) if not c.isprintable())


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_name_and_no_value_can_steer_the_terminal(server: StandInServer, run: Run, output: str) -> None:
    """Other people write them. It is no loss: JSON and YAML read back what was sent."""
    deeper = {UNPRINTABLE: "\x1b[2Jgone\nforged  row", "a\u202eb": ["\u202e", "#\u202e", "7\u202e"]}
    payload = EXAMPLE | {"name": UNPRINTABLE, UNPRINTABLE: deeper}
    server.answer_next(json_answer(payload))
    done = run("get", ID, "--output", output)
    assert done.returncode == 0, done.stderr[-500:]
    assert {c for c in done.stdout.decode() if not c.isprintable()} == {"\n"}
    if output == "table":
        assert rows(done.stdout).keys() >= EXAMPLE.keys() - {"config", "scopings"}
        assert b"\\x1b[2Jgone\\nforged  row" in done.stdout
    else:
        assert same(read(output, done.stdout), payload)


@pytest.mark.parametrize("output", OUTPUTS)
def test_half_a_character_leaves_as_its_escape(server: StandInServer, run: Run, output: str) -> None:
    """JSON can hold one half of a surrogate pair; UTF-8 cannot."""
    server.answer_next(json_answer(EXAMPLE | {"name": "\udc9b \ud800"}))
    done = run("get", ID, "--output", output)
    assert done.returncode == 0, done.stderr
    assert b"\\udc9b \\ud800" in done.stdout.lower()
    if output != "table":
        assert read(output, done.stdout)["name"] == "\udc9b \ud800"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN"])
def test_json_that_no_reader_would_take_is_not_written(server: StandInServer, run: Run, number: str) -> None:
    """Infinity is no JSON; half an answer, or another number, would be worse than none."""
    text = json.dumps(EXAMPLE | {"name": [1, {"deep": "X"}]}).replace('"X"', number)
    server.answer_next(*[json_answer(text)] * 2)
    done = run("get", ID, "--output", "json")
    said = json.loads(done.stderr.splitlines()[-1])["error"]["message"]
    assert (done.returncode, done.stdout) == (6, b"")
    assert said == ("The answer holds a number that JSON cannot write, such as Infinity: use --output table or yaml.")
    assert rows(run("get", ID).stdout)["name[1].deep"] == str(float(number)).replace("inf", "Infinity").replace(
        "nan", "NaN"
    )


@pytest.mark.parametrize(("output", "depth"), [("table", 2000), ("json", 2000), ("yaml", 400)])
def test_an_answer_nested_too_deeply_is_said_to_be_so(server: StandInServer, run: Run, output: str, depth: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    server.answer_next(json_answer(json.dumps(EXAMPLE | {"name": "X"}).replace('"X"', nested)))
    done = run("get", ID, "--output", output)
    assert (done.returncode, done.stdout) == (6, b"")
    assert b"nested too deeply" in done.stderr.splitlines()[-1]
    assert b"Traceback" not in done.stderr


def test_colour_is_for_terminals_only(environment: dict[str, str], run: Run) -> None:
    assert b"\x1b[" in on_a_terminal(environment, "get", ID)
    assert b"\x1b[" not in on_a_terminal(environment | {"NO_COLOR": "1"}, "get", ID)
    assert b"\x1b[" not in on_a_terminal(environment | {"TERM": "dumb"}, "get", ID)
    assert b"\x1b[" not in on_a_terminal(environment, "get", ID, "--output", "json")
    assert b"\x1b[" not in run("get", ID).stdout


def test_what_is_empty_is_seen_to_be(server: StandInServer, run: Run) -> None:
    name: dict[str, Any] = {"object": {}, "list": [], "null": None, "no": False, "text": "", "blank": " "}
    server.answer_next(json_answer(EXAMPLE | {"name": name}))
    shown = rows(run("get", ID).stdout)
    assert {key: shown[f"name.{key}"] for key in name} == {
        "object": "{}",
        "list": "[]",
        "null": "null",
        "no": "false",
        "text": '""',
        "blank": '" "',
    }


@pytest.mark.parametrize(("columns", "column"), [(40, len("longer_than_others") + 2), (200, len("x" * 60) + 2)])
def test_a_name_longer_than_half_a_line_moves_no_other_value(
    server: StandInServer, environment: dict[str, str], columns: int, column: int
) -> None:
    """One long key, and no value at all would be in sight on a narrow terminal."""
    payload = {"type": "newer", "id": "here", "longer_than_others": "here", "x" * 60: "there", "y" * 120: "there"}
    server.answer_next(json_answer(payload))
    shown = on_a_terminal(environment | {"NO_COLOR": "1"}, "get", ID, columns=columns).decode().splitlines()
    assert {line.index("here") for line in shown if line.endswith(" here")} == {column}
    assert f"{'y' * 120}  there" in shown
