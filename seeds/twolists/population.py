"""The population behind the two lists: households, their doors and phones, and their people."""

from __future__ import annotations

import numpy as np
import polars as pl

from seeds.generate import names, numbers
from seeds.generate.families import make_families
from seeds.generate.people import born_on
from seeds.generate.places import place_table
from seeds.generate.shares import DOTTED_SHARE

_GROUP = 12  # households of a villagers' group
_OWN_PHONE = 0.55  # of grown-ups other than the head
_GROWN = 16


def population(rng: np.random.Generator, households: int, villages: int) -> pl.DataFrame:
    """Return one row a person, with the household's place.

    Columns: person, household, role, relation, age, male, born, name, number, phone, township,
    village (names), village_code, group_no, door, persons.
    """
    family = make_families(rng, households)
    age = family["age"].to_numpy()
    people = family.with_columns(born=pl.Series(born_on(rng, age)))
    people = people.join(_homes(rng, households, villages), on="household", how="left",
                         maintain_order="left")  # fmt: skip
    called = _called(rng, people)
    with_numbers = people.with_columns(
        name=pl.Series(called), number=numbers.id_numbers(people)
    ).with_row_index("person")
    return with_numbers.with_columns(
        phone=_phones(rng, with_numbers), persons=pl.len().over("household")
    )


def _homes(rng: np.random.Generator, households: int, villages: int) -> pl.DataFrame:
    table = place_table()
    towns = table.filter(pl.col("township") == "").select(
        township="code", township_name="name", area=pl.int_range(1, pl.len() + 1)
    )
    spots = table.filter(pl.col("township") != "").join(towns, on="township", maintain_order="left")
    spots = spots[np.linspace(0, spots.height - 1, min(villages, spots.height)).astype(int)]
    where = np.sort(rng.integers(0, spots.height, households))
    homes = pl.DataFrame({"household": np.arange(households)}).hstack(spots[where.tolist()])
    own = pl.int_range(1, pl.len() + 1).over("code")
    return homes.select(
        "household", "area", village="name", village_code="code", township="township_name",
        group_no=(own - 1) // _GROUP + 1, door=own,
    )  # fmt: skip


def _called(rng: np.random.Generator, people: pl.DataFrame) -> names.Words:
    """Children bear the head's surname, spouses and mothers their own."""
    count = people["household"].n_unique()
    family, own = names.surnames(rng, count), names.surnames(rng, people.height)
    shares = people["role"].is_in(["head", "child", "grown", "grandchild"]).to_numpy()
    home, male = people["household"].to_numpy(), people["male"].to_numpy()
    years = people["born"].dt.year().cast(pl.Int64).to_numpy()
    plain = names.joined(np.where(shares, family[home], own), names.given_names(rng, years, male))
    dotted = rng.random(count)[home] < DOTTED_SHARE
    return np.asarray(np.where(dotted, names.dotted(rng, male), plain), dtype=np.str_)


def _phones(rng: np.random.Generator, people: pl.DataFrame) -> pl.Series:
    """The head's phone is the household's; some grown-ups have their own."""
    own = numbers.phones(rng, people.height)
    home = people.with_columns(own=pl.Series(own)).select(pl.col("own").first().over("household"))
    grown = (people["age"] >= _GROWN).to_numpy() & (people["role"] != "head").to_numpy()
    mine = grown & (rng.random(people.height) < _OWN_PHONE)
    return pl.Series(np.where(mine, own, home["own"].to_numpy().astype(np.str_)))
