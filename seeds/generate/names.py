"""Names of people, drawn by frequency; all of them invented."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seeds.generate.surnames import (
    DOTTED_FATHERS,
    DOTTED_MEN,
    DOTTED_WOMEN,
    GIVEN,
    surname_table,
)

Words = npt.NDArray[np.str_]
Mask = npt.NDArray[np.bool_]
Years = npt.NDArray[np.int64]

_FALL = 1.6  # how much rarer the last character of a list is than the first (e-folds)


def surnames(rng: np.random.Generator, count: int) -> Words:
    """Return ``count`` surnames drawn by their published shares."""
    names, shares = surname_table()
    return np.asarray(rng.choice(np.array(names), size=count, p=shares))


def given_names(rng: np.random.Generator, born: Years, male: Mask) -> Words:
    """Return a given name for each person, of the fashion of their year of birth and sex."""
    out: Words = np.full(born.size, "", dtype="<U2")
    since = -1
    for before, men, women, single in GIVEN:
        for characters, wanted in ((men, male), (women, ~male)):
            here = np.flatnonzero((born >= since) & (born < before) & wanted)
            out[here] = _draw(rng, characters, here.size, single)
        since = before
    return out


def _draw(rng: np.random.Generator, characters: str, count: int, single: float) -> Words:
    letters = np.array(sorted(set(characters), key=characters.index))
    weights = np.exp(-_FALL * np.arange(letters.size) / letters.size)
    weights = weights / weights.sum()
    first = rng.choice(letters, size=count, p=weights)
    second = rng.choice(letters, size=count, p=weights)
    return joined(first, np.where(rng.random(count) < single, "", second))


def joined(*parts: Any) -> Words:
    """Return the parts joined element by element."""
    out = np.asarray(parts[0], dtype=np.str_)
    for part in parts[1:]:
        out = np.char.add(out, np.asarray(part, dtype=np.str_))
    return np.asarray(out, dtype=np.str_)


def dotted(rng: np.random.Generator, male: Mask) -> Words:
    """Return names of the form own name · father's name."""
    own = np.where(male, rng.choice(np.array(DOTTED_MEN), male.size),
                   rng.choice(np.array(DOTTED_WOMEN), male.size))  # fmt: skip
    return joined(own, "·", rng.choice(np.array(DOTTED_FATHERS), male.size))
