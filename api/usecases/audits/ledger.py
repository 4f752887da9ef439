"""The ledger's invariants: versions, notices, certified deaths, signed answers."""

from __future__ import annotations

import polars as pl

from api.usecases.audits.finding import Evidence, Finding, name_some
from graphcore.casework.desk import FINAL
from graphcore.casework.intake.losses import DEAD
from graphcore.casework.payments import BatchState, PayState
from graphcore.domain.text import say


def reports_are_versions(e: Evidence) -> list[Finding]:
    """Of a township and disaster each report has a number of its own, and follows one that is there."""
    rows = e["DamageReport"]
    double = rows.filter(pl.struct("township", "disaster", "number").is_duplicated())
    loose = rows.filter(
        (pl.col("previous") != "") & ~pl.col("previous").is_in(rows["id"].implode())
    )
    wrong = pl.concat([double, loose]).unique("id")
    return name_some("ledger.versions", wrong, "id", say("报表版本号重复，或上一版不存在。"))


def every_version_notified(e: Evidence) -> list[Finding]:
    """Each version of the ledger was notified at once, and its event is in the chain."""
    mine = e["LedgerVersion"].filter(pl.col("district") == e.district).sort("number")
    sent = e["LedgerNotice"].select(pl.col("ledger").alias("id"), "sent_at")
    told = sum(x.type == "ledger.notified" for x in e.events)
    both = mine.join(sent, on="id", how="left")
    gap = pl.col("number") != pl.int_range(1, pl.len() + 1)
    wrong = both.filter(gap | pl.col("sent_at").is_null() | (pl.col("sent_at") != pl.col("at")))
    found = name_some("ledger.notified", wrong, "id", say("这一版台账没有即时通报民政部门。"))
    if told != mine.height:
        found.append(
            Finding("ledger.notified", e.district, say("台账版本数与审计链中的通报数不符。"))
        )
    return found


def deaths_certified(e: Evidence) -> list[Finding]:
    """A death names who certified it and by what; nobody who is missing counts as dead."""
    dead = e["Casualty"].filter(pl.col("kind") == DEAD)
    bare = (pl.col("certified_by").fill_null("") == "") | (pl.col("document").fill_null("") == "")
    return name_some(
        "people.certified", dead.filter(bare), "id", say("死亡登记没有认定单位或文书编号。")
    )


def nothing_waits_for_the_dead(e: Evidence) -> list[Finding]:
    """No payment waits to be sent to an account whose holder died, or without a guardian's approval."""
    stopped = e["BankAccount"].filter(pl.col("stopped_at").fill_null(0) > 0)["household"]
    alone = e["Guardianship"].filter(pl.col("state") == "open")["household"]
    homes = pl.concat([stopped, alone]).unique().implode()
    waiting = [BatchState.DRAFT.value, BatchState.SIGNED.value]
    batches = e["PayBatch"].filter(pl.col("state").is_in(waiting))["id"].implode()
    wrong = e["Payment"].filter(
        (pl.col("state") == PayState.PENDING.value) & pl.col("household").is_in(homes)
        & pl.col("batch").is_in(batches)
    )  # fmt: skip
    return name_some(
        "people.unpaid", wrong, "id", say("待发款项的收款账户户名人已故，或监护人未确定。")
    )


def answers_signed(e: Evidence) -> list[Finding]:
    """An answer to an application has a named officer, a reason and a time."""
    final = [s.value for s in FINAL]
    blank = ~pl.col("reasoned").fill_null(value=False) | (pl.col("answered_by").fill_null("") == "")
    done = e["Application"].filter(pl.col("state").is_in(final))
    wrong = done.filter(blank | (pl.col("answered_at").fill_null(0) == 0))
    return name_some("desk.signed", wrong, "id", say("答复没有写明办理人或理由。"))
