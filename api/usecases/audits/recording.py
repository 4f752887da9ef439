"""Recording: findings become nodes; those whose facts are gone are closed, never deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from api.usecases.audits.accepting import accepted
from api.usecases.audits.gathering import Facts
from api.usecases.context import Context
from graphcore.casework.audits.tables import FOUND
from graphcore.casework.needids import derived_many
from graphcore.domain.actor import Actor
from graphcore.domain.audit import FindingState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind
from graphcore.domain.tables import Schema
from graphcore.store.port import WriteUnit

_HOUR = 3_600_000_000
_MOST_TOLD = 500
"""Ids of closed findings that an event names at most; their digest covers all."""
_S, _I, _L = pl.String(), pl.Int64(), pl.List(pl.String())
_STORED: Schema = {
    "id": _S, "rule": _S, "subject": _S, "state": _S, "since": _I, "reason": _S, "whom": _S,
    "detail": _S, "village": _S, "township": _S, "basics": _L, "proof": _L, "version": _I,
}  # fmt: skip
_SAID = ("village", "township", "basics", "reason", "whom", "detail", "proof")
OPEN, ACCEPTED, CLOSED = (s.value for s in FindingState)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of the audits changed.

    ``found`` are all that stand now; ``accepted`` those of them that a named person has accepted.
    Only changed facts close one.
    """

    found: int
    accepted: int
    opened: int
    reopened: int
    changed: int
    closed: int
    by_rule: dict[str, int]
    accepted_by_rule: dict[str, int]


def record(ctx: Context, actor: Actor, facts: Facts, found: pl.DataFrame, ref: str) -> Run:
    """Bring the graph's findings up to date with what was found, in one transaction.

    ``ref`` is the run's id, which its event carries.
    """
    every = _named(ctx, facts, found)
    ruled = pl.col("id").is_in(accepted(every, facts.raw.ruled)["id"].implode())
    named = every.with_columns(
        pl.when(ruled).then(pl.lit(ACCEPTED)).otherwise(pl.lit(OPEN)).alias("to")
    )
    passed = named.filter(pl.col("to") == ACCEPTED)

    def write(unit: WriteUnit) -> Run:
        old = unit.table("audits.findings", _STORED, disaster=facts.disaster)
        parts = _compare(named, old)
        opened, reopened, changed, closed = (parts[p].height for p in _PARTS)
        run = Run(named.height, passed.height, opened, reopened, changed, closed,
                  _by_rule(named), _by_rule(passed))  # fmt: skip
        event = unit.append(EventDraft("audit.run", actor.id, facts.at,
                                       {"ref": ref, **_body(facts, run, parts)}))  # fmt: skip
        _write(unit, facts, parts, ctx.district, event.seq)
        return run

    return ctx.store.write(ctx.district, write)


def _by_rule(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("rule").len().sort("rule").iter_rows())


_PARTS = ("opened", "reopened", "changed", "closed")


def _named(ctx: Context, facts: Facts, found: pl.DataFrame) -> pl.DataFrame:
    """Return FOUND with its id, first owner and due time; without a place it is the district's."""
    ids = derived_many(Kind.FINDING, [facts.disaster], found.select("rule", "subject"))
    hours = facts.rulebook.at("audit.due_hours", facts.on).value
    owners = facts.rulebook.at("audit.owner", facts.on).value
    due = pl.col("rule").replace_strict(hours, default=24, return_dtype=pl.Int64())
    owner = pl.col("rule").replace_strict(owners, default="dispatcher", return_dtype=pl.String())
    local = (owner == "township") & (pl.col("township") != "")
    return found.with_columns(
        pl.col("township").replace("", ctx.district), ids.alias("id"), (facts.at + due * _HOUR).alias("due_at"),
        pl.when(local).then(pl.concat_str(owner, pl.lit(":"), "township")).otherwise(owner)
        .alias("owner"),
    )  # fmt: skip


