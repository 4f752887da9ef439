"""Casework over the wire, on one district: cases decided, money paid, houses on their way."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.http.app import create_app
from graphcore.domain.actor import Role
from graphcore.store.open import open_embedded
from tests.support.walked import blank
from tests.unit.http.serving import Service
from tests.walk.conftest import served

BENEFIT = "emergency_living"
DAY = "2026-07-02"


@pytest.fixture(scope="module")
def desk(imported_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service over the district, with cases proposed and four of them approved."""
    folder = tmp_path_factory.mktemp("casework") / "store"
    shutil.copytree(imported_folder, folder)
    with closing(open_embedded(folder)) as store:
        ctx = served(blank(store, seed=99))
        with TestClient(create_app(ctx), raise_server_exceptions=False) as client:
            service = Service(ctx, client)
            assert post(service, "cases", Role.DISPATCHER, on=DAY).status_code == 200
            for case in waiting(service)[:4]:
                done = act(service, case, act="approve")
                assert done.get("state") == "approved", done
            yield service


def post(service: Service, path: str, role: Role, key: str = "", **body: Any) -> Response:
    name = key or f"{path.replace('/', '-')[-60:]}-{len(repr(body))}"
    headers = {**service.key(role, scope=service.ctx.district), "Idempotency-Key": name}
    return service.client.post(f"/v1/{path}", headers=headers, json=body)


def get(service: Service, path: str, role: Role = Role.DISPATCHER, **query: Any) -> Any:
    return service.get(f"/v1/{path}", role, service.ctx.district, **query).json()


def waiting(service: Service) -> list[str]:
    rows = get(service, "cases", benefit=BENEFIT, state="proposed")["items"]
    return [row["id"] for row in rows]


def act(service: Service, case: str, **body: Any) -> Any:
    return post(service, f"cases/{case}/acts", Role.APPROVER, **body).json()


def test_what_was_opened_is_told_the_same_the_second_time(desk: Service) -> None:
    first, again = (post(desk, "cases", Role.DISPATCHER, "propose-01").json() for _ in "12")
    assert again == {**first, "replayed": True}
    assert first["opened"] >= 0
    left = post(desk, "cases/simplified", Role.APPROVER, "fast-0001", cases=[]).json()
    assert left["cases"] == sum(left["tracks"].values())
    assert post(desk, "cases/simplified", Role.APPROVER, "fast-0001", cases=[]).json() == {
        **left, "replayed": True,
    }  # fmt: skip


def test_an_act_is_done_once_and_refusing_needs_a_reason(desk: Service) -> None:
    case = waiting(desk)[-1]
    assert act(desk, case, act="refuse")["code"] == "input"
    first, again = (act(desk, case, act="refuse", reason="已另行解决") for _ in range(2))
    assert (first["state"], first["replayed"], again["replayed"]) == ("refused", False, True)
    assert act(desk, case, act="offer")["code"] == "wrong_state"
    assert post(desk, f"cases/{case}/acts", Role.TOWNSHIP, act="approve").status_code == 403


def test_the_receiver_opens_the_case_that_follows(desk: Service) -> None:
    case = waiting(desk)[-2]
    assert act(desk, case, act="approve")["opened"] == ""
    assert act(desk, case, act="offer")["state"] == "offered"
    done = act(desk, case, act="accept", reason="收到")
    (new,) = [c for c in all_cases(desk) if c["id"] == done["opened"]]
    assert (done["state"], new["benefit"]) == ("closed", "transitional_living")


def all_cases(service: Service) -> list[Any]:
    return list(get(service, "cases", limit=1000)["items"])


def test_money_goes_from_a_dry_run_to_the_bank_and_back(desk: Service) -> None:
    plan = get(desk, "payments/draft", benefit=BENEFIT)
    said = {"benefit": BENEFIT, "payments": plan["payments"], "total_fen": plan["total_fen"]}
    wrong = {**said, "total_fen": plan["total_fen"] + 1}
    assert post(desk, "payments/batches", Role.DISPATCHER, "wrong-001", **wrong).status_code == 409
    batch = post(desk, "payments/batches", Role.DISPATCHER, "batch-001", **said).json()["batch"]
    again = post(desk, "payments/batches", Role.DISPATCHER, "batch-001", **said).json()
    assert again == {"batch": batch, "replayed": True}
    path = f"payments/batches/{batch}"
    assert post(desk, f"{path}/file", Role.DISPATCHER).json()["code"] == "wrong_state"
    assert post(desk, f"{path}/signatures", Role.APPROVER).json()["signatures_left"] == 0
    lines = bank_lines(post(desk, f"{path}/file", Role.DISPATCHER))
    assert len(lines) == plan["payments"]
    answer_and_check(desk, path, lines)


