"""What the codes of campaigns, rebuilding and payments are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CASE_WORDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "winter_step": {
        "survey": ("调查", "survey"),
        "review": ("村评议", "village review"),
        "audit": ("乡镇审核", "township audit"),
        "notice": ("公示", "public notice"),
        "decide": ("县级审定", "county decision"),
        "return": ("退回", "return"),
        "pay": ("发放到户", "payment"),
    },
    "winter_state": {
        "surveyed": ("已调查", "surveyed"),
        "reviewed": ("已评议", "reviewed"),
        "audited": ("已审核", "audited"),
        "noticed": ("公示中", "on public notice"),
        "decided": ("已审定", "decided"),
        "returned": ("已退回", "returned"),
    },
    "winter_need": {
        "food": ("口粮", "food"),
        "clothing": ("衣被", "clothes and bedding"),
        "heating": ("取暖", "heating"),
        "housing": ("住房", "housing"),
        "medical": ("因灾伤病", "illness or injury"),
    },
    "winter_grade": {
        "first": ("一类", "first class"),
        "second": ("二类", "second class"),
        "third": ("三类", "third class"),
    },
    "visit_result": {
        "fine": ("平安", "fine"),
        "difficult": ("仍有困难", "still in difficulty"),
        "away": ("不在家", "away"),
        "deceased": ("已去世", "deceased"),
    },
    "rebuild_route": {
        "self_build": ("自建", "self-build"),
        "raised": ("提高标准", "raised standard"),
        "public_housing": ("保障房", "public housing"),
    },
    "milestone": {
        "assessed": ("评估鉴定", "assessed"),
        "applied": ("申请或提名", "applied for"),
        "reviewed": ("村评议", "reviewed by the village"),
        "noticed": ("公示", "on public notice"),
        "audited": ("乡镇审核", "audited by the township"),
        "approved": ("县级审批", "approved by the county"),
        "started": ("开工", "started"),
        "roofed": ("封顶", "roofed"),
        "accepted": ("验收", "accepted"),
        "allotted": ("保障房分配", "allotted"),
        "moved_in": ("入住", "moved in"),
    },
    "watch_kind": {
        "unstable": ("脱贫不稳定户", "unstable after poverty"),
        "marginal": ("边缘易致贫户", "marginal"),
        "sudden": ("突发严重困难户", "sudden severe difficulty"),
    },
    "watch_state": {
        "listed": ("未移交", "not handed over"),
        "offered": ("待接收", "offered"),
        "accepted": ("已接收", "accepted"),
        "returned": ("已退回", "returned"),
    },
    "pay_state": {
        "pending": ("待答复", "pending"),
        "paid": ("已付", "paid"),
        "failed": ("失败", "failed"),
        "unknown": ("不明", "unknown"),
        "reversed": ("已退回", "reversed"),
    },
    "batch_state": {
        "draft": ("待签批", "to be signed"),
        "signed": ("已签批", "signed"),
        "sent": ("已送银行", "sent to the bank"),
        "answered": ("已回盘", "answered"),
    },
    "fund_level": {
        "central": ("中央", "central"),
        "province": ("省级", "provincial"),
        "city": ("市级", "city"),
        "county": ("县级", "county"),
        "donated": ("捐赠", "donated"),
    },
}  # fmt: skip
