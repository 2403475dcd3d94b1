"""A limit on the time that a stranger's document may cost."""

import signal
import time
from types import FrameType
from typing import Self

from attrs import define

from scripts.document.errors import ScriptError


class _OutOfTimeError(BaseException):
    """Not an `Exception`, so that no `except Exception` on the way catches it."""


@define
class TimeLimit:
    """Ends what runs in its `with` block after so many seconds, and says in which step.

    Raises:
        ScriptError: on leaving the block, if the time was up.
    """

    seconds: float
    step: str = "reading"
    _before: tuple[object, float, float] = (None, 0.0, 0.0)

    def __enter__(self) -> Self:
        handler = signal.signal(signal.SIGALRM, self._end)
        remaining, _ = signal.setitimer(signal.ITIMER_REAL, self.seconds)
        self._before = (handler, remaining, time.monotonic())
        return self

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        raise _OutOfTimeError

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        handler, remaining, began = self._before
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)  # type: ignore[arg-type]
        if remaining:
            # A limit around this one, such as a test's.
            signal.setitimer(signal.ITIMER_REAL, max(remaining - (time.monotonic() - began), 0.01))
        if isinstance(error, _OutOfTimeError):
            raise ScriptError(f"{self.step} took longer than {self.seconds:g} seconds") from None
