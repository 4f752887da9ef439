"""``doudi route``, ``doudi dispatch`` and ``doudi receive``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.context import Context
    from api.usecases.transport.receive import Received
    from api.usecases.transport.route import RouteOutcome

MOST_CUTS = 20


@click.command(
    "route",
    help=_("把计划装到车船和车次上：受损道路、载重容积、工时和休息、开放时间都算在内，结果独立核对。"
           "未批准的计划有运不出去的，按排出的车次重新分配；已批准的计划保持不变，只说明哪些运不出去。"),
    epilog=_("例：doudi route ；doudi route 3 --keep"),
)  # fmt: skip
@click.argument("plan", required=False, default="")
@click.option("--agree/--keep", "agree", default=None,
              help=_("有运不出去的：重新分配，或保持计划不变。默认看计划是否已批准。"))  # fmt: skip
@click.option("--rounds", type=click.IntRange(1, 20), default=4, show_default=True,
              help=_("分配与排车次最多来回几轮。"))  # fmt: skip
@click.option("--seed", type=int, default=0, help=_("随机种子：相同数据、种子与次数，结果相同。"))
@click.option("--iterations", type=click.IntRange(1), default=500, show_default=True,
              help=_("每个库、每天的搜索次数。"))  # fmt: skip
@click.option("--seconds", type=click.FloatRange(0.1), help=_("每次搜索的时间上限（秒）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def route_command(
    ctx: click.Context, plan: str, agree: bool | None, rounds: int, seed: int, iterations: int,
    seconds: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Route a plan and print what came of it."""
    from api.usecases.transport.route import RouteOptions, route_plan

    options = RouteOptions(agree, rounds, seed, iterations, seconds)
    with opened(ctx) as product:
        with output.progress() as tell:
            found = route_plan(product, operator(product), plan, options, tell)
        if as_json:
            output.print_json(as_dict(found))
        else:
            _print(product, found)


def as_dict(found: RouteOutcome) -> dict[str, object]:
    """A routing's outcome as JSON."""
    return {
        "asked": found.asked, "plan": found.plan, "trips": found.trips, "units": found.units,
        "rounds": found.rounds, "by_clock": found.by_clock,
        "left": int(found.left["quantity"].sum()), "left_behind": found.left.to_dicts(),
        "cuts": found.cuts.to_dicts(),
    }  # fmt: skip


def _print(product: Context, found: RouteOutcome) -> None:
    from api.cli.trips import print_trips
    from api.usecases.transport.view import trips_view

    if found.plan != found.asked:
        output.console.print(
            _(
                "有运不出去的物资：已按实际运力重新分配，新计划 {plan}（第 {rounds} 轮），须重新批准。"
            ).format(plan=found.plan, rounds=found.rounds)
        )
        _cuts(product, found)
    if found.by_clock:
        output.console.print(_("[bold yellow]有的搜索因时间上限提前结束，车次不保证可重现。[/]"))
    print_trips(trips_view(product, operator(product), found.plan))


def _cuts(product: Context, found: RouteOutcome) -> None:
    """Say what the routes told the allocation: why the new plan differs."""
    from api.cli.explain import said
    from api.usecases.show import codes, names
    from optimizer.transport.explain import explain_cut

    known = product.store.read(lambda unit: {**codes(unit), **names(unit)})
    for row in found.cuts.head(MOST_CUTS).iter_rows(named=True):
        output.console.print("  · " + said(explain_cut(row, lambda key: known.get(key, key))))


