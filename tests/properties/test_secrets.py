"""No secret of a call survives in what people read, however it is spelled and wherever it is cut."""

from __future__ import annotations

import base64
import copy
import html
import json
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, strategies as st

from arize_integrations._secrets import Secrets

SECRET = "k3y/of+the\"tests'&<more>\\~=="
MASK = "[secure]"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "URL": lambda text: quote(text, safe=""),
    "URL twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON without ASCII escapes": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "JSON in a URL": lambda text: quote(json.dumps(text)[1:-1], safe=""),
    "JSON with slashes escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
    "HTML twice": lambda text: html.escape(html.escape(text)),
    "HTML numbers": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "HTML hexadecimal": lambda text: "".join(f"&#x{ord(c):04X};" for c in text),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)[1:-1]),
    "repr": lambda text: repr(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "upper case": str.upper,
    "line breaks as spaces": lambda text: text.replace("\n", " "),
}
VALUES = [
    SECRET,
    "sk-ordinary-0123456789",
    "100%41% of it",
    "back\\n\\u0041slash",
    "two\nlines and a space",
    "pässwörd-with-ünicode",
    "emoji \U0001f511 key",
    "&amp;&lt;entity;&",
    "+++plus+++",
    "ends-with-a-percent%",
    "İstanbul-Key",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("value", VALUES)
def test_a_secret_is_masked_in_every_spelling(spelling: str, value: str) -> None:
    spelled = SPELLINGS[spelling](value)
    for before, after in (
        ("", ""),
        ("key=", "&x=1"),
        ('{"a": "', '"}'),
        ("%22", "%22"),
        ("\\n", "\\n"),
        ("é\U0001f511", "!"),
    ):
        text = Secrets("api-key-0", value).redact(f"{before}{spelled}{after}")
        assert text == f"{before}{MASK}{after}"


@given(
    st.text(min_size=8, max_size=30).filter(lambda text: len(text.strip()) >= 8),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_whatever_a_secret_holds_it_is_masked_as_it_stands(value: str, before: str, after: str) -> None:
    text = Secrets("api-key-0", value).redact(f"{before}{value}{after}")
    assert value not in text
    assert MASK in text


def test_escapes_of_escapes_are_followed_for_some_layers() -> None:
    """Nobody escapes so often, and without an end a hostile text could go on for long."""
    secrets = Secrets("api-key-0")
    assert secrets.redact("\\" + "u005c" * 3 + "u0061pi-key-0") == MASK
    assert MASK not in secrets.redact("\\" + "u005c" * 4 + "u0061pi-key-0")


def test_a_secret_in_latin_1_and_between_unknown_entities_is_masked() -> None:
    secrets = Secrets("api-key-0", "s\xe9cret-value")
    assert secrets.redact("&nosuch;s%E9cret-value&none;") == f"&nosuch;{MASK}&none;"


@given(st.text(max_size=200))
def test_a_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert Secrets("no-text-holds-this-one").redact(text) == text


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(4))
def test_a_secret_inside_base64_is_masked(before: int, after: int) -> None:
    """A client id and secret travel as one text in base64; a gateway may echo it."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(f"{'u' * before}{SECRET}{'x' * after}".encode()).decode()
        redacted = Secrets("api-key-0", SECRET).redact(text)
        assert MASK in redacted
        assert len(redacted.replace(MASK, "")) <= 12  # what belongs to its neighbours, and one character at each end


def test_many_secrets_are_masked_even_where_they_overlap() -> None:
    secrets = Secrets("first-secret", "secret-second", "first-secret-second")
    assert secrets.redact("a first-secret-second b") == f"a {MASK} b"
    assert secrets.redact("a first-secret b secret-second c") == f"a {MASK} b {MASK} c"


@pytest.mark.parametrize("value", ["true", "a", "12", "p@ss-w1"])
def test_a_short_secret_is_masked_as_a_whole_word_only(value: str) -> None:
    secrets = Secrets("api-key-0").with_more([value])
    assert secrets.redact(f"x{value} {value}x _{value}") == f"x{value} {value}x _{value}"
    assert (
        secrets.redact(f'"{value}" ({value}) %22{value}%22 \\n{value}') == f'"{MASK}" ({MASK}) %22{MASK}%22 \\n{MASK}'
    )


def test_an_empty_secret_masks_nothing_and_blanks_around_one_do_not_matter() -> None:
    secrets = Secrets("api-key-0", "", "  ", "from-a-file-123\n")
    assert secrets.redact(" a from-a-file-123, b ") == f" a {MASK}, b "


def test_json_is_redacted_at_every_depth_and_in_names_and_numbers() -> None:
    secrets = Secrets("api-key-0", "12345678", "true")
    given = {"api-key-0": [{"a": "x api-key-0"}, 12345678, 1.5, True, None, "true"]}
    assert secrets.redact(given) == {MASK: [{"a": f"x {MASK}"}, MASK, 1.5, True, None, MASK]}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_across_a_cut_leaves_no_part_behind(spelling: str) -> None:
    """The first 64 KiB of an error page ended within the key: all but its last character was shown."""
    secrets, spelled = Secrets(SECRET), SPELLINGS[spelling](SECRET)
    for shown in range(1, len(spelled) + 1):
        text = f"{'.' * (100 - shown)}{spelled} and more"
        assert secrets.redact_start(text, 100) == f"{'.' * (100 - shown)}{MASK}"


def test_what_a_cut_leaves_out_is_not_shown() -> None:
    assert Secrets("api-key-0").redact_start("some text", 4) == "some"
    assert Secrets("api-key-0").redact_start("text api-key-0 api-key-0", 5) == "text "


HOSTILE = {
    "no escape": "a" * 2**20,
    "nearly secrets": "secret-number-1" * 2**16,
    "nothing but secrets": "secret-number-100-and-its-end" * 2**15,
    "a URL": "%41" * 2**16,
    "percent signs": "%" + "25" * 2**17,
    "backslashes": "\\" * 2**18,
    "entities": "&amp;" * 2**16,
    "one entity": "&" + "amp;" * 2**16,
    "unfinished entities": "&#" * 2**17,
}


@pytest.mark.parametrize("text", HOSTILE)
def test_two_hundred_secrets_in_a_long_text_take_seconds_at_most(text: str) -> None:
    secrets = Secrets("api-key-0", *(f"secret-number-{n}-and-its-end" for n in range(200)))
    started = time.process_time()
    secrets.redact(HOSTILE[text])
    assert time.process_time() - started < 10  # well under one; a search that is not linear takes hours


def test_two_hundred_secrets_in_a_document_of_many_strings_take_seconds_at_most() -> None:
    secrets = Secrets("api-key-0", "true", *(f"secret-number-{n}-and-its-end" for n in range(200)))
    document = {"strings": ["short"] * 30_000, "numbers": [*range(10_000)], "echo": "secret-number-7-and-its-end"}
    started = time.process_time()
    assert secrets.redact(document)["echo"] == MASK
    assert time.process_time() - started < 10


def test_secrets_show_themselves_only_when_asked_and_are_not_pickled() -> None:
    secrets = Secrets(SECRET, "another-one-1")
    assert "another" not in f"{secrets} {secrets!r} {secrets.with_more(['third-one-1'])!r}"
    assert SECRET not in f"{secrets} {secrets!r}"
    assert secrets.reveal() == secrets.with_more(["third-one-1"]).reveal() == SECRET
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            way(secrets)


def test_nothing_is_prepared_before_it_is_needed() -> None:
    """Every create has secrets of its own; almost none has to mask them."""
    secrets = Secrets("api-key-0").with_more(["x" * 30])
    assert set(vars(secrets)) == {"_values"}


# What the libraries underneath log

LIBRARIES = "httpx httpcore.connection httpcore.http11 httpcore.http2 httpcore.proxy httpcore.socks hpack.hpack hpack.table".split()


@contextmanager
def logged(name: str) -> Iterator[list[str]]:
    """What a library's logger gives to a handler of the program's own."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    logger, handler = logging.getLogger(name), Keep()
    before = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_at_debug_logs_no_secret(library: str) -> None:
    secrets = Secrets("api-key-0123", "provider-key-1")
    with logged(library) as lines:
        logger = logging.getLogger(library)
        logger.debug("Adding %s=%s to the header table", b"authorization", b"Bearer api-key-0123")
        logger.debug("echoed provider-key-1")
    assert lines == [f"Adding b'authorization'=b'Bearer {MASK}' to the header table", f"echoed {MASK}"]
    del secrets


def test_compressed_headers_are_not_logged() -> None:
    """What holds the key in Huffman's code cannot be searched for it."""
    with logged("hpack.hpack") as lines:
        logging.getLogger("hpack.hpack").debug("Encoded header block to %s", b"\x82\x86secret")
        logging.getLogger("hpack.hpack").debug("Decoding %s", memoryview(b"\x82"))
        logging.getLogger("hpack.hpack").debug("Encoding %d with %d bits", 10, 5)
    assert lines == ["Encoded header block to (not shown)", "Decoding (not shown)", "Encoding 10 with 5 bits"]


def test_a_record_that_cannot_be_formatted_harms_neither_program_nor_secret() -> None:
    secrets = Secrets("api-key-0123")
    with logged("httpx") as lines:
        logging.getLogger("httpx").debug("%d headers", "api-key-0123")
    assert lines == ["%d headers"]
    del secrets


def test_a_record_without_a_secret_is_left_as_it_came() -> None:
    """The libraries serve other clients, too, and programs read the arguments of their records."""
    secrets = Secrets("api-key-0123")
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    with logged("httpx"):
        keep = Keep()
        logging.getLogger("httpx").addHandler(keep)
        logging.getLogger("httpx").info("HTTP Request: %s %s", "GET", "https://h")
        logging.getLogger("httpx").removeHandler(keep)
    assert [(record.msg, record.args) for record in records] == [("HTTP Request: %s %s", ("GET", "https://h"))]
    del secrets


def test_secrets_that_nobody_holds_are_forgotten() -> None:
    Secrets("short-lived-secret")
    with logged("httpx") as lines:
        logging.getLogger("httpx").debug("short-lived-secret")
    assert lines == ["short-lived-secret"]


def test_logging_while_other_threads_create_clients_never_fails() -> None:
    """The set of living secrets was walked through while another thread added to it: RuntimeError out of `get`."""
    stop, failures = threading.Event(), list[RuntimeError]()

    def create() -> None:
        while not stop.is_set():
            held = [Secrets(f"a-secret-{n}") for n in range(20)]
            del held

    def log() -> None:
        try:
            for _ in range(60):
                logging.getLogger("httpcore.http11").debug("send_request_headers.started")
        except RuntimeError as error:
            failures.append(error)

    creators = [threading.Thread(target=create) for _ in range(2)]
    loggers = [threading.Thread(target=log) for _ in range(2)]
    with logged("httpcore.http11"):
        for thread in (*creators, *loggers):
            thread.start()
        for thread in loggers:
            thread.join()
        stop.set()
        for thread in creators:
            thread.join()
    assert failures == []
