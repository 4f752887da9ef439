"""Forms of the winter–spring campaign, and the list of households watched for poverty."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.domain.campaign import Grade, WinterNeed
from graphcore.domain.household import WatchKind
from graphcore.exchange.forms.form import Field, Form, Type, count

NEED_WORDS: Mapping[str, tuple[str, ...]] = {
    WinterNeed.FOOD: ("口粮", "粮食", "缺粮"),
    WinterNeed.CLOTHING: ("衣被", "衣物", "被子", "棉衣"),
    WinterNeed.HEATING: ("取暖", "燃料", "供暖"),
    WinterNeed.HOUSING: ("住房", "租房", "房屋修缮"),
    WinterNeed.MEDICAL: ("因灾伤病", "医疗", "伤病"),
}
GRADE_WORDS: Mapping[str, tuple[str, ...]] = {
    Grade.FIRST: ("一类", "1类", "Ⅰ类", "重"),
    Grade.SECOND: ("二类", "2类", "Ⅱ类", "中"),
    Grade.THIRD: ("三类", "3类", "Ⅲ类", "轻"),
}
WATCH_WORDS: Mapping[str, tuple[str, ...]] = {
    WatchKind.UNSTABLE: ("脱贫不稳定户", "脱贫不稳定"),
    WatchKind.MARGINAL: ("边缘易致贫户", "边缘户", "边缘易致贫"),
    WatchKind.SUDDEN: ("突发严重困难户", "突发严重困难"),
}

_VILLAGE = Field("village", ("村（社区）", "村", "所在村", "village"), Type.PLACE, required=True)
_TOWNSHIP = Field("township", ("乡镇", "所属乡镇", "township"), Type.PLACE)
_HOUSEHOLD = Field("household", ("户编号", "户号", "household_id"))
_HEAD = Field("head", ("户主姓名", "户主", "姓名", "head"), required=True, personal=True)
_NUMBER = Field("id_number", ("身份证号码", "身份证号", "id_number"), Type.ID_NUMBER, personal=True)

WINTER: tuple[Form, ...] = (
    Form("winter_survey", "冬春救助需求调查表", (
        count("year", "年度", "冬春年度", "year", most=2100, required=True),
        _TOWNSHIP, _VILLAGE, _HOUSEHOLD, _HEAD, _NUMBER,
        count("persons", "需救助人口", "需救助人数", "persons", most=50, required=True),
        Field("needs", ("需求类别", "需救助类别", "needs"), Type.CHOICES, True, choices=NEED_WORDS),
        Field("grade", ("救助类别", "类别", "grade"), Type.CHOICE, choices=GRADE_WORDS),
        Field("key", ("重点户", "是否重点户", "key"), Type.FLAG),
        Field("amount", ("村建议金额（元）", "建议金额", "amount"), Type.MONEY),
        Field("surveyor", ("调查人", "surveyor"), required=True),
        Field("surveyed_on", ("调查日期", "surveyed_on"), Type.DATE, required=True),
    ), key=("year", "household", "head", "id_number", "village"), place="village", persons="persons"),
    Form("cadre_ties", "村干部近亲属备案表", (
        _TOWNSHIP, _VILLAGE, _HOUSEHOLD, _HEAD, _NUMBER,
        Field("post", ("干部职务", "职务", "post"), required=True),
        Field("relation", ("与干部关系", "关系", "relation"), required=True),
        Field("source", ("数据来源", "来源", "source")),
    ), key=("household", "head", "id_number", "village", "post", "relation"), place="village"),
    Form("poverty_watch", "防返贫监测对象名册", (
        _TOWNSHIP, _VILLAGE, _HOUSEHOLD, _HEAD, _NUMBER,
        Field("kind", ("监测类别", "监测对象类别", "kind"), Type.CHOICE, True, choices=WATCH_WORDS),
        Field("source", ("数据来源", "来源", "source")),
        Field("valid_from", ("纳入日期", "认定日期", "valid_from"), Type.DATE),
        Field("valid_to", ("风险消除日期", "有效期至", "valid_to"), Type.DATE),
    ), key=("household", "head", "id_number", "village"), place="village"),
)  # fmt: skip