@click.command(
    "dispatch",
    help=_("发出车次：物资出库，计入在途；只有已批准的计划才能发出。也登记晚点和途中损失。"),
    epilog=_("例：doudi dispatch --day 1 ；doudi dispatch T-… ；doudi dispatch T-… --late 40"),
)
@click.argument("trips", nargs=-1, metavar=_("车次编号…"))
@click.option("--day", type=click.IntRange(1), help=_("发出计划第几天的全部车次。"))
@click.option("--late", type=click.IntRange(1, 10_000), help=_("在途车次一共晚点多少分钟。"))
@click.option("--lost", is_flag=True, help=_("在途车次上的物资已经损失，改列缺口。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def dispatch_command(
    ctx: click.Context, trips: tuple[str, ...], day: int | None, late: int | None, lost: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Let trips leave, or say what became of them."""
    if not trips and day is None:
        raise click.UsageError(_("请写明车次编号，或用 --day 指定哪一天。"))
    with opened(ctx) as product:
        keys = [*trips, *(_of_day(product, day) if day else [])]
        if late:
            told = _late(product, keys, late)
        elif lost:
            told = _lost(product, keys)
        else:
            told = _out(product, keys)
    if as_json:
        output.print_json(told[1])
    else:
        output.console.print(told[0])


Told = tuple[str, dict[str, object]]


def _of_day(product: Context, day: int) -> list[str]:
    from api.usecases.transport.view import trips_view

    trips = trips_view(product, operator(product)).trips
    keys = [t["id"] for t in trips.iter_rows(named=True) if t["day"] == day - 1]
    if not keys:
        raise click.UsageError(_("第 {day} 天没有车次；请先运行 doudi route。").format(day=day))
    return keys


def _out(product: Context, keys: list[str]) -> Told:
    from api.usecases.transport.dispatch import dispatch

    done = dispatch(product, operator(product), keys)
    text = _("已发出 {n} 个车次、{units} 件物资；另有 {before} 个车次早已发出。").format(
        n=len(done.trips), units=done.units, before=len(done.before)
    )
    return text, {"dispatched": list(done.trips), "before": list(done.before), "units": done.units}


def _late(product: Context, keys: list[str], minutes: int) -> Told:
    from api.usecases.transport.dispatch import late

    for key in keys:
        late(product, operator(product), key, minutes)
    text = _("已登记 {n} 个车次晚点 {minutes} 分钟。").format(n=len(keys), minutes=minutes)
    return text, {"late": keys, "minutes": minutes}


def _lost(product: Context, keys: list[str]) -> Told:
    from api.usecases.transport.dispatch import lose

    units = sum(lose(product, operator(product), key) for key in keys)
    text = _("已登记途中损失 {units} 件，改列缺口；请重新制定计划补发。").format(units=units)
    return text, {"lost": keys, "units": units}


@click.command(
    "receive",
    help=_("登记签收：写车次编号则按车次（可指定送达点或户）登记，写文件名则导入填好的签收表。"
           "签收人姓名加密保存。同一份表再次导入不会重复登记。"),
    epilog=_("例：doudi receive T-… --by 张某某 ；doudi receive T-… --point 某某村 --at-point --by 李某某 ；"
             "doudi receive 签收表.xlsx --by 李某某"),
)  # fmt: skip
@click.argument("what", metavar=_("车次编号|签收表"))
@click.option("--by", default="", help=_("签收人（或代为签收的送达点负责人）。"))
@click.option(
    "--point", "place", default="", help=_("只登记一个送达点或一户（名称、代码或户编号）。")
)
@click.option("--at-point", is_flag=True, help=_("送达点整批签收，待各户领取；默认为各户领到。"))
@click.option("--damaged", multiple=True, metavar=_("品名=数量"), help=_("破损，不计为收到。"))
@click.option("--declined", multiple=True, metavar=_("品名=数量"), help=_("拒收，退回。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def receive_command(
    ctx: click.Context, what: str, by: str, place: str, at_point: bool, damaged: tuple[str, ...],
    declined: tuple[str, ...], as_json: bool,
) -> None:  # fmt: skip
    """Record signatures."""
    from api.usecases.transport.receive import Level, Signature, receive_trip
    from api.usecases.transport.sheet import receive_file

    sign = Signature(by, Level.POINT if at_point else Level.HOUSEHOLD)
    with opened(ctx) as product:
        actor = operator(product)
        if Path(what).suffix.lower() in (".xlsx", ".csv"):
            found = receive_file(product, actor, Path(what), sign)
        else:
            short = [*_short(product, damaged, "damaged"), *_short(product, declined, "declined")]
            found = receive_trip(product, actor, what, sign, place=place, short=short)
    if as_json:
        output.print_json(received_json(found))
    else:
        _print_received(found)


def received_json(found: Received) -> dict[str, object]:
    """A receipt's outcome as JSON."""
    figures = {
        n: getattr(found, n) for n in ("cargo", "received", "at_point", "damaged", "declined")
    }
    return {"receipts": list(found.receipts), **figures}


def _short(product: Context, told: tuple[str, ...], bucket: str) -> list[tuple[str, str, int]]:
    found = []
    for text in told:
        name, sign, number = text.partition("=")
        item = product.rulebook.item_named(name.strip())
        if not sign or item is None or not number.strip().isdigit():
            raise click.BadParameter(_("应写成“品名=数量”，例如 饮用水=2。"))
        found.append((item, bucket, int(number)))
    return found


def _print_received(found: Received) -> None:
    if not found.receipts:
        output.console.print(_("没有新的签收：所填内容早已登记，或已没有待签收的物资。"))
        return
    output.console.print(
        _("已登记 {n} 份签收：各户收到 {received} 件，送达点收到待领 {point} 件，破损 {damaged} 件，"
          "拒收 {declined} 件。").format(
            n=len(found.receipts), received=found.received, point=found.at_point,
            damaged=found.damaged, declined=found.declined,
        )
    )  # fmt: skip
