"""`list` and `get`: which integrations they show."""

import base64
import csv
import io
import json
from typing import Any

import pytest

from arize_integrations._cli import select
from arize_integrations._cli.select import looks_like_id
from arize_integrations.declarative.document import has_list, integration_types
from arize_integrations.testing import Answer, StandInServer
from tests.cli.shell import EXAMPLE, ID, Run, sentence

TYPES = integration_types()
pytestmark = pytest.mark.skipif(not has_list(), reason="the document has no list")


def named(server: StandInServer, name: str, type_: str = TYPES[0]) -> dict[str, Any]:
    return server.add(type_, name=name)


def listed(done: Any) -> list[str]:
    return [json.loads(line)["name"] for line in done.stdout.splitlines()]


def test_a_list_is_a_table_with_one_line_each(server: StandInServer, run: Run) -> None:
    named(server, "東京 office")
    named(server, "second", TYPES[-1])
    done = run("list", "--type", TYPES[0])
    header, *rows = done.stdout.decode().splitlines()
    assert header.split()[:2] == ["NAME", "TYPE"]
    assert len(rows) == 2
    assert rows[-1].startswith(EXAMPLE["name"])
    assert rows[-1].endswith(ID)
    # The wide characters take two cells each, so that the columns below stay where they are.
    assert rows[0].index(TYPES[0]) + 2 == header.index("TYPE")


def test_every_page_is_listed_and_a_limit_is_a_total(server: StandInServer, run: Run) -> None:
    names = [f"n{number:03}" for number in range(120)]
    for name in names:
        named(server, name)
    newest_first = [*reversed(names), EXAMPLE["name"]]
    assert listed(run("list", "--type", TYPES[0], "-o", "jsonl")) == newest_first
    before = len(server.requests)
    assert listed(run("list", "--type", TYPES[0], "-o", "jsonl", "--limit", "105")) == newest_first[:105]
    assert listed(run("list", "--type", TYPES[0], "-o", "jsonl", "--limit", "1")) == newest_first[:1]
    assert len(server.requests) == before + 3


def test_filters_are_those_of_the_api(server: StandInServer, run: Run) -> None:
    named(server, "Alpha one")
    named(server, "beta")
    assert listed(run("list", "--name", "ALPHA", "-o", "jsonl")) == ["Alpha one"]
    run("list", "--space-id", "U3BhY2U6MQ==", "--type", TYPES[0])
    run("list", "--space-name", "demo")
    assert [dict(request.params) for request in server.requests[-2:]] == [
        {"limit": "100", "type": TYPES[0], "space_id": "U3BhY2U6MQ=="},
        {"limit": "100", "space_name": "demo"},
    ]


def test_an_item_that_is_no_object_costs_no_page(server: StandInServer, run: Run) -> None:
    page = {"integrations": [None, 5, ["x"], {"id": "a", "name": "odd"}], "pagination": {"has_more": False}}
    server.answer_always(Answer(200, body=page), to="list")
    done = run("list", "-o", "json")
    assert json.loads(done.stdout) == [{"id": "a", "name": "odd"}]
    assert b"of another type" in done.stderr
    assert run("export").returncode == 0


def test_an_integration_without_an_id_is_not_deleted(server: StandInServer, run: Run) -> None:
    page = {"integrations": [{"id": None, "type": TYPES[0], "name": "x"}], "pagination": {"has_more": False}}
    server.answer_always(Answer(200, body=page), to="list")
    assert run("delete", "x", "--yes").returncode == 2
    assert {request.method for request in server.requests} == {"GET"}


def test_an_empty_list_is_said_on_standard_error_only(server: StandInServer, run: Run) -> None:
    for output, text in [("table", b""), ("json", b"[]\n"), ("jsonl", b""), ("csv", b"\n"), ("yaml", b"[]\n")]:
        done = run("list", "--name", "nosuch", "-o", output)
        assert (done.returncode, done.stdout) == (0, text), output
    assert run("list", "--name", "nosuch").stderr == b"arize-integrations: No integration matches.\n"
    assert run("list", "--name", "nosuch", "-q").stderr == b""


def test_csv_has_every_field_at_any_depth(server: StandInServer, run: Run) -> None:
    for type_ in TYPES:
        named(server, f'a "quoted", {type_}\nname', type_)
    rows = [*csv.DictReader(io.StringIO(run("list", "-o", "csv").stdout.decode()))]
    shown = {row["id"]: row for row in rows}
    for integration in json.loads(run("list", "-o", "json").stdout):
        row = shown[integration["id"]]
        assert row["name"] == integration["name"].replace("\n", "\\n")
        for key, value in integration["config"].items():
            if not isinstance(value, dict):
                text = value if isinstance(value, str) else json.dumps(value)
                assert row[f"config.{key}"] == ("" if value is None else text)


