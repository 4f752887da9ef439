"""The OpenAPI description: every operation may answer with a problem, and says so."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.problems import MEDIA_TYPE, Problem

_REF = "#/components/schemas/{model}"
_KEY = {"bearer": {"type": "http", "scheme": "bearer", "description": "API key, doudi_…"}}
_ANY = {"500": "Fault", "503": "Try again later"}
_GUARDED = {"400": "Malformed", "401": "No valid key", "403": "Not allowed", "404": "Not found",
            "422": "Does not fit"}  # fmt: skip
_WRITES = {"409": "State changed", "413": "Too large"}
_TEXT = {"schema": {"type": "string"}}
_HEADERS = {
    "Location": {"description": "Address of the job (202)", **_TEXT},
    "Idempotency-Replayed": {"description": "Whether the answer repeats an earlier one", **_TEXT},
}
_SENT = {"200": ("Idempotency-Replayed",), "201": ("Idempotency-Replayed", "Location"),
         "202": ("Idempotency-Replayed", "Location")}  # fmt: skip
_AGAIN = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the application's description, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes,
                             description=app.description)  # fmt: skip
        _describe(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def _describe(schema: dict[str, Any]) -> None:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template=_REF)
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = _KEY
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _describe_one(operation, guarded=path != "/v1/health", writes=method == "post")


def _describe_one(operation: dict[str, Any], *, guarded: bool, writes: bool) -> None:
    answers = operation["responses"]
    for status in _SENT.keys() & answers.keys() if writes else ():
        answers[status]["headers"] = {name: _HEADERS[name] for name in _SENT[status]}
    if guarded:
        operation["security"] = [{"bearer": []}]
    answers.update(_problems(_ANY | (_GUARDED if guarded else {}) | (_WRITES if writes else {})))
    answers["503"]["headers"] = _AGAIN


def _problems(about: dict[str, str]) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in about.items()}
