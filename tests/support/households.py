"""The allocation problem with every need as its own row: slow, plain, written apart from ours.

One column for each (lot, need row, mode, day). It shares with the optimiser only the definition of
an access zone; eligibility, windows, fleet, cells and leximin are written again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from optimizer.classes import zones_of
from optimizer.problem import Problem
from optimizer.validate import validate

INF = math.inf
KEEP = 1e-9
_LIMITS = {"swap": pl.String(), "township": pl.String(), "day": pl.Int64(), "top": pl.Int64()}


@dataclass(frozen=True)
class Model:
    """Columns and rows of the household-level model."""

    columns: pl.DataFrame  # lot, row, warehouse, mode, on, minutes, weight_g, volume_ml, ...
    needs: pl.DataFrame  # NEEDS with row and zone
    lots: pl.DataFrame
    fleet: pl.DataFrame
    limits: pl.DataFrame  # swap, township, day, top


def model(problem: Problem) -> Model:
    """Return the columns that the rules allow, one by one."""
    problem = validate(problem)
    points, _ = zones_of(problem)
    needs = problem.needs.join(points, on="point").sort("need", "day").with_row_index("row")
    lots = problem.lots.filter(pl.col("commanded") & (pl.col("hold") == "none")).with_row_index(
        "stock"
    )
    fleet = problem.fleet.with_row_index("van")
    trips = (
        fleet.rename({"day": "on", "cold": "cold_fleet"})
        .join(problem.access, on=["warehouse", "mode"])
        .filter(pl.col("on") >= pl.col("from_day"))
        .group_by(
            "van", "warehouse", "mode", "on", "point", "capacity_kg", "capacity_l", "cold_fleet"
        )
        .agg(pl.col("minutes").min())
    )
    day, on = pl.col("day"), pl.col("on")
    towns, names = pl.col("only_townships"), pl.col("only_groups")
    things = pl.col("only_items")
    plain = needs.join(lots, on="item", suffix="_lot").with_columns(
        good=pl.col("item"), swap=pl.lit(""), rate=pl.lit(1.0), whole=pl.col("quantity"),
        since=pl.lit(0, pl.Int64),
    )  # fmt: skip
    other, limits = _substitutes(problem, needs)
    instead = other.join(lots, left_on="good", right_on="item", suffix="_lot")
    columns = (
        pl.concat([plain, instead.select(plain.columns)])
        .join(trips, on=["warehouse", "point"])
        .join(problem.items, left_on="good", right_on="item", suffix="_item")
        .filter(
            (on >= pl.col("since"))
            & (~pl.col("cold") | pl.col("cold_fleet"))
            & ((pl.col("mode") != "transfer") | (pl.col("weight_g") + pl.col("volume_ml") == 0))
        )
        .filter(
            pl.when(pl.col("daily")).then(on == day).otherwise(on >= day)
            & on.is_between(pl.col("arrives_day"), pl.col("expires_day"))
            & ((towns.list.len() == 0) | towns.list.contains(pl.col("township")))
            & ((things.list.len() == 0) | things.list.contains(pl.col("item")))
            & ((names.list.len() == 0) | (names.list.set_intersection("groups").list.len() > 0))
            & (pl.col("capacity_kg") * 1000 >= pl.col("weight_g"))
            & (pl.col("capacity_l") * 1000 >= pl.col("volume_ml"))
        )
        .sort("row", "swap", "lot", "mode", "on")
    )
    return Model(columns, needs, lots, fleet, limits)


def _substitutes(problem: Problem, needs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return each need with what may stand for it, and the limits; by plain loops."""
    assert problem.swaps is not None
    assert problem.markets is not None
    opens = dict(problem.markets.iter_rows())
    steps: dict[str, int] = defaultdict(lambda: 1)
    owed: dict[tuple[str, str, int], int] = defaultdict(int)
    for rule in problem.swaps.iter_rows(named=True):
        least = rule["of"] // math.gcd(rule["of"], rule["give"])
        steps[rule["need_item"]] = math.lcm(steps[rule["need_item"]], least)
    for need in needs.iter_rows(named=True):
        owed[need["item"], need["township"], need["day"]] += need["quantity"]
    rows, limits = [], {}
    for need in needs.iter_rows(named=True):
        for rule in problem.swaps.filter(pl.col("need_item") == need["item"]).iter_rows(named=True):
            whole = need["quantity"] // steps[need["item"]] * steps[need["item"]]
            since = opens.get(need["township"]) if rule["market"] else 0
            place = (need["township"], need["day"])
            top = owed[need["item"], *place] * rule["most_permille"] // 1000
            if whole and since is not None and top >= steps[need["item"]]:
                limits[rule["swap"], *place] = top
                rows.append(need | {"good": rule["item"], "swap": rule["swap"], "since": since,
                                    "rate": rule["give"] / rule["of"], "whole": whole})  # fmt: skip
    extra = {"good": pl.String(), "swap": pl.String(), "rate": pl.Float64(), "whole": pl.Int64(),
             "since": pl.Int64()}  # fmt: skip
    tops = [(*key, top) for key, top in sorted(limits.items())]
    return (
        pl.DataFrame(rows, schema=dict(needs.schema) | extra),
        pl.DataFrame(tops, schema=_LIMITS, orient="row"),
    )


