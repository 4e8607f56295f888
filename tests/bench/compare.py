"""From a set to its rows: who takes part, what they took, and the ratios."""

from __future__ import annotations

from dataclasses import replace

from .measure import Failed, Runner, Spread, Used, rounds
from .sets import Comparison, Set
from .table import Row

_MIB = 1 << 20


def disqualify(made: Set, runner: Runner) -> None:
    """Runs each contestant once: who does not bring every record takes no part."""
    kept = []
    for each in made.contestants:
        try:
            got = each.count(each.command, runner)
            reason = "" if got == each.expected else f"brought {got} instead of {each.expected}"
        except Failed as error:
            reason = str(error)
        if reason:
            made.missing[each.name] = reason
        else:
            kept.append(each)
    made.contestants = kept


def derive(made: Set, used: dict[str, list[Used]], work: dict[str, int]) -> None:
    """Adds those that did not run by themselves."""
    for each in made.derived:
        if used.get(each.of) and used.get(each.less):
            used[each.name] = [Used(a.wall - b.wall, a.cpu - b.cpu, a.peak)
                               for a, b in zip(used[each.of], used[each.less])]
            work[each.name] = work[each.of] - work[each.less]


def row_of(name: str, each: Comparison, used: dict[str, list[Used]], work: dict[str, int]) -> Row | None:
    """The row of a comparison; None where one of the two has no runs."""
    ours = used.get(each.contestant)
    theirs = used.get(each.against, [])
    if not ours or (each.what in ("speed", "peak ratio") and not theirs):
        return None
    wall = cpu = None
    if each.what == "speed":
        share = work[each.contestant] / work[each.against]
        wall = Spread.of([share * b.wall / a.wall for a, b in zip(ours, theirs)])
        if all(run.cpu > 0 for run in ours):
            cpu = Spread.of([share * b.cpu / a.cpu for a, b in zip(ours, theirs)])
    elif each.what == "wall":
        wall = Spread.of([run.wall / each.ideal for run in ours])
    elif each.what == "peak ratio":
        wall = Spread.of([a.peak / b.peak for a, b in zip(ours, theirs)])
    against = {"peak": "peak memory", "peak ratio": f"peak memory of {each.against}"}.get(each.what, each.against)
    return _figures(Row(name, each.contestant, against, each.what, wall, cpu, goal=each.goal, floor=each.floor), ours,
                    work[each.contestant])


def _figures(row: Row, used: list[Used], work: int) -> Row:
    wall = Spread.of([run.wall for run in used])
    return replace(row, wall=wall, cpu=Spread.of([run.cpu for run in used]),
                   peak_mib=max(run.peak for run in used) / _MIB,
                   rate=work / wall.median if work > 1 and wall.median > 0 else None)


def measured(made: Set, runner: Runner) -> list[Row]:
    """Measures a set: a row a comparison, and one for each contestant that none of them begins with."""
    work = {each.name: each.work for each in made.contestants}
    used = rounds({each.name: each.command for each in made.contestants}, made.rounds, runner,
                  lambda name, reason: made.missing.update({name: reason}))
    derive(made, used, work)
    rows = [row for each in made.comparisons if (row := row_of(made.name, each, used, work)) is not None]
    shown = {row.contestant for row in rows}
    return rows + [_figures(Row(made.name, name), runs, work[name]) for name, runs in used.items() if name not in shown]
