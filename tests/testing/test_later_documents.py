"""A later document has other types, providers and fields, and is served by its tables alone."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations.testing import StandInServer
from arize_integrations.testing._checks import check
from arize_integrations.testing._merging import Stamps, merge
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._samples import NOW, sample
from arize_integrations_api.contract import (
    MODELS,
    UNIONS,
    AnyOf,
    Array,
    Choice,
    Constant,
    Field,
    Fields,
    Map,
    Model,
    Plain,
    Tagged,
    Text,
    Union,
)
from tests.testing.asking import needs_writes

if TYPE_CHECKING:
    from arize_integrations_api.contract import Shape
    from tests.testing.asking import Asking

TEXT, ANYTHING, NULL = Plain("str"), Plain(""), Plain("None")
INSTANT = Text("parse_datetime")
STAMPS = Stamps("2026-02-02T00:00:00.000Z", "{}-1".format)


def fields(*given: tuple[str, Shape], **marks: Any) -> Fields:
    return Fields(tuple(Field(key.strip("?"), key, shape, not key.endswith("?"), **marks) for key, shape in given))


@pytest.fixture(autouse=True)
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of a document that nobody has written."""
    wind, sea = fields(("kind", Constant("WIND")), ("knots", Plain("int"))), fields(("kind", Constant("SEA")))
    thing = fields(
        ("id", TEXT),
        ("since", INSTANT),
        ("day?", Text("parse_date")),
        ("flow", Tagged("Flow")),
        ("flows", AnyOf((Array(Tagged("Flow")), NULL))),
        ("one", AnyOf((NULL, Model("Sea"), Map(TEXT)))),
        ("notes", Map(ANYTHING)),
        ("share", AnyOf((Plain("int"), Plain("float")))),
        ("sea", Model("Sea")),
        ("any", ANYTHING),
        ("open?", Model("Open")),
        ("level?", Choice("Level")),
    )
    opened = fields(("set", TEXT), read_only=True)._replace(additional=TEXT)
    for name, model in {"Wind": wind, "Sea": sea, "Thing": thing, "Open": opened}.items():
        monkeypatch.setitem(MODELS, name, model)
    monkeypatch.setattr(
        "arize_integrations_api.models.Level", Enum("Level", {"LOW": "LOW", "HIGH": "HIGH"}), raising=False
    )
    monkeypatch.setitem(UNIONS, "Flow", Union("kind", {"SEA": Model("Sea"), "WIND": Model("Wind")}))


LEAST = {
    "id": "id",
    "since": NOW,
    "flow": {"kind": "SEA"},
    "flows": None,
    "one": None,
    "notes": {},
    "share": 1,
    "sea": {"kind": "SEA"},
    "any": {},
}


def test_a_sample_is_the_least_that_fits() -> None:
    made = sample(Model("Thing"))
    assert made == LEAST
    check(Model("Thing"), made)
    assert sample(Text("parse_date")) == "2026-01-01"
    assert sample(Choice("Level")) == "LOW"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share": "x"}, "'share' must be a whole number."),
        ({"share": 0.5, "flows": [{"kind": "WIND", "knots": 1}]}, None),
        ({"flows": [{"kind": "WIND"}]}, "'flows[0].knots' must be there."),
        ({"flows": [{"kind": True}]}, "'flows[0].kind' must be one of SEA, WIND."),
        ({"flows": 7}, "'flows' must be a list."),
        ({"one": {"kind": "SEA"}}, None),
        ({"one": {"a": "b"}}, None),
        ({"notes": {"a": [1]}, "any": None}, None),
        ({"since": 7}, "'since' must be a string."),
        ({"more": 7}, "The field 'more' is not known here."),
        ({"open": {"set": 7}}, "The field 'open.set' is not known here."),
        ({"open": {"new": "x"}}, None),
        ({"open": {"new": 7}}, "'open.new' must be a string."),
        ({"level": "MIDDLE"}, "'level' must be one of LOW, HIGH."),
    ],
)
def test_a_request_is_checked_by_its_tables(changes: dict[str, Any], message: str | None) -> None:
    if message is None:
        check(Model("Thing"), LEAST | changes)
    else:
        with pytest.raises(RefusedError) as refused:
            check(Model("Thing"), LEAST | changes)
        assert (refused.value.status, refused.value.detail) == (400, message)


def test_what_is_left_out_has_the_default_of_its_shape() -> None:
    made = merge(Model("Thing"), {}, {}, STAMPS)
    assert made == LEAST | {"id": "Thing-1", "since": STAMPS.now}


def test_what_is_sent_is_read_at_any_depth() -> None:
    wind = {"kind": "WIND", "knots": 3}
    before = merge(Model("Thing"), {"flow": wind, "flows": [wind], "one": {"kind": "SEA"}}, {}, STAMPS)
    assert (before["flow"], before["flows"], before["one"]) == (wind, [wind], {"kind": "SEA"})
    after = merge(Model("Thing"), {"flow": {"knots": 4}, "flows": None, "notes": {"a": 1}}, before, STAMPS)
    assert after == before | {"flow": wind | {"knots": 4}, "flows": None, "notes": {"a": 1}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"flow": {"kind": "SEA"}}, "'flow.kind' is WIND and cannot become SEA"),
        ({"flow": {"kind": "SUN"}}, "'flow.kind' is WIND and cannot become SUN"),
        ({"flows": [{"kind": "SUN"}]}, "'flows.kind' cannot be SUN here."),
        ({"flow": None}, "'flow' cannot be null here."),
        ({"strange": 1}, "The field 'strange' does not apply"),
    ],
)
def test_what_cannot_change_is_refused(changes: dict[str, Any], message: str) -> None:
    before = merge(Model("Thing"), {"flow": {"kind": "WIND", "knots": 3}}, {}, STAMPS)
    with pytest.raises(RefusedError) as refused:
        merge(Model("Thing"), changes, before, STAMPS)
    assert (refused.value.status, message in refused.value.detail) == (422, True)


def test_what_the_document_does_not_know_is_changed_as_it_is_sent() -> None:
    """But for what is secret by its name."""
    before = {"kind": "SUN", "warm": True}
    after = merge(Tagged("Flow"), {"warm": False, "cold": 1}, before, STAMPS)
    assert after == {"kind": "SUN", "warm": False, "cold": 1}


@needs_writes
def test_a_failure_of_the_stand_in_is_an_answer_too(server: StandInServer, account: Asking) -> None:
    """Or it would look like a network that is down."""
    kind = server.integrations[0]["type"]
    server.add({"id": "odd", "type": kind, "name": "odd", "scopings": [], "config": {"provider": [7]}})
    reply = account.update("odd", {"type": kind, "config": {}})
    assert (reply.status, reply.json["title"]) == (500, "Internal Server Error")
    assert "TypeError" in reply.json["detail"]


def test_what_is_no_integration_is_served_and_harms_nobody(server: StandInServer, account: Asking) -> None:
    """As a newer server, or a broken one, may send it."""
    server.add({"id": "odd", "type": ["LLM"], "name": 7, "scopings": 7, "config": 7, "created_at": "today"})
    assert account.get("odd").json["config"] == 7
    reply = account("GET", f"{account.collection}?space_id=a")
    assert reply.status in (200, 404, 405)
    assert account.get(server.integration_ids[0]).status == 200
