"""The winter–spring survey and the declared relatives of village officials, onto the graph."""

from __future__ import annotations

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.changes import Properties
from graphcore.casework.intake.places import township_of
from graphcore.casework.intake.world import World
from graphcore.domain.campaign import EntryState
from graphcore.domain.household import WatchState
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say


def entry(cells: Cells, world: World) -> str:
    """冬春调查 → WinterEntry of a household in a village, surveyed; steps come later.

    A household that two villages name has two entries: that is for an audit to show. A changed row
    goes through the steps again; what the county has decided is not changed by a file.
    """
    home = _home(cells, world)
    campaign = derived(Kind.CAMPAIGN, world.district, cells["year"])
    if not world.known("Campaign", campaign):
        raise RowUnplaced(
            "year", say("{year} 年度的冬春救助尚未启动。", year=cells["year"]),
            say("请先运行 doudi campaign open {year}。", year=cells["year"]),
        )  # fmt: skip
    key = derived(Kind.ENTRY, campaign, home, cells["village"])
    before = world.changes.current("WinterEntry", key)
    if before is not None and before["state"] == EntryState.DECIDED:
        raise RowUnplaced("household", say("此户本年度冬春救助已经县级审定。"),
                          say("请从调查表中去掉此行；确需更正的，由县级先行处理。"))  # fmt: skip
    world.changes.put("WinterEntry", key, {
        "id": key, "campaign": campaign, "household": home, "village": cells["village"],
        "township": township_of(world, cells["village"]), "persons": cells["persons"],
        "needs": sorted(cells["needs"]), "grade": cells["grade"] or _grade(home, world),
        "key": bool(cells["key"]), "told_fen": cells["amount"] or 0,
        "state": EntryState.SURVEYED, "surveyor": cells["surveyor"],
        "surveyed_on": cells["surveyed_on"], "noticed_on": "", "amount_fen": 0,
        "computed_fen": 0, "aid_case": "",
    })  # fmt: skip
    world.changes.link("ENTRY_IN", ("WinterEntry", key), ("Campaign", campaign))
    world.changes.link("ENTRY_OF", ("WinterEntry", key), ("Household", home))
    return key


def tie(cells: Cells, world: World) -> str:
    """近亲属备案 → CadreTie of a household; the official is known by post, never by name."""
    home = _home(cells, world)
    key = derived(Kind.TIE, home, cells["village"], cells["post"], cells["relation"])
    world.changes.put("CadreTie", key, {
        "id": key, "household": home, "village": cells["village"], "post": cells["post"],
        "relation": cells["relation"], "source": cells["source"],
    })  # fmt: skip
    world.changes.link("TIED_TO", ("CadreTie", key), ("Household", home))
    return key


def watch(cells: Cells, world: World) -> str:
    """防返贫监测 → PovertyWatch with source and validity; a hand-over that began goes on."""
    home = _home(cells, world)
    key = derived(Kind.WATCH, home)
    before = world.changes.current("PovertyWatch", key)
    fresh: Properties = {} if before else {"state": WatchState.LISTED, "offered_at": 0,
                               "offered_by": "", "answered_at": 0, "answered_by": ""}  # fmt: skip
    world.changes.put("PovertyWatch", key, {
        "id": key, "household": home, "village": cells["village"],
        "township": township_of(world, cells["village"]), "kind": cells["kind"],
        "source": cells["source"], "valid_from": cells["valid_from"],
        "valid_to": cells["valid_to"], **fresh,
    })  # fmt: skip
    world.changes.link("WATCHES", ("PovertyWatch", key), ("Household", home))
    return key


def _home(cells: Cells, world: World) -> str:
    code, number = str(cells["household"] or ""), cells["id_number"]
    home = world.find_household(code, number, cells["head"], cells["village"])
    if home is None:
        raise RowUnplaced("household", say("此户不在住户底册和台账中。"),
                          say("请填写底册中的户编号；外来人员请先录入底册或台账。"))  # fmt: skip
    return home


def _grade(home: str, world: World) -> str:
    """The class that the damage of the house suggests, until the village says otherwise."""
    house = world.changes.current("Dwelling", derived(Kind.DWELLING, home))
    return world.grade_of(str(house["damage"] or "") if house else "")