def _compare(named: pl.DataFrame, old: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return what is opened, reopened, changed (with the stored ``since``, if older) and closed."""
    was = old.select("id", "state", "version", pl.col("since").alias("_since"),
                     pl.col("proof").alias("_proof"))  # fmt: skip
    both = named.join(was, on="id")
    back = both.filter(pl.col("state") == CLOSED)
    same = old.select("id", *_SAID, pl.col("state").alias("to"))
    on = ["id", *_SAID, "to"]
    still = both.filter(pl.col("state") != CLOSED).join(same, on=on, how="anti", nulls_equal=True)
    return {
        "opened": named.join(was, on="id", how="anti"),
        "reopened": back,
        "changed": still.with_columns(pl.min_horizontal("since", "_since").alias("since")),
        "closed": old.filter(pl.col("state") != CLOSED).join(named, on="id", how="anti"),
    }


def _body(facts: Facts, run: Run, parts: dict[str, pl.DataFrame]) -> dict[str, Json]:
    gone = parts["closed"]["id"].sort().to_list()
    rules: dict[str, Json] = dict(run.by_rule)
    return {
        "disaster": facts.disaster, "rulebook": facts.rulebook.hash, "found": run.found,
        "accepted": run.accepted,
        "opened": run.opened, "reopened": run.reopened, "changed": run.changed,
        "closed": run.closed, "rules": rules, "opened_digest": _digest(parts["opened"]["id"]),
        "closed_digest": _digest(gone), "closed_ids": list(gone[:_MOST_TOLD]),
    }  # fmt: skip


def _digest(ids: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _write(
    unit: WriteUnit, facts: Facts, parts: dict[str, pl.DataFrame], district: str, seq: int
) -> None:
    new = parts["opened"].select(
        "id", *FOUND, "owner", "due_at", pl.lit(district).alias("district"),
        pl.lit(facts.disaster).alias("disaster"), pl.col("to").alias("state"),
        pl.lit(facts.at).alias("found_at"), pl.lit(0).alias("closed_at"), pl.lit(seq).alias("run"),
        pl.lit(1).alias("version"),
    )  # fmt: skip
    unit.create("Finding", new)
    _link(unit, new.with_columns(pl.col("proof").alias("add")))
    again = parts["reopened"].with_columns(pl.lit(facts.at).alias("found_at"))
    unit.update(
        "Finding", _touched(again, pl.col("to"), seq, "since", "due_at", "found_at", *_SAID)
    )
    unit.update("Finding", _touched(parts["changed"], pl.col("to"), seq, "since", *_SAID))
    gone = parts["closed"].with_columns(pl.lit(facts.at).alias("closed_at"))
    unit.update("Finding", _touched(gone, pl.lit(CLOSED), seq, "closed_at"))
    columns = ("id", "proof", "_proof")
    _relink(unit, pl.concat([again.select(columns), parts["changed"].select(columns)]))


def _touched(rows: pl.DataFrame, state: pl.Expr, seq: int, *columns: str) -> pl.DataFrame:
    stands = [] if "closed_at" in columns else [pl.lit(0).alias("closed_at")]
    return rows.select("id", *columns, *stands, state.alias("state"),
                       pl.lit(seq).alias("run"), pl.col("version") + 1)  # fmt: skip


def _relink(unit: WriteUnit, rows: pl.DataFrame) -> None:
    """Let a finding's proof follow the facts: take off what proves it no longer, add what does."""
    add, off = pl.col("proof").list, pl.col("_proof").list
    moved = rows.select("id", add.set_difference("_proof").alias("add"),
                        off.set_difference("proof").alias("off"))  # fmt: skip
    for (rel, label), ends in _ends(moved.select("id", pl.col("off").alias("add"))).items():
        unit.unlink(rel, "Finding", label, ends)
    _link(unit, moved)


def _link(unit: WriteUnit, rows: pl.DataFrame) -> None:
    for (rel, label), ends in _ends(rows.select("id", "add")).items():
        unit.link(rel, "Finding", label, ends)


def _ends(rows: pl.DataFrame) -> dict[tuple[str, str], pl.DataFrame]:
    """Return (relationship, label) → from, to: what a finding concerns and what proves it."""
    pairs = rows.explode("add").drop_nulls("add").select(
        pl.col("id").alias("from"), pl.col("add").str.split_exact("/", 1).alias("node")
    ).unnest("node")  # fmt: skip
    told = pairs.rename({"field_0": "label", "field_1": "to"}).filter(pl.col("to") != "")
    return {
        ("CONCERNS" if label in ("Household", "Headcount") else "PROVED_BY", str(label)):
            part.select("from", "to")
        for (label,), part in told.group_by("label", maintain_order=True)
    }  # fmt: skip
