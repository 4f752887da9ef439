"""Hardship groups and medical facts of persons, at rates near the published ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.household import HardshipGroup, MedicalFact
from seeds.generate import shares

Mask = npt.NDArray[np.bool_]
_CHILD, _ADULT, _ELDER, _INFANT = 14, 18, 60, 3

G = HardshipGroup
M = MedicalFact


def mark(rng: np.random.Generator, persons: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Return the persons with ``groups`` and ``facts`` (lists of values, sorted).

    Each group and each fact is held by somebody, however small the district.
    """
    homes = households.select("household", "elders_only", "minors")
    table = persons.join(homes, on="household", how="left", maintain_order="left")
    groups = _groups(rng, table)
    facts = _facts(rng, table, groups[G.DISABLED])
    return persons.with_columns(
        _lists("groups", {k.value: v for k, v in groups.items()}, persons.height),
        _lists("facts", {k.value: v for k, v in facts.items()}, persons.height),
    )


def _groups(rng: np.random.Generator, table: pl.DataFrame) -> dict[HardshipGroup, Mask]:
    age = table["age"].to_numpy()
    old_home = table["elders_only"].to_numpy()
    child, elder = age < _ADULT, age >= _ELDER
    left = _only_with_grandparents(table)
    poor = _whole_households(rng, table, shares.MINIMUM_LIVING)
    alone = elder & (table["household"].is_unique().to_numpy()) & ~poor
    some = _some(rng)
    return {
        G.MINIMUM_LIVING: poor,
        G.EXTREME_POVERTY: some(alone, shares.EXTREME_POVERTY),
        G.LEFT_BEHIND_CHILD: some(left & child, shares.LEFT_BEHIND_CHILD),
        G.LEFT_BEHIND_ELDER: some(old_home & elder, shares.LEFT_BEHIND_ELDER),
        G.ORPHAN: some(left & child, shares.ORPHAN),
        G.DE_FACTO_ORPHAN: some(left & child, shares.DE_FACTO_ORPHAN),
        G.CHILD_IN_DIFFICULTY: some(child, shares.CHILD_IN_DIFFICULTY),
        G.DISABLED: _disabled(rng, age),
    }


def _only_with_grandparents(table: pl.DataFrame) -> Mask:
    """Children of homes whose grown-ups are all old."""
    grown = pl.when(pl.col("age") >= _ADULT).then(pl.col("age"))
    youngest = grown.min().over("household").fill_null(0)
    return table.select((pl.col("age") < _ADULT) & (youngest >= _ELDER)).to_series().to_numpy()


def _whole_households(rng: np.random.Generator, table: pl.DataFrame, share: float) -> Mask:
    home = table["household"].to_numpy()
    chosen = rng.random(int(home.max()) + 1) < share
    chosen[rng.integers(0, chosen.size)] = True
    return np.asarray(chosen[home])


def _disabled(rng: np.random.Generator, age: npt.NDArray[np.int64]) -> Mask:
    by_age = shares.DISABLED_BY_AGE
    rate = np.where(age < _CHILD, by_age["child"],
                    np.where(age < _ELDER, by_age["adult"], by_age["elder"]))  # fmt: skip
    chosen = rng.random(age.size) < rate
    chosen[int(np.argmax(age))] = True
    return np.asarray(chosen)


def _some(rng: np.random.Generator) -> Callable[[Mask, float], Mask]:
    """A chooser: of those who may, so many that they are a share of everyone, one at least."""

    def choose(may: Mask, share: float) -> Mask:
        eligible = np.flatnonzero(may)
        count = min(eligible.size, max(1, round(share * may.size)))
        chosen = np.zeros(may.size, dtype=np.bool_)
        chosen[rng.choice(eligible, size=count, replace=False)] = True
        return chosen

    return choose


def _facts(
    rng: np.random.Generator, table: pl.DataFrame, disabled: Mask
) -> dict[MedicalFact, Mask]:
    age, male = table["age"].to_numpy(), table["male"].to_numpy()
    fertile = ~male & (age >= 20) & (age <= 44)  # noqa: PLR2004
    may: dict[MedicalFact, Mask] = {
        M.DIALYSIS: age >= 25,  # noqa: PLR2004
        M.OXYGEN: age >= 50,  # noqa: PLR2004
        M.INSULIN: age >= 35,  # noqa: PLR2004
        M.PREGNANT: fertile,
        M.INFANT_FEEDING: age < _INFANT,
        M.MOBILITY: disabled | (age >= 80),  # noqa: PLR2004
        M.DIET: age >= 0,
    }
    some = _some(rng)
    return {fact: some(mask, shares.FACTS[fact]) for fact, mask in may.items()}


def _lists(name: str, masks: dict[str, Mask], height: int) -> pl.Series:
    """One list a person, of the words whose mask is true for them."""
    parts = [
        pl.DataFrame({"row": np.flatnonzero(mask), "word": [word] * int(mask.sum())})
        for word, mask in sorted(masks.items())
    ]
    held = pl.concat(parts).group_by("row").agg(pl.col("word").sort())
    every = pl.DataFrame({"row": np.arange(height)})
    joined = every.join(held, on="row", how="left", maintain_order="left")
    return joined["word"].fill_null(pl.Series([[]], dtype=pl.List(pl.String))).alias(name)
