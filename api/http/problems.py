"""Problem details (RFC 9457): every error of the API has this one shape, in the caller's language.

A problem's ``type`` is ``urn:doudi:problem:<code>``; docs/API.md lists the codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.http.language import of_header
from api.text import translator
from graphcore.domain.errors import DoudiError
from graphcore.domain.text import Text, say

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 2

STATUS: Final[Mapping[str, int]] = {
    "input": 400,
    "file_refused": 400,
    "mapping": 400,
    "rows_refused": 422,
    "problem_invalid": 422,
    "no_rule_in_force": 422,
    "key_reused": 422,
    "not_found": 404,
    "forbidden": 403,
    "conflict": 409,
    "stale_plan": 409,
    "wrong_state": 409,
    "constraint": 409,
    "store_busy": 503,
    "store_unavailable": 503,
    "store_timeout": 503,
    "malformed": 400,
    "key_missing": 400,
    "invalid": 422,
    "unauthenticated": 401,
    "no_route": 404,
    "method_not_allowed": 405,
    "too_large": 413,
    "error": 500,
    "policy": 500,
    "solver": 500,
    "settings": 500,
    "store": 500,
    "store_damaged": 500,
    "query": 500,
    "internal": 500,
}
"""HTTP status of each code."""

MAX_FIELDS: Final = 20
"""Most fields that one problem names."""

_OURS: Final = re.compile(r"/v1(/[a-z.]+|/(PL|J)-[0-9A-Z]{1,32})*")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")

TITLES: Final[Mapping[int, Text]] = {
    400: say("请求有误"),
    401: say("未通过身份认证"),
    403: say("无权进行此操作"),
    404: say("没有找到"),
    405: say("不支持此方法"),
    409: say("状态已变化"),
    413: say("请求过大"),
    422: say("内容不合要求"),
    500: say("系统内部错误"),
    503: say("暂时不可用"),
}

_FIELD_WORDS: Final[Mapping[str, Text]] = {
    "missing": say("缺少此项"),
    "extra_forbidden": say("没有此项"),
    "int_parsing": say("应为整数"),
    "int_type": say("应为整数"),
    "int_from_float": say("应为整数"),
    "float_parsing": say("应为数字"),
    "float_type": say("应为数字"),
    "finite_number": say("应为数字"),
    "string_type": say("应为文字"),
    "enum": say("不是允许的取值"),
    "greater_than": say("数值过小"),
    "greater_than_equal": say("数值过小"),
    "less_than_equal": say("数值过大"),
    "string_too_long": say("文字过长"),
    "model_attributes_type": say("应为 JSON 对象，且请求头 Content-Type 为 application/json"),
    "date_from_datetime_parsing": say("应为 2026-07-01 样式的日期"),
    "date_parsing": say("应为 2026-07-01 样式的日期"),
    "date_type": say("应为 2026-07-01 样式的日期"),
}


class FieldProblem(BaseModel):
    """One field of the request that does not fit. Its value is never repeated."""

    where: str = Field(description="Place in the request, for example `body.days`")
    code: str
    detail: str


class Problem(BaseModel):
    """An RFC 9457 problem with our extensions from ``code`` on."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field("", description="The request's path, where it is one of ours")
    code: str
    advice: str = Field("", description="What to do next")
    retry: bool = Field(False, description="Whether the same request may succeed later")
    field: str = ""
    changes: list[str] = Field(default=[], description="What moved, of a stale plan")
    errors: list[FieldProblem] = Field(default=[], description="Fields that do not fit")


class Refused(Exception):
    """An HTTP-level refusal that no use case knows of (no key, no such route, too large)."""

    def __init__(self, code: str, what: Text, advice: Text | None = None,
                 headers: Mapping[str, str] | None = None) -> None:  # fmt: skip
        super().__init__(code)
        self.code, self.what, self.advice = code, what, advice
        self.headers = dict(headers or {})