def test_csv_is_data_and_stays_as_it_is(server: StandInServer, run: Run) -> None:
    """A spreadsheet may take a value for a formula; a program that reads it back must find what was there."""
    named(server, "=1+1")
    [row] = csv.DictReader(io.StringIO(run("list", "--name", "=1+1", "-o", "csv").stdout.decode()))
    assert row["name"] == "=1+1"


# ID-or-NAME


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        (ID, True),
        ("YTpi", True),  # a:b
        (base64.b64encode("ü:1".encode()).decode(), True),
        (base64.b64encode(b"\xff:1").decode(), False),
        ("YWI=", False),  # ab
        ("YTpi\n", False),
        ("YTp", False),
        ("Production", False),
        ("", False),
    ],
)
def test_what_is_base64_with_a_colon_inside_looks_like_an_id(text: str, is_id: bool) -> None:
    assert looks_like_id(text) == is_id


def test_an_id_is_asked_for_and_nothing_else(server: StandInServer, run: Run) -> None:
    assert run("get", ID).returncode == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize("type_", TYPES)
def test_a_name_is_looked_for_in_every_type(server: StandInServer, run: Run, type_: str) -> None:
    named(server, "Exactly", type_)
    named(server, "exactly", TYPES[0])
    named(server, "Exactly not", TYPES[-1])
    for arguments in ([], ["--type", type_]):
        done = run("get", "Exactly", "-o", "json", *arguments)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert (found["name"], found["type"]) == ("Exactly", type_)


def test_a_name_in_another_type_than_asked_for_is_not_found(server: StandInServer, run: Run) -> None:
    done = run("get", EXAMPLE["name"], "--type", TYPES[-1])
    assert done.returncode == 4
    assert f"No integration of type {TYPES[-1]} has the id or name '{EXAMPLE['name']}'." in sentence(done)


def test_a_name_that_looks_like_an_id_is_found(server: StandInServer, run: Run) -> None:
    named(server, "YTpi")
    assert json.loads(run("get", "YTpi", "-o", "json").stdout)["name"] == "YTpi"


def test_neither_id_nor_name_is_not_found(server: StandInServer, run: Run) -> None:
    for text in ("nosuch", "YTpi"):
        done = run("get", text)
        assert done.returncode == 4
        assert f"has the id or name '{text}'" in sentence(done)


@pytest.mark.skipif(len(TYPES) < 2, reason="the document has one type")
def test_a_name_in_two_types_is_ambiguous(server: StandInServer, run: Run) -> None:
    one, two = named(server, "twin", TYPES[0]), named(server, "twin", TYPES[1])
    done = run("get", "twin")
    assert done.returncode == 2
    said = sentence(done)
    assert "2 integrations are named 'twin'" in said
    for integration in (one, two):
        assert f"{integration['type']} twin ({integration['id']})" in said
    assert json.loads(run("get", "twin", "--type", TYPES[1], "-o", "json").stdout)["id"] == two["id"]


def test_a_name_that_one_type_has_twice_is_ambiguous(server: StandInServer, run: Run) -> None:
    """Other tools, or the web interface, may have made them."""
    server.add({**EXAMPLE, "id": "other"})
    done = run("get", EXAMPLE["name"])
    assert done.returncode == 2
    assert f"({ID})" in sentence(done)


def test_a_document_without_a_list_knows_ids_only(
    server: StandInServer, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(select, "has_list", lambda: False)
    assert run("get", ID).returncode == 0
    done = run("get", "nosuch")
    assert done.returncode == 4
    assert "GET /v2/integrations/nosuch: 404" in sentence(done)


@pytest.mark.skipif(len(TYPES) < 2, reason="the document has one type")
def test_a_type_that_the_key_may_not_read_holds_up_no_look_up(server: StandInServer, run: Run) -> None:
    """Accounts without a feature answer 403 for its type."""
    named(server, "mine", TYPES[1])
    denied = Answer(403, body={"title": "Forbidden"})
    server.answer_next(denied, to="list")
    assert run("get", "mine").returncode == 0
    server.answer_always(denied, to="list")
    assert run("get", "mine").returncode == 6


def test_several_are_one_table_below_the_other_or_a_list(server: StandInServer, run: Run) -> None:
    other = named(server, "other")
    done = run("get", ID, "other")
    first, second = done.stdout.decode().split("\n\n")
    assert EXAMPLE["name"] in first
    assert other["id"] in second
    assert [each["id"] for each in json.loads(run("get", ID, "other", "-o", "json").stdout)] == [ID, other["id"]]
    assert listed(run("get", ID, "other", "-o", "jsonl")) == [EXAMPLE["name"], "other"]
    assert json.loads(run("get", ID, "-o", "json").stdout)["id"] == ID


def test_one_that_is_not_there_is_an_error_before_anything_is_shown(server: StandInServer, run: Run) -> None:
    done = run("get", ID, "nosuch")
    assert (done.returncode, done.stdout) == (4, b"")
