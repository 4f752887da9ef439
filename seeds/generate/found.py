"""People on no roster (without household, papers or address) and residents of institutions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from seeds.generate import frames, names, numbers
from seeds.generate.moments import after

_EACH = 0.0012  # rows of each kind, of all households: assumed
_TOWNS_EACH = 6  # townships that share one home for the elderly
_BEDS = (18, 46)  # residents of one that were brought to safety: assumed
_CALLS = ("老伯", "阿姨", "师傅", "大姐")  # how somebody is called whose name nobody knows
_PARTY = 4  # most people of one row without a household here
_MINUTES = (200, 640)


def found(
    rng: np.random.Generator, townships: pl.DataFrame, homes: pl.DataFrame, shelters: pl.DataFrame
) -> pl.DataFrame:
    """Return the form's frame: each is located where they were found, some at a shelter.

    Args:
        rng: randomness of its own: the rest of the district doesn't depend on it.
        townships: the map's townships: name.
        homes: households with village_name, township_name, cut_off.
        shelters: the form's frame of shelters.
    """
    reached = homes.filter(~pl.col("cut_off"))
    spots = (reached if reached.height else homes).select("village_name", "township_name").unique(
        maintain_order=True
    )  # fmt: skip
    count = max(1, round(_EACH * homes.height))
    people = [*_institutions(rng, townships, spots), *_strangers(rng, count, spots, shelters),
              *_nameless(rng, count, spots)]  # fmt: skip
    minutes = rng.integers(*_MINUTES, len(people))
    return frames.rows("found_persons", [
        {"code": f"FX{n:03d}", **row, "found_by": "第1工作组", "found_on": after(int(at))}
        for n, (row, at) in enumerate(zip(people, minutes, strict=True), start=1)
    ])  # fmt: skip


def _spot(rng: np.random.Generator, spots: pl.DataFrame) -> dict[str, object]:
    village, town = spots.row(int(rng.integers(spots.height)))
    return {"place": village, "township": town}


def _institutions(
    rng: np.random.Generator, townships: pl.DataFrame, spots: pl.DataFrame
) -> Iterator[dict[str, object]]:
    """Homes for the elderly: one row for all who were led out, counted and not named."""
    towns: list[str] = townships["name"].to_list()[::_TOWNS_EACH]
    for town in towns:
        here = spots.filter(pl.col("township_name") == town)
        yield {**_spot(rng, here if here.height else spots), "kind": "institution",
               "institution": f"{town}敬老院（合成）", "persons": int(rng.integers(*_BEDS))}  # fmt: skip


def _strangers(
    rng: np.random.Generator, count: int, spots: pl.DataFrame, shelters: pl.DataFrame
) -> Iterator[dict[str, object]]:
    """Families registered elsewhere, with papers, some at a shelter."""
    male, born = rng.random(count) < 0.5, rng.integers(1970, 2004, count)  # noqa: PLR2004
    called = names.joined(names.surnames(rng, count), names.given_names(rng, born, male))
    day = [f"{year}-{1 + n % 12:02d}-15" for n, year in enumerate(born)]
    who = pl.DataFrame({"area": np.full(count, 9001), "male": male, "born": day})
    papers = numbers.id_numbers(who.with_columns(pl.col("born").str.to_date()))
    hosts = shelters.select("code", "village", "township").rows()
    for n, (name, paper) in enumerate(zip(called, papers, strict=True)):
        code, village, town = hosts[n % len(hosts)]
        at = {"place": village, "township": town, "shelter": code} if n % 2 else _spot(rng, spots)
        yield {**at, "kind": "unregistered", "name": str(name), "id_number": paper,
               "persons": int(rng.integers(1, _PARTY))}  # fmt: skip


def _nameless(
    rng: np.random.Generator, count: int, spots: pl.DataFrame
) -> Iterator[dict[str, object]]:
    """People alone, without papers or without an address, by what they are called."""
    for n in range(2 * count):
        yield {**_spot(rng, spots), "kind": ("no_papers", "no_address")[n % 2],
               "name": f"无名{_CALLS[n % len(_CALLS)]}{n + 1}号", "persons": 1}  # fmt: skip
