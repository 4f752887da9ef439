"""``doudi roster``: who goes where."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli import output
from api.cli.purpose import given, purposed
from api.cli.session import opened, operator
from api.cli.speech import _
from graphcore.domain.forces import Progress


@click.group(
    "roster",
    help=_(
        "志愿者、队伍和装备的排班：按救助计划和各单位的任务派人，批准、查看、解释、导出、登记进展。"
    ),
    epilog=_("例：doudi roster make ；doudi roster show ；doudi roster approve --officer 王某某"),
)
def roster_command() -> None:
    """Group the roster commands."""


@roster_command.command(
    "make", help=_("派生任务，安排人员和装备，独立核对并存为草案。"),
    epilog=_("例：doudi roster make --days 2 --seed 7"),
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, 30), help=_("排班天数，默认按政策参数。"))
@click.option("--first-on", default="", metavar="YYYY-MM-DD", help=_("第一天，默认为今天。"))
@click.option("--seed", type=int, default=0, help=_("随机种子：相同数据和种子，结果逐字节相同。"))
@click.option("--nodes", type=click.IntRange(1), help=_("每个目标的分支节点上限。"))
@click.option(
    "--seconds", type=click.FloatRange(0.1), help=_("时间上限（秒）；因此提前结束的排班会注明。")
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def make(
    ctx: click.Context, days: int | None, first_on: str, seed: int, nodes: int | None,
    seconds: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a roster and print its overview."""
    from api.cli.plan import day_of_option
    from api.cli.rosterscreens import print_roster, roster_json
    from api.usecases.roster.make import RosterOptions, make_roster
    from api.usecases.roster.view import roster_view

    options = RosterOptions(days, day_of_option(first_on), seed, nodes, seconds)
    with opened(ctx) as product:
        actor = operator(product)
        with output.progress() as tell:
            key = make_roster(product, actor, options, tell)
        view = roster_view(product, actor, key)
    if as_json:
        output.print_json(roster_json(view))
    else:
        print_roster(view)


@roster_command.command(
    "show",
    help=_("查看排班：summary 概览，orders 派遣明细，openings 人手缺口，tasks 任务，gear 装备。"),
    epilog=_("例：doudi roster show orders --township 某某镇"),
)
@click.argument("what", default="summary",
                type=click.Choice(["summary", "orders", "openings", "tasks", "gear"]))  # fmt: skip
@click.option("--roster", default="", help=_("排班编号，默认为已批准的，其次最新的。"))
@click.option("--township", default="", help=_("只看一个乡镇（名称或代码）。"))
@click.option("--organization", default="", help=_("只看一个组织（名称的一部分或编号）。"))
@click.option("--volunteer", default="", help=_("只看一名志愿者（编号）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def show(
    ctx: click.Context, what: str, roster: str, township: str, organization: str, volunteer: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Print one screen."""
    from api.cli.rosterscreens import Asked, print_list, print_roster, roster_json
    from api.usecases.roster.view import roster_view

    with opened(ctx) as product:
        view = roster_view(product, operator(product), roster)
    if what == "summary" and as_json:
        output.print_json(roster_json(view))
    elif what == "summary":
        print_roster(view)
    else:
        print_list(view, what, Asked(township, organization, volunteer), as_json=as_json)


@roster_command.command(
    "approve", help=_("由具名负责人批准排班；批准之后派遣单才生效。"),
    epilog=_("例：doudi roster approve --officer 王某某"),
)  # fmt: skip
@click.argument("roster", required=False, default="")
@click.option("--officer", required=True, help=_("负责人（姓名或工号），记入审计链。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def approve(ctx: click.Context, roster: str, officer: str, as_json: bool) -> None:
    """Approve a roster."""
    from api.usecases.roster.approve import approve_roster

    with opened(ctx) as product:
        key = approve_roster(product, operator(product, officer), roster)
    if as_json:
        output.print_json({"roster": key, "state": "approved", "officer": officer})
        return
    told = _("排班 {roster} 已由 {officer} 批准，派遣单生效。")
    output.console.print(told.format(roster=key, officer=officer))


@roster_command.command(
    "report", help=_("登记一条派遣的进展：确认、到岗、完成、不能前往、未到岗。"),
    epilog=_("例：doudi roster report OR-…-00001 arrived"),
)  # fmt: skip
@click.argument("order")
@click.argument("progress", type=click.Choice([p.value for p in Progress if p != Progress.PLANNED]))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def report(ctx: click.Context, order: str, progress: str, as_json: bool) -> None:
    """Record what became of an order."""
    from api.cli.rosterwords import coded
    from api.usecases.roster.progress import report_progress

    with opened(ctx) as product:
        report_progress(product, operator(product), order, Progress(progress))
    if as_json:
        output.print_json({"order": order, "progress": progress})
        return
    told = _("派遣 {order}：{progress}。")
    output.console.print(told.format(order=order, progress=coded("progress", progress)))


@roster_command.command(
    "explain",
    help=_(
        "解释一名志愿者（编号）的安排，或一项任务（编号）为什么缺人；两者都写则逐条说明他能不能去。"
    ),
    epilog=_("例：doudi roster explain RS010 ；doudi roster explain 001 --task RS010"),
)
@click.argument("what", metavar=_("志愿者|任务"))
@click.option("--task", default="", help=_("再问这名志愿者能不能去这项任务。"))
@click.option("--organization", default="", help=_("志愿者编号重复时，写组织代码。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def explain(
    ctx: click.Context, what: str, task: str, organization: str, as_json: bool
) -> None:  # fmt: skip
    """Print a story."""
    from api.cli.explain import as_dict, print_story
    from api.usecases.roster.explain import Question, explain_roster

    with opened(ctx) as product:
        story = explain_roster(product, operator(product), Question(what, task, organization))
    if as_json:
        output.print_json(as_dict(story))
    else:
        print_story(story)


@roster_command.command(
    "export", help=_("导出排班：每个组织的派遣单、每个乡镇的到岗签到表、任务一览、人手缺口。"),
    epilog=_("例：doudi roster export --out 排班.xlsx"),
)  # fmt: skip
@click.option("--roster", default="", help=_("排班编号，默认为已批准的，其次最新的。"))
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@purposed("dispatch")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def export(ctx: click.Context, roster: str, out: Path | None, as_json: bool) -> None:
    """Write the workbook and name it."""
    from api.cli.rosterwords import roster_words
    from api.usecases.roster.export import export_roster

    target = out or Path("out") / _("志愿者排班.xlsx")
    with opened(ctx) as product:
        path = export_roster(product, operator(product), roster, target, roster_words(), given(ctx))
    if as_json:
        output.print_json({"files": [str(path)]})
        return
    output.console.print(_("已写出 {path}").format(path=path), markup=False)
