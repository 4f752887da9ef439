"""The plan on paper: loading lists, distribution lists to sign, shortfalls, a public notice; CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from api.access import Operation, authorise
from api.usecases import show
from api.usecases.context import Context
from api.usecases.planning.tilts import stored
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.privacy.notices import RELIEF, NoticeWords, allocated, notice_sheets
from api.usecases.show import PlanView, plan_view
from api.usecases.totals import totals
from graphcore.domain.actor import Actor
from graphcore.domain.clock import moment
from graphcore.domain.event import EventDraft
from graphcore.domain.money import CASH
from graphcore.domain.supply import Mode
from graphcore.domain.tables import met
from graphcore.domain.text import Translate
from graphcore.exchange.export import Sheet, write_csv, write_workbook
from graphcore.store.port import WriteUnit


@dataclass(frozen=True, slots=True)
class Words:
    """How an export speaks: translated strings and the names of codes."""

    say: Translate
    reason: Callable[[str], str]
    mode: Callable[[str], str]
    service: Callable[[str], str]
    group: Callable[[str], str]


def export_workbook(
    ctx: Context, actor: Actor, plan: str, out: Path, words: Words, reason: Reason = RELIEF
) -> Path:
    """Write the plan's workbook to ``out`` and record that personal data left the system.

    Sheets: a loading list and a distribution list (a page a village, with a column to sign) for
    each township, shortfalls, referrals, and the public notice with masked names.
    """
    authorise(actor, Operation.EXPORT_PERSONAL, ctx.district)
    view = _spoken(plan_view(ctx, actor, plan), words)
    heads = _heads(ctx, actor, reason, view)
    sheets = [
        *_loading(view, words), *_distribution(view, heads, words),
        _shortfalls(view, words), _tilt(view, words), _referrals(view, words),
        *_notice(ctx, actor, reason, view, words),
    ]  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets)
    _record(ctx, actor, str(view.plan["id"]), "xlsx", len(heads))
    return out


def export_csv(ctx: Context, actor: Actor, plan: str, folder: Path) -> list[Path]:
    """Write plan.csv, lots.csv, needs.csv and totals.csv, with the ids of the user's own files.

    No personal data: anyone may check the plan by other means.
    """
    authorise(actor, Operation.EXPORT_PLAN, ctx.district)
    view = plan_view(ctx, actor, plan)
    lots, dwellings, reports = ctx.store.read(
        lambda u: (u.nodes("StockLot"), u.nodes("Dwelling"), u.nodes("DamageReport"))
    )
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "plan": _plan_csv(view), "lots": _lots_csv(view, lots), "needs": _needs_csv(view),
        "totals": totals(view.households, dwellings, reports),
    }  # fmt: skip
    paths = []
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table)
        paths.append(folder / f"{name}.csv")
    _record(ctx, actor, str(view.plan["id"]), "csv", 0)
    return paths


def _record(ctx: Context, actor: Actor, plan: str, kind: str, named: int) -> None:
    at = ctx.clock()
    draft = EventDraft("plan.exported", actor.id, at, {"plan": plan, "as": kind, "named": named})

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


def _heads(
    ctx: Context, actor: Actor, reason: Reason, view: PlanView
) -> dict[str, tuple[str, str]]:
    """Household → (head's name, phone), opened for those on the lists only."""
    wanted = set(view.lines["subject"]) & set(view.households["id"])
    told = look(ctx, actor, reason, wanted, Seen("export.plan", ("name", "phone")))
    return {s: (r.get("name", ""), r.get("phone", "")) for s, r in told.items()}


def _spoken(view: PlanView, words: Words) -> PlanView:
    """Return the view with names and units in the export's language, where it knows them."""
    speak = words.say
    return replace(
        view, names={key: speak(name) for key, name in view.names.items()},
        units={key: speak(unit) for key, unit in view.units.items()},
    )  # fmt: skip


def _named(view: PlanView, column: str) -> pl.Expr:
    return pl.col(column).replace_strict(view.names, default=pl.col(column))


def _coded(view: PlanView, column: str) -> pl.Expr:
    return pl.col(column).replace_strict(view.codes, default=pl.col(column))


def _unit(view: PlanView) -> pl.Expr:
    return pl.col("item").replace_strict(view.units, default="", return_dtype=pl.String())


def _amounts(view: PlanView, words: Words) -> tuple[pl.Expr, pl.Expr]:
    """Return quantity and unit as people read them: money in yuan."""
    money, many = pl.col("item") == CASH, pl.col("quantity")
    yuan = pl.format("{}.{}", many // 100, (many % 100).cast(pl.String()).str.zfill(2))
    amount = pl.when(money).then(yuan).otherwise(many.cast(pl.String()))
    return amount, pl.when(money).then(pl.lit(words.say("元"))).otherwise(_unit(view))


def _loading(view: PlanView, words: Words) -> list[Sheet]:
    """A sheet a township: by day and warehouse, what to load from which lot for which point."""
    _ = words.say
    rows = (
        show.waiting(view)
        .filter(pl.col("mode") != Mode.TRANSFER.value)  # nothing is loaded
        .group_by("township", "day", "warehouse", "mode", "item", "lot", "point")
        .agg(pl.col("quantity").sum())
        .sort("township", "day", "warehouse", "point", "item", "lot")
    )
    return [
        Sheet(
            f"{_('装车单')}-{view.names.get(town, town)}",
            _("{place}救灾物资装车单").format(place=view.names.get(town, town)),
            part.select(
                (pl.col("day") + 1).alias(_("第几天")),
                _named(view, "warehouse").alias(_("储备库")),
                _worded("mode", words.mode).alias(_("运输方式")),
                _named(view, "point").alias(_("送达点")), _named(view, "item").alias(_("物资")),
                _coded(view, "lot").alias(_("批次")), pl.col("quantity").alias(_("数量")),
                _unit(view).alias(_("单位")),
            ),
        )
        for (town,), part in rows.group_by("township", maintain_order=True)
    ]  # fmt: skip


def _distribution(view: PlanView, heads: dict[str, tuple[str, str]], words: Words) -> list[Sheet]:
    """A sheet a township, a page a village: a row a household and day, with a space to sign."""
    _ = words.say
    rows = _handed_over(view, words).with_columns(
        pl.col("subject").map_elements(
            lambda s: heads.get(s, (_("（未具名）"), ""))[0], return_dtype=pl.String()
        ).alias("head"),
        pl.col("subject").map_elements(
            lambda s: heads.get(s, ("", ""))[1], return_dtype=pl.String()
        ).alias("phone"),
    )  # fmt: skip
    return [
        Sheet(
            f"{_('发放表')}-{view.names.get(town, town)}",
            _("{place}救灾物资发放签收表").format(place=view.names.get(town, town)),
            _to_sign(view, part, words), page_by=_("村（社区）"),
        )
        for (town,), part in rows.group_by("township", maintain_order=True)
    ]  # fmt: skip


def _handed_over(view: PlanView, words: Words) -> pl.DataFrame:
    """Return what each household is to get on each day, its things in one text (方便食品3包、…)."""
    homes = view.households.select(pl.col("id").alias("subject"), "village", "persons")
    amount, unit = _amounts(view, words)
    thing = pl.format("{}{}{}{}", _named(view, "item"), amount, unit, _instead(view, words))
    return (
        show.counted(view)
        .filter(pl.col("state") != "received")
        .group_by("township", "point", "subject", "day", "item", "need_item", "swap")
        .agg(pl.col("quantity").sum())
        .sort("item", "need_item", "swap")
        .group_by("township", "point", "subject", "day", maintain_order=True)
        .agg(thing.str.join("、").alias("things"))
        .join(homes, on="subject", how="left")
        .with_columns(pl.col("village").fill_null(pl.col("point")))
        .sort("township", "village", "subject", "day", "point")
    )


def _instead(view: PlanView, words: Words) -> pl.Expr:
    """What a substitute stands for, or that a kit is one, in brackets; nothing for what is owed."""
    said = pl.format(words.say("（代替{need}）").replace("{need}", "{}"), _named(view, "need_item"))
    owed, kit = pl.col("item") == pl.col("need_item"), pl.col("item") == pl.col("swap")
    whole = pl.lit(words.say("（整套发放）"))
    return pl.when(owed).then(pl.lit("")).when(kit).then(whole).otherwise(said)


def _to_sign(view: PlanView, rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    _ = words.say
    return rows.select(
        _named(view, "village").alias(_("村（社区）")), _named(view, "point").alias(_("发放点")),
        _coded(view, "subject").alias(_("户编号")), pl.col("head").alias(_("户主")),
        pl.col("phone").alias(_("电话")), pl.col("persons").alias(_("人口")),
        (pl.col("day") + 1).alias(_("第几天")), pl.col("things").alias(_("物资及数量")),
        pl.lit("").alias(_("签收")),
    )  # fmt: skip


def _referrals(view: PlanView, words: Words) -> Sheet:
    """Services that goods cannot meet, with their deadlines; for those who may see cases."""
    _ = words.say
    rows = view.referrals.sort("due_at", "township", "subject")
    due = [moment(at).strftime("%Y-%m-%d %H:%M") for at in rows["due_at"]]
    made = rows.with_columns(pl.Series("due", due, dtype=pl.String())).select(
        _named(view, "township").alias(_("乡镇")), _coded(view, "subject").alias(_("户编号")),
        _worded("service", words.service).alias(_("服务")), pl.col("due").alias(_("期限")),
        pl.lit("").alias(_("经办人")), pl.lit("").alias(_("办理结果")),
    )  # fmt: skip
    return Sheet(_("转介表"), _("需要转介的服务（物资解决不了）"), made)


def _worded(column: str, word: Callable[[str], str]) -> pl.Expr:
    return pl.col(column).map_elements(word, return_dtype=pl.String())


def _shortfalls(view: PlanView, words: Words) -> Sheet:
    _ = words.say
    rows = view.shortfalls.sort("township", "point", "subject", "day", "item").select(
        _named(view, "township").alias(_("乡镇")), _named(view, "point").alias(_("发放点")),
        _coded(view, "subject").alias(_("户编号")), (pl.col("day") + 1).alias(_("第几天")),
        _named(view, "item").alias(_("物资")), pl.col("quantity").alias(_("尚缺")),
        _unit(view).alias(_("单位")),
        _worded("reason", words.reason).alias(_("原因")),
    )  # fmt: skip
    return Sheet(_("缺口表"), _("尚未满足的需求及原因"), rows)


def _tilt(view: PlanView, words: Words) -> Sheet:
    """What hard-hit areas and hardship groups got relative to their need, as published."""
    _ = words.say
    kind = pl.when(pl.col("kind") == "group").then(pl.lit(_("困难群体")))
    rows = stored(view.plan).select(
        kind.otherwise(pl.lit(_("乡镇受灾强度"))).alias(_("按什么划分")),
        _worded("mark", words.group).alias(_("范围")), pl.col("subjects").alias(_("户数")),
        pl.col("coverage").round(4).alias(_("保障率")),
        pl.col("everyone").round(4).alias(_("全体同类物资的保障率")),
        pl.col("tilt").round(4).alias(_("倾斜度")),
    )  # fmt: skip
    return Sheet(
        _("倾斜表"), _("向重灾乡镇和困难群体的倾斜（倾斜度＝保障率÷全体同类物资的保障率）"), rows
    )


def _notice(
    ctx: Context, actor: Actor, reason: Reason, view: PlanView, words: Words
) -> list[Sheet]:
    """The public notice, in the one form of all public notices."""
    spoken = NoticeWords(words.say, lambda code: view.names.get(code, code))
    return notice_sheets(ctx, actor, allocated(view), spoken, reason)[0]


def _plan_csv(view: PlanView) -> pl.DataFrame:
    first = date.fromisoformat(str(view.plan["first_on"]))
    return view.lines.sort("line").select(
        _coded(view, "lot").alias("lot"), "item", _coded(view, "warehouse").alias("warehouse"),
        "township", _coded(view, "subject").alias("household"), "quantity", "day",
        (pl.lit(first) + pl.duration(days="day")).cast(pl.String()).alias("date"), "due_day",
        _coded(view, "point").alias("point"), "mode", "state", "reason", "need", "line",
        "need_item", "covers", "swap", pl.col("also").list.join(" ").alias("also"),
        _named(view, "item").alias("item_name"), _named(view, "township").alias("township_name"),
    )  # fmt: skip


def _lots_csv(view: PlanView, lots: pl.DataFrame) -> pl.DataFrame:
    unused = (
        view.left_out.group_by("lot")
        .agg(pl.col("quantity").sum().alias("left_out"), pl.col("reason").first())
        .rename({"lot": "id"})
    )
    return (
        lots.join(unused, on="id", how="left")
        .select(
            pl.col("code").alias("lot"), "item", _coded(view, "warehouse").alias("warehouse"),
            "on_hand", "reserved", "arrives_on", "expires_on", "owner", "authority", "hold",
            _coded(view, "donation").alias("donation"), pl.col("left_out").fill_null(0),
            pl.col("reason").fill_null("").alias("left_out_reason"),
            pl.col("id").replace_strict(view.projects, default="", return_dtype=pl.String)
            .alias("project"),
        )
        .sort("lot")
    )  # fmt: skip


def _needs_csv(view: PlanView) -> pl.DataFrame:
    key = ["need", "subject", "township", "item", "due_day"]
    lines = met(show.counted(view)).drop("item").rename({"need_item": "item"})
    served = lines.group_by(key).agg(pl.col("covers").sum().alias("planned"))
    missing = (
        view.shortfalls.rename({"day": "due_day"})
        .group_by(key)
        .agg(pl.col("quantity").sum().alias("missing"), pl.col("reason").first())
    )
    facts = view.needs.select(pl.col("id").alias("need"), "basic", "daily", "survival", "tier")
    return (
        served.join(missing, on=key, how="full", coalesce=True)
        .with_columns(pl.col("planned", "missing").fill_null(0), pl.col("reason").fill_null(""))
        .join(facts, on="need", how="left")
        .select(
            "need", _coded(view, "subject").alias("household"), "township", "item", "basic",
            pl.col("due_day").alias("day"), "daily", "survival", "tier",
            (pl.col("planned") + pl.col("missing")).alias("quantity"), "planned", "missing",
            "reason",
        )
        .sort("household", "item", "day", "need")
    )  # fmt: skip