def bank_lines(answer: Response) -> list[str]:
    """The payments' ids that the bank's workbook names."""
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    ids = [str(row[0]) for row in sheet.iter_rows(values_only=True)]
    return [key for key in ids if key.startswith("PY-")]


def answer_and_check(desk: Service, path: str, lines: list[str]) -> None:
    rows: list[Any] = [{"payment": key, "result": "成功", "paid_on": "2026-07-09"} for key in lines]
    rows[0]["result"] = "??"
    done = post(desk, f"{path}/returned", Role.DISPATCHER, rows=rows).json()
    assert done["states"] == {"unknown": 1, "paid": len(lines) - 1}
    assert (done["rows"][0]["look"], done["silent"]) == (True, [])
    (batch,) = get(desk, "payments/batches")["items"]
    assert (batch["state"], batch["paid"], batch["unknown"]) == ("answered", len(lines) - 1, 1)
    (days,) = get(desk, "payments/lead-times")["items"]
    assert (days["benefit"], days["payments"]) == (BENEFIT, len(lines) - 1)
    assert get(desk, "payments/accounts") == {"items": []}


def test_money_is_set_aside_once(desk: Service) -> None:
    fund = next(f for f in get(desk, "payments/funds")["items"] if not f["benefits"])
    said = {"fund": fund["code"], "benefit": "repair", "amount_fen": 100, "evidence": "纪要5号"}
    first, again = (post(desk, "payments/allotments", Role.APPROVER, **said).json() for _ in "12")
    assert first["allotment"] == again["allotment"]
    after = next(f for f in get(desk, "payments/funds")["items"] if f["id"] == fund["id"])
    assert after["aside_fen"] == fund["aside_fen"] + 100


def test_a_house_gets_its_case_route_and_shelter(desk: Service) -> None:
    first, again = (post(desk, "rebuilding", Role.DISPATCHER).json() for _ in "12")
    assert first["opened"] > 0
    assert again == {**first, "replayed": True}
    house = next(h for h in get(desk, "rebuilding")["items"] if h["rebuild"])
    path = f"rebuilding/{house['rebuild']}"
    chosen = {"route": "public_housing", "reason": "无力自建"}
    assert post(desk, f"{path}/route", Role.DISPATCHER, **chosen).json() == {"replayed": False}
    assert post(desk, f"{path}/route", Role.DISPATCHER, **chosen).json() == {"replayed": True}
    stay = {"where": "租房", "until": "2027-06-30"}
    assert post(desk, f"{path}/interim", Role.DISPATCHER, **stay).status_code == 200
    past = {"where": "租房", "until": "2026-06-30"}
    assert post(desk, f"{path}/interim", Role.DISPATCHER, "past-0001", **past).status_code == 400
    now = next(h for h in get(desk, "rebuilding")["items"] if h["rebuild"] == house["rebuild"])
    assert (now["route"], now["interim_until"]) == ("public_housing", "2027-06-30")


def test_the_summary_goes_up_once_and_is_told(desk: Service) -> None:
    first, again = (
        post(desk, "ledger/summaries", Role.APPROVER, "sent-0001", document="报灾3号").json()
        for _ in "12"
    )
    assert first == again
    (told,) = get(desk, "ledger/summaries")["items"]
    assert (told["id"], told["number"], told["document"]) == (first["id"], 1, "报灾3号")
    assert told["figures"] == get(desk, "ledger/reports")["totals"]
    assert told["changed"]["affected_persons"] == told["figures"]["affected_persons"] > 0
    assert post(desk, "ledger/summaries", Role.TOWNSHIP, document="x").status_code == 403
