"""Re-plan: first the part that the change touches, then as much more as there is to gain.

Each step gives a whole plan that keeps every rule, with a bound on what any other plan could gain;
the steps stop when that is nothing worth moving people's promises for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.plan import GoalResult, Outcome
from graphcore.domain.tables import (
    ACCESS,
    FLEET,
    FLOORS,
    ITEMS,
    LINES,
    LOTS,
    MARKETS,
    SHORTFALLS,
    SWAPS,
    Schema,
    completed,
    conform,
    empty,
)
from optimizer.goals import GoalName
from optimizer.keep import loads
from optimizer.order import KEEP, Order
from optimizer.problem import Limits, Problem, Solution
from optimizer.replan.board import Board
from optimizer.replan.difference import Difference, GoalMove, kept, moves
from optimizer.replan.keyed import among
from optimizer.replan.part import Part, Terms, replanned
from optimizer.replan.patch import Patch, Rebuild, Why, between, broad
from optimizer.replan.prices import Bound, bounds
from optimizer.replan.published import Published, released
from optimizer.surplus import joined, split

CLOSE = 1e-9
NEAR = Limits(work=200_000)
WORTH = 0.005  # of a fairness goal: one quantum of the leximin floors
GAIN = 0.001  # of weighted coverage: less is not worth a second look on its own


class Reach(StrEnum):
    """How much of the plan a step looked at."""

    SAME = "same"  # nothing changed
    NEAR = "near"  # the pairs that the change touches
    FLOOR = "floor"  # every place, for the items that pull a floor down
    ITEMS = "items"  # every place, for the items of which somebody has less, or goods lie idle
    WHOLE = "whole"  # everything


@dataclass(frozen=True)
class Answer:
    """A plan in answer to a change: at once what differs, the whole of it when it is asked for."""

    reach: Reach
    part: Part
    difference: Difference
    goals: tuple[GoalResult, ...]
    bounds: tuple[Bound, ...]
    old: Published
    pinned: pl.DataFrame | None

    def gap(self, goal: str) -> float | None:
        """Return how much better another plan could be at a goal, None if no bound is known."""
        return next((b.gap for b in self.bounds if b.goal == goal), None)

    @cached_property
    def solution(self) -> Solution:
        """The plan's tables; `optimizer.check` is their judge."""
        part, old = self.part, self.old
        columns = list(LINES)
        stay = old.lines.filter(~among(part.pairs)).select(columns)
        pinned = [] if self.pinned is None else [conform(self.pinned, LINES)]
        shorts = old.shortfalls.filter(~among(part.pairs)).select(list(SHORTFALLS))
        made = Solution(
            lines=pl.concat([*pinned, stay, part.lines.select(columns)]),
            shortfalls=pl.concat([shorts, part.shortfalls]), left_out=part.left_out,
            goals=self.goals, by_clock=False,
            counts={"pairs": len(part.pairs), "classes": part.board.classes.classes.height},
        )  # fmt: skip
        return joined(made)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a re-plan may give up. ``keep`` is a share of weighted coverage: 0.0001 = 0.01%.

    ``prices`` (line, price) are of one unit's departure from a published line; 1 = usual.
    """

    keep: float = 0.0
    seed: int = 0
    near: Limits = NEAR
    whole: Limits | None = NEAR  # None: never look at everything
    prices: pl.DataFrame | None = None


def answers(
    old: Published, new: Problem, wish: Wish = Wish(), patch: Patch | None = None
) -> Iterator[Answer]:
    """Yield plans for today's problem, each at least as good as the one before it.

    Raises:
        Rebuilt: the plan has to be made anew; says why.
        ProblemInvalid: numbers that no plan can be made from.
    """
    new = _tidy(new)
    old = released(old, new.pinned)
    found = between(old, new) if patch is None else patch
    if isinstance(found, Rebuild):
        raise Rebuilt(found)
    if not found.pairs:
        yield _same(old, new, found)
        return
    last = _tried(old, new, found, found.pairs, wish, Reach.NEAR)
    yield last
    for reach in (Reach.FLOOR, Reach.ITEMS, Reach.WHOLE):
        limits = wish.whole if reach is Reach.WHOLE else wish.near
        if limits is None or not _gains(old, last, wish):
            return
        pairs = last.part.pairs | _wider(old, last, found, reach)
        finer = reach is Reach.WHOLE and broad(last.part.pairs, old)
        if pairs <= last.part.pairs and not finer:
            continue
        tried = _tried(old, new, found, pairs, wish, reach)
        if tried.part.proven and _better(last, tried) is tried:
            last = tried
            yield last


class Rebuilt(Exception):
    """The change is no patch: the plan has to be made anew."""

    def __init__(self, rebuild: Rebuild) -> None:
        super().__init__(rebuild.why.value)
        self.rebuild = rebuild


def _tried(
    old: Published, new: Problem, patch: Patch, pairs: frozenset[str], wish: Wish, reach: Reach
) -> Answer:
    limits = wish.whole if reach is Reach.WHOLE and wish.whole is not None else wish.near
    brief = broad(pairs, old) and reach is not Reach.WHOLE
    terms = Terms(limits, wish.keep * _coverage(old), wish.prices, brief)
    try:
        return _answer(old, new, replanned(old, new, patch, pairs, terms), reach)
    except ProblemInvalid as error:
        if error.field == "floors":
            raise Rebuilt(Rebuild(Why.FLOOR)) from error
        raise


def _tidy(new: Problem) -> Problem:
    """Return the problem with its small tables in their schemas; a part's solve checks the rest."""
    told = replace(
        new, lots=completed(new.lots, LOTS), items=completed(new.items, ITEMS),
        access=conform(new.access, ACCESS).unique(), fleet=completed(new.fleet, FLEET),
        pinned=None if new.pinned is None else completed(new.pinned, LINES),
        swaps=_table(new.swaps, SWAPS), markets=_table(new.markets, MARKETS),
        floors=_table(new.floors, FLOORS),
    )  # fmt: skip
    return split(told)


