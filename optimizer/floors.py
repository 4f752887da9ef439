"""Equity floors: at least a stated share of what a township or a group is owed, below goal 1 only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import FLOORS, LINES, Schema, empty, met
from graphcore.domain.text import say
from optimizer.classes import Classes
from optimizer.engines.simplex import INF, Simplex
from optimizer.flow import Flow
from optimizer.ledger import Ledger, Reach, Whole, drawn, fill, whole
from optimizer.minimum import fixed
from optimizer.problem import Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EACH = "*"
SLACK = 1e-6
TARGETS: Schema = {
    "floor": pl.String(), "township": pl.String(), "group": pl.String(), "item": pl.String(),
    "target": pl.Int64(),
}  # fmt: skip


def targets(problem: Problem) -> pl.DataFrame:
    """Return TARGETS: each floor, place, group and item with the units that it asks for.

    The share is of what is owed in the plan's days, rounded down to whole units; what pinned lines
    serve already is taken off.
    """
    stated = empty(FLOORS) if problem.floors is None else problem.floors
    rows = [row for floor in stated.iter_rows(named=True) for row in _spread(problem, floor)]
    table = pl.DataFrame(rows, schema=dict(TARGETS), orient="row")
    return table.filter(pl.col("target") > 0).sort(*TARGETS)


def _spread(problem: Problem, floor: dict[str, str | int]) -> list[tuple[object, ...]]:
    """Return the floor's rows: one for each township and item where it says so."""
    mine = problem.needs.filter(_within(str(floor["township"]), str(floor["group"]),
                                        str(floor["item"])))  # fmt: skip
    keys = [c for c in ("township", "item") if floor[c] == EACH]
    lines = empty(LINES) if problem.pinned is None else problem.pinned
    fixed = met(lines).group_by("need", pl.col("due_day").alias("day")).agg(pl.col("covers").sum())
    owed = mine.join(fixed, on=["need", "day"], how="left")
    total = owed.group_by(keys or [pl.lit(0).alias("all")]).agg(
        pl.col("quantity").sum(), pl.col("covers").fill_null(0).sum()
    )
    return [
        (floor["floor"], row.get("township", floor["township"]), floor["group"],
         row.get("item", floor["item"]),
         row["quantity"] * int(floor["permille"]) // 1000 - row["covers"])
        for row in total.iter_rows(named=True)
    ]  # fmt: skip


def _within(township: str, group: str, item: str) -> pl.Expr:
    here = pl.lit(value=True) if township in ("", EACH) else pl.col("township") == township
    what = pl.lit(value=True) if item in ("", EACH) else pl.col("item") == item
    who = pl.lit(value=True) if not group else pl.col("groups").list.contains(group)
    return here & what & who


def members(classes: Classes) -> list[Ints]:
    """Return the classes of each row of ``classes.floors``."""
    found = []
    for row in classes.floors.iter_rows(named=True):
        table = classes.classes
        if row["township"]:
            table = table.filter(pl.col("township") == row["township"])
        if row["item"]:
            table = table.filter(pl.col("item") == row["item"])
        if row["group"]:
            bit = classes.marks[row["group"]]
            table = table.filter((pl.col("mask") // (1 << bit)) % 2 == 1)
        found.append(table["cls"].to_numpy())
    return found


def hold(simplex: Simplex, classes: Classes, flow: Flow) -> None:
    """Hold every floor from here on, or say which cannot be, given the goals and floors above.

    Raises:
        ProblemInvalid: names the floor and the most that can be had.
    """
    if classes.floors.is_empty():
        return
    cls, first = flow.serves["cls"].to_numpy(), flow.sends.height
    columns = [first + np.flatnonzero(np.isin(cls, some)) for some in members(classes)]
    units = classes.floors["target"].to_numpy().astype(np.float64)
    every = np.unique(np.concatenate(columns))
    point = simplex.solve(every, np.ones(len(every)), most=True).values
    for k, which in enumerate(columns):
        best = float(point[which].sum())
        if best < units[k] - SLACK:
            best = (
                simplex.solve(which, np.ones(len(which)), most=True).objective if len(which) else 0
            )
        if best < units[k] - SLACK:
            raise out_of_reach(classes.floors.row(k, named=True), best)
        simplex.add_row(which, np.ones(len(which)), units[k] - SLACK, INF)


def out_of_reach(row: dict[str, object], best: float) -> ProblemInvalid:
    """Return the refusal of a floor of which at most ``best`` units can be had."""
    return ProblemInvalid(
        say("保底要求“{floor}”做不到：{township} 的 {item} 需要 {target} 件，在生存底线和排在前面的保底要求之下"
            "最多 {best} 件。", floor=row["floor"], township=row["township"] or "—",
            item=row["item"] or "—", target=row["target"], best=int(best + SLACK)),
        say("请降低该保底比例，或增加库存、运力、通路后重试。"), field="floors",
    )  # fmt: skip


def mend(
    classes: Classes, ledger: Ledger, reach: Reach, given: Whole, order: Sequence[int]
) -> Whole:
    """Give floors back the units that rounding took, at need from classes that no floor protects.

    Args:
        classes: The problem in classes.
        ledger: What is left after ``given``.
        reach: What reaches each class.
        given: Whole units so far.
        order: All classes, the highest in rank first.

    Raises:
        ProblemInvalid: a floor that fractions reach and whole units do not.
    """
    books = _Books(classes, ledger, given, order)
    for k, (some, target) in enumerate(zip(books.groups, books.targets, strict=True)):
        ranked = sorted(some, key=books.place.__getitem__)
        step = max((int(ledger.step[s]) for c in ranked for _, s in reach.get(c, ())), default=1)
        while (lack := target - books.met(some)) > 0:
            more = fill(ledger, reach, ranked, max(lack, step))
            if not (books.add(more) or books.moved(reach, ranked, step)):
                raise out_of_reach(classes.floors.row(k, named=True), books.met(some))
    portions = books.portions
    pairs = [(send, serve, n) for (send, serve), n in sorted(portions.items()) if n]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    return whole(ledger.flow, table[:, 0], table[:, 1], table[:, 2])


class _Books:
    """Who has been given what, while units are moved for the floors."""

    def __init__(
        self, classes: Classes, ledger: Ledger, given: Whole, order: Sequence[int]
    ) -> None:
        self.ledger = ledger
        self.groups = [some.tolist() for some in members(classes)]
        self.targets = classes.floors["target"].to_list()
        self.place = {cls: k for k, cls in enumerate(order)}
        self._fixed = fixed(classes, ledger)
        self._needed = classes.classes["quantity"].to_numpy()
        self._survival = set(classes.classes.filter("survival")["cls"].to_list())
        send, serve, units = drawn(given)
        keys = zip(send.tolist(), serve.tolist(), strict=True)
        portions = (units // ledger.take[serve]).tolist()
        self.portions: dict[tuple[int, int], int] = dict(zip(keys, portions, strict=True))

    def met(self, some: list[int]) -> int:
        """Return the units that these classes get."""
        return int((self._needed[some] - self.ledger.need[some]).sum())

    def add(self, more: Whole) -> bool:
        """Write down what was given; return whether it was anything."""
        rows = zip(*(part.tolist() for part in drawn(more)), strict=True)
        for send, serve, units in rows:
            some = units // int(self.ledger.take[serve])
            self.portions[send, serve] = self.portions.get((send, serve), 0) + some
        return bool(len(more.units))

    def moved(self, reach: Reach, ranked: Sequence[int], step: int) -> bool:
        """Take one portion from the lowest class that can spare it and give it to these."""
        ledger = self.ledger
        sends = {send for cls in ranked for send, _ in reach.get(cls, ())}
        stocks, vans = ({int(by[s]) for s in sends} for by in (ledger.group, ledger.van))
        near = [
            key for key, n in self.portions.items()
            if n and key[0] not in self._fixed and key[1] not in ledger.mates
            and (int(ledger.group[key[0]]) in stocks or int(ledger.van[key[0]]) in vans)
        ]  # fmt: skip
        for send, serve in sorted(near, key=lambda k: (-self.place[int(ledger.cls[k[1]])], k)):
            if not self._spares(int(ledger.cls[serve]), int(ledger.step[serve]), ranked):
                continue
            ledger.move(send, serve, -1)
            if self.add(fill(ledger, reach, ranked, step)):
                self.portions[send, serve] -= 1
                return True
            ledger.move(send, serve, 1)
        return False

    def _spares(self, cls: int, step: int, ranked: Sequence[int]) -> bool:
        if cls in self._survival or cls in ranked:
            return False
        mine = [k for k, some in enumerate(self.groups) if cls in some]
        return all(self.met(self.groups[k]) - step >= self.targets[k] for k in mine)
