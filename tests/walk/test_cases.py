"""Cases over the graph: proposed once, decided by named persons, handed over between bureaus."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from api.usecases.cases.decide import act
from api.usecases.cases.lists import cases, due, totals
from api.usecases.cases.propose import propose
from api.usecases.cases.requested import Told, act_once
from api.usecases.cases.terms import accept, extend
from api.usecases.context import Context
from api.usecases.ledger.desk import Application, take
from api.usecases.privacy.looking import Reason
from api.usecases.privacy.words import case_words
from graphcore.casework.cases import Act, CaseState
from graphcore.casework.desk import Channel, Kind
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import Forbidden, InputError, NotFound, WrongState
from graphcore.store.chain import events
from tests.support.walked import dispatcher

DAY = date(2026, 7, 2)


@pytest.fixture
def opened(ctx: Context) -> Context:
    propose(ctx, dispatcher(), on=DAY)
    return ctx


def officer(ctx: Context, scope: str = "") -> Actor:
    return Actor("officer:王", frozenset({Role.APPROVER}), scope or ctx.district)


def one(ctx: Context, benefit: str) -> str:
    return str(cases(ctx, dispatcher(), benefit=benefit)["id"][0])


def test_who_is_likely_entitled_gets_one_case_and_no_second(opened: Context) -> None:
    rows = cases(opened, dispatcher())
    assert rows.height > 0
    assert rows.select("household", "benefit").is_duplicated().sum() == 0
    assert set(rows["state"]) == {CaseState.PROPOSED.value}
    assert propose(opened, dispatcher(), on=DAY) == 0


def test_cases_stay_as_they_are_when_proposed_again_later(opened: Context) -> None:
    before = cases(opened, dispatcher())
    assert propose(opened, dispatcher(), on=date(2026, 7, 20)) > 0
    after = cases(opened, dispatcher()).join(before.select("id"), on="id", how="semi")
    assert after.sort("id").equals(before.sort("id"))


def test_approving_is_signed_and_in_the_chain(opened: Context) -> None:
    case = one(opened, "emergency_living")
    assert act(opened, officer(opened), case, Act.APPROVE).state is CaseState.APPROVED
    row = cases(opened, dispatcher()).filter(pl.col("id") == case).row(0, named=True)
    assert (row["decided_by"], row["version"]) == ("officer:王", 2)
    assert totals(cases(opened, dispatcher()))["approved"].sum() == 1
    last = opened.store.read(lambda unit: list(events(unit, opened.district)))[-1]
    assert last.type == "case.acted"


def test_a_refusal_says_why_and_may_be_decided_again(opened: Context) -> None:
    case = one(opened, "emergency_living")
    with pytest.raises(InputError):
        act(opened, officer(opened), case, Act.REFUSE)
    act(opened, officer(opened), case, Act.REFUSE, "已由亲属安置，本人放弃")
    assert act(opened, officer(opened), case, Act.APPROVE).state is CaseState.APPROVED


def test_a_hand_over_moves_when_the_receiver_accepts(opened: Context) -> None:
    case = one(opened, "emergency_living")
    for step in (Act.APPROVE, Act.OFFER):
        act(opened, officer(opened), case, step)
    act(opened, officer(opened), case, Act.RETURN, "材料不全")
    act(opened, officer(opened), case, Act.OFFER)
    done = act(opened, officer(opened), case, Act.ACCEPT)
    assert done.state is CaseState.CLOSED
    new = cases(opened, dispatcher()).filter(pl.col("id") == done.opened).row(0, named=True)
    assert (new["benefit"], new["follows"]) == ("transitional_living", case)
    with pytest.raises(WrongState):
        act(opened, officer(opened), case, Act.OFFER)


def test_a_benefit_that_nothing_follows_is_not_handed_over(opened: Context) -> None:
    case = one(opened, "rebuilding")
    act(opened, officer(opened), case, Act.APPROVE)
    with pytest.raises(InputError):
        act(opened, officer(opened), case, Act.OFFER)


@pytest.mark.parametrize(("day", "seen"), [(date(2026, 7, 8), 0), (date(2026, 7, 9), 1)])
def test_due_within_the_notice(opened: Context, day: date, seen: int) -> None:
    """Emergency relief ends on 15 July; the notice is seven days."""
    act(opened, officer(opened), one(opened, "emergency_living"), Act.APPROVE)
    assert due(opened, dispatcher(), day).height == seen


@pytest.fixture
def allowance(opened: Context) -> str:
    """An undecided case for the minimum living allowance, of a household that has not applied."""
    case = one(opened, "emergency_living")
    opened.store.write(opened.district, lambda unit: unit.update("AidCase", pl.DataFrame([
        {"id": case, "benefit": "minimum_living", "version": 2}])))  # fmt: skip
    return case


def term(ctx: Context, case: str) -> list[str]:
    """By when a case is to be decided, while that is near."""
    rows = due(ctx, dispatcher(), date(2026, 10, 1)).filter(pl.col("id") == case)
    return [d for d in rows["decide_by"].to_list() if d]


def test_no_term_runs_before_somebody_applied(opened: Context, allowance: str) -> None:
    assert term(opened, allowance) == []
    with pytest.raises(WrongState):
        extend(opened, officer(opened), allowance, "收入须异地核对")


@pytest.mark.parametrize(("day", "seen"), [(date(2026, 8, 5), 0), (date(2026, 8, 6), 1)])
def test_a_decision_is_due_in_thirty_working_days_from_acceptance(
    opened: Context, allowance: str, day: date, seen: int
) -> None:
    """Accepted on 1 July, to be decided by 12 August; the notice is seven days."""
    assert accept(opened, officer(opened), allowance, date(2026, 7, 1)) == "2026-08-12"
    rows = due(opened, dispatcher(), day).filter(pl.col("id") == allowance)
    assert rows["decide_by"].to_list() == ["2026-08-12"] * seen
    act(opened, officer(opened), allowance, Act.REFUSE, "不符合，另有安排")
    assert allowance not in due(opened, dispatcher(), day)["id"]
    with pytest.raises(WrongState):
        accept(opened, officer(opened), allowance, date(2026, 7, 1))


def test_an_application_at_the_desk_starts_the_term(opened: Context, allowance: str) -> None:
    row = cases(opened, dispatcher()).filter(pl.col("id") == allowance).row(0, named=True)
    take(opened, dispatcher(), Application(
        Kind.APPLY, Channel.WINDOW, row["township"], "申请低保", household=row["household"],
        benefit="minimum_living"))  # fmt: skip
    assert term(opened, allowance) == ["2026-08-12"]


def test_a_term_is_extended_once_with_a_reason_that_is_sealed(
    opened: Context, allowance: str
) -> None:
    accept(opened, officer(opened), allowance, date(2026, 7, 1))
    with pytest.raises(InputError):
        extend(opened, officer(opened), allowance, " ")
    assert extend(opened, officer(opened), allowance, "收入须异地核对") == "2026-09-02"
    assert term(opened, allowance) == ["2026-09-02"]
    with pytest.raises(WrongState):
        extend(opened, officer(opened), allowance, "再延长")
    told = case_words(opened, dispatcher(), Reason("casework"), allowance)
    assert told == {"extension": "收入须异地核对"}


@pytest.mark.parametrize(("began", "last"), [
    (date(2026, 5, 20), "2026-07-02"), (date(2026, 5, 19), "2026-07-01"),
    (date(2026, 5, 18), "2026-06-30"),
])  # fmt: skip
def test_a_term_is_extended_within_it_alone(
    opened: Context, allowance: str, began: date, last: str
) -> None:
    """Today is 1 July: a day before the term's last, that day, and one past it."""
    assert accept(opened, officer(opened), allowance, began) == last
    if last >= "2026-07-01":
        assert extend(opened, officer(opened), allowance, "收入须异地核对") > last
    else:
        with pytest.raises(WrongState):
            extend(opened, officer(opened), allowance, "收入须异地核对")


