"""The ledger's invariants: tamper with one thing, and its rule is named."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from api.usecases.context import Context
from graphcore.domain.ids import Kind, derived
from tests.support.plans import change, faults, nodes

Tamper = Callable[[Context], None]


def renumber(ctx: Context) -> None:
    """A second version takes the number of the first."""
    row = nodes(ctx, "DamageReport").filter(pl.col("number") == 2).row(0, named=True)
    change(ctx, "DamageReport", id=row["id"], number=1)


def lose_a_version(ctx: Context) -> None:
    gone = nodes(ctx, "DamageReport").filter(pl.col("number") == 1)["id"][0]
    ctx.store.write(ctx.district, lambda unit: unit.delete("DamageReport", [gone]))


def lose_a_notice(ctx: Context) -> None:
    gone = str(nodes(ctx, "LedgerNotice")["id"][0])
    ctx.store.write(ctx.district, lambda unit: unit.delete("LedgerNotice", [gone]))


def delay_a_notice(ctx: Context) -> None:
    row = nodes(ctx, "LedgerNotice").row(0, named=True)
    change(ctx, "LedgerNotice", id=row["id"], sent_at=row["sent_at"] + 1)


def count_a_missing_person_as_dead(ctx: Context) -> None:
    row = nodes(ctx, "Casualty").filter(pl.col("kind") == "missing").row(0, named=True)
    change(ctx, "Casualty", id=row["id"], kind="dead")


def pay_the_dead(ctx: Context) -> None:
    account = nodes(ctx, "BankAccount").row(0, named=True)
    change(ctx, "BankAccount", id=account["id"], stopped_at=1)
    ctx.store.write(ctx.district, lambda unit: _pending(unit.create, account["household"]))


def _pending(create: Callable[[str, pl.DataFrame], None], home: str) -> None:
    create("PayBatch", pl.DataFrame([{"id": "PB-1", "state": "draft"}]))
    create("Payment", pl.DataFrame([
        {"id": "PY-1", "batch": "PB-1", "household": home, "state": "pending", "amount_fen": 1}]))  # fmt: skip


def answer_without_a_name(ctx: Context) -> None:
    row = {
        "id": derived(Kind.APPLICATION, "x"),
        "state": "declined",
        "reasoned": True,
        "answered_by": "",
    }
    ctx.store.write(ctx.district, lambda unit: unit.create("Application", pl.DataFrame([row])))


@pytest.mark.parametrize(
    ("tamper", "rule"),
    [
        (renumber, "ledger.versions"),
        (lose_a_version, "ledger.versions"),
        (lose_a_notice, "ledger.notified"),
        (delay_a_notice, "ledger.notified"),
        (count_a_missing_person_as_dead, "people.certified"),
        (pay_the_dead, "people.unpaid"),
        (answer_without_a_name, "desk.signed"),
    ],
)
def test_what_is_tampered_with_is_found(ctx: Context, tamper: Tamper, rule: str) -> None:
    assert rule not in faults(ctx)
    tamper(ctx)
    assert rule in faults(ctx)
