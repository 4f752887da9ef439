"""The desk: whoever comes, to whichever window, gets a receipt number, a day and an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.homes import find_home
from api.usecases.privacy.sealing import seal
from graphcore.casework.desk import Channel, State, check_answer, receipt_number
from graphcore.casework.desk import Kind as Asked
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.errors import InputError, NotFound
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind
from graphcore.domain.text import say
from graphcore.policy.workdays import after_working_days
from graphcore.store.port import ReadUnit, WriteUnit

MOST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Application:
    """What was asked: by or for whom, of which place. Name, phone and words are sealed.

    ``place`` is the township that has to answer; ``window`` where it was taken, which may be any.
    ``about``: the id of a case, finding or batch that is objected to or appealed against.
    """

    kind: Asked
    channel: Channel
    place: str
    text: str
    name: str = ""
    phone: str = ""
    household: str = ""
    benefit: str = ""
    about: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The receipt: id, number, the day by which it is answered, and the rule of that term."""

    id: str
    number: str
    due_on: str
    cites: str


def take(ctx: Context, actor: Actor, asked: Application, ref: str = "") -> Taken:
    """Take an application, objection, appeal or report in. Nobody is sent away.

    A window takes it for any place of the district; who has to answer is by the place.

    Raises:
        Forbidden: the actor takes none.
        InputError: no words, too many, or a benefit that is not in the rulebook.
        NotFound: no such place or household.
        NoRuleInForce: the term has no value on the day.
    """
    authorise(actor, Operation.TAKE_APPLICATION)
    _sound(ctx, asked)
    at, key = ctx.clock(), ref or ctx.mint.mint(Kind.APPLICATION)
    day = day_of(at)
    rules = ctx.rulebook.within(ctx.district)
    term = rules.at(f"desk.{asked.kind.value}_days", day)
    due = after_working_days(rules, day, int(term.value)).isoformat()

    def write(unit: WriteUnit) -> Taken:
        home = str(find_home(unit, asked.household)["id"]) if asked.household else ""
        _known_place(unit, asked.place)
        prefix = receipt_number(ctx.district, day.isoformat(), 0)[:-4]
        counted = unit.rows("ledger.numbered", district=ctx.district, prefix=prefix)
        number = receipt_number(ctx.district, day.isoformat(), int(cast("int", counted[0]["n"])))
        row = {"id": key, "number": number, "household": home, "received_at": at, "due_on": due,
               "cites": term.cites, **_asked(ctx, actor, asked)}  # fmt: skip
        unit.create("Application", pl.DataFrame([row]))
        if home:
            unit.link("APPLIES_FOR", "Application", "Household",
                      pl.DataFrame([{"from": key, "to": home}]))  # fmt: skip
        seal(ctx, unit, "Application", key,
             {"name": asked.name, "phone": asked.phone, "text": asked.text})  # fmt: skip
        body: dict[str, Json] = {"id": key, "number": number, "kind": asked.kind.value, "due": due}
        unit.append(EventDraft("application.taken", actor.id, at, body))
        return Taken(key, number, due, term.cites)

    return ctx.store.write(ctx.district, write)


def _asked(ctx: Context, actor: Actor, asked: Application) -> dict[str, object]:
    """What is kept in the open of an application that nobody has answered."""
    return {
        "district": ctx.district, "kind": asked.kind.value, "channel": asked.channel.value,
        "window": asked.window or actor.scope, "township": asked.place, "about": asked.about,
        "benefit": asked.benefit, "received_by": actor.id, "state": State.OPEN.value,
        "reasoned": False, "answered_at": 0, "answered_by": "", "version": 1,
    }  # fmt: skip


def _sound(ctx: Context, asked: Application) -> None:
    if not asked.text.strip() or len(asked.text) > MOST_TEXT:
        raise InputError(say("请写明诉求，不超过 {most} 字。", most=MOST_TEXT), field="text")
    if asked.benefit and asked.benefit not in ctx.rulebook.benefits:
        raise InputError(say("没有救助项目 {benefit}。", benefit=asked.benefit[:40]),
                         say("请用 doudi policy 查看，或不写。"), field="benefit")  # fmt: skip


def _known_place(unit: ReadUnit, place: str) -> None:
    if unit.nodes("Township", [place]).is_empty():
        raise NotFound(say("没有乡镇 {place}。", place=place[:20]), say("请写乡镇代码。"))


def answer(ctx: Context, actor: Actor, number: str, state: State, text: str, to: str = "") -> str:
    """Answer an application (id or receipt number), or pass it on to township ``to``.

    A decision is always a named person's, with a reason. What is passed on keeps its day.

    Raises:
        Forbidden: the actor may not answer, or the place is out of scope.
        NotFound: no such application or township.
        WrongState: it was answered before.
        InputError: no reason, or passed on to nobody.
    """
    authorise(actor, Operation.ANSWER_APPLICATION)
    at = ctx.clock()

    def write(unit: WriteUnit) -> str:
        row = _find(unit, number)
        authorise(actor, Operation.ANSWER_APPLICATION, str(row["township"]))
        check_answer(State(row["state"]), state, text)
        town = row["township"]
        if state is State.TRANSFERRED:
            _known_place(unit, to)
            town = to
        done = {} if state is State.TRANSFERRED else {"answered_at": at, "answered_by": actor.id}
        unit.update("Application", pl.DataFrame([{
            "id": row["id"], "state": state.value, "reasoned": True, "township": town, **done,
            "version": row["version"] + 1}]))  # fmt: skip
        seal(ctx, unit, "Application", str(row["id"]), {"answer": text})
        body: dict[str, Json] = {"id": str(row["id"]), "state": state.value, "township": town,
                                 }  # fmt: skip
        unit.append(EventDraft("application.answered", actor.id, at, body))
        return str(row["id"])

    return ctx.store.write(ctx.district, write)


def find(ctx: Context, number: str) -> dict[str, Any]:
    """Return an application by id or receipt number, without what is sealed of it.

    Raises:
        NotFound: no such application.
    """
    return ctx.store.read(lambda unit: _find(unit, number))


def _find(unit: ReadUnit, number: str) -> dict[str, Any]:
    rows = unit.nodes("Application")
    found = rows.filter((pl.col("id") == number) | (pl.col("number") == number))
    if found.is_empty():
        raise NotFound(say("没有受理号 {number}。", number=number[:40]),
                       say("请核对回执，或用 doudi desk list 查看。"))  # fmt: skip
    return dict(found.row(0, named=True))


def applications(
    ctx: Context, actor: Actor, *, state: str = "", overdue: bool = False
) -> pl.DataFrame:
    """Return Application rows within the actor's scope with ``days_left``, the most urgent first.

    Raises:
        Forbidden: the actor may not read cases.
    """
    authorise(actor, Operation.READ_CASES)
    today = day_of(ctx.clock())
    rows = ctx.store.read(lambda unit: unit.nodes("Application")).filter(
        pl.col("township").str.starts_with(actor.scope)
    )  # fmt: skip
    waits = pl.col("answered_at").fill_null(0) == 0
    left = (pl.col("due_on").str.to_date() - pl.lit(today)).dt.total_days()
    told = rows.with_columns(pl.when(waits).then(left).alias("days_left"))
    if state:
        told = told.filter(pl.col("state") == state)
    if overdue:
        told = told.filter(pl.col("days_left") < 0)
    return told.sort("days_left", "number", nulls_last=True)
