"""The roster on paper: order sheets for organisations, arrival lists for townships, what is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.roster.view import RosterView, roster_view
from graphcore.domain.actor import Actor
from graphcore.domain.clock import moment
from graphcore.domain.event import EventDraft
from graphcore.domain.text import Text, Translate, named, say
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.masking import mask_name

DISPATCH = Reason("dispatch")
_S: pl.DataType = pl.String()
_I: pl.DataType = pl.Int64()


@dataclass(frozen=True, slots=True)
class RosterWords:
    """How an export speaks: translated strings, names of codes, reasons of openings."""

    translate: Translate
    word: Callable[[str, str], str]  # kind, code
    why: Callable[[dict[str, object]], str]  # a row of openings → a sentence

    def text(self, text: Text) -> str:
        """Return a text in the export's language."""
        return text.render(self.translate)


@dataclass(frozen=True)
class _Page:
    """What every sheet is made from."""

    view: RosterView
    orders: pl.DataFrame  # going, with task, slot and volunteer columns in words
    words: RosterWords


def export_roster(
    ctx: Context, actor: Actor, roster: str, out: Path, words: RosterWords,
    reason: Reason = DISPATCH,
) -> Path:  # fmt: skip
    """Write the roster's workbook to ``out`` and record that personal data left the system.

    Sheets: an order sheet for each organisation (names and telephones of its own people), an
    arrival list for each township (masked names, a column to sign), tasks, openings.
    """
    authorise(actor, Operation.EXPORT_ROSTER, ctx.district)
    view = roster_view(ctx, actor, roster)
    people = _people(ctx, actor, reason, view)
    page = _Page(view, _written(view, people, words), words)
    sheets = [*_of_organizations(page), *_of_townships(page), _tasks(page), _openings(page)]
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets)
    body = {"roster": str(view.roster["id"]), "persons": len(people), "format": "xlsx"}
    draft = EventDraft("roster.exported", actor.id, ctx.clock(), body)  # type: ignore[arg-type]
    ctx.store.write(ctx.district, lambda unit: unit.append(draft))
    return out


def _people(
    ctx: Context, actor: Actor, reason: Reason, view: RosterView
) -> dict[str, tuple[str, str]]:
    """Volunteer → (name, telephone), opened for those who go only."""
    wanted = view.going["volunteer"].to_list()
    told = look(ctx, actor, reason, wanted, Seen("export.roster", ("name", "phone")))
    return {s: (r.get("name", ""), r.get("phone", "")) for s, r in told.items()}


def _written(
    view: RosterView, people: dict[str, tuple[str, str]], words: RosterWords
) -> pl.DataFrame:
    tasks = view.tasks.select(pl.col("id").alias("task"), "kind", "name")
    slots = view.slots.select(pl.col("id").alias("slot"), "skill")
    joined = view.going.join(tasks, on="task", how="left").join(slots, on="slot", how="left")
    rows = joined.sort("day_on", "begins_at", "place", "task", "slot", "id").to_dicts()
    return pl.DataFrame([_row(r, view, people, words) for r in rows], schema=dict.fromkeys(
        _COLUMNS, pl.String()) | {"minutes": pl.Int64()})  # fmt: skip


_COLUMNS = ("id", "organization", "township", "organization_name", "township_name", "name", "masked",
            "phone", "code", "team", "task", "place", "day", "shift", "when", "skill", "gear", "note",
            "minutes")  # fmt: skip


def _row(
    row: dict[str, object], view: RosterView, people: dict[str, tuple[str, str]], words: RosterWords
) -> dict[str, object]:
    def called(key: object) -> str:
        return words.text(named(view.names.get(str(key), "") or str(key or "")))

    name, phone = people.get(str(row["volunteer"]), ("", ""))
    begins, ends = (moment(int(str(row[c]))) for c in ("begins_at", "ends_at"))
    return {
        **{k: str(row[k]) for k in ("id", "organization", "township")},
        "organization_name": called(row["organization"]), "township_name": called(row["township"]),
        "name": name, "masked": mask_name(name), "phone": phone,
        "code": view.codes.get(str(row["volunteer"]), ""), "team": called(row["team"]),
        "task": task_name(row, words), "place": called(row["place"]), "day": str(row["day_on"]),
        "shift": words.word("shift", str(row["shift"])), "when": f"{begins:%H:%M}-{ends:%H:%M}",
        "skill": words.word("skill", str(row["skill"] or "")), "gear": _gear(row, view, words),
        "note": words.text(say("断路村，须结伴")) if row["cut_off"] else "", "minutes": row["minutes"],
    }  # fmt: skip


def task_name(row: dict[str, object], words: RosterWords) -> str:
    """Return a task's own name, or what its kind is called."""
    return str(row["name"] or "") or words.word("task_kind", str(row["kind"]))


