"""Gathering: one consistent copy of what the audits of omission, bundling and fairness compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

import polars as pl

from api.usecases.audits import winter
from api.usecases.audits.winter import Winters
from api.usecases.context import Context
from api.usecases.pay import changes
from api.usecases.planning.demand import everyone
from api.usecases.planning.reach import Reach
from api.usecases.planning.settled import by_need
from api.usecases.planning.snapshot import Snapshot, facts_of, glance
from graphcore.casework import places, registered
from graphcore.casework.audits.tables import HOMES, LINES_NOW, OWED, RECORDS, SHORT_NOW
from graphcore.casework.conditions import with_facts
from graphcore.casework.entitlement import assess
from graphcore.casework.rules import with_scope
from graphcore.domain.clock import CHINA, day_of, micros
from graphcore.domain.errors import InputError
from graphcore.domain.household import Stage
from graphcore.domain.supply import LineState
from graphcore.domain.tables import Schema, conform, empty
from graphcore.policy.rulebook import Rulebook
from graphcore.policy.stages import stage_at
from graphcore.store.port import ReadUnit

_S, _I = pl.String(), pl.Int64()
_NAMED: Schema = {"household": _S, "form": _S}
_OWED: Schema = {
    "need": _S, "household": _S, "item": _S, "basic": _S, "per_day": _I, "days": _I, "units": _I,
    "received": _I, "first_on": _S, "stage": _S,
}  # fmt: skip
_LINES: Schema = {"need": _S, "state": _S, "lot": _S, "quantity": _I, "covers": _I,
                  "also": pl.List(_S), "kept": _I, "got": _I}  # fmt: skip
_ABSENT: Schema = {"id": _S, "subject": _S, "form": _S, "file": _S}
_REFUSED: Schema = {"id": _S, "place": _S, "persons": _I, "at": _I}
_LEDGER: Schema = {"id": _S, "household": _S, "persons_in_need": _I, "paid_fen": _I,
                   "goods_fen": _I}  # fmt: skip
RULED: Schema = {
    "id": _S, "kind": _S, "subject": _S, "household": _S, "basic": _S, "ruling": _S, "officer": _S,
    "facts": _S, "at": _I, "until": _S,
}  # fmt: skip
AID_ROWS: Schema = {"id": _S, "household": _S, "programme": _S, "basic": _S, "first_on": _S,
                    "last_on": _S}  # fmt: skip
CASES: Schema = {"id": _S, "household": _S, "benefit": _S, "state": _S, "first_on": _S,
                  "last_on": _S, "township": _S, "village": _S, "opened_at": _I,
                  "decided_at": _I, "fast": _S, "amount_fen": _I, "raised_permille": _I}  # fmt: skip
STAGES: Schema = {"household": _S, "need": _S, "stage": _S, "basic": _S, "state": _S}
_EIGHT_HOURS = 8 * 3_600_000_000  # a day begins in China before it does in UTC
FORMS = ("roster", "ledger", "houses")
ROLLS = (*FORMS, "members", "groups")
"""Forms whose records stand for people."""


@dataclass(frozen=True)
class Raw:
    """Frames as they stand in the graph, of one short read."""

    snapshot: Snapshot
    named: pl.DataFrame
    owed: pl.DataFrame
    lines: pl.DataFrame
    shorts: pl.DataFrame
    absent: pl.DataFrame
    refused: pl.DataFrame
    ledger: pl.DataFrame
    ruled: pl.DataFrame
    aid: pl.DataFrame
    cases: pl.DataFrame
    reports: pl.DataFrame  # DamageReport nodes of the disaster
    casualties: pl.DataFrame  # Casualty nodes of the disaster
    response: pl.DataFrame  # ResponseChange nodes
    stages: pl.DataFrame
    files: pl.DataFrame
    winters: Winters
    rebuilds: pl.DataFrame
    watches: pl.DataFrame
    accounts_changed: pl.DataFrame
    compared: pl.DataFrame
    plan: Mapping[str, object]
    computed_at: int


@dataclass(frozen=True)
class Facts:
    """What the audits are computed from, on a day."""

    raw: Raw
    rulebook: Rulebook
    subjects: pl.DataFrame  # SUBJECTS
    reach: Reach
    homes: pl.DataFrame  # HOMES
    owed: pl.DataFrame  # OWED
    ties: pl.DataFrame  # TIES
    on: date
    at: int

    @property
    def disaster(self) -> str:
        """Id of the disaster."""
        return str(self.raw.snapshot.disaster["id"])

    @property
    def since(self) -> int:
        """When the disaster struck, UTC microseconds."""
        return int(str(self.raw.snapshot.disaster["occurred_at"]))


def gather_facts(ctx: Context, disaster: str = "") -> Facts:
    """Copy out and prepare what the audits compare ("" = the latest disaster).

    Raises:
        NotFound: no such disaster.
    """
    at = ctx.clock()
    raw = ctx.store.read(lambda unit: _read(unit, ctx.district, disaster))
    rulebook = ctx.rulebook.within(ctx.district)
    subjects, network = everyone(rulebook, raw.snapshot, day_of(at), at)
    homes = _homes(raw, subjects, rulebook, day_of(at))
    owed = pl.concat([_known(raw), _new(ctx, raw, subjects, homes, rulebook, at)])
    ties = registered.ties(raw.compared)
    return Facts(raw, rulebook, subjects, network, homes, owed, ties, day_of(at), at)


def _read(unit: ReadUnit, district: str, disaster: str) -> Raw:
    snapshot = glance(unit, district, disaster, of_planning=False)
    hit, plan = str(snapshot.disaster["id"]), snapshot.base
    row = unit.nodes("Plan", [plan]).row(0, named=True) if plan else {}
    told = unit.rows("audits.computed_at", district=district)
    return Raw(
        snapshot,
        unit.table("audits.named_by", _NAMED, forms=list(FORMS)),
        unit.table("audits.owed", _OWED, disaster=hit),
        _lines(unit, plan, snapshot.lots),
        unit.table("audits.shorts", SHORT_NOW, plan=plan),
        unit.table("audits.absent", _ABSENT, forms=list(ROLLS)),
        unit.table("audits.refused", _REFUSED),
        unit.table("audits.ledger", _LEDGER, disaster=hit),
        unit.table("audits.determinations", RULED),
        unit.table("audits.aid", AID_ROWS),
        unit.table("audits.cases", CASES, disaster=hit),
        unit.nodes("DamageReport").filter(pl.col("disaster") == hit),
        unit.nodes("Casualty").filter(pl.col("disaster") == hit),
        unit.nodes("ResponseChange"),
        unit.table("audits.served_stages", STAGES, plan=plan),
        unit.nodes("SourceFile").select(pl.col("id").alias("file"), "imported_at"),
        winter.read(unit, hit),
        unit.nodes("RebuildCase").rename({"id": "rebuild"}),
        unit.nodes("PovertyWatch"),
        changes.changed(unit),
        unit.table("audits.compared", registered.COMPARED),
        row,
        int(str(told[0]["at"] or 0)) if told else 0,
    )


def _lines(unit: ReadUnit, plan: str, lots: pl.DataFrame) -> pl.DataFrame:
    """Return LINES_NOW of a plan: what each line promises, and who commands its lot."""
    whose = lots.select(pl.col("id").alias("lot"), pl.col("authority").fill_null(""))
    lines = by_need(unit.table("audits.lines", _LINES, plan=plan)).with_columns(
        pl.col("kept", "got") * pl.col("covers") // pl.col("quantity")
    )
    told = lines.join(whose, on="lot", how="left").with_columns(
        pl.col("authority").fill_null(""), pl.col("kept").alias("quantity")
    )
    coming = told.with_columns(pl.col("quantity") - pl.col("got")).filter(pl.col("quantity") > 0)
    handed = told.filter(pl.col("got") > 0).with_columns(
        pl.col("got").alias("quantity"), pl.lit(LineState.RECEIVED.value).alias("state")
    )
    return pl.concat([conform(coming, LINES_NOW), conform(handed, LINES_NOW)])


def _homes(raw: Raw, subjects: pl.DataFrame, rulebook: Rulebook, on: date) -> pl.DataFrame:
    """Return HOMES: everyone counted, with who names them and whether their place was hit."""
    none = empty({"subject": _S, "person": _S, "fact": _S})
    scoped = with_scope(with_facts(subjects, none), rulebook, on).rename({"subject": "household"})
    lived = raw.snapshot.households.select(pl.col("id").alias("household"), "township")
    stays = raw.snapshot.stays.select("household", pl.lit("stays").alias("form")).unique()
    by = pl.concat([raw.named, stays]).group_by("household").agg(
        pl.col("form").unique().sort().alias("named_by")
    )  # fmt: skip
    home = scoped.rename({"township": "_now"}).join(lived, on="household", how="left").join(
        by, on="household", how="left").join(_hit(raw), on="village", how="left")  # fmt: skip
    return conform(home.with_columns(
        pl.coalesce("township", "_now").alias("township"),
        pl.col("named_by").fill_null(pl.lit([], dtype=pl.List(_S))),
        pl.col("hit").fill_null(value=False) | pl.col("anonymous"),
    ), HOMES)  # fmt: skip


def _hit(raw: Raw) -> pl.DataFrame:
    """Return village, hit."""
    marked = raw.snapshot.villages.select(pl.col("code").alias("village"), "hit")
    struck = raw.snapshot.hits.filter(pl.col("intensity") > 0)["township"].to_list()
    lived = raw.snapshot.households.select(pl.col("id").alias("household"), "village")
    told = raw.named.filter(pl.col("form").is_in(list(places.REPORTING))).join(
        lived, on="household"
    )
    every = marked.join(raw.snapshot.homes, on="village")
    named = told["village"].unique().to_list()
    return places.hit(every, struck, named).select("village", "hit")


def _known(raw: Raw) -> pl.DataFrame:
    """Return OWED of the needs in the graph; ``planned_for`` if the plan in force knows them."""
    first = str(raw.plan.get("first_on") or "")
    fresh = bool(raw.plan) and raw.computed_at <= int(str(raw.plan.get("created_at") or 0))
    covered = pl.concat([raw.lines["need"], raw.shorts["need"]]).unique().implode()
    units = pl.col("units").fill_null(pl.col("per_day") * pl.col("days"))
    due = pl.col("first_on").str.to_date(strict=False)
    begun = (due.dt.epoch("us") - _EIGHT_HOURS).fill_null(0)
    knows = pl.lit(fresh) & (pl.col("first_on") == first) & pl.col("need").is_in(covered)
    struck = int(str(raw.snapshot.disaster["occurred_at"]))
    return conform(raw.owed.with_columns(
        units.alias("units"), pl.col("received").fill_null(0),
        pl.max_horizontal(begun, pl.lit(struck)).alias("since"), knows.alias("planned_for"),
        pl.lit(value=True).alias("stored"),
    ), OWED)  # fmt: skip


def _new(
    ctx: Context, raw: Raw, subjects: pl.DataFrame, homes: pl.DataFrame, rulebook: Rulebook, at: int
) -> pl.DataFrame:
    """Return OWED of those who are owed something now and of whom no need was computed yet.

    Only their persons' medical facts are decrypted. In a stage without need rules nothing is
    computed, and their accounts say so.
    """
    owing = homes.filter(pl.col("scope") != "").select(pl.col("household").alias("subject"))
    late = owing.join(raw.owed.select(pl.col("household").alias("subject")), on="subject",
                      how="anti")  # fmt: skip
    stage = _stage(raw.snapshot, rulebook, day_of(at))
    if late.is_empty() or stage is None:
        return empty(OWED)
    some = subjects.join(late, on="subject", how="semi")
    persons = raw.snapshot.persons.join(late, left_on="household", right_on="subject", how="semi")
    first_on = day_of(at)
    found = assess(
        some, facts_of(ctx, persons), rulebook=rulebook, hazard=str(raw.snapshot.disaster["hazard"]),
        stage=stage, first_on=first_on,
        days=int(rulebook.at("plan.horizon_days", first_on).value),
        disaster=str(raw.snapshot.disaster["id"]), now=at,
    )  # fmt: skip
    since = max(micros(datetime.combine(first_on, time(), CHINA)),
                int(str(raw.snapshot.disaster["occurred_at"])))  # fmt: skip
    by_need = found.needs.group_by("need").agg(
        pl.col("subject").first().alias("household"), pl.col("item", "basic").first(),
        pl.col("quantity").sum().alias("units"),
    )  # fmt: skip
    return conform(by_need.with_columns(
        pl.lit(0).alias("received"), pl.lit(since).alias("since"),
        pl.lit(value=False).alias("planned_for"), pl.lit(value=False).alias("stored"),
    ), OWED)  # fmt: skip


def _stage(snapshot: Snapshot, rulebook: Rulebook, day: date) -> Stage | None:
    try:
        clock = stage_at(rulebook, day_of(int(str(snapshot.disaster["occurred_at"]))), day)
    except InputError:
        return None
    return Stage(clock.code) if clock.computed else None


def absent_records(facts: Facts) -> pl.DataFrame:
    """Return RECORDS that no later file holds, by the household that they stand for."""
    raw = facts.raw
    lives = raw.snapshot.persons.select(pl.col("id").alias("subject"), "household")
    rows = raw.absent.join(lives, on="subject", how="left").join(raw.files, on="file", how="left")
    home = pl.when(pl.col("subject").str.starts_with("H-")).then("subject").otherwise("household")
    return conform(rows.with_columns(
        home.fill_null("").alias("household"), pl.col("imported_at").fill_null(0).alias("absent_at")
    ), RECORDS)  # fmt: skip
