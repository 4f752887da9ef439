"""A hand-made district of two townships, written through the port: small enough to count by hand.

Wheat township (``990101001``) has three households, River township (``990101002``) two. Every
household has a personal record under the vault, so that a leak of one would be seen.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable

import polars as pl

from api.usecases.context import Context
from api.usecases.keys import NewKey, create_key
from graphcore.domain.actor import Actor, Role
from graphcore.domain.ids import IdMint
from graphcore.policy.rulebook import load
from graphcore.store.port import GraphStore, WriteUnit
from graphcore.store.vault import Vault
from tests.support.looks import look_log

DISTRICT = "990101"
WHEAT, RIVER = "990101001", "990101002"
PLAN = "PL-PUBLISHED"
NAMES = ("欧阳麦穗", "司马小河", "诸葛长桥", "东方水田", "上官石板")
PHONES = ("13900000001", "13900000002", "13900000003", "13900000004", "13900000005")
PRIVATE = (*NAMES, *PHONES)
NOON = 1_800_000_000_000_000


class Ticking:
    """A clock that moves a second with every look."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def __call__(self) -> int:
        self.at += 1_000_000
        return self.at


def entropy(seed: int) -> Callable[[int], bytes]:
    """Repeatable bytes, for keys of tests."""
    return random.Random(seed).randbytes


def context(store: GraphStore, *, seed: int = 1) -> Context:
    """A context over an open, migrated store."""
    vault = Vault(bytes(32), entropy(seed))
    return Context(store, vault, load(), Ticking(), IdMint.seeded(seed), look_log(), DISTRICT)


def admin() -> Actor:
    """Whoever sits at the machine."""
    return Actor("local", frozenset({Role.ADMIN}), "")


def new_key(ctx: Context, *roles: Role, scope: str = DISTRICT, name: str = "") -> NewKey:
    """Make an API key; its name tells its roles, unless another is given."""
    label = name or "-".join(["key", *roles, scope or "all"]).replace("_", "-")
    return create_key(ctx, admin(), label, roles, scope, secrets.token_bytes)


def token(ctx: Context, *roles: Role, scope: str = DISTRICT, name: str = "") -> str:
    """Make an API key, return its token."""
    return new_key(ctx, *roles, scope=scope, name=name).token


def fill(ctx: Context) -> None:
    """Write the district in one unit."""
    ctx.store.write(DISTRICT, lambda unit: _write(ctx, unit))


def _write(ctx: Context, unit: WriteUnit) -> None:
    for label, rows in _nodes(ctx).items():
        unit.create(label, pl.DataFrame(rows, infer_schema_length=None))
    for (rel, source, target), ends in _links().items():
        unit.link(rel, source, target, pl.DataFrame(ends, schema=["from", "to"], orient="row"))


