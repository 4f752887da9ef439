"""Demands that cannot all be met: the smallest set of rules that contradict each other, in words.

A *must* is a demand from below: at least so many units of an item, from certain lots, to certain
needs, on certain days (a donor's condition, a floor, a pinned quantity). The rules from above
(stock, hold, dates, donors' restrictions, ways, vehicles, what is owed) may leave no room for it.
A deletion filter then takes the rules away one by one: what can be taken away without making the
musts possible is no part of the contradiction; what remains is irreducible (an IIS over named
rules: take any one away, and the others can be kept).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import Schema
from graphcore.domain.text import Text, say
from optimizer.engines.simplex import INF, Program, Simplex
from optimizer.problem import Limits, Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Names = Callable[[str], str | Text]
SLACK = 1e-6
_ENOUGH = Limits(work=10_000_000)

MUSTS: Schema = {
    "must": pl.String(),  # id
    "item": pl.String(),
    "units": pl.Int64(),  # at least
    "lot": pl.String(),  # "" = any lot
    "township": pl.String(),  # "" = any
    "point": pl.String(),
    "group": pl.String(),  # hardship group, "" = any
    "need": pl.String(),
    "first_day": pl.Int64(),  # of delivery
    "last_day": pl.Int64(),
}
"""What is demanded from below, one row a demand."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One member of a contradiction: a must or a rule, what it is about, in words."""

    kind: str  # must | stock | hold | arrives | expires | intent | way | fleet | need
    ref: str
    what: Text


@dataclass(frozen=True)
class _Rule:
    """A rule as what it forbids: columns closed, or a limit on the sum of columns."""

    kind: str
    ref: str
    what: Text
    closed: Ints
    sums: tuple[tuple[Ints, Floats, float], ...] = ()


def contradiction(problem: Problem, musts: pl.DataFrame, names: Names = str) -> tuple[Clash, ...]:
    """Return the smallest contradicting set that the filter finds, () if all musts can be met.

    Args:
        problem: The problem.
        musts: MUSTS.
        names: Gives what people call an id.

    Raises:
        ProblemInvalid: a must demands less than one unit.
    """
    if musts.filter(pl.col("units") < 1).height:
        raise ProblemInvalid(
            say("下限应为不小于 1 的整数。"), say("请改正或删除这些下限。"), field="musts"
        )
    columns = _columns(problem, musts)
    demands = _demands(columns, musts, names)
    rules = _rules(problem, columns, names)
    if _possible(columns.height, demands, rules):
        return ()
    kept = _filtered(columns.height, demands, rules)
    return tuple(Clash(r.kind, r.ref, r.what) for r in kept)


def _columns(problem: Problem, musts: pl.DataFrame) -> pl.DataFrame:
    """Return every (lot, need row, mode, day) of the musts' items, allowed or not.

    Needs that no rule and no must tells apart are one; a lot is paired with each delivery day.
    """
    items = musts["item"].unique()
    owed = (
        problem.needs.filter(pl.col("item").is_in(items.implode()))
        .with_columns(named=pl.col("groups").list.sort().list.join(","))
        .with_columns(need=pl.when(pl.col("need").is_in(musts["need"].implode())).then("need")
                      .otherwise(pl.lit("")))
        .group_by("need", "item", "point", "township", "named", "day", "daily")
        .agg(pl.col("quantity").sum().alias("owed"))
    )  # fmt: skip
    modes = problem.fleet.select("warehouse", "mode").unique()
    days = pl.DataFrame({"on": range(problem.days)}, schema={"on": pl.Int64()})
    lots = problem.lots.filter(pl.col("item").is_in(items.implode()))
    good = pl.col("on") == pl.col("day")
    return (
        lots.join(owed, on="item")
        .join(modes, on="warehouse")
        .join(days, how="cross")
        .filter(good | (~pl.col("daily") & (pl.col("on") > pl.col("day"))))
        .join(problem.items.select("item", "weight_g", "volume_ml"), on="item")
        .sort("lot", "point", "named", "need", "day", "mode", "on")
    )


