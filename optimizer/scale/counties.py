"""Counties side by side: rows become classes where the rows are, and lines are written there again.

A county's townships, zones and classes are its own, so the classes of all counties side by side are
the classes of the whole, and the units that a class gets are split within one county.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.text import say
from optimizer import portions, tables
from optimizer.classes import CLASS_KEY, Classes, classify
from optimizer.disaggregate import pair
from optimizer.flow import Flow
from optimizer.kits import Dealer
from optimizer.ledger import Whole
from optimizer.problem import Problem
from optimizer.shortfalls import Segment
from optimizer.solve import Made
from optimizer.validate import validate

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class County:
    """A county's needs: the frame, or an Arrow file that every worker can read.

    Lines and shortfalls of the county are returned, or written to Arrow files in ``folder``.
    """

    name: str
    needs: pl.DataFrame | str
    folder: str = ""


@dataclass(frozen=True)
class Gathered:
    """What the centre is told of a county: its class model, without its rows."""

    classes: Classes  # rows left out
    rows: int
    first: pl.DataFrame  # zone, first: the point that names a zone


@dataclass(frozen=True)
class Allotment:
    """What a county is told of the plan: whole units by its own classes, and the lots they draw."""

    firm: tuple[Flow, Whole]
    asked: tuple[Flow, Whole]
    lots: pl.DataFrame
    segments: list[Segment]
    seed: int


@dataclass(frozen=True)
class CountyPlan:
    """A county's LINES and SHORTFALLS: frames, or the files that hold them."""

    name: str
    lines: pl.DataFrame | str
    shortfalls: pl.DataFrame | str


def gather(given: tuple[County, Problem]) -> Gathered:
    """Return a county in classes.

    Raises:
        ProblemInvalid: a number that no plan can be made from.
    """
    classes = _classes(*given)[1]
    first = classes.points.group_by("zone").agg(pl.col("point").min().alias("first"))
    bare = replace(classes, rows=classes.rows.clear())
    return Gathered(bare, classes.rows.height, first.sort("zone"))


def hand_out(given: tuple[County, Problem, Allotment]) -> CountyPlan:
    """Return a county's named lines and shortfalls."""
    county, shared, told = given
    problem, classes = _classes(county, shared)
    classes = replace(classes, lots=told.lots)
    units = portions.given(classes, told.firm, told.asked, Dealer(), told.seed)
    plans = [(*told.firm, units.firm, "firm"), (*told.asked, units.asked, "request")]
    lines = tables.lines(problem, classes, plans, county.name)
    short = tables.shortfalls(problem, classes, units, told.segments, county.name)
    return CountyPlan(county.name, _out(county, "lines", lines), _out(county, "shortfalls", short))


def _classes(county: County, shared: Problem) -> tuple[Problem, Classes]:
    needs = county.needs
    if isinstance(needs, str):
        needs = pl.read_ipc(needs)
    problem = validate(replace(shared, needs=needs))
    return problem, classify(problem)


def _out(county: County, name: str, table: pl.DataFrame) -> pl.DataFrame | str:
    if not county.folder:
        return table
    path = Path(county.folder, f"{county.name}-{name}.arrow")
    table.write_ipc(path, compression="uncompressed")
    return str(path)


@dataclass(frozen=True)
class Merged:
    """The classes of all counties, and where each came from."""

    classes: Classes
    county: Ints  # by class
    own: Ints  # by class, its number in its county
    needs: int


