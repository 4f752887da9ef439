"""What each row of a class is handed: its own goods, substitutes in whole steps, kits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from optimizer.classes import Classes
from optimizer.disaggregate import shares
from optimizer.flow import Flow
from optimizer.kits import Dealer, handed
from optimizer.ledger import Whole, drawn

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shares:
    """Who gets what of one kind of lots: row of ``classes.rows``, and in which way.

    ``direct`` are units of the item owed, by row. ``swapped`` are (at, serve, portions): whole
    steps of a substitute that the row at ``at`` gets through a serve.
    """

    direct: Ints
    swapped: pl.DataFrame
    total: Ints  # units of its need that each row gets, both ways together


@dataclass(frozen=True)
class Given:
    """Shares of the firm lots, and of those that others are asked for."""

    firm: Shares
    asked: Shares


class Split(Protocol):
    """Splits each class's total over its rows, fair to one unit: who gets the rounded one?"""

    def all(self, cls: Ints, wants: Ints, total: Ints) -> Ints:
        """Split what rows get in all."""

    def own(self, cls: Ints, wants: Ints, total: Ints) -> Ints:
        """Split what rows get of the goods owed, where substitutes come beside them."""

    def steps(self, cls: Ints, wants: Ints, total: Ints, serve: Ints) -> Ints:
        """Split whole steps of a substitute; ``serve`` by class."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """Ranks equal remainders by a hash of row and seed: a plan from scratch holds on to nothing."""

    seed: int

    def all(self, cls: Ints, wants: Ints, total: Ints) -> Ints:
        """See `optimizer.disaggregate.shares`."""
        return shares(cls, wants, total, self.seed)

    own = all

    def steps(self, cls: Ints, wants: Ints, total: Ints, serve: Ints) -> Ints:
        """As `all`."""
        del serve
        return shares(cls, wants, total, self.seed)


def given(
    classes: Classes, firm: tuple[Flow, Whole], asked: tuple[Flow, Whole], dealer: Dealer,
    seed: int, splits: tuple[Split, Split] | None = None,
) -> Given:  # fmt: skip
    """Split the units that classes get over their rows, requests over what firm lines leave."""
    split, wish = splits or (Hashed(seed), Hashed(seed))
    wants = classes.rows["quantity"].to_numpy()
    room = classes.rows["swappable"].to_numpy()
    leads = {serve: int(firm[0].serves["cls"][serve]) for serve in firm[0].mates}
    opened = handed(dealer, classes.kin, leads, seed)
    got = _shares(classes, *firm, (wants, room), opened, split)
    left = wants - got.total
    hoped = _shares(classes, *asked, (left, np.minimum(room, left)), opened.clear(), wish)
    return Given(got, hoped)


def _shares(
    classes: Classes, flow: Flow, whole: Whole, wanted: tuple[Ints, Ints], opened: pl.DataFrame,
    split: Split,
) -> Shares:  # fmt: skip
    """Split whole units over rows: kits, steps of substitutes, then what is owed itself.

    Goods then go to whom kits and substitutes left furthest behind an equal share.
    """
    cls = classes.rows["cls"].to_numpy()
    wants, room = wanted
    covered = np.zeros(len(cls), dtype=np.int64)
    other = besides(classes, flow, opened)
    np.add.at(covered, opened["at"].to_numpy(), _covers(flow, opened))
    np.add.at(covered, other["beside"].to_numpy(), other["covers"].to_numpy())
    if opened.height:
        room = _steps(classes, wants - covered, room)
    steps = _swapped(classes, flow, whole, room, split)
    np.add.at(covered, steps["at"].to_numpy(), _covers(flow, steps))
    swapped = pl.concat([opened, steps])
    total = whole.served(classes.classes.height)
    if not swapped.height:
        direct = split.all(cls, wants, total)
        return Shares(direct, swapped, direct)
    behind = np.maximum(split.all(cls, wants, total) - covered, 0)
    own = total - _by_class(cls, covered, len(total))
    direct = split.own(cls, behind, own)
    return Shares(direct, swapped, direct + covered)


def besides(classes: Classes, flow: Flow, opened: pl.DataFrame) -> pl.DataFrame:
    """Return (at, serve, beside, units, covers): the other rows that each opened kit meets."""
    if opened.is_empty():
        return _NOTHING_BESIDE
    mates = [(s, cls, units) for s, more in flow.mates.items() for _, cls, units in more]
    table = pl.DataFrame(mates, schema=dict.fromkeys(("serve", "cls", "units"), pl.Int64),
                         orient="row")  # fmt: skip
    home = classes.kin.select("at", "profile", "place")
    row = classes.kin.select("profile", "place", "cls", beside="at")
    return (
        opened.join(home, on="at")
        .join(table, on="serve")
        .join(row, on=["profile", "place", "cls"])
        .select("at", "serve", "beside", "units", covers=pl.col("portions") * pl.col("units"))
    )


def _steps(classes: Classes, left: Ints, room: Ints) -> Ints:
    """Return how many units of each row substitutes can meet beside its kits."""
    step = classes.swaps.select("need_item", "step").unique()
    each = classes.rows.select("cls").join(
        classes.classes.select("cls", "item"), on="cls", how="left", maintain_order="left"
    ).join(step, left_on="item", right_on="need_item", how="left", maintain_order="left")  # fmt: skip
    size = each["step"].fill_null(1).to_numpy()
    return np.asarray(np.minimum(room, left // size * size))


def _swapped(classes: Classes, flow: Flow, whole: Whole, room: Ints, split: Split) -> pl.DataFrame:
    """Return (at, serve, portions): one serve of each class after the other, in their order."""
    serves = flow.serves
    portions = np.zeros(serves.height, dtype=np.int64)
    _, served, units = drawn(whole)
    np.add.at(portions, served, units // serves["take"].to_numpy()[served])
    other = (pl.col("swap") != "") & (pl.col("bundle") < 0)
    used = serves.select("cls", "step", swap=other).with_row_index("serve")
    used = used.with_columns(pl.col("serve").cast(pl.Int64), portions=pl.Series(portions))
    used = used.filter(pl.col("swap") & (pl.col("portions") > 0))
    turns = used.with_columns(turn=pl.int_range(pl.len()).over("cls"))
    cls, left, count = classes.rows["cls"].to_numpy(), room.copy(), classes.classes.height
    found = [_NOBODY]
    for _, turn in turns.group_by("turn", maintain_order=True):
        serve, step, units = (np.zeros(count, dtype=np.int64) for _ in range(3))
        own = turn["cls"].to_numpy()
        serve[own], step[own], units[own] = (
            turn[c].to_numpy() for c in ("serve", "step", "portions")
        )
        each = np.maximum(step[cls], 1)
        got = split.steps(cls, np.where(step[cls] > 0, left // each, 0), units, serve)
        left = left - got * each
        at = np.flatnonzero(got)
        found.append(pl.DataFrame({"at": at, "serve": serve[cls[at]], "portions": got[at]}))
    return pl.concat(found)


_NOTHING_BESIDE = pl.DataFrame(
    schema=dict.fromkeys(("at", "serve", "beside", "units", "covers"), pl.Int64)
)
_NOBODY = pl.DataFrame(schema={"at": pl.Int64, "serve": pl.Int64, "portions": pl.Int64})


def _covers(flow: Flow, swapped: pl.DataFrame) -> Ints:
    step = flow.serves["step"].to_numpy()[swapped["serve"].to_numpy()]
    return np.asarray(step * swapped["portions"].to_numpy())


def _by_class(cls: Ints, units: Ints, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, cls, units)
    return total
