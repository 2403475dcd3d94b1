"""Whatever is passed in or set in the environment: the request goes to the configured host and one place on it, or nowhere."""

from __future__ import annotations

import ipaddress
import string
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from hypothesis import assume, example, given, strategies as st

from arize_integrations import ConfigurationError, IntegrationsClient
from arize_integrations._net.endpoint import ENDPOINT_VARIABLES, resolve_api_key, resolve_endpoint
from arize_integrations_api.contract import SERVERS
from tests.operations import GET, example_answer

KEY = "k3y-of-the-tests"
ANSWER = example_answer(GET)
HOSTILE = "/\\@#?:;&%$ \t\r\n\0\x7f[]{}<>|\"'`,é。．ⅷ．\u2028\ud800" + string.ascii_letters + string.digits + ".-_~"
ENDPOINTS = st.text(st.sampled_from(HOSTILE), max_size=30) | st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["https://", "http://", "HTTPS://", "https:", "//", "https:///", "", "ftp://", "https://[", "https://u:p@"]
    ),
    st.sampled_from(
        ["api.example.com", "127.0.0.1", "[::1]", "::1", "localhost", "xn--bcher-kva.example", "a" * 64, "a..b"]
    ),
    st.text(st.sampled_from(HOSTILE), max_size=12),
)
IDS = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40) | st.text(
    st.sampled_from(HOSTILE), min_size=1
)


