"""Bodies made to break a client: each is a result or the SDK's own error, in reasonable time, under any status."""

from __future__ import annotations

import copy
import gzip
import inspect
import itertools
import json
import pickle
import sys
import time
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import given, strategies as st

from arize_integrations import APIStatusError, ArizeError, IntegrationsClient, ResponseDecodingError, UnknownVariant
from arize_integrations._call import replies
from arize_integrations._call.problems import _DEEPEST_PROBLEM
from arize_integrations._wire.json import _MOST_VALUES, DEEPEST, _depth, _is_shallow, parse_json
from tests.operations import GET, example_answer
from tests.properties.packages import facade_over, rich_package

GOOD = example_answer(GET)
WITHIN = 10.0
"""Seconds, on a busy machine; a hang would take minutes."""


def nested(depth: int, opening: str = '{"a":', closing: str = "}", core: str = "1") -> bytes:
    return (opening * depth + core + closing * depth).encode()


@given(
    st.recursive(
        st.text('{}[]"\\\\ü', max_size=4), lambda below: st.lists(below) | st.dictionaries(st.text('{"\\\\'), below)
    ),
    st.integers(0, 4),
)
def test_the_brackets_never_make_a_body_look_shallower_than_it_is(payload: object, deepest: int) -> None:
    """Not even those in strings, nor those behind escapes."""
    for ascii_only in (True, False):
        content = json.dumps(payload, ensure_ascii=ascii_only).encode()
        assert not _is_shallow(content, deepest) or _depth(payload) <= deepest


def test_the_brackets_of_a_usual_page_tell_enough() -> None:
    """So that it is not walked through once more."""
    for name in ("plain", 'a 5" pipe \\'):
        page = json.dumps({"items": [{"name": name, "config": {"models": ["a", "b"]}}] * 100})
        assert _is_shallow(page.encode(), DEEPEST)
    assert _is_shallow(b'["["]', 2)
    assert not _is_shallow(b'["["]', 1)


def inside(value: bytes) -> bytes:
    """The documented answer with one more field."""
    return json.dumps(GOOD)[:-1].encode() + b', "new": ' + value + b"}"


DEPTHS = (100, 148, 150, 330, 500, 900, 990, 1100, 5000, 20_000, 100_000)
BODIES: dict[str, bytes] = {
    "as documented": json.dumps(GOOD).encode(),
    **{f"objects {depth} deep": nested(depth) for depth in DEPTHS},
    **{f"lists {depth} deep": b'{"a":' + nested(depth, "[", "]") + b"}" for depth in DEPTHS},
    **{f"a field with lists {depth} deep": inside(nested(depth, "[", "]")) for depth in DEPTHS},
    **{f"a field with objects {depth} deep": inside(nested(depth)) for depth in DEPTHS},
    **{
        f"tags {depth} deep": nested(depth, '{"type":"llm","config":{"provider":"openAI","a":', "}}")
        for depth in DEPTHS
    },
    "200 kB, 100 deep": nested(100, '{"' + "k" * 2000 + '":'),
    "200 kB, 500 deep": nested(500, '{"' + "k" * 400 + '":'),
    "a string of 10 MB": b'{"type": "llm", "name": "' + b"x" * 10_000_000 + b'"}',
    "a long tag": b'{"type": "' + b"_" * 1_000_000 + b'"}',
    "a long timestamp": inside(b"0").replace(
        b"2026-02-13T21:27:19.055Z", b"2026-02-13T21:27:19." + b"0" * 1_000_000 + b"Z"
    ),
    "millions of lists": inside(b"[" + b"[]," * 4_000_000 + b"0]"),
    "millions of numbers": inside(b"[" + b"1," * 4_000_000 + b"0]"),
    "many keys": json.dumps({str(number): number for number in range(100_000)}).encode(),
    "duplicate keys": b'{"type": "llm", "type": "carrier_pigeon", "id": 1, "id": "2"}',
    "not a number": inside(b"[NaN, Infinity, -Infinity]"),
    "a number beyond floats": inside(b"1e999"),
    "an integer of 5000 digits": inside(b"9" * 5000),
    "a lone surrogate": inside(b'"\\ud800"'),
    "a lone surrogate as a key": b'{"\\udfff": 1, "type": "\\ud800"}',
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    "utf-16": json.dumps(GOOD).encode("utf-16"),
    "latin-1": b'{"name": "\xe9"}',
    "a zero byte": b'{"name": "\x00"}',
    "hooks of Python": b'{"__class__": 1, "__deepcopy__": 2, "__reduce_ex__": 3, "to_dict": 4, "raw": 5, "tag": 6}',
    "hooks inside": inside(b'{"__class__": 1, "to_dict": 2}'),
    "nothing": b"",
    "spaces": b" \n ",
    "null": b"null",
    "a list": b"[]",
    "a string": b'"{}"',
    "a number": b"5",
    "true": b"true",
    "an object": b"{}",
    "two objects": b"{}{}",
    "half an object": b'{"id": "x',
    "a page": b"<html><body>It works!</body></html>",
}


