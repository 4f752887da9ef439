"""The words by which forms name a choice."""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.domain.household import HardshipGroup, HouseDamage, MedicalFact, RosterState
from graphcore.domain.supply import Hold, Mode, RoadState

GROUP_WORDS: Mapping[str, tuple[str, ...]] = {
    HardshipGroup.MINIMUM_LIVING: ("低保对象", "低保", "低保户", "最低生活保障"),
    HardshipGroup.EXTREME_POVERTY: (
        "分散供养特困人员",
        "特困",
        "特困人员",
        "特困户",
        "五保",
        "五保户",
    ),
    HardshipGroup.VAGRANT: ("反复流浪乞讨人员", "流浪乞讨", "流浪乞讨人员"),
    HardshipGroup.LEFT_BEHIND_CHILD: ("农村留守儿童", "留守儿童"),
    HardshipGroup.LEFT_BEHIND_ELDER: ("留守老年人", "留守老人", "空巢老人"),
    HardshipGroup.ORPHAN: ("散居孤儿", "孤儿"),
    HardshipGroup.DE_FACTO_ORPHAN: ("事实无人抚养儿童", "事实孤儿"),
    HardshipGroup.CHILD_IN_DIFFICULTY: ("困境儿童",),
    HardshipGroup.DISABLED: ("残疾人", "残疾", "重度残疾人"),
}
FACT_WORDS: Mapping[str, tuple[str, ...]] = {
    MedicalFact.DIALYSIS: ("透析", "血液透析"),
    MedicalFact.OXYGEN: ("吸氧", "氧疗"),
    MedicalFact.INSULIN: ("胰岛素", "糖尿病用药"),
    MedicalFact.PREGNANT: ("孕期", "怀孕", "孕妇"),
    MedicalFact.INFANT_FEEDING: ("婴儿喂养", "奶粉", "需奶粉"),
    MedicalFact.MOBILITY: ("行动不便", "卧床", "轮椅"),
    MedicalFact.DIET: ("特殊饮食", "忌口"),
}
STATE_WORDS: Mapping[str, tuple[str, ...]] = {
    RosterState.SAFE: ("安全", "平安"),
    RosterState.IN_NEED: ("需救助", "需要救助", "待救助"),
    RosterState.UNKNOWN: ("未核实", "不明", "失联", "未联系上", "未知"),
}
DAMAGE_WORDS: Mapping[str, tuple[str, ...]] = {
    HouseDamage.COLLAPSED: ("倒塌", "倒房", "全倒"),
    HouseDamage.SEVERE: ("严重损坏", "严损"),
    HouseDamage.MINOR: ("一般损坏", "一般", "轻微损坏"),
    HouseDamage.NONE: ("无损", "完好", "未受损"),
}
MODE_WORDS: Mapping[str, tuple[str, ...]] = {
    Mode.TRUCK: ("汽车", "货车", "卡车"),
    Mode.BOAT: ("船", "冲锋舟", "船艇"),
    Mode.HELICOPTER: ("直升机",),
    Mode.FOOT: ("人力", "徒步"),
}
ROAD_WORDS: Mapping[str, tuple[str, ...]] = {
    RoadState.OPEN: ("畅通", "通行", "正常"),
    RoadState.LIMITED: ("限行", "限载"),
    RoadState.CUT: ("中断", "阻断", "断道"),
}
HOLD_WORDS: Mapping[str, tuple[str, ...]] = {
    Hold.NONE: ("可用", "正常", "无"),
    Hold.INSPECTION: ("待检", "待检验"),
    Hold.FROZEN: ("冻结", "封存"),
    Hold.DAMAGED: ("损坏", "报废"),
}
KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "goods": ("物资", "实物"),
    "money": ("资金", "现金", "款"),
}
USE_WORDS: Mapping[str, tuple[str, ...]] = {  # what a gift is for: basic needs, or a later task
    "water": ("饮水", "饮用水", "净水"),
    "food": ("食品", "口粮", "粮食"),
    "clothing": ("衣被", "御寒", "衣物"),
    "shelter": ("住所", "临时住所", "安置"),
    "medical": ("医疗", "药品", "防疫"),
    "rebuilding": ("重建", "灾后重建", "住房重建"),
}
PHASE_WORDS: Mapping[str, tuple[str, ...]] = {
    "first": ("初报",), "follow_up": ("续报",), "verified": ("核报",),
}  # fmt: skip
HAZARD_WORDS: Mapping[str, tuple[str, ...]] = {  # GB/T 28921: subclasses that the rulebook treats
    "flood": ("洪涝", "洪水", "暴雨洪涝", "水灾"),
    "typhoon": ("台风",),
    "earthquake": ("地震",),
    "landslide": ("滑坡", "泥石流", "地质灾害"),
    "snow": ("雪灾", "低温冷冻"),
    "wind_hail": ("风雹", "大风", "冰雹"),
    "drought": ("干旱", "旱灾"),
}
