"""Every error is a problem (RFC 9457): one shape, a documented status, the caller's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Request
from httpx2 import Response

from api.http.app import create_app
from api.http.problems import MAX_FIELDS, STATUS, TITLES, on_domain_error
from api.http.shield import MAX_BODY
from graphcore.domain import errors
from graphcore.domain.actor import Role
from graphcore.domain.text import say
from tests.support.small_world import PLAN
from tests.unit.http.serving import Service

SHAPE = {"type", "title", "status", "detail", "code"}
OPTIONAL = {"instance", "advice", "retry", "field", "changes", "errors"}
JSON = {"Content-Type": "application/json"}


def problem(answer: Response, status: int, code: str) -> dict[str, Any]:
    """Check a problem's shape; return it."""
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(told) >= SHAPE
    assert set(told) <= SHAPE | OPTIONAL
    assert (told["status"], told["type"]) == (status, f"urn:doudi:problem:{code}")
    return told


def tree(root: type[errors.DoudiError] = errors.DoudiError) -> Iterator[type[errors.DoudiError]]:
    """The error tree, root first."""
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def made(kind: type[errors.DoudiError]) -> errors.DoudiError:
    """An error of a kind, as its constructor wants it."""
    what = say("出错了。")
    if issubclass(kind, errors.StalePlan):
        return kind(what, [say("批次 {lot} 变了。", lot="L-1")])
    if issubclass(kind, errors.RowsRefused):
        return kind(what, [])
    return kind(what)


@pytest.mark.parametrize("kind", list(tree()), ids=lambda kind: kind.__name__)
def test_each_error_of_the_tree_is_answered_with_its_status(
    shop: Service, kind: type[errors.DoudiError]
) -> None:
    request = Request({"type": "http", "app": shop.client.app, "method": "GET", "headers": [],
                       "path": "/v1/lots", "query_string": b"", "server": ("t", 80)})  # fmt: skip
    answer = on_domain_error(request, made(kind))
    told = json.loads(bytes(answer.body))
    assert answer.status_code == STATUS[kind.code] == told["status"]
    assert told["code"] == kind.code
    assert told["title"] == str(TITLES[answer.status_code])
    assert told.get("retry", False) is kind.retry
    assert ("retry-after" in answer.headers) is kind.retry
    assert bool(told.get("changes")) is issubclass(kind, errors.StalePlan)


def test_an_error_that_may_be_retried_is_a_503_and_no_other_is() -> None:
    assert {k.code for k in tree() if k.retry} == {c for c, s in STATUS.items() if s == 503}


@pytest.mark.parametrize("body", ["{", "", "[1,", "{'a': 1}", b"\xff\xfe", b'{"disaster": "\xff"}'])
def test_a_body_that_is_no_json(shop: Service, body: str | bytes) -> None:
    headers = {**shop.key(Role.DISPATCHER), **JSON, "Idempotency-Key": "malformed-1"}
    answer = shop.client.post("/v1/plans", headers=headers, content=body)
    if body:
        problem(answer, 400, "malformed")
    else:
        assert problem(answer, 422, "invalid")["errors"][0]["where"] == "body"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"dayz": 3}, "body.dayz"),
        ({"days": 0}, "body.days"),
        ({"days": 31}, "body.days"),
        ({"days": "three"}, "body.days"),
        ({"seed": -1}, "body.seed"),
        ({"seconds": 0}, "body.seconds"),
        ({"seconds": 3600.1}, "body.seconds"),
        ({"first_on": "2026-02-30"}, "body.first_on"),
        ({"disaster": "洪水"}, "body.disaster"),
        ([], "body"),
        ("days", "body"),
    ],
)
def test_a_field_that_does_not_fit_is_named(shop: Service, body: object, where: str) -> None:
    headers = {**shop.key(Role.DISPATCHER), "Idempotency-Key": "unfitting-1"}
    told = problem(shop.client.post("/v1/plans", headers=headers, json=body), 422, "invalid")
    assert [e["where"] for e in told["errors"]] == [where]
    assert set(told["errors"][0]) == {"where", "code", "detail"}


def test_an_unknown_parameter_is_refused(shop: Service) -> None:
    told = problem(shop.get("/v1/lots", limitt=5), 422, "invalid")
    assert told["errors"][0]["where"] == "query.limitt"


@pytest.mark.parametrize("path", ["plans/PL-", "plans/PL-x", "plans/%00", "jobs/J-密", "jobs/PL-1",
                                  f"plans/PL-{'A' * 33}", "plans/x/lines"])  # fmt: skip
def test_what_cannot_be_an_id(shop: Service, path: str) -> None:
    told = problem(shop.get(f"/v1/{path}"), 422, "invalid")
    assert told["errors"][0]["where"].startswith("path.")
    assert "密" not in told.get("instance", "")


