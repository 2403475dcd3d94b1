"""Reading what upstream publishes, in every form it may take, and nothing else."""

import gzip
import json
import ssl
import time
from pathlib import Path

import pytest
import trustme

from scripts.document.errors import SourceError
from scripts.document.source import published, read
from tests.scripts import documents
from tests.scripts.web import dripping, endless, page, serving

TEXT = documents.yaml_of(documents.first())


def test_a_bare_document_is_taken_as_it_is() -> None:
    """Byte for byte: the vendored text is upstream's."""
    for text in (TEXT, json.dumps(documents.first()), "# a comment\n---\n" + TEXT, TEXT.replace("\n", "\r\n")):
        assert published(text.encode()).text == text
        assert published(text.encode()).upstream is None


@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
def test_the_block_of_a_page_is_taken_as_it_is_with_the_url_the_page_gives(fence: str) -> None:
    """Fences inside the document, as descriptions have them, end nothing."""
    document = documents.first()
    document["info"]["description"] = "Send:\n\n```\nAuthorization: Bearer x\n```\n"
    text = documents.yaml_of(document)
    opening = f"{fence}yaml https://api.example.com/v2/spec.yaml get /x"
    content = f"# A page\n\n```json\n{{}}\n```\n\n{opening}\n{text}{fence}\n\nEnd."
    found = published(content.encode())
    assert found.text == text
    assert found.upstream == "https://api.example.com/v2/spec.yaml"


def test_a_page_may_hold_json_or_name_no_url() -> None:
    """The fence's language is a hint for browsers; what counts is what it holds."""
    text = json.dumps(documents.first(), indent=2) + "\n"
    assert published(f"```\n{text}```\n".encode()).text == text
    assert published(f"```json title\n{text}```\n".encode()).upstream is None


@pytest.mark.parametrize(
    "text", ['{"info":{},"openapi":"3.0.3"}', "info: {}\nopenapi: 3.0.3\n", "{info: {}, openapi: 3.0.3}"]
)
@pytest.mark.parametrize("form", ["{}", "# A page\n\n```\n{}\n```\n"])
def test_the_version_need_not_be_the_first_key(text: str, form: str) -> None:
    """A serialiser may sort keys, and write no line breaks."""
    assert published(form.replace("{}", text, 1).encode()).text.strip() == text.strip()


@pytest.mark.parametrize("filling", ["\n", " ", "\t\n", "```\n", "~~~~\n", "{", '"openapi"', "openapi "])
def test_reading_takes_time_in_proportion(filling: str) -> None:
    """Neither blank lines nor fences make it search again from each of them."""
    began = time.process_time()
    with pytest.raises(SourceError):
        published((filling * 200_000).encode())
    assert time.process_time() - began < 2


