"""What changed between the published plan's problem and today's: a patch, or a reason to rebuild."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from graphcore.domain.tables import SWAPS, empty
from optimizer.classes import zones_of
from optimizer.kits import prepared as kits
from optimizer.problem import Problem
from optimizer.replan.board import Board, Whole, whole
from optimizer.replan.keyed import SEP, among, keyed, pair, steps_of
from optimizer.replan.published import Published, hashed, released
from optimizer.swaps import OWED, markets, prepared

BROAD = 0.4  # of the pairs: where more are touched, the first answer tells fewer levels apart
_LISTS = ("only_townships", "only_groups", "only_items")
_VAN = ["warehouse", "mode", "day"]
_HOME = ["point", "township", "item", "pair"]


class Why(StrEnum):
    """Why a plan has to be made anew."""

    HORIZON = "horizon"  # other days are planned
    ITEMS = "items"  # weights or volumes changed: every load would have to be weighed again
    SWAPS = "swaps"  # what may stand for what changed: rates of published lines may be gone
    KITS = "kits"  # a kit meets several needs at once: these cannot be planned one by one
    FLOOR = "floor"  # an equity floor that the touched places cannot keep by themselves
    SURPLUS = "surplus"  # what a gift leaves over for others shrinks with a new need
    ORDER = "order"  # a goal better served by sending less stands above coverage


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A named reason to plan from scratch."""

    why: Why


@dataclass(frozen=True)
class Patch:
    """What changed, and which (delivery point, item) pairs it touches.

    ``needs`` are today's, keyed; ``pairs`` are closed under access zones, so that a class is
    touched as a whole or not at all.
    """

    needs: pl.DataFrame
    pairs: frozenset[str]
    whole: Whole  # what today's needs, all together, allow
    rows: int = 0  # rows of NEEDS that are new, gone or changed
    points: frozenset[str] = frozenset()  # whose ways changed
    lots: frozenset[str] = frozenset()  # new, gone or changed
    vans: int = 0  # (warehouse, mode, day) whose capacity changed

    @property
    def empty(self) -> bool:
        """Whether nothing changed that a plan looks at."""
        return not (self.pairs or self.rows or self.points or self.lots or self.vans)


def between(
    old: Published, new: Problem, townships: Collection[str] | None = None
) -> Patch | Rebuild:
    """Return the difference between a published plan's problem and another as a patch.

    Args:
        old: The published plan.
        new: Today's problem; rows in any order.
        townships: Where needs may have changed, if the caller knows: others are not compared.
    """
    old = released(old, new.pinned)
    if (why := _rebuild(old, new)) is not None:
        return Rebuild(why)
    needs = _needs(old, new.needs, townships)
    pairs = needs.pairs
    everybody = whole(new, old.board.order, needs.owed)
    seen = _Change(old, new)
    touched = pairs | seen.broken() | seen.over(everybody.limits) | seen.gaining() | seen.pins()
    mine = needs.table.filter(among(pairs)).select(_HOME)
    homes = pl.concat([old.board.kinds.select(_HOME), mine])
    wide = frozenset(spread_to(touched, old, new, homes.unique()))
    return Patch(
        needs.table, wide, everybody, needs.rows, frozenset(seen.points), frozenset(seen.lots),
        seen.vans,
    )  # fmt: skip


def broad(pairs: Collection[str], old: Published) -> bool:
    """Whether so many pairs are touched that a first answer tells fewer levels apart."""
    return len(pairs) > BROAD * old.board.kinds["pair"].n_unique()


def _rebuild(old: Published, new: Problem) -> Why | None:
    """Return why no patch can be made, whatever changed among needs and goods."""
    was = old.problem
    if old.board.order.frugal:
        return Why.ORDER
    if kits(was).height or kits(new).height:
        return Why.KITS
    if new.days != was.days:
        return Why.HORIZON
    if not _same_items(was.items, new.items):
        return Why.ITEMS
    return None if _same(was.swaps, new.swaps, empty(SWAPS)) else Why.SWAPS


def _same(old: pl.DataFrame | None, new: pl.DataFrame | None, none: pl.DataFrame) -> bool:
    a, b = (none if t is None else t for t in (old, new))
    return a.sort(a.columns).equals(b.select(a.columns).sort(a.columns))


def spread_to(pairs: set[str], old: Published, new: Problem, homes: pl.DataFrame) -> set[str]:
    """Return the pairs with all that must be planned together with them.

    These are the pairs of the same access zone and item (of today's zones, and of those that the
    plan was made with), and those that share a delivery which has a minimum.
    """
    least = new.lots.filter(pl.col("min_units") > 1)["lot"]
    shared = old.board.units.filter(pl.col("lot").is_in(least.implode()))
    key = ["lot", "township", "day"]
    while True:
        wide = closed(closed(pairs, new, homes), old.problem, homes)
        mine = shared.filter(among(wide)).select(key).unique()
        wide |= set(shared.join(mine, on=key, how="semi")["pair"])
        if wide == pairs:
            return pairs
        pairs = wide


