"""The audits over the wire: run once, page by page, given once, ruled on by name."""

from __future__ import annotations

from typing import Any

from httpx2 import Response

from graphcore.domain.actor import Role
from tests.support.small_world import RIVER, WHEAT
from tests.unit.http.serving import Service
from tests.unit.http.test_no_personal_data import clean


def post(service: Service, path: str, role: Role, key: str, **body: Any) -> Response:
    headers = {**service.key(role), "Idempotency-Key": key}
    return service.client.post(f"/v1/{path}", headers=headers, json=body)


def run(service: Service, key: str = "run-00001") -> Response:
    return post(service, "audits", Role.AUDITOR, key)


def test_a_run_is_done_once_for_each_key(service: Service) -> None:
    first, again = run(service), run(service)
    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = run(service, "run-00002")
    assert other.json()["run"] != first.json()["run"]
    assert other.json()["open"] == first.json()["open"] > 0


def test_findings_come_page_by_page_and_name_nobody(service: Service) -> None:
    run(service)
    seen, cursor = [], ""
    while True:
        page = service.get("/v1/findings", limit=2, cursor=cursor).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        if not (cursor := page["next"] or ""):
            break
    assert len({f["id"] for f in seen}) == len(seen) == run(service, "run-00002").json()["open"]
    assert clean(repr(seen))
    one = service.get(f"/v1/findings/{seen[0]['id']}")
    assert one.json()["subject"] == seen[0]["subject"]
    counts = service.get("/v1/audits/counts").json()["items"]
    assert sum(c["findings"] for c in counts) == len(seen)


def test_a_township_gets_only_its_own(service: Service) -> None:
    run(service)
    mine = service.get("/v1/findings", Role.TOWNSHIP, WHEAT).json()["items"]
    assert {f["township"] for f in mine} == {WHEAT}
    assert service.get("/v1/findings", Role.TOWNSHIP, WHEAT, township=RIVER).status_code == 403
    theirs = service.get("/v1/findings", township=RIVER).json()["items"]
    assert theirs
    path = f"/v1/findings/{theirs[0]['id']}"
    assert service.get(path, Role.TOWNSHIP, WHEAT).status_code == 403


def test_an_account_adds_up_over_the_wire(service: Service) -> None:
    found = service.get("/v1/households/H-2/accounts").json()
    assert {a["basic"] for a in found["accounts"]} >= {"food", "water", "shelter"}
    for a in found["accounts"]:
        parts = ("received", "planned", "missing", "not_needed")
        assert a["needed"] == sum(a[p] for p in parts)
    assert service.get("/v1/households/H-2/accounts", Role.TOWNSHIP, RIVER).status_code == 403
    assert service.get("/v1/households/H-99/accounts").status_code == 404


def test_coverage_of_too_few_shows_no_figure(service: Service) -> None:
    items = service.get("/v1/audits/coverage").json()["items"]
    assert items
    assert {c["coverage"] for c in items} == {None}
    assert service.get("/v1/audits/coverage", category="township:merged").status_code == 404


def test_work_is_given_once(service: Service) -> None:
    run(service)
    ids = [f["id"] for f in service.get("/v1/findings").json()["items"]][:2]
    for _ in range(2):
        answer = post(service, "findings/assignments", Role.DISPATCHER, "give-0001",
                      findings=ids, owner="li", due_at=5)  # fmt: skip
        assert answer.json() == {"assigned": 2, "owner": "li"}
    found = service.get("/v1/findings", owner="li", overdue=True).json()["items"]
    assert {f["id"] for f in found} == set(ids)


def test_a_ruling_is_its_officers(service: Service) -> None:
    body = {"subject": "H-2", "ruling": "declined", "basic": "shelter", "evidence": "走访17号"}
    made = [post(service, "rulings", Role.APPROVER, "rule-0001", **body) for _ in range(2)]
    assert made[0].json() == made[1].json()
    (ruling,) = service.get("/v1/households/H-2/accounts").json()["rulings"]
    assert ruling["id"] == made[0].json()["ruling"]
    assert "approver" in ruling["officer"]
    assert post(service, "rulings", Role.DISPATCHER, "rule-0002", **body).status_code == 403


def test_aid_is_warned_of_and_then_recorded_once(service: Service) -> None:
    aid = {"household": "H-1", "basic": "shelter", "first_on": "2027-01-20"}
    post(service, "aid", Role.CIVIL_AFFAIRS, "aid-00001", programme="rebuilding", **aid)
    second = {"programme": "dilapidated_house", **aid}
    waits = post(service, "aid", Role.CIVIL_AFFAIRS, "aid-00002", **second).json()
    assert (waits["recorded"], len(waits["warnings"])) == (False, 1)
    done = [post(service, "aid", Role.CIVIL_AFFAIRS, "aid-00003", confirmed=True, **second).json()
            for _ in range(2)]  # fmt: skip
    assert done[0]["aid"] == done[1]["aid"]
    assert done[0]["recorded"] is done[1]["recorded"] is True
    assert service.ctx.store.read(lambda unit: unit.nodes("Aid")).height == 2


def test_a_ruling_is_taken_back_once_by_name(service: Service) -> None:
    body = {"subject": "H-2", "ruling": "declined", "basic": "shelter", "evidence": "走访17号"}
    key = post(service, "rulings", Role.APPROVER, "rule-0001", **body).json()["ruling"]
    path = f"rulings/{key}/revocation"
    done = [post(service, path, Role.APPROVER, "back-0001", reason="复查") for _ in range(2)]
    assert [d.json() for d in done] == [{"ruling": key}] * 2
    assert service.get("/v1/households/H-2/accounts").json()["rulings"] == []
    assert post(service, path, Role.APPROVER, "back-0002", reason="复查").status_code == 409


def test_the_comparison_of_a_township_is_answered_by_meaningless_ids(service: Service) -> None:
    towns = service.get("/v1/comparison").json()["items"]
    assert [t["affected"] for t in towns] == [t["matched"] + t["review"] + t["none"] for t in towns]
    found = service.get(f"/v1/comparison/{WHEAT}")
    assert found.status_code == 200, found.text
    assert clean(found.text)
    assert len(found.json()["unreported"]) >= sum(
        t["unreported"] for t in towns if t["township"] == WHEAT
    )
    assert service.get(f"/v1/comparison/{WHEAT}", Role.TOWNSHIP, RIVER).status_code == 403