REFUSED = {
    "a web page": (b"<!DOCTYPE html>\n<html><body>openapi: no</body></html>", "web page"),
    "a page without a document": (b"# Hello\n\n```json\n{}\n```\n", "no OpenAPI document"),
    "nothing": (b"", "no OpenAPI document"),
    "a cut-off page": (b"# A page\n\n```yaml\nopenapi: 3.0.3\ninfo:\n", "never closed"),
    "a page with two": (b"```yaml\nopenapi: 3.0.3\n```\n\n```yaml\nopenapi: 3.0.3\n```\n", "2 OpenAPI blocks"),
    "another encoding": ("openapi: é".encode("latin-1"), "not UTF-8"),
    "UTF-16": ("openapi: 3.0.3".encode("utf-16"), "not UTF-8"),
    "an image": (b"\x89PNG\r\n\x1a\n\0\0", "not"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_holds_no_document_is_refused(content: bytes, reason: str) -> None:
    """Each is what a server in trouble really sends in place of the document."""
    with pytest.raises(SourceError, match=reason):
        published(content)


def test_a_file_is_read_by_path_and_by_url(tmp_path: Path) -> None:
    """The lock names the file, not where it lies on somebody's disk."""
    path = tmp_path / "a document.yaml"
    path.write_text(TEXT)
    for location in (str(path), path.as_uri()):
        assert read(location).content == TEXT.encode()
        assert read(location).name == "a document.yaml"


@pytest.mark.parametrize("name", ["missing.yaml", ".", "large.yaml"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    """Missing, a folder, too large."""
    (tmp_path / "large.yaml").write_bytes(b"a" * 101)
    with pytest.raises(SourceError, match=r"no such file|larger than"):
        read(str(tmp_path / name), size_limit=100)


def test_a_document_is_fetched_following_redirects() -> None:
    """On this machine plain http will do."""
    with serving(page(TEXT.encode())) as url, serving(page(b"", 302, Location=url)) as first:
        assert read(first).content == TEXT.encode()
        assert read(first).name == first


@pytest.mark.parametrize("status", [204, 301, 401, 404, 500])
def test_an_answer_that_is_no_document_is_refused(status: int) -> None:
    """A 404 page may well hold an example document."""
    with (
        serving(page(TEXT.encode() if status > 300 else b"", status)) as url,
        pytest.raises(SourceError, match=str(status)),
    ):
        read(url)


@pytest.mark.parametrize(
    "location", ["http://example.com/spec.yaml", "ftp://localhost/x", "http://localhost.example.com/x"]
)
def test_only_https_is_fetched(location: str) -> None:
    """Whoever sits on the way could write our code otherwise. Nothing is sent: none of these hosts is there."""
    with pytest.raises(SourceError, match="not an https address"):
        read(location)


@pytest.mark.parametrize("location", ["https://", "https://[::1", "https://a:b:c/", "https://a b/", "://x"])
def test_what_is_no_url_is_refused(location: str) -> None:
    """A slip in SOURCE."""
    with pytest.raises(SourceError):
        read(location)


def test_a_redirect_away_from_https_is_refused() -> None:
    """Also when the first hop was on this machine."""
    with (
        serving(page(b"", 302, Location="http://example.com/spec.yaml")) as url,
        pytest.raises(SourceError, match="redirects to http://example"),
    ):
        read(url)


def test_endless_redirects_are_refused() -> None:
    """To itself, for ever."""
    with serving(page(b"", 302, Location="/again")) as url, pytest.raises(SourceError, match="redirects"):
        read(url)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def test_a_certificate_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    """There is no way to switch this off."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with serving(page(TEXT.encode()), context) as url, pytest.raises(SourceError, match="certificate"):
        read(url)


def test_https_may_not_be_left_even_for_this_machine(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page on the web must not choose what we read from services on loopback."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with serving(page(TEXT.encode()), context) as secure, serving(page(TEXT.encode())) as plain:
        assert read(secure).content == TEXT.encode()
        with (
            serving(page(b"", 302, Location=plain), context) as leaving,
            pytest.raises(SourceError, match="redirects to http:"),
        ):
            read(leaving)


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["status", "headers", "body"]
)
def test_the_time_limit_is_for_the_whole(head: bytes) -> None:
    """A server that sends a byte now and then never runs into a read timeout."""
    with serving(dripping(head)) as url, pytest.raises(SourceError, match=r"within 0\.3 seconds"):
        read(url, timeout=0.3)


def test_the_size_limit_holds_while_reading() -> None:
    """The whole is never in memory."""
    with serving(endless) as url, pytest.raises(SourceError, match="larger than 1 MB"):
        read(url, size_limit=1024 * 1024)


def test_the_size_limit_is_for_what_is_unpacked() -> None:
    """Ten kilobytes of gzip are ten megabytes of nothing."""
    packed = gzip.compress(b"\0" * 10 * 1024 * 1024)
    with serving(page(packed, Content_Encoding="gzip")) as url, pytest.raises(SourceError, match="larger than 1 MB"):
        read(url, size_limit=1024 * 1024)


def test_a_host_that_is_not_there_is_an_error_in_a_sentence() -> None:
    """The port of a server that has gone."""
    with serving(page(b"")) as url:
        pass
    with pytest.raises(SourceError, match="cannot be fetched") as caught:
        read(url)
    assert "\n" not in str(caught.value)


def test_a_body_that_breaks_off_is_refused() -> None:
    """Less than the length that was announced."""
    with (
        serving(page(TEXT.encode()[:100], Content_Length="5000")) as url,
        pytest.raises(SourceError, match="cannot be fetched"),
    ):
        read(url)
