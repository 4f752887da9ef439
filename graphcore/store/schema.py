"""The graph's schema: one declaration, from which each engine's dialect is made.

One label a node; the first property is the primary key. Types are STRING, INT64, DOUBLE, BOOL and
STRING[]. Personal data is nowhere but in PersonalRecord's ciphertext (and, as ciphertext, in the
versions of a PersonalRecord). Nodes with ``version`` are editable; the version counts edits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

S, I, F, B, L = "STRING", "INT64", "DOUBLE", "BOOL", "STRING[]"  # noqa: E741 -- column types


@dataclass(frozen=True, slots=True)
class NodeType:
    """A label, its properties in order; the first is the key."""

    label: str
    properties: Mapping[str, str]

    @property
    def key(self) -> str:
        """Name of the primary-key property."""
        return next(iter(self.properties))


@dataclass(frozen=True, slots=True)
class RelType:
    """A relationship type, the label pairs it may join, its properties."""

    name: str
    ends: tuple[tuple[str, str], ...]
    properties: Mapping[str, str] = field(default_factory=dict)


def _node(label: str, /, **properties: str) -> NodeType:
    return NodeType(label, properties)


NODES: tuple[NodeType, ...] = (
    # --- bookkeeping
    _node("Meta", key=S, value=S),
    _node("ChainHead", district=S, version=I, seq=I, hash=S),
    _node("Event", id=S, district=S, seq=I, type=S, actor=S, at=I, canonical=S, prev_hash=S,
          hash=S),
    _node("IdempotencyRecord", key=S, body_hash=S, result=S, status=I, at=I),
    _node("Job", id=S, kind=S, state=S, actor=S, request=S, progress=S, result=S, error=S,
          queued_at=I, started_at=I, ended_at=I, version=I),
    _node("ApiKey", id=S, digest=S, actor=S, roles=L, scope=S, organization=S, active=B,
          created_at=I, version=I),
    # --- places
    _node("District", code=S, name=S, version=I),
    _node("Township", code=S, name=S, lon=F, lat=F, population=I, market_on=S, version=I),
    _node("Village", code=S, name=S, lon=F, lat=F, hit=B, version=I),
    _node("Shelter", id=S, code=S, name=S, village=S, township=S, lon=F, lat=F, capacity=I,
          version=I),
    _node("Road", id=S, code=S, a=S, b=S, minutes=I, modes=L, state=S, weight_limit_kg=I,
          repaired_on=S, version=I),
    # --- people
    _node("Household", id=S, code=S, village=S, township=S, state=S, checked_by=S, checked_at=I,
          persons=I, persons_in_need=I, located=S, named=B, version=I),
    _node("Person", id=S, household=S, is_head=B, age_band=S, sex=S, version=I),
    _node("PersonalRecord", id=S, subject=S, wrapped_key=S, ciphertext=S, number_index=S,
          name_index=S, destroy_after=S, version=I),
    _node("HardshipStatus", id=S, person=S, household=S, group=S, source=S, valid_from=S,
          valid_to=S, version=I),
    _node("Dwelling", id=S, household=S, structure=S, damage=S, rooms=I, rooms_collapsed=I,
          rooms_severe=I, rooms_minor=I, rebuilding=S, state=S, version=I),
    _node("ShelterStay", id=S, shelter=S, household=S, persons=I, checked_in_at=I,
          checked_out_at=I, version=I),
    # --- disaster and ledger
    _node("Disaster", id=S, name=S, hazard=S, occurred_at=I, stage=S, response_level=S, version=I),
    _node("DamageReport", id=S, disaster=S, township=S, phase=S, reported_at=I, source=S,
          affected_persons=I, affected_households=I, relocated_concentrated=I,
          relocated_dispersed=I, emergency_persons=I, transitional_persons=I, dead=I, missing=I,
          injured=I, collapsed_households=I, collapsed_rooms=I, severe_households=I,
          severe_rooms=I, minor_households=I, minor_rooms=I, version=I),
    _node("Headcount", id=S, place=S, township=S, persons=I, households=I, roofless_households=I,
          source=S, counted_at=I, version=I),
    _node("LedgerEntry", id=S, household=S, disaster=S, household_type=S, persons_in_need=I,
          paid_fen=I, goods_fen=I, payment_form=S, version=I),
    # --- social forces and supply
    _node("Organization", id=S, code=S, name=S, kind=S, skills=L, township=S, valid_to=S,
          readiness=S, prefers=L, version=I),
    _node("Team", id=S, code=S, name=S, organization=S, township=S, readiness=S, together=B,
          version=I),
    _node("Volunteer", id=S, code=S, organization=S, team=S, township=S, adult=B, skills=L,
          certificates=L, languages=L, from_on=S, to_on=S, shifts=L, hours_day=I, rest_hours=I,
          readiness=S, version=I),
    _node("Skill", code=S, name=S),
    _node("Equipment", id=S, code=S, kind=S, organization=S, township=S, pieces=I, operator=B,
          readiness=S, version=I),
    _node("Task", id=S, code=S, name=S, kind=S, place=S, township=S, day_on=S, shift=S, hours=I,
          tier=I, weight=I, language=S, equipment=S, adults_only=B, min_crew=I, state=S, plan=S,
          cites=S, version=I),
    _node("Slot", id=S, task=S, skill=S, level=I, certificate=S, least=I, wanted=I, version=I),
    _node("Claim", id=S, volunteer=S, task=S, slot=S, withdrawn=B, version=I),
    _node("Roster", id=S, district=S, number=I, base=S, state=S, plan=S, first_on=S, days=I,
          snapshot=S, problem=S, rulebook=S, seed=I, goals=S, linear=S, counts=S, by_clock=B, created_at=I,
          created_by=S, approved_at=I, approved_by=S, version=I),
    _node("Assignment", id=S, roster=S, volunteer=S, organization=S, team=S, slot=S, task=S, place=S,
          township=S, day_on=S, shift=S, begins_at=I, ends_at=I, hours=I, minutes=I, claim=B,
          cut_off=B, state=S, progress=S, version=I),
    _node("GearOrder", id=S, roster=S, equipment=S, piece=I, task=S, township=S, minutes=I),
    _node("Opening", id=S, roster=S, slot=S, task=S, place=S, township=S, day_on=S, shift=S,
          missing=I, underway=B, reason=S, detail=S),
    _node("Programme", id=S, name=S, stage=S, organization=S, version=I),
    _node("Donor", id=S, name=S, version=I),
    _node("Donation", id=S, code=S, donor=S, kind=S, item=S, quantity=I, amount_fen=I,
          designated=B, only_townships=L, only_groups=L, only_needs=L, purpose=S,
          redirect_consent=B, surplus=B,
          received_on=S, version=I),
    _node("Warehouse", id=S, code=S, name=S, township=S, lon=F, lat=F, owner=S,
          capacity_l=I, opening_fen=I, version=I),
    _node("SupplyItem", code=S, name=S, unit=S, basic=S, weight_g=I, volume_ml=I, version=I),
    _node("StockLot", id=S, code=S, warehouse=S, item=S, on_hand=I, reserved=I, arrives_on=S,
          expires_on=S, owner=S, authority=S, hold=S, donation=S, min_units=I,
          version=I),
    _node("Fleet", id=S, warehouse=S, mode=S, vehicles=I, capacity_kg=I, capacity_l=I,
          trips_per_day=I, cold=B, version=I),
    _node("Vehicle", id=S, code=S, base=S, mode=S, capacity_kg=I, capacity_l=I, gross_kg=I,
          cold=B, starts=I, ends=I, hours=I, trips_per_day=I, convoy=S, version=I),
    _node("TransferPoint", id=S, code=S, name=S, place=S, modes=L, version=I),
    _node("AccessHours", id=S, place=S, opens=I, closes=I, together=I, version=I),
    _node("Movement", id=S, lot=S, source=S, target=S, quantity=I, at=I, plan=S, event=S),
    # --- risk and reserves
    _node("Scenario", id=S, code=S, name=S, hazard=S, probability_ppm=I, strikes_on=S, source=S,
          version=I),
    _node("ReserveOffer", id=S, warehouse=S, item=S, kind=S, unit_fen=I, call_fen=I,
          delay_minutes=I, lead_days=I, most=I, held=I, supplier=S, version=I),
    _node("ReserveBudget", id=S, buys_on=S, amount_fen=I, source=S, version=I),
    _node("RestockPlan", id=S, district=S, number=I, state=S, rulebook=S, snapshot=S, body=S,
          by_clock=B, created_at=I, created_by=S, approved_at=I, approved_by=S, version=I),
    # --- needs and plans
    _node("Need", id=S, subject=S, disaster=S, stage=S, item=S, basic=S, point=S, township=S,
          first_on=S, days=I, per_day=I, units=I, daily=B, survival=B, tier=I, weight=I, received=I,
          under_way=I, version=I),
    _node("Referral", id=S, subject=S, service=S, township=S, due_at=I, state=S, cites=S,
          version=I),
    _node("AidCase", id=S, household=S, disaster=S, township=S, village=S, benefit=S, stage=S,
          owner=S, state=S, persons=I, days=I, from_on=S, to_on=S, amount_fen=I,
          raised_permille=I, cites=S, rulebook=S, papers=L, papers_due_on=S, papers_in=L, fast=S,
          fast_by=S, offered_to=S, follows_on=S,
          reason=S, follows=S, opened_at=I, opened_by=S, decided_at=I, decided_by=S, version=I),
    _node("FundSource", id=S, code=S, level=S, amount_fen=I, benefits=L, received_on=S, version=I),
    _node("BankAccount", id=S, household=S, bank=S, digest=S, version=I),
    _node("PayBatch", id=S, district=S, number=I, benefit=S, state=S, payments=I, amount_fen=I,
          ranks=I, approvers=L, signed_by=L, created_at=I, created_by=S, signed_at=I, sent_at=I, version=I),
    _node("Payment", id=S, batch=S, household=S, township=S, amount_fen=I, state=S, answer=S,
          paid_on=S, decided_at=I, version=I),
    _node("Rulebook", hash=S, effective_on=S, region=S, text=S),
    _node("Plan", id=S, district=S, number=I, base=S, state=S, disaster=S, first_on=S, days=I,
          rulebook=S, snapshot=S, seed=I, aims=S, tilt=S, goals=S, by_clock=B, created_at=I, created_by=S,
          approved_at=I, approved_by=S, cuts=S, version=I),
    _node("AllocationLine", id=S, plan=S, lot=S, item=S, warehouse=S, township=S, point=S,
          subject=S, need=S, day=I, due_day=I, quantity=I, mode=S, state=S, reason=S, need_item=S,
          covers=I, swap=S, answer=S,
          cargo=S, dispatched=I, received=I, declined=I, lost=I, version=I),
    _node("Shortfall", id=S, plan=S, need=S, subject=S, township=S, point=S, item=S, day=I,
          quantity=I, tier=I, reason=S, detail=S),
    _node("LeftOut", id=S, plan=S, lot=S, item=S, warehouse=S, quantity=I, reason=S),
    # --- audits: findings are closed by the facts, never deleted
    _node("Finding", id=S, district=S, disaster=S, rule=S, subject=S, village=S, township=S, basics=L,
          reason=S, whom=S, since=I, detail=S, proof=L, state=S, owner=S, due_at=I, found_at=I,
          closed_at=I, run=I, version=I),
    _node("Determination", id=S, kind=S, subject=S, household=S, basic=S, ruling=S, officer=S,
          evidence=S, file=S, at=I, until=S, revoked_at=I, version=I),
    _node("Aid", id=S, household=S, programme=S, basic=S, first_on=S, last_on=S, quantity=I,
          amount_fen=I, source=S, officer=S, at=I, confirmed=B, version=I),
    # --- comparison of registers: ids, weights and levels, never values
    _node("Match", id=S, left=S, right=S, left_home=S, right_home=S, township=S, weight=F,
          outcome=S, reason=S, levels=L, model=S, at=I, version=I),
    _node("ReviewCase", id=S, match=S, left=S, right=S, township=S, state=S, decided_by=S,
          decided_at=I, wrapped_key=S, ciphertext=S, version=I),
    # --- trips, what they carry, who signed
    _node("Trip", id=S, plan=S, vehicle=S, called=S, base=S, mode=S, day=I, day_on=S, trip=I,
          departs=I, back=I, minutes=I, weight_kg=I, volume_l=I, capacity_kg=I, capacity_l=I,
          state=S, dispatched_at=I, dispatched_by=S, late_minutes=I, closed_at=I, version=I),
    _node("TripStop", id=S, trip=S, stop=I, kind=S, place=S, arrives=I, leaves=I, minutes=I,
          rests=I, path=L),
    _node("Cargo", id=S, plan=S, line=S, trip=S, stop=I, feeder=S, lot=S, item=S, need=S,
          subject=S, township=S, point=S, day_on=S, due_on=S, daily=B, quantity=I, covers=I,
          in_transit=I, at_point=I, received=I, declined=I, damaged=I, lost=I, version=I),
    _node("LeftBehind", id=S, plan=S, line=S, quantity=I, reason=S, detail=S),
    _node("Receipt", id=S, trip=S, subject=S, point=S, township=S, level=S, received=I, declined=I,
          damaged=I, at=I, recorded_by=S),
    # --- the winter–spring campaign: each step is a node of its own, nothing is written over
    _node("Campaign", id=S, disaster=S, year=I, opened_at=I, opened_by=S, version=I),
    _node("WinterEntry", id=S, campaign=S, household=S, township=S, village=S, persons=I, needs=L,
          grade=S, key=B, told_fen=I, amount_fen=I, computed_fen=I, state=S, reason=S, surveyor=S,
          surveyed_on=S, noticed_on=S, cites=S, rulebook=S, aid_case=S, version=I),
    _node("WinterStep", id=S, campaign=S, entry=S, step=S, officer=S, on_day=S, evidence=S, reason=S,
          at=I),
    _node("WinterVisit", id=S, campaign=S, household=S, township=S, village=S, planned_on=S,
          visitor=S, done_on=S, result=S, lacks=L, evidence=S, aid_case=S, version=I),
    _node("CadreTie", id=S, household=S, village=S, post=S, relation=S, source=S, version=I),
    _node("RebuildCase", id=S, dwelling=S, household=S, township=S, village=S, route=S, milestone=S,
          reached_on=S, interim_until=S, interim=S, opened_at=I, opened_by=S, version=I),
    _node("RebuildStep", id=S, rebuild=S, milestone=S, on_day=S, officer=S, evidence=S, photos=L,
          at=I),
    _node("PovertyWatch", id=S, household=S, township=S, village=S, kind=S, source=S, valid_from=S,
          valid_to=S, state=S, reason=S, offered_at=I, offered_by=S, answered_at=I, answered_by=S,
          version=I),
    # --- sources and history
    _node("SourceFile", id=S, name=S, sha256=S, form=S, imported_at=I, actor=S, state=S,
          rows=I, refused=I),
    _node("SourceRecord", id=S, source=S, form=S, file=S, sheet=S, row=I, external=S, subject=S,
          digest=S, recorded_at=I, absent_since=S, version=I),
    _node("RefusedRow", id=S, file=S, sheet=S, row=I, form=S, place=S, persons=I, codes=L,
          at=I, settled=B),
    _node("FactVersion", id=S, subject=S, label=S, n=I, valid_on=S, recorded_at=I, file=S,
          payload=S),
)  # fmt: skip

RELS: tuple[RelType, ...] = (
    RelType("PART_OF", (("Township", "District"), ("Village", "Township"), ("Shelter", "Village"))),
    RelType("LIVES_IN", (("Household", "Village"),)),
    RelType("STAYS_AT", (("ShelterStay", "Shelter"),)),
    RelType("MEMBER_OF", (("Person", "Household"),)),
    RelType("HAS_RECORD", (("Person", "PersonalRecord"), ("Household", "PersonalRecord"),
                           ("Volunteer", "PersonalRecord"), ("Vehicle", "PersonalRecord"),
                           ("Receipt", "PersonalRecord"))),
    RelType("HAS_STATUS", (("Person", "HardshipStatus"), ("Household", "HardshipStatus"))),
    RelType("DWELLS_IN", (("Household", "Dwelling"),)),
    RelType("STAY_OF", (("ShelterStay", "Household"),)),
    RelType("HITS", (("Disaster", "Township"),), {"intensity": I}),
    RelType("REPORTS_ON", (("DamageReport", "Township"),)),
    RelType("COUNTS_AT", (("Headcount", "Village"), ("Headcount", "Township"))),
    RelType("ENTRY_FOR", (("LedgerEntry", "Household"),)),
    RelType("RUNS", (("Organization", "Programme"),)),
    RelType("BELONGS_TO", (("Team", "Organization"), ("Volunteer", "Organization"),
                           ("Equipment", "Organization"))),
    RelType("IN_TEAM", (("Volunteer", "Team"),)),
    RelType("HAS_SKILL", (("Volunteer", "Skill"),), {"level": I}),
    RelType("TASK_AT", (("Task", "Township"), ("Task", "Village"), ("Task", "Shelter"))),
    RelType("SLOT_OF", (("Slot", "Task"),)),
    RelType("ASKS_FOR", (("Slot", "Skill"),)),
    RelType("CLAIMED_BY", (("Claim", "Volunteer"),)),
    RelType("CLAIMS", (("Claim", "Slot"),)),
    RelType("ROSTERED_IN", (("Assignment", "Roster"), ("GearOrder", "Roster"), ("Opening", "Roster"))),
    RelType("SENDS", (("Assignment", "Volunteer"),)),
    RelType("TAKES", (("GearOrder", "Equipment"),)),
    RelType("ORDERED_TO", (("Assignment", "Task"), ("GearOrder", "Task"), ("Opening", "Task"))),
    RelType("GAVE", (("Donor", "Donation"),)),
    RelType("STOCKED_AS", (("Donation", "StockLot"),)),
    RelType("STORED_IN", (("StockLot", "Warehouse"),)),
    RelType("LOT_OF", (("StockLot", "SupplyItem"),)),
    RelType("BASED_AT", (("Fleet", "Warehouse"),)),
    RelType("MOVES", (("Movement", "StockLot"),)),
    RelType("NEEDS", (("Household", "Need"), ("Headcount", "Need"))),
    RelType("REFERRED", (("Household", "Referral"), ("Headcount", "Referral"))),
    RelType("PLANNED_IN", (("AllocationLine", "Plan"), ("Shortfall", "Plan"), ("LeftOut", "Plan"))),
    RelType("DRAWS_ON", (("AllocationLine", "StockLot"),)),
    RelType("ROUTES", (("Trip", "Plan"),)),
    RelType("STOP_OF", (("TripStop", "Trip"),)),
    RelType("RIDES_IN", (("Cargo", "Trip"),)),
    RelType("PART_OF_LINE", (("Cargo", "AllocationLine"),)),
    RelType("STAYS_OF", (("LeftBehind", "Plan"),)),
    RelType("SIGNS_FOR", (("Receipt", "Trip"),)),
    RelType("SERVES", (("AllocationLine", "Need"),)),
    RelType("LACKS", (("Shortfall", "Need"),)),
    RelType("BASED_ON", (("Plan", "Plan"),)),
    RelType("CONCERNS", (("Finding", "Household"), ("Finding", "Headcount"))),
    RelType("PROVED_BY", tuple(("Finding", label) for label in (
        "Need", "SourceRecord", "RefusedRow", "LedgerEntry", "Aid", "AidCase", "Dwelling",
        "Township", "DamageReport", "WinterEntry", "WinterVisit", "BankAccount", "CadreTie",
        "RebuildCase", "PovertyWatch"))),
    RelType("DETERMINES", (("Determination", "Household"), ("Determination", "SourceRecord"))),
    RelType("AID_FOR", (("Aid", "Household"),)),
    RelType("READ_FROM", (("SourceRecord", "SourceFile"),)),
    RelType("DENOTES", (("SourceRecord", "Household"), ("SourceRecord", "Person"),
                        ("SourceRecord", "StockLot"), ("SourceRecord", "Donation"))),
    RelType("STRIKES", (("Scenario", "Township"),),
            {"intensity": I, "persons": I, "relocated": I, "roofless": I}),
    RelType("LOSES", (("Scenario", "Road"), ("Scenario", "Warehouse")), {"kept_permille": I}),
    RelType("OFFERED_AT", (("ReserveOffer", "Warehouse"),)),
    RelType("PAYS", (("Payment", "AidCase"),)),
    RelType("PAID_IN", (("Payment", "PayBatch"),)),
    RelType("SPENDS", (("PayBatch", "FundSource"),), {"fen": I}),
    RelType("ACCOUNT_OF", (("BankAccount", "Household"),)),
    RelType("CASE_OF", (("AidCase", "Household"),)),
    RelType("FOLLOWS", (("AidCase", "AidCase"),)),
    RelType("ENTRY_IN", (("WinterEntry", "Campaign"),)),
    RelType("ENTRY_OF", (("WinterEntry", "Household"),)),
    RelType("TAKEN_ON", (("WinterStep", "WinterEntry"),)),
    RelType("VISIT_TO", (("WinterVisit", "Household"),)),
    RelType("REBUILDS", (("RebuildCase", "Dwelling"),)),
    RelType("REBUILDS_FOR", (("RebuildCase", "Household"),)),
    RelType("REACHED_BY", (("RebuildStep", "RebuildCase"),)),
    RelType("WATCHES", (("PovertyWatch", "Household"),)),
    RelType("TIED_TO", (("CadreTie", "Household"),)),
    RelType("REPORTED_AS", (("Match", "Household"), ("Match", "Person"))),
    RelType("REGISTERED_AS", (("Match", "Household"), ("Match", "Person"))),
    RelType("ASKS_ABOUT", (("ReviewCase", "Match"),)),
    RelType("MERGED_INTO", (("Household", "Household"), ("Person", "Person"))),
)  # fmt: skip

BY_LABEL: Mapping[str, NodeType] = {n.label: n for n in NODES}
BY_REL: Mapping[str, RelType] = {r.name: r for r in RELS}