def _table(table: pl.DataFrame | None, schema: Schema) -> pl.DataFrame:
    return empty(schema) if table is None else conform(table, schema)


def _coverage(old: Published) -> float:
    return old.stated.get(str(GoalName.COVERAGE), 0.0)


def _wider(old: Published, last: Answer, patch: Patch, reach: Reach) -> frozenset[str]:
    """Return the pairs of every place for the items that the next step looks at."""
    kinds = last.part.board.kinds
    if reach is Reach.WHOLE:
        return frozenset(kinds["pair"].unique())
    if reach is Reach.FLOOR:
        items = _spoiling(old, last, patch.pairs)
    else:
        items = _poorer(old.board, last.part.board, patch.pairs) | _idle(old, last)
    mine = pl.col("item").is_in(pl.Series(sorted(items), dtype=pl.String()).implode())
    return frozenset(kinds.filter(mine)["pair"].unique())


def _spoiling(old: Published, last: Answer, pairs: frozenset[str]) -> set[str]:
    """Return the items by which a touched cell keeps a fairness goal under what it could be."""
    board, found = last.part.board, set[str]()
    kid = board.kinds.select("kid", "pair").with_columns(cls=pl.Series(board.cls))
    mine = set(kid.filter(among(pairs))["cls"].to_list())
    served, items = board.served(), board.classes.classes["item"].to_list()
    for goal in board.fair:
        bound = next((b for b in last.bounds if b.goal == goal.name), None)
        if bound is None or bound.gap <= old.gaps.get(goal.name, 0.0) + WORTH:
            continue
        level = min(bound.bound, old.stated.get(goal.name, bound.bound))
        units = np.bincount(goal.cell, served[goal.cls], len(goal.cell_units))
        low = np.flatnonzero(units / goal.cell_units < level - CLOSE)
        here = goal.cls[np.isin(goal.cell, low)].tolist()
        found |= {items[c] for c in here if c in mine}
    return found


def _poorer(old: Board, new: Board, pairs: frozenset[str]) -> set[str]:
    """Return the items of which a touched (township, day) is served worse than published."""
    key = ["township", "item", "day", "survival"]
    now, was = (
        b.served_kinds.filter(among(pairs)).group_by(key).agg(
            (pl.col("served").sum() / pl.col("quantity").sum()).alias("share")
        ) for b in (new, old)
    )  # fmt: skip
    both = now.join(was, on=key, how="left", suffix="_was")
    worse = both.filter(pl.col("share") < pl.col("share_was").fill_null(1.0) - WORTH)
    return set(worse["item"])


def _idle(old: Published, last: Answer) -> set[str]:
    """Return the items of which more lies unused than when the plan was published."""
    now, was = (
        b.units.group_by("lot").agg(pl.col("units").sum()) for b in (last.part.board, old.board)
    )
    lots = last.part.board.problem.lots.select("lot", "item", "quantity")
    both = lots.join(now, on="lot", how="left").join(was, on="lot", how="left", suffix="_was")
    both = both.with_columns(pl.col("units", "units_was").fill_null(0))
    idle = pl.min_horizontal("units_was", "quantity") - pl.col("units")
    some = both.group_by("item").agg(
        idle.clip(lower_bound=0).sum().alias("idle"), pl.col("quantity").sum()
    )
    return set(some.filter(pl.col("idle") > WORTH * pl.col("quantity"))["item"])


