"""Findings over a district: found, worked off, closed by the facts alone, never deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from api.usecases.approve_plan import approve_plan
from api.usecases.audits.accounts import household_accounts
from api.usecases.audits.rulings import Said, revoke, rule_on
from api.usecases.audits.tasks import (
    Wanted,
    assign,
    counts,
    findings,
    one_finding,
    run_audits,
)
from api.usecases.comparison.answers import answers, township_lists
from api.usecases.comparison.townships import write_townships
from api.usecases.context import Context
from api.usecases.privacy.looked import who_looked
from api.usecases.privacy.looking import Reason
from graphcore.domain.actor import Actor, Role
from graphcore.domain.audit import Ruling
from graphcore.domain.errors import Forbidden, InputError, NotFound, WrongState
from graphcore.domain.household import BasicNeed
from graphcore.store.chain import events
from tests.support.plans import change, faults, in_force, nodes
from tests.support.walked import dispatcher, officer


def rows(ctx: Context, rule: str = "", **asked: Any) -> list[dict[str, Any]]:
    return findings(ctx, dispatcher(), Wanted(rule=rule, limit=10_000, **asked))


def told(ctx: Context, kind: str) -> list[dict[str, Any]]:
    found = ctx.store.read(lambda unit: list(events(unit, ctx.district)))
    return [json.loads(e.canonical)["body"] for e in found if e.type == kind]


def clerk(ctx: Context, township: str) -> Actor:
    return Actor("clerk", frozenset({Role.TOWNSHIP}), township)


def an_unknown(ctx: Context) -> str:
    return str(rows(ctx, "omission.unknown")[0]["subject"])


def check_home(ctx: Context, home: str, state: str = "safe") -> None:
    change(ctx, "Household", id=home, state=state)


def test_everyone_unknown_is_on_the_list(planned: Context) -> None:
    run_audits(planned, dispatcher())
    named = nodes(planned, "Household").filter(pl.col("persons_in_need").fill_null(0) == 0)
    unknown = named.filter(pl.col("state") == "unknown")["id"].to_list()
    listed = {r["subject"] for r in rows(planned) if r["rule"] in (
        "omission.unknown", "omission.not_reported")}  # fmt: skip
    assert listed == set(unknown)


def test_every_shortfall_is_behind_a_finding(planned: Context) -> None:
    run_audits(planned, dispatcher())
    short = set(nodes(planned, "Shortfall")["subject"])
    assert {r["subject"] for r in rows(planned, "omission.unserved")} == short


def test_a_second_run_over_the_same_facts_changes_nothing(planned: Context) -> None:
    first = run_audits(planned, dispatcher())
    again = run_audits(planned, dispatcher())
    assert first.opened == first.found > 0
    assert (again.opened, again.reopened, again.changed, again.closed) == (0, 0, 0, 0)
    assert again.found == first.found


def test_a_finding_is_closed_by_the_facts_and_opens_again_with_them(planned: Context) -> None:
    run_audits(planned, dispatcher())
    home = an_unknown(planned)
    was = next(r for r in rows(planned, "omission.unknown") if r["subject"] == home)
    check_home(planned, home)
    assert run_audits(planned, dispatcher()).closed >= 1
    assert was["id"] in told(planned, "audit.run")[-1]["closed_ids"]
    assert one_finding(planned, dispatcher(), was["id"])["state"] == "closed"
    check_home(planned, home, "unknown")
    assert run_audits(planned, dispatcher()).reopened >= 1
    assert one_finding(planned, dispatcher(), was["id"])["state"] == "open"
    assert faults(planned) == set()


def test_a_deleted_finding_is_noticed(planned: Context) -> None:
    run_audits(planned, dispatcher())
    key = rows(planned)[0]["id"]
    planned.store.write(planned.district, lambda unit: unit.delete("Finding", [key]))
    assert "audit.findings" in faults(planned)


def test_a_closed_finding_is_not_closed_by_hand(planned: Context) -> None:
    run_audits(planned, dispatcher())
    change(planned, "Finding", id=rows(planned)[0]["id"], state="closed")
    assert "audit.findings" in faults(planned)


def test_a_finding_leads_to_what_proves_it(planned: Context) -> None:
    run_audits(planned, dispatcher())
    for row in rows(planned, "omission.unserved")[:5]:
        found = one_finding(planned, dispatcher(), row["id"])
        short = nodes(planned, "Shortfall").filter(pl.col("subject") == row["subject"])
        assert sum(n["missing"] for n in found["needs"]) == short["quantity"].sum()
        assert {n["need"] for n in found["needs"]} == set(short["need"])
        path = {(e["from"], e["rel"], e["to"]) for e in found["graph"]["edges"]}
        assert (row["id"], "CONCERNS", row["subject"]) in path
        for need in short["need"]:
            assert (row["id"], "PROVED_BY", need) in path
            assert (row["subject"], "NEEDS", need) in path
        assert {a for a, rel, _ in path if rel == "LACKS"} == set(short["id"])
        assert {n["id"] for n in found["graph"]["nodes"]} == {i for a, _, b in path for i in (a, b)}


def test_the_comparison_answers_each_township_as_the_audits_do(planned: Context) -> None:
    run_audits(planned, dispatcher())
    told = answers(planned, dispatcher())
    by_town = {str(r["township"]): r for r in told.rows()}
    silent = rows(planned, "omission.not_reported")
    assert set(told.silent["household"]) == {r["subject"] for r in silent}
    count = pl.Series([r["township"] for r in silent]).value_counts()
    assert {t: r["unreported"] for t, r in by_town.items() if r["unreported"]} == dict(
        count.iter_rows()
    )
    parts = [[int(str(r[k])) for k in ("matched", "review", "none")] for r in by_town.values()]
    assert [sum(p) for p in parts] == [r["affected"] for r in by_town.values()]


def test_the_affected_of_a_township_are_listed_with_the_statuses_they_hold(
    planned: Context,
) -> None:
    told = answers(planned, dispatcher())
    held = dict(nodes(planned, "HardshipStatus").group_by("household").agg("group").iter_rows())
    own = told.held.filter(pl.col("match") == "")
    assert own.height > 0
    assert all(r["group"] in held[r["household"]] for r in own.to_dicts())
    counted = told.held.filter("certain").group_by("township", "group").agg(
        pl.col("household").n_unique().cast(pl.Int64).alias("households")
    )  # fmt: skip
    assert counted.sort("township", "group").equals(told.groups)
    mine = str(told.summary["township"][0])
    clerks = answers(planned, clerk(planned, mine))
    assert clerks.summary["township"].to_list() == [mine]
    assert set(clerks.held["township"]) <= {mine}
    with pytest.raises(Forbidden):
        answers(planned, clerk(planned, mine), str(told.summary["township"][1]))


def test_a_look_at_a_townships_lists_is_recorded(planned: Context) -> None:
    mine = str(answers(planned, dispatcher()).held["township"][0])
    told = township_lists(planned, clerk(planned, mine), mine, Reason("visit"))
    (seen,) = who_looked(planned, dispatcher(), home=str(told.held["household"][0]))
    assert (seen.what, seen.purpose, seen.entries) == (
        "comparison.township", "visit", ("hardship",))  # fmt: skip
    with pytest.raises(InputError):
        township_lists(planned, dispatcher(), mine, Reason("curiosity"))


def test_the_townships_workbook_names_people_as_the_role_may_see_them(
    planned: Context, tmp_path: Path
) -> None:
    done = write_townships(planned, dispatcher(), tmp_path / "all.xlsx", str)
    book = load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["各乡镇汇总", "受灾困难群众", "不在任何报告中"]
    assert book["不在任何报告中"].max_row == 2 + done.silent
    assert done.named > 0
    assert told(planned, "comparison.exported")[-1] == {"named": done.named}
    mine = str(answers(planned, dispatcher()).summary["township"][0])
    clerks = write_townships(planned, clerk(planned, mine), tmp_path / "one.xlsx", str)
    assert (clerks.named, load_workbook(tmp_path / "one.xlsx")["各乡镇汇总"].max_row) == (0, 3)


def test_each_finding_has_an_owner_and_a_due_time(planned: Context) -> None:
    run_audits(planned, dispatcher())
    every = rows(planned)
    assert all(r["owner"] and r["due_at"] > r["found_at"] for r in every)
    unknown = next(r for r in every if r["rule"] == "omission.unknown")
    assert unknown["owner"] == f"township:{unknown['township']}"
    assert unknown["due_at"] - unknown["found_at"] == 24 * 3_600_000_000


def test_work_is_given_by_place_and_rule(planned: Context) -> None:
    run_audits(planned, dispatcher())
    village = rows(planned, "omission.unknown")[0]["village"]
    mine = rows(planned, "omission.unknown", village=village)
    wanted = Wanted(rule="omission.unknown", village=village)
    assert assign(planned, dispatcher(), [], "li", wanted=wanted) == len(mine)
    assert {r["id"] for r in rows(planned, owner="li")} == {r["id"] for r in mine}
    assert told(planned, "finding.assigned")[-1]["count"] == len(mine)
    run_audits(planned, dispatcher())
    assert len(rows(planned, owner="li")) == len(mine)


@pytest.mark.parametrize(("ids", "owner"), [(["FN-NONE"], "li"), ([], "li")])
def test_nothing_is_given_that_is_not_there(planned: Context, ids: list[str], owner: str) -> None:
    with pytest.raises((NotFound, InputError)):
        assign(planned, dispatcher(), ids, owner, wanted=None)


def test_overdue_is_what_should_be_done_by_now(planned: Context) -> None:
    run_audits(planned, dispatcher())
    assert rows(planned, overdue=True) == []
    key = rows(planned)[0]["id"]
    change(planned, "Finding", id=key, due_at=1)
    assert [r["id"] for r in rows(planned, overdue=True)] == [key]


# -- who sees what --------------------------------------------------------------------------------


def test_a_township_sees_and_gives_only_its_own(planned: Context) -> None:
    run_audits(planned, dispatcher())
    by_place = {r["township"] for r in rows(planned, "omission")}
    mine, other = sorted(by_place)[:2]
    seen = findings(planned, clerk(planned, mine), Wanted(limit=10_000))
    assert {r["township"] for r in seen} == {mine}
    assert set(counts(planned, clerk(planned, mine))["township"]) == {mine}
    theirs = next(r["id"] for r in rows(planned) if r["township"] == other)
    with pytest.raises(Forbidden):
        one_finding(planned, clerk(planned, mine), theirs)
    with pytest.raises(Forbidden):
        assign(planned, clerk(planned, mine), [theirs], "li")
    with pytest.raises(Forbidden):
        run_audits(planned, clerk(planned, mine))


def test_counts_are_of_distinct_households(planned: Context) -> None:
    run_audits(planned, dispatcher())
    table = counts(planned, dispatcher())
    assert table["findings"].sum() == len(rows(planned))
    assert (table["households"] <= table["findings"]).all()


# -- rulings --------------------------------------------------------------------------------------


def missing_water(ctx: Context) -> str:
    short = nodes(ctx, "Shortfall").filter(
        (pl.col("item") == "water") & pl.col("subject").str.starts_with("H-")
    )
    return str(short["subject"].sort()[0])


def water(ctx: Context, home: str) -> dict[str, int]:
    found = household_accounts(ctx, dispatcher(), home)["accounts"]
    mine = [a for a in found if a["basic"] == "water"]
    return {k: sum(a[k] for a in mine) for k in ("needed", "planned", "missing", "not_needed")}


MET = Said(Ruling.MET_OTHERWISE, "走访记录17号", "water")


def test_what_a_named_person_determined_is_not_missing_until_it_is_taken_back(
    planned: Context,
) -> None:
    home = missing_water(planned)
    was = water(planned, home)
    key = rule_on(planned, officer(), home, MET)
    now = water(planned, home)
    assert (now["missing"], now["not_needed"]) == (0, was["missing"])
    assert now["planned"] == was["planned"]
    assert told(planned, "ruling.recorded")[-1]["id"] == key
    revoke(planned, officer(), key, "复查")
    assert water(planned, home) == was
    assert faults(planned) == set()
    with pytest.raises(WrongState):
        revoke(planned, officer(), key, "复查")


def test_a_determination_runs_out(planned: Context) -> None:
    home = missing_water(planned)
    key = rule_on(planned, officer(), home, MET)
    change(planned, "Determination", id=key, until="2026-06-30")
    assert water(planned, home)["not_needed"] == 0


@pytest.mark.parametrize(
    "said",
    [
        Said(Ruling.MET_OTHERWISE, "", "water"),
        Said(Ruling.MET_OTHERWISE, "身份证 330102199001011234", "water"),
        Said(Ruling.MET_OTHERWISE, "x" * 201, "water"),
        Said(Ruling.MET_OTHERWISE, "走访", ""),
        Said(Ruling.MET_OTHERWISE, "走访", "comfort"),
        Said(Ruling.MOVED_AWAY, "走访", "water"),
    ],
)
def test_a_ruling_without_sound_evidence_is_refused(planned: Context, said: Said) -> None:
    with pytest.raises(InputError):
        rule_on(planned, officer(), missing_water(planned), said)


def test_only_named_officers_and_civil_affairs_rule(planned: Context) -> None:
    home = missing_water(planned)
    for role in (Role.DISPATCHER, Role.TOWNSHIP, Role.AUDITOR):
        with pytest.raises(Forbidden):
            rule_on(planned, Actor("x", frozenset({role}), ""), home, MET)


def test_a_ruling_nobody_signed_is_noticed(planned: Context) -> None:
    key = rule_on(planned, officer(), missing_water(planned), MET)
    change(planned, "Determination", id=key, officer="somebody-else")
    assert "audit.rulings" in faults(planned)


def gone(ctx: Context) -> str:
    """A ledger record that a later file doesn't hold."""
    record = nodes(ctx, "SourceRecord").filter(pl.col("form") == "ledger").row(0, named=True)
    change(ctx, "SourceRecord", id=record["id"], absent_since=record["file"])
    return str(record["id"])


