"""Work groups, what they surveyed, and people found who stand on no roster."""

from __future__ import annotations

import re

from graphcore.casework.intake.binding import Cells, RowUnplaced, need
from graphcore.casework.intake.people import age_band, birth_in
from graphcore.casework.intake.places import known_disaster, township_of
from graphcore.casework.intake.world import World
from graphcore.domain.clock import day_of
from graphcore.domain.household import RosterState
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

_BETWEEN = re.compile(r"[、,，;；\n\r]+")


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(w.strip() for w in _BETWEEN.split(text) if w.strip()))


def work_group(cells: Cells, world: World) -> str:
    """工作组 → WorkGroup with its area and tasks; who its members are is personal data."""
    key = derived(Kind.GROUP, world.district, cells["code"])
    people = _words(str(cells["members"]))
    world.changes.put("WorkGroup", key, {
        "id": key, "code": cells["code"], "name": cells["name"],
        "disaster": known_disaster(world, cells["disaster"]),
        "area": [_place(world, w) for w in _words(str(cells["area"]))],
        "tasks": _words(str(cells["tasks"])), "members": len(people),
    })  # fmt: skip
    world.changes.tell(key, {"members": people})
    return key


def _place(world: World, word: str) -> str:
    """The village or township that a word names; a village's name must be its only one."""
    for label in ("Village", "Township"):
        known = {**world.existing(label), **world.changes.created.get(label, {})}
        found = [code for code, p in known.items() if word in (code, p["name"])]
        if len(found) == 1:
            return found[0]
    raise RowUnplaced("area", say("负责区域“{word}”不是唯一的村或乡镇。", word=word[:20]),
                      say("请写名录中的全称；有重名的写代码。"))  # fmt: skip


def survey(cells: Cells, world: World) -> str:
    """核查 → Survey of a village, or of a household in it, whose roster state it settles."""
    group = derived(Kind.GROUP, world.district, cells["group"])
    need(world, "WorkGroup", group, "group",
         say("工作组编号 {code} 尚未登记。", code=str(cells["group"])[:20]),
         say("请先导入“工作组名单”，或改正编号。"))  # fmt: skip
    place, home = str(cells["village"]), _surveyed_home(cells, world)
    key = derived(Kind.SURVEY, place, home, group, cells["surveyed_at"])
    world.changes.put("Survey", key, {
        "id": key, "village": place, "township": township_of(world, place), "household": home,
        "group": group, "at": cells["surveyed_at"], "finding": cells["state"],
    })  # fmt: skip
    world.changes.tell(key, {"evidence": cells["evidence"]})
    if world.known("Village", place):
        world.changes.link("SURVEYED", ("Survey", key), ("Village", place))
    world.changes.link("SURVEYED_BY", ("Survey", key), ("WorkGroup", group))
    if home and cells["state"]:
        _settle(cells, world, home)
    return key


def _surveyed_home(cells: Cells, world: World) -> str:
    code = str(cells["household"])
    if not code:
        return ""
    if code not in world.household_by_code:
        raise RowUnplaced("household", say("户编号 {code} 不在住户底册中。", code=code[:20]),
                          say("请先导入住户底册；底册上没有的人请用“无户籍无证件和机构受灾人员登记表”。"))  # fmt: skip
    return world.household_by_code[code]


def _settle(cells: Cells, world: World, home: str) -> None:
    """What the latest survey found counts; nobody met stays unknown, which never means safe."""
    now = world.changes.current("Household", home) or {}
    if int(str(now.get("checked_at") or 0)) > int(cells["surveyed_at"]):
        return
    group = world.changes.current("WorkGroup", derived(Kind.GROUP, world.district, cells["group"]))
    world.changes.put("Household", home, {
        "id": home, "state": cells["state"], "checked_by": str((group or {})["name"]),
        "checked_at": cells["surveyed_at"],
    })  # fmt: skip


def found(cells: Cells, world: World) -> str:
    """无户籍、无证件、无住址或在机构的人 → a Household in need, located where they are found."""
    code, place = str(cells["code"]), str(cells["place"])
    if not world.known("Village", place):
        raise RowUnplaced(
            "place", say("发现地点要写到村（社区）。"), say("请写村（社区）名称或代码。")
        )
    home = world.household_by_code.get(code) or world.mint.mint(Kind.HOUSEHOLD)
    spot = _shelter(cells, world)
    fresh = not world.known("Household", home)
    world.changes.put("Household", home, {
        "id": home, "code": code, "village": place, "township": township_of(world, place),
        "state": RosterState.IN_NEED, "checked_by": cells["found_by"],
        "checked_at": cells["found_on"] or world.at, "persons": cells["persons"],
        "persons_in_need": cells["persons"], "located": spot, "named": bool(cells["name"]),
        "kind": cells["kind"],
    })  # fmt: skip
    world.household_by_code[code] = home
    if fresh:
        world.changes.link("LIVES_IN", ("Household", home), ("Village", place))
    world.remember(home, cells["id_number"], (place, cells["name"]))
    world.changes.tell(home, {
        "name": cells["name"], "id_number": cells["id_number"], "village": place,
        "institution": cells["institution"],
    })  # fmt: skip
    if cells["persons"] == 1:
        _alone(cells, world, home)
    return home


def _shelter(cells: Cells, world: World) -> str:
    if not cells["shelter"]:
        return ""
    key = derived(Kind.SHELTER, world.district, cells["shelter"])
    return need(world, "Shelter", key, "shelter",
                say("安置点编号 {code} 尚未登记。", code=str(cells["shelter"])[:20]),
                say("请先导入“安置点登记表”，或改正编号。"))  # fmt: skip


def _alone(cells: Cells, world: World, home: str) -> None:
    """One person is a member too, with the age that a number carries, if there is one."""
    known = {**world.existing("Person"), **world.changes.created.get("Person", {})}
    mine = [key for key, p in known.items() if p["household"] == home]
    key = mine[0] if mine else world.mint.mint(Kind.PERSON)
    world.changes.put("Person", key, {
        "id": key, "household": home, "is_head": True, "sex": "",
        "age_band": age_band(birth_in(cells["id_number"]), day_of(world.at)),
    })  # fmt: skip
    world.changes.link("MEMBER_OF", ("Person", key), ("Household", home))
    world.changes.tell(key, {"name": cells["name"], "id_number": cells["id_number"],
                             "household": home})  # fmt: skip
