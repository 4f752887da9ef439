"""Destroying a kind of personal data does the same on both engines."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from api.usecases.privacy.records import opened
from api.usecases.privacy.retention import destroy, dry_run
from graphcore.domain.actor import Actor, Role
from graphcore.domain.privacy import RecordKind, record_id
from graphcore.store.port import GraphStore, WriteUnit
from tests.support.small_world import DISTRICT, NAMES, NOON, context, fill

LATER = NOON + 800 * 86_400_000_000
OFFICER = Actor("officer:x", frozenset({Role.APPROVER}), DISTRICT)


def test_the_register_goes_and_the_ledger_stays(store: GraphStore) -> None:
    ctx = context(store)
    fill(ctx)
    key = ctx.vault.new_key("H-1")
    sealed = ctx.vault.seal("H-1", key, {"name": "登记名"})
    register = {"id": record_id("H-1", RecordKind.REGISTER), "subject": "H-1", "kind": "register",
                "wrapped_key": key, "ciphertext": sealed, "number_index": "i", "name_index": "",
                "told_at": NOON, "destroyed_at": 0, "version": 1}  # fmt: skip
    label = {"id": "HS-1", "person": "", "household": "H-1", "group": "minimum_living",
             "source": "s", "valid_from": "", "valid_to": "", "version": 1}  # fmt: skip

    def write(unit: WriteUnit) -> None:
        unit.create("PersonalRecord", pl.DataFrame([register]))
        unit.create("HardshipStatus", pl.DataFrame([label]))

    store.write(DISTRICT, write)
    ctx = replace(ctx, clock=lambda: LATER)
    done = destroy(ctx, OFFICER, ["register"], dry_run(ctx, OFFICER, ["register"]).digest)
    assert (done.subjects, done.records) == ({"register": 1}, 1)
    assert opened(ctx, ["H-1"])["H-1"]["name"] == NAMES[1]
    gone = store.read(lambda unit: unit.nodes("PersonalRecord", [str(register["id"])]))
    assert gone.select("wrapped_key", "ciphertext", "number_index", "destroyed_at").row(0) == (
        "", "", "", LATER)  # fmt: skip
    assert store.read(lambda unit: unit.nodes("HardshipStatus", ["HS-1"])).is_empty()
