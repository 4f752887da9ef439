"""Times: legs, handling, opening hours, shifts, rests and convoys."""

from __future__ import annotations

from itertools import pairwise

from graphcore.domain.text import Text, say
from optimizer.rules.case import Violation
from optimizer.transport.rules.case import Case, Row, TripKey, broken


def sequence(case: Case) -> list[Violation]:
    """A trip begins with loading at the base and ends there; no time is lost or gained."""
    found = []
    for key, trip in case.trips.items():
        vehicle = case.vehicles.get(key[:2])
        kinds = [s["kind"] for s in trip]
        shape = ["load", *["deliver"] * (len(trip) - 2), "return"]
        ends = vehicle is not None and trip[0]["place"] == trip[-1]["place"] == vehicle["base"]
        steady = all(
            b["stop"] == a["stop"] + 1 and b["arrive"] == a["leave"] + b["minutes"] + b["rests"]
            for a, b in pairwise(trip)
        )
        if not trip[1:-1] or kinds != shape or not ends or not steady:
            found.append(broken("sequence", key[0], say("车次的停靠顺序或时刻前后不符。")))
    return found


def handled(case: Case) -> list[Violation]:
    """Loading and unloading have their minutes, within the opening hours."""
    found = []
    for key, trip in case.trips.items():
        mode = case.vehicles.get(key[:2], {"mode": ""})["mode"]
        grams = case.grams_at(key)
        found += [
            broken(
                "handled",
                key[0],
                say("在{place}的装卸时间不足或不在开放时间内。", place=stop["place"]),
            )
            for stop in trip[:-1]
            if not _handled(case, mode, stop, grams.get(stop["stop"], 0))
        ]
    return found


def _handled(case: Case, mode: str, stop: Row, grams: int) -> bool:
    place = case.places.get(stop["place"])
    if place is None or stop["leave"] > place["closes"]:
        return False
    handling = case.problem.handling
    work = handling.load.get(mode, 0)
    if stop["kind"] == "deliver":
        work = handling.stop.get(mode, 0) + handling.unload(mode, grams)
    return bool(stop["leave"] - max(stop["arrive"], place["opens"]) >= work)


def shifts(case: Case) -> list[Violation]:
    """Each vehicle keeps its shift, its hours and its number of trips, one trip after another."""
    return [
        broken("shifts", trips[0][0]["vehicle"], what)
        for vehicle, trips in case.days()
        if (what := _shift(vehicle, trips))
    ]


def _shift(vehicle: Row | None, trips: list[list[Row]]) -> Text | None:
    if vehicle is None:
        return say("这一天没有这辆车。")
    begin, back = trips[0][0]["arrive"], trips[-1][-1]["arrive"]
    if begin < vehicle["start"] or back > vehicle["end"] or back - begin > vehicle["hours"]:
        return say("超出班次时间或工时。")
    if len(trips) > vehicle["trips"]:
        return say("趟数超过上限 {most}。", most=vehicle["trips"])
    if any(b[0]["arrive"] < a[-1]["arrive"] for a, b in pairwise(trips)):
        return say("上一趟还没有返回。")
    return None


def rests(case: Case) -> list[Violation]:
    """After so many minutes at the wheel a driver has rested, over the whole day."""
    rest = case.problem.handling.rest
    found = []
    for _, trips in case.days():
        driven = rested = 0
        for stop in (s for trip in trips for s in trip):
            driven += stop["minutes"]
            rested += stop["rests"]
            if stop["rests"] < 0 or rested < rest.stops(driven) * rest.minutes:
                found.append(
                    broken("rests", stop["vehicle"], say("连续驾驶时间过长，未安排休息。"))
                )
                break
    return found


def together(case: Case) -> list[Violation]:
    """Vehicles of a convoy make the same stops at the same times; dangerous places need several."""
    found = []
    for key, trip in case.trips.items():
        mates = _mates(case, key)
        times = [(s["place"], s["arrive"], s["leave"]) for s in trip]
        for mate in mates:
            other = case.trips.get((mate, *key[1:]), [])
            if [(s["place"], s["arrive"], s["leave"]) for s in other] != times:
                found.append(broken("together", key[0], say("车队没有同行。")))
        least = max((case.places[s["place"]]["together"] for s in trip), default=1)
        if len(mates) < least:
            found.append(broken("together", key[0], say("该地点要求至少 {n} 辆车同行。", n=least)))
    return found


def _mates(case: Case, key: TripKey) -> list[str]:
    """Return the vehicles of the same convoy, this one included."""
    own = case.vehicles.get(key[:2])
    if own is None or not own["convoy"]:
        return [key[0]]
    same = ("day", "base", "mode", "convoy")
    return [v["vehicle"] for v in case.vehicles.values() if all(v[k] == own[k] for k in same)]
