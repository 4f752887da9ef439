from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from api.usecases.intake.placing import place_rows
from graphcore.casework.intake.changes import ChangeSet
from graphcore.casework.intake.forms import BINDERS, RANK
from graphcore.casework.intake.world import World
from graphcore.domain.clock import micros
from graphcore.domain.ids import IdMint
from graphcore.exchange.parsed import ParsedFile
from graphcore.exchange.reader import read_file
from graphcore.policy import rulebook
from seeds.generate.district import District
from seeds.generate.moments import PLANNED
from seeds.layout import BOOKS


def rank(file: ParsedFile) -> int:
    return min(RANK[s.form.code] for s in file.sheets)


@pytest.fixture(scope="module")
def world(committed: Path) -> World:
    """The world after all files were bound, in the order in which an import takes them."""
    rules = rulebook.load()
    made = World(
        district="331121", changes=ChangeSet({}), mint=IdMint.seeded(1),
        index=lambda kind, value: f"{kind}:{value}" if value else "", file="F-1",
        at=micros(PLANNED), item_code=rules.item_named,
    )  # fmt: skip
    for file in sorted(
        (read_file(committed / b.file) for b in BOOKS), key=lambda f: (rank(f), f.name)
    ):
        bind(file, made)
    return made


def bind(file: ParsedFile, world: World) -> None:
    for sheet in sorted(file.sheets, key=lambda s: RANK[s.form.code]):
        placed = place_rows(sheet, world, None)
        assert placed.problems == (), file.name
        for row in placed.table.iter_rows(named=True):
            BINDERS[sheet.form.code](row, world)  # raises RowUnplaced where it does not bind


def test_every_roster_household_is_found_again_by_every_other_file(
    world: World, district: District
) -> None:
    outside = int((district["ledger"]["household"] == "").sum())
    homeless = int((district["groups"]["household"] == "").sum())
    homes = world.changes.created["Household"]
    found = district["found_persons"].height
    assert len(homes) == district["roster"].height + outside + homeless + found


def test_every_member_is_one_person_and_so_is_who_was_found_alone(
    world: World, district: District
) -> None:
    alone = int((district["found_persons"]["persons"] == 1).sum())
    assert len(world.changes.created["Person"]) == district["members"].height + alone


@pytest.mark.parametrize(
    ("label", "form"),
    [("Township", "townships"), ("Village", "villages"), ("Shelter", "shelters"), ("Road", "roads"),
     ("Donation", "donations"),
     ("Fleet", "fleet"), ("DamageReport", "reports"), ("Organization", "organizations"),
     ("Dwelling", "houses"), ("LedgerEntry", "ledger"), ("ShelterStay", "stays")],
)  # fmt: skip
def test_every_row_becomes_a_node_of_its_own(
    world: World, district: District, label: str, form: str
) -> None:
    assert len(world.changes.created[label]) == district[form].height


def test_every_gift_of_money_is_a_lot_in_the_account(world: World, district: District) -> None:
    money = district["donations"].filter(pl.col("kind") == "money")
    made = world.changes.created
    assert len(made["StockLot"]) == district["lots"].height + money.height
    assert len(made["Warehouse"]) == district["warehouses"].height + 1
    cash = [int(str(lot["on_hand"])) for lot in made["StockLot"].values() if lot["item"] == "cash"]
    assert sorted(cash) == money["amount"].sort().to_list()


def test_every_headcount_stays_a_count_of_its_own(world: World, district: District) -> None:
    told = set(district["headcounts"]["source"])
    counts = [h for h in world.changes.created["Headcount"].values() if h["source"] in told]
    assert len(counts) == district["headcounts"].height


def test_those_checked_in_are_located_at_their_shelter(world: World, district: District) -> None:
    located = [h for h in world.changes.created["Household"].values() if h["located"]]
    truth = district.truth.households
    found = int((district["found_persons"]["shelter"] != "").sum())
    assert len(located) == int((truth["place_now"] == "shelter").sum()) + found
