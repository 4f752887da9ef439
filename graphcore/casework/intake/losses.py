"""The dead, the missing and the injured: what a certified death changes for those who survive."""

from __future__ import annotations

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.changes import Properties
from graphcore.casework.intake.places import known_disaster, township_of
from graphcore.casework.intake.world import World
from graphcore.domain.household import AgeBand
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

DEAD, MISSING = "dead", "missing"
YOUNG = (AgeBand.INFANT.value, AgeBand.CHILD.value)


def casualty(cells: Cells, world: World) -> str:
    """伤亡 → Casualty, names sealed; a certified death is carried through the household.

    Raises:
        RowUnplaced: a death without the authority and document that certify it, or a death that
            is told to be something else afterwards.
    """
    place, hit = str(cells["village"]), known_disaster(world, cells["disaster"])
    home = world.find_household(str(cells["household"]), cells["id_number"], cells["name"], place)
    person = world.find_person(home, cells["id_number"], cells["name"])
    home = home or (world.home_of(person) if person else "") or ""
    key = _key(cells, world, hit, person, place)
    before = world.changes.current("Casualty", key)
    was = str(before["kind"]) if before else ""
    _check(cells, was)
    world.changes.put("Casualty", key, {
        "id": key, "disaster": hit, "household": home, "person": person or "", "village": place,
        "township": township_of(world, place), "kind": cells["kind"],
        "occurred_on": cells["occurred_on"], "certified_by": cells["certified_by"],
        "document": cells["document"], "kin_told_at": cells["kin_told_at"],
        "kin_told_by": cells["kin_told_by"], "closed_on": _closed(cells),
    })  # fmt: skip
    world.changes.tell(key, {"name": cells["name"], "id_number": cells["id_number"],
                             "kin": cells["kin"]})  # fmt: skip
    if home:
        world.changes.link("LOST_FROM", ("Casualty", key), ("Household", home))
    if cells["kind"] == DEAD and was != DEAD:
        _mourn(cells, world, home, person)
    elif cells["kind"] == DEAD and home and cells["new_head"]:
        _name_head(cells, world, home)
    return key


def _key(cells: Cells, world: World, hit: str, person: str | None, place: str) -> str:
    """One casualty a person: by the person, else by a keyed digest of number or name."""
    own = person or world.index("number", cells["id_number"])
    return derived(Kind.CASUALTY, hit, own or world.index("name", f"{place}\x1f{cells['name']}"))


def _check(cells: Cells, was: str) -> None:
    if cells["kind"] == DEAD and not (cells["certified_by"] and cells["document"]):
        raise RowUnplaced("certified_by", say("登记死亡须有认定单位和文书编号。"),
                          say("尚未认定的请登记为失踪；失踪不等于死亡。"))  # fmt: skip
    if was == DEAD and cells["kind"] != DEAD:
        raise RowUnplaced("kind", say("此人已经认定死亡，不能改为其他类别。"),
                          say("认定有误的，请由原认定单位书面撤销后联系管理员更正。"))  # fmt: skip
    if cells["closed"] and cells["kind"] == DEAD:
        raise RowUnplaced("closed", say("已认定死亡的记录没有“已找到”。"), say("请核对伤亡类别。"))


def _closed(cells: Cells) -> str:
    return str(cells["occurred_on"]) if cells["closed"] else ""


def _mourn(cells: Cells, world: World, home: str, person: str | None) -> None:
    """Take the dead off the household's lists, stop what is paid in their name, look who is left."""
    if person:
        world.changes.put("Person", person, {"id": person, "died_on": cells["occurred_on"]})
        _end_lists(world, person, str(cells["occurred_on"]))
    if not home:
        return
    now = world.changes.current("Household", home) or {}
    left = {name: max(0, int(str(now[name])) - 1) for name in ("persons", "persons_in_need")
            if now.get(name) is not None}  # fmt: skip
    world.changes.put("Household", home, {"id": home, **left})
    if person is None or (world.changes.current("Person", person) or {}).get("is_head"):
        _stop_account(world, home)
        _name_head(cells, world, home)
    _guard(world, home)


def _end_lists(world: World, person: str, on: str) -> None:
    for key, status in list(world.existing("HardshipStatus").items()):
        if status["person"] == person and (not status["valid_to"] or str(status["valid_to"]) > on):
            world.changes.put("HardshipStatus", key, {"id": key, "valid_to": on})


def _stop_account(world: World, home: str) -> None:
    for key, account in world.existing("BankAccount").items():
        if account["household"] == home:
            world.changes.put("BankAccount", key, {"id": key, "stopped_at": world.at})


def survivors(world: World, home: str) -> dict[str, Properties]:
    """Living persons of a household, by id."""
    return {k: p for k, p in family_of(world, home).items() if not p.get("died_on")}


def _name_head(cells: Cells, world: World, home: str) -> None:
    """The person named, or the only grown survivor; else nobody, and the household is listed."""
    alive = survivors(world, home)
    grown = [key for key, p in alive.items() if p["age_band"] not in YOUNG]
    chosen = grown[0] if len(grown) == 1 else ""
    if cells["new_head"]:
        chosen = world.find_person(home, "", cells["new_head"]) or ""
        if chosen not in alive:
            raise RowUnplaced("new_head", say("新户主不是该户在世的成员。"),
                              say("请写家庭成员表中的姓名，或先留空。"))  # fmt: skip
    for key, p in family_of(world, home).items():
        if bool(p.get("is_head")) != (key == chosen):
            world.changes.put("Person", key, {"id": key, "is_head": key == chosen})


def family_of(world: World, home: str) -> dict[str, Properties]:
    """All persons of a household, by id."""
    known = {*world.existing("Person"), *world.changes.created.get("Person", {})}
    rows = {key: world.changes.current("Person", key) or {} for key in sorted(known)}
    return {k: p for k, p in rows.items() if p["household"] == home}


def _guard(world: World, home: str) -> None:
    """Children whom nobody grown is left to care for: a guardian must be found and approved."""
    alive = survivors(world, home)
    if not alive or any(p["age_band"] not in YOUNG for p in alive.values()):
        return
    key = derived(Kind.GUARDIAN, home)
    if world.known("Guardianship", key):
        return
    now = world.changes.current("Household", home) or {}
    world.changes.put("Guardianship", key, {
        "id": key, "household": home, "township": now.get("township"), "state": "open", "kind": "",
        "relation": "", "approved_by": "", "approved_at": 0, "document": "", "opened_at": world.at,
    })  # fmt: skip
    world.changes.link("GUARDS", ("Guardianship", key), ("Household", home))
