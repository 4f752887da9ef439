"""About how much the district will need in the plan's three days: what stocks are sized against.

Figures follow graphcore/policy/rules/needs.yaml (two bottles of water and one day's food a person
and day, …). They only set the size of warehouses, so they need not move with the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graphcore.domain.household import HouseDamage, MedicalFact, RosterState
from seeds.generate.moments import DAYS

_HARD_HIT = 60  # intensity from which the unchecked are presumed to be in need
_INFANT = 3


def expected(
    homes: pl.DataFrame, persons: pl.DataFrame, intensity: pl.DataFrame, headcount: int
) -> Mapping[str, int]:
    """Return item → units that the district will need.

    Args:
        homes: households with state, damage, inspected, place_now, cut_off, persons.
        persons: persons with household, age, facts.
        intensity: township, intensity.
        headcount: persons who are only counted.
    """
    table = _scoped(homes, intensity)
    full, any_ = table.filter("full"), table.filter(pl.col("full") | pl.col("presumed"))
    people = persons.join(any_.select("household", "full"), on="household")
    eating = int(any_["persons"].sum()) + headcount
    wrecked = full.filter("wrecked")
    bedless = full.filter(pl.col("wrecked") | (pl.col("place_now") == "shelter"))
    outside = wrecked.filter(pl.col("place_now") != "shelter")
    infants = int((people["age"] < _INFANT).sum())
    cut = full.filter("cut_off").height
    return {
        "water": 2 * DAYS * eating,
        "instant_food": DAYS * eating,
        "infant_formula": DAYS * infants,
        "diapers": DAYS * infants,
        "special_diet_food": DAYS * _holders(people, MedicalFact.DIET),
        "water_tablets": cut,
        "first_aid_kit": cut,
        "tent": int(((outside["persons"] + 3) // 4).sum()),
        "folding_bed": int(bedless["persons"].sum()),
        "quilt": int(bedless["persons"].sum()),
        "flashlight": full.height,
        "hygiene_kit": full.filter(pl.col("place_now") == "shelter").height,
        "medicine_kit": any_.height,
        "insulin": _holders(people, MedicalFact.INSULIN),
        "oxygen_cylinder": DAYS * _holders(people, MedicalFact.OXYGEN),
        "rice": eating // 2,
        "winter_coat": eating // 10,
    }


def _scoped(homes: pl.DataFrame, intensity: pl.DataFrame) -> pl.DataFrame:
    bad = [HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value]
    joined = homes.join(intensity, on="township", how="left", maintain_order="left")
    wrecked = pl.col("inspected") & pl.col("damage").is_in(bad)
    unknown = pl.col("state") == RosterState.UNKNOWN.value
    sheltered = pl.col("place_now") == "shelter"
    need = (pl.col("state") == RosterState.IN_NEED.value) | wrecked | sheltered
    return joined.with_columns(
        wrecked.alias("wrecked"),
        (need | (pl.col("cut_off") & ~unknown)).alias("full"),
        (unknown & (pl.col("cut_off") | (pl.col("intensity") >= _HARD_HIT))).alias("presumed"),
    )


def _holders(people: pl.DataFrame, fact: MedicalFact) -> int:
    return int(people["facts"].list.contains(fact.value).sum())
