"""What the ledger's codes are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graphcore.domain.figures import FIGURES

_IN_ENGLISH: Final[Mapping[str, str]] = {
    "affected_persons": "persons affected",
    "affected_households": "households affected",
    "relocated_concentrated": "relocated to shelters",
    "relocated_dispersed": "relocated elsewhere",
    "emergency_persons": "needing emergency relief",
    "transitional_persons": "needing transitional relief",
    "dead": "dead",
    "missing": "missing",
    "injured": "injured",
    "collapsed_households": "households, house collapsed",
    "collapsed_rooms": "rooms collapsed",
    "severe_households": "households, house severely damaged",
    "severe_rooms": "rooms severely damaged",
    "minor_households": "households, house slightly damaged",
    "minor_rooms": "rooms slightly damaged",
}

LEDGER_WORDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "figure": {code: (title, _IN_ENGLISH[code]) for code, title in FIGURES.items()},
    "phase": {
        "first": ("初报", "first report"),
        "follow_up": ("续报", "follow-up"),
        "verified": ("核报", "verified report"),
    },
    "report_state": {
        "missing": ("缺报", "missing"),
        "late": ("迟报", "late"),
        "waiting": ("未到期", "not due yet"),
        "done": ("已核报", "verified"),
    },
    "response_level": {
        "1": ("一级", "level I"),
        "2": ("二级", "level II"),
        "3": ("三级", "level III"),
        "4": ("四级", "level IV"),
    },
    "response_act": {
        "start": ("启动", "start"),
        "change": ("调整", "change"),
        "stable": ("灾情稳定", "stable"),
        "end": ("终止", "end"),
    },
    "annex": {
        "crops": ("农作物（公顷）", "crops (hectares)"),
        "livestock": ("牲畜（头只）", "livestock (head)"),
    },
    "casualty": {
        "dead": ("因灾死亡", "dead"),
        "missing": ("因灾失踪", "missing"),
        "injured": ("因灾受伤", "injured"),
    },
    "application": {
        "apply": ("申请", "application"),
        "object": ("异议", "objection"),
        "appeal": ("申诉", "appeal"),
        "report": ("困难线索", "report of somebody in difficulty"),
    },
    "channel": {
        "window": ("窗口", "window"),
        "phone": ("电话", "telephone"),
        "online": ("网上", "online"),
        "visit": ("上门", "visit"),
    },
    "application_state": {
        "open": ("待答复", "open"),
        "granted": ("支持", "granted"),
        "partly": ("部分支持", "partly granted"),
        "declined": ("不支持", "declined"),
        "transferred": ("已转办", "passed on"),
    },
}
