"""``doudi demo``: the main job on the committed synthetic district, from files to trips that left."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.session import operator, settings_of, with_district
from api.cli.speech import _
from graphcore.domain.clock import CHINA, Clock, micros
from graphcore.domain.ids import IdMint

if TYPE_CHECKING:
    from api.usecases.context import Context

START = datetime(2026, 7, 1, 14, 0, tzinfo=CHINA)  # half a day after the synthetic flood
SEED = 20260701
ITERATIONS = 20  # of each search for trips: by count, not by clock, so that each run is the same
TRIPS = 12  # on the screen; the export has all


@click.command(
    "demo",
    help=_("用随附的合成示范区（约 2,000 户、12 个乡镇）走完全程。数据全部是合成的。"),
    epilog=_("例：doudi demo --out out/"),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help=_("导出文件放在哪里。"),
)
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), help=_("换用另一套表格所在的目录。")
)
@click.option("--json", "as_json", is_flag=True, help=_("把过程写到标准错误，最后输出 JSON。"))
@click.pass_context
def demo_command(ctx: click.Context, out: Path, data: Path | None, as_json: bool) -> None:
    """Import, plan, route, approve, dispatch, explain, export; each step on the screen."""
    from api.bootstrap import open_context

    output.console.stderr = as_json
    settings = settings_of(ctx)
    home = settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    settings = settings.model_copy(
        update={
            "home": home,
            "engine": "embedded",
            "looks": home / "looks.log",
            "master_key_file": home / "keys" / "master.key",
        }
    )
    with open_context(settings, clock=_ticking(), mint=IdMint.seeded(SEED)) as product:
        summary = _run(product, data or _shipped(), out)
    _next(home, out)
    if as_json:
        output.print_json(summary)


def _ticking() -> Clock:
    """A clock that starts on the flood's day and moves a second a look: the same plan each run."""
    now = micros(START)

    def tick() -> int:
        nonlocal now
        now += 1_000_000
        return now

    return tick


def _shipped() -> Path:
    import seeds

    return Path(str(seeds.__file__)).parent / "district"


def _step(n: int, text: str) -> None:
    output.console.rule(f"[bold]{n}. {text}", align="left")


def _run(product: Context, data: Path, out: Path) -> dict[str, object]:
    product = _import(product, data)
    plan = _routed(product, _plan(product))
    _approve(product, plan)
    _dispatch(product, plan)
    _explain(product, plan)
    _step(6, _("导出"))
    from api.cli.export import write
    from api.usecases.privacy.notices import RELIEF

    paths = [
        *write(product, plan, "xlsx", out / _("救助计划.xlsx"), RELIEF),
        *write(product, plan, "csv", out / "csv", RELIEF),
    ]
    for path in paths:
        output.console.print(_("已写出 {path}").format(path=path), markup=False)
    paths.append(_roster(product, out))
    _verify(product)
    return _summary(product, plan, paths)


def _summary(product: Context, plan: str, paths: list[Path]) -> dict[str, object]:
    from api.cli.screens import plan_json
    from api.usecases.show import plan_view

    view = plan_view(product, operator(product), plan)
    return {**plan_json(view), "files": [str(p) for p in paths]}


def _import(product: Context, data: Path) -> Context:
    from api.cli.intake import print_outcomes
    from api.usecases.import_files import import_files

    _step(1, _("导入：各单位报来的 Excel 表格"))
    files = sorted(p for p in data.iterdir() if p.suffix in {".xlsx", ".csv"})
    with output.progress() as tell:
        actor = operator(product)
        done = import_files(product, actor, files, progress=tell)
    print_outcomes(done)
    return with_district(product)


def _plan(product: Context) -> str:
    from api.cli.screens import print_plan
    from api.usecases.make_plan import PlanOptions, make_plan
    from api.usecases.show import plan_view

    _step(2, _("计划：按政策算需求，按目标先后分配，独立核对后提交"))
    actor = operator(product)
    with output.progress() as tell:
        plan = make_plan(product, actor, PlanOptions(seed=SEED), tell)
    print_plan(plan_view(product, actor, plan))
    return plan


