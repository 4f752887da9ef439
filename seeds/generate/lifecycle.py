"""The disaster's course beside its reports: response, annexes, work groups, surveys, the lost."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graphcore.domain.household import RosterState
from seeds.generate import frames
from seeds.generate.moments import DAY, after

_TOWNS_EACH = 4  # townships of one work group
_UNSEEN = 5  # of so many hit villages, one that no group has reached
_STARTED_AT, _RAISED_AT, _ANNEX_AT = 40, 260, 600  # minutes after the flood
_GROWN = 18
_LAND, _BEASTS = 12, 3  # hectares of rice and pigs lost for each house that collapsed
_TASKS = "核查灾情、入户走访、转移安置"
_CREW = "组长（合成）、民政干部（合成）、应急干部（合成）"


def course(
    homes: pl.DataFrame, persons: pl.DataFrame, made: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Return the frames of the disaster's course, without chance: they follow from the rest.

    Args:
        homes: the true households.
        persons: the true persons.
        made: frames made so far: disaster, reports, townships and villages.
    """
    disaster = str(made["disaster"]["code"][0])
    last = made["reports"].unique("township", keep="last", maintain_order=True)
    towns = made["townships"]["name"].to_list()
    return {
        "responses": _responses(disaster),
        "report_annexes": _annexes(disaster, last),
        "work_groups": _groups(disaster, towns),
        "surveys": _surveys(made["villages"], towns),
        "casualties": _casualties(disaster, last, homes, persons),
    }


def _responses(disaster: str) -> pl.DataFrame:
    of = {"disaster": disaster, "authority": "县减灾委员会（合成）"}
    return frames.rows("responses", [
        {**of, "act": "start", "level": "4", "document": "合成减委〔2026〕1号", "at": after(_STARTED_AT)},
        {**of, "act": "change", "level": "3", "document": "合成减委〔2026〕2号", "at": after(_RAISED_AT)},
    ])  # fmt: skip


def _annexes(disaster: str, last: pl.DataFrame) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for town, houses in last.select("township", "collapsed_households").iter_rows():
        if not houses:
            continue
        of = {"township": town, "disaster": disaster, "reported_at": after(_ANNEX_AT)}
        rows.append({**of, "kind": "crops", "item": "水稻", "hit": float(_LAND * houses),
                     "lost": float(_LAND * houses) / 4})  # fmt: skip
        rows.append({**of, "kind": "livestock", "item": "生猪", "hit": float(_BEASTS * houses),
                     "lost": float(_BEASTS * houses)})  # fmt: skip
    return frames.rows("report_annexes", rows)


def _code(town: int) -> str:
    return f"GZ{town // _TOWNS_EACH + 1:02d}"


def _groups(disaster: str, towns: list[str]) -> pl.DataFrame:
    starts = range(0, len(towns), _TOWNS_EACH)
    return frames.rows("work_groups", [
        {"code": _code(n), "name": f"第{n // _TOWNS_EACH + 1}工作组", "disaster": disaster,
         "members": _CREW, "area": "、".join(towns[n : n + _TOWNS_EACH]), "tasks": _TASKS}
        for n in starts
    ])  # fmt: skip


def _surveys(villages: pl.DataFrame, towns: list[str]) -> pl.DataFrame:
    """Each hit village but one in five has been visited once."""
    hit = villages.filter("hit").sort("code")
    rows = [
        {"village": code, "township": town, "group": _code(towns.index(town)),
         "surveyed_at": after(150 + 3 * n), "evidence": f"YX-{code}-01"}
        for n, (code, town) in enumerate(hit.select("code", "township").iter_rows())
        if n % _UNSEEN
    ]  # fmt: skip
    return frames.rows("surveys", [dict[str, object](row) for row in rows])


def _casualties(
    disaster: str, last: pl.DataFrame, homes: pl.DataFrame, persons: pl.DataFrame
) -> pl.DataFrame:
    """Who is injured, missing and dead, as many as the townships report and people allow."""
    known = persons.join(
        homes.select("household", "code", "village_name", "township_name", "state"), on="household"
    ).sort("household", "person")  # fmt: skip
    grown = (pl.col("age") >= _GROWN).sum().over("household")
    rows: list[dict[str, object]] = []
    for told in last.iter_rows(named=True):
        here = known.filter(pl.col("township_name") == told["township"])
        hurt = here.filter(pl.col("state") == RosterState.IN_NEED.value)
        widowed = here.filter(
            (pl.col("state") == RosterState.SAFE.value)
            & (pl.col("relation") == "户主")
            & (grown == 2)  # noqa: PLR2004 -- the dead and one who is left
        )
        some = [("injured", hurt.head(told["injured"])),
                ("missing", hurt.tail(told["missing"])), ("dead", widowed.head(told["dead"]))]  # fmt: skip
        rows += [_lost(disaster, kind, p) for kind, who in some for p in who.iter_rows(named=True)]
    return frames.rows("casualties", rows)


def _lost(disaster: str, kind: str, person: dict[str, object]) -> dict[str, object]:
    row = {
        "household": person["code"], "name": person["name"], "id_number": person["id_number"],
        "township": person["township_name"], "village": person["village_name"],
        "disaster": disaster, "kind": kind, "occurred_on": DAY.isoformat(),
    }  # fmt: skip
    if kind != "dead":
        return row
    return {**row, "certified_by": "县公安局（合成）", "document": "合成认〔2026〕1号",
            "kin": "配偶（合成）", "kin_told_at": after(480), "kin_told_by": "民政所干部（合成）"}  # fmt: skip
