"""What binds each unserved remainder, found by checks on the finished plan.

For every class with units left the lots of its item are tried one by one, and the first rule that
keeps a lot from the class is its reason; the units of that lot that lie unused are what the rule
withholds. In this order: vehicle, intent, road, hold, expired. What no unused lot explains is
``priority`` where others drew more from the same lots, else ``stock``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.event import Json, canonical_json
from graphcore.domain.tables import NEVER
from optimizer import kits
from optimizer.classes import Classes
from optimizer.surplus import MARK

Ints = npt.NDArray[np.int64]
ORDER = ("vehicle", "intent", "road", "hold", "expired")
"""Rules that withhold unused units, the one nearest to a delivery first."""
_NAMED = 5  # ids named in a detail
_REMEMBERED = 4096  # answers kept: beyond, a province would hold millions of pairs


@dataclass(frozen=True)
class Segment:
    """Units of one class that one reason explains."""

    cls: int
    reason: str
    units: int
    detail: str


@dataclass
class Findings:
    """Segments by class, and which rules kept each lot group from an unmet need."""

    segments: list[Segment] = field(default_factory=list)
    blocked: dict[int, set[str]] = field(default_factory=dict)


class _Need(NamedTuple):
    """What the checks look at of a class."""

    cls: int
    zone: int
    township: str
    item: str
    day: int
    daily: bool
    mask: int
    stepped: bool
    quantity: int


class _Lot(NamedTuple):
    """What the checks look at of a lot group."""

    item: str
    warehouse: str
    status: str
    mask: int
    townships: str
    arrive: int
    expire: int
    quantity: int


@dataclass(frozen=True, slots=True)
class _Whys:
    """The first rule that keeps each lot group of the item from a class, and what follows."""

    rule: dict[int, str]  # by lot group
    groups: dict[str, list[int]]  # by rule
    usable: list[int]  # firm ones that lie ready and only want a vehicle
    barred: tuple[str, list[int]] | None  # the rule that keeps every lot away, and those lots


class Substitutes:
    """What could stand in for a class's need, and which rule of substitution itself forbids it."""

    def __init__(self, classes: Classes, left: Ints) -> None:
        self._rules: dict[str, list[dict[str, object]]] = {}
        for row in classes.swaps.to_dicts():
            self._rules.setdefault(row["need_item"], []).append(row)
        self._opens = dict(classes.markets.iter_rows())
        self._days = classes.days
        self._kits: dict[int, list[tuple[str, str]]] = {}
        if classes.kits.height:
            self._open_kits(classes)
        places = classes.limits.select("swap", "township", "day").iter_rows()
        self._left = dict(zip(places, left.tolist(), strict=True))

    def _open_kits(self, classes: Classes) -> None:
        fitting = set(kits.slots(classes.classes, classes.kits, classes.days)
                      .select("cls", "item").unique().iter_rows())  # fmt: skip
        holds = classes.classes.select("cls", "item").join(classes.kits, on="item")
        for cls, kit in holds.select("cls", "kit").sort("cls", "kit").iter_rows():
            why = "" if (cls, kit) in fitting else "kit"
            self._kits.setdefault(cls, []).append((kit, why))

    def of(self, cls: _Need) -> list[tuple[str, str]]:
        """Return (item, ``market`` | ``limit`` | ``step`` | ``kit`` | ``""``) of each substitute.

        A kit that holds the item is one of them; ``kit``: not all that it holds is owed whole.
        """
        rules = self._rules.get(cls.item, [])
        other = [(str(rule["item"]), self._forbids(cls, rule)) for rule in rules]
        return other + self._kits.get(cls.cls, [])

    def _forbids(self, cls: _Need, rule: dict[str, object]) -> str:
        end = cls.day if cls.daily else self._days - 1
        if rule["market"] and self._opens.get(cls.township, NEVER) > end:
            return "market"
        if not cls.stepped:
            return "step"
        left = self._left.get((rule["swap"], cls.township, cls.day), NEVER)
        return "limit" if left < int(str(rule["step"])) else ""


