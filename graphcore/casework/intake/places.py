"""Places, the disaster, its reports, roads and shelters: rows that name themselves by a code."""

from __future__ import annotations

from graphcore.casework.intake.binding import Cells, need
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

TOWNSHIP_DIGITS, DISTRICT_DIGITS = 9, 6


def township_of(world: World, place: str) -> str:
    """Return the township's code of a place code: itself, or the village's by its prefix."""
    if world.known("Township", place):
        return place
    prefix = place[:TOWNSHIP_DIGITS]
    full = prefix + "000"
    return full if world.known("Township", full) else prefix


def township(cells: Cells, world: World) -> str:
    """乡镇 → Township in its District."""
    code = str(cells["code"])
    district = code[:DISTRICT_DIGITS] if code[:DISTRICT_DIGITS].isdigit() else world.district
    if cells.get("district") or not world.known("District", district):
        name = cells.get("district") or district
        world.changes.put("District", district, {"code": district, "name": name})
    world.changes.put("Township", code, {
        "code": code, "name": cells["name"], "lon": cells["lon"], "lat": cells["lat"],
        "population": cells["population"], "market_on": cells.get("market_on", ""),
    })  # fmt: skip
    world.changes.link("PART_OF", ("Township", code), ("District", district))
    return code


def village(cells: Cells, world: World) -> str:
    """村（社区） → Village in its Township."""
    code = str(cells["code"])
    parent = str(cells["township"]) or township_of(world, code)
    world.changes.put("Village", code, {
        "code": code, "name": cells["name"], "lon": cells["lon"], "lat": cells["lat"],
        "hit": cells["hit"],
    })  # fmt: skip
    world.changes.link("PART_OF", ("Village", code), ("Township", parent))
    return code


def disaster(cells: Cells, world: World) -> str:
    """灾害 → Disaster, in its first stage."""
    key = disaster_id(world, cells["code"])
    stage = None if world.known("Disaster", key) else "emergency"
    world.changes.put("Disaster", key, {
        "id": key, "name": cells["name"], "hazard": cells["hazard"],
        "occurred_at": cells["occurred_at"], "response_level": cells["response_level"] or None,
        "stage": stage,
    })  # fmt: skip
    return key


def disaster_id(world: World, code: str) -> str:
    """Identifier of the disaster that the district's own number names."""
    return derived(Kind.DISASTER, world.district, str(code))


def known_disaster(world: World, code: str) -> str:
    """The disaster a row speaks of; without a number, the only one there is."""
    if code:
        return need(world, "Disaster", disaster_id(world, code), "disaster",
                    say("灾害编号 {code} 尚未登记。", code=code),
                    say("请先导入“灾害基本情况表”，或改正编号。"))  # fmt: skip
    known = sorted({*world.existing("Disaster"), *world.changes.created.get("Disaster", {})})
    return known[0] if len(known) == 1 else ""


def impact(cells: Cells, world: World) -> str:
    """受灾强度 → HITS between Disaster and Township."""
    key = known_disaster(world, cells["disaster"])
    place = str(cells["township"])
    world.changes.link(
        "HITS", ("Disaster", key), ("Township", place), intensity=int(cells["intensity"])
    )
    return key


def shelter(cells: Cells, world: World) -> str:
    """安置点 → Shelter in its Village."""
    key = derived(Kind.SHELTER, world.district, cells["code"])
    home = str(cells["village"])
    world.changes.put("Shelter", key, {
        "id": key, "code": cells["code"], "name": cells["name"], "village": home,
        "township": township_of(world, home), "capacity": cells["capacity"],
        "lon": cells["lon"], "lat": cells["lat"],
    })  # fmt: skip
    if world.known("Village", home):
        world.changes.link("PART_OF", ("Shelter", key), ("Village", home))
    return key


def road(cells: Cells, world: World) -> str:
    """路段 → Road between two places."""
    key = derived(Kind.ROAD, world.district, cells["code"])
    world.changes.put("Road", key, {
        "id": key, "code": cells["code"], "a": cells["a"], "b": cells["b"],
        "minutes": cells["minutes"], "modes": list(cells["modes"]) or ["truck"],
        "state": cells["state"] or "open", "weight_limit_kg": cells["weight_limit_kg"] or 0,
        "repaired_on": cells["repaired_on"],
    })  # fmt: skip
    return key


def headcount(cells: Cells, world: World) -> str:
    """未具名人数 → Headcount: people counted before they are named."""
    place = str(cells["place"])
    own = cells["code"] or f"{place}/{cells['source']}/{cells['counted_at'] or ''}"
    key = derived(Kind.HEADCOUNT, world.district, own)
    world.changes.put("Headcount", key, {
        "id": key, "place": place, "township": township_of(world, place),
        "persons": cells["persons"], "households": cells["households"],
        "roofless_households": 0, "source": cells["source"],
        "counted_at": cells["counted_at"] or world.at,
    })  # fmt: skip
    label = "Village" if world.known("Village", place) else "Township"
    world.changes.link("COUNTS_AT", ("Headcount", key), (label, place))
    return key
