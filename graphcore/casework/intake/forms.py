"""Which binder takes which form, and in which order forms build on one another."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.casework.intake import (
    fieldwork,
    forces,
    losses,
    money,
    people,
    places,
    reporting,
    reserves,
    supplies,
    tasks,
    vehicles,
    winter,
)
from graphcore.casework.intake.binding import Bind

BINDERS: Mapping[str, Bind] = {  # in the order in which they must be applied
    "townships": places.township,
    "villages": places.village,
    "disaster": places.disaster,
    "impact": places.impact,
    "responses": reporting.response,
    "shelters": places.shelter,
    "roads": places.road,
    "roster": people.roster,
    "members": people.member,
    "ledger": people.ledger,
    "houses": people.house,
    "stays": people.stay,
    "groups": people.group,
    "work_groups": fieldwork.work_group,
    "surveys": fieldwork.survey,
    "found_persons": fieldwork.found,
    "casualties": losses.casualty,
    "headcounts": places.headcount,
    "reports": reporting.report,
    "report_annexes": reporting.annex,
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
    "winter_survey": winter.entry,
    "cadre_ties": winter.tie,
    "poverty_watch": winter.watch,
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
