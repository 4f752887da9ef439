"""Why a line went where it went, and why a need stays open: in words, from stored facts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import polars as pl

from graphcore.domain.errors import NotFound
from graphcore.domain.money import shown
from graphcore.domain.supply import Mode
from graphcore.domain.tables import NEVER, met
from graphcore.domain.text import Text, named, say
from optimizer.problem import Problem, Solution

Names = Callable[[str], str | Text]
"""Gives the name that people use for an id (item, warehouse); the caller knows them."""


def piece(_item: str) -> Text:
    """Return the unit of an item whose unit nobody told."""
    return say("件")


Rules = Callable[[str], Text]
"""Gives the words of a substitution rule by its name: its title, its rate and what it rests on."""


def ruled(swap: str) -> Text:
    """Return the words of a rule that nobody told: its name."""
    return named(swap)


_LINE = {
    "survival_floor": say("属于保底需求（水、食品、药品、御寒住所），先于其他一切目标分配。"),
    "priority_group": say("属于特殊困难群体，优先满足。"),
    "weighted_coverage": say("在保底和优先群体之后，按困难程度和受灾程度加权分配。"),
    "donor_intent": say("所用批次由捐赠人指定了去向，该户符合指定条件。"),
    "surplus": say("所用批次的指定用途已经满足，余量按捐赠人事先同意的办法调剂使用。"),
    "carried": say("在以前的计划下已经发出，不再重复安排。"),
    "request": say("所用批次不归本局调度，此行为商请，对方同意后才计入。"),
}


def explain_line(
    row: Mapping[str, object], names: Names = str, units: Names = piece, rules: Rules = ruled
) -> Text:
    """Return why a stored line is as it is, from its own columns."""
    day = int(str(row["day"]))
    late = day - int(str(row["due_day"]))
    quantity, unit = shown(int(str(row["quantity"])), units(str(row["item"])))
    return say(
        "从{warehouse}发出{item} {quantity} {unit}，第 {day} 天送达{late}。{instead}{why}",
        warehouse=names(str(row["warehouse"])),
        item=names(str(row["item"])),
        quantity=quantity,
        unit=unit,
        day=day + 1,
        late=say("（比应得日晚 {days} 天）", days=late) if late else named(""),
        instead=line_instead(row, names, units, rules),
        why=line_why(row),
    )


def line_why(row: Mapping[str, object]) -> Text:
    """Return what first called for a stored line, in a sentence."""
    return _LINE.get(str(row["reason"]), say("此行已经发出，保持不变。"))


def line_instead(
    row: Mapping[str, object], names: Names = str, units: Names = piece, rules: Rules = ruled
) -> Text:
    """Return what a substitute stands for and by which rule; empty for what is owed itself."""
    swap = str(row.get("swap") or "")
    if not swap:
        return named("")
    owed = str(row["need_item"])
    if row.get("also"):
        return _held(row, names, units)
    return say("代替{need} {covers} {unit}（{rule}）。", need=names(owed), covers=row["covers"],
               unit=units(owed), rule=rules(swap))  # fmt: skip


def _held(row: Mapping[str, object], names: Names, units: Names) -> Text:
    """Return the needs that a kit's line meets, each with its units."""
    own = (str(row["need_item"]), int(str(row["covers"])))
    count, also = int(str(row["quantity"])), row["also"]
    parts = [t.split("|") for t in also] if isinstance(also, list | pl.Series) else []
    held = [own, *((part[1], count * int(part[3])) for part in parts)]
    what = "、".join(f"{names(item)} {n} {units(item)}" for item, n in held)
    return say("整套发放，其中：{what}。", what=what)


def explain_shortfall(row: Mapping[str, object], names: Names = str, units: Names = piece) -> Text:
    """Return what binds a stored shortfall, from its own columns."""
    return say(
        "缺{item} {quantity} {unit}：{why}",
        item=names(str(row["item"])),
        quantity=row["quantity"],
        unit=units(str(row["item"])),
        why=shortfall_why(row, names, units),
    )


