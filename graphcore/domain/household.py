"""Who needs: the words of the household's walk, as enumerations used by every layer."""

from __future__ import annotations

from enum import StrEnum


class RosterState(StrEnum):
    """What is known of a resident household of a hit village. Unknown never means safe."""

    SAFE = "safe"
    IN_NEED = "in_need"
    UNKNOWN = "unknown"


class HouseDamage(StrEnum):
    """Damage class of a dwelling (倒塌 / 严重损坏 / 一般损坏 / 无损)."""

    COLLAPSED = "collapsed"
    SEVERE = "severe"
    MINOR = "minor"
    NONE = "none"


class BasicNeed(StrEnum):
    """The five basic needs (有饭吃、有衣穿、有干净水喝、有安全临时住所、有病能医)."""

    FOOD = "food"
    CLOTHING = "clothing"
    WATER = "water"
    SHELTER = "shelter"
    MEDICAL = "medical"


class HardshipGroup(StrEnum):
    """Groups that come first (source text 三(三))."""

    MINIMUM_LIVING = "minimum_living"  # 低保对象
    EXTREME_POVERTY = "extreme_poverty"  # 分散供养特困人员
    VAGRANT = "vagrant"  # 反复流浪乞讨人员
    LEFT_BEHIND_CHILD = "left_behind_child"  # 农村留守儿童
    LEFT_BEHIND_ELDER = "left_behind_elder"  # 留守老年人
    ORPHAN = "orphan"  # 散居孤儿
    DE_FACTO_ORPHAN = "de_facto_orphan"  # 事实无人抚养儿童
    CHILD_IN_DIFFICULTY = "child_in_difficulty"  # 困境儿童
    DISABLED = "disabled"  # 残疾人


class WatchKind(StrEnum):
    """Why a household is watched for falling back into poverty (防返贫监测)."""

    UNSTABLE = "unstable"  # 脱贫不稳定户
    MARGINAL = "marginal"  # 边缘易致贫户
    SUDDEN = "sudden"  # 突发严重困难户


class WatchState(StrEnum):
    """Whether the bureau for rural revitalisation has taken a watched household over."""

    LISTED = "listed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"  # with a reason


class MedicalFact(StrEnum):
    """Facts of a person that make a medical or mobility need."""

    DIALYSIS = "dialysis"  # 透析
    OXYGEN = "oxygen"  # 吸氧
    INSULIN = "insulin"  # 胰岛素
    PREGNANT = "pregnant"  # 孕期
    INFANT_FEEDING = "infant_feeding"  # 婴儿喂养
    MOBILITY = "mobility"  # 行动不便
    DIET = "diet"  # 特殊饮食


class AgeBand(StrEnum):
    """Coarse age, the only age that leaves the encrypted record."""

    INFANT = "infant"  # under 3
    CHILD = "child"  # 3 to 17
    ADULT = "adult"  # 18 to 59
    ELDER = "elder"  # 60 and over
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Stage of relief; later stages are data in the rulebook."""

    EMERGENCY = "emergency"  # 应急期
    TRANSITIONAL = "transitional"  # 过渡期


class PointKind(StrEnum):
    """Where goods are handed over."""

    SHELTER = "shelter"
    VILLAGE = "village"
    CUT_OFF = "cut_off"
