"""Whatever a server answers: the class of its status, an error that can be kept and sent about, and no key in it."""

from __future__ import annotations

import copy
import html
import json
import logging
import pickle
import ssl
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import aiohttp
import httpcore
import httpx
import pytest
from hypothesis import example, given, strategies as st

from arize_integrations import (
    AmbiguousNameError,
    APIConnectionError,
    APIStatusError,
    ApplyError,
    ArizeError,
    ConfigurationError,
    IntegrationsClient,
    ResponseDecodingError,
)
from tests.properties.payloads import ANYTHING, TEXT

KEY = "k3y/of+the\"tests'&<more>\\~=="
MEMBERS = ("title", "detail", "type", "instance")


def outcome(answer: httpx.Response | Exception, key: str = KEY) -> Any:
    """What one call comes to; nothing but the SDK's own errors may leave it."""

    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = IntegrationsClient(key, base_url="https://h", retry=None, transport=httpx.MockTransport(handle))
    with client:
        try:
            return client.get("abc")
        except ArizeError as error:
            return error


def is_equal(left: ArizeError, right: ArizeError) -> bool:
    return (type(left), left.args, vars(left)) == (type(right), right.args, vars(right))


WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
}
PROBLEMS = st.dictionaries(st.sampled_from([*MEMBERS, "status", "error_code"]) | TEXT, ANYTHING | TEXT, max_size=6)
STATUSES = st.integers(300, 999)


@example(404, {"title": 5, "detail": None, "type": [], "status": "404"})
@example(404, {"status": 404, "title": "Not found", "trace": "abc"})
@example(404, {"status": True})
@given(STATUSES, PROBLEMS)
def test_each_member_of_a_problem_is_where_it_belongs_and_none_is_lost(status: int, problem: dict[str, Any]) -> None:
    error = outcome(httpx.Response(status, content=json.dumps(problem)), key="another-key")
    assert type(error) is APIStatusError.for_status(status)
    members = {name: getattr(error, name) for name in MEMBERS if getattr(error, name) is not None}
    assert all(isinstance(value, str) for value in members.values())
    given_back = {**error.extensions, **members}
    if "status" in problem and "status" not in given_back:
        given_back["status"] = error.status
    assert given_back == problem
    assert (error.status, error.method, error.path, error.attempts) == (status, "GET", "/v2/integrations/abc", 1)


@given(STATUSES, PROBLEMS)
def test_the_message_can_be_printed_anywhere(status: int, problem: dict[str, Any]) -> None:
    """A terminal takes no lone surrogate, and obeys an escape sequence."""
    message = str(outcome(httpx.Response(status, content=json.dumps(problem))))
    assert message.startswith(f"GET /v2/integrations/abc: {status}")
    assert message.encode()
    assert all(character.isprintable() or character.isspace() for character in message)


BODIES = (
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | ANYTHING.map(lambda value: json.dumps(value).encode())
)


@pytest.mark.parametrize("way", WAYS)
@given(status=st.integers(200, 599), body=BODIES, retry_after=st.text(st.characters(codec="ascii"), max_size=9))
def test_an_error_survives_being_copied(way: str, status: int, body: bytes, retry_after: str) -> None:
    headers = {"Retry-After": retry_after.strip(), "X-Request-Id": "req-1"} if retry_after.isprintable() else {}
    error = outcome(httpx.Response(status, content=body, headers=headers))
    if not isinstance(error, ArizeError):
        return
    error.add_note("seen at three in the morning")
    twin = WAYS[way](error)
    assert is_equal(error, twin)
    assert (str(twin), repr(twin)) == (str(error), repr(error))
    assert "req-1" in str(twin) or "X-Request-Id" not in headers or isinstance(error, ResponseDecodingError)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "error",
    [ArizeError("a"), ConfigurationError("b"), outcome(httpx.ConnectTimeout("c")), outcome(OSError(5, "d"))],
    ids=repr,
)
def test_an_error_without_an_answer_survives_being_copied(way: str, error: ArizeError) -> None:
    assert is_equal(error, WAYS[way](error))


