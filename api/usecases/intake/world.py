"""Look: one short read of what a file's rows may build on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

import polars as pl

from api.usecases.context import Context
from graphcore.casework.intake.changes import ChangeSet, Properties
from graphcore.casework.intake.forms import BINDERS
from graphcore.casework.intake.world import World
from graphcore.domain.clock import day_of
from graphcore.domain.household import HouseDamage
from graphcore.domain.ids import Kind, derived
from graphcore.exchange.mapping import TableMapping
from graphcore.exchange.reader import ParsedFile
from graphcore.store.port import ReadUnit, Row

_PLACES = ("District", "Township", "Village")
_SUPPLY = ("Warehouse", "SupplyItem", "StockLot", "Donor", "Donation", "Project", "Fleet")
_TRANSPORT = ("Warehouse", "TransferPoint", "Vehicle", "Shelter", "AccessHours")
_PEOPLE = ("Household", "Person", "Dwelling", "LedgerEntry", "HardshipStatus", "ShelterStay")
_USES: Mapping[str, tuple[str, ...]] = {  # labels that a form's binder may look at or change
    **dict.fromkeys(("townships", "villages"), ()),
    **dict.fromkeys(
        ("disaster", "impact", "responses", "reports", "report_annexes"),
        ("Disaster", "ResponseChange", "DamageReport", "ReportAnnex", "Headcount"),
    ),
    "work_groups": ("Disaster", "WorkGroup"),
    "surveys": (*_PEOPLE, "WorkGroup", "Survey"),
    "found_persons": (*_PEOPLE, "Shelter", "Disaster"),
    "casualties": (
        *_PEOPLE,
        "Disaster",
        "Casualty",
        "BankAccount",
        "Guardianship",
        "AidCase",
    ),
    "headcounts": ("Headcount",),
    "shelters": ("Shelter",),
    "roads": ("Road",),
    **dict.fromkeys(("warehouses", "fleet", "projects", "donations", "lots"), _SUPPLY),
    "organizations": ("Organization", "Programme"),
    "teams": ("Organization", "Team"),
    "volunteers": ("Organization", "Team", "Volunteer", "Skill"),
    "equipment": ("Organization", "Equipment"),
    "tasks": ("Task", "Slot", "Skill", "Shelter"),
    "claims": ("Organization", "Volunteer", "Task", "Slot", "Claim"),
    **dict.fromkeys(("transfers", "vehicles", "access_hours"), _TRANSPORT),
    **dict.fromkeys(
        ("scenarios", "scenario_losses", "offers", "budgets"),
        ("Scenario", "Road", "Warehouse", "SupplyItem", "ReserveOffer", "ReserveBudget"),
    ),
    **dict.fromkeys(
        ("accounts",),
        ("Household", "Person", "BankAccount"),
    ),
    "funds": ("FundSource",),
    "winter_survey": ("Household", "Person", "Dwelling", "Campaign", "WinterEntry"),
    "cadre_ties": ("Household", "Person", "CadreTie"),
    "poverty_watch": ("Household", "Person", "PovertyWatch"),
    **dict.fromkeys(
        ("roster", "members", "ledger", "houses", "stays", "groups"),
        (*_PEOPLE, "Shelter", "Disaster"),
    ),
}


@dataclass
class Look:
    """What was seen, and where the chain stood then."""

    file: str
    seq: int
    existing: dict[str, dict[str, Properties]]
    records: dict[str, Row]
    sources: dict[str, Row]
    refused: list[Row]
    districts: list[str]
    hits: set[tuple[str, str]] = field(default_factory=set)


def look(ctx: Context, file: ParsedFile, mapping: TableMapping | None) -> Look:
    """Copy out what binding the file's rows needs."""
    forms = sorted({s.form.code for s in file.sheets})
    labels = sorted({*_PLACES, *(label for f in forms for label in _USES[f])})
    variant = mapping.digest if mapping else ""
    key = derived(Kind.FILE, file.name, file.sha256, variant)
    return ctx.store.read(lambda unit: _look(unit, ctx.district, key, forms, labels))


def _look(unit: ReadUnit, district: str, file: str, forms: list[str], labels: list[str]) -> Look:
    existing = {label: _by_key(unit.nodes(label)) for label in labels}
    known = sorted(existing["District"])
    served = district or (known[0] if len(known) == 1 else "")
    head = unit.rows("intake.head", district=served)
    people = bool({"Household", "Volunteer", "Vehicle", "WorkGroup"} & set(labels))
    return Look(
        file=file,
        seq=int(cast("int", head[0]["seq"])) if head else 0,
        existing=existing,
        records={str(r["id"]): r for r in unit.rows("intake.record_index")} if people else {},
        sources={str(r["id"]): r for r in unit.rows("intake.sources", forms=forms)},
        refused=unit.rows("intake.refused_open"),
        districts=known,
        hits={(str(r["disaster"]), str(r["township"])) for r in unit.rows("intake.hits")},
    )


def _by_key(nodes: pl.DataFrame) -> dict[str, Properties]:
    key = nodes.columns[0]
    return {row[key]: row for row in nodes.iter_rows(named=True)}


def make_world(ctx: Context, seen: Look, district: str) -> World:
    """Return the look-ups that binders use, over what was seen."""
    world = World(
        district=district,
        changes=ChangeSet(seen.existing),
        mint=ctx.mint,
        index=ctx.vault.index,
        file=seen.file,
        at=ctx.clock(),
        item_code=ctx.rulebook.item_named,
        item_facts=lambda code: _item(ctx, code),
        grade_of=lambda damage: _grade(ctx, district, damage),
    )
    for key, home in seen.existing.get("Household", {}).items():
        if home["code"]:
            world.household_by_code[str(home["code"])] = key
    for key, helper in seen.existing.get("Volunteer", {}).items():
        world.volunteer_by_code[str(helper["organization"]), str(helper["code"])] = key
    for record in seen.records.values():
        subject = str(record["subject"])
        if record["number_index"]:
            world.subjects_by_number[str(record["number_index"])].add(subject)
            world.numbered.add(subject)
        if record["name_index"]:
            world.subjects_by_name[str(record["name_index"])].add(subject)
    return world


def _grade(ctx: Context, district: str, damage: str) -> str:
    """Return the winter class that a house's damage suggests; undamaged where nothing is known."""
    rules = ctx.rulebook.within(district)
    told = rules.at("winter.grade_of_damage", day_of(ctx.clock())).value
    return str(told[damage or HouseDamage.NONE.value])


def _item(ctx: Context, code: str) -> Properties:
    rules = ctx.rulebook
    facts = rules.items().filter(pl.col("item") == code).row(0, named=True)
    return {
        "code": code, "name": rules.item_name(code, "zh"), "unit": rules.unit_of(code),
        "basic": facts["basic"], "weight_g": facts["weight_g"], "volume_ml": facts["volume_ml"],
    }  # fmt: skip


assert set(_USES) == set(BINDERS)