def _demands(columns: pl.DataFrame, musts: pl.DataFrame, names: Names) -> list[_Rule]:
    found = []
    for row in musts.sort("must").iter_rows(named=True):
        mine = pl.col("item") == row["item"]
        mine &= pl.col("on").is_between(row["first_day"], row["last_day"])
        for name in ("lot", "township", "point", "need"):
            mine = mine & (pl.col(name) == row[name]) if row[name] else mine
        if row["group"]:
            mine &= pl.col("named").str.split(",").list.contains(row["group"])
        which = np.flatnonzero(columns.select(mine).to_series().to_numpy())
        what = say("要求：{item} 至少 {n} 件（{where}）", item=names(row["item"]), n=row["units"],
                   where=_where(row, names))  # fmt: skip
        if not len(which):
            what = say("{what}；但在此范围内没有人应得它，或没有这个批次", what=what)
        sums = ((which, np.ones(len(which)), float(row["units"])),)
        found.append(_Rule("must", row["must"], what, np.zeros(0, dtype=np.int64), sums))
    return found


def _where(row: dict[str, object], names: Names) -> Text:
    parts = [str(row[c]) for c in ("lot", "township", "point", "group", "need") if row[c]]
    return say("{what}，第 {first} 至 {last} 天", what=_listed(parts, names) if parts else "—",
               first=int(str(row["first_day"])) + 1, last=int(str(row["last_day"])) + 1)  # fmt: skip


def _listed(keys: Sequence[str], names: Names) -> str | Text:
    first, *rest = keys
    return (
        say("{first}、{rest}", first=names(first), rest=_listed(rest, names))
        if rest
        else names(first)
    )


def _rules(problem: Problem, columns: pl.DataFrame, names: Names) -> list[_Rule]:
    """Return the named rules from above, the hardest to change last: they are kept if need be."""
    return [
        *_ways(problem, columns, names),
        *_fleet(problem, columns, names),
        *_of_lots(problem, columns, names),
        *_owed(columns, names),
    ]


def _of_lots(problem: Problem, columns: pl.DataFrame, names: Names) -> Iterable[_Rule]:
    place, town = columns["lot"].to_numpy(), columns["township"].to_numpy()
    on = columns["on"].to_numpy()
    groups = columns["named"].str.split(",").to_list()
    used = set(columns["lot"].unique())
    for lot in problem.lots.sort("lot").iter_rows(named=True):
        if lot["lot"] not in used:
            continue
        mine = np.flatnonzero(place == lot["lot"])
        said = names(lot["lot"])
        if lot["hold"] != "none":
            yield _Rule("hold", lot["lot"], say("批次 {lot} 待检或冻结", lot=said), mine)
        yield _Rule("arrives", lot["lot"],
                    say("批次 {lot} 第 {day} 天才到", lot=said, day=lot["arrives_day"] + 1),
                    mine[on[mine] < lot["arrives_day"]])  # fmt: skip
        yield _Rule("expires", lot["lot"],
                    say("批次 {lot} 第 {day} 天过期", lot=said, day=lot["expires_day"] + 1),
                    mine[on[mine] > lot["expires_day"]])  # fmt: skip
        towns, only = lot["only_townships"] or [], set(lot["only_groups"] or [])
        if towns:
            yield _Rule("intent", lot["lot"],
                        say("批次 {lot} 只限 {where}", lot=said, where=_listed(towns, names)),
                        mine[~np.isin(town[mine], towns)])  # fmt: skip
        if only:
            wrong = np.array([not only & set(groups[k]) for k in mine], dtype=bool)
            yield _Rule("intent", lot["lot"],
                        say("批次 {lot} 只限 {where}", lot=said, where=_listed(sorted(only), names)),
                        mine[wrong])  # fmt: skip
        yield _Rule("stock", lot["lot"], say("批次 {lot} 只有 {n} 件", lot=said, n=lot["quantity"]),
                    np.zeros(0, dtype=np.int64), ((mine, np.ones(len(mine)), lot["quantity"]),))  # fmt: skip


def _ways(problem: Problem, columns: pl.DataFrame, names: Names) -> Iterable[_Rule]:
    first = problem.access.group_by("warehouse", "point", "mode").agg(pl.col("from_day").min())
    table = columns.with_row_index("k").join(first, on=["warehouse", "point", "mode"], how="left")
    shut = table.filter(~(pl.col("on") >= pl.col("from_day")).fill_null(value=False))
    for (store, point), part in shut.sort("k").group_by("warehouse", "point", maintain_order=True):
        yield _Rule("way", f"{store}→{point}",
                    say("{store}到{point}没有通路（或要等到开通之日）", store=names(str(store)),
                        point=names(str(point))),
                    part["k"].cast(pl.Int64()).to_numpy())  # fmt: skip


