"""Vehicles by themselves, places where goods change vehicle, opening hours."""

from __future__ import annotations

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.shifts import minute, shift
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

_PLACES = (  # label, kind of id; None: the code is the key itself
    ("Warehouse", Kind.WAREHOUSE), ("TransferPoint", Kind.TRANSFER), ("Shelter", Kind.SHELTER),
    ("Village", None), ("Township", None),
)  # fmt: skip
_BASES = _PLACES[:2]


def transfer(cells: Cells, world: World) -> str:
    """转运点 → TransferPoint at a village or township."""
    key = derived(Kind.TRANSFER, world.district, cells["code"])
    world.changes.put("TransferPoint", key, {
        "id": key, "code": cells["code"], "name": cells["name"], "place": cells["place"],
        "modes": list(cells["modes"]),
    })  # fmt: skip
    return key


def vehicle(cells: Cells, world: World) -> str:
    """车船 → Vehicle at its warehouse or transfer point; its driver is personal data."""
    key = derived(Kind.VEHICLE, world.district, cells["code"])
    base = _place(world, str(cells["base"]), _BASES, "base")
    world.changes.put("Vehicle", key, {
        "id": key, "code": cells["code"], "base": base, "mode": cells["mode"],
        "capacity_kg": cells["capacity_kg"], "capacity_l": cells["capacity_l"],
        "trips_per_day": cells["trips_per_day"], "cold": cells["cold"], **shift(cells),
    })  # fmt: skip
    if cells["driver"] or cells["driver_phone"]:
        world.changes.tell(key, {"name": cells["driver"], "phone": cells["driver_phone"]})
    return key


def hours(cells: Cells, world: World) -> str:
    """收发货时间 → AccessHours of a warehouse, transfer point, shelter, village or township."""
    place = _place(world, str(cells["place"]), _PLACES, "place")
    key = derived(Kind.HOURS, world.district, place)
    opens, closes = minute(cells["opens"], "opens"), minute(cells["closes"], "closes")
    if opens is not None and closes is not None and closes <= opens:
        raise RowUnplaced("closes", say("关闭时间不晚于开放时间。"), say("请核对两个钟点。"))
    world.changes.put("AccessHours", key, {
        "id": key, "place": place, "opens": opens, "closes": closes, "together": cells["together"],
    })  # fmt: skip
    return key


def _place(world: World, code: str, kinds: tuple[tuple[str, Kind | None], ...], column: str) -> str:
    """Return the key of the place that a code of the user's files names."""
    for label, kind in kinds:
        key = code if kind is None else derived(kind, world.district, code)
        if world.known(label, key):
            return key
    raise RowUnplaced(column, say("编号 {code} 不是已登记的地点。", code=code[:20]),
                      say("请填储备库、转运点、安置点编号或村、乡镇代码，并先导入其名录。"))  # fmt: skip