@pytest.mark.parametrize("ruling", [Ruling.STILL_THERE, Ruling.MOVED_AWAY, Ruling.DOUBLE])
def test_an_absent_record_is_listed_until_a_named_person_decides(
    planned: Context, ruling: Ruling
) -> None:
    key = gone(planned)
    run_audits(planned, dispatcher())
    (row,) = rows(planned, "omission.absent")
    assert row["subject"] == key
    (proof,) = one_finding(planned, dispatcher(), row["id"])["records"]
    assert proof["record"] == key
    rule_on(planned, officer(), key, Said(ruling, "村委会证明3号"))
    run_audits(planned, dispatcher())
    assert rows(planned, "omission.absent") == []
    assert len(nodes(planned, "Household")) > 0


def test_a_record_that_is_there_is_not_ruled_on(planned: Context) -> None:
    record = nodes(planned, "SourceRecord").filter(pl.col("form") == "ledger")["id"][0]
    with pytest.raises(WrongState):
        rule_on(planned, officer(), record, Said(Ruling.MOVED_AWAY, "走访"))


# -- accounts -------------------------------------------------------------------------------------


def test_before_any_plan_everything_owed_waits_for_the_dispatcher(ctx: Context) -> None:
    run_audits(ctx, dispatcher())
    found = rows(ctx, "omission.unserved")
    assert found
    assert {(r["reason"], r["whom"]) for r in found} == {("pending", "dispatcher")}