def test_a_benefit_without_a_term_has_none(opened: Context) -> None:
    case = one(opened, "emergency_living")
    assert accept(opened, officer(opened), case, date(2026, 7, 1)) == ""
    assert term(opened, case) == []
    with pytest.raises(InputError):
        accept(opened, officer(opened), case, date(2026, 6, 30))
    with pytest.raises(WrongState):
        extend(opened, officer(opened), case, "复杂")


def test_roles_and_scope(opened: Context) -> None:
    case = one(opened, "emergency_living")
    town = str(cases(opened, dispatcher()).filter(pl.col("id") == case)["township"][0])
    other = next(t for t in cases(opened, dispatcher())["township"].unique() if t != town)
    with pytest.raises(Forbidden):
        act(opened, officer(opened, other), case, Act.APPROVE)
    clerk = Actor("t", frozenset({Role.TOWNSHIP}), town)
    assert set(cases(opened, clerk)["township"]) == {town}
    for refused in (lambda: propose(opened, clerk), lambda: act(opened, clerk, case, Act.APPROVE)):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(NotFound):
        act(opened, officer(opened), "CA-0", Act.APPROVE)


def test_a_decisions_reason_is_sealed_and_read_for_a_purpose_by_who_may(opened: Context) -> None:
    case, why = one(opened, "emergency_living"), "患者甲某在住院，电话13900001234"
    act(opened, officer(opened), case, Act.REFUSE, why)
    chain = opened.store.read(lambda unit: list(events(unit, opened.district)))
    assert why not in repr(chain) + repr(cases(opened, dispatcher()).to_dicts())
    assert case_words(opened, officer(opened), Reason("casework"), case) == {"reason": why}
    assert list(opened.looks.looks())[-1].actor == "officer:王"
    auditor = Actor("a", frozenset({Role.AUDITOR}), opened.district)
    assert case_words(opened, auditor, Reason("casework"), case) == {}
    with pytest.raises(NotFound):
        case_words(opened, officer(opened, "990199"), Reason("casework"), case)


def test_a_case_is_decided_once_for_each_key(opened: Context) -> None:
    case = one(opened, "emergency_living")
    asked = (opened, officer(opened), case, Told(Act.APPROVE), "key-0001")
    assert [act_once(*asked).replayed for _ in range(2)] == [False, True]
    assert cases(opened, dispatcher()).filter(pl.col("id") == case)["version"].item() == 2