class Binding:
    """The finished plan as the checks need it."""

    def __init__(
        self, classes: Classes, served: Ints, drawn: pl.DataFrame, unused: Ints, asked: Ints,
        limits: Ints, spare: Ints | None = None,
    ) -> None:  # fmt: skip
        """Take what the checks look at.

        Args:
            classes: The problem in classes.
            served: Units served by class.
            drawn: (group, cls) pairs of the plan.
            unused: Units by lot group that nothing takes, ``spare`` ones taken off.
            asked: Units by class that others are asked for.
            limits: What the limits of substitution rules leave.
            spare: Units by class that could be served and are not, by the order of the goals.
        """
        self._days = classes.days
        table = classes.classes
        self._rank = table.select(
            ~pl.col("survival"), "tier", -pl.col("weight"), place=pl.int_range(pl.len())
        ).sort(pl.all())["place"]  # fmt: skip
        self._classes = list(map(_Need._make, table.select(_Need._fields).iter_rows()))
        self._served: list[int] = served.tolist()
        self._asked: list[int] = asked.tolist()
        self._spare: list[int] = [0] * len(served) if spare is None else spare.tolist()
        self._unused: list[int] = unused.tolist()
        self._groups = list(map(_Lot._make, classes.groups.select(_Lot._fields).iter_rows()))
        self._by_item: dict[str, list[int]] = {}
        for number, group in enumerate(self._groups):
            self._by_item.setdefault(group.item, []).append(number)
        first = classes.ways.group_by("zone", "warehouse").agg(pl.col("day").min())
        self._open = {(z, w): d for z, w, d in first.iter_rows()}
        self._reached = {zone for zone, _ in self._open}
        self._lots: dict[int, list[str]] = dict(
            classes.lots.group_by("group").agg("lot").iter_rows()
        )
        self._most = self._best_coverage(drawn)
        self._instead = Substitutes(classes, limits)
        self._needed = dict(table.group_by("item").agg(pl.col("quantity").sum()).iter_rows())
        self._known: dict[tuple[object, ...], _Whys] = {}
        self._told: dict[tuple[int, ...], dict[str, Json]] = {}

    def find(self) -> Findings:
        """Return what binds each unmet unit, classes of the highest priority first."""
        found = Findings()
        for place in self._rank.to_list():
            short = self._classes[place].quantity - self._served[place]
            if short > 0:
                self._explain(found, self._classes[place], short)
        return found

    def _explain(self, found: Findings, cls: _Need, short: int) -> None:
        whys = self._whys(found, cls)
        for group, why in self._other_whys(cls).items():
            found.blocked.setdefault(group, set()).add(why)
        asked = min(short, self._asked[cls.cls])
        if asked:
            held = [g for g in whys.rule if self._groups[g].status == "request"]
            found.segments.append(self._segment(cls, "requested", asked, held))
        left = short - asked
        spare = min(left, self._spare[cls.cls])
        if spare:
            found.segments.append(self._segment(cls, "order", spare, whys.usable))
            for group in whys.usable:
                found.blocked[group].add("order")
            left -= spare
        if not whys.usable and whys.barred is not None:
            reason, groups = whys.barred
            if left:
                found.segments.append(self._segment(cls, reason, left, groups))
            return
        for reason, units, groups in self._withheld(whys, left):
            found.segments.append(self._segment(cls, reason, units, groups))
            left -= units
        if left:
            found.segments.append(self._scarce(cls, whys, left))

    def _whys(self, found: Findings, cls: _Need) -> _Whys:
        """Return the rules for the class; classes that differ in rank alone share them."""
        key = (cls.zone, cls.item, cls.day, cls.daily, cls.mask)
        whys = self._known.get(key)
        if whys is None:
            whys = self._looked_up(cls)
            for group, why in whys.rule.items():
                found.blocked.setdefault(group, set()).add(why)
            if len(self._known) < _REMEMBERED:
                self._known[key] = whys
        return whys

    def _looked_up(self, cls: _Need) -> _Whys:
        rule = {g: self._why(cls, self._groups[g]) for g in self._by_item.get(cls.item, ())}
        groups: dict[str, list[int]] = {}
        for group, why in rule.items():
            groups.setdefault(why, []).append(group)
        usable = [g for g in groups.get("vehicle", []) if self._firm(g)]
        return _Whys(rule, groups, usable, self._barred(cls, rule, groups))

    def _why(self, cls: _Need, group: _Lot) -> str:
        """Return the first rule that keeps this lot group from this class."""
        _, warehouse, status, mask, townships, arrive, expire, _ = group
        if status in ("expired", "hold"):
            return status
        end = cls.day if cls.daily else self._days - 1
        if status == "late" or arrive > end:
            return "late"
        if expire < cls.day:
            return "expired"
        opened = self._open.get((cls.zone, warehouse))
        if opened is None or opened > end or opened > expire:
            return "road"
        if (mask or townships) and not _allowed(cls, group):
            return "intent"
        return "vehicle"

    def _other_whys(self, cls: _Need) -> dict[int, str]:
        """Return what keeps each lot of a substitute from the class."""
        return {
            group: rule or self._why(cls, self._groups[group])
            for item, rule in self._instead.of(cls)
            for group in self._by_item.get(item, [])
        }

    def _tried(self, cls: _Need) -> list[Json]:
        """Return (substitute, why no more of it came) for a class that still lacks something."""
        tried: list[Json] = []
        for item, rule in self._instead.of(cls):
            groups = [g for g in self._by_item.get(item, []) if self._unused[g] > 0]
            whys = {self._why(cls, self._groups[g]) for g in groups if self._firm(g)}
            tried.append([item, rule or next((w for w in ORDER if w in whys), "stock")])
        return tried

    def _firm(self, group: int) -> bool:
        return self._groups[group].status == "firm"

    def _barred(
        self, cls: _Need, rule: dict[int, str], by: dict[str, list[int]]
    ) -> tuple[str, list[int]] | None:
        """Return the rule that keeps every lot from the class, if one does, and those lots."""
        if cls.zone not in self._reached:
            return "road", list(rule)
        for reason in ("intent", "road"):
            groups = [g for g in by.get(reason, []) if self._firm(g)]
            if groups:
                return reason, groups
        return None

    def _withheld(self, whys: _Whys, left: int) -> Iterator[tuple[str, int, list[int]]]:
        """Yield (reason, units, groups) of unused units, and take them off."""
        for reason in ORDER:
            total, groups = 0, []
            for group in whys.groups.get(reason, ()):
                units = min(left - total, self._unused[group])
                if units > 0:
                    self._unused[group] -= units
                    total += units
                    groups.append(group)
            if total:
                left -= total
                yield reason, total, groups

    def _scarce(self, cls: _Need, whys: _Whys, left: int) -> Segment:
        """Return ``priority`` where another class drew more from lots open to this one."""
        mine = (self._served[cls.cls] + 1) / cls.quantity
        open_ = whys.groups.get("vehicle", [])
        shared = [g for g in open_ if self._most.get(g, 0.0) > mine]
        if shared:
            return self._segment(cls, "priority", left, shared)
        return self._segment(cls, "stock", left, open_ + whys.groups.get("late", []))

    def _segment(self, cls: _Need, reason: str, units: int, groups: list[int]) -> Segment:
        about = self._about(tuple(groups))
        facts = about | {
            "needed": cls.quantity, "served": self._served[cls.cls], "units": units,
            "item_needed": self._needed[cls.item],
        }  # fmt: skip
        if tried := self._tried(cls):
            facts["instead"] = tried
        if reason not in ("stock", "priority"):
            del facts["next_arrival"]
        return Segment(cls.cls, reason, units, canonical_json(facts))

    def _about(self, groups: tuple[int, ...]) -> dict[str, Json]:
        """Return what a detail says of lot groups, whatever the class."""
        facts = self._told.get(groups)
        if facts is None:
            chosen = [self._groups[g] for g in groups]
            lots = sorted({lot.removesuffix(MARK) for g in groups for lot in self._lots.get(g, [])})
            arrivals = [g.arrive for g in chosen if g.arrive > 0]
            facts = {
                "lots": list(lots[:_NAMED]),
                "lot_count": len(lots),
                "warehouses": list(sorted({g.warehouse for g in chosen})[:_NAMED]),
                "stock": sum(g.quantity for g in chosen),
                "next_arrival": min(arrivals) if arrivals else None,
            }
            if len(self._told) < _REMEMBERED:
                self._told[groups] = facts
        return facts

    def _best_coverage(self, drawn: pl.DataFrame) -> dict[int, float]:
        most: dict[int, float] = {}
        for group, cls in drawn.iter_rows():
            share = self._served[cls] / self._classes[cls].quantity
            most[group] = max(most.get(group, 0.0), share)
        return most


