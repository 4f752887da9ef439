"""Forms of money: where it comes from, and to which account it goes."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.exchange.forms.form import Field, Form, Type

LEVEL_WORDS: Mapping[str, tuple[str, ...]] = {
    "central": ("中央", "中央级", "国家"),
    "province": ("省级", "省"),
    "city": ("市级", "市"),
    "county": ("县级", "区级", "县", "区"),
    "donated": ("捐赠", "社会捐赠"),
}

MONEY: tuple[Form, ...] = (
    Form("accounts", "救助资金发放账户表", (
        Field("household", ("户编号", "户号", "household_id"), required=True),
        Field("head", ("账户户名", "户主姓名", "姓名", "account_name"), required=True, personal=True),
        Field("account", ("银行账号", "银行卡号", "一卡通账号", "account"), required=True, personal=True),
        Field("bank", ("开户银行", "银行", "bank")),
    ), key=("household",)),
    Form("funds", "救助资金来源表", (
        Field("code", ("资金编号", "文号", "fund_id"), required=True),
        Field("level", ("资金级次", "来源", "level"), Type.CHOICE, True, choices=LEVEL_WORDS),
        Field("amount", ("金额（元）", "下达金额（元）", "amount"), Type.MONEY, required=True),
        Field("benefits", ("限定救助项目", "用途限定", "benefits")),
        Field("received_on", ("到账日期", "received_on"), Type.DATE),
    ), key=("code",)),
)  # fmt: skip
