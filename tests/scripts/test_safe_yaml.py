"""Plain data and nothing else: what a stranger's YAML may and may not do."""

import pytest
import yaml
from hypothesis import given, strategies as st

from scripts.document.errors import ScriptError
from scripts.document.safe_yaml import PlainDumper, parse

BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))

REFUSED = {
    "a bomb of aliases": (BOMB, "aliases expand"),
    "an alias to itself": ("a: &a [*a]", "contains itself"),
    "an alias to nothing": ("a: *b", "contains itself|undefined"),
    "a python tag": ("a: !!python/object/apply:os.system [id]", "tag"),
    "a harmless tag": ("a: !!str 1", "tag"),
    "a local tag": ("a: !thing {}", "tag"),
    "a key given twice": ("a: 1\nb: 2\na: 3", "'a' is given twice"),
    "a JSON key given twice": ('{"a": {"b": 1, "b": 2}}', "'b' is given twice"),
    "a key that is a mapping": ("? {a: 1}\n: 2", "not a scalar"),
    "two documents": ("a: 1\n---\nb: 2", "more than one"),
    "YAML nested too deep": ("a: " + "[" * 300 + "]" * 300, "nested more than 100 levels deep"),
    "YAML nested deeper than its parser goes": ("a: " + "[" * 5000 + "]" * 5000, "nested|nesting depth"),
    "JSON nested too deep": ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested"),
    "cut-off YAML": ("a: 1\nb: {c: [1,", "not valid YAML"),
    "cut-off JSON": ('{"a": 1, "b": ', "not valid JSON"),
    "NaN": ('{"a": NaN}', "NaN"),
    "a number beyond all floats in JSON": ('{"a": 1e999}', "too large"),
    "a number beyond all floats in YAML": ("a: -1e999", "too large"),
    "half a surrogate pair": ('{"a": ["\\ud800"]}', "^#/a/0 holds half of a surrogate"),
    "a NUL in a name": ('{"a": {"x\\u0000": 1}}', r"^#/a/x\\x00 has an unprintable character"),
    "a line separator in a name": ('{"a\\u2028b": 1}', "unprintable"),
    "a direction mark in a name": ('{"a\\u202eb": 1}', "unprintable"),
    "JSON nested deeper than we go": ('{"a": ' + "[" * 200 + "]" * 200 + "}", "nested more than 100 levels deep"),
    "a number of 5000 digits": ("a: " + "9" * 5000, "cannot be read"),
    "a control character": ("a: \x07", "not valid YAML"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_plain_data_has_no_need_of_is_refused_in_a_sentence(text: str, reason: str) -> None:
    """The reason is what a maintainer reads in a red nightly run."""
    with pytest.raises(ScriptError, match=reason) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_scalars_are_those_of_yaml_1_2() -> None:
    """Upstream writes 1.2; a 1.1 reader would turn a provider called `on` into True."""
    text = (
        "on: no\noff: 2026-02-13\n200: 12:30:45\ntrue: ~\na: [1e3, 0o17, 0x1F, -1, 1_000, 010, .5, True, NULL, '1']\n"
    )
    assert parse(text) == {
        "on": "no",
        "off": "2026-02-13",
        "200": "12:30:45",
        "true": None,
        "a": [1000.0, 15, 31, -1, "1_000", 10, 0.5, True, None, "1"],
    }


def test_aliases_and_merges_within_bounds_are_read() -> None:
    """They are part of plain YAML, and some tools write them."""
    assert parse("a: &a {b: 1}\nc: *a\nd: {<<: *a, e: 2}") == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2}}


def test_a_flow_mapping_is_not_mistaken_for_json() -> None:
    """Both open with a brace."""
    assert parse("{openapi: 3.0.3, paths: {}}") == {"openapi": "3.0.3", "paths": {}}


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])) | st.from_regex(
    r"[-+0-9.eExo:_ ~#&*!?|>'\"%@`{}\[\],nyNYtTfF\n]{0,8}", fullmatch=True
)
_NAME = _TEXT.filter(lambda name: "\n" not in name)
_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAME, inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(_NAME, _DATA))
def test_what_we_write_reads_back_the_same_under_yaml_1_1_and_1_2(data: dict[str, object]) -> None:
    """The vendored slice is read by other people's tools as well."""
    text = yaml.dump(data, Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=100)
    assert parse(text) == data
    assert yaml.safe_load(text) == data
