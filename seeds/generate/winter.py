"""The autumn after the flood: the winter–spring survey, officials' relatives, households watched.

Nothing here is chance: it follows from the households, persons and houses of the district.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from graphcore.domain.household import HouseDamage, RosterState
from seeds.generate import frames
from seeds.generate.moments import on

YEAR = 2026
_FROM, _DAYS = date(2026, 9, 5), 20  # the villages' surveys
_ENDURING = 3  # of households in need whose house stands, every third still lacks something
_WATCHED = 150  # of so many households one is watched for poverty
_TIES = 40  # of so many surveyed households one is an official's relatives
_SAME_FEN = 60_000  # what one village asks for everybody alike
_TWICE = 90  # of so many surveyed households one is on the next village's list too
_ASKS = 4  # of so many villages one proposes amounts
_SAVED = (HouseDamage.COLLAPSED.value, HouseDamage.SEVERE.value)
_POOR = ("extreme_poverty", "minimum_living")
_KINDS = ("unstable", "marginal", "sudden")
_POSTS = (("村党组织书记", "父母"), ("村民委员会主任", "兄弟姐妹"), ("村会计", "配偶父母"))


def autumn(homes: pl.DataFrame, persons: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the frames of the campaign: survey, declared relatives, households watched.

    Args:
        homes: the true households.
        persons: the true persons, with groups and facts.
    """
    known = _named(homes, persons)
    asked = _in_want(known)
    return {
        "winter_survey": _survey(asked, known),
        "cadre_ties": _ties(asked),
        "poverty_watch": _watch(known),
    }


def _named(homes: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    held = persons.group_by("household").agg(
        pl.col("groups").list.explode().drop_nulls().unique().sort().alias("groups"),
        pl.col("facts").list.len().sum().alias("ill"),
    )  # fmt: skip
    return homes.join(held, on="household", how="left", maintain_order="left").sort("household")


def _in_want(known: pl.DataFrame) -> pl.DataFrame:
    """Who lost the house, and those of the others in need who are poor, ill or at hand of it."""
    lost = pl.col("damage").is_in(_SAVED)
    poor = pl.col("groups").list.set_intersection(pl.lit(list(_POOR))).list.len() > 0
    need = pl.col("state") == RosterState.IN_NEED.value
    enduring = need & ((pl.col("household") % _ENDURING == 0) | (pl.col("ill") > 0))
    seen = pl.col("state") != RosterState.UNKNOWN.value
    return known.filter(seen & (lost | poor | enduring)).with_columns(
        lost.alias("lost"), poor.alias("poor")
    )  # fmt: skip


def _survey(asked: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    rows = [_row(home, n) for n, home in enumerate(asked.iter_rows(named=True))]
    villages = known.select("village_name", "township_name").unique(maintain_order=True).rows()
    asks = {village for village, _town in villages[::_ASKS]}
    for row in rows:
        row["amount"] = _SAME_FEN if row["village"] in asks else None
    return frames.rows("winter_survey", [*rows, *_twice(rows, villages)])


def _row(home: Mapping[str, object], n: int) -> dict[str, object]:
    poor = bool(home["poor"])
    return {
        **_who(home), "year": YEAR, "persons": home["persons"], "needs": _needs(home),
        "grade": "first" if poor and home["lost"] else "", "key": poor,
        "surveyor": f"{home['village_name']}网格员",
        "surveyed_on": (_FROM + timedelta(days=n % _DAYS)).isoformat(),
    }  # fmt: skip


def _needs(home: Mapping[str, object]) -> list[str]:
    """What a household without its house, with illness or without means lacks in winter."""
    wants = {
        "clothing": home["lost"], "food": home["poor"] or int(str(home["persons"])) > 2,  # noqa: PLR2004
        "heating": home["lost"] or home["elders_only"] or not home["poor"],
        "housing": home["damage"] == HouseDamage.COLLAPSED.value, "medical": home["ill"],
    }  # fmt: skip
    return sorted(need for need, wanted in wants.items() if wanted)


def _twice(
    rows: list[dict[str, object]], villages: list[tuple[str, str]]
) -> list[dict[str, object]]:
    """A slip of the villages: some stand on their neighbours' list as well."""
    at = {village: n for n, village in enumerate(villages)}
    found = []
    for row in rows[_TWICE // 2 :: _TWICE]:
        spot = at[str(row["village"]), str(row["township"])]
        village, town = villages[(spot + 1) % len(villages)]
        found.append({**row, "village": village, "township": town, "amount": None,
                      "surveyor": f"{village}网格员"})  # fmt: skip
    return found


def _who(home: Mapping[str, object]) -> dict[str, object]:
    return {"household": home["code"], "head": home["head"], "id_number": home["id_number"],
            "village": home["village_name"], "township": home["township_name"]}  # fmt: skip


def _ties(asked: pl.DataFrame) -> pl.DataFrame:
    chosen = asked.gather_every(_TIES)
    return frames.rows("cadre_ties", [
        {**_who(home), "post": _POSTS[n % len(_POSTS)][0], "relation": _POSTS[n % len(_POSTS)][1],
         "source": "乡镇纪检备案（合成）"}
        for n, home in enumerate(chosen.iter_rows(named=True))
    ])  # fmt: skip


def _watch(known: pl.DataFrame) -> pl.DataFrame:
    chosen = known.filter(pl.col("groups").list.len() == 0).gather_every(_WATCHED)
    return frames.rows("poverty_watch", [
        {**_who(home), "kind": _KINDS[n % len(_KINDS)], "source": "县农业农村局",
         "valid_from": on(-420 + 30 * n % 300), "valid_to": ""}
        for n, home in enumerate(chosen.iter_rows(named=True))
    ])  # fmt: skip
