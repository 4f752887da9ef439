"""Interchangeable households, lots and places become one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.tables import KITS, MARKETS, empty, met
from graphcore.domain.text import say
from optimizer import kits as bundles
from optimizer import swaps as substitution
from optimizer.problem import Problem

MOST_SETS = 62  # different sets of groups and needs that donors name: one bit each
GROUP_KEY = [
    "item", "warehouse", "status", "mask", "townships", "arrive", "expire", "min_units", "alone",
]  # fmt: skip
"""What makes two lots interchangeable; one with a minimum stands alone."""
CLASS_KEY = [
    "zone", "item", "basic", "day", "daily", "survival", "tier", "weight", "mask", "stepped",
    "profile",
]  # fmt: skip
"""What makes two needs interchangeable: same place, good, deadline, rank and donors.

``stepped`` tells whether a whole step of a substitute fits into the need, ``profile`` whose kits
could meet it (see `optimizer.kits`).
"""


@dataclass(frozen=True)
class Classes:
    """The problem in classes; every id is a row number in a sorted table."""

    rows: pl.DataFrame  # row, cls, quantity, swappable: the NEEDS rows with something left
    classes: pl.DataFrame  # cls, CLASS_KEY, quantity, rows, swappable, township
    zones: pl.DataFrame  # zone, township
    points: pl.DataFrame  # point, zone
    lots: pl.DataFrame  # lot, group, quantity, ... in the order in which they are drawn
    groups: (
        pl.DataFrame
    )  # group, item, warehouse, status, mask, townships, arrive, expire, quantity
    ways: pl.DataFrame  # zone, warehouse, mode, day, minutes: open that day, the shortest
    items: pl.DataFrame  # item, weight_g, volume_ml, cold
    fleet: pl.DataFrame  # warehouse, mode, day, cold, grams, millilitres left
    days: int
    swaps: pl.DataFrame = field(default_factory=lambda: empty(substitution.PREPARED))
    markets: pl.DataFrame = field(default_factory=lambda: empty(MARKETS))
    limits: pl.DataFrame = field(default_factory=lambda: empty(substitution.LIMITS))  # of swaps
    floors: pl.DataFrame = field(default_factory=pl.DataFrame)  # `optimizer.floors.TARGETS`
    kits: pl.DataFrame = field(default_factory=lambda: empty(KITS))  # `optimizer.kits.prepared`
    kin: pl.DataFrame = field(default_factory=lambda: empty(bundles.KIN))
    marks: Mapping[str, int] = field(default_factory=dict)  # bit of the mask by group of a floor


def classify(
    problem: Problem, floors: pl.DataFrame | None = None, swappable: pl.Series | None = None
) -> Classes:
    """Return the validated problem in classes (see DESIGN, “Demand classes”).

    ``floors`` are the problem's, from `optimizer.floors.targets`. ``swappable`` tells by row of NEEDS
    how much whole steps of substitutes can meet, where a row stands for several households.
    """
    lots, masks = _lots(problem.lots, problem.days)
    points, zones = zones_of(problem)
    swaps, marks = substitution.prepared(problem), _marks(problem, len(masks))
    masks = [*masks, *((frozenset({group}), frozenset()) for group in marks)]
    rows = _net(problem).join(points, on="point", how="left", maintain_order="left")
    steps = _swappable(rows, swaps) if swappable is None else swappable.gather(rows["row"])
    rows = rows.with_columns(
        mask=_mask_column(rows["groups"], rows["item"], masks), swappable=steps,
        stepped=steps > 0,
    )  # fmt: skip
    kits = bundles.prepared(problem)
    classes, rows = _classed(bundles.profiled(rows, kits), zones)
    groups = _groups(lots)
    lots = lots.join(groups.select("group", *GROUP_KEY), on=GROUP_KEY, maintain_order="left")
    return Classes(
        rows=rows.select("row", "cls", "quantity", "swappable"),
        classes=classes,
        zones=zones,
        points=points,
        lots=lots.sort("group", "expires_day", "arrives_day", "lot"),
        groups=groups,
        ways=open_ways(problem, points),
        items=problem.items.select("item", "weight_g", "volume_ml", "cold"),
        fleet=_fleet_left(problem),
        days=problem.days,
        swaps=swaps,
        markets=substitution.markets(problem),
        limits=substitution.limits(problem, swaps),
        floors=pl.DataFrame() if floors is None else floors,
        kits=kits,
        kin=bundles.kin(rows),
        marks=marks,
    )


def _classed(rows: pl.DataFrame, zones: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the classes, and the rows with the class of each."""
    found = (
        rows.with_row_index("at")
        .group_by(CLASS_KEY)
        .agg("at", pl.col("quantity").sum(), pl.len().alias("rows"), pl.col("swappable").sum())
        .sort(CLASS_KEY)
        .with_row_index("cls")
        .with_columns(pl.col("cls").cast(pl.Int64))
    )
    cls = np.zeros(rows.height, dtype=np.int64)
    at = found["at"].explode(empty_as_null=False).to_numpy()
    cls[at] = np.repeat(found["cls"].to_numpy(), found["rows"].to_numpy())
    classes = found.drop("at").join(zones, on="zone", how="left", maintain_order="left")
    return classes, rows.with_columns(cls=pl.Series(cls))


