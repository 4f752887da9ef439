"""Teams, volunteers and equipment of the organisations on the register."""

from __future__ import annotations

from graphcore.casework.intake.abilities import dated, graded, words_in
from graphcore.casework.intake.binding import Cells, RowUnplaced, need
from graphcore.casework.intake.people import age_band, birth_in
from graphcore.casework.intake.world import World
from graphcore.domain.clock import day_of
from graphcore.domain.forces import EQUIPMENT_WORDS, SKILL_WORDS, Readiness, Shift, operating
from graphcore.domain.household import AgeBand
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

_DAYTIME = [Shift.MORNING.value, Shift.AFTERNOON.value]
_GROWN = frozenset({AgeBand.ADULT, AgeBand.ELDER})


def known_organization(world: World, code: str) -> str:
    """The organisation that a code names."""
    return need(world, "Organization", derived(Kind.ORGANIZATION, world.district, code), "organization",
                say("机构代码 {code} 尚未登记。", code=code[:20]),
                say("请先导入“社会力量登记表”，或改正代码。"))  # fmt: skip


def team(cells: Cells, world: World) -> str:
    """队伍 → Team of an organisation."""
    home = known_organization(world, cells["organization"])
    key = derived(Kind.TEAM, home, cells["code"])
    world.changes.put("Team", key, {
        "id": key, "code": cells["code"], "name": cells["name"], "organization": home,
        "township": cells["township"], "readiness": cells["readiness"] or Readiness.READY,
        "together": bool(cells["together"]),
    })  # fmt: skip
    world.changes.link("BELONGS_TO", ("Team", key), ("Organization", home))
    return key


def known_volunteer(world: World, organization: str, code: str) -> str:
    """The volunteer whom an organisation's number names."""
    key = world.volunteer_by_code.get((organization, code))
    if key is None:
        raise RowUnplaced("volunteer", say("志愿者编号 {code} 尚未登记。", code=code[:20]),
                          say("请先导入“志愿者登记表”，或改正编号。"))  # fmt: skip
    return key


def volunteer(cells: Cells, world: World) -> str:
    """志愿者 → Volunteer; name, numbers and birth date go to the vault only."""
    home = known_organization(world, cells["organization"])
    group = _team(cells, world, home)
    code = (home, cells["code"])
    key = world.volunteer_by_code.get(code) or world.mint.mint(Kind.VOLUNTEER)
    world.volunteer_by_code[code] = key
    skills = dict(graded(cells["skills"])) | {operating(k): 1 for k in cells["operates"]}
    before = world.changes.current("Volunteer", key)
    world.changes.put("Volunteer", key, {
        "id": key, "code": cells["code"], "organization": home, "team": group,
        "township": _base(cells, world, home, group), "adult": _adult(cells, world),
        "skills": [f"{s}={n}" for s, n in sorted(skills.items())],
        "certificates": [f"{c}={d}" for c, d in sorted(dated(cells["certificates"]))],
        "languages": words_in(cells["languages"]), "from_on": cells["from_on"],
        "to_on": cells["to_on"], "shifts": cells["shifts"] or _DAYTIME,
        "hours_day": cells["hours_day"], "rest_hours": cells["rest_hours"],
        "readiness": cells["readiness"] or Readiness.READY,
    })  # fmt: skip
    _tie(world, key, home, group, skills, dict(before or {}))
    world.changes.tell(key, {
        "name": cells["name"], "id_number": cells["id_number"], "phone": cells["phone"],
        "born_on": cells["born_on"] or birth_in(cells["id_number"]),
    })  # fmt: skip
    return key


def _team(cells: Cells, world: World, organization: str) -> str:
    if not cells["team"]:
        return ""
    return need(world, "Team", derived(Kind.TEAM, organization, cells["team"]), "team",
                say("队伍编号 {code} 不在该组织的队伍中。", code=cells["team"][:20]),
                say("请先导入“救援队伍登记表”，或改正编号。"))  # fmt: skip


def _base(cells: Cells, world: World, organization: str, group: str) -> str:
    """Where they set out: said, else their team's place, else their organisation's."""
    for label, key in (("Team", group), ("Organization", organization)):
        node = world.changes.current(label, key) or {}
        said = cells["township"] or node.get("township")
        if said:
            return str(said)
    raise RowUnplaced("township", say("没有出发乡镇，所属队伍和组织也没有驻地。"),
                      say("请填写出发乡镇，或在队伍、组织的登记表中填写驻地乡镇。"))  # fmt: skip


def _adult(cells: Cells, world: World) -> bool:
    """As said, else by the birth date; whose age nobody knows is spared as a minor is."""
    if cells["adult"] is not None:
        return bool(cells["adult"])
    born = cells["born_on"] or birth_in(cells["id_number"])
    return age_band(born, day_of(world.at)) in _GROWN


def _tie(
    world: World, key: str, organization: str, group: str, skills: dict[str, int],
    before: dict[str, object],
) -> None:  # fmt: skip
    changes = world.changes
    changes.link("BELONGS_TO", ("Volunteer", key), ("Organization", organization))
    old = str(before.get("team") or "")
    if group:
        changes.link("IN_TEAM", ("Volunteer", key), ("Team", group))
    elif old:
        changes.unlink("IN_TEAM", ("Volunteer", key), ("Team", old))
    for skill, level in sorted(skills.items()):
        known_skill(world, skill)
        changes.link("HAS_SKILL", ("Volunteer", key), ("Skill", skill), level=level)
    said = before.get("skills")
    for text in said if isinstance(said, list) else []:
        skill = str(text).rpartition("=")[0]
        if skill not in skills:
            changes.unlink("HAS_SKILL", ("Volunteer", key), ("Skill", skill))


def known_skill(world: World, code: str) -> None:
    """See to it that the skill is a node."""
    if not world.known("Skill", code):
        world.changes.put("Skill", code, {"code": code, "name": skill_name(code)})


def skill_name(code: str) -> str:
    """Return the Chinese name of a skill."""
    words = {operating(k): f"操作{names[0]}" for k, names in EQUIPMENT_WORDS.items()}
    words |= {k: names[0] for k, names in SKILL_WORDS.items()}
    return words.get(code, code)


def equipment(cells: Cells, world: World) -> str:
    """装备 → Equipment: pieces that are alike, kept in one place."""
    home = known_organization(world, cells["organization"])
    key = derived(Kind.EQUIPMENT, home, cells["code"])
    world.changes.put("Equipment", key, {
        "id": key, "code": cells["code"], "kind": cells["kind"], "organization": home,
        "township": cells["township"], "operator": bool(cells["operator"]),
        "pieces": 1 if cells["pieces"] is None else cells["pieces"],
        "readiness": cells["readiness"] or Readiness.READY,
    })  # fmt: skip
    world.changes.link("BELONGS_TO", ("Equipment", key), ("Organization", home))
    return key