def _mixed(spell: Callable[[str], str]) -> Callable[[str], str]:
    return lambda key: "".join(spell(character) if index % 2 else character for index, character in enumerate(key))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent-encoded": lambda key: quote(key, safe=""),
    "percent-encoded like a path": quote,
    "percent-encoded in lower case": lambda key: "".join(f"%{ord(c):02x}" if not c.isalnum() else c for c in key),
    "percent-encoded twice": lambda key: quote(quote(key, safe=""), safe=""),
    "percent-encoded in parts": _mixed(lambda c: f"%{ord(c):02X}"),
    "html": html.escape,
    "html without quotes": lambda key: html.escape(key, quote=False),
    "html by number": lambda key: "".join(f"&#{ord(c)};" for c in key),
    "html by hexadecimal number": _mixed(lambda c: f"&#x{ord(c):X};"),
    "json": lambda key: json.dumps(key)[1:-1],
    "json that escapes slashes": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "json that escapes markup": lambda key: "".join(f"\\u{ord(c):04x}" if c in "<>&'\"" else c for c in key),
    "repr": lambda key: repr(key)[1:-1],
    "upper case": str.upper,
    "lower case": str.lower,
}
PLACES: dict[str, Callable[[str], httpx.Response | Exception]] = {
    "the detail": lambda text: httpx.Response(401, json={"detail": f"bad token {text}!"}),
    "another member": lambda text: httpx.Response(401, json={"seen": {"Authorization": [f"Bearer {text}"]}}),
    "a member's name": lambda text: httpx.Response(401, json={f"Bearer {text}": 1}),
    "an html page": lambda text: httpx.Response(502, text=f"<html><p>Bearer {text}</p></html>"),
    "a header": lambda text: httpx.Response(403, headers={"X-Echo": text, "X-Request-Id": text}),
    "a redirect": lambda text: httpx.Response(302, headers={"Location": f"https://h/?token={text}"}),
    "a body that is no object": lambda text: httpx.Response(200, text=f'["{text}"]'),
    "a body that is no json": lambda text: httpx.Response(200, text=text),
    "an encoding": lambda text: httpx.Response(200, headers={"Content-Encoding": text}, stream=httpx.ByteStream(b"x")),
    "a broken connection": lambda text: httpx.RemoteProtocolError(f"illegal header {text}"),
    "a refused proxy": lambda text: httpx.ProxyError(text),
}
KEYS = (KEY, "ak-1234-plain", "/////", "%2f%2F%25", "\\\\u0041\\n", "&amp;&#47;")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_key_that_is_echoed_is_not_shown(place: str, spelling: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for key in KEYS:
        echoed = SPELLINGS[spelling](key)
        error = outcome(PLACES[place](echoed), key)
        assert isinstance(error, ArizeError)
        shown = [str(error), repr(error), *texts(vars(error)), *texts(error.args), caplog.text]
        assert [text for text in shown if echoed in text] == []
        assert repr(echoed)[1:-1] not in f"{error!r} {vars(error)}"
        assert "[secure]" in "".join(shown)


def texts(value: Any) -> list[str]:
    """Every text inside a value, at any depth."""
    if isinstance(value, (dict, httpx.Headers)):
        return [text for pair in value.items() for item in pair for text in texts(item)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def test_a_key_behind_named_entities_is_not_shown() -> None:
    """The excerpt is unescaped for its readers, which must not bring back what was masked before."""
    page = "<p>" + "".join(f"&{ENTITIES[c]};" if c in ENTITIES else c for c in KEY) + "</p>"
    error = outcome(httpx.Response(502, text=page))
    assert error.excerpt == "[secure]"


ENTITIES = {"/": "sol", "+": "plus", "=": "equals", "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def test_a_key_in_the_id_is_not_shown() -> None:
    with IntegrationsClient(
        "s3cret", base_url="https://h", retry=None, transport=httpx.MockTransport(_not_found)
    ) as client:
        with pytest.raises(APIStatusError) as caught:
            client.get("s3cret")
    assert "s3cret" not in f"{caught.value!r} {caught.value} {vars(caught.value)}"


def _not_found(request: httpx.Request) -> httpx.Response:
    return httpx.Response(404)


def test_a_client_shows_no_key_and_is_not_pickled() -> None:
    client = IntegrationsClient(KEY, base_url="https://h")
    with client:
        assert repr(client) == "IntegrationsClient(base_url='https://h')"
        for way in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(ConfigurationError, match="is not pickled"):
                way(client)
        for way in (copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="not pickled"):
                way(client._session.secrets)
        assert KEY not in repr(client._session.secrets)


def test_words_stay_whole_where_the_key_is_hardly_one() -> None:
    """Masking every `a` would make every message unreadable and hide nothing."""
    assert outcome(httpx.Response(404, json={"detail": "a banana"}), key="a").detail == "[secure] banana"


GATEWAYS = {
    '{"message": "Limit Exceeded"}': "Limit Exceeded",
    '{"error": {"message": "boom"}}': "boom",
    '{"detail": [{"loc": ["id"], "msg": "field required"}]}': "field required",
    '{"title": " ", "detail": "", "reason": "no such tenant"}': "no such tenant",
    "<html><style>p {}</style><script>x = '<p>'</script><p>Busy&nbsp;&amp; late</p></html>": ": Busy & late.",
    "Why?": "403 Forbidden: Why? Ask",
    'C:\\temp, 東京 and "quotes"': '403 Forbidden: C:\\temp, 東京 and "quotes". Ask',
    "Go away!": "403 Forbidden: Go away! Ask",
    "Just text.": "403 Forbidden: Just text. Ask",
    "two\r\nlines\u2028or more\x85": "403 Forbidden: two lines or more. Ask",
}


@pytest.mark.parametrize("body", GATEWAYS)
def test_what_a_gateway_says_in_words_of_its_own_is_repeated(body: str) -> None:
    """Few of the errors people meet come from the API; most come from what stands before it."""
    assert GATEWAYS[body] in str(outcome(httpx.Response(403, text=body)))


@pytest.mark.parametrize(("attempts", "said"), [(0, ""), (1, ""), (2, " after 2 attempts"), (5, " after 5 attempts")])
def test_an_error_says_how_often_it_was_tried_where_it_was_tried_again(attempts: int, said: str) -> None:
    error = APIConnectionError("It broke.", method="GET", path="/x", attempts=attempts)
    assert str(error) == f"GET /x{said}: It broke."


def test_a_problem_says_its_part_and_no_excerpt() -> None:
    error = outcome(httpx.Response(403, json={"title": "No", "detail": "two\nlines", "trace": "t-1"}))
    assert error.excerpt is None
    assert error.detail == "two\nlines"
    assert str(error).startswith("GET /v2/integrations/abc: 403 No: two lines. ")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (1.0, "The server asks to wait 1 s."),
        (1.25, "The server asks to wait 1.2 s."),
    ],
)
def test_the_message_says_how_long_the_server_asks_to_wait(header: float, said: str) -> None:
    error = outcome(httpx.Response(429, json={"title": "Slow down"}, headers={"Retry-After": str(header)}))
    assert str(error) == (
        f"GET /v2/integrations/abc: 429 Slow down. {said} Send fewer requests at a time, or allow a longer wait with "
        "RetryPolicy(max_wait=..., max_elapsed=...)."
    )


CALL: dict[str, Any] = {"method": "POST", "path": "/v2/integrations", "attempts": 0}


def test_a_call_that_was_held_back_says_so_and_how_long_to_wait() -> None:
    held = APIStatusError(**CALL, status=429, headers={}, retry_after=3.0, held_back=True)
    assert held.held_back is True
    assert str(held) == (
        "POST /v2/integrations: not sent, because the server answered 429 before and told this client to slow down, "
        "for longer than this call may wait. Wait 3 s."
    )
    sent = APIStatusError(**CALL, status=429, headers={}, retry_after=3.0)
    assert sent.held_back is False
    assert str(sent).endswith("The server asks to wait 3 s.")


@pytest.mark.parametrize("kind", [APIConnectionError, APIStatusError, ResponseDecodingError])
def test_only_an_error_that_leaves_it_open_says_that_the_outcome_is_unknown(kind: Any) -> None:
    words = [] if kind is APIStatusError else ["no page"]
    answer = {} if kind is APIConnectionError else {"status": 200, "headers": {}}
    made = [kind(*words, **CALL, **answer, **more) for more in ({}, {"outcome_unknown": True})]
    assert [(error.outcome_unknown, error.hint) for error in made] == [(False, ""), (True, "")]


def test_an_error_of_an_argument_has_its_parts() -> None:
    error = ConfigurationError("must be a number.", parameter="timeout", hint="Give seconds.")
    assert (error.parameter, error.problem, error.hint) == ("timeout", "must be a number.", "Give seconds.")
    assert str(error) == "timeout must be a number. Give seconds."
    bare = ConfigurationError("This client is closed.")
    assert (bare.parameter, bare.hint, str(bare)) == (None, None, "This client is closed.")


def test_an_error_of_several_integrations_holds_them_all() -> None:
    ambiguous = AmbiguousNameError("Two have this name.", (1, 2))
    failed = ApplyError("One failed.", applied="the others", failures=(("a change", ambiguous),))
    for error in (ambiguous, pickle.loads(pickle.dumps(ambiguous))):
        assert (str(error), error.matches) == ("Two have this name.", [1, 2])
    assert (str(failed), failed.applied, failed.failures) == ("One failed.", "the others", [("a change", ambiguous)])


def test_the_message_names_the_request() -> None:
    error = outcome(httpx.Response(500, headers={"X-Request-Id": "req-1"}))
    assert str(error) == (
        "GET /v2/integrations/abc: 500 Internal Server Error (request id req-1). "
        "Try again later; if it lasts, tell support the request id or the time."
    )
    assert str(outcome(httpx.Response(799))) == "GET /v2/integrations/abc: 799."


@pytest.mark.parametrize("member", ["title", "detail"])
def test_a_message_repeats_a_thousand_characters_and_no_more(member: str) -> None:
    shown = {}
    for length in (1000, 1001):
        error = outcome(httpx.Response(418, json={member: "x" * length}))
        assert getattr(error, member) == "x" * length
        shown[length] = str(error).partition("418 ")[2].removeprefix("I'm a Teapot: ")
    assert shown == {1000: "x" * 1000 + ".", 1001: "x" * 1000 + "..."}


def test_headers_are_kept_as_they_came() -> None:
    """A file name in Latin-1 is enough; the error of the answer must not fail over it."""
    raw = [
        (b"Content-Disposition", b"attachment; filename=caf\xe9"),
        (b"X-Twice", b"a"),
        (b"x-twice", "\u00e9".encode()),
    ]
    error = outcome(httpx.Response(404, headers=raw))
    assert error.headers.raw == raw
    for way in WAYS.values():
        assert way(error).headers.raw == raw


@pytest.mark.parametrize("body", [b"<script" * 9362, b"<" * 65536, b"<script>" * 8000, b"<style " + b"<a" * 30000])
def test_a_page_made_to_be_slow_is_read_at_once(body: bytes) -> None:
    """An event loop waits for it."""
    began = time.process_time()
    assert outcome(httpx.Response(502, content=body)).status == 502
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("depth", [90, 150, 500, 900])
def test_a_problem_however_deep_survives_being_copied(way: str, depth: int) -> None:
    body = '{"title": "t", "trace": ' + "[" * depth + "]" * depth + "}"
    error = outcome(httpx.Response(404, content=body))
    assert is_equal(error, WAYS[way](error))
    assert error.title == ("t" if depth < 100 else None)
    assert "404" in str(error)


def refused_certificate(code: int) -> httpx.ConnectError:
    """A certificate that OpenSSL refuses with this code, whatever it says in words."""
    cause = ssl.SSLCertVerificationError("certificate verify failed")
    cause.verify_code = code
    error = httpx.ConnectError("words")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (refused_certificate(18), "name its file in SSL_CERT_FILE."),
        (refused_certificate(62), "is for another host"),
        (refused_certificate(64), "is for another host"),
        (refused_certificate(10), "Check the clock"),
        (httpx.ConnectError("Connection refused"), "and any proxy."),
    ],
    ids=["self-signed", "host", "address", "expired", "refused"],
)
def test_a_connection_that_could_not_be_made_says_what_to_look_at(error: Exception, advice: str) -> None:
    assert advice in str(outcome(error))


