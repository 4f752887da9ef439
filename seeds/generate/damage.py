"""What the flood did to each household: house, whereabouts, need, and what is known of it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from graphcore.domain.household import HouseDamage, RosterState
from seeds.generate.shares import UNKNOWN_SHARE

# Structure: share of houses, how easily it fails. Assumed.
STRUCTURES: tuple[tuple[str, float, float], ...] = (
    ("土木", 0.10, 1.9), ("砖木", 0.27, 1.25), ("砖混", 0.47, 0.8), ("钢混", 0.16, 0.35),
)  # fmt: skip
_COLLAPSED, _SEVERE, _MINOR = 0.10, 0.15, 0.32  # at the worst place, of a house of average strength
_CAP = 0.6
_LEAVES = {"collapsed": 1.0, "severe": 0.72, "minor": 0.12, "none": 0.05}
_TO_SHELTER = 0.62  # of those who left; the others are with relatives
_NEEDS = {"collapsed": 1.0, "severe": 1.0, "minor": 0.55, "none": 0.16}
_UNKNOWN_IN_CUT = 0.4
_INSPECTED = 0.93  # of damaged houses of households that were checked


def strike(
    rng: np.random.Generator, households: pl.DataFrame, reach: dict[str, str]
) -> pl.DataFrame:
    """Return the households with what happened to them.

    New columns: structure, rooms, damage (HouseDamage), place_now (home, shelter, relatives),
    in_need (true), cut_off, state (RosterState as the roster says), inspected (house was looked
    at). ``reach`` maps cut-off villages to how they are reached.
    """
    count = households.height
    kind = rng.choice(len(STRUCTURES), count, p=[share for _, share, _ in STRUCTURES])
    weak = np.array([w for _, _, w in STRUCTURES])[kind]
    hazard = households["hazard"].to_numpy()
    damage = _damage(rng, hazard, weak)
    cut = households["village"].is_in(sorted(reach)).to_numpy()
    left = (rng.random(count) < _by(damage, _LEAVES)) & ~cut
    shelter = left & (rng.random(count) < _TO_SHELTER)
    likely = _by(damage, _NEEDS) * np.where(damage == "none", hazard, 1.0)
    need = (rng.random(count) < likely) | left | cut
    unknown = rng.random(count) < np.where(cut, _UNKNOWN_IN_CUT, UNKNOWN_SHARE * 0.8)
    unknown &= ~shelter
    state = np.where(unknown, RosterState.UNKNOWN.value,
                     np.where(need, RosterState.IN_NEED.value, RosterState.SAFE.value))  # fmt: skip
    inspected = (rng.random(count) < _INSPECTED) & ~unknown & (damage != "none")
    return households.with_columns(
        structure=pl.Series(np.array([name for name, _, _ in STRUCTURES])[kind]),
        rooms=pl.Series(rng.integers(2, 8, count)),
        damage=pl.Series(damage),
        place_now=pl.Series(np.where(shelter, "shelter", np.where(left, "relatives", "home"))),
        in_need=pl.Series(need),
        cut_off=pl.Series(cut),
        state=pl.Series(state),
        inspected=pl.Series(inspected),
    )


def _damage(
    rng: np.random.Generator, hazard: npt.NDArray[np.float64], weak: npt.NDArray[np.float64]
) -> npt.NDArray[np.str_]:
    """Damage follows the hazard: collapse with its cube, heavy damage with its square."""
    fall = np.minimum(_CAP, _COLLAPSED * hazard**3 * weak)
    heavy = np.minimum(_CAP, _SEVERE * hazard**2 * weak)
    light = np.minimum(_CAP, _MINOR * hazard * weak)
    draw = rng.random(hazard.size)
    return np.select(
        [draw < fall, draw < fall + heavy, draw < np.minimum(1, fall + heavy + light)],
        [HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value, HouseDamage.MINOR.value],
        HouseDamage.NONE.value,
    )


def _by(words: npt.NDArray[np.str_], table: dict[str, float]) -> npt.NDArray[np.float64]:
    out = np.zeros(words.size)
    for word, value in table.items():
        out[words == word] = value
    return out
