"""Steps of the campaign: each by a named person, on a day, on evidence, for many households."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import polars as pl

from api.access import Operation, authorise
from api.usecases.audits.warning import warn_of_cases
from api.usecases.cases.propose import NO_PAPERS, keep_rules, open_cases
from api.usecases.context import Context
from api.usecases.privacy.sealing import seal_all
from api.usecases.winter.campaigns import entries_of, find
from graphcore.casework.cases import CaseState
from graphcore.casework.fasttrack import eased, open_to
from graphcore.casework.subjects import groups_on
from graphcore.casework.winter import (
    AFTER,
    BEFORE,
    BENEFIT,
    WAIVABLE,
    amounts,
    check_step,
    notice_over,
    period,
)
from graphcore.domain.actor import Actor
from graphcore.domain.campaign import EntryState, Step
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import Text, say
from graphcore.policy.rulebook import Rulebook
from graphcore.store.port import ReadUnit, WriteUnit
from graphcore.store.values import label_schema

_OPERATION = {Step.DECIDE: Operation.DECIDE_CASE}


@dataclass(frozen=True, slots=True)
class Pick:
    """Which households: by entry or household id, or all of a village or township that wait."""

    ids: tuple[str, ...] = ()
    village: str = ""
    township: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the named person says of a step."""

    evidence: str
    reason: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step did; ``warnings``: aid for the same need that a decision stands beside."""

    step: Step
    households: int
    amount_fen: int
    warnings: tuple[Text, ...] = ()


def take(ctx: Context, actor: Actor, year: int, step: Step, pick: Pick, said: Said) -> Taken:
    """Take one step for all households picked, or for none.

    Raises:
        Forbidden: the actor may not take the step there.
        NotFound: the campaign was not opened.
        InputError: nobody is picked, or evidence or a reason is missing.
        WrongState: a household named stands elsewhere, or a public notice is still up.
        NoRuleInForce: the standard has no value on the day.
    """
    check_step(step, said.evidence, said.reason)
    at = ctx.clock()
    on = said.on or day_of(at)
    operation = _OPERATION.get(step, Operation.TAKE_STEP)
    authorise(actor, operation)
    rules = ctx.rulebook.within(ctx.district)

    def write(unit: WriteUnit) -> Taken:
        campaign = find(ctx, unit, year)
        rows = picked(_now(unit, str(campaign["id"]), rules, on), step, pick)
        for town in rows["township"].unique().sort():
            authorise(actor, operation, str(town))
        changed = _changed(rows, step, on, rules)
        found: tuple[Text, ...] = ()
        if step is Step.DECIDE:
            changed = _decided(unit, changed, campaign, actor, at, rules, year)
            found = warn_of_cases(ctx, unit, changed["aid_case"].to_list(),
                                  str(campaign["disaster"]), on)  # fmt: skip
        unit.update("WinterEntry", changed.select(_WRITTEN))
        keep_rules(unit, rules, on)
        _steps(ctx, unit, changed, step, actor, said, on, at)
        unit.append(EventDraft(f"winter.{step.value}", actor.id, at, _body(changed, on, rules)))
        return Taken(step, changed.height, int(changed["amount_fen"].sum()), found)

    return ctx.store.write(ctx.district, write)


def _now(unit: ReadUnit, campaign: str, rules: Rulebook, on: date) -> pl.DataFrame:
    """Return the campaign's entries with their groups, and the fast track that waives the notice."""
    groups = groups_on(unit.nodes("HardshipStatus"), on).rename({"subject": "household"})
    track = open_to(rules, BENEFIT, on)
    tracks = [n for n, e in rules.easing(BENEFIT, on).items() if WAIVABLE in e.steps]
    known = entries_of(unit, campaign).join(groups, on="household", how="left").with_columns(
        pl.col("groups").fill_null(pl.lit([], dtype=pl.List(pl.String())))
    )  # fmt: skip
    return known.with_columns(track.alias("fast"), track.is_in(tracks).alias("waived"))


_WRITTEN = ("id", "state", "noticed_on", "amount_fen", "computed_fen", "cites",
            "rulebook", "aid_case", "version")  # fmt: skip