def sent(integration_id: str = "abc", key: str = KEY, **options: Any) -> httpx.Request:
    """The one request of a call, as it is handed to the transport."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ANSWER)

    options = {"base_url": "https://api.example.com", **options}
    with IntegrationsClient(key, transport=httpx.MockTransport(answer), **options) as client:
        client.get(integration_id)
    (request,) = requests
    return request


@example("../users?x=1#y")
@example("..;/x")
@example("%2e%2e")
@example("TGxtSW50ZWdyYXRpb246MTI6YUJjRA==")
@given(IDS)
def test_an_id_is_one_segment_of_the_path_or_refused(integration_id: str) -> None:
    try:
        request = sent(integration_id)
    except ConfigurationError as error:
        unusable = integration_id.isspace() or integration_id in {".", ".."} or len(integration_id) > 2048
        assert unusable or not _is_encodable(integration_id), error
        return
    target = request.url.raw_path.decode("ascii")
    assert target.startswith("/v2/integrations/")
    segment = target.removeprefix("/v2/integrations/")
    assert not set(segment) & set("/?#\\ ;")
    assert unquote(segment) == integration_id
    assert (request.method, request.url.host, request.headers["host"]) == ("GET", "api.example.com", "api.example.com")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize(
    "integration_id", ["", " ", "\n", ".", "..", "x" * 2049, "\ud800", None, 7, b"abc", ["a"], object()]
)
def test_an_id_that_cannot_be_one_is_refused_before_anything_is_sent(integration_id: Any) -> None:
    with pytest.raises(ConfigurationError, match="integration_id"):
        sent(integration_id)


@pytest.mark.parametrize("argument", ["region", "host", "base_url"])
@given(value=ENDPOINTS)
def test_an_endpoint_is_used_as_given_or_refused(argument: str, value: str) -> None:
    try:
        endpoint = resolve_endpoint(**{**_none(), argument: value}, allow_http=True, environ={})
    except ConfigurationError as error:
        assert argument in str(error)
        return
    parts = urlsplit(endpoint.url)
    assert (parts.username, parts.password, parts.query, parts.fragment) == (None, None, "", "")
    assert endpoint.url.isascii()
    assert endpoint.url.isprintable()
    host = parts.hostname or ""
    if argument == "region":
        expected = next(server.url for server in SERVERS if "region" in server.variables)
        assert endpoint.url == expected.replace("{region}", value.lower())
    elif argument == "host":
        assert endpoint.url == f"https://{value.lower()}"
    else:
        assert endpoint.url.lower() == value.lower().rstrip("/")
    request = sent(base_url=endpoint.url, allow_http=True)
    assert request.url.raw_host.decode() == host
    assert request.url.raw_path.decode() == f"{parts.path}/v2/integrations/abc"
    assert request.headers["host"].partition(":")[0] in f"{host}["


def _none() -> dict[str, None]:
    return dict.fromkeys(ENDPOINT_VARIABLES)


@given(
    st.ip_addresses().map(str)
    | st.sampled_from(["localhost", "LOCALHOST.", "localhost.example.com", "example.com", "127.1"])
)
def test_plain_http_leaves_the_machine_only_where_that_was_allowed(name: str) -> None:
    url = f"http://[{name}]" if ":" in name else f"http://{name}"
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        loopback = name.lower().rstrip(".") == "localhost"
    try:
        resolve_endpoint(None, None, url, allow_http=False, environ={})
        accepted = True
    except ConfigurationError:
        accepted = False
    assert accepted == loopback
    assert resolve_endpoint(None, None, url, allow_http=True, environ={}).scheme == "http"


@pytest.mark.parametrize(
    "url",
    [
        "https://u:hunter2@h",
        "u:hunter2@h",
        "https://u:hun/ter2@h",
        "https:/u:hunter2@h",
        "//hunter2@h",
        "https://h/?k=hunter2",
        "h#hunter2",
    ],
)
def test_a_password_in_an_endpoint_is_not_shown(url: str) -> None:
    for argument in ("host", "base_url"):
        with pytest.raises(ConfigurationError) as caught:
            resolve_endpoint(**{**_none(), argument: url}, allow_http=True, environ={})
        assert "ter2" not in str(caught.value)


@given(
    st.dictionaries(st.sampled_from(sorted(ENDPOINT_VARIABLES)), st.just("a"), max_size=3),
    st.dictionaries(st.sampled_from(sorted(ENDPOINT_VARIABLES.values())), st.sampled_from(["", "b"]), max_size=3),
)
def test_any_argument_beats_any_variable_and_two_of_a_kind_are_an_error(
    arguments: dict[str, str], environ: dict[str, str]
) -> None:
    if "base_url" in arguments:
        arguments["base_url"] = "https://a"
    if environ.get("ARIZE_BASE_URL"):
        environ["ARIZE_BASE_URL"] = "https://b"
    variables = [name for name, value in environ.items() if value]
    try:
        url = resolve_endpoint(**{**_none(), **arguments}, allow_http=False, environ=environ).url
    except ConfigurationError as error:
        assert len(arguments) > 1 or (not arguments and len(variables) > 1)
        assert all(name in str(error) for name in (arguments or variables))
        return
    urls = {"region": "https://api.{}.arize.com", "host": "https://{}", "base_url": "https://{}"}
    templates = {
        "region": next(server.url for server in SERVERS if "region" in server.variables).replace("{region}", "{}")
    }
    urls.update(templates)
    if arguments:
        assert url == urls[next(iter(arguments))].format("a")
    elif variables:
        name = next(name for name, variable in ENDPOINT_VARIABLES.items() if variable == variables[0])
        assert url == urls[name].format("b")
    else:
        assert url == next(server.url for server in SERVERS if not server.variables)


@given(st.text(max_size=20) | st.text(st.sampled_from(HOSTILE), max_size=20))
def test_a_key_is_sent_as_it_is_or_refused_without_being_shown(key: str) -> None:
    try:
        secret = resolve_api_key(key)
    except ConfigurationError as error:
        assert not key or not all("!" <= character <= "~" for character in key)
        assert len(key) < 4 or key not in str(error)
        return
    assert secret.reveal() == key
    assert sent(key=key).headers["authorization"] == f"Bearer {key}"


HEADER_TEXT = st.text(st.characters(exclude_categories=()), max_size=12) | st.text(
    st.sampled_from(HOSTILE), max_size=12
)


@example({"X-Trace": "a\r\nHost: evil.example"})
@example({"Host": "evil.example"})
@example({"authorization": "Bearer other"})
@example({"Transfer-Encoding": "chunked"})
@given(st.dictionaries(HEADER_TEXT, HEADER_TEXT, max_size=3))
def test_headers_are_sent_as_they_are_or_refused(headers: dict[str, str]) -> None:
    try:
        request = sent(headers=headers)
    except ConfigurationError:
        return
    assume(len({name.lower() for name in headers}) == len(headers))
    for name, value in headers.items():
        assert request.headers.get_list(name) == [value]
    raw = b"".join(part for pair in request.headers.raw for part in pair)
    assert not set(raw) & {*range(9), *range(10, 32), 127}
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["host"] == "api.example.com"


@pytest.mark.parametrize("headers", ["X: y", [("X", "y")], {1: "y"}, {"X": 1}, {"X": None}, {"X": b"y"}, 5])
def test_headers_of_another_type_are_refused(headers: Any) -> None:
    with pytest.raises(ConfigurationError, match="headers"):
        sent(headers=headers)


@pytest.mark.parametrize("argument", sorted(ENDPOINT_VARIABLES))
@pytest.mark.parametrize("value", [5, b"api.example.com", ["h"], True])
def test_an_endpoint_of_another_type_is_refused(argument: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{argument} must be a string"):
        sent(**{"base_url": None, argument: value})


@pytest.mark.parametrize("host", ["999.999.999.999", "256.1.1.1", "1.2.3.04", "a..b", "a" * 64, "-a.example"])
def test_a_host_that_no_machine_can_have_is_refused(host: str) -> None:
    """Before httpx or the resolver would, in words of their own."""
    for arguments in ({"base_url": None, "host": host}, {"base_url": f"https://{host}/x"}):
        with pytest.raises(ConfigurationError, match="must name a host"):
            sent(**arguments)


@pytest.mark.parametrize(
    "url", ["http://my_service:8080", "https://h/a:b/c@d/~e;f=g", "https://xn--bcher-kva.example/"]
)
def test_a_url_may_hold_what_urls_hold(url: str) -> None:
    """A service in a container network has an underscore in its name; a gateway's path may have any character of a path."""
    assert str(sent(base_url=url, allow_http=True).url) == f"{url.rstrip('/')}/v2/integrations/abc"