def _marks(problem: Problem, taken: int) -> dict[str, int]:
    """Return the bit that tells the members of each group which a floor names."""
    if problem.floors is None:
        return {}
    named = sorted(set(problem.floors["group"].to_list()) - {""})
    if taken + len(named) > MOST_SETS:
        raise _too_many(taken + len(named))
    return {group: taken + k for k, group in enumerate(named)}


def _too_many(count: int) -> ProblemInvalid:
    return ProblemInvalid(
        say("捐赠指定的困难群体和用途组合有 {count} 种，超过 {most} 种。", count=count, most=MOST_SETS),
        say("请合并相近的指定组合后重试。"), field="lots.only_groups",
    )  # fmt: skip


def _swappable(rows: pl.DataFrame, swaps: pl.DataFrame) -> pl.Series:
    """Return how many units of each row's need substitutes can meet in whole steps."""
    steps = dict(swaps.select("need_item", "step").unique().iter_rows())
    step = rows["item"].replace_strict(steps, default=None, return_dtype=pl.Int64)
    table = rows.select("quantity", step=step)
    return table.select(
        substitution.fits(pl.col("quantity"), pl.col("step")).fill_null(0).alias("swappable")
    ).to_series()


def zones_of(problem: Problem) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return (point → zone, zone → township): a township's points with equal reach and modes."""
    homes = problem.needs.select("point", "township").unique().sort("township", "point")
    holding = problem.lots.select("warehouse").unique()
    way = pl.concat_str(["warehouse", "mode", "minutes", "from_day"], separator="\x1f")
    reach = (
        problem.access.join(holding, on="warehouse", how="semi", maintain_order="left")
        .join(homes, on="point", how="semi", maintain_order="left")
        .select("point", way.alias("way"))
        .group_by("point")
        .agg(pl.col("way").sort().str.join("\x1e"))
    )
    keyed = homes.join(reach, on="point", how="left", maintain_order="left").with_columns(
        pl.col("way").fill_null("")
    )
    first = keyed.with_columns(pl.col("point").min().over("township", "way").alias("first"))
    zone = (pl.struct("township", "first").rank("dense") - 1).cast(pl.Int64).alias("zone")
    numbered = first.with_columns(zone)
    points = numbered.select("point", "zone").sort("point")
    return points, numbered.select("zone", "township").unique().sort("zone")


def open_ways(problem: Problem, points: pl.DataFrame) -> pl.DataFrame:
    """Return the shortest open way by (zone, warehouse, mode, day)."""
    one = points.group_by("zone").agg(pl.col("point").min())
    days = pl.DataFrame({"day": pl.arange(0, problem.days, eager=True, dtype=pl.Int64)})
    return (
        problem.access.join(one, on="point")
        .join(days, how="cross")
        .filter(pl.col("day") >= pl.col("from_day"))
        .group_by("zone", "warehouse", "mode", "day")
        .agg(pl.col("minutes").min())
        .sort("zone", "warehouse", "mode", "day")
    )


def _net(problem: Problem) -> pl.DataFrame:
    """Return the needs with their row number, less what pinned lines serve already."""
    rows = problem.needs.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    if problem.pinned is None or problem.pinned.is_empty():
        return rows
    served = (
        met(problem.pinned)
        .group_by("need", pl.col("due_day").alias("day"))
        .agg(pl.col("covers").sum().alias("pinned"))
    )
    left = pl.col("quantity") - pl.col("pinned").fill_null(0)
    return (
        rows.join(served, on=["need", "day"], how="left", maintain_order="left")
        .with_columns(left.alias("quantity"))
        .filter(pl.col("quantity") > 0)
        .drop("pinned")
    )