def shortfall_why(row: Mapping[str, object], names: Names = str, units: Names = piece) -> Text:
    """Return what binds a stored shortfall and what would relieve it, in a sentence."""
    facts = json.loads(str(row["detail"]) or "{}")
    why = _binding(str(row["reason"]), facts, names, units(str(row["item"])))
    tried = [_tried(str(item), str(rule), names) for item, rule in facts.get("instead", [])]
    for sentence in tried:
        why = say("{why}{more}", why=why, more=sentence)
    return why


def _tried(item: str, rule: str, names: Names) -> Text:
    """Return why no more of a substitute came."""
    what = names(item)
    texts = {
        "market": say("{item}可代替，但该乡镇市场尚未恢复。", item=what),
        "limit": say("{item}可代替，但已达该乡镇的替代上限。", item=what),
        "kit": say("{item}里有此物资，但该户已有或不应得其中另一样，整套发放不合适。", item=what),
        "step": say("{item}可代替，但该户需求不足一个整份。", item=what),
        "road": say("{item}可代替，但期限内没有通路送达。", item=what),
        "vehicle": say("{item}可代替，但当天运力已满。", item=what),
        "intent": say("{item}可代替，但由捐赠人指定了其他用途。", item=what),
        "hold": say("{item}可代替，但待检或冻结。", item=what),
        "expired": say("{item}可代替，但已过期。", item=what),
    }  # fmt: skip
    return texts.get(rule, say("{item}可代替，但库存也已用完。", item=what))


def _binding(reason: str, facts: Mapping[str, object], names: Names, unit: str | Text) -> Text:
    houses = facts.get("warehouses")
    where = "、".join(str(names(str(w))) for w in houses) if isinstance(houses, list) else ""
    lots = facts.get("lot_count", 0)
    held, owed = facts.get("stock", 0), facts.get("item_needed", 0)
    texts = {
        "road": say("期限内没有能到达的通路；有货的仓库：{where}。抢通道路或改用其他运输方式可缓解。",
                    where=where or "—"),
        "vehicle": say("{where}有货、道路可达，但当天运力已满。增加车辆或班次可缓解。", where=where),
        "intent": say("可达的余货（{lots} 个批次）由捐赠人指定了去向。征得捐赠人同意可缓解。", lots=lots),
        "hold": say("{where}有 {lots} 个批次待检或冻结。完成检验、解除冻结可缓解。", where=where, lots=lots),
        "expired": say("{lots} 个批次已过期或在应得日前过期，不得发放。请补充采购。", lots=lots),
        "requested": say("已向{where}的调度单位商请，对方同意后补上。", where=where),
        "priority": say("可用的 {held} {unit}优先给了保底、优先群体或需求更重的地方。增加库存可缓解。",
                        held=held, unit=unit),
        "lost": say("已发出，途中损失。请重新制定计划补发。"),
        "damaged": say("已送到，但有破损，不计为收到。请重新制定计划补发。"),
        "refused": say("权属单位未同意调用请求。请另行采购，或申请上级调拨。"),
        "order": say("{where}有货、有路、有车，但本计划把运输量或迟到排在保障率之前，没有发出。调整目标次序可缓解。",
                     where=where or "—"),
        "stock": say("可用库存 {held} {unit}，全区应得 {owed} {unit}，库存不足。请采购或申请调拨。",
                     held=held, owed=owed, unit=unit),
    }  # fmt: skip
    return texts.get(reason, say("原因代码 {code}。", code=reason))


def line_reasons(
    solution: Solution, problem: Problem, line_id: str, names: Names = str, units: Names = piece,
    rules: Rules = ruled,
) -> list[Text]:  # fmt: skip
    """Return why the line exists, why from this lot, and why from this warehouse.

    Raises:
        NotFound: the plan has no such line.
    """
    line = _row(solution.lines, "line", line_id)
    lots = problem.lots.filter(pl.col("lot") == line["lot"])
    texts = [explain_line(line, names, units, rules)]
    if line["mode"] == Mode.TRANSFER.value:
        return [*texts, say("资金或凭证直接发放到户，不占运力。")]
    if lots.height:
        texts.append(_lot(lots.row(0, named=True), names))
        texts += _project(lots.row(0, named=True))
    texts.append(_nearest(solution, problem, line, names))
    return [*texts, *_expected(problem, line)]


