"""Hazard scenarios, offers of reserves and money for them."""

from __future__ import annotations

from graphcore.casework.intake.binding import Cells, RowUnplaced, need
from graphcore.casework.intake.supplies import known_item, known_warehouse
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

PPM, PERMILLE = 10_000, 10  # of one per cent


def scenario(cells: Cells, world: World) -> str:
    """情景 → Scenario and what it does to one township; facts of the scenario repeat in its rows."""
    key = derived(Kind.SCENARIO, world.district, cells["scenario"])
    persons = int(cells["persons"])
    for part in ("relocated", "roofless"):
        if (cells[part] or 0) > persons:
            raise RowUnplaced(part, say("人数 {part} 多于预计受灾人数 {persons}。",
                                        part=int(cells[part]), persons=persons),
                              say("请核对：转移人数、住房倒损人数都是受灾人数的一部分。"))  # fmt: skip
    said = {
        "id": key, "code": cells["scenario"], "name": cells["name"], "hazard": cells["hazard"],
        "probability_ppm": round(float(cells["probability"]) * PPM),
        "strikes_on": cells["strikes_on"], "source": cells["source"],
    }  # fmt: skip
    _same(world, key, said)
    world.changes.put("Scenario", key, said)
    world.changes.link(
        "STRIKES", ("Scenario", key), ("Township", str(cells["township"])),
        intensity=int(cells["intensity"]), persons=persons,
        relocated=int(cells["relocated"] or 0), roofless=int(cells["roofless"] or 0),
    )  # fmt: skip
    return key


def _same(world: World, key: str, said: dict[str, object]) -> None:
    """Refuse a row that tells another probability or day than an earlier row of the file."""
    told = world.changes.created.get("Scenario", {}).get(key)
    for name, column in (("probability_ppm", "probability"), ("strikes_on", "strikes_on"),
                         ("hazard", "hazard")):  # fmt: skip
        if told is not None and told.get(name) != said[name]:
            raise RowUnplaced(column, say("同一情景 {code} 的各行说法不一。", code=str(said["code"])),
                              say("请把同一情景各行的灾种、概率和日期改成一致。"))  # fmt: skip


def loss(cells: Cells, world: World) -> str:
    """受损设施 → what a scenario leaves of a road (nothing unless said) or a warehouse."""
    key = need(world, "Scenario", derived(Kind.SCENARIO, world.district, cells["scenario"]),
               "scenario", say("情景编号 {code} 尚未登记。", code=cells["scenario"]),
               say("请先导入“灾害风险情景表”，或改正编号。"))  # fmt: skip
    code = str(cells["facility"])
    road = derived(Kind.ROAD, world.district, code)
    store = derived(Kind.WAREHOUSE, world.district, code)
    label, facility = ("Road", road) if world.known("Road", road) else ("Warehouse", store)
    need(world, label, facility, "facility", say("没有编号为 {code} 的路段或储备库。", code=code),
         say("请先导入“道路通行情况表”或“救灾物资储备库名录”，或改正编号。"))  # fmt: skip
    kept = round(float(cells["kept"] or 0.0) * PERMILLE)
    world.changes.link("LOSES", ("Scenario", key), (label, facility), kept_permille=kept)
    return key


def offer(cells: Cells, world: World) -> str:
    """供货意向 → ReserveOffer of one item, kind and warehouse."""
    store, item = known_warehouse(world, cells["warehouse"]), known_item(world, cells["item"])
    key = derived(Kind.OFFER, store, item, cells["kind"])
    world.changes.put("ReserveOffer", key, {
        "id": key, "warehouse": store, "item": item, "kind": cells["kind"],
        "unit_fen": cells["price"], "call_fen": cells["call_price"] or 0,
        "delay_minutes": cells["delay_minutes"] or 0, "lead_days": cells["lead_days"] or 0,
        "most": cells["most"], "held": cells["held"] or 0, "supplier": cells["supplier"],
    })  # fmt: skip
    world.changes.link("OFFERED_AT", ("ReserveOffer", key), ("Warehouse", store))
    return key


def budget(cells: Cells, world: World) -> str:
    """采购资金 → ReserveBudget that becomes free on a date."""
    key = derived(Kind.BUDGET, world.district, cells["buys_on"], cells["source"])
    world.changes.put("ReserveBudget", key, {
        "id": key, "buys_on": cells["buys_on"], "amount_fen": cells["amount"],
        "source": cells["source"],
    })  # fmt: skip
    return key
