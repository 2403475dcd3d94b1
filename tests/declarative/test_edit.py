"""Setting a field by its path: the document says what type it has."""

from collections.abc import Iterator
from typing import Any

import pytest

from arize_integrations import ConfigurationError
from arize_integrations.declarative import tables
from arize_integrations.declarative.edit import Assignment, edit
from arize_integrations_api import contract
from arize_integrations_api.contract import (
    AnyOf,
    Array,
    Choice,
    Constant,
    Field,
    Fields,
    Map,
    Model,
    Plain,
    Shape,
    Tagged,
    Union,
)


def field(key: str, shape: Shape, *, secret: bool = False) -> Field:
    return Field(key, key, shape, False, secret=secret)


TEXT, NUMBER, FLAG, NULL = Plain("str"), Plain("int"), Plain("bool"), Plain("None")
MODELS = {
    "Cat": Fields((field("kind", Constant("CAT")), field("lives", NUMBER), field("key", TEXT, secret=True))),
    "Dog": Fields((field("kind", Constant("DOG")), field("lives", TEXT), field("tricks", Array(TEXT)))),
    "Owner": Fields(
        (
            field("name", TEXT),
            field("note", AnyOf((TEXT, NULL))),
            field("pet", Tagged("Pet")),
            field("pets", Array(Tagged("Pet"))),
            field("is_kind", FLAG),
            field("weight", Plain("float")),
            field("age", AnyOf((NUMBER, NULL))),
            field("colour", Choice("Colour")),
            field("free", Map(Plain(""))),
            field("any", Plain("")),
            field("headers", AnyOf((Map(TEXT), NULL)), secret=True),
        )
    ),
}
UNIONS = {"Pet": Union("kind", {"CAT": Model("Cat"), "DOG": Model("Dog")})}


@pytest.fixture(autouse=True)
def made_up_tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for table, value in (("MODELS", MODELS), ("UNIONS", UNIONS)):
        monkeypatch.setattr(contract, table, value)
    for each in vars(tables).values():  # what they remember is of the document's own tables
        getattr(each, "cache_clear", lambda: None)()
    yield
    for each in vars(tables).values():
        getattr(each, "cache_clear", lambda: None)()


def edited(*texts: str, request: dict[str, Any] | None = None, secrets: bool = False) -> dict[str, Any]:
    request = {} if request is None else request
    pairs = (text.partition("=")[::2] for text in texts)
    edit(request, [Assignment(path, value, secrets) for path, value in pairs], Model("Owner"))
    return request


def refusal(*texts: str, request: dict[str, Any] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        edited(*texts, request=request)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("name=12", {"name": "12"}),
        ("name=true", {"name": "true"}),
        ("name=null", {"name": "null"}),
        ("name=", {"name": ""}),
        ("name=a=b", {"name": "a=b"}),
        ("note=null", {"note": None}),
        ("note=12", {"note": "12"}),
        ("is_kind=true", {"is_kind": True}),
        ("is_kind=false", {"is_kind": False}),
        ("weight=12", {"weight": 12}),
        ("weight=1.5", {"weight": 1.5}),
        ("age=12", {"age": 12}),
        ("age=null", {"age": None}),
        ("colour=7", {"colour": "7"}),
        ("free.a.b=true", {"free": {"a": {"b": True}}}),
        ("free.a=plain text", {"free": {"a": "plain text"}}),
        ('free={"a": [1]}', {"free": {"a": [1]}}),
        ("any=[1, 2]", {"any": [1, 2]}),
        ("any=null", {"any": None}),
        ("unknown=12", {"unknown": 12}),
        ("unknown.deep=text", {"unknown": {"deep": "text"}}),
        ('pets=[{"kind": "DOG"}]', {"pets": [{"kind": "DOG"}]}),
        ("headers=null", {"headers": None}),
    ],
)
def test_a_value_takes_the_type_of_its_field(text: str, value: dict[str, Any]) -> None:
    assert edited(text) == value


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("pet.lives=9", "pet.kind=CAT"), {"pet": {"kind": "CAT", "lives": 9}}),
        (("pet.lives=9", "pet.kind=DOG"), {"pet": {"kind": "DOG", "lives": "9"}}),
        (('pet.tricks=["sit"]', "pet.kind=DOG"), {"pet": {"kind": "DOG", "tricks": ["sit"]}}),
        (
            ("pets[0].lives=9", "pets[0].kind=CAT", "pets[1].kind=DOG"),
            {"pets": [{"kind": "CAT", "lives": 9}, {"kind": "DOG"}]},
        ),
    ],
)
def test_a_tag_decides_wherever_it_stands_among_the_options(texts: tuple[str, ...], value: dict[str, Any]) -> None:
    assert edited(*texts) == value


def test_what_is_there_stays_and_its_tag_decides() -> None:
    request = {"name": "x", "pet": {"kind": "DOG", "lives": "1"}, "pets": [{"kind": "CAT"}]}
    assert edited("pet.lives=9", "pets[0].lives=7", "pets[1].kind=DOG", request=request) == {
        "name": "x",
        "pet": {"kind": "DOG", "lives": "9"},
        "pets": [{"kind": "CAT", "lives": 7}, {"kind": "DOG"}],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("is_kind=yes", "is_kind takes true or false."),
        ("is_kind=1", "is_kind takes true or false."),
        ("age=1.5", "age takes a whole number."),
        ("age=true", "age takes a whole number."),
        ("weight=heavy", "weight takes a number."),
        ("weight=NaN", "weight takes a number."),
        ("pets=a", "pets takes a list as JSON"),
        ("pet=a", "pet takes an object as JSON"),
        ("pets[1].kind=DOG", "pets[1].kind leads nowhere"),
        ("name.first=x", "name.first leads nowhere"),
        ("pets.first=x", "pets.first leads nowhere"),
        ("[0]=x", "is no path"),
        ("a b[=x", "is no path"),
        ("a..b=x", "is no path"),
        (f"{'a.' * 500}b=x", "is no path"),
        (f"pets={'[' * 100_000}", "pets takes a list as JSON"),
        (f"pets={'[' * 900}{']' * 900}", "pets "),
        (f"pets={'[' * 101}1{']' * 101}", "pets is nested more than 100 levels deep."),
    ],
)
def test_what_cannot_be_set_says_why(text: str, says: str) -> None:
    assert says in refusal(text, request={"name": "x", "pets": []})


@pytest.mark.parametrize(
    "text",
    [
        "pet.key=sk-1234",  # before the tag is known
        'pet={"kind": "CAT", "key": "sk-1234"}',
        'pets=[{"kind": "CAT", "key": "sk-1234"}]',
        'pet={"kind": "NEWER", "token": "sk-1234"}',  # nobody knows what is secret there
        "headers.X-Key=sk-1234",
        'headers={"X-Key": "sk-1234"}',
        "unknown.key=sk-1234",  # by the name that it has elsewhere
        'unknown={"deep": [{"headers": {"a": "sk-1234"}}]}',
    ],
)
def test_a_secret_is_taken_from_where_nobody_else_reads_it(text: str) -> None:
    said = refusal(text)
    path = text.partition("=")[0]
    assert f"{path} is a secret" in said
    assert f"--set-from-env {path}=VARIABLE" in said
    assert "1234" not in said
    assert "1234" in str(edited(text, secrets=True))


def test_an_assignment_shows_no_value() -> None:
    assert "sk-1234" not in repr(Assignment("a", "sk-1234", is_secret_allowed=True))