def picked(entries: pl.DataFrame, step: Step, pick: Pick) -> pl.DataFrame:
    """Return the entries that a step is taken for.

    Raises:
        InputError: none.
        WrongState: one that is named by id does not wait for this step.
    """
    ready = pl.col("state").is_in([s.value for s in BEFORE[step]])
    if step is Step.DECIDE:
        ready = ready | (pl.col("waived") & (pl.col("state") == EntryState.AUDITED.value))
    if pick.ids:
        named = pl.col("id").is_in(pick.ids) | pl.col("household").is_in(pick.ids)
        rows = entries.filter(named)
        if not rows.filter(~ready).is_empty():
            raise WrongState(
                say("所列户中有 {count} 户不在这一步。", count=rows.filter(~ready).height),
                say("请用 doudi campaign list 查看各户现状。"),
            )  # fmt: skip
    else:
        rows = entries.filter(ready)
    if pick.village:
        rows = rows.filter(pl.col("village") == pick.village)
    rows = rows.filter(pl.col("township").str.starts_with(pick.township))
    if rows.is_empty():
        raise InputError(say("没有等待这一步的户。"),
                         say("请用 doudi campaign due 查看各村等待的步骤。"), field="pick")  # fmt: skip
    return rows


def _changed(rows: pl.DataFrame, step: Step, on: date, rules: Rulebook) -> pl.DataFrame:
    """Return the entries as they stand after the step, with what the standard of the day gives."""
    if step is Step.DECIDE:
        _notices_over(rows, rules, on)
    figures = amounts(rows, rules, on)
    full = rows.drop("computed_fen", "cites").join(figures, on="id")
    told = pl.when(pl.col("told_fen") > 0).then("told_fen").otherwise("computed_fen")
    posted = on.isoformat() if step is Step.NOTICE else None
    return full.with_columns(
        pl.lit(AFTER[step].value).alias("state"),
        told.alias("amount_fen"), pl.lit(rules.hash).alias("rulebook"), pl.col("version") + 1,
        pl.col("noticed_on") if posted is None else pl.lit(posted).alias("noticed_on"),
    ).sort("id")  # fmt: skip


def _notices_over(rows: pl.DataFrame, rules: Rulebook, on: date) -> None:
    latest = rows.filter(pl.col("noticed_on") != "")["noticed_on"].max()
    if latest is None:
        return
    days = int(rules.at("winter.notice_days", on).value)
    notice_over(date.fromisoformat(str(latest)), days, on)


def _steps(
    ctx: Context, unit: WriteUnit, rows: pl.DataFrame, step: Step, actor: Actor, said: Said,
    on: date, at: int,
) -> None:  # fmt: skip
    ids = [
        derived(Kind.STEP, entry, step.value, version)
        for entry, version in rows.select("id", "version").iter_rows()
    ]
    fixed = {"step": step.value, "officer": actor.id, "on_day": on.isoformat(), "at": at}
    made = rows.select(
        pl.Series("id", ids), "campaign", pl.col("id").alias("entry"), "household", "township",
        *(pl.lit(value).alias(name) for name, value in fixed.items()),
    )  # fmt: skip
    unit.create("WinterStep", made)
    unit.link("TAKEN_ON", "WinterStep", "WinterEntry", made.select(
        pl.col("id").alias("from"), pl.col("entry").alias("to")))  # fmt: skip
    written = {"evidence": said.evidence, "reason": said.reason}
    words: dict[str, Json] = {name: text for name, text in written.items() if text.strip()}
    seal_all(ctx, unit, "WinterStep", dict.fromkeys(ids, words))


def _body(rows: pl.DataFrame, on: date, rules: Rulebook) -> dict[str, Json]:
    digest = hashlib.sha256("\n".join(rows["id"].sort()).encode()).hexdigest()
    return {
        "campaign": str(rows["campaign"][0]), "entries": rows.height, "entries_digest": digest,
        "amount_fen": int(rows["amount_fen"].sum()), "on": on.isoformat(), "rulebook": rules.hash,
    }  # fmt: skip


