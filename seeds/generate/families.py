"""Household composition: who lives together, how old they are, which sex they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from seeds.generate.shares import HOUSEHOLD_SIZES

Ages = npt.NDArray[np.int64]
Draw = Callable[[np.random.Generator, Ages], Ages]
"""From the heads' ages to the ages of those in a role."""

OLDEST = 98


def _after(low: int, high: int) -> Draw:
    """Younger than the head by low to high years."""
    return lambda rng, head: np.clip(head - rng.integers(low, high + 1, head.size), 0, OLDEST)


def _before(low: int, high: int) -> Draw:
    return lambda rng, head: np.clip(head + rng.integers(low, high + 1, head.size), 0, OLDEST)


def _between(low: int, high: int) -> Draw:
    return lambda rng, head: rng.integers(low, high + 1, head.size)


def _minor(rng: np.random.Generator, head: Ages) -> Ages:
    return _clipped(head - rng.integers(23, 33, head.size), 0, 17)


def _grown(rng: np.random.Generator, head: Ages) -> Ages:
    return _clipped(head - rng.integers(22, 32, head.size), 18, OLDEST)


def _clipped(ages: Ages, low: int, high: int) -> Ages:
    return np.asarray(np.clip(ages, low, high), dtype=np.int64)


ROLES: Mapping[str, tuple[Draw, str, str]] = {  # ages, relation of a man, of a woman
    "spouse": (_after(-3, 5), "配偶", "配偶"),
    "child": (_minor, "儿子", "女儿"),
    "grown": (_grown, "儿子", "女儿"),
    "in_law": (_grown, "女婿", "儿媳"),
    "parent": (_before(22, 32), "父亲", "母亲"),
    "grandchild": (_between(1, 16), "孙子", "孙女"),
    "other": (_between(18, 70), "其他亲属", "其他亲属"),
}


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of household: share among those of its size, ages of the head, further roles."""

    share: float
    head: tuple[int, int]
    roles: tuple[str, ...] = ()


WORKING, OLD, YOUNG = (30, 59), (60, 90), (28, 49)
FAMILIES: Mapping[int, tuple[Family, ...]] = {
    1: (Family(0.42, OLD), Family(0.58, (20, 59))),
    2: (Family(0.36, OLD, ("spouse",)), Family(0.40, WORKING, ("spouse",)),
        Family(0.12, YOUNG, ("child",)), Family(0.12, WORKING, ("parent",))),
    3: (Family(0.58, YOUNG, ("spouse", "child")), Family(0.16, (45, 64), ("spouse", "grown")),
        Family(0.14, OLD, ("spouse", "grandchild")), Family(0.12, WORKING, ("spouse", "parent"))),
    4: (Family(0.60, YOUNG, ("spouse", "child", "child")),
        Family(0.14, YOUNG, ("spouse", "child", "parent")),
        Family(0.14, (50, 68), ("spouse", "grown", "in_law")),
        Family(0.12, OLD, ("spouse", "grandchild", "grandchild"))),
    5: (Family(0.45, (50, 70), ("spouse", "grown", "in_law", "grandchild")),
        Family(0.35, YOUNG, ("spouse", "child", "child", "parent")),
        Family(0.20, YOUNG, ("spouse", "child", "child", "child"))),
    6: (Family(0.70, (50, 72), ("spouse", "grown", "in_law", "grandchild", "grandchild")),
        Family(0.30, YOUNG, ("spouse", "child", "child", "parent", "parent"))),
    7: (Family(1.0, (50, 74), ("spouse", "grown", "in_law", "grandchild", "grandchild", "other")),),
}  # fmt: skip


def make_families(rng: np.random.Generator, households: int) -> pl.DataFrame:
    """Return one row a person: household (0-based), place (0 = head), role, age, male, relation.

    Households are in a random order of sizes; rows are sorted by household and place.
    """
    sizes = _sizes(rng, households)
    parts = []
    for size, kinds in FAMILIES.items():
        members = np.flatnonzero(sizes == size)
        shares = np.array([k.share for k in kinds])
        kind = rng.choice(len(kinds), size=members.size, p=shares / shares.sum())
        for number, family in enumerate(kinds):
            parts += _people(rng, family, members[kind == number])
    return pl.concat(parts).sort("household", "place")


def _sizes(rng: np.random.Generator, households: int) -> Ages:
    shares = np.array(HOUSEHOLD_SIZES)
    return rng.choice(np.arange(1, shares.size + 1), size=households, p=shares / shares.sum())


def _people(rng: np.random.Generator, family: Family, homes: Ages) -> list[pl.DataFrame]:
    low, high = family.head
    head = rng.integers(low, high + 1, homes.size)
    if family.head == OLD:  # fewer the older
        head = np.minimum(head, rng.integers(low, high + 1, homes.size))
    male = rng.random(homes.size) < (0.78 if family.roles else 0.55)
    parts = [_rows(homes, 0, "head", head, male, ("户主", "户主"))]
    for place, role in enumerate(family.roles, start=1):
        draw, man, woman = ROLES[role]
        sex = _sex(rng, role, male, place)
        parts.append(_rows(homes, place, role, draw(rng, head), sex, (man, woman)))
    return parts


def _sex(
    rng: np.random.Generator, role: str, head: npt.NDArray[np.bool_], place: int
) -> npt.NDArray[np.bool_]:
    if role == "spouse":
        return ~head
    if role == "grown":
        return np.full(head.size, fill_value=True)
    if role == "in_law":
        return np.full(head.size, fill_value=False)
    if role == "parent":  # the mother lives longer; of two parents the second is the father
        return np.full(head.size, place > 4) | ((rng.random(head.size) < 0.35) & (place < 4))  # noqa: PLR2004
    return rng.random(head.size) < 0.512  # noqa: PLR2004 -- census 2020: 51.2% male


def _rows(
    homes: Ages,
    place: int,
    role: str,
    age: Ages,
    male: npt.NDArray[np.bool_],
    relation: tuple[str, str],
) -> pl.DataFrame:
    return pl.DataFrame(
        {"household": homes, "place": np.full(homes.size, place), "age": age, "male": male}
    ).with_columns(
        pl.lit(role).alias("role"),
        pl.when("male").then(pl.lit(relation[0])).otherwise(pl.lit(relation[1])).alias("relation"),
    )
