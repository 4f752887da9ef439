"""Social forces of the small world: two organisations, four volunteers, tasks countable by hand."""

from __future__ import annotations

import polars as pl

from api.usecases.context import Context
from graphcore.store.port import WriteUnit
from graphcore.store.values import label_schema
from tests.support.small_world import DISTRICT, NAMES, PHONES, RIVER, WHEAT

DAY = "2027-01-15"  # on which NOON falls; its afternoon shift is ahead
WORKERS = ("VT-0", "VT-1", "VT-2", "VT-3")  # the first two are of O-1


def fill_forces(ctx: Context) -> None:
    """Write the forces beside the small world, in one unit."""
    ctx.store.write(DISTRICT, lambda unit: _write(ctx, unit))


def _write(ctx: Context, unit: WriteUnit) -> None:
    for label, rows in _nodes(ctx).items():
        schema = label_schema(label)
        full = [{c: row.get(c) for c in schema} | ({"version": 1} if "version" in schema else {})
                for row in rows]  # fmt: skip
        unit.create(label, pl.DataFrame(full, schema=schema))
    own = [(w, "O-1" if w < "VT-2" else "O-2") for w in WORKERS]
    for rel, source, target, ends in (
        ("BELONGS_TO", "Volunteer", "Organization", own),
        ("SLOT_OF", "Slot", "Task", [("SL-1", "TK-1"), ("SL-2", "TK-2")]),
        ("TASK_AT", "Task", "Township", [("TK-1", WHEAT), ("TK-2", RIVER)]),
    ):
        unit.link(rel, source, target, pl.DataFrame(ends, schema=["from", "to"], orient="row"))


def _nodes(ctx: Context) -> dict[str, list[dict[str, object]]]:
    task = {"kind": "unload", "day_on": DAY, "shift": "afternoon", "hours": 4, "tier": 2,
            "weight": 20, "language": "", "equipment": "", "adults_only": True, "min_crew": 1,
            "state": "open", "plan": "", "cites": ""}  # fmt: skip
    slot = {"level": 1, "certificate": "", "least": 1, "wanted": 1}
    return {
        "Organization": [{"id": "O-2", "code": "ORG2", "name": "示范志愿队", "kind": "ngo",
                          "skills": [], "prefers": [], "township": RIVER, "readiness": "ready"}],
        "Volunteer": [_worker(n, w) for n, w in enumerate(WORKERS)],
        "PersonalRecord": [_record(ctx, n, w) for n, w in enumerate(WORKERS)],
        "Equipment": [{"id": "EQ-1", "code": "E1", "kind": "boat", "organization": "O-1",
                       "township": WHEAT, "pieces": 2, "operator": True, "readiness": "ready"}],
        "Task": [
            task | {"id": "TK-1", "code": "T1", "name": "麦田装卸", "place": WHEAT, "township": WHEAT},
            task | {"id": "TK-2", "code": "T2", "name": "大河诊疗", "place": RIVER, "township": RIVER},
        ],
        "Slot": [
            slot | {"id": "SL-1", "task": "TK-1", "skill": "carrying", "wanted": 2},
            slot | {"id": "SL-2", "task": "TK-2", "skill": "medical", "wanted": 2},
        ],
    }  # fmt: skip


def _worker(n: int, worker: str) -> dict[str, object]:
    return {
        "id": worker, "code": f"00{n}", "organization": "O-1" if n < 2 else "O-2", "team": "",
        "township": WHEAT if n < 2 else RIVER, "adult": True,
        "skills": ["carrying=1"] if n < 3 else ["medical=2"], "certificates": [],
        "languages": [], "from_on": "", "to_on": "", "shifts": ["morning", "afternoon"],
        "hours_day": 8, "rest_hours": 0, "readiness": "absent" if n == 1 else "ready",
    }  # fmt: skip


def _record(ctx: Context, n: int, subject: str) -> dict[str, object]:
    key = ctx.vault.new_key(subject)
    told = {"name": NAMES[n], "phone": PHONES[n]}
    return {"id": subject, "subject": subject, "wrapped_key": key,
            "ciphertext": ctx.vault.seal(subject, key, told), "number_index": "",
            "name_index": "", "kind": "emergency", "told_at": 0, "destroyed_at": 0}  # fmt: skip
