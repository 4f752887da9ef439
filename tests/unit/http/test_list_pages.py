"""Pages, cursors and filters of the lists."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from api.usecases.lists import LISTS
from graphcore.domain.actor import Role
from graphcore.store.open import open_embedded
from tests.support.small_world import DISTRICT, PLAN, RIVER, WHEAT
from tests.support.triprows import put_trips
from tests.unit.http.serving import Service, serving

LISTED = [f"plans/{PLAN}/{name}" if LISTS[name].of_plan else name for name in LISTS]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests here, with trips, so that every list holds something."""
    with closing(open_embedded(tmp_path_factory.mktemp("lists") / "store")) as store:
        store.migrate()
        with serving(store) as service:
            store.write(DISTRICT, put_trips)
            yield service


@pytest.mark.parametrize("path", LISTED)
@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_pages_put_together_are_the_whole_list(shop: Service, path: str, limit: int) -> None:
    whole = shop.get(f"/v1/{path}").json()
    assert whole["items"]
    assert whole["next"] is None
    assert walked(shop, path, limit) == whole["items"]


def walked(shop: Service, path: str, limit: int) -> list[dict[str, object]]:
    """Read a list page by page."""
    rows: list[dict[str, object]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = shop.get(f"/v1/{path}", limit=limit, cursor=cursor).json()
        assert len(page["items"]) <= limit
        rows += page["items"]
        cursor = page["next"]
    return rows


def test_the_main_lists_on_each_engine(service: Service) -> None:
    service.ctx.store.write(DISTRICT, put_trips)
    for path in LISTED:
        answer = service.get(f"/v1/{path}", limit=1)
        assert answer.status_code == 200, path
        assert len(answer.json()["items"]) == 1, path
    assert len(walked(service, "households", 2)) == 5
    assert service.get(f"/v1/plans/{PLAN}").json()["lines"] == [
        {"state": "firm", "lines": 4, "units": 4}
    ]


@pytest.mark.parametrize(
    ("path", "asked", "count"),
    [
        ("households", {"state": "in_need"}, 2),
        ("households", {"state": "in_need", "township": RIVER}, 1),
        ("villages", {"township": RIVER}, 2),
        ("lots", {"hold": "frozen"}, 1),
        ("lots", {"hold": "damaged"}, 0),
        ("needs", {"basic": "shelter", "township": WHEAT}, 3),
        ("needs", {"basic": "food"}, 0),
        ("disasters", {"stage": "emergency"}, 1),
        ("disasters", {"stage": "transitional"}, 0),
        ("programmes", {"stage": "transitional"}, 0),
        ("plans", {"state": "published"}, 1),
        ("plans", {"state": "draft"}, 0),
        (f"plans/{PLAN}/lines", {"state": "request"}, 0),
        (f"plans/{PLAN}/shortfalls", {"reason": "stock"}, 1),
        (f"plans/{PLAN}/shortfalls", {"reason": "road"}, 0),
    ],
)
def test_filters(shop: Service, path: str, asked: dict[str, Any], count: int) -> None:
    assert len(shop.get(f"/v1/{path}", **asked).json()["items"]) == count


def test_a_draft_is_nowhere(shop: Service) -> None:
    assert [p["id"] for p in shop.get("/v1/plans").json()["items"]] == [PLAN]
    for path in ("/v1/plans/PL-DRAFT", "/v1/plans/PL-DRAFT/lines"):
        assert shop.get(path).status_code == 404


def test_a_cursor_is_good_for_its_own_list_and_filters_only(shop: Service) -> None:
    cursor = shop.get("/v1/households", limit=1).json()["next"]
    assert shop.get("/v1/households", limit=2, cursor=cursor).status_code == 200
    others: list[tuple[str, dict[str, Any]]] = [("needs", {}), ("households", {"state": "safe"})]
    for path, asked in others:
        answer = shop.get(f"/v1/{path}", cursor=cursor, **asked)
        assert (answer.status_code, answer.json()["field"]) == (400, "cursor")


@pytest.mark.parametrize(
    "raw", ["", "null", "5", "{}", "[]", '["households","","",""]', '["households","","","",7]',
            '["households","","","","\\ud800"]', "[" * 300]
)  # fmt: skip
def test_a_cursor_that_is_none(shop: Service, raw: str) -> None:
    forged = urlsafe_b64encode(raw.encode()).decode().rstrip("=") or "!"
    answer = shop.get("/v1/households", cursor=forged)
    assert (answer.status_code, answer.json()["code"]) == (400, "input")


def test_a_cursor_opens_no_other_scope(shop: Service) -> None:
    cursor = shop.get("/v1/households", limit=1).json()["next"]
    rows = shop.get("/v1/households", Role.TOWNSHIP, RIVER, cursor=cursor).json()["items"]
    assert {row["township"] for row in rows} == {RIVER}


@pytest.mark.parametrize(("limit", "status"), [(0, 422), (1, 200), (1000, 200), (1001, 422)])
def test_a_pages_bounds(shop: Service, limit: int, status: int) -> None:
    assert shop.get("/v1/households", limit=limit).status_code == status
