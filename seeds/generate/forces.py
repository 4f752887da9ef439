"""Teams, volunteers, equipment, tasks and promises of the registered organisations: all made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
import polars as pl

from graphcore.domain.forces import EQUIPMENT_WORDS
from seeds.generate import frames, moments, names, numbers
from seeds.generate.moments import on

_AREA = 9000  # digits behind 99 in volunteers' citizen numbers: no township's
_TEAM, _SQUAD = 8, 4  # people in a team at most; in one that is never split
_LAST = 14  # days for which people offered
_DAY, _ROUND = ["morning", "afternoon"], ["morning", "afternoon", "night"]
_PAPERS = (("2026-05-31", 0.08), ("2026-07-02", 0.12), ("2027-12-31", 1.0))
"""Last valid days of certificates, with their cumulative shares: some have run out."""
_PUPILS, _MEN, _LATE, _AWAY = 0.03, 0.6, 0.1, 0.03  # shares


@dataclass(frozen=True, slots=True)
class Corps:
    """Who an organisation's people are: size, what all of them can do, what some can, its things."""

    size: int
    skills: tuple[str, ...]
    papers: tuple[tuple[str, float], ...] = ()  # certificate, share of people who hold it
    extra: tuple[tuple[str, float], ...] = ()  # skill, share of people who have it too
    shifts: tuple[list[str], ...] = (_DAY,)
    gear: tuple[tuple[str, int], ...] = ()  # kind, pieces
    operates: tuple[str, ...] = ()
    together: bool = False
    dialect: float = 0.5

    @property
    def team(self) -> int:
        """People in a team."""
        return _SQUAD if self.together else _TEAM


CORPS: tuple[Corps, ...] = (  # in the order of social.TEAMS
    Corps(16, ("水上救援2级", "物资搬运"), (("救护员证", 0.7), ("船艇驾驶证", 0.5)), (("急救", 0.7),),
          (_ROUND,), (("boat", 3), ("generator", 1)), ("boat",), together=True),
    Corps(12, ("绳索救援2级", "物资搬运2级"), (("救护员证", 0.6),), (("急救", 0.6),), (_ROUND,),
          (("chainsaw", 3),), ("chainsaw",), together=True),
    Corps(14, ("心理疏导2级", "儿童陪护2级", "入户走访2级"), (("心理咨询师证", 0.6),)),
    Corps(28, ("物资分拣", "入户走访", "物资搬运"), (), (("登记", 0.4),),
          (_DAY, ["morning"], ["afternoon"])),
    Corps(14, ("医疗2级", "急救3级"), (("医师执业证", 0.5), ("护士执业证", 0.5), ("救护员证", 0.9)),
          (("护理2级", 0.5),), (_DAY, _ROUND)),
    Corps(12, ("驾驶2级", "物资搬运2级"), (("机动车驾驶证", 0.95),), (), (_ROUND,), (("lorry", 6),),
          ("lorry",)),
    Corps(10, ("热食供应2级",), (), (), (_DAY,), (("kitchen", 2),), ("kitchen",)),
    Corps(8, ("登记2级", "物资分拣"), (), (), (_DAY,)),
    Corps(14, ("清淤消杀2级", "物资搬运2级"), (("特种作业操作证", 0.3),), (("电工", 0.2),), (_DAY,),
          (("pump", 4), ("excavator", 1)), ("pump",)),
    Corps(16, ("物资搬运2级", "清淤消杀"), (), (("驾驶", 0.3),), (_DAY, _ROUND)),
    Corps(12, ("入户走访2级", "护理"), (("救护员证", 0.3),), (("急救", 0.3),), (_DAY, ["morning"]),
          dialect=0.9),
    Corps(8, ("物资搬运", "入户走访"), (), (), (["afternoon"], _DAY)),
    Corps(6, ("电工2级",), (("特种作业操作证", 0.9),), (), (_ROUND,), (("generator", 4), ("drone", 1)),
          ("generator", "drone")),
    Corps(10, ("手语", "心理疏导", "入户走访"), (), (), (_DAY,), dialect=0.3),
)  # fmt: skip


@dataclass(frozen=True)
class Forces:
    """The forms' frames by code."""

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def make_forces(
    rng: np.random.Generator, organizations: pl.DataFrame, shelters: pl.DataFrame,
    towns: list[str], cut: list[tuple[str, str]],
) -> Forces:  # fmt: skip
    """Return teams, volunteers, equipment, tasks and claims.

    Args:
        rng: randomness of its own, so that the rest of the district stays as it is.
        organizations: the form's frame; the n-th is of the kind ``CORPS[n % len(CORPS)]``.
        shelters: the form's frame.
        towns: names of townships; organisations sit in them in turn, the seat first.
        cut: (township, village) names of villages that only boats reach.
    """
    corps = [CORPS[n % len(CORPS)] for n in range(organizations.height)]
    people = _people(rng, organizations["code"].to_list(), corps)
    return Forces({
        "teams": _teams(organizations, corps),
        "volunteers": people,
        "equipment": _equipment(organizations, corps, towns),
        "tasks": _tasks(shelters, cut),
        "claims": _claims(people, shelters),
    })  # fmt: skip


