"""Kits: handed over whole, each meets several needs of one household at once.

Households that hold equal needs of everything kits contain form a *profile*. Within one they are
interchangeable, so a column "kits of this kind opened for this profile on this day" loses nothing
against a column a household: an optimal plan can be averaged over them. A kit fits a household as
often as each of its contents is owed whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.tables import KITS, empty
from optimizer.problem import Problem

Ints = npt.NDArray[np.int64]
NOBODY = -1
"""Profile of a need that no kit can meet."""
_SAME = ["item", "day", "daily", "basic", "survival", "tier", "weight", "mask", "quantity"]
KIN = {"profile": pl.Int64(), "place": pl.Int64(), "cls": pl.Int64(), "at": pl.Int64()}
_ONE = pl.lit(1, dtype=pl.Int64)


def prepared(problem: Problem) -> pl.DataFrame:
    """Return KITS of which there are lots, with ``part`` (0 = the one that draws) and ``parts``."""
    table = empty(KITS) if problem.kits is None else problem.kits
    there = problem.lots.filter(pl.col("quantity") > 0).select(pl.col("item").alias("kit")).unique()
    return (
        table.join(there, on="kit", how="semi")
        .sort("kit", "item")
        .with_columns(
            part=pl.int_range(pl.len(), dtype=pl.Int64).over("kit"),
            parts=pl.len().over("kit").cast(pl.Int64),
        )
    )


def candidates(rows: pl.DataFrame, kits: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that a kit may meet: one a subject and item (and day, of daily needs).

    Of several the first due one; subjects who are not owed everything that some kit holds are
    left out.
    """
    mine = rows.filter(pl.col("item").is_in(kits["item"].implode())).sort("day", "need")
    day = pl.when("daily").then("day").otherwise(-1)
    mine = mine.with_columns(slot=day).unique(
        ["subject", "item", "daily", "slot"], keep="first", maintain_order=True
    )
    held = mine.select("subject", "item").unique().join(kits, on="item")
    whole = held.group_by("subject", "kit", "parts").len().filter(pl.col("len") == pl.col("parts"))
    return mine.join(whole.select("subject").unique(), on="subject", how="semi").drop("slot")


