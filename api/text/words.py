"""What the codes are called: every enumeration that reaches a person, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from api.text import Lang, translator
from api.text.casewords import CASE_WORDS
from api.text.forcewords import FORCE_WORDS
from api.text.ledgerwords import LEDGER_WORDS
from graphcore.domain.text import Translate

Pair: TypeAlias = tuple[str, str]  # Chinese, English

WORDS: Final[Mapping[str, Mapping[str, Pair]]] = {
    **LEDGER_WORDS,
    **CASE_WORDS,
    **FORCE_WORDS,
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
        "dispatched": ("在途", "on its way"),
        "received": ("已签收", "received"),
    },
    "trip_state": {
        "planned": ("待发", "planned"),
        "dispatched": ("在途", "on its way"),
        "closed": ("已办结", "closed"),
    },
    "plan_state": {
        "draft": ("草案", "draft"),
        "published": ("已发布，待批准", "published, awaiting approval"),
        "approved": ("已批准", "approved"),
        "superseded": ("已被取代", "superseded"),
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
        "full_need": ("全部需求（先特殊困难群体）", "full need, priority groups first"),
        "keep": ("沿用已发布的计划（变动的比例）", "keep the published plan, share that moves"),
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
        "lost": ("途中损失", "lost on the way"),
        "damaged": ("途中破损", "damaged on the way"),
        "priority": ("让与更优先的需求", "given to needs of higher priority"),
        "order": ("计划的目标次序", "the plan's order of goals"),
    },
    "missing": {
        "unknown": ("未核实", "not checked"),
        "not_reported": ("没有任何报告提到", "in no report"),
        "not_matched": ("对不上户", "tied to no household"),
        "pending": ("等待决定", "waiting for a decision"),
        "no_stock": ("没有物资", "no stock"),
        "no_road": ("道路不通", "no road"),
        "undeliverable": ("无法送达", "cannot be delivered"),
    },
    "audit_rule": {
        "omission.unserved": ("应得而未得", "owed and not received"),
        "omission.unknown": ("尚未核实", "not checked yet"),
        "omission.not_reported": ("在救助名册而未上报", "on the register, in no report"),
        "omission.not_matched": ("被拒收的行", "refused row"),
        "omission.not_registered": ("不在本地底册的受灾户", "affected, not on the roster"),
        "omission.below_threshold": ("未达标准的困难户", "in hardship, below the threshold"),
        "omission.absent": ("后来的表中不见了", "absent from a later file"),
        "bundling.twice": ("同一需求得到两次", "one need met twice"),
        "bundling.status": ("仅因身份而得或不得", "decided by status alone"),
        "bundling.rule": ("规则未载明而因身份不同", "rule differs by status, uncited"),
        "fairness.gap": ("保障率偏低", "low coverage"),
        "report.late": ("灾情报告逾期", "report is late"),
        "report.differs": ("报告合计与明细不符", "totals differ from the rows"),
        "winter.amount": ("冬春金额与标准不符", "winter amount differs from the standard"),
        "winter.equal": ("冬春救助疑似平均分配", "winter relief looks split equally"),
        "winter.rotation": ("冬春救助疑似轮流受助", "winter relief looks rotated"),
        "winter.relative": ("村干部近亲属受助", "official's relative on the winter list"),
        "winter.deceased": ("冬春对象登记已去世", "recorded as dead, on the winter list"),
        "winter.two_villages": ("冬春对象出现在两个村", "on two villages' winter lists"),
        "winter.shared_card": ("冬春对象与他户共用账户", "winter relief into a shared account"),
        "winter.late": ("冬春救助步骤逾期", "winter step is overdue"),
        "winter.visit": ("重点户节前未走访", "key household not visited"),
        "fast_track.missed": ("应简化而未简化", "fast track not used"),
        "watch.not_handed_over": ("防返贫监测户未移交", "poverty watch not handed over"),
        "pay.account_changed": ("批准后付款前变更账户", "account changed before payment"),
        "rebuild.frost": ("初霜前尚无安全温暖住所", "no warm dwelling before the frost"),
        "rebuild.stalled": ("重建进度停滞", "rebuilding has stalled"),
    },
    "dimension": {
        "township": ("乡镇", "township"),
        "group": ("群体", "group"),
        "sex": ("性别", "sex"),
        "age": ("年龄", "age"),
        "remoteness": ("偏远程度", "remoteness"),
    },
    "sex": {
        "male": ("男", "male"),
        "female": ("女", "female"),
        "unknown": ("未登记", "not recorded"),
    },
    "remoteness": {
        "to_30": ("半小时内", "within 30 minutes"),
        "to_60": ("一小时内", "within 60 minutes"),
        "to_120": ("两小时内", "within 120 minutes"),
        "beyond": ("两小时以上", "farther"),
        "cut_off": ("无路可达", "cut off"),
    },
    "finding_state": {
        "open": ("未办结", "open"),
        "accepted": ("未办结（已认可）", "open, accepted"),
        "closed": ("已办结", "closed"),
    },
    "ruling": {
        "met_otherwise": ("已另行解决", "met otherwise"),
        "declined": ("本户不要", "declined"),
        "still_there": ("仍在，表有遗漏", "still there, the file is wrong"),
        "moved_away": ("已迁走", "moved away"),
        "double": ("与另一户重复", "names another record's household"),
        "registered_in_error": ("登记有误", "registered in error"),
        "accepted": ("已核实，无不妥", "looked at and accepted"),
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
        "order": ("计划的目标次序", "the plan's order of goals"),
        "kit": ("整套不合适（有的内容不应得）", "not all that the kit holds is owed"),
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
    "pin": {
        "line": ("整行", "line"),
        "floor": ("数量下限", "least quantity"),
        "day": ("整天", "day"),
        "trip": ("车次前几站", "trip's first stops"),
        "price": ("改动定价", "price of a departure"),
    },
    "move": {
        "added": ("新增", "added"),
        "removed": ("取消", "removed"),
        "changed": ("改变", "changed"),
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
    "record_kind": {
        "emergency": ("受灾人员登记", "emergency ledger"),
        "register": ("社会救助名册副本", "copy of the assistance register"),
        "health": ("健康状况", "health"),
        "payment": ("银行账号", "bank cards"),
        "comparison": ("比对认定理由", "reasons of comparisons"),
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


def speaker(lang: Lang) -> Translate:
    """Return a translator that also says codes: ``kind:code`` of `WORDS` is what it is called."""
    translate = translator(lang)

    def say_it(source: str) -> str:
        kind, colon, code = source.partition(":")
        return word(kind, code, lang) if colon and kind in WORDS else translate(source)

    return say_it
