"""Aligned text. Widths are those that a terminal gives to characters: two cells for many in East Asian scripts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

BOLD, PLAIN = "\033[1m", "\033[0m"
_GAP = 2
_NARROWEST = 12
"""Cells: no column is cut to less."""


def columns(headers: Sequence[str], rows: Sequence[Sequence[str]], *, colour: bool, width: int | None = None) -> str:
    """Rows under their headers.

    Args:
        headers: one for each column.
        rows: as many cells each; what does not print is escaped already.
        colour: whether headers are bold.
        width: of the terminal; on one, the widest columns but the last are cut to fit. None: nothing is cut.
    """
    widths = [max(cell_len(row[index]) for row in (headers, *rows)) for index in range(len(headers))]
    if width is not None:
        widths = _fitted(widths, width)

    def line(cells: Sequence[str]) -> str:
        *others, last = cells
        return "".join(_padded(cell, size) + " " * _GAP for cell, size in zip(others, widths, strict=False)) + last

    bold, plain = (BOLD, PLAIN) if colour else ("", "")
    return f"{bold}{line(headers)}{plain}\n" + "".join(f"{line(row).rstrip()}\n" for row in rows)


def pairs(rows: Sequence[tuple[str, str]], *, colour: bool) -> str:
    """Names and values, one pair a line."""
    # A name longer than half a line moves its own value to the right, not all of them.
    half = shutil.get_terminal_size().columns // 2
    width = max((cell_len(name) for name, _ in rows if cell_len(name) <= half), default=0)
    bold, plain = (BOLD, PLAIN) if colour else ("", "")
    return "".join(f"{bold}{name}{' ' * max(0, width - cell_len(name))}{plain}  {value}\n" for name, value in rows)


def _fitted(widths: Sequence[int], width: int) -> list[int]:
    """Narrower columns, if the table is wider than the terminal: the widest gives first, the last never."""
    sizes = [*widths]
    excess = sum(sizes) + _GAP * (len(sizes) - 1) - width
    while excess > 0 and len(sizes) > 1:
        widest = max(range(len(sizes) - 1), key=sizes.__getitem__)
        if sizes[widest] <= _NARROWEST:
            break
        sizes[widest] -= 1
        excess -= 1
    return sizes


def _padded(cell: str, size: int) -> str:
    if cell_len(cell) > size:
        return set_cell_size(cell, size - 1) + "…"
    return cell + " " * (size - cell_len(cell))
