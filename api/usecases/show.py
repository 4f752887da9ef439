"""What a plan comes to: the figures that a dispatcher looks at first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.supply import COUNTED, LineState
from graphcore.domain.tables import LEFT_OUT, LINES, SHORTFALLS, Schema, met
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit

_S, _I = pl.String(), pl.Int64()
REFUSED: Schema = {
    "id": _S, "file": _S, "sheet": _S, "row": _I, "form": _S, "place": _S, "persons": _I,
    "codes": pl.List(_S),
}  # fmt: skip
ABSENT: Schema = {
    "id": _S, "form": _S, "subject": _S, "source": _S, "sheet": _S, "row": _I, "absent_since": _S,
}  # fmt: skip


@dataclass(frozen=True)
class PlanView:
    """A plan with the frames that screens, files and answers are made from."""

    plan: dict[str, object]
    goals: list[dict[str, object]]
    projects: dict[str, str]  # lot → project that it was given for
    floors: list[str]  # equity floors that it keeps, as the dispatcher wrote them
    aims: list[str]  # the order of the goals, each with what it may give up
    lines: pl.DataFrame  # LINES
    shortfalls: pl.DataFrame  # SHORTFALLS
    left_out: pl.DataFrame  # LEFT_OUT
    needs: pl.DataFrame  # Need nodes
    referrals: pl.DataFrame  # open Referral nodes
    names: dict[str, str]  # id or code → what people call it
    codes: dict[str, str]  # id → the code in the user's own files
    units: dict[str, str]  # item → 顶, 床, 件
    households: pl.DataFrame  # Household nodes
    unserved: Unserved


def figures(plan: Mapping[str, object]) -> dict[str, Any]:
    """Return who solved a plan and the counts of its problem; nothing where none are stored."""
    return dict(json.loads(str(plan.get("figures") or "{}")))


@dataclass(frozen=True)
class Unserved:
    """People whom no plan can serve yet, and why they are still counted."""

    unknown: int  # roster households that nobody has reached: never safe
    refused: pl.DataFrame  # REFUSED rows, not settled
    absent: pl.DataFrame  # ABSENT records, for decision

    @property
    def refused_persons(self) -> int:
        """People named by refused rows."""
        return int(self.refused["persons"].sum())


def plan_view(ctx: Context, actor: Actor, plan: str = "") -> PlanView:
    """Return a plan ("" = the one in force, or else the newest).

    Raises:
        NotFound: no such plan, or none yet.
    """
    authorise(actor, Operation.READ_PLAN, ctx.district)
    return ctx.store.read(lambda unit: _view(unit, ctx.district, plan))


def _view(unit: ReadUnit, district: str, wanted: str) -> PlanView:
    plan = find_plan(unit, district, wanted)
    key = str(plan["id"])
    items = unit.nodes("SupplyItem")
    return PlanView(
        plan=plan,
        goals=json.loads(str(plan["goals"])),
        projects=_projects(unit),
        floors=json.loads(str(plan["floors"] or "[]")),
        aims=json.loads(str(plan["aims"] or "[]")),
        lines=unit.table("planning.lines", LINES, plan=key),
        shortfalls=unit.table("planning.shortfalls", SHORTFALLS, plan=key),
        left_out=unit.table("planning.left_out", LEFT_OUT, plan=key),
        needs=unit.nodes("Need"),
        referrals=unit.nodes("Referral").filter(pl.col("state") == "open"),
        names=names(unit),
        codes=codes(unit),
        units=dict(zip(items["code"], items["unit"], strict=True)),
        households=unit.nodes("Household"),
        unserved=unserved(unit),
    )


def _projects(unit: ReadUnit) -> dict[str, str]:
    named = dict(unit.nodes("Project").select("id", "name").iter_rows())
    gifts = unit.nodes("Donation").select(pl.col("id").alias("donation"), "project")
    lots = unit.nodes("StockLot").select("id", "donation").join(gifts, on="donation")
    return {lot: named[key] for lot, _, key in lots.iter_rows() if key in named}


def find_plan(unit: ReadUnit, district: str, wanted: str) -> dict[str, object]:
    """Return a plan node by id or number; "" = in force, else newest."""
    plans = unit.nodes("Plan").filter(
        (pl.col("district") == district) & (pl.col("state") != "draft")
    )
    plans = plans.sort("number")
    if wanted:
        plans = plans.filter((pl.col("id") == wanted) | (pl.col("number").cast(_S) == wanted))
    if plans.height == 0:
        raise NotFound(say("没有找到计划 {plan}。", plan=wanted), say("请先运行 doudi plan。"))
    return plans.tail(1).row(0, named=True)


def unserved(unit: ReadUnit) -> Unserved:
    """Return who is counted but cannot be planned for."""
    states = unit.nodes("Household")["state"]
    return Unserved(
        int((states == "unknown").sum()),
        unit.table("intake.refused_open", REFUSED),
        unit.table("intake.absent", ABSENT),
    )


def stock(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return every lot with its warehouse's and item's names, by warehouse, item and expiry."""
    authorise(actor, Operation.READ_SUPPLY, ctx.district)
    lots, stores, items = ctx.store.read(
        lambda u: (u.nodes("StockLot"), u.nodes("Warehouse"), u.nodes("SupplyItem"))
    )
    where = dict(stores.select("id", "name").iter_rows())
    what = dict(items.select("code", "name").iter_rows())
    units = dict(items.select("code", "unit").iter_rows())
    return lots.sort("warehouse", "item", "expires_on", "code").with_columns(
        pl.col("warehouse").replace_strict(where, default="", return_dtype=_S),
        pl.col("item").replace_strict(units, default="", return_dtype=_S).alias("unit"),
        pl.col("item").replace_strict(what, default="", return_dtype=_S),
        pl.col("hold").fill_null("none"),
    ).select("code", "warehouse", "item", "unit", "on_hand", "reserved", "arrives_on",
             "expires_on", "owner", "authority", "hold")  # fmt: skip


