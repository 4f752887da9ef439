"""A part of the plan made anew while the rest stands: what is left for it, solved, named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import LINES, NEEDS, completed, empty
from optimizer import portions, tables
from optimizer.classes import Classes, classify
from optimizer.floors import targets
from optimizer.flow import flow
from optimizer.goals import coverage_weights, scoped_weights
from optimizer.order import SCOPED
from optimizer.portions import Given, Shares
from optimizer.problem import Limits, Problem
from optimizer.replan import course, spread
from optimizer.replan.board import Board, Whole, board
from optimizer.replan.keyed import among, flows, kinds, net, steps_of
from optimizer.replan.patch import Patch
from optimizer.replan.published import Published
from optimizer.rounding import request_units, whole_units
from optimizer.shortfalls import Binding, Findings, Segment, left_out
from optimizer.validate import validate

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """The new lines of some pairs, and the whole district with them.

    What explains the plan (shortfalls with what binds them, goods left out) is worked out when it
    is asked for: the dispatcher's first answer does not wait for it.
    """

    pairs: frozenset[str]
    needs: pl.DataFrame  # keyed, net NEEDS of the pairs
    before: pl.DataFrame  # published LINES of the pairs, with kid and pair
    lines: pl.DataFrame  # new LINES of the pairs, with kid and pair
    board: Board
    proven: bool  # every goal of the part was solved to its end

    @cached_property
    def _bound(self) -> tuple[Findings, pl.DataFrame]:
        return _binding(self.board)

    @cached_property
    def shortfalls(self) -> pl.DataFrame:
        """SHORTFALLS of the pairs."""
        return _shortfalls(self.board, self._bound[0].segments, self.lines, self.needs)

    @property
    def left_out(self) -> pl.DataFrame:
        """LEFT_OUT of the whole plan."""
        return self._bound[1]


@dataclass(frozen=True)
class Terms:
    """On which terms a part is solved."""

    limits: Limits
    give: float = 0.0  # weighted coverage (0..1) that may be given up to keep more of the plan
    prices: pl.DataFrame | None = None  # line, price: of one unit's departure; 1 = usual
    brief: bool = False  # floors in few programs


def replanned(
    old: Published, new: Problem, patch: Patch, pairs: frozenset[str], terms: Terms
) -> Part:
    """Plan some pairs anew on what the others' published lines leave.

    Args:
        old: The published plan.
        new: Today's problem.
        patch: What changed between them.
        pairs: Which (point, item) pairs are planned; closed under zones, the patch's at least.
        terms: Limits of the solver, and what holding on to the plan is worth.

    Raises:
        ProblemInvalid: an equity floor that these pairs cannot keep.
    """
    rest = old.board.units.filter(~among(pairs))
    needs = net(patch.needs.filter(among(pairs)), new.pinned, steps_of(new)).sort("need", "day")
    before = old.lines.filter(among(pairs))
    base = pl.concat([old.board.kinds.filter(~among(pairs)), kinds(needs)]).sort("kid")
    made, around = _none(), board(new, base, rest, patch.whole)
    if needs.height:
        problem = validate(_left(new, needs, rest))
        worth = _worth(around, needs)
        floors = _floors_left(new, rest, old.board.kinds)
        made = _solve(
            _Case(problem, needs, before, floors, _limits_left(patch.whole, rest)), worth, terms,
            patch, old.stated,
        )  # fmt: skip
    units = pl.concat([rest, flows(made.lines)]).sort(rest.columns)
    return Part(pairs, needs, before, made.lines, around.dealt(units), made.proven)


@dataclass(frozen=True)
class _Case:
    """What is left for a part."""

    problem: Problem
    needs: pl.DataFrame  # keyed, net
    before: pl.DataFrame  # published LINES with kid
    floors: pl.DataFrame  # `optimizer.floors.TARGETS`
    limits: pl.DataFrame  # of substitution rules


def _left(new: Problem, needs: pl.DataFrame, rest: pl.DataFrame) -> Problem:
    """Return the part as a problem: the others' lines are pinned, their goods are gone."""
    used = rest.group_by("lot").agg(pl.col("units").sum())
    quantity = pl.col("quantity") - pl.col("units").fill_null(0)
    lots = new.lots.join(used, on="lot", how="left", maintain_order="left")
    return replace(
        new, needs=needs.select(list(NEEDS)), lots=lots.with_columns(quantity).drop("units"),
        pinned=_pseudo(new.pinned, rest),
    )  # fmt: skip


