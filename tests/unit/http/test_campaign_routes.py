"""Winter–spring relief, cases and rebuilding over the wire: done once, by place, by role."""

from __future__ import annotations

from typing import Any

import polars as pl
from httpx2 import Response

from graphcore.domain.actor import Role
from graphcore.domain.ids import Kind, derived
from tests.support.small_world import DISTRICT, RIVER, WHEAT
from tests.unit.http.serving import Service
from tests.unit.http.test_no_personal_data import clean

CAMPAIGN = derived(Kind.CAMPAIGN, DISTRICT, 2026)


def post(service: Service, path: str, role: Role, key: str, scope: str = DISTRICT,
         **body: Any) -> Response:  # fmt: skip
    headers = {**service.key(role, scope=scope), "Idempotency-Key": key}
    return service.client.post(f"/v1/{path}", headers=headers, json=body)


def opened(service: Service) -> None:
    """A campaign with two households of each township surveyed."""
    answer = post(service, "campaigns", Role.DISPATCHER, "open-0001", year=2026)
    assert answer.json() == {"campaign": CAMPAIGN}
    rows = [
        {"id": f"WE-{n}", "campaign": CAMPAIGN, "household": f"H-{n}", "township": town,
         "village": f"{town}200", "persons": n + 1, "needs": ["food"], "grade": "first",
         "key": n == 0, "told_fen": 0, "state": "surveyed", "noticed_on": "", "version": 1}
        for n, town in ((0, WHEAT), (1, WHEAT), (3, RIVER), (4, RIVER))
    ]  # fmt: skip
    service.ctx.store.write(DISTRICT, lambda unit: unit.create("WinterEntry", pl.DataFrame(rows)))


def review(service: Service, key: str, scope: str, township: str) -> Response:
    return post(service, "campaigns/2026/steps", Role.TOWNSHIP, key, scope, step="review",
                township=township, evidence="记录1号", on="2026-10-01")  # fmt: skip


def test_a_step_is_taken_once_for_each_key_and_at_home_only(service: Service) -> None:
    opened(service)
    assert review(service, "review-01", WHEAT, RIVER).status_code == 403
    first, again = (
        review(service, "review-02", WHEAT, WHEAT),
        review(service, "review-02", WHEAT, WHEAT),
    )
    done = {"step": "review", "households": 2, "amount_fen": first.json()["amount_fen"]}
    assert first.json() == {**done, "replayed": False}
    assert again.json() == {**done, "replayed": True}
    assert review(service, "review-03", WHEAT, WHEAT).json()["code"] == "input"
    rows = service.get("/v1/campaigns/2026/entries").json()["items"]
    assert {r["id"]: r["state"] for r in rows} == {
        "WE-0": "reviewed", "WE-1": "reviewed", "WE-3": "surveyed", "WE-4": "surveyed",
    }  # fmt: skip
    assert {r["id"]: r["computed_fen"] for r in rows}["WE-1"] == 2 * 20000
    assert clean(repr(rows))


def test_entries_come_page_by_page_and_dues_name_the_step(service: Service) -> None:
    opened(service)
    page = service.get("/v1/campaigns/2026/entries", limit=3).json()
    rest = service.get("/v1/campaigns/2026/entries", limit=3, after=page["next"]).json()
    assert [len(page["items"]), len(rest["items"]), rest["next"]] == [3, 1, None]
    mine = service.get("/v1/campaigns/2026/due", Role.TOWNSHIP, RIVER).json()["items"]
    assert [(d["township"], d["step"], d["households"]) for d in mine] == [(RIVER, "review", 2)]
    assert service.get("/v1/campaigns/2025/due").status_code == 404


def test_a_visit_is_planned_and_its_result_recorded_once(service: Service) -> None:
    opened(service)
    asked = {"visitor": "民政所", "on": "2027-01-20"}
    assert post(service, "campaigns/2026/visits", Role.TOWNSHIP, "visits-01", WHEAT, township=WHEAT,
                **asked).status_code == 200  # fmt: skip
    (visit,) = service.get("/v1/campaigns/2026/visits").json()["items"]
    assert (visit["household"], visit["done_on"]) == ("H-0", "")
    path, said = f"visits/{visit['id']}/result", {"result": "fine", "evidence": "走访1号"}
    first = post(service, path, Role.TOWNSHIP, "result-01", WHEAT, **said)
    assert first.json() == {"visit": visit["id"], "opened": "", "replayed": False}
    assert post(service, path, Role.TOWNSHIP, "result-02", WHEAT, **said).status_code == 409
    (after,) = service.get("/v1/campaigns/2026/visits").json()["items"]
    assert after["result"] == "fine"


def test_a_houses_progress_goes_step_by_step(service: Service) -> None:
    house = {"id": "D-9", "household": "H-1", "damage": "collapsed", "version": 1}
    case = {"id": "RB-9", "dwelling": "D-9", "household": "H-1", "township": WHEAT,
            "village": f"{WHEAT}200", "route": "self_build", "milestone": "", "reached_on": "",
            "interim_until": "", "version": 1}  # fmt: skip

    def write(unit: Any) -> None:
        unit.create("Dwelling", pl.DataFrame([house]))
        unit.create("RebuildCase", pl.DataFrame([case]))

    service.ctx.store.write(DISTRICT, write)
    (cold,) = service.get("/v1/rebuilding/frost").json()["items"]
    assert (cold["rebuild"], cold["frost_on"]) == ("RB-9", "2026-10-20")
    path, proof = "rebuilding/RB-9/milestones", {"evidence": "记录1号", "photos": ["ZP-1"]}
    wrong = post(service, path, Role.TOWNSHIP, "step-0001", WHEAT, milestone="started", **proof)
    assert wrong.json()["code"] == "wrong_state"
    right = post(service, path, Role.TOWNSHIP, "step-0002", WHEAT, milestone="assessed", **proof)
    assert right.json() == {"rebuild": "RB-9", "milestone": "assessed"}
    (house_now,) = service.get("/v1/rebuilding", Role.TOWNSHIP, WHEAT).json()["items"]
    assert house_now["milestone"] == "assessed"


def test_papers_come_in_and_a_case_is_listed_with_the_rules_it_cites(service: Service) -> None:
    case = {
        "id": "CA-9", "household": "H-1", "disaster": "X-1", "township": WHEAT,
        "village": f"{WHEAT}200", "benefit": "repair", "stage": "rebuilding", "owner": "应急管理局",
        "state": "proposed", "papers": ["公示记录"], "rulebook": "abc", "fast": "", "version": 1,
    }  # fmt: skip
    service.ctx.store.write(DISTRICT, lambda unit: unit.create("AidCase", pl.DataFrame([case])))
    said = {"papers": ["公示记录"], "evidence": "收件1号"}
    assert (
        post(service, "cases/CA-9/papers", Role.TOWNSHIP, "papers-01", RIVER, **said).status_code
        == 403
    )
    done = post(service, "cases/CA-9/papers", Role.TOWNSHIP, "papers-02", WHEAT, **said)
    assert done.json() == {"missing": [], "replayed": False}
    (row,) = service.get("/v1/cases", Role.TOWNSHIP, WHEAT, benefit="repair").json()["items"]
    assert (row["papers_in"], row["rulebook"]) == (["公示记录"], "abc")
    assert service.get("/v1/cases", Role.TOWNSHIP, RIVER).json()["items"] == []
    assert service.get("/v1/cases/due").json() == {"items": []}
