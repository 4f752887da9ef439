"""Entry point of ``doudi``: names the commands; each is imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from api.cli.speech import LANG, _

COMMANDS: Mapping[str, tuple[str, str]] = {  # name → module, one-line help
    "demo": ("demo", _("用内置的示范区走完全程：导入、计划、批准、解释、导出、核验")),
    "import": ("intake", _("导入受灾台账、底册、物资、道路等表格")),
    "compare": ("compare", _("比对台账与社会救助名册，或任意两张人员名单")),
    "review": ("review", _("复核比对中存疑的记录，由具名人员认定")),
    "template": ("template", _("生成空白表格，供各单位填报")),
    "plan": ("plan", _("计算需求，分配物资，提交计划")),
    "route": ("route", _("把计划装到车船和车次上，运不出去的重新分配")),
    "replan": ("replan", _("情况变了：只改该改的，说明起因、变动和对各目标的影响")),
    "road": ("changes", _("登记道路中断或恢复（来电即记）")),
    "lot": ("changes", _("登记批次推迟到货、下落不明或找回")),
    "options": ("options", _("为一项新需求列出全部可行办法，并给出对各目标的影响")),
    "pin": ("pins", _("钉住一行或一个数量下限；可查看、可取消")),
    "approve": ("approve", _("由具名负责人批准计划")),
    "accept": ("approve", _("登记权属单位对调用请求的答复")),
    "dispatch": ("route", _("发出车次：出库、在途、晚点、损失")),
    "receive": ("route", _("登记签收：按车次，或导入填好的签收表")),
    "returned": ("returned", _("查验拒收退回的物资：回库或计为损失")),
    "show": ("show", _("查看计划、缺口、库存、乡镇、待办名单")),
    "explain": ("explain", _("解释一户、一个乡镇或一条分配")),
    "diff": ("diff", _("比较两个计划：谁得谁失，各目标好坏")),
    "fairness": ("fairness", _("公平的代价：放低保底线能多保障多少")),
    "contradictions": ("contradictions", _("检查互相矛盾的捐赠条件、下限和已定分配")),
    "relief": ("relief", _("推演哪些措施最能缓解缺口：补货、加车、抢通、征得同意")),
    "ledger": ("ledgercourse", _("台账和灾情报表：版本、缺报迟报、合计核对、通报民政、响应、核查")),
    "people": ("people", _("因灾死亡、失踪人员和他们的家人：限制查阅、户主、监护人")),
    "desk": ("desk", _("任何窗口或电话的申请、异议、申诉：受理号、期限、答复")),
    "cases": ("cases", _("救助个案：推算、决定、到期转段、两局移交")),
    "campaign": ("campaign", _("冬春救助：调查、评议、审核、公示、审定、走访")),
    "rebuild": ("rebuild", _("恢复重建：从评估到入住，初霜前谁还没有住处")),
    "pay": ("pay", _("资金发放：试算、签批、银行文件、回盘登记")),
    "policy": ("policy", _("现行政策标准和依据，逐条验算政策示例")),
    "restock": ("restock", _("灾前储备：存什么、买什么、调什么，库存能撑几天")),
    "audit": ("audit", _("审计：谁被遗漏，谁被重复或区别对待；发现即任务")),
    "roster": ("roster", _("志愿者、队伍和装备的排班：派人、批准、查看、解释、导出、登记进展")),
    "export": ("export", _("导出装车单、发放表、缺口表、公示表，或 CSV")),
    "notice": ("notice", _("公示：户主姓名隐去部分，不含未成年人和困难身份，过小的户数合并")),
    "household": ("person", _("查看一户的人员信息：写明用途，按角色遮盖，留下记录")),
    "words": ("words", _("一件事依据什么、理由是什么：写明用途，按角色遮盖，留下记录")),
    "looks": ("looks", _("谁看过谁的个人信息、何时、为何用途")),
    "retention": ("retention", _("个人信息的保存期限：到期名单、试算、销毁和销毁证明")),
    "verify": ("verify", _("在现有数据上核验全部不变量")),
    "repair": ("repair", _("检查并修复损坏的数据库日志（内置引擎）")),
    "serve": ("serve", _("启动 HTTP API 服务")),
    "key": ("key", _("管理 API 密钥")),
}

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (  # the help page, in the order of the walk
    (_("走一遍"), ("demo",)),
    (_("汇入与比对"), ("import", "template", "compare", "review")),
    (_("台账和报表"), ("ledger", "people", "desk")),
    (_("计划"), ("plan", "show", "explain", "diff", "fairness", "contradictions", "relief")),
    (_("情况变化"), ("road", "lot", "pin", "options", "replan")),
    (
        _("执行"),
        ("route", "approve", "accept", "dispatch", "receive", "returned", "roster", "export"),
    ),
    (_("个案与资金"), ("cases", "campaign", "rebuild", "pay", "policy")),
    (_("灾前储备"), ("restock",)),
    (_("审计与核验"), ("audit", "verify")),
    (_("个人信息"), ("notice", "household", "words", "looks", "retention")),
    (_("系统"), ("serve", "key", "repair")),
)


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the walk."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"api.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what they are for, without importing them."""
        for title, names in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names])


@click.group(
    cls=LazyGroup,
    help=_("兜底：从一份灾情报告到一张签收单，不落一户、不漏一人。"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_("例：doudi demo ；doudi import 台账.xlsx ；doudi plan ；doudi show"),
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help=_("界面语言，默认随系统，中文优先。"))
@click.option("--home", type=click.Path(), help=_("数据目录，默认为 ./.doudi。"))
@click.version_option(package_name="doudi")
@click.pass_context
def cli(ctx: click.Context, lang: str | None, home: str | None) -> None:
    """Hold what every command shares."""
    del lang  # read before anything is imported, see api.cli.speech
    ctx.obj = {"home": home}


def main(argv: Sequence[str] | None = None) -> None:
    """Run; an error of ours ends with its message and status 1, never with a traceback."""
    from graphcore.domain.errors import DoudiError

    arguments: dict[str, Any] = {"args": list(argv)} if argv is not None else {}
    try:
        cli(prog_name="doudi", **arguments)
    except DoudiError as error:
        from api.cli.output import complain

        complain(error)
        sys.exit(1)
    except BrokenPipeError:  # the reader of a pipe has gone: not an error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()

__all__ = ["COMMANDS", "LANG", "cli", "main"]