def _pseudo(pinned: pl.DataFrame | None, rest: pl.DataFrame) -> pl.DataFrame:
    """Return LINES that only take room on vehicles: pinned ones, and the sums of those that stay."""
    fixed = empty(LINES) if pinned is None else pinned
    known = rest.rename({"units": "quantity"}).select(
        "lot", "item", "warehouse", "mode", "day", "due_day", "point", "state", "quantity", "covers"
    )
    both = pl.concat([fixed.select(known.columns), known]).with_row_index("n")
    names = ("township", "subject", "need", "reason", "need_item", "swap")
    texts = [pl.lit("").alias(c) for c in names]
    return completed(both.with_columns(*texts, line=pl.col("n").cast(pl.String())), LINES)


def _limits_left(whole: Whole, rest: pl.DataFrame) -> pl.DataFrame:
    """Return how far each substitution rule may still go beside the lines that stay."""
    gone = rest.group_by("swap", "township", pl.col("due_day").alias("day")).agg(
        pl.col("covers").sum().alias("gone")
    )
    left = (pl.col("units") - pl.col("gone").fill_null(0)).clip(lower_bound=0)
    keys = ["swap", "township", "day"]
    table = whole.limits.join(gone, on=keys, how="left", maintain_order="left")
    return table.with_columns(left.alias("units")).drop("gone")


