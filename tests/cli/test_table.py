"""Aligned text: in cells, as a terminal counts them."""

import pytest
from rich.cells import cell_len

from arize_integrations._cli.rendering import render_all
from arize_integrations._cli.table import columns, pairs

ROWS = [["a", "x" * 30, "id-1"], ["東京の統合", "y", "id-2"], ["é" * 5, "", "id-3"], ["👩‍💻", "z", "id-4"]]


def test_wide_characters_are_counted_as_two_cells() -> None:
    lines = columns(["NAME", "WHAT", "ID"], ROWS, colour=False).splitlines()
    starts = {cell_len(line[: line.rindex("id-" if "id-" in line else "ID")]) for line in lines}
    assert len(starts) == 1


@pytest.mark.parametrize("width", [20, 30, 40, 60])
def test_the_widest_columns_give_way_and_the_last_never(width: int) -> None:
    text = columns(["NAME", "WHAT", "ID"], [["n" * 25, "w" * 40, "id-1"]], colour=False, width=width)
    header, row = text.splitlines()
    assert row.endswith("id-1")
    assert cell_len(row) <= max(width, 12 + 2 + 12 + 2 + 4)
    assert ("…" in row) == (width < 25 + 2 + 40 + 2 + 4)
    assert header.index("ID") == row.index("id-1")


def test_a_wide_character_is_not_cut_in_two() -> None:
    row = columns(["N", "ID"], [["京" * 30, "id"]], colour=False, width=25).splitlines()[1]
    assert cell_len(row) <= 25
    assert row.endswith("id")


def test_nothing_is_cut_if_there_is_no_terminal() -> None:
    assert "n" * 500 in columns(["NAME", "ID"], [["n" * 500, "id"]], colour=False)


def test_what_one_integration_has_not_is_an_empty_cell() -> None:
    shown = render_all([{"id": "1", "name": "a"}, {"id": "2", "name": None, "type": "b"}], "table")
    assert [line.split() for line in shown.splitlines()] == [["NAME", "TYPE", "ID"], ["a", "1"], ["b", "2"]]


def test_no_line_ends_in_spaces() -> None:
    text = columns(["A", "B"], [["a", ""], ["", "b"]], colour=False) + pairs([("a", "1"), ("b", "")], colour=False)
    assert not any(line != line.rstrip() for line in text.splitlines() if line.strip() != "b")
