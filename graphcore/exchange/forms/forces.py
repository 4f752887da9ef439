"""Forms of social forces: teams, volunteers, equipment, tasks, promises already made."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.domain.forces import EQUIPMENT_WORDS, Readiness, Shift, TaskKind
from graphcore.exchange.forms.form import Field, Form, Type

READINESS_WORDS: Mapping[str, tuple[str, ...]] = {
    Readiness.READY: ("可出动", "备勤", "待命", "在岗", "正常"),
    Readiness.STANDBY: ("可动员", "待通知", "预备"),
    Readiness.ABSENT: ("不可出动", "已退出", "停用", "维修", "请假"),
}
SHIFT_WORDS: Mapping[str, tuple[str, ...]] = {
    Shift.MORNING: ("上午", "早班"),
    Shift.AFTERNOON: ("下午", "中班"),
    Shift.NIGHT: ("夜间", "晚上", "夜班", "晚班"),
}
TASK_WORDS: Mapping[str, tuple[str, ...]] = {
    TaskKind.UNLOAD: ("物资装卸", "装卸", "搬运"),
    TaskKind.VISIT: ("入户走访", "走访"),
    TaskKind.CLEAR: ("清淤清障", "清淤", "清障"),
    TaskKind.MEDICAL: ("医疗服务", "医疗点", "医疗"),
    TaskKind.RESCUE: ("搜救转移", "搜救", "转移群众"),
    TaskKind.CATERING: ("热食供应", "炊事"),
    TaskKind.CARE: ("陪护疏导", "陪护", "心理疏导"),
    TaskKind.OTHER: ("其他",),
}
TIER_WORDS: Mapping[str, tuple[str, ...]] = {
    "1": ("保生存", "特急", "一级"), "2": ("优先", "紧急", "二级"), "3": ("一般", "三级"),
}  # fmt: skip

_ORGANIZATION = Field("organization", ("统一社会信用代码", "所属组织代码", "机构代码", "organization"),
                      required=True)  # fmt: skip
_LEVEL = Field("level", ("技能等级", "等级", "level"), Type.COUNT, most=9)


def _when(name: str, *headers: str) -> Field:
    return Field(name, headers, Type.DATE)


FORCES: tuple[Form, ...] = (
    Form("teams", "救援队伍登记表", (
        Field("code", ("队伍编号", "team"), required=True), _ORGANIZATION,
        Field("name", ("队伍名称", "队名", "team_name"), required=True),
        Field("township", ("驻地乡镇", "队伍驻地", "township"), Type.PLACE),
        Field("readiness", ("备勤状态", "队伍状态", "readiness"), Type.CHOICE, choices=READINESS_WORDS),
        Field("together", ("是否整队行动", "整队行动", "together"), Type.FLAG),
    ), key=("organization", "code")),
    Form("volunteers", "志愿者登记表", (
        Field("code", ("志愿者编号", "队员编号", "volunteer"), required=True), _ORGANIZATION,
        Field("team", ("队伍编号", "所属队伍", "team")),
        Field("name", ("志愿者姓名", "队员姓名", "姓名", "name"), required=True, personal=True),
        Field("id_number", ("身份证号码", "身份证号", "证件号码", "id_number"), Type.ID_NUMBER, personal=True),
        Field("phone", ("联系电话", "电话", "手机号", "phone"), personal=True),
        Field("born_on", ("出生日期", "出生年月", "born_on"), Type.DATE, personal=True),
        Field("adult", ("是否成年", "成年", "adult"), Type.FLAG),
        Field("township", ("出发乡镇", "常驻乡镇", "驻地乡镇", "township"), Type.PLACE),
        Field("skills", ("技能及等级", "专业技能", "技能", "skills")),
        Field("certificates", ("证书及有效期", "持证情况", "证书", "certificates")),
        Field("languages", ("语言方言", "方言", "语言", "languages")),
        Field("operates", ("可操作装备", "可操作设备", "operates"), Type.CHOICES, choices=EQUIPMENT_WORDS),
        _when("from_on", "可服务起始日期", "服务开始日期", "from_on"),
        _when("to_on", "可服务截止日期", "服务截止日期", "to_on"),
        Field("shifts", ("可服务班次", "服务时段", "shifts"), Type.CHOICES, choices=SHIFT_WORDS),
        Field("hours_day", ("每日最多工时", "每日工时", "hours_day"), Type.COUNT, most=24),
        Field("rest_hours", ("最少休息小时数", "最少休息", "rest_hours"), Type.COUNT, most=72),
        Field("readiness", ("备勤状态", "志愿者状态", "readiness"), Type.CHOICE, choices=READINESS_WORDS),
    ), key=("organization", "code")),
    Form("equipment", "救援装备登记表", (
        Field("code", ("装备编号", "设备编号", "equipment"), required=True), _ORGANIZATION,
        Field("kind", ("装备类型", "设备类型", "kind"), Type.CHOICE, True, choices=EQUIPMENT_WORDS),
        Field("pieces", ("台（件、艘）数", "装备数量", "数量", "pieces"), Type.COUNT, most=1000),
        Field("township", ("存放乡镇", "存放地点", "驻地乡镇", "township"), Type.PLACE, required=True),
        Field("operator", ("是否需专人操作", "需专人操作", "operator"), Type.FLAG),
        Field("readiness", ("备勤状态", "装备状态", "readiness"), Type.CHOICE, choices=READINESS_WORDS),
    ), key=("organization", "code")),
    Form("tasks", "救援任务岗位表", (
        Field("code", ("任务编号", "task"), required=True),
        Field("name", ("任务名称", "任务内容", "task_name"), required=True),
        Field("kind", ("任务类型", "任务类别", "task_kind"), Type.CHOICE, True, choices=TASK_WORDS),
        Field("place", ("任务地点", "地点", "place"), Type.PLACE),
        Field("township", ("任务乡镇", "乡镇", "township"), Type.PLACE),
        Field("shelter", ("安置点编号", "shelter_id")),
        Field("day_on", ("任务日期", "日期", "day_on"), Type.DATE, True),
        Field("shift", ("班次", "任务班次", "shift"), Type.CHOICE, True, choices=SHIFT_WORDS),
        Field("hours", ("工时小时数", "工时", "hours"), Type.COUNT, most=24),
        Field("tier", ("优先级", "任务等级", "tier"), Type.CHOICE, choices=TIER_WORDS),
        Field("skill", ("岗位技能", "所需技能", "skill")), _LEVEL,
        Field("certificate", ("岗位证书", "所需证书", "certificate")),
        Field("wanted", ("需要人数", "岗位人数", "wanted"), Type.COUNT, True, most=10_000),
        Field("least", ("岗位最少人数", "最少人数", "least"), Type.COUNT, most=10_000),
        Field("min_crew", ("任务最少人数", "开工人数", "min_crew"), Type.COUNT, most=10_000),
        Field("language", ("所需语言", "沟通语言", "language")),
        Field("equipment", ("所需装备", "所需设备", "equipment_kind"), Type.CHOICE, choices=EQUIPMENT_WORDS),
        Field("adults_only", ("仅限成年人", "成年人任务", "adults_only"), Type.FLAG),
        Field("readiness", ("任务状态", "task_state"), Type.CHOICE,
              choices={"open": ("待办", "进行中"), "cancelled": ("取消", "撤销")}),
    ), key=("code", "skill", "certificate")),
    Form("claims", "任务认领登记表", (
        Field("volunteer", ("志愿者编号", "队员编号", "volunteer"), required=True), _ORGANIZATION,
        Field("task", ("任务编号", "认领任务", "task"), required=True),
        Field("skill", ("岗位技能", "认领岗位", "skill")),
        Field("withdrawn", ("是否撤回", "撤回", "withdrawn"), Type.FLAG),
    ), key=("organization", "volunteer", "task")),
)  # fmt: skip