def _fleet(problem: Problem, columns: pl.DataFrame, names: Names) -> Iterable[_Rule]:
    table = columns.with_row_index("k").select(
        pl.col("k").cast(pl.Int64()), "warehouse", "mode", pl.col("on").alias("day"), "weight_g", "volume_ml"
    )  # fmt: skip
    room = problem.fleet.select("warehouse", "mode", "day", "capacity_kg", "capacity_l")
    full = table.join(room, on=["warehouse", "mode", "day"], how="left").with_columns(
        pl.col("capacity_kg", "capacity_l").fill_null(0)
    )
    for (store, mode, day), part in full.sort("k").group_by(
        "warehouse", "mode", "day", maintain_order=True
    ):
        which = part["k"].to_numpy()
        kg, litres = part["weight_g"].to_numpy() / 1000, part["volume_ml"].to_numpy() / 1000
        sums = (
            (which, kg, float(part["capacity_kg"][0])),
            (which, litres, float(part["capacity_l"][0])),
        )
        yield _Rule("fleet", f"{store}/{mode}/{day}",
                    say("{store}第 {day} 天的{mode}运力为 {kg} 千克", store=names(str(store)),
                        day=int(str(day)) + 1, mode=Text(f"mode:{mode}"), kg=part["capacity_kg"][0]),
                    np.zeros(0, dtype=np.int64), sums)  # fmt: skip


def _owed(columns: pl.DataFrame, names: Names) -> Iterable[_Rule]:
    """What is owed is a limit from above: nobody is sent more than they need."""
    table = columns.with_row_index("k").with_columns(pl.col("k").cast(pl.Int64()))
    for (item, town), part in table.sort("k").group_by("item", "township", maintain_order=True):
        key = ["point", "named", "need", "day"]
        sums = tuple(
            (rows["k"].to_numpy(), np.ones(rows.height), float(rows["owed"][0]))
            for _, rows in part.group_by(key, maintain_order=True)
        )
        total = int(part.unique(key)["owed"].sum())
        yield _Rule("need", f"{item}/{town}",
                    say("{place}应得{item}共 {n} 件，不能多发", place=names(str(town)),
                        item=names(str(item)), n=total),
                    np.zeros(0, dtype=np.int64), sums)  # fmt: skip


def _possible(columns: int, demands: Sequence[_Rule], rules: Sequence[_Rule]) -> bool:
    """Whether all demands can be met under these rules: the units lacking are minimised."""
    top = np.full(columns + len(demands), INF)
    for rule in rules:
        top[rule.closed] = 0.0
    low, high = [d.sums[0][2] for d in demands], [INF] * len(demands)
    parts = [(np.append(d.sums[0][0], columns + n), np.append(d.sums[0][1], 1.0))
             for n, d in enumerate(demands)]  # fmt: skip
    for which, weights, most in (s for rule in rules for s in rule.sums):
        low.append(-INF)
        high.append(most)
        parts.append((which, weights))
    row = np.concatenate([np.full(len(w), n) for n, (w, _) in enumerate(parts)])
    program = Program(
        len(top), top, np.array(low), np.array(high), row.astype(np.int64),
        np.concatenate([w for w, _ in parts]).astype(np.int64),
        np.concatenate([v for _, v in parts]),
    )  # fmt: skip
    lacking = columns + np.arange(len(demands))
    answer = Simplex(program, _ENOUGH).solve(lacking, np.ones(len(demands)), most=False)
    return answer.objective <= SLACK


def _filtered(columns: int, demands: list[_Rule], rules: list[_Rule]) -> list[_Rule]:
    """Take members away while the rest still contradicts itself; halves first, then one by one."""
    kept: list[_Rule] = [*rules, *demands]
    size = max(1, len(kept) // 2)
    while size:
        start = 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            asked = [r for r in rest if r.kind == "must"]
            if asked and not _possible(columns, asked, [r for r in rest if r.kind != "must"]):
                kept = rest
            else:
                start += size
        size //= 2
    return sorted(kept, key=lambda r: r.kind != "must")
