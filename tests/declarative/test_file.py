"""The file of integrations: what it may hold, how it is read, and that every error names file, line and place."""

import json
from pathlib import Path
from typing import Any

import pytest

from arize_integrations import ConfigurationError
from arize_integrations.declarative.file import Entry, no_file, read_files, read_object

ENVIRONMENT = {"KEY": "sk-secret-value", "EMPTY": ""}


def read(tmp_path: Path, text: str, name: str = "a.yaml", **environment: str) -> list[Entry]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_files([str(tmp_path / name)], ENVIRONMENT | environment, stdin)


def stdin(_size: int) -> bytes:
    return b"- name: from a pipe\n"


def refusal(tmp_path: Path, text: str, name: str = "a.yaml", **environment: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text, name, **environment)
    return str(caught.value).replace(f"{tmp_path}/", "")


def value_of(tmp_path: Path, text: str) -> Any:
    return read(tmp_path, f"- value: {text}\n")[0].request["value"]


LIST = [{"name": "one", "config": {"n": [1, 2.5, None, True, "x"]}}, {"name": "two"}]
FORMS = {
    "list.yaml": "- name: one\n  config: {n: [1, 2.5, null, true, x]}\n- name: two\n",
    "object.yaml": "integrations:\n- name: one\n  config:\n    n: [1, 2.5, ~, True, 'x']\n- name: two\n",
    "list.json": json.dumps(LIST),
    "object.json": json.dumps({"$schema": "./schema.json", "integrations": LIST}, indent=2),
    "json.yaml": json.dumps({"integrations": LIST}, indent=1),
    "flow.yaml": "[{name: one, config: {n: [1, 2.5, ~, true, x]}}, {name: two},]",
    "bom.yaml": "\ufeff- name: one\n  config: {n: [1, 2.5, null, true, x]}\n- {name: two}\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_list_may_be_written_in_each_of_these_ways(tmp_path: Path, name: str) -> None:
    entries = read(tmp_path, FORMS[name], name)
    assert [entry.request for entry in entries] == LIST


def test_several_files_are_one_list_and_a_dash_is_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- name: a\n")
    (tmp_path / "b.json").write_text('[{"name": "b"}]')
    entries = read_files([str(tmp_path / "a.yaml"), "-", str(tmp_path / "b.json")], {}, stdin)
    assert [entry.request["name"] for entry in entries] == ["a", "from a pipe", "b"]
    assert entries[1].where("name") == "standard input:1: integrations[0].name"


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    assert read(tmp_path, "integrations: []\n") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("off", "off"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2026-02-13", "2026-02-13"),
        ("2026-02-13T10:00:00Z", "2026-02-13T10:00:00Z"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("+7", 7),
        ("", None),
        ("~", None),
        ('"null"', "null"),
        ("'12'", "12"),
        ("|\n    two\n    lines", "two\nlines\n"),
        ("=", "="),
        ("!", None),
    ],
)
def test_scalars_are_those_of_yaml_1_2(tmp_path: Path, text: str, value: Any) -> None:
    """What YAML 1.1 takes for booleans, octal numbers and dates are names and keys of people who write none."""
    if text == "!":
        assert "tag" in refusal(tmp_path, "- value: ! x\n")
        return
    found = value_of(tmp_path, text)
    assert (found, type(found)) == (value, type(value))


def test_keys_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, "- {200: a, true: b, null: c}\n")[0].request == {"200": "a", "true": "b", "null": "c"}


def test_an_anchor_may_be_used_again_and_merged(tmp_path: Path) -> None:
    text = """
x-shared: &shared {a: 1, b: {c: 2}}
integrations:
- <<: *shared
  a: 3
- config: *shared
- <<: [{b: 5}, *shared]
- "<<": plain
"""
    assert [entry.request for entry in read(tmp_path, text)] == [
        {"a": 3, "b": {"c": 2}},
        {"config": {"a": 1, "b": {"c": 2}}},
        {"a": 1, "b": 5},
        {"<<": "plain"},
    ]


