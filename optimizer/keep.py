"""Goal 6: keep the published plan. What counts is loads: what leaves where for where, when and how.

A *load* is the units of one item that go from one warehouse by one mode on one day to one zone.
The goal's value is the share of the published plan's loads that the new plan does not make: the
mean over items of (price of published units that are not sent as published / price of all).
More than what is published costs nothing: new needs may be served.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import Schema, conform
from optimizer.engines.simplex import INF, Simplex
from optimizer.flow import Flow

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
KEY = ["item", "warehouse", "zone", "mode", "day"]

PUBLISHED: Schema = {
    "line": pl.String(),
    "item": pl.String(),
    "warehouse": pl.String(),
    "point": pl.String(),
    "mode": pl.String(),
    "day": pl.Int64(),  # of delivery, counted from the new plan's first day
    "quantity": pl.Int64(),
    "price": pl.Float64(),  # of one unit's departure from what is published; 1 = usual
}
"""What is published and not yet gone: what a new plan is asked to keep to."""


def published(lines: pl.DataFrame, *, shift: int = 0, days: int, price: float = 1.0) -> pl.DataFrame:  # fmt: skip
    """Return PUBLISHED from a plan's firm LINES.

    Args:
        lines: LINES of the published plan; those that are pinned anyway left out by the caller.
        shift: Days to add, where the new plan's first day differs (negative if it is later).
        days: Horizon of the new plan; lines outside it are not kept.
        price: Of one unit's departure, the same for all lines; replace the column to vary it.
    """
    firm = lines.filter(pl.col("state") == "firm").with_columns(
        pl.col("day") + shift, pl.lit(price).alias("price")
    )
    return conform(firm.filter(pl.col("day").is_between(0, days - 1)), PUBLISHED).sort("line")


@dataclass(frozen=True)
class Loads:
    """Published loads by KEY with their units and the worth of one unit (they sum to 1)."""

    table: pl.DataFrame  # KEY, units, worth

    @property
    def worth(self) -> Floats:
        """Worth of one unit of each load."""
        return self.table["worth"].to_numpy()

    @property
    def units(self) -> Floats:
        """Units of each load."""
        return self.table["units"].to_numpy().astype(np.float64)

    def moved(self, sent: Floats) -> float:
        """Return the goal's value where ``sent`` units of each load are sent."""
        return float(self.worth @ (self.units - np.minimum(self.units, sent)))


def loads(table: pl.DataFrame, points: pl.DataFrame) -> Loads:
    """Return the loads of PUBLISHED lines; points that no need knows any more have none.

    Args:
        table: PUBLISHED.
        points: point → zone, of the new problem.
    """
    priced = table.join(points, on="point").with_columns(cost=pl.col("price") * pl.col("quantity"))
    found = priced.group_by(KEY).agg(pl.col("quantity").sum().alias("units"), pl.col("cost").sum())
    found = found.filter(pl.col("cost") > 0).sort(KEY)
    items = max(found["item"].n_unique(), 1)
    worth = pl.col("cost") / pl.col("units") / pl.col("cost").sum().over("item") / items
    return Loads(found.with_columns(worth=worth).select(*KEY, "units", "worth"))


def load_of(loads_: Loads, flow: Flow) -> Ints:
    """Return the load that each column of ``flow.sends`` makes, -1 for none."""
    numbered = loads_.table.select(KEY).with_row_index("load")
    found = flow.sends.select(KEY).join(numbered, on=KEY, how="left", maintain_order="left")
    return found["load"].cast(pl.Int64()).fill_null(-1).to_numpy()


def sent(loads_: Loads, of: Ints, amount: Floats) -> Floats:
    """Return the units of each load that columns of ``sends`` with these amounts make."""
    mine = of >= 0
    total = np.bincount(of[mine], weights=amount[mine], minlength=loads_.table.height)
    return total.astype(np.float64)


def install(simplex: Simplex, loads_: Loads, of: Ints, scale: Ints) -> Ints:
    """Add a column "units of the load kept" for each load to a program that is not solved yet.

    Column k of load l: ``0 <= k <= published units`` and ``k <= units sent as l``. Returns the
    columns; weigh them with `Loads.worth`. ``scale``: in how many units the solver counts sends.
    """
    kept = simplex.add_columns(loads_.units)
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], np.arange(len(kept) + 1))
    for k, column in enumerate(kept.tolist()):
        mine = order[start[k] : start[k + 1]]
        which = np.concatenate([[column], mine])
        simplex.add_row(which, np.concatenate([[1.0], -scale[mine].astype(np.float64)]), -INF, 0.0)
    return kept