def fetch(response: httpx.Response) -> object:
    transport = httpx.MockTransport(lambda request: response)
    with IntegrationsClient("some-key", base_url="https://h", retry=None, transport=transport) as client:
        return client.get("abc")


@pytest.mark.parametrize("status", [200, 404, 429, 500])
@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_a_result_or_an_error_of_ours(name: str, status: int) -> None:
    began = time.monotonic()
    try:
        result = fetch(httpx.Response(status, content=BODIES[name]))
    except ArizeError as error:
        assert (status == 200) == isinstance(error, ResponseDecodingError)
        assert len(str(error)) < 1000
        assert len(repr(error)) < 1100
    else:
        given_back = result.to_dict()  # type: ignore[attr-defined]
        assert given_back.keys() == json.loads(BODIES[name].decode("utf-8-sig"), parse_int=str).keys()
        assert repr(result)
    assert time.monotonic() - began < WITHIN


@pytest.mark.parametrize(
    "name",
    [
        "200 kB, 100 deep",
        "a string of 10 MB",
        "duplicate keys",
        "not a number",
        "hooks of Python",
        "an integer of 5000 digits",
    ],
)
def test_what_an_issue_named_is_a_result(name: str) -> None:
    assert fetch(httpx.Response(200, content=BODIES[name]))


def test_an_integer_beyond_what_python_reads_is_kept_as_its_digits() -> None:
    body = b'{"type": "carrier_pigeon", "rings": ' + b"9" * 5000 + b', "legs": 2}'
    result = fetch(httpx.Response(200, content=body))
    assert isinstance(result, UnknownVariant)
    assert (result.rings, result.legs) == ("9" * 5000, 2)


def test_of_duplicate_keys_the_last_counts() -> None:
    result = fetch(httpx.Response(200, content=BODIES["duplicate keys"]))
    assert isinstance(result, UnknownVariant)
    assert (result.tag, result.id) == ("carrier_pigeon", "2")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("utf-16", "the body is not UTF-8 text"),
        ("nothing", "the body is empty"),
        ("spaces", "the body is empty"),
        ("null", "the body is JSON null and not an object"),
        ("a list", "the body is a JSON list and not an object"),
        ("a string", "the body is a JSON string and not an object"),
        ("a number", "the body is a JSON number and not an object"),
        ("true", "the body is a JSON boolean and not an object"),
        ("half an object", "the body is not JSON"),
        ("a page", "the body is not JSON"),
        ("latin-1", "the body is not UTF-8 text"),
        ("objects 100000 deep", "the body is nested too deeply"),
        ("millions of lists", "the body holds more values than any answer has"),
        ("millions of numbers", "the body holds more values than any answer has"),
    ],
)
def test_an_answer_that_is_no_json_object_says_what_it_is(name: str, reason: str) -> None:
    with pytest.raises(ResponseDecodingError, match=f"the server answered 200, but {reason}(: .*)?\\. Check") as caught:
        fetch(httpx.Response(200, content=BODIES[name], headers={"X-Request-Id": "req-7"}))
    error = caught.value
    assert (error.status, error.request_id, error.attempts) == (200, "req-7", 1)
    assert (error.method, error.path) == ("GET", "/v2/integrations/abc")