BOMB = "- &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"- &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a.yaml: is empty."),
        ("# nothing\n", "a.yaml: is empty."),
        ("text", "a.yaml:1: a file holds `integrations:` with a list"),
        ("name: x\ntype: y\n", "a.yaml:1: a file holds `integrations:` with a list"),
        ("integrations:\n  name: x\n", "a.yaml:2: a file holds `integrations:` with a list"),
        ("integrations: []\n\nintegration: []\n", "a.yaml:3: the key 'integration' is not known; a file holds"),
        ("- name: x\n- text\n", "a.yaml:2: integrations[1] must be an object."),
        ("- name: x\n  name: y\n", "a.yaml:2: the key 'name' is given twice."),
        ("- name: x\n  'name': y\n", "a.yaml:2: the key 'name' is given twice."),
        ("- a: 1\n- b: [\n", "a.yaml:3: is not valid YAML: "),
        ("- a: \x07\n", "a.yaml:1: is not valid YAML: "),
        ("- a: 1\n---\n- b: 2\n", "a.yaml:2: a second document begins here"),
        (
            "- a: !!python/name:os.system x\n",
            "a.yaml:1: the tag 'tag:yaml.org,2002:python/name:os.system' is not plain",
        ),
        ("- !!str a\n", "a.yaml:1: the tag "),
        ("- a: *nowhere\n", "a.yaml:1: *nowhere stands for nothing"),
        ("- &a [*a]\n", "a.yaml:1: *a stands for nothing"),
        ("- ? [a]\n  : b\n", "a.yaml:1: a key must be text."),
        ("- &a x\n- ? *a\n  : b\n", "a.yaml:2: a key must be text."),
        ("- <<: 1\n", "a.yaml:1: << takes a mapping"),
        (BOMB, "holds more than 1,000,000 values."),
        ("- " + "[" * 200 + "]" * 200, "a.yaml:1: is nested more than 100 levels deep."),
        ("[" * 100_000 + "]" * 100_000, "nested"),
        ("- a: .inf\n", "a.yaml:1: a number is one that JSON does not have"),
        ("- a: 1e999\n", "a.yaml:1: a number is one that JSON does not have"),
        ("- a: .NaN\n", "a.yaml:1: a number is one that JSON does not have"),
        ("- a: " + "9" * 5000, "a.yaml:1: a number has too many digits"),
    ],
)
def test_what_is_no_such_file_is_refused_by_name_and_line(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a.json:1: is not valid JSON: Expecting value."),
        ('[{"a": 1}\n}', "a.json:2: is not valid JSON: "),
        ("- a: 1", "a.json:1: is not valid JSON: "),
        ('[{"a": 1,\n "a": 2}]', "a.json:2: the key 'a' is given twice."),
        ('[{"a": NaN}]', "a.json: NaN is a number that JSON does not have."),
        ('[{"a":\n\n 1e999}]', "a.json:3: a number is one that JSON does not have"),
        ('[{"a": ' + "9" * 5000 + "}]", "a.json:1: a number has too many digits"),
        ("[" * 100_000 + "]" * 100_000, "a.json: is nested too deeply."),
        ("[" * 200 + "]" * 200, "a.json:1: is nested more than 100 levels deep."),
        ('{"integrations": [{"a": "\\"]}"}],\n "x": "{"}', "a.json:2: the key 'x' is not known"),
    ],
)
def test_json_is_held_to_the_same(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(tmp_path, text, "a.json")


def test_json_needs_no_yaml_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    assert read(tmp_path, json.dumps(LIST), "a.json")[0].request == LIST[0]
    assert "pip install 'arize-integrations[cli]'" in refusal(tmp_path, "- a: 1\n")


def test_a_yaml_package_that_is_broken_says_so_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To install it again would not help."""

    def broken(name: str) -> None:
        raise ModuleNotFoundError("No module named 'lib'", name="lib")

    monkeypatch.setattr("arize_integrations.declarative.yaml_text.importlib.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="lib"):
        read(tmp_path, "- a: 1\n")


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    for name, content, says in [
        ("nosuch.yaml", None, "cannot be read: No such file or directory"),
        ("latin.yaml", "- name: é".encode("latin-1"), "is not a text file in UTF-8"),
        ("bell\a.yaml", b"", r"bell\x07.yaml: is empty"),
    ]:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigurationError) as caught:
            read_files([str(tmp_path / name)], {}, stdin)
        assert says in str(caught.value)
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        read_files([str(tmp_path)], {}, stdin)


# Variables


def test_a_variable_is_replaced_inside_strings_at_any_depth(tmp_path: Path) -> None:
    text = """
- config: {key: "${KEY}", url: "https://${HOST}/${PATH_PART}", list: ["${KEY}"], free: {deep: "a${KEY}b"}}
  plain: "$${KEY} $KEY $ {KEY} $$ $$$${KEY}"
"""
    request = read(tmp_path, text, HOST="h.example", PATH_PART="${KEY}")[0].request
    assert request["config"] == {
        "key": "sk-secret-value",
        "url": "https://h.example/${KEY}",
        "list": ["sk-secret-value"],
        "free": {"deep": "ask-secret-valueb"},
    }
    assert request["plain"] == "${KEY} $KEY $ {KEY} $$ $$${KEY}"


def test_what_a_variable_holds_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    assert read(tmp_path, "- a: ${N}\n  b: '${N}'\n", N="0123")[0].request == {"a": "0123", "b": "0123"}


@pytest.mark.parametrize("content", ["s3cret", "s3cret\n", "s3cret\r\n"])
def test_a_file_is_brought_in_without_its_final_newline(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "key").write_bytes(content.encode())
    assert read(tmp_path, "- a: ${file:keys/key}\n")[0].request == {"a": "s3cret"}
    assert read(tmp_path, f"- a: ${{file:{tmp_path}/keys/key}}\n")[0].request == {"a": "s3cret"}


def test_one_newline_only_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("two\nlines\n\n")
    assert read(tmp_path, "- a: ${file:key}\n")[0].request == {"a": "two\nlines\n"}


def test_a_path_is_relative_to_the_file_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "key").write_text("theirs")
    (tmp_path / "key").write_text("ours")
    (tmp_path / "sub" / "a.yaml").write_text("- a: ${file:key}\n")
    monkeypatch.chdir(tmp_path)
    assert read_files(["sub/a.yaml"], {}, stdin)[0].request == {"a": "theirs"}
    assert read_files(["-"], {}, lambda _: b"- a: ${file:key}")[0].request == {"a": "ours"}


def test_all_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "blank").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    text = """integrations:
- name: ok
- config:
    auth:
      key: ${NOSUCH}
    list: [a, "${EMPTY}"]
- a: ${file:nosuch}
  b: ${file:blank}
  c: ${file:binary}
  d: ${A B}
  e: ${KEY
  f: ${KEY:-default}
"""
    assert refusal(tmp_path, text).splitlines() == [
        "a.yaml:5: integrations[1].config.auth.key needs the variable NOSUCH, which is not set.",
        "a.yaml:6: integrations[1].config.list[1] needs the variable EMPTY, which is empty.",
        "a.yaml:7: integrations[2].a needs ${file:nosuch}, which cannot be read: No such file or directory.",
        "a.yaml:8: integrations[2].b needs ${file:blank}, which is empty.",
        "a.yaml:9: integrations[2].c needs ${file:binary}, which is not a text file in UTF-8.",
        "a.yaml:10: integrations[2].d has ${A B}, which names no variable; write $${ for a plain ${.",
        "a.yaml:11: integrations[2].e has a ${ that is not closed; write $${ for a plain ${.",
        "a.yaml:12: integrations[2].f has ${KEY:-default}, which names no variable; write $${ for a plain ${.",
    ]


def test_our_own_key_is_no_key_of_a_provider(tmp_path: Path) -> None:
    """It would be sent to one, or be shown in a plan."""
    assert "${ARIZE_API_KEY}, the key of Arize AX itself" in refusal(
        tmp_path, "- a: ${ARIZE_API_KEY}\n", ARIZE_API_KEY="k"
    )


def test_files_have_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arize_integrations.declarative.file.MAX_BYTES", 100)
    monkeypatch.setattr("arize_integrations.declarative.variables.MAX_BYTES", 10)
    assert "a.yaml: is larger than 100 bytes." in refusal(tmp_path, "- a: " + "x" * 100)
    (tmp_path / "big").write_text("x" * 11)
    assert "which is larger than 10 bytes" in refusal(tmp_path, "- a: ${file:big}\n")


def test_a_request_that_is_in_no_file_has_places_only() -> None:
    assert no_file().where("config.key") == "config.key"


def test_several_files_are_complained_about_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(f"- x: ${{NO_{name}}}\n")
    with pytest.raises(ConfigurationError) as caught:
        read_files([str(tmp_path / "a"), str(tmp_path / "b")], {}, stdin)
    assert [line.rpartition("/")[2].split()[0] for line in str(caught.value).splitlines()] == ["a:1:", "b:1:"]


def test_what_a_variable_brings_in_shows_in_no_repr(tmp_path: Path) -> None:
    entry = read(tmp_path, "- name: x\n  key: ${KEY}\n")[0]
    assert "secret" not in repr(entry) + entry.where("key")


# Places


PLACED = """integrations:
- name: x
  config:
    auth:
      role_arn: a
    presets:
    - name: p
    - name: q
    headers: {X.Y: z, "X.Y.Z": w,
      "X": v}
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 2),
        ("config.auth.role_arn", 5),
        ("config.auth.missing", 5),
        ("config.presets[1].name", 8),
        ("config.presets[7].name", 7),
        ("config.headers.X.Y", 9),
        ("config.headers.X", 10),
        ("config.configs", 4),
        ("", 2),
    ],
)
def test_a_field_is_found_by_its_path_or_what_is_around_it(tmp_path: Path, path: str, line: int) -> None:
    as_json = json.dumps(read(tmp_path, PLACED)[0].request, indent=1)
    place = f"integrations[0].{path}" if path else "integrations[0]"
    assert read(tmp_path, PLACED)[0].where(path) == f"{tmp_path}/a.yaml:{line}: {place}"
    entry = read(tmp_path, f"[{as_json}]", "a.json")[0]
    assert entry.where("config.presets[1].name").endswith("a.json:12: integrations[0].config.presets[1].name")


# One object


@pytest.mark.parametrize("text", ["name: x\n", "- name: x\n", "integrations:\n- name: x\n", '{"name": "x"}'])
def test_one_object_may_stand_alone_or_be_a_list_of_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").write_text(text)
    assert read_object(str(tmp_path / "a"), {}, stdin).request == {"name": "x"}


def test_the_place_in_an_object_that_stands_alone_is_its_path(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("name: x\nconfig:\n  key: y\n")
    assert read_object(str(tmp_path / "a"), {}, stdin).where("config.key").endswith("/a:3: config.key")


@pytest.mark.parametrize(("text", "says"), [("[]", "holds 0"), ("- a: 1\n- b: 2\n", "holds 2"), ("x", "a file holds")])
def test_more_or_less_than_one_object_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "a").write_text(text)
    with pytest.raises(ConfigurationError, match=says):
        read_object(str(tmp_path / "a"), {}, stdin)
