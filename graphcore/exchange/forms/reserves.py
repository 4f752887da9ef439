"""Forms that restocking starts from: hazard scenarios, what is on offer, money by date."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.exchange.forms.choices import HAZARD_WORDS
from graphcore.exchange.forms.form import Field, Form, Type, count

RESERVE_WORDS: Mapping[str, tuple[str, ...]] = {
    "physical": ("实物储备", "实物", "库存"),
    "agreement": ("协议储备", "协议", "代储"),
    "capacity": ("产能储备", "产能", "生产能力"),
}
_SCENARIO = Field("scenario", ("情景编号", "情景", "scenario"), required=True)

RESERVES: tuple[Form, ...] = (
    Form("scenarios", "灾害风险情景表", (
        _SCENARIO,
        Field("name", ("情景名称", "scenario_name"), required=True),
        Field("hazard", ("灾害种类", "灾种", "hazard"), Type.CHOICE, True, choices=HAZARD_WORDS),
        Field("probability", ("年内发生概率（%）", "发生概率", "概率", "probability"), Type.NUMBER,
              required=True, most=100),
        Field("strikes_on", ("设定发生日期", "发生日期", "strikes_on"), Type.DATE, required=True),
        Field("township", ("乡镇", "乡镇（街道）", "township"), Type.PLACE, required=True),
        count("intensity", "受灾强度", "强度", "intensity", most=100, required=True),
        count("persons", "预计受灾人数", "受灾人数", "persons", required=True),
        count("relocated", "其中：预计转移人数", "预计转移人数", "relocated"),
        count("roofless", "其中：预计住房倒损人数", "预计住房倒损人数", "roofless"),
        Field("source", ("研判依据", "资料来源", "source"), required=True),
    ), key=("scenario", "township")),
    Form("scenario_losses", "情景设施受损表", (
        _SCENARIO,
        Field("facility", ("路段或储备库编号", "设施编号", "facility"), required=True),
        Field("kept", ("可用比例（%）", "可用比例", "kept"), Type.NUMBER, most=100),
    ), key=("scenario", "facility")),
    Form("offers", "应急物资供货意向表", (
        Field("warehouse", ("储备库编号", "仓库编号", "warehouse"), required=True),
        Field("item", ("物资品种", "物资名称", "品名", "item"), required=True),
        Field("kind", ("储备方式", "reserve_kind"), Type.CHOICE, True, choices=RESERVE_WORDS),
        Field("price", ("单价（元）", "单价", "price"), Type.MONEY, required=True),
        Field("call_price", ("动用单价（元）", "动用单价", "call_price"), Type.MONEY),
        count("delay_minutes", "动用到库时间（分钟）", "动用到库时间", "到库时间", "delay_minutes",
              most=120_000),
        count("lead_days", "采购周期（天）", "采购周期", "lead_days", most=730),
        count("most", "可供数量", "最大供货量", "most", most=100_000_000, required=True),
        count("held", "已签约数量", "已储数量", "held", most=100_000_000),
        Field("supplier", ("供货单位", "供应商", "supplier")),
    ), key=("warehouse", "item", "kind")),
    Form("budgets", "救灾物资采购资金表", (
        Field("buys_on", ("采购日期", "资金可用日期", "buys_on"), Type.DATE, required=True),
        Field("amount", ("可用金额（元）", "预算金额（元）", "amount"), Type.MONEY, required=True),
        Field("source", ("资金来源", "source"), required=True),
    ), key=("buys_on", "source")),
)  # fmt: skip
