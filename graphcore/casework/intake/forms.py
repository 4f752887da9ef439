"""Which binder takes which form, and in which order forms build on one another."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.casework.intake import (
    forces,
    money,
    people,
    places,
    reserves,
    supplies,
    tasks,
    vehicles,
)
from graphcore.casework.intake.binding import Bind

BINDERS: Mapping[str, Bind] = {  # in the order in which they must be applied
    "townships": places.township,
    "villages": places.village,
    "disaster": places.disaster,
    "impact": places.impact,
    "shelters": places.shelter,
    "roads": places.road,
    "roster": people.roster,
    "members": people.member,
    "ledger": people.ledger,
    "houses": people.house,
    "stays": people.stay,
    "groups": people.group,
    "headcounts": places.headcount,
    "reports": places.report,
    "warehouses": supplies.warehouse,
    "fleet": supplies.fleet,
    "transfers": vehicles.transfer,
    "vehicles": vehicles.vehicle,
    "access_hours": vehicles.hours,
    "projects": supplies.project,
    "donations": supplies.donation,
    "lots": supplies.lot,
    "organizations": supplies.organization,
    "scenarios": reserves.scenario,
    "scenario_losses": reserves.loss,
    "offers": reserves.offer,
    "budgets": reserves.budget,
    "accounts": money.account,
    "funds": money.fund,
    "teams": forces.team,
    "volunteers": forces.volunteer,
    "equipment": forces.equipment,
    "tasks": tasks.task,
    "claims": tasks.claim,
}

RECEIPTS = "receipts"
"""Signed receipts: they move goods, so a use case of their own records them."""

RANK: Mapping[str, int] = {code: rank for rank, code in enumerate((*BINDERS, RECEIPTS))}

DENOTED: Mapping[str, str] = {  # forms whose rows get a DENOTES edge → label of what they denote
    "roster": "Household",
    "ledger": "Household",
    "houses": "Household",
    "members": "Person",
    "lots": "StockLot",
    "donations": "Donation",
}
