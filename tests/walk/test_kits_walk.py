"""A kit from the import's lot to the household's signature: counted once, each content met."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from api.usecases.context import Context
from api.usecases.explain_case import explain
from api.usecases.make_plan import make_plan
from api.usecases.transport.dispatch import dispatch, lose
from api.usecases.transport.receive import receive_trip
from graphcore.store.open import open_embedded
from tests.support.plans import change, faults, in_force, lines, nodes
from tests.support.trips import HOUSE, QUICK, approved
from tests.support.walked import blank, dispatcher
from tests.walk.conftest import OPTIONS, served

KIT = "family_kit"
HOLDS = {"water": 2, "instant_food": 1, "quilt": 1}


@pytest.fixture(scope="module")
def kit_folder(imported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district, its largest lot of water packed as kits, with a signed plan on trips."""
    folder = tmp_path_factory.mktemp("kits") / "store"
    shutil.copytree(imported_folder, folder)
    with closing(open_embedded(folder)) as store:
        ctx = served(blank(store))
        mine = nodes(ctx, "StockLot").filter(
            (pl.col("item") == "water") & (pl.col("hold") == "none")
        )
        for lot in mine.sort("on_hand")["id"][-3:]:
            change(ctx, "StockLot", id=lot, item=KIT)
        make_plan(ctx, dispatcher(), OPTIONS)
        approved(ctx, replace(QUICK, agree=False))
    return folder


@pytest.fixture
def kits(kit_folder: Path, tmp_path: Path) -> Iterator[Context]:
    shutil.copytree(kit_folder, tmp_path / "store")
    with closing(open_embedded(tmp_path / "store")) as store:
        yield served(blank(store, seed=99))


def given(ctx: Context) -> pl.DataFrame:
    return lines(ctx, str(in_force(ctx)["id"])).filter(pl.col("item") == KIT)


def trip_with_kits(ctx: Context) -> tuple[str, dict[str, object]]:
    """The first trip of day 0 that carries a kit to a named household, with that cargo."""
    early = nodes(ctx, "Trip").filter(pl.col("day") == 0).select(pl.col("id").alias("trip"))
    mine = nodes(ctx, "Cargo").filter(
        (pl.col("item") == KIT) & pl.col("subject").str.starts_with("H-")
    )
    row = mine.join(early, on="trip").sort("trip", "id").row(0, named=True)
    return str(row["trip"]), row


def met_by(row: dict[str, object]) -> dict[str, int]:
    """Units by need that a cargo of kits meets."""
    also = [text.split("|") for text in row["also"]]  # type: ignore[attr-defined]
    count = int(str(row["quantity"]))
    return {str(row["need"]): int(str(row["covers"]))} | {p[0]: count * int(p[3]) for p in also}


def test_the_plan_hands_kits_out_and_keeps_every_invariant(kits: Context) -> None:
    mine = given(kits)
    assert mine.height
    assert set(mine["also"].list.len()) == {len(HOLDS) - 1}
    assert faults(kits) == set()


def test_the_household_reads_what_its_kit_holds(kits: Context) -> None:
    home = given(kits).filter(pl.col("subject").str.starts_with("H-"))["subject"].sort()[0]
    told = " ".join(
        str(c) for s in explain(kits, dispatcher(), home).sections for r in s.rows for c in r
    )
    assert "整套发放，其中：" in told


def test_a_received_kit_meets_each_need_and_the_next_plan_owes_none_of_it(kits: Context) -> None:
    trip, row = trip_with_kits(kits)
    dispatch(kits, dispatcher(), [trip])
    assert faults(kits) == set()
    receive_trip(kits, dispatcher(), trip, HOUSE)
    assert faults(kits) == set()
    got = dict(nodes(kits, "Need").select("id", "received").iter_rows())
    assert all(got[need] >= units for need, units in met_by(row).items())
    plan = make_plan(kits, dispatcher(), OPTIONS)
    after = lines(kits, plan).filter(pl.col("cargo") == row["id"])
    assert after["also"].list.len().to_list() == [len(HOLDS) - 1]
    assert faults(kits) == set()


def test_a_lost_kit_is_a_shortfall_of_all_that_it_held(kits: Context) -> None:
    trip, row = trip_with_kits(kits)
    dispatch(kits, dispatcher(), [trip])
    before = set(nodes(kits, "Shortfall")["id"])
    lose(kits, dispatcher(), trip)
    new = nodes(kits, "Shortfall").filter(~pl.col("id").is_in(list(before)))
    units = dict(new.group_by("need").agg(pl.col("quantity").sum()).iter_rows())
    assert all(units[need] >= n for need, n in met_by(row).items())
    assert faults(kits) == set()