_NAMED = {"Township": "code", "Village": "code", "Shelter": "id", "Warehouse": "id",
          "SupplyItem": "code", "Disaster": "id", "Organization": "id"}  # fmt: skip
_CODED = ("Household", "StockLot", "Warehouse", "Shelter", "Headcount", "Donation")


def names(unit: ReadUnit) -> dict[str, str]:
    """Return what people call places, warehouses and items; a lot or household is its code."""
    found: dict[str, str] = {}
    for label, key in _NAMED.items():
        rows = unit.nodes(label)
        found.update(zip(rows[key], rows["name"], strict=True))
    return found


def code_of(ctx: Context, place: str) -> str:
    """Return the code of a place by its name or code; what is not known stays as it was written."""
    if not place or place.isdigit():
        return place
    known = ctx.store.read(names)
    return next((key for key, name in known.items() if name == place), place)


def codes(unit: ReadUnit) -> dict[str, str]:
    """Return id → the id in the user's own files, or itself where a row had none."""
    found: dict[str, str] = {}
    for label in _CODED:
        rows = unit.nodes(label)
        own = pl.col("code").fill_null("") if "code" in rows.columns else pl.lit("")
        called = pl.when(own == "").then("id").otherwise(own)
        found.update(rows.select("id", called.alias("called")).iter_rows())
    return found


def counted(view: PlanView) -> pl.DataFrame:
    """Lines that promise something, or have brought it."""
    return view.lines.filter(pl.col("state").is_in(COUNTED))


def waiting(view: PlanView) -> pl.DataFrame:
    """Lines that promise something which has not left yet."""
    gone = [LineState.DISPATCHED.value, LineState.RECEIVED.value]
    return counted(view).filter(~pl.col("state").is_in(gone))


