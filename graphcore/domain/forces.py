"""Social forces: volunteers, teams, equipment, tasks and rosters, as enumerations used everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Shift(StrEnum):
    """Parts of a day in which people work; their hours are parameters."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    NIGHT = "night"


class Readiness(StrEnum):
    """Whether an organisation, a team, a volunteer or a piece of equipment can be called upon."""

    READY = "ready"
    STANDBY = "standby"  # can be called upon too, not at once
    ABSENT = "absent"  # cannot be called upon


class TaskKind(StrEnum):
    """What is to be done."""

    UNLOAD = "unload"
    VISIT = "visit"
    CLEAR = "clear"
    MEDICAL = "medical"
    RESCUE = "rescue"
    CATERING = "catering"
    CARE = "care"  # company for children and old people, counselling
    OTHER = "other"


class TaskState(StrEnum):
    """Whether a task still wants people."""

    OPEN = "open"
    CANCELLED = "cancelled"


class RosterState(StrEnum):
    """State of a roster. Orders leave only from an approved one."""

    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class Progress(StrEnum):
    """How far an order has come."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    DONE = "done"
    DECLINED = "declined"
    MISSED = "missed"  # was expected and did not come


NEXT: Mapping[Progress, frozenset[Progress]] = {
    Progress.PLANNED: frozenset({Progress.CONFIRMED, Progress.ARRIVED, Progress.DECLINED,
                                 Progress.MISSED}),
    Progress.CONFIRMED: frozenset({Progress.ARRIVED, Progress.DECLINED, Progress.MISSED}),
    Progress.ARRIVED: frozenset({Progress.DONE}),
    Progress.DONE: frozenset(),
    Progress.DECLINED: frozenset(),
    Progress.MISSED: frozenset({Progress.ARRIVED}),  # came late after all
}  # fmt: skip
"""What may be recorded of an order next."""

KEPT = frozenset({Progress.CONFIRMED, Progress.ARRIVED, Progress.DONE})
"""Orders that the next roster takes as promises."""

SKILL_WORDS: Mapping[str, tuple[str, ...]] = {
    "first_aid": ("急救", "应急救护", "现场急救", "first aid"),
    "medical": ("医疗", "诊疗", "慢病用药", "医生", "medical"),
    "nursing": ("护理", "护士", "照护", "nursing"),
    "water_rescue": ("水上救援", "水域救援", "water rescue"),
    "rope_rescue": ("绳索救援", "山地救援", "高空救援", "rope rescue"),
    "boating": ("冲锋舟驾驶", "船艇驾驶", "驾船", "boating"),
    "driving": ("车辆驾驶", "驾驶", "越野驾驶", "山路运输", "driving"),
    "carrying": ("物资搬运", "搬运", "装卸", "徒步运送", "carrying"),
    "sorting": ("物资分拣", "分拣", "仓储管理", "sorting"),
    "visiting": ("入户走访", "走访", "入户", "visiting"),
    "counselling": ("心理疏导", "心理援助", "心理咨询", "counselling"),
    "child_care": ("儿童陪护", "儿童照料", "child care"),
    "cooking": ("热食供应", "炊事", "厨师", "cooking"),
    "clearing": ("清淤", "清淤消杀", "环境清理", "消杀", "clearing"),
    "electrics": ("电工", "电力抢修", "electrics"),
    "registering": ("登记", "接收登记", "信息登记", "registering"),
    "signing": ("手语", "sign language"),
}
"""What people can do, with the words met on sign-up sheets; other words are skills of their own."""

CERTIFICATE_WORDS: Mapping[str, tuple[str, ...]] = {
    "first_aid_card": ("救护员证", "红十字救护员证", "急救证", "急救员证"),
    "physician": ("医师执业证", "医师证", "医师执业证书"),
    "nurse": ("护士执业证", "护士证", "护士执业证书"),
    "boat_licence": ("船艇驾驶证", "冲锋舟驾驶证", "船员证"),
    "driving_licence": ("机动车驾驶证", "驾驶证", "驾照"),
    "diver": ("潜水证", "潜水员证"),
    "counsellor": ("心理咨询师证", "心理咨询师"),
    "operator_licence": ("特种作业操作证", "特种设备操作证", "操作证"),
}
"""What people may do."""

EQUIPMENT_WORDS: Mapping[str, tuple[str, ...]] = {
    "boat": ("冲锋舟", "橡皮艇", "船", "船艇"),
    "pump": ("抽水泵", "排涝泵", "水泵"),
    "generator": ("发电机", "应急发电机"),
    "excavator": ("挖掘机", "小型挖掘机"),
    "chainsaw": ("油锯", "链锯"),
    "lorry": ("货车", "皮卡", "越野车", "运输车"),
    "drone": ("无人机",),
    "kitchen": ("野战炊事车", "炊事车", "移动厨房"),
    "phone": ("卫星电话",),
}
"""Equipment, by kind."""


def operating(kind: str) -> str:
    """Return the skill of working equipment of a kind."""
    return f"operate_{kind}"
