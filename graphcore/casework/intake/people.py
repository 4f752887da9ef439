"""Households and their people: roster, members, ledger, houses, shelter stays, hardship groups."""

from __future__ import annotations

from datetime import date

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.changes import Property
from graphcore.casework.intake.places import known_disaster, township_of
from graphcore.casework.intake.world import World
from graphcore.domain.clock import day_of
from graphcore.domain.household import AgeBand, RosterState
from graphcore.domain.ids import Kind, derived
from graphcore.domain.privacy import RecordKind
from graphcore.domain.text import say

CONTACT = ("phone", "address", "household_type")
INFANT_BEFORE, CHILD_BEFORE, ELDER_FROM = 3, 18, 60  # the bands' own definition (AgeBand)


def _household(
    cells: Cells, world: World, name: str, source: RecordKind = RecordKind.EMERGENCY
) -> str:
    """Find the row's household or open a new one, and keep what the row says of its head."""
    code, number, place = str(cells.get("household") or ""), cells["id_number"], cells["village"]
    key = world.find_household(code, number, name, place) or world.mint.mint(Kind.HOUSEHOLD)
    if not world.known("Household", key):
        world.changes.put("Household", key, {
            "id": key, "code": code, "village": place, "township": township_of(world, place),
            "state": RosterState.UNKNOWN, "checked_by": "", "checked_at": None,
            "located": "", "named": bool(name),
        })  # fmt: skip
        world.changes.link("LIVES_IN", ("Household", key), ("Village", place))
    if code:
        world.household_by_code[code] = key
        world.changes.put("Household", key, {"id": key, "code": code})
    world.remember(key, number, (place, name))
    contact: dict[str, Property] = {k: cells[k] for k in CONTACT if k in cells}
    told: dict[str, Property] = {"name": name, "id_number": number, "village": place, **contact}
    world.changes.tell(key, told, source)
    return key


def roster(cells: Cells, world: World) -> str:
    """底册 → Household with its state: the denominator of "no household left out"."""
    key = _household(cells, world, cells["head"])
    world.changes.put("Household", key, {
        "id": key, "village": cells["village"],
        "township": township_of(world, cells["village"]),
        "state": cells["state"] or RosterState.UNKNOWN, "checked_by": cells["checked_by"],
        "checked_at": cells["checked_at"], "persons": cells["persons"],
    })  # fmt: skip
    return key


def member(cells: Cells, world: World) -> str:
    """家庭成员 → Person of a household; age leaves the encrypted record only as a band.

    Sex leaves it too: with the age band and the township it is what fairness is measured by.
    """
    home = world.household_by_code.get(str(cells["household"]))
    if home is None:
        raise RowUnplaced("household", say("户编号 {code} 不在住户底册中。", code=cells["household"]),
                          say("请先导入住户底册，或改正户编号。"))  # fmt: skip
    name, number = cells["name"], cells["id_number"]
    found = world.find_person(home, number, name)
    key = found if found and world.home_of(found) == home else world.mint.mint(Kind.PERSON)
    born = cells["born_on"] or birth_in(number)
    world.changes.put("Person", key, {
        "id": key, "household": home, "is_head": cells["relation"] in ("户主", "本人", "head"),
        "age_band": age_band(born, day_of(world.at)), "sex": str(cells["sex"] or ""),
    })  # fmt: skip
    world.changes.link("MEMBER_OF", ("Person", key), ("Household", home))
    world.remember(key, number, (home, name))
    world.changes.tell(key, {
        "name": name, "id_number": number, "household": home, "born_on": born,
        "sex": cells["sex"], "relation": cells["relation"],
    })  # fmt: skip
    world.changes.tell_facts(key, cells["facts"])
    return key