def profiled(rows: pl.DataFrame, kits: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the profile of each, `NOBODY` where no kit can meet it."""
    if kits.is_empty():
        return rows.with_columns(profile=pl.lit(NOBODY, dtype=pl.Int64))
    mine = candidates(rows, kits)
    same = pl.concat_str([pl.col(c).cast(pl.String) for c in _SAME], separator="\x1f")
    key = mine.select("subject", "zone", same=same).group_by("subject", "zone").agg(
        pl.col("same").sort().str.join("\x1e")
    )  # fmt: skip
    number = (pl.struct("zone", "same").rank("dense") - 1).cast(pl.Int64)
    whose = key.select("subject", profile=number)
    told = mine.select("row", "subject").join(whose, on="subject").select("row", "profile")
    return rows.join(told, on="row", how="left", maintain_order="left").with_columns(
        pl.col("profile").fill_null(NOBODY)
    )


def kin(rows: pl.DataFrame) -> pl.DataFrame:
    """Return KIN: where each household of a profile (``place``) has its row of each class.

    Args:
        rows: ``classes.rows`` in their order, with profile and subject.
    """
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    some = rows.with_columns(at=at).filter(pl.col("profile") >= 0)
    if some.is_empty():
        return empty(KIN)
    mine = some.sort("profile", "cls", "subject")
    place = pl.int_range(pl.len(), dtype=pl.Int64).over("cls").alias("place")
    return mine.with_columns(place).select(list(KIN))


def slots(classes: pl.DataFrame, kits: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return what each kit could meet: a row a class, kit and day of delivery.

    A daily need is met on its day, a durable one on its due day or later; a kit that does not fit
    whole on a day is left out.
    """
    on = pl.when(pl.col("daily")).then(pl.int_ranges("day", pl.col("day") + 1))
    found = (
        classes.filter(pl.col("profile") >= 0)
        .join(kits, on="item")
        .filter(pl.col("quantity") // pl.col("rows") >= pl.col("units"))
        .with_columns(slot=on.otherwise(pl.int_ranges("day", days)))
        .explode("slot", empty_as_null=False)
    )
    key = ["profile", "kit", "slot"]
    return found.filter(pl.len().over(key) == pl.col("parts")).select(
        "cls", "zone", pl.col("kit").alias("item"), pl.lit(value=False).alias("daily"), "day",
        "mask", pl.col("slot").cast(pl.Int64), pl.lit(0, pl.Int64).alias("due"),
        pl.col("kit").alias("swap"), take=(pl.col("part") == 0).cast(pl.Int64),
        step=pl.col("units"), limit=-_ONE, profile="profile", part="part", parts="parts",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hand:
    """What a household of a profile was dealt: what its needs still lack, and by which serves."""

    left: tuple[int, ...]  # by class of the profile, in the order of the profile's classes
    dealt: tuple[tuple[int, int], ...] = ()  # (serve, kits), sorted


Parts = Sequence[tuple[int, int]]
"""(place of the class in the profile, units of one kit)."""


@dataclass
class Dealer:
    """Whole kits by household: households of a profile that hold the same are counted together."""

    hands: dict[int, dict[Hand, int]] = field(default_factory=dict)  # by profile
    place: dict[int, tuple[int, int]] = field(default_factory=dict)  # class → profile, place

    @classmethod
    def of(cls, classes: pl.DataFrame) -> Dealer:
        """Return the dealer before anything is dealt."""
        dealer = cls()
        mine = classes.filter(pl.col("profile") >= 0).sort("profile", "cls")
        for (profile,), rows in mine.group_by("profile", maintain_order=True):
            number = int(str(profile))
            left = (rows["quantity"] // rows["rows"]).to_list()
            dealer.hands[number] = {Hand(tuple(left)): int(rows["rows"][0])}
            for k, c in enumerate(rows["cls"].to_list()):
                dealer.place[c] = (number, k)
        return dealer

    def room(self, profile: int, parts: Parts) -> int:
        """Return how many more kits fit whole into the profile's households."""
        return sum(n * _fits(hand, parts) for hand, n in self.hands[profile].items())

    def deal(self, profile: int, serve: int, parts: Parts, kits: int) -> int:
        """Deal up to so many kits, to those first who have the fewest; return how many fitted."""
        hands, done = self.hands[profile], 0
        while done < kits:
            open_ = [h for h in hands if _fits(h, parts)]
            if not open_:
                break
            hand = min(open_, key=lambda h: (sum(n for _, n in h.dealt), h.dealt, h.left))
            some = min(hands[hand], kits - done)
            _move(hands, hand, _dealt(hand, serve, parts, 1), some)
            done += some
        return done

    def back(self, profile: int, serve: int, parts: Parts, kits: int) -> None:
        """Take kits back, from those first who have the most of them."""
        hands = self.hands[profile]
        for _ in range(kits):
            mine = [h for h in hands if dict(h.dealt).get(serve, 0)]
            hand = max(mine, key=lambda h: (dict(h.dealt)[serve], h.dealt, h.left))
            _move(hands, hand, _dealt(hand, serve, parts, -1), 1)

    def fits(self, cls: int, step: int) -> int:
        """Return how many units of a class steps of a substitute could meet beside the kits."""
        profile, k = self.place[cls]
        return sum(n * (hand.left[k] // step * step) for hand, n in self.hands[profile].items())


def _fits(hand: Hand, parts: Parts) -> int:
    return min(hand.left[k] // units for k, units in parts)


def _dealt(hand: Hand, serve: int, parts: Parts, sign: int) -> Hand:
    left = list(hand.left)
    for k, units in parts:
        left[k] -= sign * units
    counts = dict(hand.dealt)
    counts[serve] = counts.get(serve, 0) + sign
    return Hand(tuple(left), tuple(sorted((s, n) for s, n in counts.items() if n)))


def _move(hands: dict[Hand, int], source: Hand, target: Hand, some: int) -> None:
    hands[source] -= some
    if not hands[source]:
        del hands[source]
    hands[target] = hands.get(target, 0) + some


def handed(dealer: Dealer, kin_of: pl.DataFrame, leads: Mapping[int, int], seed: int) -> pl.DataFrame:  # fmt: skip
    """Return (at, serve, portions): the row of the drawing class that each household's kits meet.

    Args:
        dealer: What was dealt.
        kin_of: KIN.
        leads: Drawing class of each serve that opens kits.
        seed: Of the order in which households of a profile take their hands.
    """
    found: list[tuple[int, int, int]] = []
    at = {(p, c): rows["at"].to_numpy()
          for (p, c), rows in kin_of.sort("place").group_by("profile", "cls", maintain_order=True)}  # fmt: skip
    for profile, hands in sorted(dealer.hands.items()):
        many = sum(hands.values())
        order = np.random.Generator(np.random.PCG64((seed % 2**63, profile))).permutation(many)
        first = 0
        for hand, n in sorted(hands.items(), key=lambda pair: (pair[0].dealt, pair[0].left)):
            for serve, kits in hand.dealt:
                rows = at[profile, leads[serve]][order[first : first + n]]
                found += [(int(row), serve, kits) for row in rows]
            first += n
    return pl.DataFrame(found, schema={"at": pl.Int64, "serve": pl.Int64, "portions": pl.Int64},
                        orient="row")  # fmt: skip