def household_goals(problem: Problem, delta: float) -> dict[str, float]:
    """Return every goal's value by ``HighsModel``; to be run by ``apart``."""
    return HighsModel(problem, delta).goals()


class HighsModel:
    """The model in HiGHS, goals 1 to 5 one after the other."""

    def __init__(self, problem: Problem, delta: float) -> None:
        self.model = model(problem)
        self.delta = delta
        self.count = self.model.columns.height
        import highspy  # run `goals` apart: see tests/support/apart.py

        self.highs = highspy.Highs()
        self.highs.silent()  # prints its banner once, at the first run
        self._triplets: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._low: list[np.ndarray] = []
        self._high: list[np.ndarray] = []
        self._width = self.count + 1
        self._stated: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._rules()
        self._fairness()
        self._load()

    def _rows(self, low: np.ndarray, high: np.ndarray) -> int:
        first = sum(len(part) for part in self._low)
        self._low.append(np.asarray(low, float))
        self._high.append(np.asarray(high, float))
        return first

    def _put(self, row: Any, column: Any, value: Any) -> None:
        row, column, value = np.broadcast_arrays(np.asarray(row), np.asarray(column), value)
        self._triplets.append((row, column, np.asarray(value, float)))

    def _rules(self) -> None:
        table, every = self.model.columns, np.arange(self.count)
        rate = table["rate"].to_numpy()
        big = table.group_by("stock").agg(pl.col("rate").max()).sort("stock")
        scale = np.ones(self.model.lots.height)
        scale[big["stock"].to_numpy().astype(int)] = np.maximum(big["rate"].to_numpy(), 1.0)
        for key, top, weight in (
            ("row", self.model.needs["quantity"].to_numpy(), np.ones(self.count)),
            ("stock", self.model.lots["quantity"].to_numpy() / scale,
             rate / scale[table["stock"].to_numpy().astype(int)]),
        ):  # fmt: skip
            first = self._rows(np.full(len(top), -INF), top)
            self._put(first + table[key].to_numpy().astype(int), every, weight)
        self._substitution()
        for capacity, unit in (("capacity_kg", "weight_g"), ("capacity_l", "volume_ml")):
            room = self.model.fleet[capacity].to_numpy()
            first = self._rows(np.full(len(room), -INF), room)
            van = table["van"].to_numpy().astype(int)
            self._put(first + van, every, table[unit].to_numpy() * rate / 1000)

    def _substitution(self) -> None:
        """Bound what substitutes meet: whole steps of each household, and each rule's limit."""
        table = self.model.columns.with_row_index("column")
        other = table.filter(pl.col("swap") != "")
        bounds = [(["row"], "whole"), (["swap", "township", "day"], "top")]
        limited = other.join(self.model.limits, on=["swap", "township", "day"], how="left")
        for key, top in bounds:
            tops = limited.group_by(key).agg(pl.col(top).first()).sort(key).with_row_index("at")
            first = self._rows(np.full(tops.height, -INF), tops[top].to_numpy())
            where = limited.select("column", *key).join(tops, on=key)
            self._put(first + where["at"].to_numpy().astype(int), where["column"].to_numpy(), 1.0)

    def _fairness(self) -> None:
        able = self.model.needs.filter(
            pl.col("row").is_in(self.model.columns["row"].unique().implode())
        )
        self._goal("survival_floor", able.filter(pl.col("survival")))
        for tier in able["tier"].unique().sort():
            self._goal(f"full_need_tier_{tier}", able.filter(pl.col("tier") == tier))

    def _goal(self, name: str, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        groups = rows.select("zone", "basic").unique().sort("zone", "basic")
        cells = rows.group_by("zone", "basic", "item", "day").agg(pl.col("quantity").sum())
        cells = cells.sort("zone", "basic", "item", "day").with_row_index("cell")
        cells = cells.join(groups.with_row_index("group"), on=["zone", "basic"]).sort("cell")
        cover = self._width + np.arange(groups.height)
        self._width += groups.height
        first = self._rows(np.zeros(cells.height), np.full(cells.height, INF))
        own = cells.select("zone", "basic", "item", "day", "cell")
        where = rows.select("row", "zone", "basic", "item", "day").join(
            own, on=["zone", "basic", "item", "day"]
        )
        cell = np.full(self.model.needs.height, -1)
        cell[where["row"].to_numpy()] = where["cell"].to_numpy()
        at = cell[self.model.columns["row"].to_numpy()]
        mine = np.flatnonzero(at >= 0)
        self._put(first + at[mine], mine, 1.0)
        units = cells["quantity"].to_numpy().astype(float)
        self._put(first + np.arange(cells.height), cover[cells["group"].to_numpy()], -units)
        link = self._rows(np.full(groups.height, -INF), np.full(groups.height, INF))
        link_rows = link + np.arange(groups.height)
        self._put(link_rows, cover, 1.0)
        self._put(link_rows, self.count, -1.0)
        self._stated[name] = (cover, link_rows)

    def _load(self) -> None:
        import highspy

        lp = highspy.HighsLp()
        row, column, value = (np.concatenate([t[k] for t in self._triplets]) for k in range(3))
        order = np.lexsort((row, column))
        lp.num_col_, lp.num_row_ = self._width, sum(len(p) for p in self._low)
        lp.col_cost_ = np.zeros(self._width)
        lp.col_lower_ = np.zeros(self._width)
        lp.col_upper_ = np.concatenate(
            [np.full(self.count, INF), np.ones(self._width - self.count)]
        )
        lp.row_lower_, lp.row_upper_ = np.concatenate(self._low), np.concatenate(self._high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=self._width))])
        lp.a_matrix_.start_ = starts.astype(np.int32)
        lp.a_matrix_.index_ = row[order].astype(np.int32)
        lp.a_matrix_.value_ = value[order]
        self.highs.passModel(lp)
        self.highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
        self.highs.setOptionValue("dual_feasibility_tolerance", 1e-9)
        self.highs.setOptionValue("threads", 1)

    def best(self, cost: np.ndarray, *, most: bool) -> tuple[float, np.ndarray, np.ndarray]:
        """Return (objective, column values, row duals) of one solve to optimality."""
        import highspy

        sense = highspy.ObjSense.kMaximize if most else highspy.ObjSense.kMinimize
        self.highs.changeObjectiveSense(sense)
        self.highs.changeColsCost(self._width, np.arange(self._width, dtype=np.int32), cost)
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        point = self.highs.getSolution()
        return (
            self.highs.getInfo().objective_function_value,
            np.array(point.col_value),
            np.array(point.row_dual),
        )

    def goals(self) -> dict[str, float]:
        """Return every goal's value, in order, each given the ones above."""
        found = {name: self._leximin(*where) for name, where in self._stated.items()}
        for name, cost, most in self._linear():
            found[name] = self._fix(cost, most=most)
        return found

    def weighted(self) -> np.ndarray:
        """Return goal 3's value of one unit by column."""
        needs = self.model.needs
        whole = (pl.col("weight") * pl.col("quantity")).sum().over("item")
        items = needs.filter(pl.col("weight") > 0)["item"].n_unique()
        value = needs.select(pl.when(whole > 0).then(pl.col("weight") / whole).otherwise(0.0))
        each = value.to_series().to_numpy()[self.model.columns["row"].to_numpy()]
        return np.asarray(each / max(items, 1))

    def _linear(self) -> list[tuple[str, np.ndarray, bool]]:
        table = self.model.columns
        late = table.select((pl.col("on") - pl.col("day")).cast(float)).to_series().to_numpy()
        load = pl.col("minutes") * pl.col("weight_g") * pl.col("rate")
        cost = table.select(load / 1000).to_series().to_numpy()
        other = table.select((pl.col("swap") != "").cast(float)).to_series().to_numpy()
        fewest = [("substitution", other, False)] if other.any() else []
        return [("weighted_coverage", self.weighted(), True), ("lateness", late, False), *fewest,
                ("cost", cost, False)]  # fmt: skip

    def _fix(self, weights: np.ndarray, *, most: bool) -> float:
        if not (weights > 0).any():
            return 0.0
        scale = 1.0 / np.exp(np.mean(np.log(weights[weights > 0])))
        cost = np.zeros(self._width)
        cost[: self.count] = weights * scale
        value, _, _ = self.best(cost, most=most)
        give = KEEP * max(1.0, abs(value))
        which = np.flatnonzero(cost).astype(np.int32)
        low, high = (value - give, INF) if most else (-INF, value + give)
        self.highs.addRow(low, high, len(which), which, cost[which])
        return float(value / scale)

    def _leximin(self, cover: np.ndarray, link: np.ndarray) -> float:
        waiting, first = list(range(len(cover))), None
        while waiting:
            z, values, duals = self._level(link, waiting)
            first = z if first is None else first
            tight = [g for g in waiting if values[cover[g]] <= z + 1e-6]
            stuck = list(waiting) if z > 1 - 1e-7 else [
                g for g in tight if abs(duals[link[g]]) > 1e-7
            ]  # fmt: skip
            unsure = [g for g in tight if g not in set(stuck)]
            stuck += self._unable(cover, waiting, unsure, z)
            floor = min(1.0, self.delta * math.floor((z + 1e-7) / self.delta))
            for g in stuck:
                self.highs.changeColBounds(int(cover[g]), floor, 1.0)
            waiting = [g for g in waiting if g not in set(stuck)]
        return float(first or 0.0)

    def _level(self, link: np.ndarray, waiting: list[int]) -> tuple[float, np.ndarray, np.ndarray]:
        for g in waiting:
            self.highs.changeRowBounds(int(link[g]), 0.0, INF)
        cost = np.zeros(self._width)
        cost[self.count] = 1.0
        answer = self.best(cost, most=True)
        for g in waiting:
            self.highs.changeRowBounds(int(link[g]), -INF, INF)
        return answer

    def _unable(
        self, cover: np.ndarray, waiting: list[int], unsure: list[int], z: float
    ) -> list[int]:
        """Return those of ``unsure`` that cannot exceed z while all the waiting keep z."""
        for g in waiting if unsure else ():
            top = min(1.0, z + 1e-4) if g in set(unsure) else 1.0
            self.highs.changeColBounds(int(cover[g]), max(0.0, z - 1e-9), top)
        left = list(unsure)
        while left:
            cost = np.zeros(self._width)
            cost[cover[left]] = 1.0
            _, values, _ = self.best(cost, most=True)
            still = [g for g in left if values[cover[g]] <= z + 1e-6]
            if len(still) == len(left):
                break
            left = still
        for g in waiting if unsure else ():
            self.highs.changeColBounds(int(cover[g]), 0.0, 1.0)
        return left