def _gains(old: Published, last: Answer, wish: Wish) -> bool:
    """Whether a wider look could gain at goals of coverage more than it must to be worth it.

    What the published plan itself left open (whole units, the quanta of the floors) is no gain.
    """
    steps = {step.name: step for step in last.part.board.steps}
    for bound in last.bounds:
        usual = old.gaps.get(bound.goal, 0.0)
        step = steps[bound.goal]
        if not step.covers:
            continue
        worth = WORTH
        if step.linear is not None:
            worth = max(GAIN, wish.keep, step.aim.share) * max(bound.value, CLOSE)
        if bound.gap > usual + worth:
            return True
    return False


def _better(last: Answer, tried: Answer) -> Answer:
    """Return the answer that is better at the first goal at which they differ.

    Fairness goals differ from a quantum of their floors on: nobody's promise is moved for less.
    """
    for a, b in zip(last.goals, tried.goals, strict=True):
        if a.name == KEEP:
            continue
        more = b.value - a.value if a.unit == "coverage" else a.value - b.value
        fair = any(goal.name == a.name for goal in last.part.board.fair)
        if abs(more) > (WORTH if fair else CLOSE * max(1.0, abs(a.value))):
            return tried if more > 0 else last
    return last


def _same(old: Published, new: Problem, patch: Patch) -> Answer:
    """Return the published plan: nothing that it uses, nor anybody in want, is touched."""
    part = replanned(old, new, patch, frozenset(), Terms(NEAR))
    return _answer(old, new, part, Reach.SAME)


def _answer(old: Published, new: Problem, part: Part, reach: Reach) -> Answer:
    limits = tuple(bounds(part.board, old.prices))
    goals = _goals(old, part, limits)
    return Answer(reach, part, _difference(old, part, goals), goals, limits, old, new.pinned)


def _goals(old: Published, part: Part, limits: tuple[Bound, ...]) -> tuple[GoalResult, ...]:
    """Return each goal's value, with its bound where the prices give one."""
    known = {b.goal: b.bound for b in limits}
    values, found = part.board.values, []
    for step in part.board.steps:
        value = values[step.name]
        bound = known.get(step.name, 1.0 if step.covers else 0.0)
        met = abs(bound - value) <= CLOSE * max(1.0, abs(value))
        state = Outcome.PROVEN if met else Outcome.BOUNDED
        found.append(GoalResult(step.number, step.name, value, bound, state, step.unit,
                                give_up=step.aim.give_up))  # fmt: skip
    return tuple(sorted([*found, *_keeping(old, part)], key=lambda goal: goal.number))


def _keeping(old: Published, part: Part) -> list[GoalResult]:
    """Return the goal `keep`: the share of the published loads that are not made as published."""
    order: Order = part.board.order
    names = [aim.goal for aim in order.aims]
    if KEEP not in names or old.loads.is_empty():
        return []
    units = part.board.units.filter(pl.col("state") == "firm")
    made = loads(old.loads, part.board.classes.points)
    zoned = units.join(part.board.classes.points, on="point")
    keys = made.table.columns[:5]
    sent = zoned.group_by(keys).agg(pl.col("units").sum().alias("sent"))
    got = made.table.join(sent, on=keys, how="left", maintain_order="left")["sent"]
    value = made.moved(got.fill_null(0).to_numpy().astype(np.float64))
    place = names.index(KEEP)
    state = Outcome.PROVEN if value <= CLOSE else Outcome.BOUNDED
    return [GoalResult(place + 1, KEEP, value, 0.0, state, "share",
                       give_up=order.aims[place].give_up)]  # fmt: skip


def _moving(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines of those needs of which some line is not as published (by its id)."""
    key = ["need", "due_day", "state"]
    parts = [a.join(b.select("line"), on="line", how="anti").select(key)
             for a, b in ((old, new), (new, old))]  # fmt: skip
    touched = pl.concat(parts).unique()
    some = [table.join(touched, on=key, how="semi") for table in (old, new)]
    return some[0], some[1]


def _difference(old: Published, part: Part, goals: tuple[GoalResult, ...]) -> Difference:
    found = moves(*_moving(part.before, part.lines))
    was = old.stated
    effect = tuple(
        GoalMove(g.name, g.unit, was.get(g.name, g.value), g.value, g.bound) for g in goals
    )
    units = old.board.units.select("item", pl.col("units").alias("quantity"))
    return Difference(found, effect, kept(units, found), int(units["quantity"].sum()))


__all__ = ["Answer", "Reach", "Rebuilt", "Wish", "answers"]
