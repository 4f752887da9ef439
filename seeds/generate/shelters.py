"""Shelters, and who is staying in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from seeds.generate import frames
from seeds.generate.moments import after
from seeds.generate.places import Map, degrees, distances

_KINDS = ("中心小学", "文化礼堂", "中学体育馆", "党群服务中心", "避灾安置中心")
_FULL = 320  # persons for whom one shelter is opened
_ROOM = (1.05, 1.45)  # places for each person; one shelter is short of places
_SHORT = 0.85
_RETURNED = 0.02  # of households at home: had checked in and have gone back


@dataclass(frozen=True)
class Shelters:
    """``shelters`` and ``stays``: the forms' frames; ``lodged``: household, shelter (open stays)."""

    shelters: pl.DataFrame
    stays: pl.DataFrame
    lodged: pl.DataFrame


def open_shelters(
    rng: np.random.Generator, places: Map, homes: pl.DataFrame, cut: set[str]
) -> Shelters:
    """Return shelters in the townships that need them most, and the register of stays.

    Args:
        rng: randomness.
        places: the map.
        homes: households with place_now, township, persons, head, id_number.
        cut: villages that no shelter may stand in.
    """
    guests = homes.filter(pl.col("place_now") == "shelter")
    hosts = _hosts(places, guests)
    placed = guests.with_columns(pl.col("township").replace_strict(hosts).alias("host"))
    table = _shelter_table(places, placed, cut)
    number = pl.int_range(pl.len()).over("host") % pl.col("shelters")
    lodged = placed.join(
        table.group_by("host").agg(pl.len().alias("shelters")), on="host", how="left",
        maintain_order="left",
    ).with_columns(number.alias("n")).join(
        table.select("host", "n", shelter="code"), on=["host", "n"], how="left",
        maintain_order="left",
    )  # fmt: skip
    return Shelters(
        _registered(rng, table, lodged),
        _stays(rng, homes, lodged, table["code"].to_list()),
        lodged.select("household", "shelter"),
    )


def _hosts(places: Map, guests: pl.DataFrame) -> dict[str, str]:
    """Township → the township whose shelters take its people: half of the townships host."""
    seats = places.townships
    load = guests.group_by("township").agg(pl.col("persons").sum())
    ranked = seats.join(load, left_on="code", right_on="township", how="left").sort(
        pl.col("persons").fill_null(0), "code", descending=[True, False]
    )
    open_in = ranked.head(max(2, seats.height // 2))
    here = seats.select("x", "y").to_numpy()
    there = open_in.select("x", "y").to_numpy()
    nearest = distances(here, there).argmin(axis=1)
    chosen = open_in["code"].to_list()
    return {code: chosen[int(i)] for code, i in zip(seats["code"], nearest, strict=True)}


def _shelter_table(places: Map, placed: pl.DataFrame, cut: set[str]) -> pl.DataFrame:
    """Return host, n (0-based in the host), village, code, name, x, y, kind."""
    load = dict(placed.group_by("host").agg(pl.col("persons").sum()).iter_rows())
    names = dict(places.townships.select("code", "name").iter_rows())
    rows: list[tuple[str, int, str, str, str, float, float]] = []
    for host in sorted({*load, places.townships["code"][0]}):
        villages = places.villages.filter(
            (pl.col("township") == host) & ~pl.col("code").is_in(sorted(cut))
        )
        for n in range(1 + int(load.get(host, 0)) // _FULL):
            village, x, y = villages.select("code", "x", "y").row(n % villages.height)
            kind = _KINDS[(len(rows) + n) % len(_KINDS)]
            label = f"{names[host]}{kind}安置点" + (f"（{n + 1}）" if n else "")
            rows.append((host, n, village, f"AZ{len(rows) + 1:03d}", label, x, y))
    names_of = ["host", "n", "village", "code", "name", "x", "y"]
    return pl.DataFrame(rows, schema=names_of, orient="row")


def _registered(
    rng: np.random.Generator, table: pl.DataFrame, lodged: pl.DataFrame
) -> pl.DataFrame:
    load = lodged.group_by("shelter").agg(pl.col("persons").sum().alias("in"))
    joined = table.join(load, left_on="code", right_on="shelter", how="left", maintain_order="left")
    room = rng.uniform(*_ROOM, table.height)
    fullest = joined["in"].fill_null(0).arg_max()
    room[int(fullest or 0)] = _SHORT
    capacity = (pl.col("in").fill_null(60) * pl.Series(room) / 10).ceil().cast(pl.Int64) * 10
    return frames.shaped(
        "shelters",
        degrees(joined).with_columns(
            capacity.clip(lower_bound=10).alias("capacity"), township="host"
        ),
    )


def _stays(
    rng: np.random.Generator, homes: pl.DataFrame, lodged: pl.DataFrame, codes: list[str]
) -> pl.DataFrame:
    """Open stays, some who moved on from another shelter, some who went home again."""
    now = lodged.select("household", "code", "head", "id_number", "persons", "shelter")
    came = rng.integers(45, 620, now.height)
    open_ = now.with_columns(checked_in_at=_times(came), checked_out_at=pl.lit(None, pl.Int64))
    moved = open_.filter(pl.Series(rng.random(now.height) < 0.03)).with_columns(  # noqa: PLR2004
        shelter=pl.col("shelter").map_elements(lambda c: _other(c, codes), pl.String),
        checked_out_at=pl.col("checked_in_at") - 15 * 60_000_000,
        checked_in_at=pl.col("checked_in_at") - 120 * 60_000_000,
    )
    back = homes.filter(pl.col("place_now") == "home").filter(~pl.col("cut_off"))
    back = back.filter(pl.Series(rng.random(back.height) < _RETURNED))
    came_back = rng.integers(30, 200, back.height)
    returned = back.select("household", "code", "head", "id_number", "persons").with_columns(
        shelter=pl.Series(rng.choice(np.array(codes), back.height)),
        checked_in_at=_times(came_back),
        checked_out_at=_times(came_back + rng.integers(180, 400, back.height)),
    )
    parts = [moved.filter(pl.col("shelter") != ""), open_, returned]
    every = pl.concat([p.select(open_.columns) for p in parts])
    return frames.shaped("stays", every.drop("household").rename({"code": "household"}))


def _other(code: str, codes: list[str]) -> str:
    """Another shelter, "" where there is only one."""
    return "" if len(codes) == 1 else codes[(codes.index(code) + 1) % len(codes)]


def _times(minutes: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> pl.Series:
    return pl.Series(after(0) + minutes * 60_000_000, dtype=pl.Int64)
