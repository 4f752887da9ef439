"""Why here and not there: what else a line's lot, and its need, could have had, and at what price.

Each alternative is one exchange on the finished plan, nothing else moved: its effect on every goal
is counted by the judge's own formulas, so it is exact for that exchange. Solving everything again
could soften it, never make the plan better than its bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from graphcore.domain.errors import NotFound
from graphcore.domain.text import say
from optimizer.order import USUAL, Aims
from optimizer.problem import Problem, Solution
from optimizer.rules import access, intent, needs, stock
from optimizer.rules.case import Case
from optimizer.rules.goals import owed_of, value_of

MOST = 5
SAME = 1e-12  # a goal that moves by less does not move
_RULES = (needs.on_its_day, needs.same_place, stock.known, stock.enough, stock.in_time,
          stock.not_held, stock.commanded, intent.townships, intent.groups, access.way_open,
          access.fleet)  # fmt: skip


@dataclass(frozen=True)
class Alternative:
    """One exchange: the lot to another need (``kind`` lot), or another lot to the need (``need``).

    ``broken`` names the rule that forbids it, "" if none does; ``goals`` are (name, before, after)
    of the goals that it changes, in the plan's order; ``worst`` is the first of them that it makes
    worse before making any better, "" if none.
    """

    kind: str
    lot: str
    need: str
    subject: str
    warehouse: str
    point: str
    units: int
    broken: str
    goals: tuple[tuple[str, float, float], ...]
    worst: str


def alternatives(
    problem: Problem, solution: Solution, line_id: str, aims: Aims = USUAL, most: int = MOST
) -> list[Alternative]:
    """Return what else could be done with a firm line's units, up to ``most`` of each kind.

    Raises:
        NotFound: the plan has no such line.
    """
    found = solution.lines.filter(pl.col("line") == line_id)
    if found.is_empty():
        raise NotFound(
            say("计划中没有编号为 {id} 的行。", id=line_id), say("请核对编号，或重新列出计划的行。")
        )
    line = found.row(0, named=True)
    if line["swap"]:  # a substitute is exchanged with its whole step only: by a new plan
        return []
    now = _Values(problem, solution, aims)
    tries = [*_others(problem, solution, line, most), *_lots(problem, solution, line, most)]
    return [_judged(now, line, kind, row) for kind, row in tries]


class _Values:
    """The plan's goals, and what they become when one line is exchanged for another."""

    def __init__(self, problem: Problem, solution: Solution, aims: Aims) -> None:
        self.problem, self.solution, self.aims = problem, solution, aims
        self.names = [g.name for g in solution.goals]
        self.unit = {g.name: g.unit for g in solution.goals}
        self.before = self.after(solution.lines)

    def case(self, lines: pl.DataFrame) -> Case:
        return Case(self.problem, replace(self.solution, lines=lines), self.aims)

    def after(self, lines: pl.DataFrame) -> dict[str, float]:
        case = self.case(lines)
        owed = owed_of(case)
        return {name: value_of(case, owed, name) for name in self.names}

    def exchanged(self, line: dict[str, object], row: dict[str, object]) -> pl.DataFrame:
        """Return LINES with the units of ``row`` taken off ``line`` and given to ``row``."""
        lines = self.solution.lines
        units = int(str(row["quantity"]))
        less = pl.when(pl.col("line") == line["line"]).then(pl.col("quantity") - units)
        moved = {**line, **row, "line": f"{line['line']}/x", "covers": units}
        made = pl.DataFrame([moved], schema=lines.schema)
        fewer = pl.when(pl.col("line") == line["line"]).then(pl.col("covers") - units)
        rest = lines.with_columns(
            less.otherwise("quantity").alias("quantity"), fewer.otherwise("covers").alias("covers")
        )
        return pl.concat([rest.filter(pl.col("quantity") > 0), made])


def _judged(now: _Values, line: dict[str, object], kind: str, row: dict[str, object]) -> Alternative:  # fmt: skip
    lines = now.exchanged(line, row)
    case = now.case(lines)
    mine = {f"{line['line']}/x", str(row["lot"]), str(row["warehouse"])}
    broken = next((v.rule for rule in _RULES for v in rule(case) if v.ref in mine), "")
    after = now.after(lines)
    moved = tuple(
        (n, now.before[n], after[n]) for n in now.names if abs(after[n] - now.before[n]) > SAME
    )
    first = moved[0] if moved else None
    better = first is not None and (first[2] > first[1]) == (now.unit[first[0]] == "coverage")
    return Alternative(
        kind=kind, lot=str(row["lot"]), need=str(row["need"]), subject=str(row["subject"]),
        warehouse=str(row["warehouse"]), point=str(row["point"]), units=int(str(row["quantity"])),
        broken=broken, goals=moved, worst="" if first is None or better else first[0],
    )  # fmt: skip


def _others(
    problem: Problem, solution: Solution, line: dict[str, object], most: int
) -> list[tuple[str, dict[str, object]]]:
    """The lot's units to other needs of the item that lack some, one for each point, worst first."""
    short = solution.shortfalls.filter(
        (pl.col("item") == line["item"]) & (pl.col("need") != line["need"])
    )
    facts = problem.needs.select("need", "day", "survival", "weight", "quantity", "daily")
    lacks = short.group_by("need", "day", "subject", "township", "point", "item").agg(
        pl.col("quantity").sum().alias("lacking")
    )
    due = pl.when("daily").then("day").otherwise(pl.max_horizontal("day", pl.lit(line["day"])))
    ranked = (
        lacks.join(facts, on=["need", "day"])
        .with_columns(on=due)
        .sort(~pl.col("survival"), -(pl.col("lacking") / pl.col("quantity")), -pl.col("weight"),
              "need", "day")
        .unique("point", keep="first", maintain_order=True)
        .head(most)
    )  # fmt: skip
    return [
        ("lot", {"need": r["need"], "subject": r["subject"], "township": r["township"],
                 "point": r["point"], "due_day": r["day"], "day": r["on"], "lot": line["lot"],
                 "warehouse": line["warehouse"], "mode": line["mode"],
                 "quantity": min(int(str(line["quantity"])), r["lacking"])})
        for r in ranked.iter_rows(named=True)
    ]  # fmt: skip


def _lots(
    problem: Problem, solution: Solution, line: dict[str, object], most: int
) -> list[tuple[str, dict[str, object]]]:
    """Other lots of the item to the need, on the same day, by the shortest way there is."""
    ways = (
        problem.access.filter(
            (pl.col("point") == line["point"]) & (pl.col("from_day") <= pl.lit(line["day"]))
        )
        .sort("minutes", "mode")
        .unique("warehouse", keep="first", maintain_order=True)
        .select("warehouse", "mode", "minutes")
    )
    used = solution.lines.group_by("lot").agg(pl.col("quantity").sum().alias("used"))
    rest = (
        problem.lots.filter((pl.col("item") == line["item"]) & (pl.col("lot") != line["lot"]))
        .join(used, on="lot", how="left")
        .with_columns(spare=pl.col("quantity") - pl.col("used").fill_null(0))
        .join(ways, on="warehouse", how="left")
        .sort(pl.col("spare") <= 0, "minutes", "lot", nulls_last=True)
        .head(most)
    )
    units = int(str(line["quantity"]))
    return [
        ("need", {"lot": r["lot"], "warehouse": r["warehouse"], "mode": r["mode"] or line["mode"],
                  "need": line["need"], "subject": line["subject"], "point": line["point"],
                  "quantity": min(units, r["spare"]) if r["spare"] > 0 else units})
        for r in rest.iter_rows(named=True)
    ]  # fmt: skip
