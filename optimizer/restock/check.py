"""Judges a restocking plan without the solver: limits, money, sums, and the loss it claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from graphcore.domain.tables import Schema, frame
from graphcore.domain.text import Text, say
from optimizer.restock.arrays import arrays
from optimizer.restock.problem import Plan, Problem
from optimizer.restock.recourse import calls
from optimizer.restock.solve import decision
from optimizer.restock.tables import KINDS
from optimizer.restock.validate import validate

CALLS: Schema = {
    "scenario": pl.String(), "site": pl.String(), "item": pl.String(), "kind": pl.String(),
    "township": pl.String(), "priority": pl.Int64(), "quantity": pl.Float64(),
}  # fmt: skip
"""What each scenario calls from where: the proof that a plan's loss can be reached."""
NEAR = 1e-6
KEYS = ["site", "item", "kind"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the plan breaks, and where."""

    rule: str
    ref: str
    what: Text


def respond(problem: Problem, plan: Plan) -> pl.DataFrame:
    """Return CALLS: a best response of each scenario to the plan's stock (uses the solver)."""
    case = arrays(validate(problem))
    first = decision(case, plan)
    position = case.position(first.buys, first.moves)
    rows: list[dict[str, object]] = []
    for item, block in enumerate(case.blocks):
        for row, option, units in calls(block, case.available(block, position)):
            o = block.first + option
            rows.append({
                "scenario": case.scenarios[block.row_scenario[row]],
                "site": case.sites[case.options.site[o]], "item": case.items[item],
                "kind": KINDS[case.options.kind[o]],
                "township": case.townships[block.row_township[row]],
                "priority": int(block.row_priority[row]), "quantity": units,
            })  # fmt: skip
    return frame(CALLS, rows)


def check(problem: Problem, plan: Plan, responses: pl.DataFrame | None = None) -> list[Violation]:
    """Return what the plan breaks; with ``responses`` (CALLS) also whether its loss is true."""
    found = [v for rule in RULES for v in rule(problem, plan)]
    if responses is not None:
        found += _responses(problem, plan, responses)
    return found


def _known(problem: Problem, plan: Plan) -> list[Violation]:
    lost = plan.purchases.join(problem.options, on=KEYS, how="anti")
    lanes = plan.transfers.join(problem.lanes, on=["origin", "target"], how="anti")
    return _each("known", lost, say("没有这种采购选项")) + _each(
        "known", lanes, say("没有这条调拨线路")
    )


def _positive(_: Problem, plan: Plan) -> list[Violation]:
    return [
        v for table in (plan.purchases, plan.transfers)
        for v in _each("positive", table.filter(pl.col("quantity") <= 0), say("数量不是正数"))
    ]  # fmt: skip


def _most(problem: Problem, plan: Plan) -> list[Violation]:
    bought = plan.purchases.group_by(KEYS).agg(pl.col("quantity").sum())
    over = bought.join(problem.options, on=KEYS).filter(pl.col("quantity") > pl.col("most"))
    return _each("most", over, say("采购量超过上限"))


def _money(problem: Problem, plan: Plan) -> list[Violation]:
    """Money is not spent before it is free; the stated costs are quantity x price."""
    priced = plan.purchases.join(problem.options, on=KEYS)
    wrong = priced.filter(pl.col("cost_fen") != pl.col("quantity") * pl.col("unit_fen"))
    found = _each("price", wrong, say("费用与单价不符"))
    free = spent = 0.0
    dates = problem.dates.sort("buys_on").rows()
    for n, (day, fen) in enumerate(dates):
        free += fen
        spent += float(plan.purchases.filter(buys_on=day)["cost_fen"].sum())
        spent += _moved(problem, plan) + float(plan.openings["cost_fen"].sum()) if n == 0 else 0.0
        if spent > free * (1 + 1e-9) + 1:
            found.append(Violation("money", day, say("到该日的支出超过可用资金")))
    if abs(spent - plan.cost_fen) > 1 + NEAR * spent:
        found.append(Violation("cost", "", say("总费用与明细不符")))
    return found


def _moved(problem: Problem, plan: Plan) -> float:
    """Fen of all transfers, from the tables."""
    table = plan.transfers.join(problem.lanes, on=["origin", "target"]).join(
        problem.goods, on="item"
    )
    fen = pl.col("quantity") * pl.col("weight_g") / 1000 * pl.col("fen_per_kg")
    return float(table.select(fen.sum()).item() or 0.0)


def _space(problem: Problem, plan: Plan) -> list[Violation]:
    """Litres on the shelf at the end; a site that is overfull today may stay so, no more."""
    table = plan.targets.filter(kind=KINDS[0]).join(problem.goods, on="item")
    litres = table.group_by("site").agg(
        (pl.col("target") * pl.col("volume_ml")).sum().truediv(1000).alias("held"),
        (pl.col("today") * pl.col("volume_ml")).sum().truediv(1000).alias("before"),
    )
    limit = pl.max_horizontal(pl.col("capacity_l").cast(pl.Float64), "before") * (1 + 1e-9) + NEAR
    over = litres.join(problem.sites, on="site").filter(pl.col("held") > limit)
    return _each("space", over, say("库容不足"))


def _openings(problem: Problem, plan: Plan) -> list[Violation]:
    shut = problem.sites.filter("candidate").join(
        plan.openings.filter("open"), on="site", how="anti"
    )
    used = plan.purchases.join(shut, on="site", how="semi")
    moved = plan.transfers.join(shut, left_on="target", right_on="site", how="semi")
    return _each("closed", used, say("库点未启用")) + _each("closed", moved, say("库点未启用"))


def _movable(problem: Problem, plan: Plan) -> list[Violation]:
    """Only stock that lasts to the last scenario is moved."""
    last = str(problem.scenarios["strikes_on"].max() or "")
    lasting = problem.stock.filter(
        pl.col("kind") == KINDS[0], (pl.col("expires_on") == "") | (pl.col("expires_on") >= last)
    )
    have = lasting.group_by("site", "item").agg(pl.col("quantity").sum().alias("have"))
    out = plan.transfers.group_by(pl.col("origin").alias("site"), "item").agg(
        pl.col("quantity").sum().alias("out")
    )
    over = out.join(have, on=["site", "item"], how="left").filter(
        pl.col("out") > pl.col("have").fill_null(0)
    )
    return _each("movable", over, say("调出量超过可调库存"))


def _targets(problem: Problem, plan: Plan) -> list[Violation]:
    """Target = today + purchases + units in - units out, and nothing is missing."""
    physical = pl.lit(KINDS[0]).alias("kind")
    parts = [
        problem.stock.select(*KEYS, pl.col("quantity")),
        plan.purchases.select(*KEYS, pl.col("quantity")),
        plan.transfers.select(pl.col("target").alias("site"), "item", physical, "quantity"),
        plan.transfers.select(
            pl.col("origin").alias("site"), "item", physical, -pl.col("quantity")
        ),
    ]
    want = pl.concat(parts).group_by(KEYS).agg(pl.col("quantity").sum())
    both = want.join(plan.targets, on=KEYS, how="full", coalesce=True)
    wrong = both.filter(pl.col("quantity").fill_null(0) != pl.col("target").fill_null(0))
    return _each("targets", wrong, say("目标库存与采购、调拨不符"))


def _bound(problem: Problem, plan: Plan) -> list[Violation]:
    value = plan.value_fen(problem.risk)
    bad = plan.bound_fen > value * (1 + NEAR) + 1
    return [Violation("bound", "", say("下界高于方案值"))] if bad else []


RULES: tuple[Callable[[Problem, Plan], list[Violation]], ...] = (
    _known, _positive, _most, _money, _space, _openings, _movable, _targets, _bound,
)  # fmt: skip
"""Every rule that a plan must keep."""


def _responses(problem: Problem, plan: Plan, responses: pl.DataFrame) -> list[Violation]:
    """The calls are possible, and cost what the plan says."""
    joined = _priced(problem, responses)
    late = joined.filter(pl.col("arrives").is_null() | (pl.col("arrives") > pl.col("deadline_min")))
    found = _each("in_time", late, say("无路可达或超过时限"))
    need = ["scenario", "township", "item", "priority"]
    served = responses.group_by(need).agg(pl.col("quantity").sum().alias("served"))
    rows = problem.hits.join(served, on=need, how="left").with_columns(
        pl.col("served").fill_null(0)
    )
    over = rows.filter(pl.col("served") > pl.col("quantity") + 0.01)
    found += _each("need", over, say("供给超过需求"))
    found += _stock(problem, plan, responses)
    return found + _loss(problem, plan, joined, rows)


def _priced(problem: Problem, responses: pl.DataFrame) -> pl.DataFrame:
    options = problem.options.select(*KEYS, "call_fen", "delay_min")
    return (
        responses.join(options, on=KEYS, how="left")
        .with_columns(pl.col("call_fen", "delay_min").fill_null(0))
        .join(problem.ways, on=["scenario", "site", "township"], how="left")
        .join(problem.goods, on="item")
        .with_columns((pl.col("minutes") + pl.col("delay_min")).alias("arrives"))
        .with_columns(
            (pl.col("call_fen") + pl.col("wait_fen_per_hour") * pl.col("arrives") / 60).alias("fen")
        )
    )


def _stock(problem: Problem, plan: Plan, responses: pl.DataFrame) -> list[Violation]:
    """No scenario calls more than it finds: alive, delivered, not lost with the site."""
    called = responses.group_by("scenario", *KEYS).agg(pl.col("quantity").sum().alias("called"))
    have = _held(problem, plan)
    over = called.join(have, on=["scenario", *KEYS], how="left").filter(
        pl.col("called") > pl.col("have").fill_null(0.0) * (1 + NEAR) + 0.01
    )
    return _each("stock", over, say("调用量超过可用库存"))


def _held(problem: Problem, plan: Plan) -> pl.DataFrame:
    when = problem.scenarios.select("scenario", "strikes_on")
    physical = pl.lit(KINDS[0]).alias("kind")
    alive = problem.stock.join(when, how="cross").filter(
        (pl.col("expires_on") == "") | (pl.col("expires_on") >= pl.col("strikes_on"))
    )
    ready = plan.purchases.join(problem.options.select(*KEYS, "lead_days"), on=KEYS).with_columns(
        pl.struct("buys_on", "lead_days").map_elements(_due, return_dtype=pl.String).alias("due")
    )
    came = ready.join(when, how="cross").filter(pl.col("due") <= pl.col("strikes_on"))
    moved = plan.transfers.join(when, how="cross")
    columns = ["scenario", *KEYS, "quantity"]
    parts = [
        alive.select(columns), came.select(columns),
        moved.select("scenario", pl.col("target").alias("site"), "item", physical, "quantity"),
        moved.select("scenario", pl.col("origin").alias("site"), "item", physical,
                     -pl.col("quantity")),
    ]  # fmt: skip
    kept = pl.col("kept_permille").fill_null(1000) / 1000
    return (
        pl.concat(parts).group_by("scenario", *KEYS).agg(pl.col("quantity").sum())
        .join(problem.damage, on=["scenario", "site"], how="left")
        .select("scenario", *KEYS, (pl.col("quantity") * kept).alias("have"))
    )  # fmt: skip


def _due(row: dict[str, object]) -> str:
    days = timedelta(days=int(str(row["lead_days"])))
    return (date.fromisoformat(str(row["buys_on"])) + days).isoformat()


def _loss(
    problem: Problem, plan: Plan, calls_: pl.DataFrame, rows: pl.DataFrame
) -> list[Violation]:
    """Expected loss and CVaR, by sums of their own."""
    short = pl.max_horizontal(pl.col("quantity") - pl.col("served"), pl.lit(0.0))
    missing = rows.group_by("scenario").agg((short * pl.col("short_fen")).sum().alias("m"))
    paid = calls_.group_by("scenario").agg((pl.col("quantity") * pl.col("fen")).sum().alias("p"))
    table = (
        problem.scenarios.join(missing, on="scenario", how="left")
        .join(paid, on="scenario", how="left")
        .with_columns((pl.col("m").fill_null(0) + pl.col("p").fill_null(0)).alias("loss"))
    )
    loss, p = table["loss"].to_numpy(), table["probability"].to_numpy()
    found = []
    if abs(float(loss @ p) - plan.expected_loss_fen) > 1e-4 * plan.expected_loss_fen + 1:
        found.append(Violation("expected_loss", "", say("期望损失与响应明细不符")))
    tails = [eta + float(p @ np.maximum(loss - eta, 0)) / (1 - problem.risk.alpha)
             for eta in [0.0, *loss.tolist()]]  # fmt: skip
    if abs(min(tails) - plan.cvar_fen) > 1e-4 * plan.cvar_fen + 1:
        found.append(Violation("cvar", "", say("风险值与响应明细不符")))
    return found


def _each(rule: str, table: pl.DataFrame, what: Text) -> list[Violation]:
    refs = table.select(pl.concat_str(pl.all().cast(pl.String).fill_null(""), separator="/"))
    return (
        [Violation(rule, ref, what) for ref in refs.to_series().to_list()] if table.height else []
    )