def by_township(view: PlanView) -> pl.DataFrame:
    """Per township: households with needs, fully and partly served, unmet units, coverage.

    Coverage is the mean over basic needs of served units over needed units: litres and tents are
    never added up.
    """
    both = needed(view)
    basics = both.group_by("township", "basic").agg(pl.col("served", "needed").sum())
    cover = basics.group_by("township").agg(
        (pl.col("served") / pl.col("needed")).mean().alias("coverage")
    )
    homes = (
        both.group_by("township", "subject")
        .agg(pl.col("served", "needed").sum())
        .group_by("township")
        .agg(
            pl.len().cast(_I).alias("households"),
            (pl.col("served") == pl.col("needed")).sum().cast(_I).alias("full"),
            (pl.col("served") == 0).sum().cast(_I).alias("none"),
        )
    )
    return homes.join(cover, on="township").sort("township")


def by_item(view: PlanView) -> pl.DataFrame:
    """Per item: units needed, promised, requested from others, missing."""
    asked = (
        view.lines.filter(pl.col("state") == LineState.REQUEST.value)
        .group_by(pl.col("need_item").alias("item"))
        .agg(pl.col("covers").sum().alias("requested"))
    )
    total = needed(view).group_by("item", "basic").agg(pl.col("served", "needed").sum())
    return (
        total.join(asked, on="item", how="left")
        .with_columns(
            pl.col("requested").fill_null(0), (pl.col("needed") - pl.col("served")).alias("missing")
        )
        .sort("basic", "item")
    )


def by_substitution(view: PlanView) -> pl.DataFrame:
    """What stands in for what: units handed over, units of the need met, households."""
    return (
        counted(view)
        .filter((pl.col("swap") != "") & (pl.col("swap") != pl.col("item")))  # kits are no swaps
        .group_by("swap", "need_item", "item")
        .agg(pl.col("quantity", "covers").sum(), pl.col("subject").n_unique().cast(_I).alias("households"))
        .sort("need_item", "swap")
    )  # fmt: skip


def by_floor(view: PlanView) -> pl.DataFrame:
    """Survival needs by township and item, the least covered first: where the floor binds."""
    survival = view.needs.filter("survival").select(pl.col("id").alias("need"))
    total = (
        needed(view).join(survival, on="need").group_by("township", "basic", "item")
        .agg(pl.col("served", "needed").sum())
    )  # fmt: skip
    return total.with_columns((pl.col("served") / pl.col("needed")).alias("coverage")).sort(
        "coverage", "township", "item"
    )


def by_tier(view: PlanView) -> pl.DataFrame:
    """The tilt: coverage of priority groups (tier 1) beside everyone else's (tier 2), by need."""
    total = needed(view).group_by("basic", "tier").agg(pl.col("served", "needed").sum())
    return total.with_columns((pl.col("served") / pl.col("needed")).alias("coverage")).sort(
        "basic", "tier"
    )


def by_reason(view: PlanView) -> pl.DataFrame:
    """Shortfalls: units and households by what binds."""
    return (
        view.shortfalls.group_by("reason", "item")
        .agg(
            pl.col("quantity").sum(),
            pl.col("subject").n_unique().cast(_I).alias("households"),
        )
        .sort("quantity", "item", descending=[True, False])
    )


def needed(view: PlanView) -> pl.DataFrame:
    """Return served, missing and needed units by (township, subject, need, item).

    The item is the one owed: what stands in for it counts as served.
    """
    key = ["township", "subject", "need", "item"]
    lines = met(counted(view)).drop("item").rename({"need_item": "item"})
    served = lines.group_by(key).agg(pl.col("covers").sum().alias("served"))
    missing = view.shortfalls.group_by(key).agg(pl.col("quantity").sum().alias("missing"))
    facts = view.needs.select(pl.col("id").alias("need"), "basic", "tier")
    return (
        served.join(missing, on=key, how="full", coalesce=True)
        .with_columns(pl.col("served", "missing").fill_null(0))
        .with_columns((pl.col("served") + pl.col("missing")).alias("needed"))
        .join(facts, on="need", how="left")
    )
