"""Rebuilding: which milestone follows on which route, and who has no warm dwelling by the frost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from graphcore.domain.errors import InputError, WrongState
from graphcore.domain.rebuilding import Milestone, Route
from graphcore.domain.tables import Schema
from graphcore.domain.text import Text, say
from graphcore.policy.rulebook import Rulebook

_M = Milestone
_PAPERS = (_M.ASSESSED, _M.APPLIED, _M.REVIEWED, _M.NOTICED, _M.AUDITED, _M.APPROVED)
_BUILT = (*_PAPERS, _M.STARTED, _M.ROOFED, _M.ACCEPTED, _M.MOVED_IN)
SEQUENCE: Mapping[Route, tuple[Milestone, ...]] = {
    Route.SELF_BUILD: _BUILT,
    Route.RAISED: _BUILT,
    Route.PUBLIC_HOUSING: (*_PAPERS, _M.ALLOTTED, _M.MOVED_IN),
}
_S, _I = pl.String(), pl.Int64()
HOUSES: Schema = {
    "household": _S, "township": _S, "village": _S, "damage": _S,
    "rebuild": _S,  # "" = nobody has opened a case yet
    "route": _S, "milestone": _S, "reached_on": _S,
    "interim_until": _S,  # a warm place to stay until then; "" = none
}  # fmt: skip
"""One row a household whose house has to be rebuilt or repaired."""


def to_rebuild(
    dwellings: pl.DataFrame, households: pl.DataFrame, cases: pl.DataFrame, damages: Sequence[str]
) -> pl.DataFrame:
    """Return HOUSES and dwelling, version: damaged houses, and those with a case.

    Args:
        dwellings: Dwelling.
        households: Household.
        cases: RebuildCase with ``rebuild`` as its id.
        damages: damage classes that are to be rebuilt or repaired.
    """
    lives = households.select(pl.col("id").alias("household"), "township", "village")
    damaged = dwellings.select(pl.col("id").alias("dwelling"), "household", "damage")
    rows = damaged.join(lives, on="household").join(
        cases.drop("household", "township", "village"), on="dwelling", how="left"
    ).filter(pl.col("damage").is_in(list(damages)) | pl.col("rebuild").is_not_null())  # fmt: skip
    words = ("rebuild", "route", "milestone", "reached_on", "interim_until")
    full = rows.with_columns(pl.col(*words).fill_null(""), pl.col("version").fill_null(0))
    return full.select(*HOUSES, "dwelling", "version").sort("township", "village", "dwelling")


def following(route: Route, reached: str, waived: Collection[str] = ()) -> tuple[Milestone, ...]:
    """Return the milestones that may come next: the first that is not waived, and those before it.

    >>> following(Route.PUBLIC_HOUSING, "approved")
    (<Milestone.ALLOTTED: 'allotted'>,)
    """
    order = SEQUENCE[route]
    left = order[order.index(Milestone(reached)) + 1 :] if reached else order
    must = next((n for n, m in enumerate(left) if m.value not in waived), len(left) - 1)
    return left[: must + 1]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a milestone rests on."""

    on: date
    evidence: str
    photos: tuple[str, ...] = ()


def check(
    route: Route, reached: str, reached_on: str, what: Milestone, proof: Proof,
    photos_for: Collection[str], waived: Collection[str] = (),
) -> None:  # fmt: skip
    """See that a milestone may be recorded.

    Raises:
        WrongState: another one comes first.
        InputError: no evidence, photographs are missing, or the day lies before the last one's.
    """
    may = following(route, reached, waived)
    if what not in may:
        raise WrongState(
            say("这一步还不能登记“{step}”。", step=milestone_word(what)),
            say("下一步应为“{step}”。", step=milestone_word(may[-1])) if may
            else say("此户已入住，无需再登记。"),
        )  # fmt: skip
    if not proof.evidence.strip():
        raise InputError(say("必须写明依据的记录编号。"), say("请填写记录编号，不要写姓名。"),
                         field="evidence")  # fmt: skip
    if what.value in photos_for and not proof.photos:
        raise InputError(say("“{step}”必须附照片编号。", step=milestone_word(what)),
                         say("请填写照片的档案编号。"), field="photos")  # fmt: skip
    if reached_on and proof.on.isoformat() < reached_on:
        raise InputError(say("日期早于上一步（{day}）。", day=reached_on), say("请核对日期。"),
                         field="on")  # fmt: skip


def frost(rulebook: Rulebook, on: date) -> date:
    """Return the first frost that matters on a day: this autumn's, or until the thaw the last one.

    Raises:
        NoRuleInForce: no value on the day in the region.
    """
    told = rulebook.at("rebuild.first_frost", on).value
    thaw = date.fromisoformat(f"{on.year}-{told['thaw']}")
    year = on.year - 1 if on <= thaw else on.year
    return date.fromisoformat(f"{year}-{told['frost']}")


def unhoused(houses: pl.DataFrame, first_frost: date, on: date) -> pl.DataFrame:
    """Return who has no safe, warm dwelling for the frost: HOUSES with frost_on, days_left.

    Moved in is housed; a warm place to stay counts while it lasts beyond the frost and today.
    """
    beyond = max(first_frost, on).isoformat()
    cold = (pl.col("milestone") != Milestone.MOVED_IN.value) & (pl.col("interim_until") < beyond)
    return houses.filter(cold).with_columns(
        pl.lit(first_frost.isoformat()).alias("frost_on"),
        pl.lit((first_frost - on).days, dtype=_I).alias("days_left"),
    ).sort("township", "village", "household")  # fmt: skip


def milestone_word(what: Milestone) -> Text:
    """Return what a milestone is called."""
    words = {
        _M.ASSESSED: say("评估鉴定"), _M.APPLIED: say("申请或提名"), _M.REVIEWED: say("村评议"),
        _M.NOTICED: say("公示"), _M.AUDITED: say("乡镇审核"), _M.APPROVED: say("县级审批"),
        _M.STARTED: say("开工"), _M.ROOFED: say("封顶"), _M.ACCEPTED: say("验收"),
        _M.ALLOTTED: say("保障房分配"), _M.MOVED_IN: say("入住"),
    }  # fmt: skip
    return words[what]