def test_a_proxy_that_refuses_is_what_to_look_at() -> None:
    assert "Check the proxy, and its user and password." in str(outcome(httpx.ProxyError("502 Bad Gateway")))
    assert "Check the proxy's user and password" in str(outcome(httpx.ProxyError("407 Proxy Authentication Required")))


NETWORK = [
    httpx.ConnectError("x"),
    httpx.ReadError("x"),
    httpx.WriteError("x"),
    httpx.CloseError("x"),
    httpx.ProxyError("x"),
    httpx.UnsupportedProtocol("x"),
    httpx.RemoteProtocolError("x"),
    httpx.LocalProtocolError("x"),
    httpx.DecodingError("x"),
    httpx.TooManyRedirects("x"),
    httpx.InvalidURL("x"),
    httpx.StreamClosed(),
    httpcore.ConnectError("x"),
    httpcore.RemoteProtocolError("x"),
    UnicodeError("label too long"),
    EOFError("x"),
    ConnectionResetError(104, "x"),
    OSError("x"),
]
LATE = [
    httpx.ConnectTimeout("x"),
    httpx.ReadTimeout("x"),
    httpx.WriteTimeout("x"),
    httpx.PoolTimeout("x"),
    httpcore.ReadTimeout("x"),
    TimeoutError("x"),
]


@pytest.mark.parametrize("raised", [*NETWORK, *LATE], ids=repr)
def test_what_networks_do_is_a_connection_error(raised: Exception) -> None:
    error = outcome(raised)
    assert isinstance(error, APIConnectionError)
    assert (type(error).__name__ == "APITimeoutError") == (raised in LATE)
    assert str(error).startswith("GET /v2/integrations/abc: ")
    assert str(error).endswith(".")
    assert error.attempts == 1


def test_what_aiohttp_lets_through_is_a_connection_error() -> None:
    """A transport on aiohttp does not translate all of its errors; callers know none of them."""
    error = outcome(aiohttp.ClientPayloadError("x"))
    assert type(error) is APIConnectionError


def test_a_library_that_may_not_be_imported_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs forbid an import with None in its place."""
    for name in ("aiohttp", "socksio"):
        monkeypatch.setitem(sys.modules, name, None)
    assert isinstance(outcome(httpx.ReadError("x")), APIConnectionError)


def test_a_transports_own_mistake_stays_what_it_is() -> None:
    """Hidden in a connection error it would be retried, and never found."""
    with pytest.raises(ZeroDivisionError):
        outcome(ZeroDivisionError())