def _gear(row: dict[str, object], view: RosterView, words: RosterWords) -> str:
    here = view.gear.filter(pl.col("task") == str(row["task"]))
    kinds = dict(view.equipment.select("id", "kind").iter_rows())
    return "、".join(
        f"{words.word('equipment', kinds[e])}（{view.codes.get(e, '')}）"
        for e in here["equipment"] if e in kinds
    )  # fmt: skip


def _of_organizations(page: _Page) -> list[Sheet]:
    shown = [
        ("day", say("日期")), ("shift", say("班次")), ("when", say("时间")), ("place", say("地点")),
        ("task", say("任务")), ("skill", say("岗位")), ("name", say("姓名")),
        ("phone", say("电话")), ("team", say("队伍")), ("gear", say("随带装备")),
        ("note", say("注意")), ("id", say("派遣编号")),
    ]  # fmt: skip
    rows = page.orders.sort("organization_name", "day", "when", "place", "id")
    return _sheets(page, rows, "organization", say("派遣单"),
                   lambda name: say("{place}派遣单", place=name), shown)  # fmt: skip


def _of_townships(page: _Page) -> list[Sheet]:
    shown = [
        ("day", say("日期")), ("shift", say("班次")), ("place", say("地点")), ("task", say("任务")),
        ("skill", say("岗位")), ("masked", say("姓名")), ("organization_name", say("组织")),
        ("code", say("志愿者编号")), ("note", say("注意")), ("sign", say("签名")),
    ]  # fmt: skip
    rows = page.orders.with_columns(pl.lit("").alias("sign")).sort(
        "township_name", "day", "when", "place", "task", "id"
    )
    return _sheets(page, rows, "township", say("到岗表"),
                   lambda name: say("{place}志愿者到岗签到表", place=name), shown)  # fmt: skip


def _sheets(
    page: _Page, rows: pl.DataFrame, by: str, kind: Text, title: Callable[[str], Text],
    shown: list[tuple[str, Text]],
) -> list[Sheet]:  # fmt: skip
    """A sheet for each organisation or township, in the rows' order."""
    t = page.words.text
    return [
        Sheet(f"{t(kind)}-{name}", t(title(str(name))), _columns(part, shown, page.words))
        for (_, name), part in rows.group_by(by, f"{by}_name", maintain_order=True)
    ]


def _columns(
    rows: pl.DataFrame, shown: list[tuple[str, Text]], words: RosterWords
) -> pl.DataFrame:  # fmt: skip
    return rows.select(pl.col(c).alias(words.text(header)) for c, header in shown)


def _tasks(page: _Page) -> Sheet:
    view, t = page.view, page.words.text
    going = dict(view.going.group_by("task").len().iter_rows())
    wanted = dict(view.slots.group_by("task").agg(pl.col("wanted").sum()).iter_rows())
    rows = [
        (*_where(r, page), task_name(r, page.words), wanted.get(r["id"], 0), going.get(r["id"], 0),
         r["cites"] or t(say("各单位提出")))
        for r in view.tasks.sort("day_on", "township", "place", "id").iter_rows(named=True)
    ]  # fmt: skip
    more = [(say("任务"), _S), (say("需要人数"), _I), (say("派出人数"), _I), (say("依据"), _S)]
    return _list(page, say("任务一览"), say("志愿服务任务一览"), more, rows)


def _openings(page: _Page) -> Sheet:
    view, words = page.view, page.words
    kinds = {r["id"]: task_name(r, words) for r in view.tasks.iter_rows(named=True)}
    skills = dict(view.slots.select("id", "skill").iter_rows())
    rows = [
        (*_where(r, page), kinds[r["task"]], words.word("skill", skills.get(r["slot"]) or ""),
         r["missing"], words.why(r))
        for r in view.openings.sort("day_on", "township", "place", "slot").iter_rows(named=True)
    ]  # fmt: skip
    more = [(say("任务"), _S), (say("岗位"), _S), (say("尚缺"), _I), (say("原因和办法"), _S)]
    return _list(page, say("人手缺口"), say("尚缺的人手及原因"), more, rows)


def _where(row: dict[str, object], page: _Page) -> tuple[object, str, str]:
    """Day, shift and place: what every row of a list begins with."""
    place = page.view.names.get(str(row["place"]), str(row["place"]))
    shift = page.words.word("shift", str(row["shift"]))
    return row["day_on"], shift, page.words.text(named(place))


def _list(
    page: _Page, name: Text, title: Text, more: Sequence[tuple[Text, pl.DataType]],
    rows: Sequence[tuple[object, ...]],
) -> Sheet:  # fmt: skip
    t = page.words.text
    columns = [(say("日期"), _S), (say("班次"), _S), (say("地点"), _S), *more]
    schema = {t(c): kind for c, kind in columns}
    return Sheet(t(name), t(title), pl.DataFrame(rows, schema=schema, orient="row"))
