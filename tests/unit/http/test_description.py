"""The OpenAPI description is complete, and every answer is one that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.usecases.requests import PLAN as PLAN_KIND
from graphcore.domain.actor import Role
from graphcore.store.open import open_embedded
from tests.support.small_world import PLAN
from tests.unit.http.serving import OPERATIONS, Service, serving
from tests.unit.http.works import quick

IDS = {"plan_id": [PLAN, "PL-DRAFT", "PL-NONE"], "job_id": ["J-NONE"],
       "finding_id": ["FN-NONE"], "household_id": ["H-0", "H-NONE"],
       "change_id": ["CH-NONE"], "review_id": ["RV-NONE"]}  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.fixture(scope="module")
def description(shop: Service) -> dict[str, Any]:
    found: dict[str, Any] = shop.client.get("/v1/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that anything may be done to."""
    with closing(open_embedded(tmp_path_factory.mktemp("fuzzed") / "store")) as store:
        store.migrate()
        with serving(store, {PLAN_KIND: quick}) as service:
            yield service


def operations(description: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Each operation by its id: method, path, description."""
    return {
        told["operationId"]: (method, path, told)
        for path, methods in description["paths"].items()
        for method, told in methods.items()
    }


def test_every_operation_is_described(description: dict[str, Any]) -> None:
    found = operations(description)
    assert found.keys() == {*OPERATIONS, "health"}
    for method, _path, told in found.values():
        assert told.get("description") or told["operationId"].startswith("list_")
        assert ("security" in told) is (told["operationId"] != "health")
        assert ("422" in told["responses"]) is ("security" in told)
        assert ("413" in told["responses"]) is (method == "post")


def test_every_error_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for _method, _path, told in operations(description).values():
        for status, answer in told["responses"].items():
            media = "application/problem+json" if status >= "4" else None
            assert media is None or list(answer["content"]) == [media]


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    named = set(re.findall(r"'#/components/schemas/([^']+)'", repr(description)))
    schemas = description["components"]["schemas"]
    assert named - schemas.keys() == set()
    assert schemas.keys() - named == set()


def test_a_job_is_accepted_with_its_address(description: dict[str, Any]) -> None:
    accepted = operations(description)["make_plan"][2]["responses"]["202"]
    assert accepted["headers"].keys() == {"Location", "Idempotency-Replayed"}
    followed = operations(description)["follow_job"][2]["responses"]["200"]
    assert list(followed["content"]) == ["text/event-stream"]


def fits(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a parameter's schema."""
    fitting: list[st.SearchStrategy[Any]] = []
    for part in schema.get("anyOf", [schema]):
        kind = schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if "enum" in kind:
            fitting.append(st.sampled_from(kind["enum"]))
        elif "pattern" in kind:
            fitting.append(st.from_regex(kind["pattern"], fullmatch=True))
        elif kind["type"] == "integer":
            fitting.append(st.integers(kind.get("minimum"), kind.get("maximum")))
        elif kind["type"] == "number":
            fitting.append(st.floats(0.125, kind["maximum"]))
        elif kind["type"] == "string":
            fitting.append(st.dates().map(str) if kind.get("format") == "date" else WORDS)
        else:
            fitting.append(st.none())
    return st.one_of(fitting)


def value(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a parameter: mostly of its schema, sometimes anything."""
    return st.one_of(fits(schema, schemas), fits(schema, schemas), st.integers(), WORDS)


def asked(told: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Parameters behind the question mark, each there or not."""
    named = [p for p in told.get("parameters", []) if p["in"] == "query"]
    made = {p["name"]: value(p["schema"], schemas) for p in named}
    return st.fixed_dictionaries({}, optional=made)


def keys(told: dict[str, Any]) -> st.SearchStrategy[dict[str, str]]:
    """Headers of an operation, mostly as they should be."""
    named = [p for p in told.get("parameters", []) if p["in"] == "header"]
    visible = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=9)
    patterns = {p["name"]: p["schema"].get("pattern") for p in named}
    fitting = {
        name: st.from_regex(pattern, fullmatch=True) if pattern else WORDS.map(quote)
        for name, pattern in patterns.items()
    }
    made = {name: st.one_of(good, good, visible.map(str.strip)) for name, good in fitting.items()}
    return st.fixed_dictionaries(made)


def body_of(told: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies of an operation."""
    if "requestBody" not in told:
        return st.none()
    asks = told["requestBody"]["content"]["application/json"]["schema"]
    of_plan = {"$ref": "#/components/schemas/PlanRequest"}
    name = asks.get("$ref", of_plan["$ref"]).rpartition("/")[2]
    fields: dict[str, Any] = schemas[name]["properties"]
    made = {name: value(schema, schemas) for name, schema in fields.items()}
    fitting = {name: fits(schema, schemas) for name, schema in fields.items()}
    bodies = [st.fixed_dictionaries({}, optional=good) for good in (made, fitting)]
    return st.one_of(st.just({}), *bodies, st.none(), WORDS, st.lists(WORDS))


@pytest.mark.parametrize("operation_id", [*OPERATIONS, "health"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_answer_is_one_that_is_described(
    fuzzed: Service, description: dict[str, Any], operation_id: str, data: st.DataObject
) -> None:
    method, path, told = operations(description)[operation_id]
    schemas = description["components"]["schemas"]
    for name, known in IDS.items():
        free = WORDS.filter(lambda word: word.strip(".") != "")
        path = path.replace(f"{{{name}}}", quote(data.draw(st.sampled_from(known) | free), safe=""))
    roles = data.draw(st.sampled_from([(Role.DISPATCHER, Role.APPROVER), (Role.PLATFORM,)]))
    headers = {**fuzzed.key(*roles), **data.draw(keys(told))}
    kwargs: dict[str, Any] = {"params": data.draw(asked(told, schemas))}
    if method == "post":
        kwargs["json"] = data.draw(body_of(told, schemas))
    answer = fuzzed.client.request(method, path, headers=headers, **kwargs)
    assert str(answer.status_code) in told["responses"], answer.text
    assert answer.status_code < 500
