"""What the codes are called: every enumeration that reaches a person, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from api.text import Lang

Pair: TypeAlias = tuple[str, str]  # Chinese, English

WORDS: Final[Mapping[str, Mapping[str, Pair]]] = {
    "roster_state": {
        "safe": ("安全", "safe"),
        "in_need": ("需救助", "in need"),
        "unknown": ("未核实", "unknown"),
    },
    "house_damage": {
        "collapsed": ("倒塌", "collapsed"),
        "severe": ("严重损坏", "severely damaged"),
        "minor": ("一般损坏", "slightly damaged"),
        "none": ("无损", "undamaged"),
    },
    "basic_need": {
        "food": ("有饭吃", "food"),
        "clothing": ("有衣穿", "clothing"),
        "water": ("有干净水喝", "clean water"),
        "shelter": ("有安全临时住所", "safe shelter"),
        "medical": ("有病能医", "medical care"),
    },
    "hardship_group": {
        "minimum_living": ("低保对象", "minimum living allowance"),
        "extreme_poverty": ("分散供养特困人员", "extreme poverty, cared for at home"),
        "vagrant": ("反复流浪乞讨人员", "recurrent vagrant"),
        "left_behind_child": ("农村留守儿童", "left-behind child"),
        "left_behind_elder": ("留守老年人", "left-behind elder"),
        "orphan": ("散居孤儿", "orphan in family care"),
        "de_facto_orphan": ("事实无人抚养儿童", "child without de facto support"),
        "child_in_difficulty": ("困境儿童", "child in difficulty"),
        "disabled": ("残疾人", "person with disabilities"),
    },
    "age_band": {
        "infant": ("婴幼儿", "infant"),
        "child": ("未成年人", "child"),
        "adult": ("成年人", "adult"),
        "elder": ("老年人", "elder"),
        "unknown": ("年龄不详", "age unknown"),
    },
    "stage": {
        "emergency": ("应急期", "emergency relief"),
        "transitional": ("过渡期", "transitional relief"),
    },
    "point_kind": {
        "shelter": ("安置点", "shelter"),
        "village": ("村（社区）", "village"),
        "cut_off": ("孤岛点", "cut-off place"),
    },
    "mode": {
        "truck": ("汽车", "truck"),
        "boat": ("船艇", "boat"),
        "helicopter": ("直升机", "helicopter"),
        "foot": ("人力", "on foot"),
        "transfer": ("直接发放", "by transfer"),
    },
    "vehicle": {
        "truck": ("辆汽车", "truck"),
        "boat": ("艘船艇", "boat"),
        "helicopter": ("架直升机", "helicopter"),
        "foot": ("组人力", "carrying team"),
    },
    "road_state": {
        "open": ("畅通", "open"),
        "limited": ("限行", "limited"),
        "cut": ("中断", "cut"),
    },
    "hold": {
        "none": ("可用", "usable"),
        "inspection": ("待检", "awaiting inspection"),
        "frozen": ("冻结", "frozen"),
        "damaged": ("损坏", "damaged"),
    },
    "line_state": {
        "firm": ("确定", "firm"),
        "request": ("申请中", "requested"),
        "accepted": ("已同意", "accepted"),
        "refused": ("未同意", "refused"),
    },
    "plan_state": {
        "draft": ("草案", "draft"),
        "published": ("已发布，待批准", "published, awaiting approval"),
        "approved": ("已批准", "approved"),
        "superseded": ("已被取代", "superseded"),
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
    "reserve": {
        "physical": ("实物储备", "on the shelf"),
        "agreement": ("协议储备", "by contract"),
        "capacity": ("产能储备", "production capacity"),
    },
    "goal": {
        "survival_floor": ("生存底线：水、食品、药品、御寒住所", "survival floor"),
        "full_need_tier_1": ("特殊困难群体的全部需求", "full need, priority groups"),
        "full_need_tier_2": ("其他受灾户的全部需求", "full need, everyone else"),
        "weighted_coverage": ("按困难与受灾程度加权的保障率", "weighted coverage"),
        "lateness": ("迟到（件·天）", "lateness, unit-days"),
        "substitution": ("以其他物资或资金替代（件）", "units met by a substitute"),
        "cost": ("运输量（分钟·千克）", "transport, minute-kg"),
    },
    "outcome": {
        "proven": ("已证明最优", "proven optimal"),
        "bounded": ("有界可行", "feasible, with a bound"),
        "not_reached": ("未求解到", "not reached"),
    },
    "account": {
        "supplier": ("供方", "supplier"),
        "warehouse": ("在库", "in the warehouse"),
        "reserved": ("已预留", "reserved"),
        "in_transit": ("在途", "in transit"),
        "township": ("乡镇", "township"),
        "household": ("住户", "household"),
        "lost": ("损失", "lost"),
        "expired": ("过期", "expired"),
        "returned": ("退回", "returned"),
    },
    "shortfall": {
        "stock": ("库存不足", "not enough stock"),
        "road": ("道路不通", "no way there"),
        "vehicle": ("运力不足", "not enough vehicles"),
        "intent": ("捐赠意向限制", "donors' wishes"),
        "expired": ("物资过期", "expired goods"),
        "hold": ("物资不可用（待检、冻结或损坏）", "goods on hold"),
        "requested": ("等待权属单位同意调拨", "waiting for the owner's consent"),
        "refused": ("权属单位未同意", "the owner refused"),
        "priority": ("让与更优先的需求", "given to needs of higher priority"),
    },
    "left_out": {
        "expired": ("已过期", "expired"),
        "hold": ("不可用（待检、冻结或损坏）", "on hold"),
        "restricted": ("捐赠意向限制", "restricted by its donor"),
        "unreachable": ("无法运达", "cannot be delivered"),
        "late": ("计划期内未到货", "arrives after the plan's days"),
        "not_commanded": ("不归本局调度，未动用", "not ours to dispatch, not asked for"),
        "vehicle": ("运力已满", "vehicles are full"),
        "no_need": ("当前无此需求", "not needed now"),
        "market": ("当地市场尚未恢复", "the market there is still shut"),
        "limit": ("已达替代上限", "the rule of substitution goes no further"),
    },
    "role": {
        "dispatcher": ("调度员", "dispatcher"),
        "approver": ("批准人", "approver"),
        "civil_affairs": ("民政工作人员", "civil affairs"),
        "township": ("乡镇工作人员", "township clerk"),
        "organization": ("社会力量协调员", "social organisation"),
        "platform": ("捐赠平台", "donation platform"),
        "auditor": ("审计人员", "auditor"),
        "admin": ("管理员", "administrator"),
    },
    "job_state": {
        "queued": ("排队中", "queued"),
        "running": ("进行中", "running"),
        "done": ("已完成", "done"),
        "failed": ("失败", "failed"),
    },
    "severity": {
        "error": ("错误", "error"),
        "warning": ("提醒", "warning"),
    },
    "medical_fact": {
        "dialysis": ("透析", "dialysis"),
        "oxygen": ("吸氧", "oxygen"),
        "insulin": ("胰岛素", "insulin"),
        "pregnant": ("孕期", "pregnancy"),
        "infant_feeding": ("婴儿喂养", "infant feeding"),
        "mobility": ("行动不便", "limited mobility"),
        "diet": ("特殊饮食", "special diet"),
    },
}  # fmt: skip


def word(kind: str, code: str, lang: Lang = "zh") -> str:
    """Return what a code is called; a code that a district added is its own name.

    Raises:
        KeyError: there is no such kind: a fault of ours.
    """
    pair = WORDS[kind].get(code, (code, code))
    return pair[0] if lang == "zh" else pair[1]
