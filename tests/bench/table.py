"""Rows of the result: what they hold, how they are judged, the table and the JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from .measure import Spread

_HEAD = ("set", "contestant", "against", "by wall time", "by CPU time", "wall s", "CPU s", "MiB", "a second", "goal",
         "")


@dataclass(frozen=True)
class Row:
    """A contestant, and the ratio to what it is compared with; `what` as in sets.Comparison."""

    set: str
    contestant: str
    against: str = ""
    what: str = "speed"
    wall_ratio: Spread | None = None
    cpu_ratio: Spread | None = None
    wall: Spread | None = None
    cpu: Spread | None = None
    peak_mib: float | None = None
    rate: float | None = None
    rate_unit: str = "records"
    goal: float | None = None
    floor: float | None = None

    def verdict(self) -> str:
        """By each kind of time that the row has, or of the memory: does the median reach the goal, or the floor?"""
        if self.goal is None:
            return ""
        if self.what == "peak":
            return self._judge(self.peak_mib or 0)
        judged = {}
        if self.wall_ratio is not None:
            judged["wall"] = self._judge(self.wall_ratio.median)
        if self.cpu_ratio is not None:
            judged["CPU"] = self._judge(self.cpu_ratio.median)
        if len(set(judged.values())) == 1:
            return next(iter(judged.values()))
        return ", ".join(f"{kind} {word}" for kind, word in judged.items())

    def _judge(self, value: float) -> str:
        def reaches(limit: float | None) -> bool:
            return limit is not None and (value >= limit if self.what == "speed" else value <= limit)

        return "met" if reaches(self.goal) else "floor met" if reaches(self.floor) else "MISSED"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(spread: Spread | None) -> str:
    if spread is None:
        return ""
    return f"{_number(spread.median)} ({_number(spread.min)}-{_number(spread.max)})"


def _seconds(spread: Spread | None) -> str:
    return "" if spread is None else f"{spread.median:.3f} ({spread.min:.3f}-{spread.max:.3f})"


def _rate(row: Row) -> str:
    if row.rate is None:
        return ""
    if row.rate_unit != "records":
        return f"{row.rate:,.0f} {row.rate_unit}"
    return f"{row.rate / 1000:,.0f} k" if row.rate >= 10_000 else f"{row.rate:,.0f}"


def _goal(row: Row) -> str:
    if row.goal is None:
        return ""
    sign = ">=" if row.what == "speed" else "<="
    unit = " MiB" if row.what == "peak" else ""
    return f"{sign} {row.goal:g}{unit}" + (f" (floor {row.floor:g})" if row.floor is not None else "")


def text(rows: list[Row]) -> str:
    """The table. Ratios are medians, with the smallest and the largest of the rounds behind them."""
    cells = [_HEAD]
    last = ""
    for row in rows:
        cells.append((row.set if row.set != last else "", row.contestant, row.against, _ratio(row.wall_ratio),
                      _ratio(row.cpu_ratio), _seconds(row.wall), _seconds(row.cpu),
                      "" if row.peak_mib is None else f"{row.peak_mib:.1f}", _rate(row), _goal(row), row.verdict()))
        last = row.set
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in cells)


def as_json(row: Row) -> dict[str, object]:
    """A row of the JSON."""
    return {**dataclasses.asdict(row), "verdict": row.verdict()}