# -- the county's decision opens cases, which are paid like any other -------------------------------


def _decided(
    unit: WriteUnit, rows: pl.DataFrame, campaign: object, actor: Actor, at: int, rules: Rulebook,
    year: int,
) -> pl.DataFrame:  # fmt: skip
    """Approve a case for each household: the one proposed before, or a new one; never a second."""
    disaster = str(dict(campaign)["disaster"])  # type: ignore[call-overload]
    homes = rows.unique("household", keep="first", maintain_order=True)
    open_now = unit.nodes("AidCase").filter(
        (pl.col("benefit") == BENEFIT) & (pl.col("disaster") == disaster)
        & (pl.col("state") != CaseState.REFUSED.value)
    ).filter(pl.col("household").is_in(homes["household"].implode()))  # fmt: skip
    waiting = open_now.filter(pl.col("state") == CaseState.PROPOSED.value)
    have = dict(open_now.select("household", "id").iter_rows())
    new = _cases(homes.join(open_now.select("household"), on="household", how="anti"),
                 disaster, actor, at, rules, year)  # fmt: skip
    if new.height:
        open_cases(unit, new)
    told = homes.join(waiting.select("household", "version", pl.col("id").alias("case")),
                      on="household", suffix="_case")  # fmt: skip
    if told.height:
        unit.update("AidCase", told.select(
            pl.col("case").alias("id"), "amount_fen", "cites", "rulebook", "raised_permille",
            pl.lit(CaseState.APPROVED.value).alias("state"), pl.lit(at).alias("decided_at"),
            pl.lit(actor.id).alias("decided_by"), pl.col("version_case") + 1,
        ).rename({"version_case": "version"}))  # fmt: skip
    case = {**have, **dict(new.select("household", "id").iter_rows())}
    return rows.with_columns(
        pl.col("household").replace_strict(case, return_dtype=pl.String()).alias("aid_case")
    )


def _papers(rules: Rulebook, on: date) -> tuple[pl.Expr, pl.Expr]:
    """Return which papers a case needs and by when they may follow, by the fast track it is on."""
    whole = rules.benefits[BENEFIT].papers
    papers, due = pl.lit(list(whole), dtype=pl.List(pl.String())), pl.lit("")
    for track in rules.easing(BENEFIT, on):
        told = eased(rules, BENEFIT, track, whole, on)
        mine = pl.col("fast") == track
        papers = (
            pl.when(mine)
            .then(pl.lit(list(told.papers), dtype=pl.List(pl.String())))
            .otherwise(papers)
        )
        due = pl.when(mine).then(pl.lit(told.due_on)).otherwise(due)
    return papers, due


def _cases(
    rows: pl.DataFrame, disaster: str, actor: Actor, at: int, rules: Rulebook, year: int
) -> pl.DataFrame:
    first, last = period(rules, year)
    rule = rules.benefits[BENEFIT]
    papers, due = _papers(rules, day_of(at))
    ids = [
        derived(Kind.CASE, c, h, BENEFIT)
        for c, h in rows.select("campaign", "household").iter_rows()
    ]
    fixed = {
        "disaster": disaster, "benefit": BENEFIT, "stage": rule.stage, "owner": rule.owner,
        "state": CaseState.APPROVED.value, "days": 0, "from_on": first.isoformat(),
        "to_on": last.isoformat(), "offered_to": "", "follows_on": "", "accepted_on": "",
        "extended_on": "",
        "follows": "", "opened_at": at, "opened_by": actor.id, "decided_at": at,
        "decided_by": actor.id, "version": 1,
    }  # fmt: skip
    full = rows.with_columns(
        pl.Series("id", ids, dtype=pl.String()),
        papers.alias("papers"),
        due.alias("papers_due_on"),
        pl.when(pl.col("fast") == "").then(pl.lit("")).otherwise(pl.lit(actor.id)).alias("fast_by"),
        NO_PAPERS.alias("papers_in"),
        *(pl.lit(value).alias(name) for name, value in fixed.items()),
    )
    return full.select(list(label_schema("AidCase")))
