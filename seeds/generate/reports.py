"""What townships report upward: figures that add up with the households below, and headcounts."""

from __future__ import annotations

import numpy as np
import polars as pl

from graphcore.domain.figures import FIGURES, NOW
from graphcore.domain.household import HouseDamage, RosterState
from seeds.generate import frames
from seeds.generate.moments import after

_FIRST_AT, _SECOND_AT, _THIRD_AT = 110, 330, 600  # minutes after the flood
_SEEN_AT_FIRST = (0.25, 0.6)
_QUIET = 2  # townships that sent no report between the first and the last


def reports(
    rng: np.random.Generator, disaster: str, townships: pl.DataFrame, homes: pl.DataFrame,
    ledger: pl.DataFrame, houses: pl.DataFrame, stays: pl.DataFrame, found: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    """Return a first report and one or two follow-ups of each township, each a version.

    The last is what the households, people found, houses and stays in the other files add up to; the ones before
    saw part of it.
    """
    full = _totals(townships, homes, ledger, houses, stays, found).with_columns(
        dead=pl.lit(0), missing=pl.lit(0), injured=pl.Series(rng.poisson(0.7, townships.height))
    )
    worst = full["collapsed_households"].arg_max() or 0
    one = pl.Series([int(i == worst) for i in range(full.height)])
    full = full.with_columns(missing=one, dead=one)
    share = pl.Series(rng.uniform(*_SEEN_AT_FIRST, townships.height))
    busy = full.sort("affected_persons", "township")["township"].tail(full.height - _QUIET)
    second = _seen(full, (share + 1) / 2).filter(pl.col("township").is_in(busy.implode()))
    versions = ((_seen(full, share), "first", _FIRST_AT), (second, "follow_up", _SECOND_AT),
                (full, "follow_up", _THIRD_AT))  # fmt: skip
    return pl.concat([_version(disaster, *v) for v in versions])


def _seen(full: pl.DataFrame, share: pl.Series) -> pl.DataFrame:
    """What was known by then: a share of every figure."""
    given = full.with_columns(share.alias("_share"))
    return given.with_columns(
        (pl.col(f) * pl.col("_share")).floor().cast(pl.Int64) for f in FIGURES
    ).with_columns(
        pl.min_horizontal("relocated_concentrated", "relocated_concentrated_now")
        .alias("relocated_concentrated_now")
    )  # fmt: skip


def _version(disaster: str, told: pl.DataFrame, phase: str, minutes: int) -> pl.DataFrame:
    """Every figure cumulative and as it stands; only people at shelters have gone home since."""
    stand = [pl.col(f).alias(f + NOW) for f in FIGURES if f != "relocated_concentrated"]
    return frames.shaped("reports", told.with_columns(
        *stand, disaster=pl.lit(disaster), phase=pl.lit(phase), reported_at=pl.lit(after(minutes)),
        source=pl.col("township") + "应急办", reporter=pl.col("township") + "值班员（合成）",
    ))  # fmt: skip


def _totals(
    townships: pl.DataFrame, homes: pl.DataFrame, ledger: pl.DataFrame, houses: pl.DataFrame,
    stays: pl.DataFrame, found: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    named = homes.rename({"township": "_code", "township_name": "township"})
    need = named.filter(pl.col("state") == RosterState.IN_NEED.value)
    outside = ledger.filter(pl.col("household") == "")
    affected = pl.concat([rows.select("township", "persons") for rows in (need, outside, found)])
    ever = stays.join(named.select("code", "township"), left_on="household", right_on="code")
    inside = ever.filter(pl.col("checked_out_at").is_null())
    once = ever.sort("household", "persons").unique("household", keep="last", maintain_order=True)
    lasting = houses.filter(
        pl.col("damage").is_in([HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value])
    ).join(named.select("code", "persons"), left_on="household", right_on="code")
    away = need.filter(pl.col("place_now") == "relatives")
    parts = [
        affected.group_by("township").agg(
            affected_persons=pl.col("persons").sum(), affected_households=pl.len()),
        _sum(once, "persons", "relocated_concentrated"),
        _sum(inside, "persons", "relocated_concentrated_now"),
        _sum(away, "persons", "relocated_dispersed"),
        _sum(ledger, "persons_in_need", "emergency_persons"),
        _sum(lasting, "persons", "transitional_persons"),
        *(_houses(houses, kind) for kind in ("collapsed", "severe", "minor")),
    ]  # fmt: skip
    table = townships.select(township="name")
    for part in parts:
        table = table.join(part, on="township", how="left", maintain_order="left")
    return table.with_columns(pl.exclude("township").fill_null(0).cast(pl.Int64))


def _sum(table: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    return table.group_by("township").agg(pl.col(column).sum().alias(name))


def _houses(houses: pl.DataFrame, kind: str) -> pl.DataFrame:
    return houses.group_by("township").agg(
        (pl.col("damage") == kind).sum().alias(f"{kind}_households"),
        pl.col(f"rooms_{kind}").sum().alias(f"{kind}_rooms"),
    )


def headcounts(
    rng: np.random.Generator, villages: pl.DataFrame, homes: pl.DataFrame
) -> pl.DataFrame:
    """Return counts of people without names: cut-off villages, a camp of workers, a township.

    Args:
        rng: randomness.
        villages: code, name, township_name, hit.
        homes: households with village, cut_off, persons.
    """
    cut = homes.filter("cut_off").group_by("village").agg(
        pl.col("persons").sum(), pl.len().alias("households")
    ).join(villages, left_on="village", right_on="code").sort("village")  # fmt: skip
    rows: list[dict[str, object]] = []
    for n, home in enumerate(cut.iter_rows(named=True)):
        told = _about(home["persons"], rng.uniform(0.9, 1.1))
        spot = {"place": home["name"], "township": home["township_name"]}
        rows.append({**spot, "persons": told, "households": home["households"],
                     "source": "村支书电话", "counted_at": after(210 + 17 * n)})  # fmt: skip
        if n % 2 == 0:
            seen = _about(home["persons"], rng.uniform(0.5, 0.8))
            rows.append({**spot, "persons": seen, "source": "消防搜救队",
                         "counted_at": after(420 + 11 * n)})  # fmt: skip
    rows += _without_roster(rng, villages, homes)
    coded = [{"code": f"KB{n:03d}", **row} for n, row in enumerate(rows, start=1)]
    return frames.rows("headcounts", coded)


def _without_roster(
    rng: np.random.Generator, villages: pl.DataFrame, homes: pl.DataFrame
) -> list[dict[str, object]]:
    """Counts that names absorb in full, and counts of people whom no list names at all."""
    reached = homes.filter((pl.col("state") == RosterState.IN_NEED.value) & ~pl.col("cut_off"))
    most = reached.group_by("village_name", "township_name").agg(pl.col("persons").sum()).sort(
        "persons", "village_name", descending=[True, False]
    ).row(0, named=True)  # fmt: skip
    dry = villages.filter(~pl.col("hit")).sort("code")
    rows: list[dict[str, object]] = [
        {"place": most["village_name"], "township": most["township_name"],
         "persons": _about(most["persons"], 0.6), "source": "村支书电话", "counted_at": after(95)},
        {"place": most["township_name"], "township": most["township_name"],
         "persons": _about(most["persons"], 1.2), "source": "乡镇值班室", "counted_at": after(150)},
    ]  # fmt: skip
    for row in dry[:: max(1, dry.height // 2)][:2].iter_rows(named=True):
        persons = int(rng.integers(3, 6)) * 10
        rows.append({"place": row["name"], "township": row["township_name"], "persons": persons,
                     "source": "工地负责人电话", "counted_at": after(300)})  # fmt: skip
    return rows


def _about(persons: int, factor: float) -> int:
    """A round number as people say it on the telephone, at least 5."""
    return max(5, round(persons * factor / 5) * 5)
