"""Mapping files: any table, described in YAML, becomes rows of a form without code."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from graphcore.domain.errors import MappingError
from graphcore.domain.text import Text, say
from graphcore.exchange import columns
from graphcore.exchange.faults import Fault
from graphcore.exchange.forms.catalogue import BY_CODE, Form
from graphcore.exchange.headers import DEEPEST

_ADVICE = say("请对照 docs/IMPORT.md 的“映射文件”一节改正。")
Scalar = str | int | float | bool


class TableMapping(BaseModel):
    """How a table's columns become a form's fields. See docs/IMPORT.md."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    form: str
    sheet: str = ""
    header_row: Annotated[int, Field(ge=1)] | None = None
    header_rows: Annotated[int, Field(ge=1, le=DEEPEST)] = 1
    columns: Annotated[dict[str, str | list[str]], Field(min_length=1)]
    values: dict[str, dict[str, Scalar]] = {}
    constants: dict[str, Scalar] = {}
    skip_rows: list[str] = []
    skip_where: dict[str, list[str]] = {}
    place_prefix: Annotated[str, Field(pattern=r"^(\d{6})?$")] = ""
    create_places: Literal["", "township", "village"] = ""
    source: str = ""
    _name: str = PrivateAttr(default="mapping")

    @property
    def name(self) -> str:
        """Name of the file that it was read from."""
        return self._name

    @property
    def digest(self) -> str:
        """Hex sha256 of the content (not of its layout or comments)."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def place_level(self) -> str:
        """What a place that no code table names becomes: ``township``, ``village`` or ``""``."""
        return self.create_places

    @property
    def target(self) -> Form:
        """The form that the table becomes."""
        form = self._form()
        assert form is not None
        return form

    def _form(self) -> Form | None:
        return BY_CODE.get(self.form)

    def fields_of(self, header: str) -> tuple[str, ...]:
        """Return the fields that a column fills."""
        said = self.columns[header]
        return (said,) if isinstance(said, str) else tuple(said)

    @property
    def fixed(self) -> Mapping[str, object]:
        """Field → value that every row has."""
        form = self.target
        return {n: columns.constant(form.field(n), str(v)) for n, v in self._constants().items()}

    def _constants(self) -> dict[str, Scalar]:
        return {**self.constants, **({"source": self.source} if self.source else {})}

    @model_validator(mode="after")
    def _fits(self) -> TableMapping:
        form = self._form()
        if form is None:
            raise _Wrong("form", say("没有代码为 {code} 的表", code=self.form))
        self._check_fields(form)
        self._check_constants(form)
        for column, patterns in self.skip_where.items():
            for pattern in patterns:
                _check_pattern(column, pattern)
        if self.create_places and not self.place_prefix:
            raise _Wrong("place_prefix", say("写了 create_places，就要写六位区划代码 place_prefix"))
        return self

    def _check_fields(self, form: Form) -> None:
        known = {f.name for f in form.fields}
        filled: list[str] = []
        for header in self.columns:
            for name in self.fields_of(header):
                _check_name(f"columns.{header}", name, known)
                filled.append(name)
        for name in self.values:
            _check_name("values", name, known)
        for name in self._constants():
            _check_name("constants", name, known)
        twice = sorted({n for n in filled if filled.count(n) + (n in self._constants()) > 1})
        if twice:
            raise _Wrong("columns", say("字段 {name} 有两个来源", name=twice[0]))
        missing = [
            f.name
            for f in form.fields
            if f.required and f.name not in {*filled, *self._constants()}
        ]
        if missing:
            raise _Wrong("columns", say("缺少必填字段 {name}", name=missing[0]))

    def _check_constants(self, form: Form) -> None:
        for name, value in self._constants().items():
            if isinstance(fault := columns.constant(form.field(name), str(value)), Fault):
                raise _Wrong(f"constants.{name}", fault.what)


Made = TypeVar("Made", bound=TableMapping)


class _Wrong(ValueError):
    """Carries a key and a text through pydantic."""

    def __init__(self, key: str, what: Text) -> None:
        super().__init__(str(what))
        self.key = key
        self.what = what


def _check_name(key: str, name: str, known: set[str]) -> None:
    if name not in known:
        raise _Wrong(key, say("没有字段 {name}，可用字段：{known}", name=name,
                              known="、".join(sorted(known))))  # fmt: skip


def pattern_of(text: str) -> re.Pattern[str] | None:
    """Return the expression between slashes, None where ``text`` is a plain word."""
    found = re.fullmatch(r"/(.+)/", text, re.DOTALL)
    return re.compile(found[1], re.IGNORECASE) if found else None


def _check_pattern(column: str, text: str) -> None:
    try:
        pattern_of(text)
    except re.error as error:
        raise _Wrong(f"skip_where.{column}", say("正则表达式 {text} 不正确", text=text)) from error


class _Loader(yaml.BaseLoader):
    """YAML in which every scalar is text (``yes``, ``2026-07-01`` and ``0123`` stay as written).

    A key given twice is refused.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping; a double key is an error, not the last one's silent win."""
        keys = [key.value for key, _ in node.value]
        double = next((k for k in keys if keys.count(k) > 1), None)
        if double is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{double} ×2", node.start_mark)
        return super().construct_mapping(node, deep)


def load_mapping(path: Path) -> TableMapping:
    """Read a mapping file.

    Raises:
        MappingError: unreadable, a key unknown or doubled, a field or value that does not fit.
    """
    return validated(TableMapping, read_yaml(path), path)


def read_yaml(path: Path) -> Any:
    """Return what a mapping file says, all scalars as text.

    Raises:
        MappingError: it cannot be read, or a key is doubled.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 -- a BaseLoader: text only
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise _unreadable(path, error) from error
    return raw if raw is not None else {}


def validated(kind: type[Made], raw: Any, path: Path) -> Made:
    """Return the mapping that ``raw`` describes.

    Raises:
        MappingError: a key, field or value that does not fit.
    """
    try:
        made = kind.model_validate(raw)
    except ValidationError as error:
        raise _invalid(path, error) from error
    made._name = path.name
    return made


def _unreadable(path: Path, error: Exception) -> MappingError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    return MappingError(
        say("映射文件 {file} 无法读取（第 {line} 行附近）。", file=path.name, line=line),
        say("请检查文件是否为 UTF-8 编码的 YAML、缩进是否一致、同一键是否写了两次。"), field=path.name,
    )  # fmt: skip


def _invalid(path: Path, error: ValidationError) -> MappingError:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, _Wrong):
        return wrong(path.name, cause.key, cause.what)
    key = ".".join(str(part) for part in first["loc"])
    return wrong(path.name, key, say("{why}", why=first["msg"]))


def wrong(file: str, key: str, what: Text) -> MappingError:
    """Return the error about one key of a mapping file."""
    return MappingError(
        say("映射文件 {file} 的 {key}：{what}。", file=file, key=key, what=what), _ADVICE, field=key
    )
