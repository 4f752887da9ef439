"""Both engines give the same findings, and the same answers about them."""

from __future__ import annotations

import random
from contextlib import closing

import pytest

from api.usecases.audits import recording
from api.usecases.audits.aid import NewAid, record_aid
from api.usecases.audits.rulings import Said, rule_on
from api.usecases.audits.tasks import (
    Wanted,
    assign,
    counts,
    findings,
    one_finding,
    run_audits,
)
from api.usecases.comparison.answers import answers
from api.usecases.context import Context
from graphcore.domain.audit import Ruling
from graphcore.domain.errors import ConstraintViolated
from graphcore.domain.text import say
from graphcore.store.open import open_embedded
from graphcore.store.port import GraphStore
from tests.bench.audits import loaded
from tests.bench.auditworld import DISTRICT, world
from tests.support.plans import change, faults, nodes
from tests.support.walked import dispatcher, officer

HOMES = 400


def district(store: GraphStore) -> Context:
    return loaded(store, *world(HOMES, random.Random(3)))


def worked(ctx: Context) -> list[object]:
    """Everything that is answered while a district is audited, worked on and audited again."""
    run = run_audits(ctx, dispatcher())
    every = findings(ctx, dispatcher(), Wanted(limit=10_000))
    unknown = [f for f in every if f["rule"] == "omission.unknown"]
    for f in unknown[:3]:
        change(ctx, "Household", id=f["subject"], state="safe")
    short = next(f for f in every if f["rule"] == "omission.unserved")
    absent = next(f for f in every if f["rule"] == "omission.absent")
    home = str(short["subject"])
    basics = short["basics"]
    assert isinstance(basics, list)
    rule_on(ctx, officer(), home, Said(Ruling.DECLINED, "走访", str(basics[0])))
    rule_on(ctx, officer(), str(absent["subject"]), Said(Ruling.MOVED_AWAY, "证明"))
    for programme in ("rebuilding", "dilapidated_house"):
        record_aid(
            ctx, dispatcher(), NewAid(home, programme, "shelter", "2026-07-01"), confirmed=True
        )
    again = run_audits(ctx, dispatcher())
    wanted = Wanted(rule="bundling")
    assign(ctx, dispatcher(), [], "li", wanted=wanted)
    (twice,) = findings(ctx, dispatcher(), Wanted(rule="bundling.twice"))
    rule_on(ctx, officer(), str(twice["id"]), Said(Ruling.ACCEPTED, "核查"))
    third = run_audits(ctx, dispatcher())
    told = answers(ctx, dispatcher())
    proofs = [one_finding(ctx, dispatcher(), str(f["id"])) for f in (short, absent, twice)]
    later = findings(ctx, dispatcher(), Wanted(limit=10_000))
    rows = counts(ctx, dispatcher(DISTRICT, DISTRICT)).to_dicts()
    lists = [told.rows(), told.held.to_dicts(), told.silent.to_dicts()]
    return [run, again, third, every, later, proofs, rows, lists, sorted(faults(ctx))]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    with closing(open_embedded(tmp_path_factory.mktemp("alike") / "store")) as store:
        return worked(district(store))


def test_the_same_is_found_and_answered(store: GraphStore, expected: list[object]) -> None:
    assert worked(district(store)) == expected


def test_the_second_run_closed_and_changed_what_was_worked_on(expected: list[object]) -> None:
    again = expected[1]
    assert (again.closed, again.opened) >= (4, 1)  # type: ignore[attr-defined]
    third = expected[2]
    assert (third.closed, third.accepted) == (0, 1)  # type: ignore[attr-defined]


def test_a_run_that_is_cut_off_writes_nothing(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = district(store)

    def cut_off(*_: object) -> None:
        raise ConstraintViolated(say("链接失败"))

    with monkeypatch.context() as patch:
        patch.setattr(recording, "_link", cut_off)  # the nodes are written by then
        with pytest.raises(ConstraintViolated):
            run_audits(ctx, dispatcher())
    assert nodes(ctx, "Finding").is_empty()
    assert run_audits(ctx, dispatcher()).opened > 0