def closed(pairs: set[str], problem: Problem, homes: pl.DataFrame) -> set[str]:
    """Return the pairs with those that share their access zone and item.

    ``homes`` are the (point, township, item, pair) that are in need.
    """
    if not pairs:
        return pairs
    points, _ = zones_of(Problem(homes, problem.lots, problem.items, problem.access,
                                 problem.fleet, problem.days))  # fmt: skip
    placed = homes.join(points, on="point")
    mine = placed.filter(among(pairs)).select("zone", "item").unique()
    return pairs | set(placed.join(mine, on=["zone", "item"], how="semi")["pair"])


def _same_items(old: pl.DataFrame, new: pl.DataFrame) -> bool:
    columns = ["item", "weight_g", "volume_ml"]
    return old.select(columns).join(new.select(columns), on=columns, how="anti").is_empty()


@dataclass(frozen=True)
class _Needs:
    """Today's keyed needs, the pairs of changed rows, how many changed, what is owed in all."""

    table: pl.DataFrame
    pairs: set[str]
    rows: int
    owed: pl.DataFrame


def _needs(old: Published, new: pl.DataFrame, townships: Collection[str] | None) -> _Needs:
    """Compare needs row by row by their hashes; only rows that differ are keyed anew."""
    if new is old.problem.needs:
        return _Needs(old.needs, set(), 0, old.owed)
    elsewhere = None
    before, had = old.hashes, old.needs
    if townships is not None:
        here = pl.col("township").is_in(pl.Series(sorted(townships), dtype=pl.String()).implode())
        inside = had.select(here).to_series()
        elsewhere, had, before = had.filter(~inside), had.filter(inside), before.filter(inside)
        new = new.filter(here)
    after = hashed(new)
    stays = before.is_in(after.implode())
    fresh = keyed(new.filter(~after.is_in(before.implode())), steps_of(old.problem))
    gone = had.filter(~stays)
    if not (fresh.height or gone.height):
        return _Needs(old.needs, set(), 0, old.owed)
    parts = [had.filter(stays), fresh.select(had.columns)]
    table = pl.concat(parts if elsewhere is None else [elsewhere, *parts])
    pairs = set(fresh["pair"].unique()) | set(gone["pair"].unique())
    owed = _owed(old.owed, gone, fresh)
    return _Needs(table, pairs, max(fresh.height, gone.height), owed)