@pytest.mark.parametrize("host", ["https://arize.example.com", "arize.example.com/", "arize.example.com/v2"])
def test_a_host_that_is_a_url_is_told_where_urls_go(host: str) -> None:
    with pytest.raises(ConfigurationError, match="A whole URL is what base_url takes"):
        sent(base_url=None, host=host)


@pytest.mark.parametrize("value", ["no", "", 1, 0, None])
def test_plain_http_is_not_allowed_by_a_slip(value: Any) -> None:
    """`allow_http=os.environ["ALLOW_HTTP"]` is true for "no"."""
    with pytest.raises(ConfigurationError, match="allow_http must be True or False"):
        sent(base_url="http://arize.example", allow_http=value)


def test_a_key_longer_than_any_is_refused_without_being_shown() -> None:
    with pytest.raises(ConfigurationError, match="has 5000 characters") as caught:
        sent(key="k" * 5000)
    assert "kk" not in str(caught.value)


def test_a_document_without_a_server_for_what_was_asked_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents have changed their servers before; base_url works with any of them."""
    monkeypatch.setattr("arize_integrations._net.endpoint.SERVERS", ())
    for arguments in ({"region": "eu"}, {"host": "h.example"}, {}):
        with pytest.raises(ConfigurationError, match=r"The document names no server for .*: use base_url instead"):
            resolve_endpoint(**{**_none(), **arguments}, allow_http=False, environ={})
    assert resolve_endpoint(None, None, "https://h.example", allow_http=False, environ={}).url == "https://h.example"


@pytest.mark.parametrize("mark", ["'", '"'])
def test_a_key_in_quotation_marks_says_so(mark: str) -> None:
    """Docker's --env-file keeps them; a server says no more than 401."""
    with pytest.raises(ConfigurationError, match="quotation marks") as caught:
        resolve_api_key(None, {"ARIZE_API_KEY": f"{mark}ak-secret-1{mark}"})
    assert "ak-secret" not in str(caught.value)
