"""``doudi show``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import LANG, _, called
from api.text.words import word
from graphcore.domain.clock import moment
from graphcore.domain.money import CASH, FEN, shown

if TYPE_CHECKING:
    import polars as pl

    from api.usecases.context import Context
    from api.usecases.show import PlanView, Unserved

Named: TypeAlias = Callable[[Any], str]
Row: TypeAlias = Mapping[str, Any]

ROWS = 50


@click.command(
    "show",
    help=_("查看：plan 计划概览，lines 分配明细，requests 待答复的调用请求，shortfalls 缺口明细，"
           "trips 车次，left-out 未动用的批次，stock 库存，referrals 需要转介的服务，tilt 向重灾乡镇和困难群体的倾斜，"
           "unserved 未核实、被拒收、缺席的名单。"),
    epilog=_("例：doudi show ；doudi show shortfalls --township 某某镇"),
)  # fmt: skip
@click.argument(
    "what",
    default="plan",
    type=click.Choice(["plan", "lines", "requests", "shortfalls", "trips", "left-out", "stock",
                       "referrals", "unserved", "tilt"]),
)  # fmt: skip
@click.option("--plan", default="", help=_("计划编号，默认为现行计划。"))
@click.option("--township", default="", help=_("只看一个乡镇（名称或代码）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def show_command(
    ctx: click.Context, what: str, plan: str, township: str, as_json: bool
) -> None:  # fmt: skip
    """Print one screen."""
    with opened(ctx) as product:
        if what == "unserved":
            _unserved(product, as_json=as_json)
        elif what == "trips":
            _trips(product, plan, township, as_json=as_json)
        elif what == "stock":
            _stock(product, as_json=as_json)
        else:
            _of_plan(product, what, plan, township, as_json=as_json)


def _trips(product: Context, plan: str, township: str, *, as_json: bool) -> None:
    from api.cli.trips import print_trips, trips_json
    from api.usecases.transport.view import trips_view

    view = trips_view(product, operator(product), plan)
    if township:
        names = view.view.names
        view = view.township(next((c for c, n in names.items() if n == township), township))
    if as_json:
        output.print_json(trips_json(view))
    else:
        print_trips(view)


def _of_plan(product: Context, what: str, plan: str, township: str, *, as_json: bool) -> None:
    from api.cli.explain import said
    from api.cli.screens import plan_json, print_plan, print_replan
    from api.usecases.replan_why import replan_why
    from api.usecases.show import plan_view

    view = plan_view(product, operator(product), plan)
    if what == "tilt":
        _tilts(view, as_json=as_json)
    elif what == "plan":
        why = replan_why(product, operator(product), view)
        if as_json:
            reasons = [{"code": w.code, "count": w.count, "what": said(w.what)} for w in why]
            output.print_json(plan_json(view) | {"replan": reasons})
            return
        print_plan(view)
        print_replan(why)
    else:
        _list(what, _rows(view, what, township), _namer(product, view), as_json=as_json)


def _tilts(view: PlanView, *, as_json: bool) -> None:
    from api.cli.screens import print_tilt
    from api.usecases.planning.tilts import stored

    if as_json:
        output.print_json({"rows": stored(view.plan).to_dicts()})
    else:
        print_tilt(view)


def _rows(view: PlanView, what: str, township: str) -> pl.DataFrame:
    import polars as pl

    asked = pl.col("state") == "request"
    table = {
        "lines": view.lines, "requests": view.lines.filter(asked).sort("lot", "line"),
        "shortfalls": view.shortfalls, "left-out": view.left_out.with_columns(
            project=pl.col("lot").replace_strict(view.projects, default="", return_dtype=pl.String)
        ),
        "referrals": view.referrals.sort("due_at", "id"),
    }[what]  # fmt: skip
    if township and "township" in table.columns:
        codes = [code for code, name in view.names.items() if township in (code, name)]
        table = table.filter(pl.col("township").is_in(codes))
    return table


def _namer(product: Context, view: PlanView) -> Named:
    from api.cli.export import services_of

    services = services_of(product)

    def name(key: Any) -> str:
        return called(view.names.get(key) or view.codes.get(key) or services.get(key) or str(key))

    return name


def _list(what: str, rows: pl.DataFrame, name: Named, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"rows": rows.to_dicts()})
        return
    title, columns, cells = _SCREENS[what]
    made = [cells(row, name) for row in rows.head(ROWS).iter_rows(named=True)]
    output.table(_("{title}（{n}）").format(title=title, n=f"{rows.height:,}"), columns, made)
    if rows.height > ROWS:
        output.console.print(_("只显示前 {n} 行；全部内容请用 doudi export。").format(n=ROWS))


def _goods(row: Row, name: Named) -> str:
    """What is handed over and, if it is a substitute, for what and how much of it."""
    if not row["swap"]:
        return name(row["item"])
    if row["also"]:
        return _("{item}（整套发放，抵 {n} 项应得）").format(
            item=name(row["item"]), n=len(row["also"]) + 1
        )
    return _("{item}（代替{need} {n}）").format(
        item=name(row["item"]), need=name(row["need_item"]), n=row["covers"]
    )


def _amount(row: Row) -> object:
    """The quantity as people read it: money in yuan."""
    if row["item"] != CASH:
        return row["quantity"]
    amount, yuan = shown(row["quantity"], FEN)
    return f"{amount} {called(str(yuan))}"


def _line(row: Row, name: Named) -> tuple[object, ...]:
    return (
        row["line"], name(row["subject"]), name(row["point"]), _goods(row, name), _amount(row),
        row["day"] + 1, name(row["warehouse"]), name(row["lot"]),
        word("line_state", row["state"], LANG),
    )  # fmt: skip


def _shortfall(row: Row, name: Named) -> tuple[object, ...]:
    return (
        name(row["subject"]), name(row["point"]), name(row["item"]), row["quantity"],
        row["day"] + 1, word("shortfall", row["reason"], LANG),
    )  # fmt: skip


def _left(row: Row, name: Named) -> tuple[object, ...]:
    return (
        name(row["lot"]), name(row["warehouse"]), name(row["item"]), _amount(row),
        word("left_out", row["reason"], LANG)
        + (_("（捐赠项目：{name}）").format(name=row["project"]) if row["project"] else ""),
    )  # fmt: skip


def _referral(row: Row, name: Named) -> tuple[object, ...]:
    due = moment(row["due_at"]).strftime("%Y-%m-%d %H:%M")
    return name(row["township"]), name(row["subject"]), name(row["service"]), due, row["cites"]


_LINES = (_("编号"), _("户编号"), _("送达点"), _("物资"), _("数量"), _("第几天"), _("储备库"), _("批次"),
          _("状态"))  # fmt: skip
_SCREENS: Mapping[str, tuple[str, tuple[str, ...], Callable[[Row, Named], tuple[object, ...]]]] = {
    "lines": (_("分配明细"), _LINES, _line),
    "requests": (_("待答复的调用请求"), _LINES, _line),
    "shortfalls": (_("缺口明细"), (_("户编号"), _("发放点"), _("物资"), _("尚缺"), _("第几天"),
                                   _("卡在哪里")), _shortfall),
    "left-out": (_("未动用的批次"), (_("批次"), _("储备库"), _("物资"), _("数量"), _("原因")), _left),
    "referrals": (_("需要转介的服务"), (_("乡镇"), _("户编号"), _("服务"), _("期限"), _("依据")),
                  _referral),
}  # fmt: skip


def _stock(product: Context, *, as_json: bool) -> None:
    from api.usecases.show import stock

    rows = stock(product, operator(product))
    if as_json:
        output.print_json({"rows": rows.to_dicts()})
        return
    made = [
        (r["code"], r["warehouse"], called(r["item"]),
         *(shown(n, r["unit"])[0] for n in (r["on_hand"], r["reserved"],
                                            r["on_hand"] - r["reserved"])),
         called(str(shown(0, r["unit"])[1])), r["expires_on"],
         word("hold", r["hold"], LANG), r["authority"])
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip
    columns = (_("批次"), _("储备库"), _("物资"), _("在库"), _("已预留"), _("可用"), _("单位"),
               _("有效期至"), _("库存状态"), _("调拨权单位"))  # fmt: skip
    output.table(_("库存"), columns, made)


def _unserved(product: Context, *, as_json: bool) -> None:
    from api.cli.screens import print_unserved
    from api.usecases.show import unserved

    who = product.store.read(unserved)
    if as_json:
        output.print_json({
            "unknown_households": who.unknown, "refused": who.refused.to_dicts(),
            "absent": who.absent.to_dicts(),
        })  # fmt: skip
        return
    print_unserved(who)
    _refused(who)
    _absent(who)


def _refused(who: Unserved) -> None:
    if who.refused.height:
        rows = [(r["sheet"], r["row"], r["place"], r["persons"], "、".join(r["codes"]))
                for r in who.refused.head(ROWS).iter_rows(named=True)]  # fmt: skip
        columns = (_("工作表"), _("行"), _("地点"), _("人数"), _("问题代码"))
        output.table(_("被拒收的行（按未救助计）"), columns, rows)


def _absent(who: Unserved) -> None:
    if who.absent.height:
        rows = [(r["id"], r["form"], r["subject"], r["sheet"], r["row"])
                for r in who.absent.head(ROWS).iter_rows(named=True)]  # fmt: skip
        columns = (_("记录"), _("表"), _("对象"), _("工作表"), _("行"))
        output.table(_("后来的表中不见了的记录"), columns, rows)
        output.console.print(
            _("由具名人员认定：doudi audit settle 记录编号 --ruling … --officer … --evidence …")
        )