def shortfall_reasons(
    solution: Solution, problem: Problem, shortfall_id: str, names: Names = str,
    units: Names = piece,
) -> list[Text]:  # fmt: skip
    """Return what binds the shortfall and how the need's other units fared.

    Raises:
        NotFound: the plan has no such shortfall.
    """
    row = _row(solution.shortfalls, "shortfall", shortfall_id)
    key = (pl.col("need") == row["need"]) & (pl.col("due_day") == row["day"])
    served = met(solution.lines).filter(key & (pl.col("state") != "request"))["covers"].sum()
    need = problem.needs.filter((pl.col("need") == row["need"]) & (pl.col("day") == row["day"]))
    return [
        explain_shortfall(row, names, units),
        say("该需求应得 {owed} {unit}，计划发放 {served} {unit}。",
            owed=need["quantity"].sum(), served=served, unit=units(str(row["item"]))),
    ]  # fmt: skip


def _row(table: pl.DataFrame, column: str, value: str) -> dict[str, object]:
    found = table.filter(pl.col(column) == value)
    if found.is_empty():
        raise NotFound(
            say("计划中没有编号为 {id} 的行。", id=value), say("请核对编号，或重新列出计划的行。")
        )
    return found.row(0, named=True)


def _lot(lot: Mapping[str, object], names: Names) -> Text:
    if int(str(lot["expires_day"])) >= NEVER:
        return say("批次 {lot} 无保质期限制。", lot=names(str(lot["lot"])))
    return say(
        "批次 {lot} 第 {day} 天到期，同类批次中先到期的先发。",
        lot=names(str(lot["lot"])),
        day=int(str(lot["expires_day"])) + 1,
    )


def _project(lot: Mapping[str, object]) -> list[Text]:
    name = str(lot.get("project") or "")
    return [say("该批次为捐赠项目“{project}”所捐，只用于该项目的乡镇、群体和用途。",
                project=name)] if name else []  # fmt: skip


def _expected(problem: Problem, line: Mapping[str, object]) -> list[Text]:
    """Say what the line counts on that is only expected: a repaired road, goods on their way."""
    way = problem.access.filter(
        (pl.col("warehouse") == line["warehouse"]) & (pl.col("point") == line["point"])
        & (pl.col("mode") == line["mode"])
    )["from_day"].min()  # fmt: skip
    lot = problem.lots.filter(pl.col("lot") == line["lot"])["arrives_day"].max()
    opens, arrives = int(str(way or 0)), int(str(lot or 0))
    found = []
    if opens > 0:
        found.append(say("所走的道路预计第 {day} 天抢通；届时未通须重新安排。", day=opens + 1))
    if arrives > 0:
        found.append(say("该批次预计第 {day} 天到货；届时未到须重新安排。", day=arrives + 1))
    return found


def _nearest(
    solution: Solution, problem: Problem, line: Mapping[str, object], names: Names
) -> Text:
    """Say whether a nearer warehouse holds the item, and what became of its stock."""
    ways = problem.access.filter(
        (pl.col("point") == line["point"]) & (pl.col("from_day") <= pl.lit(line["day"]))
    )
    here = ways.filter(
        (pl.col("warehouse") == line["warehouse"]) & (pl.col("mode") == line["mode"])
    )["minutes"].min()
    near = ways.filter(pl.col("minutes") < here).join(
        problem.lots.filter(pl.col("item") == line["item"]), on="warehouse"
    )
    if near.is_empty():
        return say("有此物资的仓库中，该仓库路程最短（{minutes} 分钟）。", minutes=here)
    left = solution.left_out.filter(pl.col("lot").is_in(near["lot"].implode()))
    return say(
        "更近的仓库（{where}）的同类物资在此计划中另有安排，余 {left}（未用原因见“未用批次”）。",
        where="、".join(str(names(w)) for w in near["warehouse"].unique().sort()),
        left=left["quantity"].sum(),
    )