def test_a_household_found_in_need_after_the_plan_is_missing_at_once(planned: Context) -> None:
    safe = nodes(planned, "Household").filter(pl.col("state") == "safe")["id"].sort()
    damaged = set(nodes(planned, "Need")["subject"])
    home = next(h for h in safe if h not in damaged)
    check_home(planned, home, "in_need")
    found = household_accounts(planned, dispatcher(), home)["accounts"]
    assert {a["basic"] for a in found} == {b.value for b in BasicNeed}
    owed = [a for a in found if a["need"]]
    assert owed
    assert {(a["reason"], a["whom"]) for a in owed} == {("pending", "dispatcher")}


def test_a_lost_shortfall_is_noticed_by_the_accounts(planned: Context) -> None:
    lines = nodes(planned, "AllocationLine").filter(pl.col("state") == "firm")["need"]
    short = nodes(planned, "Shortfall").filter(pl.col("need").is_in(lines.implode()))
    planned.store.write(planned.district, lambda u: u.delete("Shortfall", [short["id"][0]]))
    assert "accounted.adds_up" in faults(planned)


def test_approval_changes_no_account(planned: Context) -> None:
    home = missing_water(planned)
    was = water(planned, home)
    approve_plan(planned, officer(), str(in_force(planned)["id"]))
    assert water(planned, home) == was