# What is inside the outermost object, by its number of levels.
INSIDE: dict[str, Callable[[int], bytes]] = {
    "objects": nested,
    "lists": lambda levels: nested(levels, "[", "]"),
    "both in turn": lambda levels: nested(levels // 2, '[{"a":', "}]", core="[]" if levels % 2 else "1"),
    "a deep one among flat ones": lambda levels: (
        b'[1, [], {}, {"a": ' + nested(levels - 2, "[", "]") + b', "b": []}, "["]'
    ),
}


@pytest.mark.parametrize("levels", INSIDE)
def test_levels_up_to_a_bound_are_read_and_one_more_is_not(levels: str) -> None:
    """The promise is the same on every Python, and for whatever the levels are made of."""
    bodies = [
        b'{"type": "of tomorrow", "deep": ' + INSIDE[levels](depth - 1) + b"}" for depth in (DEEPEST, DEEPEST + 1)
    ]
    result = fetch(httpx.Response(200, content=bodies[0]))
    assert isinstance(result, UnknownVariant)
    assert result.raw == json.loads(bodies[0])
    with pytest.raises(ResponseDecodingError, match="answered 200, but the body is nested too deeply: "):
        fetch(httpx.Response(200, content=bodies[1]))


def test_a_problem_is_read_to_a_bound_of_its_own() -> None:
    """An error is copied where little of the stack may be left."""
    kept = []
    for levels in (_DEEPEST_PROBLEM - 1, _DEEPEST_PROBLEM):
        with pytest.raises(APIStatusError) as caught:
            fetch(httpx.Response(418, content=b'{"title": "No", "deep": ' + nested(levels, "[", "]") + b"}"))
        kept.append((caught.value.title, [*caught.value.extensions]))
    assert kept == [("No", ["deep"]), (None, [])]


def test_values_up_to_a_bound_are_read_and_one_more_is_not() -> None:
    assert len(parse_json(listed(b"0", _MOST_VALUES))) == _MOST_VALUES
    for body in (listed(b"0", _MOST_VALUES + 1), *(listed(empty, _MOST_VALUES // 2 + 1) for empty in (b"[]", b"{}"))):
        with pytest.raises(ValueError, match="more values than any answer has"):
            parse_json(body)


def listed(value: bytes, times: int) -> bytes:
    return b"[" + (value + b",") * (times - 1) + value + b"]"


@pytest.mark.parametrize("wide", [b"[" + b"[]," * 700 + b"{}]", b'"' + b"[{" * 700 + b'"'], ids=["lists", "text"])
def test_what_is_wide_and_not_deep_is_read(wide: bytes) -> None:
    result = fetch(httpx.Response(200, content=inside(wide)))
    assert result.to_dict()["new"] == json.loads(wide)  # type: ignore[attr-defined]


def test_a_byte_order_mark_is_no_part_of_the_answer() -> None:
    """Some gateways put one before what they pass on."""
    marked, plain = (
        fetch(httpx.Response(200, content=BODIES[name])) for name in ("a byte order mark", "as documented")
    )
    assert marked == plain


# Models inside models, models in lists, and plain JSON.
RECURSIVE = {
    "parents": b'{"type": "agent", "folder": %s}'
    % nested(DEEPEST - 2, '{"name": "n", "children": [], "new": 1, "parent":', "}", core="{}"),
    "children": b'{"type": "agent", "folder": %s}'
    % nested(DEEPEST // 2 - 1, '{"name": "n", "new": 1, "parent": {}, "children": [', "]}", core="{}"),
    "objects": b'{"type": "agent", "new": %s}' % nested(DEEPEST - 1),
    "lists": b'{"type": "agent", "new": %s}' % nested(DEEPEST - 1, "[", "]"),
    "an unknown type": b'{"type": "of tomorrow", "new": %s}' % nested(DEEPEST - 1),
}


@pytest.mark.parametrize("body", RECURSIVE)
def test_what_is_accepted_can_be_copied_pickled_compared_and_shown(body: str) -> None:
    """At 500 levels `deepcopy` and `pickle` raised RecursionError, in a program that had caught every error of ours."""
    package = rich_package()
    json_module = facade_over(package.name)("arize_integrations._wire.json")
    payload = json_module.parse_object(RECURSIVE[body])
    result, _ = package.decode(payload)

    def use() -> None:
        assert copy.deepcopy(result) == result
        assert pickle.loads(pickle.dumps(result)) == result
        assert result.to_dict() == json.loads(RECURSIVE[body])
        assert repr(result)

    _below(300, use)  # frames of a program's own


def _below(frames: int, function: Callable[[], None]) -> None:
    if frames:
        _below(frames - 1, function)
    else:
        function()


def test_an_answer_that_arrives_where_the_stack_is_nearly_used_up_is_an_error_of_ours() -> None:
    package = rich_package()
    operations = facade_over(package.name)("arize_integrations._wire.operations")
    decode = operations.get_integration("abc").decode
    outcomes = set()

    def use() -> None:
        try:
            outcomes.add(type(decode(RECURSIVE["parents"], lambda *_: None)).__name__)
        except ValueError as error:
            outcomes.add(str(error))

    for left in range(100, 800, 100):  # decoding takes some four hundred frames
        _below(sys.getrecursionlimit() - len(inspect.stack()) - left, use)
    assert outcomes == {"AgentIntegration", "the body is nested too deeply"}


def chunks(*parts: bytes) -> Iterator[bytes]:
    yield from parts


PACKED = gzip.compress(json.dumps(GOOD).encode(), mtime=0)


RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATE = RAW.compress(json.dumps(GOOD).encode()) + RAW.flush()
TEXT = json.dumps(GOOD).encode()
EMPTY_MEMBER = gzip.compress(b"", mtime=0)
COMPRESSED = {
    "gzip": ("gzip", PACKED),
    "gzip by its old name": ("X-GZIP", PACKED),
    "two members": ("gzip", gzip.compress(TEXT[:50], mtime=0) + gzip.compress(TEXT[50:], mtime=0)),
    "a member for every byte": ("gzip", b"".join(gzip.compress(bytes([byte]), mtime=0) for byte in TEXT)),
    "an empty member before and after": ("gzip", EMPTY_MEMBER + PACKED + EMPTY_MEMBER),
    "zeros behind": ("gzip", PACKED + bytes(5000)),
    "zeros between members": ("gzip", EMPTY_MEMBER + bytes(9) + PACKED),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "deflate of another level": ("deflate", zlib.compress(TEXT, 9)),
    "deflate without a header": ("deflate", RAW_DEFLATE),
    "not at all": ("identity", TEXT),
    "by a name that is none": ("utf-8", TEXT),
}


@pytest.mark.parametrize("size", [1, 7, 4096, 10**6])
@pytest.mark.parametrize("case", COMPRESSED)
def test_a_body_compressed_unasked_is_read_whole(case: str, size: int) -> None:
    """Of several members only the first was read, and the rest dropped in silence."""
    encoding, body = COMPRESSED[case]
    parts = chunks(*(body[start : start + size] for start in range(0, len(body), size)))
    result = fetch(httpx.Response(200, headers={"Content-Encoding": encoding}, stream=_Stream(parts)))
    assert result.to_dict()["id"] == GOOD["id"]  # type: ignore[attr-defined]


class _Stream(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return self._parts


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("br", b"\x0b", "has an encoding that was not asked for"),
        ("gzip, gzip", PACKED, "has an encoding that was not asked for"),
        ("gzip", b"not gzip", "not compressed as"),
        ("gzip", PACKED[:-9], "ends too early"),
        ("gzip", PACKED[:10], "ends too early"),
        ("deflate", PACKED, "not compressed as"),
        ("gzip", PACKED + b"garbage", "not compressed as"),
        ("gzip", PACKED + b"\x1f\x8bgarbage", "not compressed as"),
        ("gzip", PACKED + PACKED[:10], "ends too early"),
        ("gzip", PACKED[:-4] + b"\1\2\3\4", "not compressed as"),
        ("deflate", zlib.compress(TEXT) + b"garbage", "not compressed as"),
        ("deflate", zlib.compress(TEXT)[:-6], "ends too early"),
        ("deflate", RAW_DEFLATE[:-6], "ends too early"),
        ("deflate", RAW_DEFLATE + b"x", "not compressed as"),
        ("gzip", gzip.compress(bytes(40_000_000), mtime=0) * 2, "larger than 64 MiB"),
        ("gzip", gzip.compress(b"0" * 70_000_000, mtime=0), "larger than 64 MiB"),
        ("", b"0" * 70_000_000, "larger than 64 MiB"),
    ],
)
def test_a_body_that_cannot_be_unpacked_says_so(encoding: str, body: bytes, reason: str) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    with pytest.raises(ResponseDecodingError, match=reason):
        fetch(httpx.Response(200, headers=headers, stream=_Stream(chunks(body[:5], body[5:]))))


@pytest.mark.parametrize("size", [65_536, 5_000_000])
def test_nothing_compressed_again_and_again_comes_to_an_end(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each member is twenty bytes of nothing; they could go on for ever."""
    monkeypatch.setattr(replies, "LARGEST_BODY", 4 * 2**20)
    piece = EMPTY_MEMBER * (size // len(EMPTY_MEMBER))
    began = time.process_time()
    with pytest.raises(ResponseDecodingError, match="larger than 4 MiB"):
        fetch(httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=_Stream(itertools.repeat(piece))))
    assert time.process_time() - began < WITHIN


@given(
    st.binary(max_size=200),
    st.sampled_from([200, 201, 299, 300, 404, 429, 503]),
    st.sampled_from(["", "gzip", "deflate"]),
)
def test_any_bytes_are_a_result_or_an_error_of_ours(body: bytes, status: int, encoding: str) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    try:
        fetch(httpx.Response(status, headers=headers, stream=_Stream(chunks(body))))
    except ArizeError as error:
        assert str(error)
    else:
        assert 200 <= status <= 299