def _fleet_left(problem: Problem) -> pl.DataFrame:
    """Return capacities in grams and millilitres, less what pinned lines take."""
    fleet = problem.fleet.select(
        "warehouse", "mode", "day", "cold",
        (pl.col("capacity_kg") * 1000).alias("grams"),
        (pl.col("capacity_l") * 1000).alias("millilitres"),
    )  # fmt: skip
    if problem.pinned is None or problem.pinned.is_empty():
        return fleet
    load = (
        problem.pinned.join(problem.items, on="item")
        .group_by("warehouse", "mode", "day")
        .agg(
            (pl.col("quantity") * pl.col("weight_g")).sum().alias("g"),
            (pl.col("quantity") * pl.col("volume_ml")).sum().alias("ml"),
        )
    )
    keys = ["warehouse", "mode", "day"]
    return (
        fleet.join(load, on=keys, how="left", maintain_order="left")
        .with_columns(
            (pl.col("grams") - pl.col("g").fill_null(0)).clip(lower_bound=0),
            (pl.col("millilitres") - pl.col("ml").fill_null(0)).clip(lower_bound=0),
        )
        .drop("g", "ml")
    )


Intent = tuple[frozenset[str], frozenset[str]]
"""Groups and items of needs that a donor named; an empty set means any."""


def _lots(lots: pl.DataFrame, days: int) -> tuple[pl.DataFrame, list[Intent]]:
    """Return lots with status, window and intent key, and what donors named."""
    keyed = lots.filter(pl.col("quantity") > 0).with_columns(
        status=lot_status(days),
        arrive=pl.col("arrives_day").clip(lower_bound=0),
        expire=pl.col("expires_day").clip(upper_bound=days - 1),
        townships=_joined("only_townships"),
        alone=pl.when(pl.col("min_units") > 1).then("lot").otherwise(pl.lit("")),
        named=pl.concat_str(_joined("only_groups"), _joined("only_items"), separator="\x1e"),
    )
    named = sorted(set(keyed["named"].to_list()) - {"\x1e"})
    if len(named) > MOST_SETS:
        raise _too_many(len(named))
    number = {text: i + 1 for i, text in enumerate(named)} | {"\x1e": 0}
    mask = keyed["named"].replace_strict(number, return_dtype=pl.Int64)
    return keyed.with_columns(mask=mask), [_intent(text) for text in named]


def _intent(text: str) -> Intent:
    groups, _, items = text.partition("\x1e")
    return frozenset(groups.split("\x1f")) - {""}, frozenset(items.split("\x1f")) - {""}


def lot_status(days: int) -> pl.Expr:
    """Return why a lot may not be used, else ``request`` (not commanded) or ``firm``."""
    arrive = pl.col("arrives_day").clip(lower_bound=0)
    return (
        pl.when(pl.col("expires_day") < arrive)
        .then(pl.lit("expired"))
        .when(pl.col("hold") != "none")
        .then(pl.lit("hold"))
        .when(arrive >= days)
        .then(pl.lit("late"))
        .when(~pl.col("commanded"))
        .then(pl.lit("request"))
        .otherwise(pl.lit("firm"))
    )


def _joined(column: str) -> pl.Expr:
    return pl.col(column).fill_null([]).list.unique().list.sort().list.join("\x1f")


def _groups(lots: pl.DataFrame) -> pl.DataFrame:
    key = GROUP_KEY
    return (
        lots.group_by(key)
        .agg(pl.col("quantity").sum())
        .sort(key)
        .with_row_index("group")
        .with_columns(pl.col("group").cast(pl.Int64))
    )


def _mask_column(groups: pl.Series, items: pl.Series, masks: list[Intent]) -> pl.Series:
    """Return bit k-1 set where the row is one that the k-th donor's words admit."""
    who = _bits(groups, [named for named, _ in masks])
    bits = {
        item: sum(1 << k for k, (_, wanted) in enumerate(masks) if not wanted or item in wanted)
        for item in items.unique().to_list()
    }
    what = items.replace_strict(bits or {"": 0}, return_dtype=pl.Int64).to_numpy()
    return pl.Series("mask", who & what)


def _bits(groups: pl.Series, named_sets: list[frozenset[str]]) -> npt.NDArray[np.int64]:
    """Return bit k set where the row is of a group that the k-th set names, or it names none."""
    always = sum(1 << k for k, named in enumerate(named_sets) if not named)
    mask = np.full(len(groups), always, dtype=np.int64)
    bits: dict[str, int] = {}
    for k, named in enumerate(named_sets):
        for name in named:
            bits[name] = bits.get(name, 0) | 1 << k
    lengths = groups.list.len().fill_null(0).to_numpy()
    full = np.flatnonzero(lengths)
    if len(full) and bits:
        flat = groups.gather(full).explode()
        each = flat.replace_strict(bits, default=0, return_dtype=pl.Int64).to_numpy()
        starts = np.concatenate([[0], np.cumsum(lengths[full].astype(np.int64))[:-1]])
        mask[full] |= np.bitwise_or.reduceat(each, starts)
    return mask
