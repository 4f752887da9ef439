"""Tasks for volunteers, and the promises that people have made."""

from __future__ import annotations

from graphcore.casework.intake.abilities import certificate_code, graded
from graphcore.casework.intake.binding import Cells, RowUnplaced, need
from graphcore.casework.intake.forces import known_organization, known_skill, known_volunteer
from graphcore.casework.intake.places import township_of
from graphcore.casework.intake.world import World
from graphcore.domain.forces import TaskState
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

_TIER = 3


def task(cells: Cells, world: World) -> str:
    """任务岗位 → Slot of a Task; rows of one number make one task."""
    key = derived(Kind.TASK, world.district, cells["code"])
    label, place, town = _place(cells, world)
    tier = int(cells["tier"] or _TIER)
    before = world.changes.current("Task", key)
    world.changes.put("Task", key, {
        "id": key, "code": cells["code"], "name": cells["name"], "kind": cells["kind"],
        "place": place, "township": town, "day_on": cells["day_on"], "shift": cells["shift"],
        "hours": cells["hours"] or (None if before else 0), "tier": tier, "weight": 10 * (4 - tier),
        "language": cells["language"], "equipment": cells["equipment"],
        "adults_only": bool(cells["adults_only"]),
        "min_crew": cells["min_crew"] or (None if before else 1),
        "state": cells["readiness"] or TaskState.OPEN, "plan": "", "cites": "",
    })  # fmt: skip
    if before and before["place"] != place:
        world.changes.unlink("TASK_AT", ("Task", key), _end(world, str(before["place"])))
    world.changes.link("TASK_AT", ("Task", key), (label, place))
    return _slot(cells, world, key)


def _place(cells: Cells, world: World) -> tuple[str, str, str]:
    """Label and key of the place, and its township."""
    if cells["shelter"]:
        key = derived(Kind.SHELTER, world.district, cells["shelter"])
        need(world, "Shelter", key, "shelter", say("安置点编号 {code} 尚未登记。", code=cells["shelter"][:20]),
             say("请先导入“安置点登记表”，或改正编号。"))  # fmt: skip
        return "Shelter", key, str((world.changes.current("Shelter", key) or {})["township"])
    place = cells["place"] or cells["township"]
    if not place:
        raise RowUnplaced("place", say("没有写任务地点。"), say("请填写村、乡镇或安置点编号。"))
    return (*_end(world, place), township_of(world, place))


def _end(world: World, place: str) -> tuple[str, str]:
    """Label and key of a place."""
    if place.startswith(f"{Kind.SHELTER}-"):
        return "Shelter", place
    return "Village" if world.known("Village", place) else "Township", place


def _slot(cells: Cells, world: World, task_key: str) -> str:
    named = graded(cells["skill"])
    if len(named) > 1:
        raise RowUnplaced(
            "skill", say("一个岗位只能要求一项技能。"), say("请分成几行，每行一个岗位。")
        )
    skill, level = named[0] if named else ("", 1)
    wanted, least = int(cells["wanted"]), int(cells["least"] or 0)
    if least > wanted:
        raise RowUnplaced("least", say("岗位最少人数大于需要人数。"), say("请改正人数。"))
    paper = certificate_code(cells["certificate"])
    key = derived(Kind.SLOT, task_key, skill, paper)
    world.changes.put("Slot", key, {
        "id": key, "task": task_key, "skill": skill, "level": cells["level"] or level,
        "certificate": paper, "least": least, "wanted": wanted,
    })  # fmt: skip
    world.changes.link("SLOT_OF", ("Slot", key), ("Task", task_key))
    if skill:
        known_skill(world, skill)
        world.changes.link("ASKS_FOR", ("Slot", key), ("Skill", skill))
    return key


def claim(cells: Cells, world: World) -> str:
    """认领 → Claim: a volunteer's promise of one slot, which no roster moves."""
    who = known_volunteer(
        world, known_organization(world, cells["organization"]), cells["volunteer"]
    )
    job = need(world, "Task", derived(Kind.TASK, world.district, cells["task"]), "task",
               say("任务编号 {code} 尚未登记。", code=cells["task"][:20]),
               say("请先导入“救援任务岗位表”，或改正编号。"))  # fmt: skip
    slot = _claimed(cells, world, job)
    key = derived(Kind.CLAIM, who, job)
    before = world.changes.current("Claim", key)
    world.changes.put("Claim", key, {
        "id": key, "volunteer": who, "task": job, "slot": slot,
        "withdrawn": bool(cells["withdrawn"]),
    })  # fmt: skip
    if before and before["slot"] != slot:
        world.changes.unlink("CLAIMS", ("Claim", key), ("Slot", str(before["slot"])))
    world.changes.link("CLAIMED_BY", ("Claim", key), ("Volunteer", who))
    world.changes.link("CLAIMS", ("Claim", key), ("Slot", slot))
    return key


def _claimed(cells: Cells, world: World, job: str) -> str:
    """The slot of that skill; without a word the only one, or the one for anybody."""
    named = graded(cells["skill"])
    slots = {**world.existing("Slot"), **world.changes.created.get("Slot", {})}
    own = {k: str(s["skill"]) for k, s in slots.items() if s["task"] == job}
    wanted = named[0][0] if named else ""
    found = [k for k, skill in own.items() if skill == wanted]
    if not named and len(own) == 1:
        found = list(own)
    if len(found) != 1:
        raise RowUnplaced(
            "skill", say("不能确定认领的是哪个岗位。"), say("请填写任务中该岗位的技能。")
        )
    return found[0]
