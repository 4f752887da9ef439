"""``doudi audit``: run, list, show, assign, settle, doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.tree import Tree

from api.cli import output
from api.cli.auditfair import aid_command, fairness_command
from api.cli.ledger import figure_name
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word
from graphcore.domain.audit import OF_NEEDS, Ruling
from graphcore.domain.clock import CHINA, micros, moment
from graphcore.domain.household import BasicNeed

if TYPE_CHECKING:
    from api.usecases.audits.tasks import Wanted
    from api.usecases.context import Context

ROWS = 50


@click.group(
    "audit",
    help=_("审计：谁应得而未得、谁没有被数到、谁被重复或区别对待。发现即任务，事实变了才会办结。"),
    epilog=_("例：doudi audit run ；doudi audit list --rule omission ；doudi audit doors --out 排查.xlsx"),
)  # fmt: skip
def audit_command() -> None:
    """Group the audits' commands."""


@audit_command.command("run", help=_("在现有数据上运行全部审计，更新发现清单。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def run_command(ctx: click.Context, as_json: bool) -> None:
    """Run the audits and print what changed."""
    from dataclasses import asdict

    from api.usecases.audits.tasks import run_audits

    with opened(ctx) as product:
        run = run_audits(product, operator(product))
    if as_json:
        output.print_json(asdict(run))
        return
    rows = [(word("audit_rule", rule, LANG), n, run.accepted_by_rule.get(rule, 0))
            for rule, n in run.by_rule.items()]  # fmt: skip
    output.table(_("审计发现"), (_("规则"), _("未办结"), _("其中已认可")), rows)
    output.console.print(
        _("新发现 {opened}，重新出现 {reopened}，有变化 {changed}，因事实改变而办结 {closed}。").format(
            opened=run.opened, reopened=run.reopened, changed=run.changed, closed=run.closed)
    )  # fmt: skip


def _chosen(function: Any) -> Any:
    """Add the options that choose findings."""
    for option in (
        click.option("--rule", default="", help=_("规则或其开头，如 omission、omission.unknown。")),
        click.option("--township", default="", help=_("乡镇代码或名称。")),
        click.option("--village", default="", help=_("村（社区）代码或名称。")),
        click.option("--owner", default="", help=_("承办人或岗位。")),
        click.option("--overdue", is_flag=True, help=_("只看逾期的。")),
    ):
        function = option(function)
    return function


def _wanted(product: Context, limit: int, **asked: Any) -> Wanted:
    from api.usecases.audits.tasks import Wanted
    from api.usecases.show import code_of

    for place in ("township", "village"):
        asked[place] = code_of(product, asked[place])
    return Wanted(limit=limit, **asked)


@audit_command.command(
    "list",
    help=_("列出发现：不带条件时按乡镇、规则计数；带条件时逐条列出，以户编号为准，不含姓名。"),
)
@_chosen
@click.option("--closed", is_flag=True, help=_("看已办结的。"))
@click.option("--limit", type=click.IntRange(1, 100_000), default=ROWS, show_default=True,
              help=_("最多列出几条。"))  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def list_command(
    ctx: click.Context, /, as_json: bool, closed: bool, limit: int, **asked: Any
) -> None:  # fmt: skip
    """Print counts, or the findings that are asked for."""
    from api.usecases.audits.tasks import counts, findings
    from api.usecases.show import codes, names

    with opened(ctx) as product:
        actor = operator(product)
        every = not any(asked.values()) and not closed
        totals = counts(product, actor) if every else None
        wanted = _wanted(product, limit, state="closed" if closed else "", **asked)
        rows = [] if every else findings(product, actor, wanted)
        told = product.store.read(lambda unit: {**codes(unit), **names(unit)})
    if as_json:
        shown = totals.to_dicts() if totals is not None else rows
        output.print_json({"rows": shown})
    elif totals is not None:
        _print_counts(totals.to_dicts(), told)
    else:
        _print_rows(rows, told)


def _print_counts(rows: list[dict[str, Any]], told: dict[str, str]) -> None:
    made = [
        (called(told.get(r["township"], r["township"])), called(told.get(r["village"], r["village"])),
         word("audit_rule", r["rule"], LANG), word("missing", r["reason"], LANG), r["households"],
         r["accepted"])
        for r in rows
    ]  # fmt: skip
    columns = (_("乡镇"), _("村（社区）"), _("规则"), _("原因"), _("户数"), _("其中已认可"))
    output.table(_("未办结的审计发现"), columns, made)


def _print_rows(rows: list[Any], told: dict[str, str]) -> None:
    made = [
        (r["id"], word("audit_rule", r["rule"], LANG), told.get(r["subject"], r["subject"]),
         called(told.get(r["village"], r["village"])),
         "、".join(word("basic_need", b, LANG) for b in r["basics"] or []),
         word("missing", r["reason"], LANG), r["days"],
         word("finding_state", r["state"], LANG), _owner(r["owner"], told), _when(r["due_at"]))
        for r in rows
    ]  # fmt: skip
    columns = (_("编号"), _("规则"), _("对象"), _("村（社区）"), _("基本需求"), _("原因"), _("天数"),
               _("状态"), _("承办"), _("期限"))  # fmt: skip
    output.table(_("审计发现"), columns, made)


def _owner(owner: str, told: dict[str, str]) -> str:
    role, _colon, place = owner.partition(":")
    if not place:
        return word("role", role, LANG)
    return _("{role}（{place}）").format(role=word("role", role, LANG),
                                       place=called(told.get(place, place)))  # fmt: skip


def _when(at: int) -> str:
    return moment(at).strftime("%Y-%m-%d %H:%M") if at else ""


@audit_command.command(
    "show",
    help=_("查看一条发现及其证据，或一户五项基本需求的账：应得 = 已得 + 已安排 + 尚缺 + 不需要。"),
)
@click.argument("what", metavar=_("发现编号|户编号"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def show_command(ctx: click.Context, what: str, as_json: bool) -> None:
    """Print a finding with its proof, or a household's accounts."""
    from api.usecases.audits.accounts import household_accounts
    from api.usecases.audits.tasks import one_finding

    with opened(ctx) as product:
        actor = operator(product)
        if what.startswith("FN-"):
            found = one_finding(product, actor, what)
        else:
            found = household_accounts(product, actor, what)
    item = partial(product.rulebook.item_name, lang=LANG)
    if as_json:
        output.print_json(found)
    elif "accounts" in found:
        _print_accounts(found, item)
    else:
        _print_finding(found, item)


def _print_finding(row: dict[str, Any], item: Callable[[str], str]) -> None:
    _print_rows([row], {})
    needs = [(n["need"], word("basic_need", n["basic"], LANG), item(n["item"]), n["units"],
              word("shortfall", n["reason"], LANG) if n["reason"] else "", n["missing"])
             for n in row["needs"]]  # fmt: skip
    if needs:
        columns = (_("需求"), _("基本需求"), _("物资"), _("应得"), _("卡在哪里"), _("尚缺"))
        output.table(_("证据：需求与缺口"), columns, needs)
    if "figures" in row["detail"]:
        output.console.print(_("证据：{figures}").format(figures=_figures(row["detail"])))
    if row["houses"]:
        told = [(h["household"], word("house_damage", h["damage"], LANG)) for h in row["houses"]]
        output.table(_("证据：房屋"), (_("户编号"), _("损坏程度")), told)
    records = [(r["record"], r["form"], r["file"], r["sheet"], r["row"]) for r in row["records"]]
    if records:
        columns_ = (_("记录"), _("表"), _("文件"), _("工作表"), _("行"))
        output.table(_("证据：来源记录"), columns_, records)
    _print_path(row["id"], row["graph"])
    for r in row["rulings"]:
        output.console.print(_ruled(r))


def _ruled(r: dict[str, Any]) -> str:
    told = _("{ruling}：{officer} 于 {when} 认定（{id}）。").format(
        ruling=word("ruling", r["ruling"], LANG), officer=r["officer"], when=_when(r["at"]),
        id=r["id"])  # fmt: skip
    ended = _("已于 {when} 撤销。").format(when=_when(r["revoked_at"])) if r["revoked_at"] else ""
    return told + ended


def _print_path(finding: str, graph: dict[str, list[dict[str, str]]]) -> None:
    """Print the proof as a tree: what the finding is tied to, and what ties that together."""
    labels = {n["id"]: n["label"] for n in graph["nodes"]}
    made = Tree(_("证明路径：{finding}").format(finding=finding))
    for edge in (e for e in graph["edges"] if e["from"] == finding):
        node = edge["to"]
        branch = made.add(f"{edge['rel']} → {labels[node]} {node}")
        for e in graph["edges"]:
            if e["from"] == node:
                branch.add(f"{e['rel']} → {labels[e['to']]} {e['to']}")
            elif e["to"] == node and e["from"] != finding:
                branch.add(f"{e['rel']} ← {labels[e['from']]} {e['from']}")
    output.console.print(made)


def _figures(detail: dict[str, Any]) -> str:
    return "；".join(
        _("{figure}：报告 {told}，名册 {named}").format(
            figure=figure_name(f["figure"]), told=f["reported"], named=f["named"])
        for f in detail.get("figures", [])
    )  # fmt: skip


def _print_accounts(found: dict[str, Any], item: Callable[[str], str]) -> None:
    rows = [
        (word("basic_need", a["basic"], LANG), item(a["item"]), a["needed"], a["received"], a["planned"],
         a["missing"], a["not_needed"], word("missing", a["reason"], LANG) if a["reason"] else "",
         word("role", a["whom"], LANG) if a["whom"] else "", a["days"] if a["missing"] else "")
        for a in found["accounts"]
    ]  # fmt: skip
    columns = (_("基本需求"), _("物资"), _("应得"), _("已得"), _("已安排"), _("尚缺"), _("不需要"), _("原因"),
               _("等谁决定"), _("天数"))  # fmt: skip
    output.table(_("户 {home} 的账").format(home=found["household"]), columns, rows)
    for h in found["hints"]:
        group = word("hardship_group", h["group"], LANG)
        text = (_("比对提示：该户可能是{group}，请协助申请（依据 {match}）。") if h["certain"]
                else _("比对提示：该户也许是{group}，待人工复核（依据 {match}）。"))  # fmt: skip
        output.console.print(text.format(group=group, match=h["match"]))
    for r in found["rulings"]:
        output.console.print(
            _("“{need}”{ruling}：{officer} 于 {when} 认定，有效至 {until}（{id}）。").format(
                need=word("basic_need", r["basic"], LANG), ruling=word("ruling", r["ruling"], LANG),
                officer=r["officer"], when=_when(r["at"]), until=r["until"], id=r["id"])
        )  # fmt: skip


@audit_command.command(
    "assign", help=_("把发现交给承办人：写编号，或用条件成批交办。"),
    epilog=_("例：doudi audit assign --to 王某某 --village 某某村 --rule omission.unknown"),
)  # fmt: skip
@click.argument("ids", nargs=-1, metavar=_("发现编号"))
@click.option("--to", "to", required=True, help=_("承办人或岗位。"))
@click.option("--due", help=_("办理期限（YYYY-MM-DD）。"))
@_chosen
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def assign_command(
    ctx: click.Context, /, ids: tuple[str, ...], to: str, due: str | None, as_json: bool, **asked: Any
) -> None:  # fmt: skip
    """Give findings to somebody."""
    from api.usecases.audits.tasks import assign

    until = micros(datetime.combine(_day(due), time(18), CHINA)) if due else 0
    with opened(ctx) as product:
        wanted = None if ids else _wanted(product, ROWS, **asked)
        n = assign(product, operator(product), ids, to, due_at=until, wanted=wanted)
    if as_json:
        output.print_json({"assigned": n, "owner": to})
        return
    output.console.print(_("已将 {n} 项交 {owner} 办理。").format(n=n, owner=to))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(_("日期应写作 YYYY-MM-DD。")) from error


@audit_command.command(
    "settle",
    short_help=_("由具名人员作出认定：缺席的记录，不需要的需求，或看过并认可的发现。"),
    help=_("由具名人员作出认定：对后来的表中不见了的记录（still_there、moved_away、double、"
           "registered_in_error）；认定一户的一项基本需求不需要（met_otherwise、declined）；或认可一条交人核实的"
           "发现（accepted，如冬春救助的平均分配、亲属、同卡）；认可的发现仍列为未办结，只有事实改变才会办结。"),
    epilog=_("例：doudi audit settle 0042 --need water --ruling met_otherwise --officer 王某某 "
             "--evidence 走访记录17号"),
)  # fmt: skip
@click.argument("subject", metavar=_("记录编号|户编号|发现编号"))
@click.option("--ruling", type=click.Choice([r.value for r in Ruling]), required=True,
              help=_("认定的结果。"))  # fmt: skip
@click.option("--need", "need", type=click.Choice([b.value for b in BasicNeed]),
              help=_("哪一项基本需求。"))  # fmt: skip
@click.option("--officer", required=True, help=_("认定人（姓名或工号），记入审计链。"))
@click.option("--evidence", required=True, help=_("依据，如走访记录编号；不写姓名和证件号码。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def settle_command(
    ctx: click.Context, subject: str, ruling: str, need: str | None, officer: str, evidence: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Record a ruling."""
    from api.usecases.audits.rulings import Said, rule_on

    said = Said(Ruling(ruling), evidence, need or "")
    with opened(ctx) as product:
        key = rule_on(product, operator(product, officer), subject, said)
    if as_json:
        output.print_json({"ruling": key, "subject": subject, "of_need": said.ruling in OF_NEEDS})
        return
    output.console.print(_("已登记认定 {key}。下次运行审计时生效。").format(key=key))


@audit_command.command(
    "revoke", help=_("由具名人员撤销一项认定：记录重新缺席，需求重新尚缺，发现重新列出。"),
    epilog=_("例：doudi audit revoke RU-… --officer 王某某 --reason 复查与事实不符"),
)  # fmt: skip
@click.argument("ruling", metavar=_("认定编号"))
@click.option("--officer", required=True, help=_("撤销人（姓名或工号），记入审计链。"))
@click.option("--reason", required=True, help=_("理由；不写姓名和证件号码。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def revoke_command(
    ctx: click.Context, ruling: str, officer: str, reason: str, as_json: bool
) -> None:  # fmt: skip
    """Take a ruling back."""
    from api.usecases.audits.rulings import revoke

    with opened(ctx) as product:
        revoke(product, operator(product, officer), ruling, reason)
    if as_json:
        output.print_json({"revoked": ruling})
        return
    output.console.print(_("已撤销认定 {ruling}。下次运行审计时生效。").format(ruling=ruling))


@audit_command.command(
    "doors", help=_("写出逐户排查表：每乡镇一张，每村一页，供上门逐户查看和签字。")
)
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@click.option("--township", default="", help=_("乡镇代码或名称。"))
@click.option("--village", default="", help=_("村（社区）代码或名称。"))
@purposed("visit")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def doors_command(
    ctx: click.Context, out: Path | None, township: str, village: str, as_json: bool
) -> None:  # fmt: skip
    """Write the workbook for going from door to door."""
    from api.usecases.audits.doors import DoorWords, export_doors
    from api.usecases.show import code_of

    path = out or Path("out") / _("逐户排查表.xlsx")
    words = DoorWords(
        _, lambda code: word("audit_rule", code, LANG), lambda code: word("missing", code, LANG),
        lambda code: word("basic_need", code, LANG), lambda code: word("role", code, LANG),
    )  # fmt: skip
    with opened(ctx) as product:
        n = export_doors(product, operator(product), path, words,
                         township=code_of(product, township), village=code_of(product, village),
                         reason=given(ctx))  # fmt: skip
    if as_json:
        output.print_json({"file": str(path), "households": n})
        return
    output.console.print(_("已写出 {path}：{n} 户。").format(path=path, n=n))


audit_command.add_command(fairness_command)
audit_command.add_command(aid_command)
