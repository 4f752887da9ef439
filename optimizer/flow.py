"""Which lot group may reach which class, how and when: the columns of the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from graphcore.domain.supply import Mode
from optimizer import kits
from optimizer.classes import Classes
from optimizer.swaps import scales

POOL_KEY = ["zone", "item", "daily", "mask", "slot"]
MERGED = -1
"""Slot of a pool whose classes share one due day: the day of delivery need not be told apart."""
_ONE = pl.lit(1, dtype=pl.Int64)


@dataclass(frozen=True)
class Flow:
    """Lot group → pool (``sends``), pool → class (``serves``): a sum of both, not a product."""

    sends: (
        pl.DataFrame
    )  # group, pool, item, zone, warehouse, mode, day, minutes, weight_g, volume_ml, scale
    serves: (
        pl.DataFrame
    )  # pool, cls, swap, take, step, limit: `take` units meet `step` of the need;
    # part, bundle: the serves of one bundle open kits together, part 0 draws them (-1 = no kit)
    pools: pl.DataFrame  # pool, POOL_KEY, due, scale: in how many units the solver counts

    @cached_property
    def mates(self) -> dict[int, list[tuple[int, int, int]]]:
        """Return (serve, class, units of one kit) of what each serve that draws kits meets besides."""
        kits = self.serves.with_row_index("serve").filter(pl.col("bundle") >= 0)
        draws = dict(kits.filter(pl.col("part") == 0).select("bundle", "serve").iter_rows())
        found: dict[int, list[tuple[int, int, int]]] = {int(s): [] for s in draws.values()}
        others = kits.filter(pl.col("part") > 0).select("bundle", "serve", "cls", "step")
        for bundle, serve, cls, step in others.iter_rows():
            found[int(draws[bundle])].append((int(serve), int(cls), int(step)))
        return found


def flow(classes: Classes, status: str = "firm") -> Flow:
    """Return every column that the rules of reach, time, intent and fleet allow.

    Args:
        classes: The problem in classes.
        status: ``firm`` for lots that the bureau commands, ``request`` for the others.
    """
    groups = classes.groups.filter(
        (pl.col("status") == status) & (pl.col("arrive") <= pl.col("expire"))
    )
    donors = _donors(classes, groups, kits=status == "firm")  # others' kits are not asked for
    pools = donors.select(*POOL_KEY, "due").unique().sort(*POOL_KEY, "due")
    scale = scales(classes.swaps, classes.items)
    pools = pools.with_row_index("pool").with_columns(
        pl.col("pool").cast(pl.Int64),
        scale=pl.col("item").replace_strict(scale, default=1, return_dtype=pl.Int64),
    )
    sends = _sends(classes, groups, pools)
    reached = sends.select("pool").unique()
    serves = (
        donors.join(pools, on=[*POOL_KEY, "due"])
        .join(reached, on="pool", how="semi")
        .join(_rank(classes), on="cls")
        .sort("pool", "rest", "tier", "light", "cls", "swap")
        .with_columns(bundle=_bundle())
        .select("pool", "cls", "swap", "take", "step", "limit", "part", "bundle")
    )
    return Flow(sends, serves, pools)


def _donors(classes: Classes, groups: pl.DataFrame, *, kits: bool) -> pl.DataFrame:
    """Return which class what goods may serve: its own, substitutes and, with ``kits``, kits."""
    masks = groups.select("item", "mask").unique()
    other = [_swap_slots(classes)] if classes.swaps.height else []
    donors = (
        pl.concat([_slots(classes), *other], how="diagonal")
        .join(masks, on="item", suffix="_lot")
        .filter(_eligible(pl.col("mask"), pl.col("mask_lot")))
        .drop("mask")
        .rename({"mask_lot": "mask"})
    )
    if not (kits and classes.kits.height):
        return donors.with_columns(profile=-_ONE, part=-_ONE)
    kits_of = _kit_donors(classes, classes.kits, masks)
    return pl.concat([donors, kits_of], how="diagonal").with_columns(
        pl.col("profile", "part").fill_null(-1)
    )


def _bundle() -> pl.Expr:
    kit = pl.struct("pool", "profile", "swap").rank("dense").cast(pl.Int64)
    return pl.when(pl.col("part") >= 0).then(kit).otherwise(-1)


def _kit_donors(classes: Classes, own: pl.DataFrame, masks: pl.DataFrame) -> pl.DataFrame:
    """Return the kits that could be opened for a profile: donors must admit all they hold."""
    found = (
        kits.slots(classes.classes, own, classes.days)
        .join(masks, on="item", suffix="_lot")
        .filter(_eligible(pl.col("mask"), pl.col("mask_lot")))
    )
    key = ["profile", "swap", "slot", "mask_lot"]
    whole = found.filter(pl.len().over(key) == pl.col("parts"))
    return whole.drop("mask", "parts").rename({"mask_lot": "mask"})


def _rank(classes: Classes) -> pl.DataFrame:
    """Return the order in which classes take the earliest arrivals of a pool."""
    rest, light = (~pl.col("survival")).alias("rest"), (-pl.col("weight")).alias("light")
    return classes.classes.select("cls", rest, "tier", light)


def _slots(classes: Classes) -> pl.DataFrame:
    """Return (class, slot, due): a slot is a delivery day, or MERGED where due days agree."""
    alone = pl.col("day").n_unique().over("zone", "item", "daily") == 1
    last = classes.days
    days = (
        pl.when(pl.col("daily"))
        .then(pl.int_ranges("day", pl.col("day") + 1))
        .when(alone)
        .then(pl.int_ranges(pl.lit(MERGED), pl.lit(MERGED + 1)))
        .otherwise(pl.int_ranges("day", last))
    )
    due = pl.when(pl.col("slot") == MERGED).then("day").otherwise(pl.lit(0, dtype=pl.Int64))
    return (
        classes.classes.with_columns(slot=days)
        .explode("slot", empty_as_null=False)
        .select("cls", "zone", "item", "daily", "day", "mask", pl.col("slot").cast(pl.Int64))
        .with_columns(due=due, swap=pl.lit(""), take=_ONE, step=_ONE, limit=-_ONE)
    )


def _swap_slots(classes: Classes) -> pl.DataFrame:
    """Return (class, swap, slot) of every substitution that time, market and whole steps allow.

    Its item is the substitute. Delivery days are told apart, since lateness is charged to the
    units of the need, not to those of the substitute.
    """
    last = classes.days
    opened = pl.when(pl.col("market")).then("from_day").otherwise(0)
    days = pl.when(pl.col("daily")).then(pl.int_ranges("day", pl.col("day") + 1))
    return (
        classes.classes.filter("stepped")
        .join(classes.swaps.rename({"item": "by"}), left_on="item", right_on="need_item")
        .join(classes.markets, on="township", how="left")
        .join(classes.limits, on=["swap", "township", "day"], how="left")
        .filter(pl.col("units").is_null() | (pl.col("units") >= pl.col("step")))
        .with_columns(slot=days.otherwise(pl.int_ranges("day", last)))
        .explode("slot", empty_as_null=False)
        .filter((pl.col("slot") >= opened).fill_null(value=False))
        .select(
            "cls", "zone", pl.col("by").alias("item"), pl.lit(value=False).alias("daily"),
            "day", "mask", pl.col("slot").cast(pl.Int64), pl.lit(0, pl.Int64).alias("due"),
            "swap", "take", "step", pl.col("limit").fill_null(-1),
        )
    )  # fmt: skip


def _eligible(mask: pl.Expr, lot: pl.Expr) -> pl.Expr:
    """Return whether a need of ``mask`` may use a lot of group set ``lot`` (0 = for anyone)."""
    bit = pl.lit(2, dtype=pl.Int64).pow((lot - 1).clip(lower_bound=0)).cast(pl.Int64)
    return (lot == 0) | ((mask // bit) % 2 == 1)


def _sends(classes: Classes, groups: pl.DataFrame, pools: pl.DataFrame) -> pl.DataFrame:
    fleet = classes.fleet.rename({"cold": "cold_fleet"})
    ways = classes.ways.join(fleet, on=["warehouse", "mode", "day"])
    merged = pools.filter(pl.col("slot") == MERGED).drop("slot")
    daily = pools.filter(pl.col("slot") != MERGED)
    start = (
        groups.filter(pl.col("item").is_in(pools["item"].unique().implode()))
        .select("group", "item", "warehouse", "mask", "townships", "arrive", "expire")
        .join(classes.items, on="item")
        .join(ways, on="warehouse")
        .filter(
            pl.col("day").is_between(pl.col("arrive"), pl.col("expire"))
            & (pl.col("grams") >= pl.col("weight_g"))
            & (pl.col("millilitres") >= pl.col("volume_ml"))
            & carried_so(pl.col("mode"))
            & (~pl.col("cold") | pl.col("cold_fleet"))
        )
        .drop("arrive", "expire", "grams", "millilitres", "cold", "cold_fleet")
    )
    start = _allowed_townships(start, classes.zones)
    place = ["zone", "item", "mask"]
    late_ok = start.join(merged, on=place).filter(pl.col("day") >= pl.col("due"))
    on_day = start.join(daily, left_on=[*place, "day"], right_on=[*place, "slot"])
    columns = [
        "group", "pool", "item", "zone", "warehouse", "mode", "day", "minutes",
        "weight_g", "volume_ml", "scale",
    ]  # fmt: skip
    both = pl.concat([late_ok.select(columns), on_day.select(columns)])
    return both.sort("pool", "day", "minutes", "group", "mode")


def carried_so(mode: pl.Expr) -> pl.Expr:
    """Return whether goods of this weight and volume go by this mode: a transfer carries nothing."""
    return (mode != Mode.TRANSFER.value) | ((pl.col("weight_g") == 0) & (pl.col("volume_ml") == 0))


def _allowed_townships(start: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """Keep the columns whose lot is free, or designated to the zone's township."""
    named = start.select("group", "townships").unique().filter(pl.col("townships") != "")
    pairs = named.select("group", pl.col("townships").str.split("\x1f").alias("township"))
    pairs = pairs.explode("township", empty_as_null=False)
    bound = start.filter(pl.col("townships") != "").join(zones, on="zone")
    bound = bound.join(pairs, on=["group", "township"], how="semi")
    free = start.filter(pl.col("townships") == "")
    return pl.concat([free, bound.select(start.columns)]).drop("townships")
