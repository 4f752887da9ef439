"""Reading sealed words: why a case was decided, what an applicant said and was answered."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.looking import Reason, Seen, check_purpose, look
from graphcore.domain.actor import Actor
from graphcore.domain.errors import NotFound
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit

OF_CASE = Seen("cases.words", ("reason", "evidence", "extension"))
OF_APPLICATION = Seen("desk.words", ("name", "phone", "text", "answer"))


def case_words(ctx: Context, actor: Actor, why: Reason, case: str) -> dict[str, str]:
    """Return ``reason`` of a case's last decision ``evidence`` of its papers, ``extension`` of its term.

    Raises:
        As `application_words`.
    """
    return _words(ctx, actor, why, lambda unit: unit.nodes("AidCase", [case]), OF_CASE)


def application_words(ctx: Context, actor: Actor, why: Reason, number: str) -> dict[str, str]:
    """Return what an application (id or receipt number) says, as the actor may see it.

    Entries: ``name``, ``phone``, ``text``, ``answer``. The look is recorded first.

    Raises:
        Forbidden: the role may not read persons.
        InputError: no such purpose, or a note that holds personal data.
        NotFound: nothing of that id within the actor's scope.
    """
    return _words(ctx, actor, why, lambda unit: _application(unit, number), OF_APPLICATION)


def _application(unit: ReadUnit, number: str) -> pl.DataFrame:
    found = unit.nodes("Application", [number])
    return unit.nodes("Application").filter(number=number) if found.is_empty() else found


def _words(
    ctx: Context, actor: Actor, why: Reason, read: Callable[[ReadUnit], pl.DataFrame], seen: Seen
) -> dict[str, str]:
    authorise(actor, Operation.READ_PERSON)
    check_purpose(ctx, why)
    found = ctx.store.read(read).filter(pl.col("township").str.starts_with(actor.scope))
    if found.is_empty():
        raise NotFound(
            say("没有这个编号的个案或受理件。"),
            say("请用 doudi cases list 或 doudi desk list 查看编号。"),
        )
    subject = str(found["id"][0])
    return look(ctx, actor, why, [subject], seen).get(subject, {})
