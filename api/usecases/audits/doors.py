"""From door to door: a workbook for each village, with a row for every open finding's household."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from api.access import TABLE, Operation
from api.usecases.audits.tasks import Wanted, findings
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.show import codes, names
from graphcore.domain.actor import Actor
from graphcore.domain.event import EventDraft
from graphcore.domain.text import Translate, say
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.exchange.masking import mask_name
from graphcore.store.port import Row, WriteUnit

VISIT = Reason("visit")

_EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class DoorWords:
    """How the sheet speaks: translated strings, names of codes."""

    speak: Translate
    rule: Callable[[str], str]
    reason: Callable[[str], str]
    basic: Callable[[str], str]
    role: Callable[[str], str]


def export_doors(
    ctx: Context, actor: Actor, out: Path, words: DoorWords, *, township: str = "",
    village: str = "", reason: Reason = VISIT,
) -> int:  # fmt: skip
    """Write 逐户排查表: a sheet a township, a page a village; return the number of households.

    Heads' names stand on it, masked, only where the actor may see personal data; that the list
    left the system is recorded.

    Raises:
        Forbidden: the actor may not read findings, or the place is out of scope.
    """
    wanted = Wanted(rule="omission", township=township, village=village, limit=_EVERY)
    rows = findings(ctx, actor, wanted)
    called, coded = ctx.store.read(lambda unit: (names(unit), codes(unit)))
    heads = _heads(ctx, actor, reason, {str(r["subject"]) for r in rows})
    lines = _lines(rows, called, coded, heads, words)
    speak = words.speak
    sheets = [
        Sheet(say("逐户排查表-{place}", place=called.get(str(town), town)).render(speak),
              say("{place}逐户排查表", place=called.get(str(town), town)).render(speak),
              part.drop("_town"), page_by=part.columns[1])
        for (town,), part in lines.group_by("_town", maintain_order=True)
    ]  # fmt: skip
    nobody = Sheet(say("逐户排查表").render(speak), say("没有待排查的户").render(speak),
                   lines.drop("_town"))  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, sheets or [nobody])
    _record(ctx, actor, lines.height, len(heads))
    return lines.height


def _heads(ctx: Context, actor: Actor, reason: Reason, subjects: Collection[str]) -> dict[str, str]:
    if not _sees_names(actor):
        return {}
    told = look(ctx, actor, reason, subjects, Seen("audit.doors", ("name",)))
    return {subject: mask_name(entries.get("name", "")) for subject, entries in told.items()}


def _sees_names(actor: Actor) -> bool:
    return bool(actor.roles & TABLE[Operation.EXPORT_PERSONAL])


def _lines(
    rows: Sequence[Row], called: dict[str, str], coded: dict[str, str], heads: dict[str, str],
    words: DoorWords,
) -> pl.DataFrame:  # fmt: skip
    """Return one line a subject: its findings, what is missing, why, for how long."""
    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        by_subject.setdefault(str(row["subject"]), []).append(row)
    made = [
        _line(subject, mine, called, coded, heads, words) for subject, mine in by_subject.items()
    ]
    columns = ["_town", *(c.render(words.speak) for c in _HEADER)]
    table = pl.DataFrame(made, schema=columns, orient="row", infer_schema_length=None)
    return table.sort("_town", *columns[1:3]) if made else table


_HEADER = (
    say("村（社区）"), say("户编号"), say("户主"), say("查什么"), say("缺什么"), say("原因"), say("已有天数"),
    say("承办"), say("现场情况"), say("处理结果"), say("排查人签字"),
)  # fmt: skip


def _line(
    subject: str, mine: Sequence[Any], called: dict[str, str], coded: dict[str, str],
    heads: dict[str, str], words: DoorWords,
) -> list[object]:  # fmt: skip
    first = mine[0]
    basics = sorted({b for r in mine for b in r["basics"] or []})
    return [
        str(first["township"]), called.get(str(first["village"]), str(first["village"])),
        coded.get(subject, subject), heads.get(subject, ""),
        "、".join(dict.fromkeys(words.rule(str(r["rule"])) for r in mine)),
        "、".join(words.basic(b) for b in basics),
        "、".join(dict.fromkeys(words.reason(str(r["reason"])) for r in mine)),
        max(int(r["days"]) for r in mine), words.role(str(first["owner"]).partition(":")[0]), "", "", "",
    ]  # fmt: skip


def _record(ctx: Context, actor: Actor, households: int, named: int) -> None:
    at = ctx.clock()
    draft = EventDraft("audit.exported", actor.id, at, {"households": households, "named": named})

    def write(unit: WriteUnit) -> None:
        unit.append(draft)

    ctx.store.write(ctx.district, write)


__all__ = ["DoorWords", "export_doors"]
