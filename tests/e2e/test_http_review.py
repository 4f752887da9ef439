"""Comparison and review over HTTP: asked for as a job, seen side by side, decided, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from api.http.app import create_app
from api.usecases.import_files import import_files
from graphcore.domain.actor import Role
from graphcore.store.open import open_embedded
from tests.support import books
from tests.support.plans import faults
from tests.support.small_world import token
from tests.support.walked import blank, dispatcher

LEDGER = ["户编号", "户主姓名", "联系电话", "家庭人口", "村（社区）", "住址", "需救助人口"]
REGISTER = ["户编号", "姓名", "身份证号码", "村（社区）", "人员类别", "数据来源"]
WANG = ["001", "王小明", "10075495325", 3, "河东村", "河东村1组2号", 3]
LIKE_WANG = ["", "王晓明", "", "河东村", "低保", "县民政局"]
NOBODY = ["", "赵淑珍", "990032195906151431", "河东村", "特困", "县民政局"]
ROLES = (Role.DISPATCHER, Role.CIVIL_AFFAIRS, Role.TOWNSHIP, Role.PLATFORM)


class Desk:
    """A service over a ledger and a register, and one caller of each role."""

    def __init__(self, client: TestClient, keys: dict[Role, str]) -> None:
        self.client, self.keys = client, keys

    def get(self, path: str, role: Role = Role.CIVIL_AFFAIRS) -> Any:
        """Read as a role, to compare."""
        headers = {"Authorization": self.keys[role], "Doudi-Purpose": "comparison"}
        return self.client.get(f"/v1/{path}", headers=headers)

    def post(self, path: str, key: str, role: Role = Role.CIVIL_AFFAIRS, **body: Any) -> Response:
        """Ask as a role, under an idempotency key."""
        headers = {"Authorization": self.keys[role], "Idempotency-Key": key}
        return self.client.post(f"/v1/{path}", headers=headers, json=body)

    def compare(self, key: str) -> None:
        """Compare and wait."""
        asked = self.post("comparisons", key, Role.DISPATCHER)
        assert asked.status_code == 202
        stream = self.client.get(asked.headers["Location"] + "/events",
                                 headers={"Authorization": self.keys[Role.DISPATCHER]})  # fmt: skip
        assert '"state":"done"' in stream.text

    def queue(self, state: str = "open") -> list[dict[str, Any]]:
        """The pairs of a state."""
        found: list[dict[str, Any]] = self.get(f"reviews?state={state}").json()["items"]
        return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("review")
    with closing(open_embedded(folder / "store")) as store:
        store.migrate()
        ctx = replace(blank(store), district="990101")
        import_files(ctx, dispatcher(), [books.places(folder)])
        import_files(ctx, dispatcher(), written(folder))
        keys = {r: f"Bearer {token(ctx, r, scope='990101')}" for r in ROLES}
        with TestClient(create_app(ctx)) as client:
            made = Desk(client, keys)
            made.compare("compare-1")
            yield made
        assert faults(ctx) == set()


def written(folder: Path) -> list[Path]:
    """A ledger and a register."""
    return [
        books.book(folder / "台账.xlsx", ("受灾人员政府救助台账", [LEDGER, WANG])),
        books.book(folder / "名册.xlsx", ("特殊困难群体名册", [REGISTER, LIKE_WANG, NOBODY])),
    ]


def test_a_pair_is_shown_side_by_side_whole_or_masked_by_role(desk: Desk) -> None:
    (pair,) = desk.queue()
    whole = {f["field"]: f for f in desk.get(f"reviews/{pair['id']}").json()["fields"]}
    assert (whole["name"]["left"], whole["name"]["right"]) == ("王小明", "王晓明")
    signs = {f: whole[f]["sign"] for f in ("name", "village", "phone")}
    assert signs == {"name": "mismatch", "village": "match", "phone": "blank"}
    masked = desk.get(f"reviews/{pair['id']}", Role.TOWNSHIP).text
    assert "王**" in masked
    assert not any(word in masked for word in ("王小明", "王晓明", "10075495325"))
    assert desk.get("reviews", Role.PLATFORM).status_code == 403


def test_a_decision_is_made_once_holds_and_is_taken_back(desk: Desk) -> None:
    (pair,) = desk.queue()
    path = f"reviews/{pair['id']}"
    refused = desk.post(f"{path}/decision", "decide-1", Role.DISPATCHER, same=False, reason="两人")
    assert refused.status_code == 403
    first, again = (desk.post(f"{path}/decision", "decide-1", same=False, reason="两人")
                    for _ in range(2))  # fmt: skip
    assert (first.status_code, first.json()["state"]) == (200, "different")
    assert again.headers["Idempotency-Replayed"] == "true"
    other = desk.post(f"{path}/decision", "decide-1", same=True, reason="一人")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    twice = desk.post(f"{path}/decision", "decide-2", same=True, reason="一人")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_state")
    assert desk.get(path).json()["decision_reason"] == "两人"
    desk.compare("compare-2")
    assert desk.queue() == []
    assert desk.post(f"{path}/reopening", "reopen-1", reason="看错").json()["state"] == "open"
    assert [p["id"] for p in desk.queue()] == [pair["id"]]


def test_thresholds_are_judged_by_what_was_decided(desk: Desk) -> None:
    """One pair, decided to be two people: nothing was matched, nothing is proven."""
    (pair,) = desk.queue()
    path = f"reviews/{pair['id']}"
    none = desk.get("comparison/thresholds", Role.DISPATCHER)
    assert (none.status_code, none.json()["code"]) == (400, "input")
    desk.post(f"{path}/decision", "decide-5", same=False, reason="两人")
    told = desk.get("comparison/thresholds?wrong=0.01").json()
    assert (told["labelled"], told["decided"], told["now"]["matched"]) == (1, 1, 0)
    assert told["proposal"]["matched"] is None
    assert told["now"]["wrong_share"] == {"value": 0.0, "least": 0.0, "most": 1.0}
    assert desk.get("comparison/thresholds", Role.TOWNSHIP).status_code == 403
    assert desk.get("comparison/thresholds?wrong=2").status_code == 422
    desk.post(f"{path}/reopening", "reopen-2", reason="复查")


def test_a_decision_needs_a_reason(desk: Desk) -> None:
    (pair,) = desk.queue()
    blank_ = desk.post(f"reviews/{pair['id']}/decision", "decide-3", same=True, reason=" ")
    assert blank_.status_code == 400
    none = desk.post("reviews/RV-NONE/decision", "decide-4", same=True, reason="像")
    assert none.status_code == 404
