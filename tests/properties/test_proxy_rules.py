"""Which proxy is asked, and which endpoints NO_PROXY leaves out: our rules beside those of httpx, requests and curl.

Where one of them goes past the proxy we do, too: a program that says so must not show its key to the proxy.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from urllib.parse import urlsplit

import httpx
import pytest

from arize_integrations._net import proxies
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._net.proxies import find_proxy, is_left_out

# NO_PROXY, URL, whether we go past the proxy, and which others do: h(ttpx 0.28), r(equests 2.32), c(url 7.88).
FORMS = [
    ("", "https://example.com", False, ""),
    (",", "https://example.com", False, ""),
    (".", "https://example.com", False, ""),
    ("*", "https://api.example.com", True, "hrc"),
    ("elsewhere,*", "https://example.com", True, "h"),
    # domains
    ("example.com", "https://example.com", True, "hrc"),
    ("example.com", "https://api.example.com", True, "hrc"),
    ("example.com", "https://notexample.com", False, ""),
    ("example", "https://example.com", False, ""),
    ("com", "https://example.com", True, "hrc"),
    (".example.com", "https://api.example.com", True, "hrc"),
    (".example.com", "https://example.com", True, "rc"),
    ("*.example.com", "https://api.example.com", True, ""),
    ("*.example.com", "https://notexample.com", False, ""),
    ("EXAMPLE.com", "https://api.EXAMPLE.COM", True, "hrc"),
    ("example.com.", "https://example.com", True, "c"),
    ("example.com", "https://example.com.", True, "c"),
    ("localhost", "http://localhost:8080", True, "hrc"),
    # lists
    ("elsewhere,example.com", "https://example.com", True, "hrc"),
    ("elsewhere, example.com", "https://example.com", True, "hrc"),
    ("elsewhere example.com", "https://example.com", True, "c"),
    # ports and schemes
    ("example.com:8080", "https://example.com:8080", True, "hr"),
    ("example.com:8080", "https://example.com", False, ""),
    ("example.com:443", "https://example.com", True, ""),
    ("example.com:80", "https://example.com", False, ""),
    ("https://example.com", "https://example.com", True, "h"),
    ("http://example.com", "https://example.com", False, ""),
    # addresses
    ("127.0.0.1", "http://127.0.0.1:8080", True, "hrc"),
    ("127.0.0.1:8080", "http://127.0.0.1:8080", True, "h"),
    ("127.0.0.1:8081", "http://127.0.0.1:8080", False, ""),
    ("127.0.0.0/8", "http://127.0.0.1:8080", True, "rc"),
    ("10.0.0.0/8", "http://11.0.0.1", False, ""),
    ("10.1.2.3/8", "http://10.0.0.1", True, "rc"),
    ("10.0.0.0/8", "http://example.com", False, ""),
    ("::1", "http://[::1]:8080", True, "hrc"),
    ("[::1]", "http://[::1]:8080", True, "!"),
    ("[::1]:8080", "http://[::1]:8080", True, "!"),
    ("[::1]:8081", "http://[::1]:8080", False, "!"),
    ("::/64", "http://[::1]:8080", True, "!"),
    ("0:0:0:0:0:0:0:1", "http://[::1]:8080", True, ""),
    ("::ffff:10.0.0.1", "http://10.0.0.1", True, ""),
    ("10.0.0.1", "http://[::ffff:10.0.0.1]", True, ""),
    ("10.0.0.0/8", "http://[::ffff:10.0.0.1]", True, ""),
    # what some take for a match and none documents
    ("0.0.1", "http://10.0.0.1", False, "hr"),
    ("example.com/8", "http://example.com", False, "h"),
    ("10.0.0.1/33", "http://10.0.0.1", False, "h"),
    ("exa[mple.com", "http://example.com", False, ""),
]
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def endpoint(url: str) -> Endpoint:
    parts = urlsplit(url)
    return Endpoint(parts.scheme, parts.netloc.lower())


@pytest.mark.parametrize(("no_proxy", "url", "left_out", "others"), FORMS)
def test_no_proxy_leaves_out_what_it_names(no_proxy: str, url: str, left_out: bool, others: str) -> None:
    assert is_left_out(endpoint(url), no_proxy) is left_out


@pytest.mark.parametrize(("no_proxy", "url", "left_out", "others"), FORMS)
def test_the_column_of_httpx_is_true(
    no_proxy: str, url: str, left_out: bool, others: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    if others == "!":  # no client can be made at all
        with pytest.raises(httpx.InvalidURL):
            httpx.Client()
        return
    with httpx.Client() as client:
        transport = client._transport_for_url(httpx.URL(url))
        assert (transport is client._transport) is ("h" in others)


@pytest.mark.parametrize(("no_proxy", "url", "left_out", "others"), FORMS)
def test_the_column_of_requests_is_true(no_proxy: str, url: str, left_out: bool, others: str) -> None:
    requests = pytest.importorskip("requests")  # which other tools of the tests bring
    assert bool(requests.utils.should_bypass_proxies(url, no_proxy)) is ("r" in others)


def test_the_column_of_curl_is_true() -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    said = subprocess.run([curl, "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall("[0-9]+", said)[:2])) < (7, 86):
        pytest.skip("curl before 7.86 reads no networks")
    for no_proxy, url, _, others in FORMS:
        stay = [f"*:{port}:127.0.0.1" for port in (80, 443, 8080)]
        options = ["-sv", "--globoff", "--max-time", "2", "--proxy", "http://127.0.0.9:1", "--noproxy", no_proxy]
        options += [option for target in stay for option in ("--resolve", target)]
        done = subprocess.run([curl, "--disable", *options, url], capture_output=True, text=True)
        assert ("127.0.0.9" not in done.stderr) is ("c" in others), (no_proxy, url)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://a:1"}, "http://a:1"),
        ({"https_proxy": "http://a:1"}, "http://a:1"),
        ({"Https_Proxy": "http://a:1"}, "http://a:1"),
        ({"HTTP_PROXY": "http://a:1"}, None),
        ({"ALL_PROXY": "http://a:1"}, "http://a:1"),
        ({"all_proxy": "a:1"}, "http://a:1"),
        ({"HTTPS_PROXY": "http://a:1", "ALL_PROXY": "http://b:1"}, "http://a:1"),
        ({"HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:1"}, "http://b:1"),
        ({"HTTPS_PROXY": "http://a:1", "https_proxy": ""}, None),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "example.com"}, None),
        ({"HTTPS_PROXY": "http://a:1", "no_proxy": "example.com"}, None),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "example.com", "no_proxy": "elsewhere"}, "http://a:1"),
        ({"HTTPS_PROXY": "socks5h://a:1"}, "socks5h://a:1"),
    ],
)
def test_the_proxy_is_the_one_that_the_environment_names(
    environment: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = find_proxy(endpoint("https://api.example.com"))
    assert (str(found.url) if found else None) == proxy


def test_exceptions_of_the_system_settings_hold_where_the_environment_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On macOS and Windows both the proxy and its exceptions may come from there."""
    monkeypatch.setattr(proxies, "getproxies", lambda: {"https": "http://system:1"})
    monkeypatch.setattr(proxies, "proxy_bypass", lambda host: host == "api.example.com")
    assert find_proxy(endpoint("https://api.example.com")) is None
    assert find_proxy(endpoint("https://other.example.com")) is not None