def _floors_left(new: Problem, rest: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return the equity floors' targets less what the lines that stay serve already."""
    table = targets(new)
    if table.is_empty():
        return table
    who = rest.filter(pl.col("state") == "firm").join(
        known.select("kid", "who", owed="item"), on="kid"
    )
    rows = []
    for row in table.iter_rows(named=True):
        mine = who
        for column, name in (("township", "township"), ("owed", "item")):
            mine = mine.filter(pl.col(column) == row[name]) if row[name] else mine
        if row["group"]:
            mine = mine.filter(pl.col("who").str.split(",").list.contains(row["group"]))
        rows.append(row | {"target": row["target"] - int(mine["covers"].sum())})
    return pl.DataFrame(rows, schema=table.schema).filter(pl.col("target") > 0)


def _worth(whole: Board, needs: pl.DataFrame) -> pl.DataFrame:
    """Return (kid, and by goal of coverage what one unit brings in the whole plan)."""
    found = {}
    for goal in course.coverage_goals(whole.order):
        scoped = goal.startswith(SCOPED)
        own = scoped_weights(whole.classes, goal) if scoped else coverage_weights(whole.classes)
        found[goal] = own[whole.cls]
    named = whole.kinds.select("kid").with_columns(
        pl.Series(goal, weight) for goal, weight in found.items()
    )
    return named.join(needs.select("kid").unique(), on="kid", how="semi")


@dataclass(frozen=True)
class _Made:
    """Named lines of a part: firm ones and requests."""

    lines: pl.DataFrame
    proven: bool


def _none() -> _Made:
    keys = {"kid": pl.String(), "pair": pl.String()}
    return _Made(pl.DataFrame(schema={**LINES, **keys}), proven=True)


def _solve(
    case: _Case, worth: pl.DataFrame, terms: Terms, patch: Patch, had: Mapping[str, float]
) -> _Made:
    classes = replace(classify(case.problem, case.floors), limits=case.limits)
    firm, wish = flow(classes), flow(classes, "request")
    before = _before(classes, case.needs, case.before, terms.prices)
    known = spread.placed(classes, firm, before.filter(pl.col("state") == "firm"))
    wished = spread.placed(classes, wish, before.filter(pl.col("state") == "request"))
    by_goal, touched = _by_class(classes, case.needs, worth, patch)
    kept = course.held(classes, firm, known, touched)
    asked = course.Terms(terms.limits, patch.whole.order, by_goal, had, terms.give,
                         terms.brief)  # fmt: skip
    found = course.run(classes, firm, kept, asked)
    whole, left = whole_units(classes, firm, found.sends, found.serves)
    more, _ = request_units(classes, wish, left)
    splits = spread.keeping(classes, firm, known), spread.keeping(classes, wish, wished)
    firms = (firm, whole)
    units = portions.given(classes, firms, (wish, more), left.dealer, terms.limits.seed, splits)
    table = pl.concat([
        spread.lines((case.problem, classes, firm), whole, units.firm, known, "firm"),
        spread.lines((case.problem, classes, wish), more, units.asked, wished, "request"),
    ])  # fmt: skip
    return _Made(spread.as_lines(table, case.needs), found.proven)


def _before(
    classes: Classes, needs: pl.DataFrame, old: pl.DataFrame, prices: pl.DataFrame | None
) -> pl.DataFrame:
    """Return published lines with ``at`` (position in rows), cls, group, units and price."""
    spot = needs.select("need", pl.col("day").alias("due_day"))[
        classes.rows["row"].to_numpy()
    ].with_columns(cls=classes.rows["cls"]).with_row_index("at")  # fmt: skip
    lots = classes.lots.select("lot", "group")
    lines = old.select(
        "need", "due_day", "lot", "mode", "day", pl.col("quantity").alias("units"), "covers",
        "swap", "line", "reason", "state",
    )  # fmt: skip
    found = lines.join(spot, on=["need", "due_day"]).join(lots, on="lot", how="left")
    cost = pl.DataFrame(schema={"line": pl.String, "price": pl.Float64})
    found = found.join(cost if prices is None else prices, on="line", how="left")
    return found.with_columns(
        pl.col("group").fill_null(-1), pl.col("at").cast(pl.Int64),
        pl.col("price").fill_null(1.0),
    ).sort("line")  # fmt: skip


def _by_class(
    classes: Classes, needs: pl.DataFrame, worth: pl.DataFrame, patch: Patch
) -> tuple[dict[str, Floats], npt.NDArray[np.bool_]]:
    """Return the worth of a unit by goal and class, and whether the change touches the class."""
    keys = needs.select("kid", "pair")[classes.rows["row"].to_numpy()]
    each = keys.join(worth, on="kid", how="left", maintain_order="left")
    cls = classes.rows["cls"].to_numpy()
    found = {}
    for goal in worth.columns[1:]:
        found[goal] = np.zeros(classes.classes.height)
        found[goal][cls] = each[goal].to_numpy()
    touched = np.zeros(classes.classes.height, dtype=bool)
    touched[cls] = keys.select(among(patch.pairs)).to_series().to_numpy()
    return found, touched


def _binding(whole: Board) -> tuple[Findings, pl.DataFrame]:
    """Return what binds each class of the whole plan, and which goods stay behind."""
    classes = whole.classes
    kid = whole.kinds.select("kid").with_columns(cls=pl.Series(whole.cls))
    groups = classes.lots.select("lot", "group")
    drawn = whole.units.join(kid, on="kid").join(groups, on="lot")
    used = drawn.group_by("group").agg(pl.col("units").sum())
    unused = classes.groups["quantity"].to_numpy().copy()
    unused[used["group"].to_numpy()] -= used["units"].to_numpy()
    firm = drawn.filter(pl.col("state") == "firm").select("group", "cls").unique()
    served, asked = whole.served(), whole.served("request")
    swapped = _limits_left(Whole(whole.limits, whole.order), whole.units)["units"].to_numpy()
    drew = firm.sort("group", "cls")
    found = Binding(classes, served, drew, unused, asked, swapped).find()
    by_lot = whole.units.group_by("lot").agg(pl.col("units").sum().alias("used"))
    return found, left_out(classes, by_lot, found.blocked)


def _shortfalls(
    whole: Board, segments: list[Segment], lines: pl.DataFrame, needs: pl.DataFrame
) -> pl.DataFrame:
    """Return SHORTFALLS of the needs by what binds their classes."""
    kid = whole.kinds.select("kid").with_columns(cls=pl.Series(whole.cls))
    rows = needs.select("kid", "quantity").join(kid, on="kid", how="left", maintain_order="left")
    rows = rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    mine = set(rows["cls"].to_list())
    table = rows.select("row", "cls", "quantity")
    firm, asked = (_units(needs, lines, state) for state in ("firm", "request"))
    nobody = pl.DataFrame()
    given = Given(Shares(firm, nobody, firm), Shares(asked, nobody, asked))
    problem = replace(whole.problem, needs=needs.select(list(NEEDS)))
    here = [s for s in segments if s.cls in mine]
    return tables.shortfalls(problem, replace(whole.classes, rows=table), given, here)


def _units(needs: pl.DataFrame, lines: pl.DataFrame, state: str) -> Ints:
    some = lines.filter(pl.col("state") == state)
    got = some.group_by("need", pl.col("due_day").alias("day")).agg(pl.col("covers").sum())
    key = needs.select("need", "day").join(
        got, on=["need", "day"], how="left", maintain_order="left"
    )
    return key["covers"].fill_null(0).to_numpy()
