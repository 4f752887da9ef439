"""The lists that offices keep of people: roster, members, groups, ledger, houses."""

from __future__ import annotations

import numpy as np
import polars as pl

from graphcore.domain.household import HardshipGroup, HouseDamage, RosterState
from seeds.generate import frames, names, numbers
from seeds.generate.moments import after, on
from seeds.generate.shares import VAGRANT

_IN_LEDGER = 0.93  # of households known to be in need: the others are not entered yet
_OUTSIDERS = 0.006  # households living there without being registered, of all
_PAID = 0.08  # of ledger rows: cash handed out on the first day
_DAY_RATE_FEN = 2_000  # illustrative: 20 yuan a person a day
_ENDED = 0.03  # of statuses: no longer valid on the day of the flood

UNKNOWN, IN_NEED = RosterState.UNKNOWN.value, RosterState.IN_NEED.value


def roster(rng: np.random.Generator, homes: pl.DataFrame) -> pl.DataFrame:
    """Return the roster of the hit villages: every resident household, checked or not."""
    checked = pl.col("state") != UNKNOWN
    when = pl.Series(after(0) + rng.integers(60, 660, homes.height) * 60_000_000)
    return frames.shaped("roster", homes.drop("household").rename({"code": "household"}).with_columns(
        pl.col("village_name").alias("village"), pl.col("township_name").alias("township"),
        pl.when(checked).then(pl.col("village_name") + "网格员").otherwise(pl.lit(""))
        .alias("checked_by"),
        pl.when(checked).then(when).alias("checked_at"),
    ))  # fmt: skip