def response(path: str, language: str, code: str, what: Text, advice: Text | None = None, *,
             retry: bool = False, field: str = "", changes: Iterable[Text] = (),
             errors: Iterable[tuple[str, str, Text]] = (),
             headers: Mapping[str, str] | None = None) -> JSONResponse:  # fmt: skip
    """Return a problem as a response, in the language of an `Accept-Language` header."""
    lang = of_header(language)
    _ = translator(lang)
    status = STATUS.get(code, 500)  # a code that is not there is a fault of ours
    problem = Problem(
        type=f"urn:doudi:problem:{code}",
        title=TITLES[status].render(_),
        status=status,
        detail=what.render(_),
        instance=path if _OURS.fullmatch(path) else "",
        code=code,
        advice=advice.render(_) if advice else "",
        retry=retry,
        field=field,
        changes=[change.render(_) for change in changes],
        errors=[FieldProblem(where=w, code=c, detail=t.render(_)) for w, c, t in errors],
    )
    more = {"Content-Language": lang, "Vary": "Accept-Language", **(headers or {})}
    if status == 503 and retry:  # noqa: PLR2004 -- Service Unavailable
        more["Retry-After"] = str(RETRY_AFTER_S)
    return JSONResponse(problem.model_dump(exclude_defaults=True), status, more, MEDIA_TYPE)


def _answer(request: Request, code: str, what: Text, advice: Text | None = None,
            **more: Any) -> JSONResponse:  # fmt: skip
    request.state.problem = code
    return response(request.url.path, request.headers.get("accept-language", ""), code, what,
                    advice, **more)  # fmt: skip


def on_domain_error(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of the domain's tree."""
    assert isinstance(error, DoudiError)
    changes = getattr(error, "changes", ())
    return _answer(request, error.code, error.what, error.advice, retry=error.retry,
                   field=error.field, changes=changes)  # fmt: skip


def on_refused(request: Request, error: Exception) -> JSONResponse:
    """Answer a refusal of the HTTP layer."""
    assert isinstance(error, Refused)
    return _answer(request, error.code, error.what, error.advice, headers=error.headers)


def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer a request whose fields do not fit; a body that is not JSON at all is malformed."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return _answer(request, "malformed", say("请求正文不是合法的 JSON。"),
                       say("请检查请求正文的格式。"))  # fmt: skip
    if any(e["loc"] == ("header", "Idempotency-Key") for e in found):
        return _answer(request, "key_missing", say("缺少请求头 Idempotency-Key，或其格式不对。"),
                       say("请为每个新请求生成 8 至 128 个可见字符的新值；重试时沿用原值。"),
                       field="Idempotency-Key")  # fmt: skip
    return _answer(request, "invalid", say("请求中有 {count} 项不合要求。", count=len(found)),
                   say("请按 errors 中的说明改正后重新提交。"),
                   errors=[_field(e) for e in found[:MAX_FIELDS]])  # fmt: skip


def _field(error: Mapping[str, Any]) -> tuple[str, str, Text]:
    """Say where and what, never with which value; a name that is none of ours may be a value."""
    where = ".".join(p if _NAME.fullmatch(p) else "?" for p in map(str, error["loc"]))
    return where, error["type"], _FIELD_WORDS.get(error["type"], say("格式不对"))


def on_http(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: no such path, wrong method."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:  # noqa: PLR2004 -- Method Not Allowed
        allow = ", ".join(allowed(request))
        return _answer(request, "method_not_allowed", say("此地址不支持方法 {method}。",
                       method=request.method), say("支持的方法：{allow}。", allow=allow),
                       headers={"Allow": allow})  # fmt: skip
    if error.status_code == 413:  # noqa: PLR2004 -- Content Too Large
        return _answer(request, "too_large", say("请求正文过大。"),
                       say("本接口只接收参数，不接收文件。"))  # fmt: skip
    if error.status_code == 404:  # noqa: PLR2004 -- Not Found
        return _answer(request, "no_route", say("没有这个地址。"),
                       say("接口一览见 /v1/openapi.json。"))  # fmt: skip
    return _answer(request, "malformed", say("请求无法读取。"), say("请检查请求的格式。"))


def allowed(request: Request) -> list[str]:
    """Return every method that some route has for the request's path (not only the first's)."""
    found: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            found |= set(getattr(route, "methods", None) or ())
    return sorted(found)
