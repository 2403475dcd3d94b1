"""A plan as people read it: in a terminal, in a pull request, as JSON."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from arize_integrations.declarative.values import Change, Difference, Plan

HOSTILE = [
    "</code></pre><script>alert(1)</script>",
    "```\n# heading",
    "````` @everyone #1 [a](javascript:x)",
    "\x1b[31mred\x1b[0m \x9b2J\r\n::error::x",
    "a\u202eb\u2028c\u00a0d",
    "\ud800",
]


def plan_of(*changes: Change, existing: int = 0) -> Plan:
    return Plan(tuple(changes), existing)


def update(*differences: Difference, name: str = "a") -> Change:
    return Change("update", "LLM", name, differences, "id")


def test_each_change_is_a_line_with_its_differences_below_and_a_summary_at_the_end() -> None:
    plan = plan_of(
        Change(
            "create", "LLM", "new", (Difference("config.x", None, True), Difference("config.key", None, "[secure]"))
        ),
        update(
            Difference("config.x", "old", "new"), Difference("config.names", ["a"], ["a", "b"], "replaced as a whole")
        ),
        Change("none", "LLM", "same"),
        Change("replace", "LLM", "other", (Difference("config.p", "A", "B", "cannot be changed"),)),
        Change("delete", "AGENT", "old"),
    )
    assert str(plan).splitlines() == [
        '  + create LLM "new"',
        "        config.x: true",
        "        config.key: [secure]",
        '  ~ update LLM "a"',
        '        config.x: "old" -> "new"',
        '        config.names (replaced as a whole): ["a"] -> ["a", "b"]',
        '-/+ replace LLM "other"',
        '        config.p (cannot be changed): "A" -> "B"',
        '  - delete AGENT "old"',
        "",
        "Plan: 1 to create, 1 to update, 1 to replace, 1 to delete, 1 unchanged.",
    ]


def test_nothing_to_do_is_one_line() -> None:
    assert str(plan_of(Change("none", "LLM", "a"), Change("none", "LLM", "b"))) == "Nothing to do: 2 unchanged."


def test_of_a_long_value_the_lines_that_differ_are_shown() -> None:
    before = {f"key {index:02}": "value" for index in range(50)}
    text = str(plan_of(update(Difference("config.schema", before, {**before, "key 25": "other"}))))
    assert '-   "key 25": "value",' in text
    assert '+   "key 25": "other",' in text
    assert '"key 30"' not in text


def test_a_value_of_many_lines_is_cut() -> None:
    text = str(plan_of(update(Difference("config.schema", {}, {f"key {index}": "value" for index in range(500)}))))
    assert len(text.splitlines()) < 60
    assert "more lines" in text


def test_a_secret_that_looks_the_same_is_shown_once() -> None:
    assert "config.key (sent again): [secure]\n" in str(
        plan_of(update(Difference("config.key", "[secure]", "[secure]", "sent again")))
    )


def test_a_change_is_shown_alone_too() -> None:
    change = update(Difference("config.x", None, 1))
    assert str(change).splitlines() == ['  ~ update LLM "a"', "        config.x: (none) -> 1"]
    assert '"b"' in str(Change("none", "LLM", "b"))


def test_too_many_deletions_are_announced() -> None:
    plan = plan_of(*(Change("delete", "LLM", str(index)) for index in range(4)), existing=9)
    assert "It deletes 4 of 9, more than a third" in str(plan)
    assert "It deletes 4 of 9, more than a third" in plan.to_markdown()


@pytest.mark.parametrize("text", HOSTILE)
def test_other_peoples_text_does_nothing_in_a_terminal(text: str) -> None:
    plan = plan_of(update(Difference(f"config.{text}", [text], {text: text}), name=text), Change("create", text, "a"))
    assert all(line.isprintable() for line in str(plan).splitlines())
    assert len(str(plan).splitlines()) == 5


@pytest.mark.parametrize("text", HOSTILE)
def test_other_peoples_text_stays_text_in_markdown(text: str) -> None:
    plan = plan_of(update(Difference(f"config.{text}", [text], {text: text}), name=text), Change("create", text, "a"))
    kinds = [token.type for token in MarkdownIt().parse(plan.to_markdown())]
    assert kinds == ["paragraph_open", "inline", "paragraph_close", "fence"]


def test_a_comment_is_never_longer_than_github_takes() -> None:
    long = [update(Difference("config.x", "a" * 100, "b" * 100), name=f"name {index}") for index in range(400)]
    comment = plan_of(*long).to_markdown()
    assert len(comment) < 65_536
    assert comment.count("update LLM") == 400
    assert "differences are left out" in comment
    many = [update(name=f"name {index} {'x' * 100}") for index in range(2000)]
    comment = plan_of(*many).to_markdown()
    assert len(comment) < 65_536
    assert f"{2000 - comment.count('update LLM')} changes" in comment
    assert [token.type for token in MarkdownIt().parse(comment)].count("fence") == 1