def _owed(known: pl.DataFrame, gone: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Return what is owed in all once some rows are gone and others are there."""
    key = [*OWED, "quantity"]
    less = gone.select(*OWED, -pl.col("quantity"))
    both = pl.concat([known.select(key), less, fresh.select(key)])
    return both.group_by(OWED).agg(pl.col("quantity").sum()).filter(pl.col("quantity") > 0)


class _Change:
    """What changed in supply and ways, seen from the published plan's units."""

    def __init__(self, old: Published, new: Problem) -> None:
        self.old, self.new = old, new
        self.before, self.after = _lots(old.problem.lots), _lots(new.lots)
        both = self.after.columns
        more = self.after.join(self.before, on=both, how="anti")["lot"]
        less = self.before.join(self.after, on=both, how="anti")["lot"]
        self.lots = set(more) | set(less)
        self.opened = _anti(new.access, old.problem.access)
        closed_ = _anti(old.problem.access, new.access)
        self.points = set(self.opened["point"]) | set(closed_["point"])
        self.wider = _anti(new.fleet, old.problem.fleet)
        self.vans = (
            self.wider.height + _anti(old.problem.fleet.select(_VAN), new.fleet.select(_VAN)).height
        )

    def broken(self) -> set[str]:
        """Return the pairs with units on a lot, way or vehicle that no longer carries them."""
        units = self.old.board.units
        used = units.group_by("lot").agg(pl.col("units").sum().alias("used"))
        same = [c for c in self.before.columns if c != "quantity"]
        kept = self.before.select(same).join(self.after, on=same).join(used, on="lot")
        good = kept.filter(pl.col("used") <= pl.col("quantity"))["lot"]
        lost = units.filter(~pl.col("lot").is_in(good.implode()))["pair"]
        found = set(lost) | set(self._stranded(units)["pair"]) | self._overloaded(units)
        return found | self._warm(units) | self._unmarketed(units)

    def over(self, limits: pl.DataFrame) -> set[str]:
        """Return the pairs that substitute more than a rule allows of what is owed now."""
        key = ["swap", "township", "day"]
        used = self.old.board.units.filter(pl.col("swap") != "").select(
            "swap", "township", pl.col("due_day").alias("day"), "covers", "pair"
        )
        total = used.with_columns(all=pl.col("covers").sum().over(key))
        return set(total.join(limits, on=key).filter(pl.col("all") > pl.col("units"))["pair"])

    def _warm(self, units: pl.DataFrame) -> set[str]:
        """Return the pairs of goods to be kept cold whose vehicles no longer can."""
        cold = self.new.items.filter("cold").select("item")
        vans = self.new.fleet.filter("cold").select(_VAN)
        return set(units.join(cold, on="item", how="semi").join(vans, on=_VAN, how="anti")["pair"])

    def _unmarketed(self, units: pl.DataFrame) -> set[str]:
        """Return the pairs that get money before there is anything to buy for it."""
        rules = prepared(self.new).filter("market").select("swap").unique()
        paid = units.join(rules, on="swap", how="semi")
        when = paid.join(markets(self.new), on="township", how="left")
        shut = when.filter((pl.col("day") < pl.col("from_day")).fill_null(value=True))
        return set(shut["pair"])

    def _stranded(self, units: pl.DataFrame) -> pl.DataFrame:
        first = self.new.access.group_by("warehouse", "point", "mode").agg(
            pl.col("from_day").min()
        )  # fmt: skip
        now = units.join(first, on=["warehouse", "point", "mode"], how="left")
        return now.filter((pl.col("day") < pl.col("from_day")).fill_null(value=True))

    def _overloaded(self, units: pl.DataFrame) -> set[str]:
        loads = load(units.rename({"units": "quantity"}), self.new)
        pinned = self.new.pinned
        if pinned is not None and pinned.height:
            loads = pl.concat([loads, load(pinned, self.new)])
        total = loads.group_by(_VAN).agg(pl.col("grams", "millilitres").sum())
        over = total.join(self.new.fleet, on=_VAN, how="left").filter(
            (pl.col("grams") > pl.col("capacity_kg").fill_null(0) * 1000)
            | (pl.col("millilitres") > pl.col("capacity_l").fill_null(0) * 1000)
        )  # fmt: skip
        return set(units.join(over, on=_VAN, how="semi")["pair"])

    def gaining(self) -> set[str]:
        """Return the pairs in want that something new could reach: a lot, a way, a vehicle."""
        want = short(self.old.board).join(
            self.new.access.select("warehouse", "point", "mode").unique(), on="point"
        )
        lots = self.after.filter(pl.col("lot").is_in(pl.Series(sorted(self.lots)).implode()))
        use = ["item", "warehouse"]
        goods = prepared(self.new).select(by="item", item="need_item").unique()
        stands = want.join(goods, on="item").drop("item").rename({"by": "item"})
        both = pl.concat([want, stands.select(want.columns)])
        by_lot = both.join(lots.select(use), on=use, how="semi")
        by_market = want.join(self._markets(), on="township", how="semi")
        by_way = want.join(self.opened, on=["warehouse", "point", "mode"], how="semi")
        by_van = want.join(self.wider, on=["warehouse", "mode"], how="semi")
        return {p for table in (by_lot, by_way, by_van, by_market) for p in table["pair"]}

    def _markets(self) -> pl.DataFrame:
        """Return the townships whose market opens on another day than the plan knew."""
        both = markets(self.old.problem), markets(self.new)
        return pl.concat([_anti(*both), _anti(*reversed(both))]).select("township").unique()

    def pins(self) -> set[str]:
        """Return the pairs of lines that are pinned now and were not, or the other way round."""
        before, after = self.old.problem.pinned, self.new.pinned
        if before is None or after is None:
            known = before if after is None else after
            return set() if known is None else set(known.select(pair("need_item"))["pair"])
        moved = [a.join(b.select("line"), on="line", how="anti") for a, b in
                 ((before, after), (after, before))]  # fmt: skip
        return {p for table in moved for p in table.select(pair("need_item"))["pair"]}


def short(board: Board) -> pl.DataFrame:
    """Return (pair, point, township, item) of the pairs that have units unserved."""
    got = board.units.filter(pl.col("state") == "firm").group_by("kid").agg(pl.col("covers").sum())
    left = board.kinds.join(got, on="kid", how="left").filter(
        pl.col("covers").fill_null(0) < pl.col("quantity")
    )
    return left.select("pair", "point", "township", "item").unique()


def load(lines: pl.DataFrame, problem: Problem) -> pl.DataFrame:
    """Return grams and millilitres by warehouse, mode and day of lines (or of units so renamed)."""
    weighed = lines.select(*_VAN, "item", "quantity").join(problem.items, on="item")
    return weighed.group_by(_VAN).agg(
        (pl.col("quantity") * pl.col("weight_g")).sum().alias("grams"),
        (pl.col("quantity") * pl.col("volume_ml")).sum().alias("millilitres"),
    )


def _lots(lots: pl.DataFrame) -> pl.DataFrame:
    """Return the lots with their lists as text, so that they compare."""
    return lots.with_columns(
        pl.col(c).fill_null([]).list.sort().list.join(SEP).alias(c) for c in _LISTS
    )


def _anti(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    return left.join(right, on=left.columns, how="anti")
