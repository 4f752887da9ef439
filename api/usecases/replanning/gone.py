"""Goods that a re-plan no longer counts on: overdue pledges, and what owners refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.snapshot import Snapshot
from api.usecases.planning.supply import overdue
from graphcore.domain.text import Text, say
from optimizer.problem import Problem


@dataclass(frozen=True)
class Gone:
    """Lots that leave the plan, by why."""

    overdue: tuple[str, ...]
    refused: tuple[str, ...]

    def texts(self, snapshot: Snapshot) -> list[Text]:
        """Say which lots left the plan and why."""
        codes = dict(snapshot.lots.select("id", "code").iter_rows())
        late = [say("认捐批次 {lot} 逾期未到，移出计划；到货登记后再计入。", lot=codes.get(lot, lot))
                for lot in self.overdue]  # fmt: skip
        no = [say("批次 {lot} 的权属单位未同意调用，不再请求。", lot=codes.get(lot, lot))
              for lot in self.refused]  # fmt: skip
        return [*late, *no]

    def without(self, problem: Problem) -> Problem:
        """Return the problem without these lots."""
        out = pl.Series([*self.overdue, *self.refused], dtype=pl.String())
        return replace(problem, lots=problem.lots.filter(~pl.col("lot").is_in(out.implode())))


def gone(ctx: Context, snapshot: Snapshot, problem: Problem, today: date) -> Gone:
    """Return the lots that a re-plan must not count on."""
    rows = ctx.store.read(lambda unit: unit.rows("replan.refused_lots"))
    said_no = {str(r["lot"]) for r in rows}
    theirs = problem.lots.filter(~pl.col("commanded"))["lot"].to_list()
    return Gone(_overdue(snapshot, today), tuple(sorted(lot for lot in theirs if lot in said_no)))


def _overdue(snapshot: Snapshot, today: date) -> tuple[str, ...]:
    """Return the pledges whose day of arrival has passed and that nobody has received."""
    gifts = snapshot.donations.select(
        pl.col("id").alias("donation"), pl.col("received_on").fill_null("")
    )
    late = snapshot.lots.join(gifts, on="donation", how="left").filter(overdue(today.isoformat()))
    return tuple(late["id"].sort().to_list())