def _allowed(cls: _Need, group: _Lot) -> bool:
    """Return whether the donor's intent admits the class."""
    here = not group.townships or cls.township in group.townships.split("\x1f")
    return here and (not group.mask or bool(cls.mask >> (group.mask - 1) & 1))


def left_out(classes: Classes, used: pl.DataFrame, blocked: dict[int, set[str]]) -> pl.DataFrame:
    """Return each lot's unused units with why.

    Args:
        classes: The problem in classes.
        used: (lot, used) units on the plan's lines, requests included.
        blocked: From `Findings`.
    """
    why = {
        g["group"]: _lot_reason(g["status"], blocked.get(g["group"], set()))
        for g in classes.groups.to_dicts()
    }
    rest = pl.col("quantity") - pl.col("used").fill_null(0)
    return (
        classes.lots.join(used, on="lot", how="left")
        .with_columns(
            rest.alias("quantity"),
            pl.col("group").replace_strict(why, return_dtype=pl.String).alias("reason"),
        )
        .filter(pl.col("quantity") > 0)
        .select("lot", "item", "warehouse", "quantity", "reason")
        .sort("lot")
    )


def _lot_reason(status: str, blocked: set[str]) -> str:
    fixed = {"request": "not_commanded"}.get(status, status)
    if fixed != "firm":
        return fixed
    known = {
        "order": "order", "limit": "limit", "vehicle": "vehicle", "market": "market", "kit": "kit",
        "intent": "restricted", "road": "unreachable",
    }  # fmt: skip
    for rule, reason in known.items():
        if rule in blocked:
            return reason
    return "no_need"