def merged(parts: Sequence[Gathered]) -> Merged:
    """Return the class model of all counties together; the order of counties is no input.

    Raises:
        ProblemInvalid: a delivery point in two counties.
    """
    every = pl.concat([p.classes.points for p in parts])["point"]
    if every.is_duplicated().any():
        raise ProblemInvalid(
            say("有 {count} 个发放点同时出现在两个县的数据中，例如编号 {first}。",
                count=int(every.is_duplicated().sum()) // 2, first=every.filter(every.is_duplicated()).sort()[0]),
            say("请核对这些发放点属于哪个县，从另一个县的数据中删去后重试。"), field="needs.point",
        )  # fmt: skip
    zones = _zones(parts)
    table = _stacked(parts, zones, lambda p: p.classes.classes).sort(CLASS_KEY)
    classes = table.with_columns(own=pl.col("cls"), cls=pl.int_range(pl.len(), dtype=pl.Int64))
    first = parts[0].classes
    limits = pl.concat([p.classes.limits for p in parts]).sort("swap", "township", "day")
    whole = replace(
        first, classes=classes.drop("county", "own"),
        zones=zones.select("zone", "township").sort("zone"),
        points=_stacked(parts, zones, lambda p: p.classes.points).drop("county").sort("point"),
        ways=_stacked(parts, zones, lambda p: p.classes.ways).drop("county")
        .sort("zone", "warehouse", "mode", "day"),
        limits=limits.with_columns(limit=pl.int_range(pl.len(), dtype=pl.Int64)),
    )  # fmt: skip
    return Merged(whole, classes["county"].to_numpy(), classes["own"].to_numpy(),
                  sum(p.rows for p in parts))  # fmt: skip


def _zones(parts: Sequence[Gathered]) -> pl.DataFrame:
    """Return (county, own, zone, township): zones are numbered as in one county."""
    each = [
        p.classes.zones.join(p.first, on="zone", maintain_order="left").with_columns(county=k)
        for k, p in enumerate(parts)
    ]
    table = pl.concat([e.with_columns(pl.col("county").cast(pl.Int64)) for e in each])
    return table.sort("township", "first").select(
        "county", "township", own="zone", zone=pl.int_range(pl.len(), dtype=pl.Int64)
    )


def _stacked(
    parts: Sequence[Gathered], zones: pl.DataFrame, of: Callable[[Gathered], pl.DataFrame]
) -> pl.DataFrame:
    """Return a table of every county with zones in their common numbers, and the county's number."""
    tables_ = [of(p).with_columns(county=pl.lit(k, pl.Int64)) for k, p in enumerate(parts)]
    common = zones.select("county", "own", new="zone")
    return (
        pl.concat(tables_)
        .join(common, left_on=["county", "zone"], right_on=["county", "own"], how="left",
              maintain_order="left")
        .with_columns(zone=pl.col("new"))
        .drop("new")
    )  # fmt: skip


def allotments(
    all_: Merged, counties: int, made: Made, segments: list[Segment], seed: int
) -> list[Allotment]:
    """Return what each county is told of the plan."""
    lots = [_drawn(all_, flow, whole) for flow, whole in _plans(made)]
    both = pl.concat(lots).group_by("county", "at").agg(pl.col("units").sum())
    by_county: list[list[Segment]] = [[] for _ in range(counties)]
    for s in segments:
        county, own = int(all_.county[s.cls]), int(all_.own[s.cls])
        by_county[county].append(replace(s, cls=own))
    firm, asked = _plans(made)
    return [
        Allotment(
            _cut(all_, k, *firm), _cut(all_, k, *asked),
            _lots_of(all_, both.filter(pl.col("county") == k)), by_county[k], seed,
        )
        for k in range(counties)
    ]  # fmt: skip


def _plans(made: Made) -> list[tuple[Flow, Whole]]:
    return [(made.firm, made.whole), (made.wish, made.asked)]


def _drawn(all_: Merged, flow: Flow, whole: Whole) -> pl.DataFrame:
    """Return (county, row of lots, units): lots are handed to deliveries as `tables.lines` does."""
    sends = flow.sends.select("group", "day")[whole.send]
    order = np.lexsort((whole.serve, whole.cls, sends["day"].to_numpy()))
    drawn = pair(
        all_.classes.lots["group"].to_numpy(), all_.classes.lots["quantity"].to_numpy(),
        sends["group"].to_numpy()[order], whole.units[order],
    )  # fmt: skip
    county = all_.county[whole.cls[order]][drawn["right"].to_numpy()]
    table = drawn.select(pl.Series("county", county), at="left", units="units")
    return table.group_by("county", "at").agg(pl.col("units").sum())


def _lots_of(all_: Merged, drawn: pl.DataFrame) -> pl.DataFrame:
    """Return the lots in the order in which they are drawn, with what one county draws of each."""
    mine = drawn.sort("at")
    return all_.classes.lots[mine["at"]].with_columns(quantity=mine["units"])


def _cut(all_: Merged, k: int, flow: Flow, whole: Whole) -> tuple[Flow, Whole]:
    """Return the deliveries of one county, over the columns that they use."""
    mine = np.flatnonzero(all_.county[whole.cls] == k)
    sends, send = np.unique(whole.send[mine], return_inverse=True)
    serves, serve = np.unique(whole.serve[mine], return_inverse=True)
    own = all_.own[flow.serves["cls"].to_numpy()[serves]]
    cut = Flow(flow.sends[sends], flow.serves[serves].with_columns(cls=pl.Series(own)),
               flow.pools.clear())  # fmt: skip
    return cut, Whole(send, all_.own[whole.cls[mine]], whole.units[mine], serve, whole.covers[mine])
