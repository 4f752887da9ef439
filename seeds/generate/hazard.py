"""The flood: a smooth field along the river, and what it hits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from seeds.generate.places import SIDE_KM, Map, distances

_REACH_KM = 9.0  # distance from the river at which the field has fallen to 1/e
_SWELLS = 5
HOUSEHOLDS_A_VILLAGE = 36  # in the small district; larger ones fill up the villages
MOST_HIT = 0.8  # share of villages hit at most
_WORST = 94  # intensity of the hardest-hit township


@dataclass(frozen=True)
class Flood:
    """What the flood reached.

    ``villages``: the map's villages with hazard (0 to 1) and hit; ``intensity``: township,
    intensity (0 to 100).
    """

    villages: pl.DataFrame
    intensity: pl.DataFrame

    @property
    def hit(self) -> pl.DataFrame:
        """The villages that were hit."""
        return self.villages.filter("hit")


def make_flood(rng: np.random.Generator, places: Map, households: int) -> Flood:
    """Return the flood over the map; how many villages it hits follows the households to place."""
    table = places.villages
    field = _field(rng, places, table)
    count = int(np.clip(households // HOUSEHOLDS_A_VILLAGE, places.townships.height,
                        int(table.height * MOST_HIT)))  # fmt: skip
    villages = table.with_columns(hazard=pl.Series(field)).with_columns(
        pl.col("hazard").rank("ordinal", descending=True).over("township").alias("_local"),
        pl.col("hazard").rank("ordinal", descending=True).alias("_rank"),
    )
    order = pl.when(pl.col("_local") == 1).then(0).otherwise(pl.col("_rank"))  # each township once
    hit = villages.with_columns(order.rank("ordinal").le(count).alias("hit"))
    return Flood(hit.drop("_local", "_rank"), _intensity(places, hit))


def _field(rng: np.random.Generator, places: Map, table: pl.DataFrame) -> npt.NDArray[np.float64]:
    river = places.river_km(table["x"], table["y"])
    here = np.column_stack([table["x"].to_numpy(), table["y"].to_numpy()])
    swells = rng.uniform(0, SIDE_KM, (_SWELLS, 2))
    strength = rng.uniform(0.4, 1.0, _SWELLS)
    rain = (strength * np.exp(-((distances(here, swells) / 12.0) ** 2))).sum(axis=1)
    field = np.exp(-river / _REACH_KM) * (0.45 + 0.55 * rain / rain.max())
    return np.asarray(field / field.max(), dtype=np.float64)


def _intensity(places: Map, villages: pl.DataFrame) -> pl.DataFrame:
    """A township is as hard hit as its villages are on average, scaled to the worst one."""
    mean = villages.group_by("township").agg(pl.col("hazard").mean())
    joined = places.townships.select(township="code").join(
        mean, on="township", how="left", maintain_order="left"
    )
    scaled = pl.col("hazard") / pl.col("hazard").max() * _WORST
    return joined.select("township", scaled.round().cast(pl.Int64).alias("intensity"))
