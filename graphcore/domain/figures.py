"""Figures of a disaster report: what townships count, each cumulative and as it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

NOW = "_now"
"""Ending of the column that holds a figure as it stands; without it the figure is cumulative."""

FIGURES: Mapping[str, str] = {
    "affected_persons": "受灾人口",
    "affected_households": "受灾户数",
    "relocated_concentrated": "集中转移安置人口",
    "relocated_dispersed": "分散转移安置人口",
    "emergency_persons": "需紧急生活救助人口",
    "transitional_persons": "需过渡期生活救助人口",
    "dead": "因灾死亡人口",
    "missing": "因灾失踪人口",
    "injured": "因灾受伤人口",
    "collapsed_households": "倒塌住房户数",
    "collapsed_rooms": "倒塌房屋间数",
    "severe_households": "严重损坏住房户数",
    "severe_rooms": "严重损坏房屋间数",
    "minor_households": "一般损坏住房户数",
    "minor_rooms": "一般损坏房屋间数",
}
"""Code → what the statutory form calls it."""

FINAL = frozenset({"dead"})
"""What never recedes: where nothing else is told, it stands as it has been counted."""

COLUMNS: tuple[str, ...] = tuple(c for f in FIGURES for c in (f, f + NOW))


class Phase(StrEnum):
    """Which report it is (初报 / 续报 / 核报)."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    VERIFIED = "verified"


class Level(StrEnum):
    """Response levels (响应级别), the highest first."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


class ResponseAct(StrEnum):
    """What is done with a response."""

    START = "start"
    CHANGE = "change"
    STABLE = "stable"  # the disaster is stable: figures are verified from here on
    END = "end"


class Annex(StrEnum):
    """What an annex to a report counts."""

    CROPS = "crops"  # hectares hit, hectares lost
    LIVESTOCK = "livestock"  # head hit, head dead
