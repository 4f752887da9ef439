"""Forms of a disaster's course: report figures, annexes, work groups, surveys, the dead, who is found."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.domain.figures import FIGURES, NOW, Annex, Level, ResponseAct
from graphcore.exchange.forms.form import Field, Form, Type, count

_OTHERS: Mapping[str, tuple[str, ...]] = {  # older headers of the cumulative figures
    "affected_persons": ("affected_persons",),
    "affected_households": ("affected_households",),
    "relocated_concentrated": ("集中安置人口",),
    "relocated_dispersed": ("分散安置人口",),
    "dead": ("死亡人口", "dead"),
    "missing": ("失踪人口", "missing"),
    "injured": ("受伤人口", "injured"),
    "collapsed_households": ("倒塌户数", "houses_totally_damaged"),
    "collapsed_rooms": ("倒塌间数",),
    "severe_households": ("严重损坏户数",),
    "severe_rooms": ("严重损坏间数",),
    "minor_households": ("一般损坏户数", "houses_partially_damaged"),
    "minor_rooms": ("一般损坏间数",),
}
_MOST: Mapping[str, int] = {"affected_persons": 20_000_000, "affected_households": 10_000_000}


def _figure(name: str, title: str) -> tuple[Field, Field]:
    """The cumulative figure, and the same as it stands now."""
    most = _MOST.get(name, 1_000_000)
    told = count(name, f"累计{title}", title, f"{title}累计", *_OTHERS.get(name, ()), most=most)
    return told, count(name + NOW, f"当前{title}", f"现有{title}", f"{title}当前", most=most)


REPORT_FIGURES: tuple[Field, ...] = tuple(f for n, t in FIGURES.items() for f in _figure(n, t))
"""Each figure of a report twice: cumulative, current."""

KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "dead": ("死亡", "遇难"), "missing": ("失踪", "失联"), "injured": ("受伤", "伤病"),
}  # fmt: skip
CLOSED_WORDS: Mapping[str, tuple[str, ...]] = {"found": ("已找到", "生还", "撤销")}
ACT_WORDS: Mapping[str, tuple[str, ...]] = {
    ResponseAct.START: ("启动",), ResponseAct.CHANGE: ("调整", "升级", "降级"),
    ResponseAct.STABLE: ("灾情稳定", "稳定"), ResponseAct.END: ("终止", "结束"),
}  # fmt: skip
LEVEL_WORDS: Mapping[str, tuple[str, ...]] = {
    Level.ONE: ("一级", "Ⅰ级", "1级"), Level.TWO: ("二级", "Ⅱ级", "2级"),
    Level.THREE: ("三级", "Ⅲ级", "3级"), Level.FOUR: ("四级", "Ⅳ级", "4级"),
}  # fmt: skip
FOUND_WORDS: Mapping[str, tuple[str, ...]] = {
    "unregistered": ("无户籍", "无户口", "户籍不在本地"),
    "no_papers": ("无证件", "无身份证"),
    "no_address": ("无固定住址", "流浪"),
    "institution": ("机构人员", "养老机构", "福利机构", "救助机构"),
}
_TOWN = Field("township", ("乡镇", "乡镇（街道）", "township"), Type.PLACE)
_VILLAGE = Field("village", ("村（社区）", "村", "village"), Type.PLACE)
_HOME = Field("household", ("户编号", "户号", "household_id"))
_NAME = Field("name", ("姓名", "name"), personal=True)
_NUMBER = Field(
    "id_number", ("身份证号码", "身份证号", "证件号码", "id_number"), Type.ID_NUMBER, personal=True
)
_DISASTER = Field("disaster", ("灾害编号", "disaster_id"))
_GROUP = Field("group", ("工作组编号", "工作组", "group"), required=True)

LIFECYCLE: tuple[Form, ...] = (
    Form("responses", "应急响应启动变更终止登记表", (
        _DISASTER,
        Field("act", ("响应动作", "动作", "act"), Type.CHOICE, True, choices=ACT_WORDS),
        Field("level", ("响应级别", "级别", "level"), Type.CHOICE, choices=LEVEL_WORDS),
        Field("authority", ("批准机关", "决定机关", "authority"), required=True),
        Field("document", ("文号", "document")),
        Field("at", ("生效时间", "at"), Type.TIME, required=True),
    ), key=("disaster", "act", "at")),
    Form("report_annexes", "灾情报表附表（农作物和牲畜）", (
        Field("township", _TOWN.headers, Type.PLACE, required=True), _DISASTER,
        Field("kind", ("损失类别", "类别", "annex"), Type.CHOICE, True, choices={
            Annex.CROPS: ("农作物（公顷）", "农作物"), Annex.LIVESTOCK: ("牲畜（头只）", "牲畜")}),
        Field("item", ("品种", "名称", "item"), required=True),
        Field("hit", ("受灾数量", "受灾面积", "hit"), Type.NUMBER, required=True, most=10_000_000),
        Field("lost", ("损失数量", "绝收面积", "死亡数量", "lost"), Type.NUMBER, most=10_000_000),
        Field("reported_at", ("报告时间", "填报时间", "reported_at"), Type.TIME),
    ), key=("township", "disaster", "kind", "item", "reported_at"), place="township"),
    Form("work_groups", "工作组名单", (
        Field("code", ("工作组编号", "group_code"), required=True),
        Field("name", ("工作组名称", "group_name"), required=True), _DISASTER,
        Field("members", ("成员", "组成人员", "members"), required=True, personal=True),
        Field("area", ("负责区域", "负责村（社区）", "area"), required=True),
        Field("tasks", ("任务", "工作任务", "group_tasks"), required=True),
    ), key=("code",)),
    Form("surveys", "入村入户核查记录表", (
        Field("village", _VILLAGE.headers, Type.PLACE, required=True), _TOWN, _HOME, _GROUP,
        Field("surveyed_at", ("核查时间", "surveyed_at"), Type.TIME, required=True),
        Field("evidence", ("证据编号", "影像编号", "evidence"), required=True),
        Field("state", ("核查结果", "核查状态", "finding"), Type.CHOICE, choices={
            "safe": ("安全", "平安"), "in_need": ("需救助", "待救助"),
            "unknown": ("未见到人", "未核实", "无人")}),
    ), key=("village", "household", "group", "surveyed_at"), place="village"),
    Form("casualties", "因灾死亡失踪受伤人员登记表", (
        _HOME, Field("name", _NAME.headers, required=True, personal=True), _NUMBER, _TOWN,
        Field("village", _VILLAGE.headers, Type.PLACE, required=True), _DISASTER,
        Field("kind", ("伤亡类别", "casualty"), Type.CHOICE, True, choices=KIND_WORDS),
        Field("occurred_on", ("发生日期", "日期", "occurred_on"), Type.DATE, required=True),
        Field("certified_by", ("认定单位", "certified_by")),
        Field("document", ("认定文书编号", "文书编号", "document")),
        Field("kin", ("告知的亲属", "亲属姓名", "kin"), personal=True),
        Field("kin_told_at", ("告知亲属时间", "亲属告知时间", "kin_told_at"), Type.TIME),
        Field("kin_told_by", ("告知人", "kin_told_by")),
        Field("new_head", ("新户主姓名", "new_head"), personal=True),
        Field("closed", ("现况", "closed"), Type.CHOICE, choices=CLOSED_WORDS),
    ), key=("household", "name", "id_number", "kind"), place="village"),
    Form("found_persons", "无户籍无证件和机构受灾人员登记表", (
        Field("code", ("登记编号", "found_id"), required=True),
        Field("kind", ("人员情况", "situation"), Type.CHOICE, True, choices=FOUND_WORDS),
        Field("place", ("发现地点", "所在村（社区）", "found_at"), Type.PLACE, required=True), _TOWN,
        Field("shelter", ("安置点编号", "shelter_id")),
        Field("institution", ("机构名称", "institution")),
        Field("name", ("称呼", "姓名", "name"), personal=True), _NUMBER,
        count("persons", "人数", "persons", most=5_000, required=True),
        Field("found_by", ("发现人", "登记人", "found_by")),
        Field("found_on", ("发现时间", "found_on"), Type.TIME),
    ), key=("code",), place="place", persons="persons"),
)  # fmt: skip
