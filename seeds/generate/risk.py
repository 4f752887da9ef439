"""Hazard scenarios, offers and budgets, from which the district's reserves are planned.

Nothing here is drawn at random: scenarios follow the map and the flood's own pattern.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from graphcore.domain.supply import Mode
from graphcore.policy.rulebook import Rulebook
from seeds.generate import frames
from seeds.generate.moments import DAY, on

MADE_UP = "（合成研判）"
_MOST = 100


@dataclass(frozen=True, slots=True)
class Risk:
    """One scenario: ``strength`` in permille of the flood's pattern, turned round the map."""

    code: str
    name: str
    hazard: str
    percent: float  # of a year
    offset: int  # days after the demonstration flood
    strength: int
    turn: int  # which township is hit hardest: so many places down the flood's order
    roads: int  # of the hardest-hit townships' roads, one in so many is lost; 0 = none
    kept: int  # per cent of stock that the hardest-hit warehouse keeps


RISKS: tuple[Risk, ...] = (
    Risk("FX01", "台风暴雨洪涝（二十年一遇）", "flood", 5.0, 45, 700, 0, 4, 100),
    Risk("FX02", "台风暴雨洪涝（五十年一遇）", "flood", 2.0, 50, 1100, 0, 2, 40),
    Risk("FX03", "短时强降雨山洪", "flood", 8.0, 30, 450, 4, 3, 100),
    Risk("FX04", "滑坡泥石流", "landslide", 3.0, 40, 400, 7, 2, 100),
    Risk("FX05", "低温雨雪冰冻", "snow", 6.0, 203, 600, 2, 5, 100),
    Risk("FX06", "地震", "earthquake", 0.5, 120, 1300, 5, 2, 30),
    Risk("FX07", "大风冰雹", "wind_hail", 7.0, 70, 350, 9, 0, 100),
)  # fmt: skip
_ROOFLESS = {"flood": 4, "landslide": 3, "snow": 20, "earthquake": 2, "wind_hail": 6}
"""One in so many of the affected loses the roof."""


def scenarios(intensity: pl.DataFrame, townships: pl.DataFrame) -> pl.DataFrame:
    """Return the form's frame of scenarios.

    Args:
        intensity: township (code), intensity of the demonstration flood.
        townships: the form's frame of townships.
    """
    ranked = intensity.sort("intensity", "township", descending=[True, False])
    names = dict(townships.select("code", "name").iter_rows())
    towns, felt = [names[c] for c in ranked["township"]], ranked["intensity"].to_list()
    people = dict(townships.select("name", "population").iter_rows())
    return frames.rows(
        "scenarios", [row for risk in RISKS for row in _rows(risk, towns, felt, people)]
    )


def _rows(
    risk: Risk, towns: Sequence[str], felt: Sequence[int], people: Mapping[str, int]
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place, strength in enumerate(felt):
        town = towns[(place + risk.turn) % len(towns)]
        intensity = min(_MOST, strength * risk.strength // 1000)
        persons = people[town] * intensity // 250
        if persons >= 1:
            roofless = persons // _ROOFLESS[risk.hazard]
            rows.append({
                "scenario": risk.code, "name": risk.name, "hazard": risk.hazard,
                "probability": risk.percent, "strikes_on": on(risk.offset), "township": town,
                "intensity": intensity, "persons": persons, "relocated": roofless // 2,
                "roofless": roofless, "source": f"灾害风险普查和会商{MADE_UP}",
            })  # fmt: skip
    return rows


def losses(
    told: pl.DataFrame, codes: Mapping[str, str], roads: pl.DataFrame,
    stores: Mapping[str, str],
) -> pl.DataFrame:  # fmt: skip
    """Return what scenarios leave of roads and warehouses.

    Args:
        told: the form's frame of scenarios.
        codes: township name → code.
        roads: the form's frame of roads.
        stores: warehouse code → township name.
    """
    rows: list[dict[str, object]] = []
    for risk in RISKS:
        mine = told.filter(scenario=risk.code).sort(
            "intensity", "township", descending=[True, False]
        )
        worst = mine["township"].to_list()[:3]
        ends = [codes[t] for t in worst]
        near = roads.filter(
            pl.col("modes").list.contains(Mode.TRUCK.value)
            & (pl.col("a").is_in(ends) | pl.col("b").is_in(ends))
        )["code"].sort().to_list()  # fmt: skip
        lost = near[:: risk.roads] if risk.roads else []
        rows += [{"scenario": risk.code, "facility": code, "kept": 0.0} for code in lost]
        hit = sorted(s for s, town in stores.items() if town in worst)
        if risk.kept < _MOST and hit:
            rows.append({"scenario": risk.code, "facility": hit[0], "kept": float(risk.kept)})
    return frames.rows("scenario_losses", rows)


def offers(need: Mapping[str, int], rulebook: Rulebook, stores: Sequence[str]) -> pl.DataFrame:
    """Return offers: each item for the shelves of ``stores``, some also by contract or capacity.

    Args:
        need: item → units that the demonstration flood needs.
        rulebook: names and reference prices.
        stores: codes of the warehouses that the bureau buys for, the depot first.
    """
    rows: list[dict[str, object]] = []
    known = rulebook.at("supply.price_fen", DAY).value
    for item in sorted(need):
        fen = int(known[item])
        base = {"item": rulebook.item_name(item, "zh"), "supplier": f"供货单位{MADE_UP}"}
        rows += [
            {**base, "warehouse": store, "kind": "physical", "price": fen, "lead_days": 15,
             "most": max(1, need[item])}
            for store in stores
        ]  # fmt: skip
        rows.append({
            **base, "warehouse": stores[0], "kind": "agreement", "price": max(1, fen // 10),
            "call_price": fen, "delay_minutes": 360, "lead_days": 7, "most": max(1, need[item] // 2),
            "held": need[item] // 20,
        })  # fmt: skip
        rows.append({
            **base, "warehouse": stores[0], "kind": "capacity", "price": max(1, fen // 25),
            "call_price": fen * 11 // 10, "delay_minutes": 1_200, "lead_days": 20,
            "most": max(1, need[item]),
        })  # fmt: skip
    return frames.rows("offers", rows)


def budgets(need: Mapping[str, int], rulebook: Rulebook) -> pl.DataFrame:
    """Return two budgets: together a fifth of what the flood's whole need would cost."""
    known = rulebook.at("supply.price_fen", DAY).value
    whole = sum(int(known[item]) * units for item, units in need.items())
    share = whole // 10 // 100_000 * 100_000
    return frames.rows("budgets", [
        {"buys_on": on(5), "amount": share, "source": "县级救灾资金（合成）"},
        {"buys_on": on(20), "amount": share, "source": "上级救灾资金（合成）"},
    ])  # fmt: skip
