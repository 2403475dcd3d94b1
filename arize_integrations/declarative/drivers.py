"""Makes the calls of a plan, a few changes at a time: with threads, or with tasks of asyncio or trio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from typing import Any

from arize_integrations.declarative.apply import AT_A_TIME, Course, Record, phases
from arize_integrations.declarative.values import Applied, Change, Plan
from arize_integrations.errors import ArizeError


def apply_in_threads(client: Any, plan: Plan, on_change: Callable[[Change], object] | None) -> Applied:
    """Make the changes of a plan with a sync client; `on_change` is called in the thread that called this."""
    record = Record(plan, on_change)
    for changes in phases(plan):
        with ThreadPoolExecutor(AT_A_TIME, "arize-apply") as pool:
            futures = {pool.submit(copy_context().run, _make, client, change): change for change in changes}
            try:
                for future in as_completed(futures):
                    record.add(futures[future], future.result())
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return record.result()


def _make(client: Any, change: Change) -> ArizeError | None:
    course = Course(change)
    while course.step is not None:
        try:
            answer = course.step(client)
        except ArizeError as error:
            course.failed(error)
        else:
            course.answered(answer)
    return course.error


async def apply_in_tasks(client: Any, plan: Plan, on_change: Callable[[Change], object] | None) -> Applied:
    """Make the changes of a plan with an async client."""
    from anyio import create_task_group  # only those who apply pay for its import

    record = Record(plan, on_change)
    for changes in phases(plan):
        todo, problems = iter(changes), list[Exception]()
        async with create_task_group() as tasks:
            for _ in range(min(AT_A_TIME, len(changes))):
                tasks.start_soon(_work, client, todo, record, problems)
        if problems:
            raise problems[0]
    return record.result()


async def _work(client: Any, todo: Iterator[Change], record: Record, problems: list[Exception]) -> None:
    """Make changes until none is left, or something went wrong that is no failure of a change, such as in `on_change`."""
    for change in todo:
        if problems:
            return
        try:
            record.add(change, await _make_async(client, change))
        except Exception as error:  # noqa: BLE001  a task group would wrap it
            problems.append(error)


async def _make_async(client: Any, change: Change) -> ArizeError | None:
    course = Course(change)
    while course.step is not None:
        try:
            answer = await course.step(client)
        except ArizeError as error:
            course.failed(error)
        else:
            course.answered(answer)
    return course.error
