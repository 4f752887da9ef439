"""Reports of townships: each row that says something new is a version; nothing is edited."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.changes import Properties
from graphcore.casework.intake.places import known_disaster, township_of
from graphcore.casework.intake.world import World
from graphcore.casework.ledger.clocks import Step, fault, response_at
from graphcore.domain.figures import COLUMNS, FIGURES, NOW, Phase, ResponseAct
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

SOURCE = "灾情报表"
"""Source of the headcount that a report gives."""


def report(cells: Cells, world: World) -> str:
    """灾情报告 → DamageReport, a version behind those before; its people are a headcount."""
    place, hit = (
        township_of(world, str(cells["township"])),
        known_disaster(world, cells["disaster"]),
    )
    at, phase = cells["reported_at"] or world.at, cells["phase"] or Phase.FIRST.value
    before = _versions(world, place, hit)
    figures = _figures(cells, before)
    same = [r for r in before if r["reported_at"] == at and r["phase"] == phase]
    if same and _told(same[-1]) == figures:
        return str(same[-1]["id"])
    number = max((int(str(r["number"] or 0)) for r in before), default=0) + 1
    key = derived(Kind.REPORT, place, hit, phase, at, number)
    earlier = str(before[-1]["id"]) if before else ""
    world.changes.put("DamageReport", key, {
        "id": key, "disaster": hit, "township": place, "phase": phase, "number": number,
        "previous": earlier, "reported_at": at, "recorded_at": world.at, "source": cells["source"],
        "reporter": cells["reporter"], "file": world.file, "zero": bool(cells["zero"]), **figures,
    })  # fmt: skip
    world.changes.link("REPORTS_ON", ("DamageReport", key), ("Township", place))
    if earlier:
        world.changes.link("SUCCEEDS", ("DamageReport", key), ("DamageReport", earlier))
    _count_reported(figures, world, key, place, at)
    return key


def _versions(world: World, place: str, disaster: str) -> list[Properties]:
    """The township's versions, the last to count at the end."""
    known = {**world.existing("DamageReport"), **world.changes.created.get("DamageReport", {})}
    mine = [r for r in known.values() if r["township"] == place and r["disaster"] == disaster]
    return sorted(mine, key=lambda r: (int(str(r["reported_at"])), int(str(r["number"] or 0))))


def _told(row: Mapping[str, object]) -> dict[str, int | None]:
    return {c: None if row.get(c) is None else int(str(row[c])) for c in COLUMNS}


def _figures(cells: Cells, before: list[Properties]) -> dict[str, int | None]:
    """What the row tells; a zero report repeats what stood before it.

    Raises:
        RowUnplaced: more is said to stand now than was ever counted, or a zero report tells news.
    """
    told = _told(cells)
    for name in FIGURES:
        whole, now = told[name], told[name + NOW]
        if whole is not None and now is not None and now > whole:
            raise RowUnplaced(name + NOW, say("当前数 {now} 大于累计数 {whole}。", now=now, whole=whole),
                              say("当前数不能超过累计数，请核对后填写。"))  # fmt: skip
    if not cells["zero"]:
        return told
    none: dict[str, int | None] = dict.fromkeys(COLUMNS, 0)
    last = _told(before[-1]) if before else none
    for name, value in told.items():
        if value is not None and value != (last[name] or 0):
            raise RowUnplaced(name, say("零报告却填了新的数字 {value}。", value=value),
                              say("有变化请按续报填写，无变化请与上一次相同或留空。"))  # fmt: skip
    return last


def _count_reported(
    told: Mapping[str, int | None], world: World, report_id: str, place: str, at: int
) -> None:
    """A report's people are a headcount of the township: planned for until names absorb them.

    Persons needing emergency relief now where told, else ever, else all persons affected. A later
    report of nobody takes an earlier one's count away.
    """
    asked = told["emergency_persons" + NOW]
    asked = told["emergency_persons"] if asked is None else asked
    persons = told["affected_persons"] if asked is None else asked
    if not persons and not _counted(world, place):
        return
    key = derived(Kind.HEADCOUNT, report_id)
    gone = (told["collapsed_households"] or 0) + (told["severe_households"] or 0)
    world.changes.put("Headcount", key, {
        "id": key, "place": place, "township": place, "persons": persons or 0,
        "households": told["affected_households"] if asked is None else None,
        "roofless_households": gone, "source": SOURCE, "counted_at": at,
    })  # fmt: skip
    world.changes.link("COUNTS_AT", ("Headcount", key), ("Township", place))


