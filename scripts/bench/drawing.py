"""Draws what the gate does, from the simulator, into docs/assets: `python -m scripts.bench.drawing`.

The colours can be read on white and on black, as a picture cannot know what page it is on.
"""

from __future__ import annotations

from typing import NamedTuple

from arize_integrations._call.gate import RateGate
from scripts.bench.limits import FixedWindow, Outage, SlidingWindow, Unlimited
from scripts.bench.processes import ROOT
from scripts.bench.simulator import Log, World, loop, sdk

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 240, 44, 34, 34
GREY, COLOURS = "#808080", ("#3f7fe0", "#d9792b")


class Line(NamedTuple):
    """A client: what it is called, and what it did."""

    label: str
    log: Log

    def counts(self, seconds: int) -> list[float]:
        """Calls a second, over two seconds each."""
        return [self.log.rate(max(second - 0.5, 0), second + 1.5) for second in range(seconds)]


def chart(title: str, seconds: int, limit: float, lines: list[Line]) -> str:
    """An SVG of calls a second over time, with the server's limit as a dashed line."""
    most = 1.2 * max(limit, *(value for line in lines for value in line.counts(seconds)))

    def x(second: float) -> float:
        return LEFT + (WIDTH - LEFT - 10) * second / seconds

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most

    def text(left: float, top: float, words: str, colour: str = GREY, anchor: str = "start") -> str:
        return f'<text x="{left:.0f}" y="{top:.0f}" fill="{colour}" text-anchor="{anchor}">{words}</text>'

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{title}</title>",
        f'<path d="M{LEFT} {TOP}V{y(0):.0f}H{WIDTH - 10}" fill="none" stroke="{GREY}"/>',
        f'<path d="M{LEFT} {y(limit):.1f}H{WIDTH - 10}" stroke="{GREY}" stroke-dasharray="4 4"/>',
        text(LEFT - 6, y(limit) + 4, f"{limit:.0f}", anchor="end"),
        text(LEFT - 6, y(0) + 4, "0", anchor="end"),
        text(WIDTH - 10, HEIGHT - 4, "seconds", anchor="end"),
        *(text(x(tick), y(0) + 16, str(tick), anchor="middle") for tick in range(0, seconds + 1, 10)),
    ]
    for index, (line, colour) in enumerate(zip(lines, COLOURS, strict=False)):
        points = " ".join(f"{x(second + 0.5):.1f},{y(value):.1f}" for second, value in enumerate(line.counts(seconds)))
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn.append(text(LEFT + 8 + 300 * index, 18, line.label, colour))
    return "\n".join([*drawn, "</svg>", ""])


def two_clients() -> str:
    world, logs = World(SlidingWindow(25, 1.0), seed=3), [Log(), Log()]
    world.start(32, sdk(world, RateGate(), logs[0]), None)
    world.start(32, sdk(world, RateGate(), logs[1]), 300, at=10.0)
    world.run(72)
    lines = [Line("one client, always there", logs[0]), Line("another, with 300 calls to make", logs[1])]
    return chart("Calls a second: two clients share 25 a second", 70, 25, lines)


def beside_a_loop() -> str:
    world, ours, theirs = World(SlidingWindow(25, 1.0), seed=1), Log(), Log()
    world.start(32, sdk(world, RateGate(), ours), 300)
    world.start(32, loop(world, theirs), 300)
    world.run(47)
    return chart(
        "Calls a second: next to a retry loop", 45, 25, [Line("the SDK", ours), Line("a plain retry loop", theirs)]
    )


def outage() -> str:
    world, log = World(Outage(Unlimited(), 10.0, 70.0, 1.0), latency=(0.05, 0.15)), Log()
    world.start(32, sdk(world, RateGate(), log), None)
    world.run(92)
    return chart(
        "Calls a second: a minute of 429", 90, 320, [Line("32 threads; a minute of 429 from the tenth second", log)]
    )


def storm() -> str:
    world, log = World(FixedWindow(10, 1.0)), Log()
    world.start(20, sdk(world, RateGate(), log), None)
    world.run(62)
    return chart(
        "Calls a second: alone on a limit", 60, 10, [Line("20 threads on 10 calls a second, nobody else", log)]
    )


if __name__ == "__main__":
    for draw in (two_clients, beside_a_loop, outage, storm):
        file = ROOT / "docs" / "assets" / f"gate-{draw.__name__.replace('_', '-')}.svg"
        file.write_text(draw(), encoding="utf-8")
