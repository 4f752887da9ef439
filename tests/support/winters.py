"""A winter–spring campaign over the small district: its survey filled in like an office would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.winter.campaigns import open_campaign, winter
from api.usecases.winter.paper import survey_form
from api.usecases.winter.steps import Pick, Said, Taken, take
from graphcore.domain.actor import Actor, Role
from graphcore.domain.campaign import Step
from tests.support.walked import dispatcher

YEAR = 2026
EVERYBODY = Pick()
NEEDS = ("口粮", "口粮、取暖", "衣被", "口粮、衣被、取暖")
Row = dict[str, Any]


def county(ctx: Context, name: str = "王") -> Actor:
    """The county's named officer."""
    return Actor(f"officer:{name}", frozenset({Role.APPROVER}), ctx.district)


def plain(row: Row, n: int) -> Row:
    """A row as a surveyor fills it in, by its number."""
    return {**row, "需求类别": NEEDS[n % len(NEEDS)], "调查人": "调查组1", "调查日期": "2026-09-10"}


def surveyed(ctx: Context, folder: Path, fill: Callable[[Row, int], Row | None] = plain) -> Path:
    """Open the campaign, write its form, fill it in, import it; return the file."""
    open_campaign(ctx, dispatcher(), YEAR)
    path = folder / "survey.xlsx"
    survey_form(ctx, dispatcher(), YEAR, path)
    refill(path, fill)
    import_files(ctx, dispatcher(), [path])
    return path


def refill(path: Path, fill: Callable[[Row, int], Row | None]) -> None:
    """Rewrite a form's rows by a function of the row and its number; None deletes a row."""
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    heads = [str(c.value) for c in sheet[2]]
    rows = [dict(zip(heads, [c.value for c in r], strict=True)) for r in sheet.iter_rows(min_row=3)]
    sheet.delete_rows(3, sheet.max_row)
    kept = [made for n, row in enumerate(rows) if (made := fill(row, n)) is not None]
    for row in kept:
        sheet.append([row[h] for h in heads])
    book.save(path)


def step(ctx: Context, what: Step, on: date, pick: Pick = EVERYBODY, **more: str) -> Taken:
    """Take a step for the county's officer."""
    return take(ctx, county(ctx), YEAR, what, pick, Said("记录1号", on=on, **more))


def through(ctx: Context, pick: Pick = EVERYBODY) -> Taken:
    """Take every step up to the county's decision."""
    step(ctx, Step.REVIEW, date(2026, 10, 10), pick)
    step(ctx, Step.AUDIT, date(2026, 10, 20), pick)
    step(ctx, Step.NOTICE, date(2026, 11, 1), pick)
    return step(ctx, Step.DECIDE, date(2026, 11, 8), pick)


def states(ctx: Context) -> dict[str, int]:
    """How many households stand where."""
    rows = winter(ctx, dispatcher(), YEAR).entries
    return dict(rows.group_by("state").len().iter_rows())