def _counted(world: World, place: str) -> bool:
    known = {**world.existing("Headcount"), **world.changes.created.get("Headcount", {})}
    return any(c["place"] == place and c["source"] == SOURCE for c in known.values())


def response(cells: Cells, world: World) -> str:
    """应急响应 → ResponseChange: one step of a disaster's response, by whose authority and when."""
    hit = known_disaster(world, cells["disaster"])
    step = Step(ResponseAct(cells["act"]), cells["level"], cells["at"])
    key = derived(Kind.RESPONSE, hit, step.act, step.at)
    known = {**world.existing("ResponseChange"), **world.changes.created.get("ResponseChange", {})}
    others = [
        Step(ResponseAct(str(r["act"])), str(r["level"] or ""), int(str(r["at"])))
        for k, r in known.items() if r["disaster"] == hit and k != key
    ]  # fmt: skip
    refuse(fault(others, step))
    if key in known:
        raise RowUnplaced("at", say("这一时间的这一步响应已经登记，不能更改。"),
                          say("有变化请登记新的一步。"))  # fmt: skip
    world.changes.put("ResponseChange", key, {
        "id": key, "disaster": hit, "act": step.act, "level": step.level,
        "authority": cells["authority"], "document": cells["document"], "at": step.at,
        "recorded_at": world.at, "recorded_by": "",
    })  # fmt: skip
    world.changes.link("RESPONDS_TO", ("ResponseChange", key), ("Disaster", hit))
    running = response_at([*others, step], max([s.at for s in others] + [step.at]))
    world.changes.put("Disaster", hit, {"id": hit, "response_level": running.level})
    return key


def refuse(why: str) -> None:
    """Raise what is wrong with a step of the response, by `fault`'s code."""
    told = {
        "running": (say("响应已经启动。"), say("级别有变化请登记“调整”。")),
        "idle": (say("此时没有启动的响应。"), say("请先登记“启动”，并核对生效时间。")),
        "level": (say("启动和调整须写明响应级别。"), say("请填写一级至四级。")),
    }  # fmt: skip
    if why:
        what, advice = told[why]
        raise RowUnplaced("level" if why == "level" else "act", what, advice)


def annex(cells: Cells, world: World) -> str:
    """附表 → ReportAnnex of the township's latest report at that time."""
    place, hit = (
        township_of(world, str(cells["township"])),
        known_disaster(world, cells["disaster"]),
    )
    at = cells["reported_at"] or world.at
    until = [r for r in _versions(world, place, hit) if int(str(r["reported_at"])) <= at]
    if not until:
        raise RowUnplaced("township", say("该乡镇在此时间之前没有灾情报表。"),
                          say("请先导入“乡镇灾情报表”，附表随报表报送。"))  # fmt: skip
    hurt, lost = float(cells["hit"]), float(cells["lost"] or 0)
    if lost > hurt:
        raise RowUnplaced("lost", say("损失数量大于受灾数量。"), say("请核对后填写。"))
    parent = str(until[-1]["id"])
    key = derived(Kind.ANNEX, parent, cells["kind"], cells["item"])
    told = {"hit": hurt, "lost": lost}
    before = world.changes.current("ReportAnnex", key)
    if before and any(before[name] != value for name, value in told.items()):
        raise RowUnplaced("hit", say("该次报表的附表已经报过，数字不能改。"),
                          say("请先报一次新的续报，再随它报新的附表。"))  # fmt: skip
    world.changes.put("ReportAnnex", key, {
        "id": key, "report": parent, "township": place, "kind": cells["kind"],
        "item": cells["item"], **told,
    })  # fmt: skip
    world.changes.link("ANNEX_OF", ("ReportAnnex", key), ("DamageReport", parent))
    return key
