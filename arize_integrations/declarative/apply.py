"""What a plan does, change by change: a generator of calls, which a thread or a task makes.

Nothing here sends or waits. A step takes a client and makes one call with it; what it gives, or the error that it raises,
comes back to the generator. So the order of calls is written once, for the sync client and for the async one.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from arize_integrations.declarative.values import Applied, Change, Plan
from arize_integrations.errors import ApplyError, ArizeError, ConfigurationError, ConflictError, NotFoundError

AT_A_TIME = 4
"""Changes under way together."""

Step: TypeAlias = Callable[[Any], Any]
"""A call to make with a client: the result, or an awaitable of it."""
Steps: TypeAlias = Generator[Step, Any, None]


def check_plan(plan: Plan, *, force: bool) -> None:
    """Refuse what is not to be applied, before anything is sent.

    Raises:
        ConfigurationError: it is no plan, it was pickled, or it deletes too much.
    """
    if not isinstance(plan, Plan):
        raise ConfigurationError(f"is a {type(plan).__name__}, not what plan() gave.", parameter="plan")
    if any(change._body.is_empty for change in plan if change.action in {"create", "update", "replace"}):
        raise ConfigurationError("was pickled, and what it has to send is not: plan again.", parameter="plan")
    if plan.deletes_too_many and not force:
        deletions = plan.summary["delete"]
        raise ConfigurationError(
            f"The plan deletes {deletions} of {plan.existing} integrations, more than a third.",
            hint="Look at it again; give force=True if that is what you want.",
        )


def phases(plan: Plan) -> tuple[list[Change], list[Change]]:
    """The changes in the order of their phases: deletions come last."""
    deletions = [change for change in plan if change.action == "delete"]
    others = [change for change in plan if change.action not in {"delete", "none"}]
    return others, deletions


def steps_of(change: Change) -> Steps:
    """The calls that make a change. Raises what a call raises, and `ConfigurationError` if the integration has moved."""
    if change.action == "update":
        yield from _look_again(change)
        yield lambda client: client.update(change.id, change._body.reveal())
    if change.action in {"replace", "delete"}:
        yield from _delete(change)
    if change.action in {"replace", "create"}:
        yield from _create(change)


def _look_again(change: Change) -> Steps:
    found = yield lambda client: client.get(change.id)
    if getattr(found, "updated_at", None) != change.updated_at:
        raise ConfigurationError(f"{change.type} {change.name!r} has been changed since the plan was made: plan again.")


def _delete(change: Change) -> Steps:
    try:
        yield from _look_again(change)
        yield lambda client: client.delete(change.id)
    except NotFoundError:
        pass  # somebody else has deleted it, which is what was wanted


def _create(change: Change) -> Steps:
    """Create an integration. If the answer is lost, look whether it is there; if not, try once more, and look once more."""
    lost: ArizeError | None = None
    for _ in range(2):
        try:
            yield lambda client: client.create(change._body.reveal())
        except ArizeError as error:
            is_taken = lost is not None and isinstance(error, ConflictError)  # perhaps by the first attempt
            if not is_taken and not getattr(error, "outcome_unknown", False):
                raise
            lost = error
        else:
            return
        if (yield from _is_there(change, lost)):
            return
    assert lost is not None
    raise lost


def _is_there(change: Change, lost: ArizeError) -> Generator[Step, Any, bool]:
    try:
        found = yield lambda client: client.find(change.name, type=change.type)
    except ArizeError:
        raise lost from None  # it says what could not be found out
    return found is not None


class Course:
    """One change under way: the step to take next (None at the end), and the error that ended it, if any."""

    def __init__(self, change: Change) -> None:
        self._steps = steps_of(change)
        self.error: ArizeError | None = None
        self.step: Step | None = None
        self._go_on(self._steps.send, None)

    def answered(self, answer: Any) -> None:
        """The step gave this."""
        self._go_on(self._steps.send, answer)

    def failed(self, error: ArizeError) -> None:
        """The step raised this."""
        self._go_on(self._steps.throw, error)

    def _go_on(self, resume: Callable[[Any], Step], outcome: Any) -> None:
        self.step = None
        try:
            self.step = resume(outcome)
        except StopIteration:
            pass
        except ArizeError as error:
            self.error = error


class Record:
    """What has been done so far, and what failed. Both drivers keep one."""

    def __init__(self, plan: Plan, on_change: Callable[[Change], object] | None) -> None:
        self._plan = plan
        self._on_change = on_change
        self._outcomes: dict[int, ArizeError | None] = {}

    def add(self, change: Change, error: ArizeError | None) -> None:
        """Note how a change went, and report one that was made to the caller."""
        self._outcomes[id(change)] = error
        if error is None and self._on_change is not None:
            self._on_change(change)

    def result(self) -> Applied:
        """What was done.

        Raises:
            ApplyError: some changes failed.
        """
        outcomes = [(change, self._outcomes[id(change)]) for change in self._plan if id(change) in self._outcomes]
        applied = Applied(tuple(change for change, error in outcomes if error is None))
        failures = [(change, error) for change, error in outcomes if error is not None]
        if failures:
            raise ApplyError(_message(applied, failures), applied=applied, failures=failures)
        return applied


def _message(applied: Applied, failures: list[tuple[Change, ArizeError]]) -> str:
    first, error = failures[0]
    return (
        f"{len(failures)} of {len(failures) + len(applied)} changes failed, the first to {first.action} "
        f"{first.type} {first.name!r}: {error} Plan and apply again to do what is left."
    )
