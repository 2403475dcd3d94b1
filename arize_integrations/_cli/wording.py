"""What the library says to a Python program, said to a person at a shell."""

import re

PHRASES = {
    # What has an option.
    "pass allow_http=True": "give --allow-http",
    "timeout=...": "--timeout.",
    "base_url takes": "--base-url takes",
    "region, host or base_url": "--region, --host or --base-url",
    "region, host and base_url": "--region, --host and --base-url",
    # What has none is not offered.
    ", or an httpx.Timeout": "",
    ", or pass api_key=... in Python": "",
    "Check api_key or ": "Check ",
    ", or allow a longer wait with RetryPolicy(max_wait=..., max_elapsed=...)": "",
    # What has become of a value is said in terms of Python; here, one sees it.
    "; it reads as UNSET": "",
    "; the object is an UnknownVariant": "",
    "; it is kept in additional_properties": "",
}
"""The library's own phrases; `tests/cli` takes each from a real error, so that none outlives its message."""

_NAME = "(region|host|base_url|timeout)"
# Only where the library names them: elsewhere, "region" and "host" are words, and may be the server's.
_NAMES = re.compile(rf"^{_NAME}\b|(?<=but ){_NAME}( and {_NAME})+")


def at_the_shell(message: str) -> str:
    """The message with options where it names arguments, and nothing that a shell cannot do."""
    for phrase, words in PHRASES.items():
        message = message.replace(phrase, words)
    message = re.sub(r"^integration_id\b", "The id", message)
    return _NAMES.sub(lambda names: re.sub(_NAME, lambda name: f"--{name[0].replace('_', '-')}", names[0]), message)
