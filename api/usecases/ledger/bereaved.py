"""What follows a recorded death, in the transaction that records it.

Nobody is paid in a dead person's name; compassion money and the survivors' cases are opened as
likely, for a named person to decide. A missing person changes none of it.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from api.usecases.context import Context
from graphcore.casework.cases import CaseState
from graphcore.casework.intake.changes import ChangeSet, Properties
from graphcore.casework.intake.losses import DEAD
from graphcore.casework.payments import STOPPED, BatchState, PayState
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.ids import Kind, derived
from graphcore.policy.rulebook import in_force
from graphcore.store.port import WriteUnit


def prepare(ctx: Context, actor: Actor, changes: ChangeSet, at: int) -> None:
    """Add the cases that each newly recorded death opens to the change set.

    Raises:
        NoRuleInForce: what a death opens has no value on the day.
    """
    for key in _newly_dead(changes):
        told = changes.current("Casualty", key) or {}
        home = changes.current("Household", str(told["household"]))
        if home is None:
            continue
        for benefit in _opened(ctx, day_of(at)):
            _open(ctx, actor, changes, key, told, home, benefit, at)


def _newly_dead(changes: ChangeSet) -> list[str]:
    made = [k for k, c in changes.created.get("Casualty", {}).items() if c["kind"] == DEAD]
    turned = [k for k, c in changes.updated.get("Casualty", {}).items() if c.get("kind") == DEAD]
    return sorted([*made, *turned])


def _opened(ctx: Context, on: date) -> list[str]:
    rules = ctx.rulebook.within(ctx.district)
    return [b for b in rules.at("casualty.opens", on).value if b in rules.benefits]


def _open(
    ctx: Context, actor: Actor, changes: ChangeSet, casualty: str, told: Properties,
    home: Properties, benefit: str, at: int,
) -> None:  # fmt: skip
    """One case a dead person of what is paid for a death, else one a household that survives."""
    rule, on = ctx.rulebook.benefits[benefit], day_of(at)
    survived = int(str(home.get("persons") or 0)) > 0
    subject = casualty if rule.event else str(home["id"])
    key = derived(Kind.CASE, str(told["disaster"]), subject, benefit)
    figure = in_force(rule.values, on, ctx.rulebook.within(ctx.district).region)
    if figure is None or changes.current("AidCase", key) or not (survived or rule.event):
        return
    changes.put("AidCase", key, {
        "id": key, "household": str(home["id"]), "disaster": told["disaster"],
        "township": home["township"], "village": home["village"], "benefit": benefit,
        "stage": rule.stage, "owner": rule.owner, "state": CaseState.PROPOSED.value, "persons": 1,
        "days": 0, "from_on": on.isoformat(), "to_on": "", "amount_fen": figure.fen,
        "raised_permille": 1000, "cites": figure.cites, "rulebook": ctx.rulebook.hash,
        "papers": list(rule.papers), "papers_due_on": "", "offered_to": "",
        "follows": "", "opened_at": at, "opened_by": actor.id, "decided_at": 0, "decided_by": "",
    })  # fmt: skip
    changes.link("CASE_OF", ("AidCase", key), ("Household", str(home["id"])))


def stop_payments(unit: WriteUnit, changes: ChangeSet) -> int:
    """Stop what waits to be sent to an account whose holder died; return how many payments.

    The money goes back to its funds, and the case is due again once there is an account of the new
    head. What has gone to the bank is answered by the bank's file.
    """
    stopped = [k for k, a in changes.updated.get("BankAccount", {}).items() if a.get("stopped_at")]
    homes = [changes.existing["BankAccount"][key]["household"] for key in stopped]
    if not homes:
        return 0
    waiting = [BatchState.DRAFT.value, BatchState.SIGNED.value]
    batches = unit.nodes("PayBatch").filter(pl.col("state").is_in(waiting))["id"].to_list()
    rows = unit.nodes("Payment").filter(
        pl.col("household").is_in(homes) & pl.col("batch").is_in(batches)
        & (pl.col("state") == PayState.PENDING.value)
    )  # fmt: skip
    if rows.height:
        unit.update("Payment", rows.select(
            "id", pl.lit(PayState.FAILED.value).alias("state"), pl.lit(STOPPED).alias("answer"),
            (pl.col("version") + 1).alias("version")))  # fmt: skip
    return rows.height
