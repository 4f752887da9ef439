"""What binds each unserved remainder, found by checks on the finished plan.

For every class with units left the lots of its item are tried one by one, and the first rule that
keeps a lot from the class is its reason; the units of that lot that lie unused are what the rule
withholds. In this order: vehicle, intent, road, hold, expired. What no unused lot explains is
``priority`` where others drew more from the same lots, else ``stock``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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


class Substitutes:
    """What could stand in for a class's need, and which rule of substitution itself forbids it."""

    def __init__(self, classes: Classes, left: Ints) -> None:
        self._rules: dict[str, list[dict[str, object]]] = {}
        for row in classes.swaps.to_dicts():
            self._rules.setdefault(row["need_item"], []).append(row)
        self._opens = dict(classes.markets.iter_rows())
        self._days = classes.days
        self._kits: dict[int, list[tuple[str, str]]] = {}
        fitting = set(kits.slots(classes.classes, classes.kits, classes.days)
                      .select("cls", "item").unique().iter_rows())  # fmt: skip
        holds = classes.classes.select("cls", "item").join(classes.kits, on="item")
        for cls, kit in holds.select("cls", "kit").sort("cls", "kit").iter_rows():
            why = "" if (cls, kit) in fitting else "kit"
            self._kits.setdefault(cls, []).append((kit, why))
        places = classes.limits.select("swap", "township", "day").iter_rows()
        self._left = dict(zip(places, left.tolist(), strict=True))

    def of(self, cls: dict[str, object]) -> list[tuple[str, str]]:
        """Return (item, ``market`` | ``limit`` | ``step`` | ``kit`` | ``""``) of each substitute.

        A kit that holds the item is one of them; ``kit``: not all that it holds is owed whole.
        """
        rules = self._rules.get(str(cls["item"]), [])
        other = [(str(rule["item"]), self._forbids(cls, rule)) for rule in rules]
        return other + self._kits.get(int(str(cls["cls"])), [])

    def _forbids(self, cls: dict[str, object], rule: dict[str, object]) -> str:
        start = int(str(cls["day"]))
        end = start if cls["daily"] else self._days - 1
        if rule["market"] and self._opens.get(cls["township"], NEVER) > end:
            return "market"
        if not cls["stepped"]:
            return "step"
        left = self._left.get((rule["swap"], cls["township"], cls["day"]), NEVER)
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
        self._classes = classes.classes.to_dicts()
        self._served = served
        self._asked = asked
        self._spare = np.zeros_like(served) if spare is None else spare
        self._unused = unused.copy()
        self._groups = classes.groups.to_dicts()
        self._by_item: dict[str, list[int]] = {}
        for group in self._groups:
            self._by_item.setdefault(group["item"], []).append(group["group"])
        first = classes.ways.group_by("zone", "warehouse").agg(pl.col("day").min())
        self._open = {(z, w): d for z, w, d in first.iter_rows()}
        self._lots = dict(classes.lots.group_by("group").agg("lot").sort("group").iter_rows())
        self._most = self._best_coverage(drawn)
        self._instead = Substitutes(classes, limits)
        self._needed = dict(classes.classes.group_by("item").agg(pl.col("quantity").sum()).rows())

    def find(self) -> Findings:
        """Return what binds each unmet unit, classes of the highest priority first."""
        found = Findings()
        rank = sorted((not c["survival"], c["tier"], -c["weight"], c["cls"]) for c in self._classes)
        for *_, cls in rank:
            short = self._classes[cls]["quantity"] - int(self._served[cls])
            if short > 0:
                self._explain(found, self._classes[cls], short)
        return found

    def _explain(self, found: Findings, cls: dict[str, object], short: int) -> None:
        number = int(str(cls["cls"]))
        whys = {g: self._why(cls, self._groups[g]) for g in self._by_item.get(str(cls["item"]), [])}
        for group, why in (whys | self._other_whys(cls)).items():
            found.blocked.setdefault(group, set()).add(why)
        asked = min(short, int(self._asked[number]))
        if asked:
            held = [g for g in whys if self._groups[g]["status"] == "request"]
            found.segments.append(self._segment(cls, "requested", asked, held))
        left = short - asked
        spare = min(left, int(self._spare[number]))
        if spare:
            mine = [g for g, w in whys.items() if w == "vehicle" and self._firm(g)]
            found.segments.append(self._segment(cls, "order", spare, mine))
            for group in mine:
                found.blocked[group].add("order")
            left -= spare
        usable = any(w == "vehicle" and self._firm(g) for g, w in whys.items())
        if not usable and (barred := self._barred(cls, whys)):
            reason, groups = barred
            if left:
                found.segments.append(self._segment(cls, reason, left, groups))
            return
        for reason, units, groups in self._withheld(whys, left):
            found.segments.append(self._segment(cls, reason, units, groups))
            left -= units
        if left:
            found.segments.append(self._scarce(cls, whys, left))

    def _why(self, cls: dict[str, object], group: dict[str, object]) -> str:
        """Return the first rule that keeps this lot group from this class."""
        status = str(group["status"])
        if status in ("expired", "hold"):
            return status
        start = int(str(cls["day"]))
        end = start if cls["daily"] else self._days - 1
        arrive, expire = int(str(group["arrive"])), int(str(group["expire"]))
        if status == "late" or arrive > end:
            return "late"
        if expire < start:
            return "expired"
        opened = self._open.get((cls["zone"], group["warehouse"]))
        if opened is None or opened > min(end, expire):
            return "road"
        if not _allowed(cls, group):
            return "intent"
        return "vehicle"

    def _other_whys(self, cls: dict[str, object]) -> dict[int, str]:
        """Return what keeps each lot of a substitute from the class."""
        return {
            group: rule or self._why(cls, self._groups[group])
            for item, rule in self._instead.of(cls)
            for group in self._by_item.get(item, [])
        }

    def _tried(self, cls: dict[str, object]) -> list[Json]:
        """Return (substitute, why no more of it came) for a class that still lacks something."""
        tried: list[Json] = []
        for item, rule in self._instead.of(cls):
            groups = [g for g in self._by_item.get(item, []) if self._unused[g] > 0]
            whys = {self._why(cls, self._groups[g]) for g in groups if self._firm(g)}
            tried.append([item, rule or next((w for w in ORDER if w in whys), "stock")])
        return tried

    def _firm(self, group: int) -> bool:
        return bool(self._groups[group]["status"] == "firm")

    def _barred(self, cls: dict[str, object], whys: dict[int, str]) -> tuple[str, list[int]] | None:
        """Return the rule that keeps every lot from the class, if one does, and those lots."""
        if not any(zone == cls["zone"] for zone, _ in self._open):
            return "road", list(whys)
        for reason in ("intent", "road"):
            groups = [g for g, w in whys.items() if w == reason and self._firm(g)]
            if groups:
                return reason, groups
        return None

    def _withheld(self, whys: dict[int, str], left: int) -> Iterator[tuple[str, int, list[int]]]:
        """Yield (reason, units, groups) of unused units, and take them off."""
        for reason in ORDER:
            total, groups = 0, []
            for group, why in whys.items():
                units = min(left - total, int(self._unused[group])) if why == reason else 0
                if units > 0:
                    self._unused[group] -= units
                    total += units
                    groups.append(group)
            if total:
                left -= total
                yield reason, total, groups

    def _scarce(self, cls: dict[str, object], whys: dict[int, str], left: int) -> Segment:
        """Return ``priority`` where another class drew more from lots open to this one."""
        number, needed = int(str(cls["cls"])), int(str(cls["quantity"]))
        mine = (int(self._served[number]) + 1) / needed
        shared = [g for g, w in whys.items() if w == "vehicle" and self._most.get(g, 0.0) > mine]
        if shared:
            return self._segment(cls, "priority", left, shared)
        groups = [g for g, w in whys.items() if w in ("vehicle", "late")]
        return self._segment(cls, "stock", left, groups)

    def _segment(
        self, cls: dict[str, object], reason: str, units: int, groups: list[int]
    ) -> Segment:
        number = int(str(cls["cls"]))
        chosen = [self._groups[g] for g in groups]
        lots = sorted({lot.removesuffix(MARK) for g in groups for lot in self._lots.get(g, [])})
        facts: dict[str, Json] = {
            "needed": int(str(cls["quantity"])),
            "served": int(self._served[number]),
            "units": units,
            "lots": list(lots[:_NAMED]),
            "lot_count": len(lots),
            "warehouses": list(sorted({str(g["warehouse"]) for g in chosen})[:_NAMED]),
            "stock": sum(int(g["quantity"]) for g in chosen),
            "item_needed": int(self._needed[cls["item"]]),
        }
        if tried := self._tried(cls):
            facts["instead"] = tried
        if reason in ("stock", "priority"):
            arrivals = [int(g["arrive"]) for g in chosen if g["arrive"] > 0]
            facts["next_arrival"] = min(arrivals) if arrivals else None
        return Segment(number, reason, units, canonical_json(facts))

    def _best_coverage(self, drawn: pl.DataFrame) -> dict[int, float]:
        most: dict[int, float] = {}
        for group, cls in drawn.iter_rows():
            share = int(self._served[cls]) / int(self._classes[cls]["quantity"])
            most[group] = max(most.get(group, 0.0), share)
        return most


def _allowed(cls: dict[str, object], group: dict[str, object]) -> bool:
    """Return whether the donor's intent admits the class."""
    named = str(group["townships"])
    bit = int(str(group["mask"]))
    here = not named or cls["township"] in named.split("\x1f")
    return here and (not bit or bool(int(str(cls["mask"])) >> (bit - 1) & 1))


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
