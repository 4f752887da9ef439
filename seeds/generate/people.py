"""Who lives in the hit villages: the true households and persons, before anybody reports them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from seeds.generate import names, numbers
from seeds.generate.families import make_families
from seeds.generate.hazard import Flood
from seeds.generate.moments import DAY
from seeds.generate.shares import DOTTED_SHARE

_CHILD = 18
_NO_PHONE = 0.12  # of households of old people only
_ELDER = 60


@dataclass(frozen=True)
class People:
    """The truth.

    ``households``: household (0-based number), code, village, village_name, township, hazard,
    persons, head, id_number, phone, address, elders_only, minors.
    ``persons``: person (0-based), household, place, role, relation, age, male, born (date), name,
    id_number, village, township.
    """

    households: pl.DataFrame
    persons: pl.DataFrame


def settle(
    rng: np.random.Generator, flood: Flood, households: int, remote: set[str]
) -> pl.DataFrame:
    """Return household, code, village, village_name, township, hazard, group_no, door: who lives where.

    Villages differ in size; those in ``remote`` are small. Each hit village has at least one
    household.
    """
    hit = flood.hit.with_row_index("_v")
    size = rng.lognormal(0.0, 0.45, hit.height)
    size *= np.where(hit["code"].is_in(sorted(remote)).to_numpy(), 0.45, 1.0)
    spare = households - hit.height
    counts = 1 + rng.multinomial(spare, size / size.sum())
    home = np.repeat(np.arange(hit.height), counts)
    table = pl.DataFrame({"household": np.arange(households), "_v": home.astype(np.uint32)})
    own = pl.int_range(1, pl.len() + 1).over("_v")
    return table.join(hit, on="_v", how="left", maintain_order="left").select(
        "household",
        (pl.col("code").str.slice(6) + "-" + own.cast(pl.String).str.zfill(4)).alias("code"),
        pl.col("code").alias("village"), pl.col("name").alias("village_name"),
        "township", "hazard", ((own - 1) // 12 + 1).alias("group_no"),
        own.alias("door"),
    )  # fmt: skip


def make_people(rng: np.random.Generator, homes: pl.DataFrame, areas: dict[str, int]) -> People:
    """Return the people of settled homes.

    Args:
        rng: randomness.
        homes: see `settle`.
        areas: township → the four digits behind 99 in its people's citizen numbers.
    """
    family = make_families(rng, homes.height)
    born = born_on(rng, family["age"].to_numpy())
    table = family.with_columns(born=pl.Series(born)).join(
        homes.select("household", "village", "township"),
        on="household", how="left", maintain_order="left",
    )  # fmt: skip
    called = _called(rng, table)
    with_area = table.with_columns(pl.col("township").replace_strict(areas).alias("area"))
    persons = table.with_columns(
        name=pl.Series(called), id_number=numbers.id_numbers(with_area),
    ).with_row_index("person").with_columns(pl.col("person").cast(pl.Int64))  # fmt: skip
    return People(_households(rng, homes, persons), persons)


def born_on(rng: np.random.Generator, ages: npt.NDArray[np.int64]) -> npt.NDArray[np.datetime64]:
    """A birthday within the last year of life that was completed."""
    years = (DAY.year - ages - 1970).astype("datetime64[Y]")
    same_day = years.astype("datetime64[M]") + np.timedelta64(DAY.month - 1, "M")
    back = rng.integers(0, 365, ages.size).astype("timedelta64[D]")
    day = same_day.astype("datetime64[D]") + np.timedelta64(DAY.day - 1, "D")
    return np.asarray(day - back, dtype="datetime64[D]")


def _called(rng: np.random.Generator, table: pl.DataFrame) -> npt.NDArray[np.str_]:
    """Names: children bear the head's surname, spouses and mothers their own."""
    family = names.surnames(rng, int(table["household"].max() or 0) + 1)  # type: ignore[arg-type]
    own = names.surnames(rng, table.height)
    shares = table.select(
        pl.col("role").is_in(["head", "child", "grown", "grandchild"])
        | ((pl.col("role") == "parent") & pl.col("male"))
    ).to_series().to_numpy()  # fmt: skip
    home = table["household"].to_numpy()
    surname = np.where(shares, family[home], own)
    male = table["male"].to_numpy()
    years = table["born"].dt.year().cast(pl.Int64).to_numpy()
    given = names.given_names(rng, years, male)
    dotted = rng.random(family.size)[home] < DOTTED_SHARE
    plain = names.joined(surname, given)
    return np.where(dotted, names.dotted(rng, male), plain)


def _households(
    rng: np.random.Generator, homes: pl.DataFrame, persons: pl.DataFrame
) -> pl.DataFrame:
    grouped = persons.group_by("household", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("persons"),
        pl.col("name").first().alias("head"), pl.col("id_number").first(),
        (pl.col("age").min() >= _ELDER).alias("elders_only"),
        (pl.col("age") < _CHILD).sum().cast(pl.Int64).alias("minors"),
    )  # fmt: skip
    joined = homes.join(grouped, on="household", how="left", maintain_order="left")
    phone = pl.Series(numbers.phones(rng, homes.height))
    silent = pl.Series(rng.random(homes.height) < _NO_PHONE)
    return joined.with_columns(
        pl.when(silent & pl.col("elders_only")).then(pl.lit("")).otherwise(phone).alias("phone"),
        pl.format("{}{}组{}号", "village_name", "group_no", "door").alias("address"),
    )
