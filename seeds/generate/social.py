"""Organisations, donors and gifts of money: all names are made up and say so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from graphcore.domain.household import HardshipGroup
from seeds.generate import frames
from seeds.generate.moments import on
from seeds.generate.numbers import organization_code
from seeds.generate.places import DISTRICT_NAME
from seeds.generate.stockplan import Gift
from seeds.generate.supply import intent

MADE_UP = "（合成）"
_LUCK = "瑞禾宏康恒信德源广盛嘉泰安和永昌同益华丰"
_TRADES = ("实业有限公司", "食品有限公司", "商贸有限公司", "公益基金会", "同乡会", "纺织有限公司")
TEAMS: tuple[tuple[str, str, str, str], ...] = (  # name, kind, skills, programme
    ("蓝天水上应急救援队", "救援队", "水上救援、冲锋舟驾驶", "应急转移"),
    ("山地救援队", "救援队", "徒步运送、绳索救援", "孤岛投送"),
    ("社会工作服务中心", "社会服务机构", "心理疏导、儿童陪护", "临时安置点陪伴"),
    ("志愿者协会", "社会团体", "物资分拣、入户走访", "应急饮水"),
    ("医疗志愿服务队", "志愿服务队", "急救、慢病用药", "应急送药"),
    ("越野车应急运输队", "志愿服务队", "山路运输", "物资短驳"),
    ("厨师协会热食队", "社会团体", "热食供应", "安置点热食"),
    ("慈善总会", "慈善组织", "募捐、接收登记", ""),
    ("清淤消杀队", "救援队", "清淤消杀、排涝", ""),
    ("民兵应急分队", "应急队伍", "物资搬运、清障", ""),
    ("巾帼志愿服务队", "志愿服务队", "入户走访、照护", ""),
    ("青年突击队", "志愿服务队", "物资搬运、入户走访", ""),
    ("电力抢修服务队", "应急队伍", "电力抢修、应急照明", ""),
    ("助残志愿服务队", "志愿服务队", "手语、心理疏导", ""),
)  # fmt: skip
_PREFERS = {
    "救援队": ("rescue",),
    "社会服务机构": ("care", "visit"),
    "应急队伍": ("clear", "unload"),
}
_STANDBY = 6  # of seven organisations the last must be called up first
_DONORS_EACH = 4_000  # households for each further donor of money
_FIRST_ORGANIZATION = 4_000_001


def donor_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return ``count`` different made-up donors."""
    letters = np.array(list(_LUCK))
    found: dict[str, None] = {}
    while len(found) < count:
        name = "".join(rng.choice(letters, 2, replace=False)) + str(rng.choice(np.array(_TRADES)))
        found.setdefault(f"{name}{MADE_UP}")
    return list(found)


def donations(
    rng: np.random.Generator, in_kind: list[dict[str, object]], donors: Sequence[str],
    hardest: Sequence[str],
) -> pl.DataFrame:  # fmt: skip
    """Return the form's frame: gifts in kind, then gifts of money with and without intent."""
    intents = (
        Gift(purpose="抗洪救灾"),
        Gift(townships=1, consent=True, purpose="重灾乡镇生活救助"),
        Gift(groups=(HardshipGroup.CHILD_IN_DIFFICULTY, HardshipGroup.LEFT_BEHIND_CHILD),
             consent=False, purpose="困境儿童和留守儿童"),
        Gift(uses=("rebuilding",), purpose="灾后重建"),
        Gift(uses=("shelter",), consent=False, purpose="临时住所"),
        Gift(purpose="受灾群众基本生活"),
    )  # fmt: skip
    money: list[dict[str, object]] = [
        {"code": f"JK{n:04d}", "donor": donor, "kind": "money",
         "amount": int(rng.integers(5, 200)) * 1_000_000, "received_on": on(0),
         **intent(intents[n % len(intents)], hardest)}
        for n, donor in enumerate(donors, start=1)
    ]  # fmt: skip
    return frames.rows("donations", [*in_kind, *money])


def donors_for(households: int) -> int:
    """Return how many donors a district of that size has."""
    return 8 + households // _DONORS_EACH


def organizations(households: int, towns: Sequence[str]) -> pl.DataFrame:
    """Return the register of social forces: one of each team, more in a larger district.

    Half of them sit in the first of the towns, the others in the rest by turns.
    """
    rounds = 1 + households // 20_000
    rows: list[dict[str, object]] = []
    for n in range(len(TEAMS) * rounds):
        name, kind, skills, programme = TEAMS[n % len(TEAMS)]
        round_ = n // len(TEAMS)
        suffix = f"第{round_ + 1}分队" if round_ else ""
        rows.append({"code": organization_code(_FIRST_ORGANIZATION + n), "kind": kind,
                     "name": f"{DISTRICT_NAME}{name}{suffix}{MADE_UP}", "skills": skills,
                     "programme": programme, "readiness": "standby" if n % 7 == _STANDBY else "ready",
                     "township": towns[0 if n % 2 == 0 else 1 + n // 2 % max(1, len(towns) - 1)],
                     "valid_to": on(365), "prefers": list(_PREFERS.get(kind, ()))})  # fmt: skip
    return frames.rows("organizations", rows)