def _teams(organizations: pl.DataFrame, corps: list[Corps]) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {"code": f"D{k + 1}", "organization": code, "name": f"第{k + 1}小队", "township": town,
         "readiness": "ready", "together": own.together}
        for (code, town), own in zip(organizations.select("code", "township").iter_rows(), corps,
                                     strict=True)
        for k in range(-(-own.size // own.team))
    ]  # fmt: skip
    return frames.rows("teams", rows)


def _people(rng: np.random.Generator, codes: list[str], corps: list[Corps]) -> pl.DataFrame:
    starts = [0, *accumulate(c.size for c in corps)]
    count = starts[-1]
    ages = rng.integers(19, 58, count)
    ages[rng.random(count) < _PUPILS] = 17
    back = rng.integers(0, 365, count)
    born = [moments.born(int(a), int(b)) for a, b in zip(ages, back, strict=True)]
    male = rng.random(count) < _MEN
    people = pl.DataFrame({"born": born, "male": male}).with_columns(area=pl.lit(_AREA))
    ids = numbers.id_numbers(people)
    family = names.surnames(rng, count)
    years = people["born"].dt.year().cast(pl.Int64).to_numpy()
    called = names.joined(family, names.given_names(rng, years, male))
    phones = numbers.phones(rng, count)
    rows = [
        _person(rng, codes[n], corps[n], k)
        | {"name": str(called[starts[n] + k]), "id_number": ids[starts[n] + k],
           "phone": str(phones[starts[n] + k])}
        for n in range(len(corps)) for k in range(corps[n].size)
    ]  # fmt: skip
    return frames.rows("volunteers", rows)


def _person(rng: np.random.Generator, organization: str, own: Corps, k: int) -> dict[str, object]:
    skills = [*own.skills, *(s for s, share in own.extra if rng.random() < share)]
    papers = [f"{p}（{_until(rng)}）" for p, share in own.papers if rng.random() < share]
    speaks = ["青田话"] if rng.random() < own.dialect else []
    late = rng.random() < _LATE
    return {
        "code": f"{k + 1:03d}", "organization": organization, "team": f"D{k // own.team + 1}",
        "skills": "、".join(skills), "certificates": "、".join(papers),
        "languages": "、".join(["普通话", *speaks]), "operates": list(own.operates),
        "from_on": on(1 if late else 0), "to_on": on(_LAST),
        "shifts": own.shifts[k % len(own.shifts)], "hours_day": 8, "rest_hours": 8,
        "readiness": "absent" if rng.random() < _AWAY else "ready",
    }  # fmt: skip


def _until(rng: np.random.Generator) -> str:
    draw = rng.random()
    return next(day for day, below in _PAPERS if draw < below)


def _equipment(organizations: pl.DataFrame, corps: list[Corps], towns: list[str]) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {"code": f"{EQUIPMENT_WORDS[kind][0]}{k + 1}", "organization": code, "kind": kind,
         "pieces": pieces, "township": town if k == 0 else towns[0], "operator": kind in own.operates,
         "readiness": "ready"}
        for (code, town), own in zip(organizations.select("code", "township").iter_rows(), corps,
                                     strict=True)
        for k, (kind, pieces) in enumerate(own.gear)
    ]  # fmt: skip
    return frames.rows("equipment", rows)


def _tasks(shelters: pl.DataFrame, cut: list[tuple[str, str]]) -> pl.DataFrame:
    """What the emergency centre asked for by telephone; the rest is derived from the plan."""
    rows: list[dict[str, object]] = []
    for n, (shelter, town) in enumerate(shelters.select("code", "township").iter_rows(), start=1):
        for day in range(2):
            base = {"shelter": shelter, "township": town, "day_on": on(day)}
            rows.append(base | {"code": f"RS{n:02d}{day}", "name": "安置点热食", "kind": "catering",
                                "shift": "morning", "tier": "2", "skill": "热食供应", "wanted": 2,
                                "least": 1, "min_crew": 2})  # fmt: skip
        base = {"shelter": shelter, "township": town, "day_on": on(1)}
        rows.append(base | {"code": f"XL{n:02d}", "name": "安置点心理疏导", "kind": "care",
                            "shift": "afternoon", "tier": "3", "skill": "心理疏导", "level": 2,
                            "wanted": 2, "least": 1, "min_crew": 1, "language": "青田话"})  # fmt: skip
    for n, (town, village) in enumerate(cut, start=1):
        base = {"place": village, "township": town, "day_on": on(0), "shift": "afternoon",
                "code": f"SJ{n:02d}", "name": "水路转移和送物", "kind": "rescue", "tier": "1",
                "min_crew": 3, "equipment": "boat", "adults_only": True}  # fmt: skip
        rows.append(base | {"skill": "水上救援", "level": 2, "wanted": 3, "least": 2})
        rows.append(base | {"skill": "急救", "certificate": "救护员证", "wanted": 1, "least": 1})
    return frames.rows("tasks", rows)


def _claims(people: pl.DataFrame, shelters: pl.DataFrame) -> pl.DataFrame:
    """Two cooks and a counsellor have promised to come to the first shelter."""
    cooks = people.filter(pl.col("skills").str.contains("热食") & (pl.col("readiness") == "ready"))
    carers = people.filter(pl.col("certificates").str.contains("心理咨询师证")
                           & (pl.col("readiness") == "ready") & (pl.col("from_on") == on(0)))  # fmt: skip
    wanted = [(cooks, 1, "RS010", "热食供应"), (carers, 1, "XL01", "心理疏导")]
    rows: list[dict[str, object]] = [
        {"volunteer": code, "organization": organization, "task": task, "skill": skill}
        for table, many, task, skill in wanted if not shelters.is_empty()
        for code, organization in table.head(many).select("code", "organization").iter_rows()
    ]  # fmt: skip
    return frames.rows("claims", rows)
