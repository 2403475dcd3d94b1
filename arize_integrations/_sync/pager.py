# Made from arize_integrations/_async by `make generate`; do not edit: change the async text.
"""A list of integrations, read page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

from arize_integrations._wire.operations import Call, list_integrations
from arize_integrations._wire.pages import IntegrationPage
from arize_integrations_api import models


class IntegrationPager:
    """The integrations of a list, over all its pages; one page is in memory at a time.

    Each `for` begins again at the first page (or at the `cursor` that was given). Nothing is sent before it.

    Raises:
        ArizeError: while it is iterated, what the client's calls raise; `ResponseDecodingError` for a page without its
            list, or one that announces more without saying where, so that a list never ends early in silence.
    """

    def __init__(self, run: Callable[[Call], Any], filters: Mapping[str, Any]) -> None:
        list_integrations(filters, set())  # what cannot be asked for fails here
        self._run = run
        self._filters = dict(filters)

    def __iter__(self) -> Iterator[models.Integration]:
        return _Items(self.pages())

    def pages(self) -> Iterator[IntegrationPage]:
        """The pages: each with `items`, and the `next_cursor` that `list(cursor=...)` takes to go on after it."""
        return _Pages(self._run, self._filters)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._filters.items() if value is not None)
        return f"{type(self).__name__}({given})"


# Classes and not generators: trio warns about an async generator that a caller leaves early.
class _Pages:
    def __init__(self, run: Callable[[Call], Any], filters: Mapping[str, Any]) -> None:
        self._run = run
        self._filters = filters
        self._cursor: str | None = filters["cursor"]
        self._seen: set[str] = {self._cursor} if self._cursor else set()
        self._ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> IntegrationPage:
        if self._ended:
            raise StopIteration
        call = list_integrations({**self._filters, "cursor": self._cursor}, self._seen)
        page: IntegrationPage = self._run(call)
        self._cursor = page.next_cursor
        self._ended = page.next_cursor is None
        return page


class _Items:
    def __init__(self, pages: Iterator[IntegrationPage]) -> None:
        self._pages = pages
        self._items: Iterator[models.Integration] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> models.Integration:
        while True:
            for integration in self._items:
                return integration
            page = next(self._pages)
            self._items = iter(page.items)