def test_neither_values_nor_names_come_back(shop: Service) -> None:
    headers = {**shop.key(Role.DISPATCHER), "Idempotency-Key": "echo-0001"}
    secret = {"欧阳麦穗": 1, "13900000001": 2, "disaster": "欧阳麦穗 13900000001"}
    answer = shop.client.post("/v1/plans", headers=headers, json=secret)
    told = problem(answer, 422, "invalid")
    assert [e["where"] for e in told["errors"]] == ["body.disaster", "body.?", "body.?"]
    assert "欧阳" not in answer.text
    assert "139" not in answer.text


def test_a_problem_names_a_bounded_number_of_fields(shop: Service) -> None:
    headers = {**shop.key(Role.DISPATCHER), "Idempotency-Key": "many-fields"}
    body = {f"f{n}": n for n in range(500)}
    told = problem(shop.client.post("/v1/plans", headers=headers, json=body), 422, "invalid")
    assert len(told["errors"]) == MAX_FIELDS
    assert "500" in told["detail"]


@pytest.mark.parametrize(
    "key", [None, "", "short-7", "k" * 129, "with space", "ключ-ключ".encode()]
)
def test_every_post_needs_an_idempotency_key(shop: Service, key: str | bytes | None) -> None:
    more: dict[str, Any] = {} if key is None else {"Idempotency-Key": key}
    for path, role in (("plans", Role.DISPATCHER), (f"plans/{PLAN}/approval", Role.APPROVER)):
        answer = shop.client.post(f"/v1/{path}", headers={**shop.key(role), **more}, json={})
        assert problem(answer, 400, "key_missing")["field"] == "Idempotency-Key"


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/lots/", "/v1/lots/L-0", "/docs", "/v2/lots",
                                  "/v1/plans/PL-1/lines/A-1", "/v1/欧阳麦穗"])  # fmt: skip
def test_no_such_route(shop: Service, path: str) -> None:
    told = problem(shop.get(path), 404, "no_route")
    assert "欧阳" not in told.get("instance", "")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/plans", "GET, POST"),
        ("PUT", "/v1/plans", "GET, POST"),
        ("POST", "/v1/lots", "GET"),
        ("HEAD", "/v1/lots", "GET"),
        ("POST", f"/v1/plans/{PLAN}", "GET"),
        ("GET", f"/v1/plans/{PLAN}/approval", "POST"),
        ("PATCH", "/v1/jobs/J-1/events", "GET"),
        ("POST", "/v1/health", "GET"),
    ],
)
def test_a_method_that_is_not_there(shop: Service, method: str, path: str, allow: str) -> None:
    answer = shop.client.request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allow)
    if method != "HEAD":
        problem(answer, 405, "method_not_allowed")


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY, 422), (MAX_BODY + 1, 413)])
def test_a_bodys_size(shop: Service, size: int, status: int) -> None:
    headers = {**shop.key(Role.DISPATCHER), **JSON, "Idempotency-Key": "big-body-1"}
    body = '{"disaster":"' + "x" * (size - 15) + '"}'
    assert len(body) == size
    answer = shop.client.post("/v1/plans", headers=headers, content=body)
    problem(answer, status, "too_large" if status == 413 else "invalid")


def test_a_body_in_pieces_is_counted_too(shop: Service) -> None:
    headers = {**shop.key(Role.DISPATCHER), **JSON, "Idempotency-Key": "big-body-2"}
    pieces = (b" " * 1024 for _ in range(MAX_BODY // 1024 + 1))
    problem(shop.client.post("/v1/plans", headers=headers, content=pieces), 413, "too_large")


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "zh"), ("zh-CN", "zh"), ("en", "en"), ("en-GB;q=0.8, zh;q=0.5", "en"),
        ("zh;q=0.9, en;q=0.8", "zh"), ("fr, en;q=0.1", "en"), ("fr", "zh"), ("en;q=0", "zh"),
        ("*", "zh"), ("en;q=abc", "zh"), (";;,,", "zh"), ("EN", "en"),
    ],
)  # fmt: skip
def test_the_callers_language(shop: Service, wish: str, language: str) -> None:
    answer = shop.client.get("/v1/lots", headers={"Accept-Language": wish})
    told = problem(answer, 401, "unauthenticated")
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (
        language, "Accept-Language")  # fmt: skip
    assert told["title"].isascii() is told["detail"].isascii() is (language == "en")


def test_a_fault_tells_nothing_and_logs_no_message(
    service: Service, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("欧阳麦穗")

    headers = service.key(Role.DISPATCHER)
    monkeypatch.setattr("api.http.lists.page", broken)
    caplog.set_level(logging.DEBUG)
    answer = service.client.get("/v1/lots", headers=headers)
    told = problem(answer, 500, "internal")
    assert "欧阳" not in answer.text + caplog.text
    assert "RuntimeError at " in caplog.text
    assert told["instance"] == "/v1/lots"


def test_headers_that_every_answer_has(shop: Service) -> None:
    for answer in (shop.client.get("/v1/health"), shop.get("/v1/lots"), shop.get("/v1/no")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_application_is_described_without_being_started() -> None:
    from api.settings import Settings

    assert create_app(Settings()).openapi()["info"]["title"] == "Doudi 兜底"