def _nodes(ctx: Context) -> dict[str, list[dict[str, object]]]:
    v = {"version": 1}
    households = [f"H-{n}" for n in range(5)]
    home = [WHEAT, WHEAT, WHEAT, RIVER, RIVER]
    states = ["safe", "in_need", "unknown", "in_need", "safe"]
    return {
        "District": [{"code": DISTRICT, "name": "示范区", **v}],
        "Township": [
            {"code": WHEAT, "name": "麦田镇", "lon": 1.0, "lat": 2.0, "population": 900, **v},
            {"code": RIVER, "name": "大河乡", "lon": None, "lat": None, "population": None, **v},
        ],
        "Village": [
            {"code": f"{code}2{n:02d}", "name": f"第{n}村", "hit": n == 0, **v}
            for code in (WHEAT, RIVER) for n in range(2)
        ],
        "Household": [
            {"id": h, "code": f"码{h}", "village": f"{t}200", "township": t, "state": s,
             "checked_by": NAMES[n], "checked_at": NOON if s != "unknown" else None, "persons": n + 1,
             "persons_in_need": n, "located": "home", "named": True, **v}
            for n, (h, t, s) in enumerate(zip(households, home, states, strict=True))
        ],
        "PersonalRecord": [_record(ctx, n, h) for n, h in enumerate(households)],
        "Disaster": [{"id": "X-1", "name": "示范洪水", "hazard": "flood", "occurred_at": NOON,
                      "stage": "emergency", "response_level": "III", **v}],
        "Organization": [{"id": "O-1", "code": "ORG1", "name": "示范救援队", "kind": "rescue",
                          "skills": ["boat"], **v}],
        "Programme": [{"id": "G-1", "name": "示范项目", "stage": "emergency",
                       "organization": "O-1", **v}],
        "Donor": [{"id": "DR-1", "name": NAMES[4], **v}],
        "Donation": [{"id": "DN-1", "code": "D1", "donor": "DR-1", "kind": "goods", "item": "tent",
                      "quantity": 5, "amount_fen": 0, "designated": True,
                      "only_townships": [WHEAT], "only_groups": [], "purpose": "",
                      "redirect_consent": False, "received_on": "2026-07-01", **v}],
        "Warehouse": [
            {"id": "W-1", "code": "W1", "name": "一号库", "township": WHEAT, "lon": 1.0, "lat": 2.0,
             "owner": "区应急局", **v},
            {"id": "W-2", "code": "W2", "name": "二号库", "township": RIVER, "lon": 1.0, "lat": 2.0,
             "owner": "区应急局", **v},
        ],
        "StockLot": [
            {"id": f"L-{n}", "code": f"L{n}", "warehouse": w, "item": "tent", "on_hand": 10,
             "reserved": 0, "arrives_on": "", "expires_on": "", "owner": "区应急局",
             "authority": "区应急局", "hold": hold, "donation": "", **v}
            for n, (w, hold) in enumerate([("W-1", "none"), ("W-1", "frozen"), ("W-2", "none")])
        ],
        "Need": [
            {"id": f"N-{n}", "subject": h, "item": "tent", "basic": "shelter", "point": f"{t}200",
             "township": t, "first_on": "2026-07-01", "days": 1, "per_day": 1, "daily": False,
             "survival": True, "tier": 2, "weight": 1000, "received": 0, **v}
            for n, (h, t) in enumerate(zip(households, home, strict=True))
        ],
        "Plan": [plan_row(PLAN, 1, "published"), plan_row("PL-DRAFT", 2, "draft")],
        "AllocationLine": [
            {"id": f"A-{n}", "plan": PLAN, "lot": "L-0", "item": "tent", "warehouse": "W-1",
             "township": t, "point": f"{t}200", "subject": h, "need": f"N-{n}", "day": 0,
             "due_day": 0, "quantity": 1, "mode": "truck", "state": "firm", "reason": "nearest", **v}
            for n, (h, t) in enumerate(zip(households, home, strict=True)) if n != 2
        ],
        "Shortfall": [{"id": "SF-1", "plan": PLAN, "need": "N-2", "subject": "H-2",
                       "township": WHEAT, "point": f"{WHEAT}200", "item": "tent", "day": 0,
                       "quantity": 1, "tier": 2, "reason": "stock", "detail": "{}"}],
    }  # fmt: skip


def _record(ctx: Context, n: int, subject: str) -> dict[str, object]:
    key = ctx.vault.new_key(subject)
    sealed = ctx.vault.seal(subject, key, {"name": NAMES[n], "phone": PHONES[n]})
    return {"id": subject, "subject": subject, "wrapped_key": key, "ciphertext": sealed,
            "number_index": "", "name_index": ctx.vault.index("name", NAMES[n]),
            "kind": "emergency", "told_at": NOON, "destroyed_at": 0, "version": 1}  # fmt: skip


def plan_row(plan: str, number: int, state: str) -> dict[str, object]:
    """A plan's row."""
    goal = {"number": 1, "name": "survival_floor", "value": 0.8, "bound": 0.8,
            "outcome": "proven", "unit": "coverage", "rounding_loss": 0.0}  # fmt: skip
    return {"id": plan, "district": DISTRICT, "number": number, "base": "", "state": state,
            "disaster": "X-1", "first_on": "2026-07-01", "days": 3, "rulebook": "r" * 8,
            "snapshot": "s" * 8, "seed": 0, "aims": "[]", "tilt": "[]", "goals": json.dumps([goal]), "by_clock": False,
            "created_at": NOON, "created_by": "key-dispatcher", "approved_at": None,
            "approved_by": "", "version": 1}  # fmt: skip


def _links() -> dict[tuple[str, str, str], list[tuple[str, str]]]:
    places = [(f"{t}2{n:02d}", t) for t in (WHEAT, RIVER) for n in range(2)]
    return {
        ("PART_OF", "Village", "Township"): places,
        ("STORED_IN", "StockLot", "Warehouse"): [("L-0", "W-1"), ("L-1", "W-1"), ("L-2", "W-2")],
        ("PLANNED_IN", "AllocationLine", "Plan"): [(f"A-{n}", PLAN) for n in (0, 1, 3, 4)],
        ("PLANNED_IN", "Shortfall", "Plan"): [("SF-1", PLAN)],
    }
