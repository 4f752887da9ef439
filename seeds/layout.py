"""How an office lays its forms out: which forms make a workbook, which sheets, which furniture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form in a workbook.

    ``split``: column by whose value the rows are parted into sheets. ``merge``: column whose equal
    neighbours become one merged cell. ``total``: columns that a last row adds up. ``note``: the
    line below the table.
    """

    form: str
    name: str
    split: str = ""
    merge: str = ""
    total: tuple[str, ...] = ()
    note: str = ""


_MOST_ROWS = 200_000  # of one sheet; Excel itself ends at 1,048,576


def parts(sheet: Sheet, table: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield (sheet name, rows): one for each value of the split column, none too long."""
    groups = (
        table.group_by([sheet.split], maintain_order=True)
        if sheet.split
        else [((sheet.name,), table)]
    )
    for (name,), rows in groups:
        for n, piece in enumerate(rows.iter_slices(_MOST_ROWS), start=1):
            yield (str(name) if n == 1 else f"{name}（{n}）"), piece


@dataclass(frozen=True, slots=True)
class Book:
    """One file."""

    file: str
    office: str
    sheets: tuple[Sheet, ...]


_FILLED = "填表人：（合成数据）　审核人：（合成数据）　填报日期：2026年7月1日"

BOOKS: tuple[Book, ...] = (
    Book("01-灾害基本情况.xlsx", "应急管理局", (
        Sheet("disaster", "灾害基本情况"),
        Sheet("responses", "应急响应"),
        Sheet("impact", "乡镇受灾强度", note="说明：受灾强度为0至100，按水文、气象资料会商确定。"))),
    Book("02-乡镇和村名录.xlsx", "应急管理局", (
        Sheet("townships", "乡镇", total=("population",)),
        Sheet("villages", "村（社区）", note="说明：经纬度为示意，不是实际位置。"))),
    Book("03-道路通行情况表.xlsx", "交通运输局", (
        Sheet("roads", "道路通行", note="说明：起点、终点填乡镇或村代码；中断路段未填恢复日期的，恢复时间不明。"),)),
    Book("04-安置点登记表.xlsx", "应急管理局", (Sheet("shelters", "安置点", total=("capacity",)),)),
    Book("05-受灾村住户底册.xlsx", "各乡镇", (
        Sheet("roster", "底册", split="township", note=_FILLED),)),
    Book("06-家庭成员表.xlsx", "各乡镇", (Sheet("members", "家庭成员"),)),
    Book("07-受灾人员政府救助台账.xlsx", "各乡镇", (
        Sheet("ledger", "台账", split="township", total=("persons", "persons_in_need", "paid"),
              note=_FILLED),)),
    Book("08-倒损住房台账.xlsx", "应急管理局", (
        Sheet("houses", "倒损住房", merge="township",
              total=("rooms_collapsed", "rooms_severe", "rooms_minor"), note=_FILLED),)),
    Book("09-安置点入住登记表.xlsx", "应急管理局", (Sheet("stays", "入住登记", note=_FILLED),)),
    Book("10-特殊困难群体名册.xlsx", "民政局", (
        Sheet("groups", "特殊困难群体", note="说明：残疾人由县残联提供，流浪乞讨人员由县救助管理站提供。"),)),
    Book("11-灾情报表和人数快报.xlsx", "应急管理局", (
        Sheet("reports", "乡镇灾情报表", note=_FILLED),
        Sheet("report_annexes", "农作物和牲畜", note="说明：面积为公顷，牲畜为头只，随同一次报表报送。"),
        Sheet("headcounts", "未具名人数快报", note="说明：电话报数，尚无姓名，以后续名册为准。"))),
    Book("12-储备库和运力.xlsx", "应急管理局", (
        Sheet("warehouses", "储备库名录"),
        Sheet("fleet", "运力登记", note="说明：载重和容积为单车（船、机、人）一趟。"))),
    Book("13-社会捐赠登记表.xlsx", "红十字会", (
        Sheet("donations", "捐赠登记", total=("amount",), note=_FILLED),)),
    Book("14-救灾物资库存批次表.xlsx", "应急管理局", (Sheet("lots", "库存批次", note=_FILLED),)),
    Book("15-社会力量登记表.xlsx", "民政局", (Sheet("organizations", "社会力量"),)),
    Book("16-风险情景和储备.xlsx", "应急管理局", (
        Sheet("scenarios", "风险情景", note="说明：概率为整个情景在一年内发生的可能，各行相同。"),
        Sheet("scenario_losses", "情景受损设施", note="说明：可用比例为灾后还能用的部分，道路为0即中断。"),
        Sheet("offers", "供货意向"),
        Sheet("budgets", "采购资金", total=("amount",)))),
    Book("17-资金和发放账户.xlsx", "财政局", (
        Sheet("funds", "资金来源", total=("amount",)),
        Sheet("accounts", "发放账户", note="说明：账号为合成，不是真实账户。"))),
    Book("18-队伍、志愿者和装备.xlsx", "民政局", (
        Sheet("teams", "队伍"), Sheet("volunteers", "志愿者", note=_FILLED),
        Sheet("equipment", "装备", note="说明：同类装备可合为一行，写明台数。"))),
    Book("19-救援任务和认领.xlsx", "应急管理局", (
        Sheet("tasks", "任务岗位", note="说明：同一任务编号的各行是它的各个岗位。"),
        Sheet("claims", "认领登记"))),
    Book("20-工作组、核查和伤亡登记.xlsx", "应急管理局", (
        Sheet("work_groups", "工作组"),
        Sheet("surveys", "入村核查", note="说明：没有列出的受灾村尚未有工作组到达。"),
        Sheet("casualties", "伤亡登记", note="说明：只登记已认定的死亡；失踪不等于死亡。"))),
    Book("21-无户籍无证件和机构人员.xlsx", "救助管理站", (
        Sheet("found_persons", "发现登记", total=("persons",),
              note="说明：在哪里发现就登记在哪里；不知道姓名的写称呼，机构人员按机构登记人数。"),)),
    Book("22-防返贫监测和近亲属备案.xlsx", "农业农村局", (
        Sheet("poverty_watch", "防返贫监测"),
        Sheet("cadre_ties", "近亲属备案", note="说明：只写干部职务，不写干部姓名。"))),
)  # fmt: skip
"""Stays come apart from shelters and lots apart from donations: who keeps the one needs the other
file first."""

AUTUMN: tuple[Book, ...] = (
    Book("冬春救助需求调查表.xlsx", "各乡镇", (
        Sheet("winter_survey", "调查表", split="township", total=("persons",),
              note="填表人：（合成数据）　审核人：（合成数据）　填报日期：2026年9月25日"),)),
)  # fmt: skip
"""What comes in the autumn after, once a winter–spring campaign is open."""
