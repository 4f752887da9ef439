"""Forms of transport: vehicles by themselves, transfer points, opening hours, signed receipts."""

from __future__ import annotations

from graphcore.exchange.forms.choices import MODE_WORDS
from graphcore.exchange.forms.form import Field, Form, Type
from graphcore.exchange.forms.form import count as _count

_SHIFT = (
    _count("gross_kg", "总质量（千克）", "单车总质量（千克）", "总质量", "gross_kg", most=200_000),
    Field("starts", ("班次开始", "出车时间", "starts")),
    Field("ends", ("班次结束", "收车时间", "ends")),
    _count("hours", "每日最长工时（小时）", "工时", "hours", most=24),
    Field("convoy", ("车队", "编队", "convoy")),
)  # of one vehicle, boat or aircraft; what is empty is as the parameters say

TRANSPORT: tuple[Form, ...] = (
    Form("vehicles", "运输车船登记表", (
        Field("code", ("车船编号", "车牌号", "船号", "机号", "vehicle"), required=True),
        Field("base", ("所属储备库或转运点编号", "驻地编号", "base"), required=True),
        Field("mode", ("运输方式", "mode"), Type.CHOICE, True, choices=MODE_WORDS),
        _count("capacity_kg", "核定载重（千克）", "载重", "capacity_kg", most=100_000, required=True),
        _count("capacity_l", "容积（升）", "容积", "capacity_l", most=1_000_000),
        _count("trips_per_day", "每日往返次数", "趟次", "trips_per_day", most=50),
        Field("cold", ("是否冷藏", "冷藏", "cold"), Type.FLAG), *_SHIFT,
        Field("driver", ("驾驶员", "驾驶员姓名", "司机", "driver"), personal=True),
        Field("driver_phone", ("驾驶员电话", "司机电话", "driver_phone"), personal=True),
    ), key=("code",)),
    Form("transfers", "物资转运点登记表", (
        Field("code", ("转运点编号", "transfer"), required=True),
        Field("name", ("转运点名称", "transfer_name"), required=True),
        Field("place", ("所在村或乡镇", "所在地", "place"), Type.PLACE, required=True),
        Field("modes", ("续运方式", "modes"), Type.CHOICES, True, choices=MODE_WORDS),
    ), key=("code",)),
    Form("access_hours", "收发货时间和结队要求表", (
        Field("place", ("地点编号", "地点代码", "place"), required=True),
        Field("opens", ("开放时间", "opens")), Field("closes", ("关闭时间", "closes")),
        _count("together", "至少同行车数", "together", most=100),
    ), key=("place",)),
    Form("receipts", "救灾物资签收表", (
        Field("cargo", ("签收行号", "cargo"), required=True),
        Field("household", ("户编号", "household_id")),
        Field("item", ("物资品种", "物资", "item")),
        _count("quantity", "应发数量", "quantity", most=100_000_000),
        _count("received", "实收数量", "实收", "received", most=100_000_000),
        _count("damaged", "破损数量", "破损", "damaged", most=100_000_000),
        _count("declined", "拒收数量", "拒收", "declined", most=100_000_000),
        Field("signed_by", ("签收人", "签收", "签字", "signed_by"), personal=True),
    ), key=("cargo",)),
)  # fmt: skip