def birth_in(number: str) -> str:
    """Birth date that an 18-digit citizen number carries (GB 11643), ISO, "" if none."""
    digits = number[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return ""


def age_band(born_on: str, today: date) -> AgeBand:
    """Return the band of a birth date (ISO) on a day."""
    if not born_on:
        return AgeBand.UNKNOWN
    born = date.fromisoformat(born_on)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < INFANT_BEFORE:
        return AgeBand.INFANT
    if age < CHILD_BEFORE:
        return AgeBand.CHILD
    return AgeBand.ADULT if age < ELDER_FROM else AgeBand.ELDER


def ledger(cells: Cells, world: World) -> str:
    """救助台账 → LedgerEntry of a household, which the row may be the first to name."""
    home = _household(cells, world, cells["head"])
    hit = known_disaster(world, "")
    key = derived(Kind.LEDGER, home, hit)
    world.changes.put("LedgerEntry", key, {
        "id": key, "household": home, "disaster": hit, "household_type": "",
        "persons_in_need": cells["persons_in_need"], "paid_fen": cells["paid"],
        "goods_fen": cells["goods_value"], "payment_form": cells["payment_form"],
    })  # fmt: skip
    world.changes.put("Household", home, {
        "id": home, "persons": cells["persons"], "persons_in_need": cells["persons_in_need"],
    })  # fmt: skip
    world.changes.link("ENTRY_FOR", ("LedgerEntry", key), ("Household", home))
    return home


def house(cells: Cells, world: World) -> str:
    """倒损住房 → Dwelling of a household."""
    home = _household(cells, world, cells["head"])
    key = derived(Kind.DWELLING, home)
    rooms = {k: cells[k] or 0 for k in ("rooms_collapsed", "rooms_severe", "rooms_minor")}
    world.changes.put("Dwelling", key, {
        "id": key, "household": home, "structure": cells["structure"], "damage": cells["damage"],
        "rooms": sum(rooms.values()), **rooms, "rebuilding": cells["rebuilding"],
        "state": cells["state"],
    })  # fmt: skip
    world.changes.link("DWELLS_IN", ("Household", home), ("Dwelling", key))
    return home


def stay(cells: Cells, world: World) -> str:
    """入住登记 → ShelterStay; where people are now decides where their needs are met."""
    place = derived(Kind.SHELTER, world.district, cells["shelter"])
    if not world.known("Shelter", place):
        raise RowUnplaced("shelter", say("安置点编号 {code} 尚未登记。", code=cells["shelter"]),
                          say("请先导入“安置点登记表”，或改正编号。"))  # fmt: skip
    home = world.find_household(str(cells["household"]), cells["id_number"], cells["head"], "")
    if home is None:
        raise RowUnplaced("household", say("入住登记的户不在住户底册中。"),
                          say("请填写底册中的户编号，或先导入住户底册。"))  # fmt: skip
    key = derived(Kind.STAY, place, home, cells["checked_in_at"] or 0)
    left = cells["checked_out_at"] or 0
    world.changes.put("ShelterStay", key, {
        "id": key, "shelter": place, "household": home, "persons": cells["persons"],
        "checked_in_at": cells["checked_in_at"] or world.at, "checked_out_at": left,
    })  # fmt: skip
    world.changes.link("STAY_OF", ("ShelterStay", key), ("Household", home))
    world.changes.link("STAYS_AT", ("ShelterStay", key), ("Shelter", place))
    _locate(world, home, place, here=not left)
    return home


def _locate(world: World, home: str, place: str, *, here: bool) -> None:
    now = world.changes.current("Household", home) or {}
    if here:
        world.changes.put("Household", home, {"id": home, "located": place})
    elif now.get("located") == place:
        world.changes.put("Household", home, {"id": home, "located": ""})


def group(cells: Cells, world: World) -> str:
    """特殊困难群体 → HardshipStatus of a person, with source and validity."""
    code, number, name = str(cells["household"] or ""), cells["id_number"], cells["name"]
    home = world.find_household(code, number, name, cells["village"])
    person = world.find_person(home, number, name)
    home = home or (world.home_of(person) if person else None)
    if home is None:
        home = _household({**cells, "household": code}, world, name, RecordKind.REGISTER)
    else:
        told: dict[str, Property] = {"name": name, "id_number": number}
        world.changes.tell(person or home, told, RecordKind.REGISTER)
    subject, label = (person, "Person") if person else (home, "Household")
    for word in cells["groups"]:
        key = derived(Kind.STATUS, subject, word)
        world.changes.put("HardshipStatus", key, {
            "id": key, "person": person or "", "household": home, "group": word,
            "source": cells["source"], "valid_from": cells["valid_from"],
            "valid_to": cells["valid_to"],
        })  # fmt: skip
        world.changes.link("HAS_STATUS", (label, subject), ("HardshipStatus", key))
    return subject