def members(persons: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """Return every member of every household of the roster."""
    joined = persons.join(
        homes.select("household", "code"), on="household", how="left", maintain_order="left"
    )
    return frames.shaped("members", joined.drop("household").rename({"code": "household"}).with_columns(
        pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female")).alias("sex"),
        pl.col("born").dt.strftime("%Y-%m-%d").alias("born_on"),
    ))  # fmt: skip


def groups(rng: np.random.Generator, persons: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """Return the civil affairs register: persons with a group, and people without a home."""
    held = persons.filter(pl.col("groups").list.len() > 0).join(
        homes.select("household", "code", "village_name", "township_name"),
        on="household", how="left", maintain_order="left",
    )  # fmt: skip
    since = pl.Series([on(-int(d)) for d in rng.integers(200, 2500, held.height)], dtype=pl.String)
    ended = pl.Series(rng.random(held.height) < _ENDED)
    only_disabled = pl.col("groups") == [HardshipGroup.DISABLED.value]
    listed = held.drop("household", "village", "township").rename(
        {"code": "household", "village_name": "village", "township_name": "township"}
    ).with_columns(
        pl.when(only_disabled).then(pl.lit("县残联")).otherwise(pl.lit("县民政局")).alias("source"),
        since.alias("valid_from"),
        pl.when(ended).then(pl.lit(on(-30))).when(only_disabled).then(pl.lit(""))
        .otherwise(pl.lit(on(183))).alias("valid_to"),
    )  # fmt: skip
    return pl.concat([frames.shaped("groups", listed), _vagrants(rng, homes)])


def _vagrants(rng: np.random.Generator, homes: pl.DataFrame) -> pl.DataFrame:
    """People without a home and some without papers: cases too."""
    count = max(1, round(VAGRANT * homes.height))
    male = rng.random(count) < 0.8  # noqa: PLR2004
    years = rng.integers(1955, 1995, count)
    called = names.joined(names.surnames(rng, count), names.given_names(rng, years, male))
    where = homes.select("village_name", "township_name").unique(maintain_order=True)
    spots = rng.integers(0, where.height, count)
    return frames.rows("groups", [
        {"name": str(name), "village": where["village_name"][int(i)],
         "township": where["township_name"][int(i)], "groups": [HardshipGroup.VAGRANT.value],
         "source": "县救助管理站", "valid_from": on(-90)}
        for name, i in zip(called, spots, strict=True)
    ])  # fmt: skip


def ledger(rng: np.random.Generator, homes: pl.DataFrame) -> pl.DataFrame:
    """Return the ledger: households known to be in need, and some whom no roster names."""
    known = homes.filter(pl.col("state") == IN_NEED)
    entered = known.filter(pl.Series(rng.random(known.height) < _IN_LEDGER))
    rows = entered.drop("household", "village", "township").rename(
        {"code": "household", "village_name": "village", "township_name": "township"}
    )
    columns = ["household", "head", "id_number", "phone", "household_type", "persons", "township",
               "village", "address"]  # fmt: skip
    every = pl.concat([rows.select(columns), _outsiders(rng, homes).select(columns)])
    every = every.sort(_order(homes, "township_name", "township"), maintain_order=True)
    paid = pl.Series(rng.random(every.height) < _PAID)
    return frames.shaped("ledger", every.with_columns(
        pl.col("persons").alias("persons_in_need"),
        pl.when(paid).then(pl.col("persons") * _DAY_RATE_FEN).otherwise(0).alias("paid"),
        pl.lit(0).alias("goods_value"),
        pl.when(paid).then(pl.lit("现金")).otherwise(pl.lit("")).alias("payment_form"),
    ))  # fmt: skip


def _order(homes: pl.DataFrame, known: str, column: str) -> pl.Expr:
    """Sort key: townships in the order of the roster."""
    names = homes[known].unique(maintain_order=True).to_list()
    return pl.col(column).replace_strict(names, range(len(names)))


def _outsiders(rng: np.random.Generator, homes: pl.DataFrame) -> pl.DataFrame:
    """Tenants and workers from elsewhere: no household number, people in need all the same."""
    count = max(1, round(_OUTSIDERS * homes.height))
    male, born = rng.random(count) < 0.6, rng.integers(1970, 2004, count)  # noqa: PLR2004
    where = homes.select("village_name", "township_name").unique(maintain_order=True)
    spots = where[rng.integers(0, where.height, count).tolist()]
    days = rng.integers(1, 28, count)
    people = pl.DataFrame({
        "area": np.full(count, 9000), "male": male,
        "born": [f"{y}-0{1 + i % 9}-{d:02d}" for i, (y, d) in enumerate(zip(born, days, strict=True))],
    }).with_columns(pl.col("born").str.to_date())  # fmt: skip
    return pl.DataFrame({
        "household": [""] * count,
        "head": names.joined(names.surnames(rng, count), names.given_names(rng, born, male)),
        "id_number": numbers.id_numbers(people),
        "phone": [f"100{n:08d}" for n in rng.integers(0, 10**8, count)],
        "household_type": ["外来务工"] * count,
        "persons": rng.integers(1, 4, count),
        "township": spots["township_name"], "village": spots["village_name"],
        "address": spots["village_name"] + "租住房",
    })  # fmt: skip


def houses(homes: pl.DataFrame) -> pl.DataFrame:
    """Return the damaged houses that were looked at."""
    seen = homes.filter("inspected")
    worst = pl.col("damage")
    some = (pl.col("rooms") + 1) // 2
    zero = pl.lit(0)

    def rooms(kind: HouseDamage, number: pl.Expr) -> pl.Expr:
        return pl.when(worst == kind.value).then(number).otherwise(zero)

    rest = pl.when(worst == HouseDamage.SEVERE.value).then(pl.col("rooms") - some).otherwise(zero)
    fell = worst == HouseDamage.COLLAPSED.value
    return frames.shaped("houses", seen.drop("household", "village", "township").rename(
        {"code": "household", "village_name": "village", "township_name": "township"}
    ).with_columns(
        rooms(HouseDamage.COLLAPSED, pl.col("rooms")).alias("rooms_collapsed"),
        rooms(HouseDamage.SEVERE, some).alias("rooms_severe"),
        (rooms(HouseDamage.MINOR, some) + rest).alias("rooms_minor"),
        pl.when(fell).then(pl.lit("待定")).otherwise(pl.lit("")).alias("rebuilding"),
        pl.when(fell).then(pl.lit("待评估")).otherwise(pl.lit("待维修")).alias("state"),
    ).sort(_order(homes, "township_name", "township"), maintain_order=True))  # fmt: skip