def _routed(product: Context, plan: str) -> str:
    """Put the plan on vehicles before anybody signs it: what is signed is what can be brought."""
    from api.cli.screens import print_goals
    from api.usecases.show import plan_view
    from api.usecases.transport.route import RouteOptions, route_plan

    _step(3, _("车次：装到车船上；车船运不了的，按排出的车次重新分配，计划只承诺运得到的"))
    actor = operator(product)
    with output.progress() as tell:
        options = RouteOptions(seed=SEED, iterations=ITERATIONS)
        found = route_plan(product, actor, plan, options, tell)
    print_goals(plan_view(product, actor, found.plan))
    return found.plan


def _approve(product: Context, plan: str) -> None:
    from api.usecases.approve_plan import approve_plan

    _step(4, _("批准：具名负责人签字后物资才能出库；发出第一天的车次"))
    officer = _("示范负责人")
    approve_plan(product, operator(product, officer), plan)
    output.console.print(
        _("计划 {plan} 已由 {officer} 批准，可以出库。").format(plan=plan, officer=officer)
    )


def _dispatch(product: Context, plan: str) -> None:
    import polars as pl

    from api.cli.trips import print_trips
    from api.usecases.transport.dispatch import dispatch
    from api.usecases.transport.view import trips_view

    actor, first = operator(product), pl.col("day") == 0
    going = trips_view(product, actor, plan).trips.filter(first)["id"].to_list()
    done = dispatch(product, actor, going)
    view = trips_view(product, actor, plan)
    heaviest = view.trips.filter(first).sort("weight_kg", "id", descending=[True, False])
    print_trips(replace(view, trips=heaviest.head(TRIPS), behind=view.behind.clear()))
    output.console.print(
        _("上表是第一天最重的 {shown} 个车次。三天共 {trips} 个车次，已发出第一天的 {n} 个、{units} 件物资。").format(
            shown=min(TRIPS, heaviest.height), trips=view.trips.height, n=len(done.trips),
            units=f"{done.units:,}",
        )
    )  # fmt: skip


def _explain(product: Context, plan: str) -> None:
    from api.cli.explain import print_story
    from api.usecases.explain_case import explain, somebody_short

    _step(5, _("解释：为一户说明应得什么、安排了什么、还缺什么、为什么"))
    actor = operator(product)
    print_story(explain(product, actor, somebody_short(product, actor, plan)))


def _roster(product: Context, out: Path) -> Path:
    from api.cli.rosterscreens import print_roster
    from api.cli.rosterwords import roster_words
    from api.usecases.roster.approve import approve_roster
    from api.usecases.roster.export import export_roster
    from api.usecases.roster.make import RosterOptions, make_roster
    from api.usecases.roster.view import roster_view

    _step(7, _("排班：计划的装卸、走访、清淤和医疗点，按技能、证书、休息、路途派给志愿者"))
    actor = operator(product)
    with output.progress() as tell:
        key = make_roster(product, actor, RosterOptions(seed=SEED), tell)
    approve_roster(product, operator(product, _("示范负责人")), key)
    print_roster(roster_view(product, actor, key))
    path = export_roster(product, actor, key, out / _("志愿者排班.xlsx"), roster_words())
    output.console.print(_("已写出 {path}").format(path=path), markup=False)
    return path


def _verify(product: Context) -> None:
    from api.usecases.verify import verify

    _step(8, _("核验：全部不变量与审计链"))
    findings = verify(product, operator(product))
    for f in findings:
        output.console.print(f"{f.rule} {f.ref} {f.what.render(_)}", style="red", markup=False)
    if findings:
        raise click.exceptions.Exit(1)
    output.console.print(_("核验通过：全部不变量成立，审计链完整。"))


def _next(home: Path, out: Path) -> None:
    lines = _(
        "接下来可以：\n"
        "  打开 {out} 里的工作簿；\n"
        "  ./doudi --home {home} show unserved      看谁还没有着落\n"
        "  ./doudi --home {home} show trips         看车次和运不出去的物资\n"
        "  ./doudi --home {home} explain 某某镇     看一个乡镇\n"
        "  ./doudi import 你的表格.xlsx             换成自己的数据"
    )
    output.console.print(lines.format(out=out, home=home))
