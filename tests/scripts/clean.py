"""What every message about a stranger's document must be."""

import re

LONGEST = 300


def assert_clean(message: str) -> None:
    """One printable line that nobody takes for a command."""
    assert len(message) <= LONGEST
    assert message.isprintable()
    assert not re.search(r"^\s*::|##\[|Traceback|object at 0x|Error\(|<class|UntrustedString", message), message
