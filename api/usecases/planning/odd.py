"""Numbers that are hardly right, with the row of the file that they came from."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.snapshot import Snapshot
from graphcore.domain.errors import RowsRefused
from graphcore.domain.rows import RowProblem
from graphcore.domain.text import say
from optimizer import ranges
from optimizer.problem import Problem
from optimizer.ranges import Odd


@dataclass(frozen=True, slots=True)
class OddRow:
    """One such number and where it was read."""

    odd: Odd
    file: str
    sheet: str
    row: int


def odd_rows(ctx: Context, snapshot: Snapshot, problem: Problem) -> list[OddRow]:
    """Return what is hardly right in the data that a plan is made from."""
    found = [
        *ranges.vehicles(snapshot.fleet),
        *ranges.goods(problem.items),
        *ranges.homes(snapshot.households),
        *ranges.roads(_located(snapshot)),
        *ranges.stock(problem.lots, problem.needs),
    ]
    return _placed(ctx, found) if found else []


def refuse_odd(ctx: Context, snapshot: Snapshot, problem: Problem) -> None:
    """Refuse to plan with numbers that are hardly right; the dispatcher may say that they are.

    Raises:
        RowsRefused: which numbers, in which rows, and what was probably meant.
    """
    rows = odd_rows(ctx, snapshot, problem)
    if not rows:
        return
    advice = say("请在原表中改正后重新导入；确认无误的，请加 --as-is（HTTP：as_is）再作计划。")
    problems = [
        RowProblem(r.sheet, r.row, r.odd.column, r.odd.what, say("来自文件 {file}", file=r.file or "—"),
                   code=f"odd.{r.odd.table}.{r.odd.column}")
        for r in rows
    ]  # fmt: skip
    first = rows[0]
    raise RowsRefused(
        say("{count} 处数字不合常理，多半是单位用错，没有作计划。例如 {sheet} 第 {row} 行：{what}",
            count=len(rows), sheet=first.sheet or first.odd.table, row=first.row, what=first.odd.what),
        problems, advice,
    )  # fmt: skip


def _placed(ctx: Context, found: list[Odd]) -> list[OddRow]:
    """Look up the rows that the numbers were read from, the latest where there are several."""
    refs = {o.ref for o in found}
    records, files = ctx.store.read(lambda u: (u.nodes("SourceRecord"), u.nodes("SourceFile")))
    names = dict(files.select("id", "name").iter_rows())
    mine = records.filter(pl.col("subject").is_in(sorted(refs))).sort("recorded_at", "id")
    where = {r["subject"]: r for r in mine.iter_rows(named=True)}
    return [
        OddRow(o, names.get(row["file"], ""), row["sheet"], row["row"])
        if (row := where.get(o.ref)) else OddRow(o, "", "", 0)
        for o in found
    ]  # fmt: skip


def _located(snapshot: Snapshot) -> pl.DataFrame:
    """Return roads with the coordinates of their ends, where they are known."""
    places = pl.concat(
        [t.select("code", "lon", "lat") for t in (snapshot.townships, snapshot.villages)]
    )
    places = places.unique("code", keep="first", maintain_order=True)
    table = snapshot.roads.select("id", "minutes", "a", "b")
    for end in ("a", "b"):
        ends = places.rename({"code": end, "lon": f"lon_{end}", "lat": f"lat_{end}"})
        table = table.join(ends, on=end, how="left")
    return table


__all__ = ["OddRow", "odd_rows", "refuse_odd"]
