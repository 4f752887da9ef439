"""One new need: every way to meet it from the published plan, ranked, each with its price.

All is read from the plan's board, so it takes milliseconds whatever the number of households: what
lies unused, what vehicles still carry, and, where nothing is free, who would have to wait instead.
A substitute is offered from what is free only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass

import polars as pl

from optimizer.floors import targets
from optimizer.goals import GoalName
from optimizer.order import SCOPED, within
from optimizer.problem import Problem
from optimizer.replan.ask import Ask, Means, Row, meant
from optimizer.replan.board import Board
from optimizer.replan.difference import GoalMove
from optimizer.replan.effects import Cells, Limit, scoped_shares, shares
from optimizer.replan.patch import Rebuild, Why
from optimizer.replan.published import Published
from optimizer.replan.solve import Rebuilt
from optimizer.surplus import MARK
from optimizer.surplus import within as purpose
from optimizer.swaps import PERMILLE, markets, prepared

UNITS = (str(GoalName.LATENESS), str(GoalName.SUBSTITUTION), str(GoalName.COST))
Van = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """Units that others would have to give up for it."""

    point: str
    item: str
    tier: int
    units: int
    kid: str  # what the needs that give have in common
    van: Van  # warehouse, mode, day of the lines that give


@dataclass(frozen=True, slots=True)
class Option:
    """One way to meet the need, in whole or in part."""

    item: str  # the item asked for, or a substitute
    lot: str
    warehouse: str
    mode: str
    day: int
    minutes: int
    units: int  # of ``item`` that go
    met: int  # of the units asked for that they stand for
    swap: str  # the rule of substitution, "" if none
    request: bool  # the lot is not ours: its owner has to agree
    taken: tuple[Taken, ...]
    goals: tuple[GoalMove, ...]


@dataclass(frozen=True)
class _Way:
    """One lot by one way on one day."""

    means: Means
    lot: Row
    minutes: int
    van: Van


class Desk:
    """The published plan, indexed for questions about single needs."""

    def __init__(self, old: Published) -> None:
        self.old, self.board = old, old.board
        board, problem = old.board, old.problem
        used = board.units.group_by("lot").agg(pl.col("units").sum())
        lots = problem.lots.join(used, on="lot", how="left").with_columns(
            (pl.col("quantity") - pl.col("units").fill_null(0)).alias("left")
        )
        self.lots = _by(lots.to_dicts(), "item")
        self.ways = _by(problem.access.to_dicts(), "point")
        self.items = {r["item"]: r for r in problem.items.to_dicts()}
        self.room = _room(board, problem)
        self.whole = {(r["warehouse"], r["mode"], r["day"]): r
                      for r in board.classes.fleet.to_dicts()}  # fmt: skip
        kinds = {r["kid"]: r for r in board.kinds.to_dicts()}
        firm = board.units.filter((pl.col("state") == "firm") & (pl.col("swap") == "")).to_dicts()
        self.drawn = _by([u | {"kind": kinds[u["kid"]]} for u in firm], "lot")
        self.cells = {goal.name: Cells(board, goal) for goal in board.fair}
        self.shares = {
            step.name: scoped_shares(board, within(step.name))
            if step.name.startswith(SCOPED) else shares(board)
            for step in board.steps if step.covers and step.linear is not None
        }  # fmt: skip
        known = {s.name for s in board.steps if s.covers and not s.name.startswith(SCOPED)}
        self._bounds = {p.goal: Limit(board, p) for p in old.prices if p.goal in known}
        self._swaps = _by(prepared(problem).to_dicts(), "need_item")
        self._opens = dict(markets(problem).iter_rows())
        self._sent = _delivered(board)
        owed = problem.needs.group_by("item", "township", "day").agg(pl.col("quantity").sum())
        self._owed = {(i, t, d): n for i, t, d, n in owed.iter_rows()}
        swapped = board.units.filter(pl.col("swap") != "").group_by("swap", "township", "due_day")
        self._swapped = {(s, t, d): n
                         for s, t, d, n in swapped.agg(pl.col("covers").sum()).iter_rows()}  # fmt: skip

    def reaching(self, point: str, ways: pl.DataFrame) -> Desk:
        """Return the desk with the ways (ACCESS) to one more point."""
        wider = copy(self)
        wider.ways = {**self.ways, point: ways.filter(pl.col("point") == point).to_dicts()}
        return wider

    def options(self, ask: Ask, most: int = 50) -> list[Option]:
        """Return every feasible option, the best first: by the goals in their order, then sooner.

        An option meets the need from what is free or, where that is not enough, from units that go
        to needs of lower rank; or by a substitute that is free. Empty if no lot may or can reach
        the point in time.

        Raises:
            Rebuilt: others have to move before anybody knows: what a gift leaves over for others
                shrinks with the need, or an equity floor rises with it.
        """
        self._refuse(ask)
        limits = {goal: self._limit(ask, limit) for goal, limit in self._bounds.items()}
        able = self._able(ask)
        found = [self._option(ask, way, limits, able=able) for way in self._ways_to(ask)]
        return sorted((o for o in found if o is not None), key=_rank)[:most]

    # -- what may go ------------------------------------------------------------------------------

    def _refuse(self, ask: Ask) -> None:
        """Refuse a need that changes what the published lines themselves rest on."""
        if self.old.problem.floors is not None and not targets(self.old.problem).is_empty():
            raise Rebuilt(Rebuild(Why.FLOOR))
        one = pl.DataFrame([{"township": ask.township, "item": ask.item, "groups": list(ask.groups)}],
                           schema_overrides={"groups": pl.List(pl.String)})  # fmt: skip
        for item in (ask.item, *(row["item"] for row in self._swaps.get(ask.item, ()))):
            for lot in self.lots.get(item, ()):
                free = lot["lot"].endswith(MARK)
                if free and one.filter(purpose(self._named(lot))).height:
                    raise Rebuilt(Rebuild(Why.SURPLUS))

    def _named(self, lot: Row) -> Row:
        """Return the part of a lot whose donor's words still bind it."""
        own = lot["lot"].removesuffix(MARK)
        return next(other for other in self.lots[lot["item"]] if other["lot"] == own)

    def _means(self, ask: Ask) -> list[Means]:
        """Return the item itself, and each substitute as far as its rule lets it."""
        found = [Means(ask.item)]
        for row in self._swaps.get(ask.item, ()):
            since = self._opens.get(ask.township) if row["market"] else 0
            room = ask.quantity
            if row["most_permille"] < PERMILLE:
                owed = self._owed.get((ask.item, ask.township, ask.day), 0) + ask.quantity
                used = self._swapped.get((row["swap"], ask.township, ask.day), 0)
                room = owed * row["most_permille"] // PERMILLE - used
            if since is not None and room >= row["step"] <= ask.quantity:
                found.append(Means(row["item"], row["swap"], row["take"], row["step"], since, room))
        return found

    def _ways_to(self, ask: Ask) -> Iterator[_Way]:
        """Yield what could reach the need in time, whatever lies in the warehouses."""
        for means in self._means(ask):
            for lot in self.lots.get(means.item, ()):
                if not meant(lot, ask):
                    continue
                for way in self.ways.get(ask.point, ()):
                    if way["warehouse"] != lot["warehouse"]:
                        continue
                    first = max(lot["arrives_day"], way["from_day"], means.since)
                    for day in ask.days(self.old.problem.days):
                        van = (lot["warehouse"], way["mode"], day)
                        if first <= day <= lot["expires_day"] and self._rides(means.item, van):
                            yield _Way(means, lot, way["minutes"], van)

    def _rides(self, item: str, van: Van) -> bool:
        """Whether a vehicle takes one unit of such goods at all."""
        row, goods = self.whole.get(van), self.items[item]
        light = goods["weight_g"] == 0 and goods["volume_ml"] == 0
        return (
            row is not None
            and (van[1] != "transfer" or light)
            and (row["cold"] or not goods["cold"])
            and row["grams"] >= goods["weight_g"]
            and row["millilitres"] >= goods["volume_ml"]
        )

    def _able(self, ask: Ask) -> bool:
        """Whether anything that the bureau commands could serve such a need at all."""
        return any(w.lot["commanded"] and w.lot["quantity"] > 0 for w in self._ways_to(ask))

    def _carries(self, item: str, van: Van) -> int:
        grams, litres = self.room.get(van, (0, 0))
        heavy, big = self.items[item]["weight_g"], self.items[item]["volume_ml"]
        endless = 1_000_000_000
        return int(min(grams // heavy if heavy else endless, litres // big if big else endless))

    # -- one option -------------------------------------------------------------------------------

    def _option(
        self, ask: Ask, way: _Way, limits: Mapping[str, float], *, able: bool
    ) -> Option | None:
        means, lot = way.means, way.lot
        carry = self._carries(means.item, way.van)
        most = max(0, min(lot["left"], carry))
        met = min(ask.quantity // means.step, most // means.take, means.room // means.step)
        taken: list[Row] = []
        if not means.swap and lot["min_units"] <= 1:
            taken = self._displaced(ask, lot, way.van, ask.quantity - met, carry - met)
        units = met * means.take + sum(t["units"] for t in taken)
        met = met * means.step + sum(t["units"] for t in taken)
        before = self._sent.get((lot["lot"], ask.township, way.van[2]), 0)
        if met <= 0 or before + units < lot["min_units"]:
            return None
        goals = self._goals(ask, way, units, met, taken, limits, able=able)
        return Option(
            means.item, lot["lot"].removesuffix(MARK), *way.van, way.minutes, units, met,
            means.swap, not lot["commanded"], tuple(_taken(t) for t in taken), goals,
        )  # fmt: skip

    def _displaced(self, ask: Ask, lot: Row, van: Van, short: int, carry: int) -> list[Row]:
        """Return units on the same lot that rank below the need, the lowest first.

        Where the vehicle is full, only units on the same vehicle that day make room.
        """
        if short <= 0 or not lot["commanded"]:
            return []
        mine = (not ask.survival, ask.tier, -ask.weight)
        found: list[Row] = []
        lower = [u for u in self.drawn.get(lot["lot"], ()) if _order(u["kind"]) > mine]
        for u in sorted(lower, key=lambda u: (_order(u["kind"]), u["kid"]), reverse=True):
            same = (u["warehouse"], u["mode"], u["day"]) == van
            units = min(short, u["units"], u["units"] if same else max(carry, 0))
            if units > 0:
                found.append(u | {"units": units, "had": u["units"]})
                short -= units
                carry -= 0 if same else units
        return found

    def _goals(
        self, ask: Ask, way: _Way, units: int, met: int, taken: list[Row],
        limits: Mapping[str, float], *, able: bool,
    ) -> tuple[GoalMove, ...]:  # fmt: skip
        """Return what becomes of each goal, in their order; a request counts once it is granted.

        Bounds of goals below the first are given those above: where others give, they fall.
        """
        given, firm = (met, units) if way.lot["commanded"] else (0, 0)
        moves: list[GoalMove] = []
        for step in self.board.steps:
            was, name = self.board.values[step.name], step.name
            if name in self.cells:
                after = self.cells[name].least(ask, given, taken, able=able)
            elif step.covers:
                after = self._coverage(name, ask, given, taken)
            else:
                after = was + self._extra(name, ask, way, firm, given, taken)
            bound = limits.get(name) if not (taken and moves) else None
            moves.append(GoalMove(name, step.unit, was, after, bound))
        return tuple(moves)

    def _coverage(self, name: str, ask: Ask, given: int, taken: list[Row]) -> float:
        served, owed = (dict(part) for part in self.shares[name])
        scope, _, value = name.removeprefix(SCOPED).partition("=")

        def weight(row: Row) -> int:
            if name.startswith(SCOPED):
                return int(str(row[scope]) == value)
            return int(row["weight"])

        mine = {"township": ask.township, "basic": ask.basic, "item": ask.item, "tier": ask.tier,
                "weight": ask.weight}  # fmt: skip
        if each := weight(mine):
            owed[ask.item] = owed.get(ask.item, 0.0) + each * ask.quantity
            served[ask.item] = served.get(ask.item, 0.0) + each * given
        for t in taken:
            if each := weight(t["kind"]):
                served[t["kind"]["item"]] -= each * t["units"]
        some = [served.get(i, 0.0) / n for i, n in owed.items() if n > 0]
        return float(sum(some) / max(len(some), 1))

    def _extra(
        self, name: str, ask: Ask, way: _Way, units: int, met: int, taken: list[Row]
    ) -> float:
        """Return how much more of lateness, substitution or cost there is."""
        if name == GoalName.LATENESS:
            gone = sum(t["units"] * (t["day"] - t["due_day"]) for t in taken)
            return float(met * (way.van[2] - ask.day) - gone)
        if name == GoalName.SUBSTITUTION:
            return float(met if way.means.swap else 0)
        kilos = self.items[way.means.item]["weight_g"] / 1000
        least = min((w["minutes"] for w in self.ways[ask.point]
                     if (w["warehouse"], w["mode"]) == way.van[:2]
                     and w["from_day"] <= way.van[2]), default=way.minutes)  # fmt: skip
        return float(units * least * kilos - sum(self._cost(t) for t in taken))

    def _cost(self, t: Row) -> float:
        near = [w["minutes"] for w in self.ways.get(t["point"], ())
                if (w["warehouse"], w["mode"]) == (t["warehouse"], t["mode"])
                and w["from_day"] <= t["day"]]  # fmt: skip
        kilos = float(self.items[t["item"]]["weight_g"]) / 1000
        return float(t["units"]) * min(near, default=0) * kilos

    # -- bounds -----------------------------------------------------------------------------------

    def _limit(self, ask: Ask, limit: Limit) -> float:
        """Return what no plan can pass at a goal once the need is there.

        The need is one more class in the goal's dual: it adds what it is worth above its cheapest
        way (by a substitute: as far as whole steps go), a floor over its cell has more units to
        serve, and a rule of substitution may meet more.
        """
        cells = self.cells.get(limit.goal)
        if cells is None:
            owed = self.shares[limit.goal][1].get(ask.item, 0.0) + ask.weight * ask.quantity
            items = len([n for n in self.shares[limit.goal][1].values() if n > 0]) or 1
            worth = ask.weight / owed / items if owed else 0.0
            return limit.total + self._gain(ask, limit, worth)
        cell = cells.at(ask) if cells.counts(ask) else None
        nu = 0.0 if cell is None else float(limit.nu[cell])
        scale = limit.scale + nu * ask.quantity
        return 1.0 if scale <= 0 else min(1.0, (limit.total + self._gain(ask, limit, nu)) / scale)

    def _gain(self, ask: Ask, limit: Limit, worth: float) -> float:
        """Return the most that a class of such needs adds to a goal's dual."""
        own, other, more, step = 0.0, 0.0, 0.0, 1
        for row in self._swaps.get(ask.item, ()):
            step = row["step"]
            if row["most_permille"] < PERMILLE:
                price = limit.allowed(row["swap"], ask.township, ask.day)
                more += price * -(-ask.quantity * row["most_permille"] // PERMILLE)
        for way in self._ways_to(ask):
            if way.lot["commanded"]:
                means = way.means
                rate = means.take / means.step
                path = rate * limit.path(way.lot["lot"], way.van, self.items[means.item])
                if means.swap:
                    path += limit.allowed(means.swap, ask.township, ask.day)
                    other = max(other, worth - path)
                else:
                    own = max(own, worth - path)
        whole_steps = ask.quantity // step * step
        return ask.quantity * own + whole_steps * max(0.0, other - own) + more


def _taken(t: Row) -> Taken:
    kind, van = t["kind"], (t["warehouse"], t["mode"], t["day"])
    return Taken(kind["point"], kind["item"], kind["tier"], t["units"], t["kid"], van)


def _by(rows: list[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _delivered(board: Board) -> dict[tuple[str, str, int], int]:
    """Return the units of each lot that go to a township on a day."""
    table = board.units.group_by("lot", "township", "day").agg(pl.col("units").sum())
    return {(lot, town, day): units for lot, town, day, units in table.iter_rows()}


def _room(board: Board, problem: Problem) -> dict[Van, tuple[int, int]]:
    """Return grams and millilitres that each vehicle day still carries."""
    fleet = board.classes.fleet
    load = board.units.join(problem.items, on="item").group_by("warehouse", "mode", "day").agg(
        (pl.col("units") * pl.col("weight_g")).sum().alias("g"),
        (pl.col("units") * pl.col("volume_ml")).sum().alias("ml"),
    )  # fmt: skip
    both = fleet.join(load, on=["warehouse", "mode", "day"], how="left")
    left = both.with_columns(
        pl.col("grams") - pl.col("g").fill_null(0),
        pl.col("millilitres") - pl.col("ml").fill_null(0),
    )
    return {(w, m, d): (g, v) for w, m, d, g, v in
            left.select("warehouse", "mode", "day", "grams", "millilitres").iter_rows()}  # fmt: skip


def _order(kind: Row) -> tuple[bool, int, int]:
    return not kind["survival"], kind["tier"], -kind["weight"]


def _rank(option: Option) -> tuple[object, ...]:
    signed = [round(-g.after if g.unit == "coverage" else g.after, 9) for g in option.goals]
    return (option.request, *signed, option.day, option.minutes, option.lot, option.mode)


__all__ = ["Ask", "Desk", "Option", "Taken"]
