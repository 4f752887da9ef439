"""Retention over an imported district: each kind goes by itself, and everything still verifies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from api.usecases.comparison.sides import sides_of
from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.planning.snapshot import take
from api.usecases.privacy.certificates import CertificateWords, export_certificate
from api.usecases.privacy.looking import Reason, Seen, look
from api.usecases.privacy.records import opened
from api.usecases.privacy.retention import destroy, dry_run, retention
from api.usecases.verify import verify
from graphcore.domain.errors import Conflict, Forbidden, InputError
from graphcore.domain.privacy import RecordKind
from graphcore.store.port import WriteUnit
from tests.support import walked
from tests.support.walked import dispatcher, officer

DAY = 86_400_000_000
E, R, H = RecordKind.EMERGENCY, RecordKind.REGISTER, RecordKind.HEALTH


def later(ctx: Context, days: int) -> Context:
    """The same district some days on."""
    at = ctx.clock() + days * DAY
    return replace(ctx, clock=lambda: at)


@pytest.fixture
def settled(ctx: Context) -> Context:
    """The district with every case and application settled: nothing holds a record."""

    def write(unit: WriteUnit) -> None:
        for label, state in (("AidCase", "closed"), ("Application", "granted")):
            rows = unit.nodes(label).select("id").with_columns(pl.lit(state).alias("state"))
            if rows.height:
                unit.update(label, rows)

    ctx.store.write(ctx.district, write)
    return ctx


def test_a_household_with_an_open_case_keeps_its_records(ctx: Context) -> None:
    kinds = {k.kind: k for k in retention(later(ctx, 181), dispatcher())}
    home = ctx.store.read(lambda unit: unit.nodes("AidCase"))["household"].unique().to_list()
    held = kinds["register"].held
    assert kinds["register"].due + held == len(subjects(ctx, R))
    assert bool(held) is bool(home)


def subjects(ctx: Context, kind: RecordKind) -> list[str]:
    """Who has a record of the kind that was not destroyed."""
    rows = ctx.store.read(lambda unit: unit.nodes("PersonalRecord"))
    mine = rows.filter((pl.col("kind") == kind.value) & (pl.col("wrapped_key") != ""))
    return [str(s) for s in mine["subject"]]


def test_a_moment_before_a_record_stays_and_on_the_day_it_goes(settled: Context) -> None:
    ctx = settled
    rows = ctx.store.read(lambda unit: unit.nodes("PersonalRecord"))
    told = rows.filter(pl.col("kind") == R.value)["told_at"].max()
    found = []
    for at in (int(str(told)) + 180 * DAY - 1, int(str(told)) + 180 * DAY):
        on = replace(ctx, clock=lambda now=at: now)  # type: ignore[misc]
        found.append(dry_run(on, dispatcher(), ["register"]).subjects.get("register", 0))
    assert found[0] < found[1] == len(subjects(ctx, R))


def test_only_an_officer_destroys_and_only_what_was_confirmed(ctx: Context) -> None:
    with pytest.raises(InputError):
        destroy(ctx, officer(), ["register"], "0" * 16)
    ctx = later(ctx, 181)
    with pytest.raises(Forbidden):
        destroy(ctx, dispatcher(), ["register"], dry_run(ctx, dispatcher(), ["register"]).digest)
    with pytest.raises(Conflict):
        destroy(ctx, officer(), ["register"], "0" * 16)
    with pytest.raises(InputError, match="没有这一类"):
        dry_run(ctx, dispatcher(), ["everything"])


def test_each_kind_goes_by_itself_and_the_district_still_verifies(
    settled: Context, tmp_path: Path
) -> None:
    """Register first, then health, then the ledger: what is not yet due stays readable."""
    ctx = later(settled, 200)
    who, ill = subjects(ctx, R), subjects(ctx, H)
    assert who
    assert ill
    assert take(ctx, "").facts.height > 0
    before = opened(ctx, who, [E])
    done = destroy(ctx, officer(), ["register"], dry_run(ctx, dispatcher(), ["register"]).digest)
    assert (done.subjects, subjects(ctx, R)) == ({"register": len(who)}, [])
    assert opened(ctx, who, [R]) == {}
    assert opened(ctx, who, [E]) == before != {}
    assert ctx.store.read(lambda unit: unit.nodes("HardshipStatus")).is_empty()
    assert opened(ctx, ill, [H])
    assert verify(ctx, dispatcher()) == []

    path = export_certificate(
        ctx, dispatcher(), "", tmp_path / "c.xlsx", CertificateWords(str, str)
    )
    text = str(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())
    assert done.id in text
    assert str(len(who)) in text

    ctx = later(ctx, 731)
    run = dry_run(ctx, dispatcher(), ["emergency", "health"])
    destroy(ctx, officer(), ["emergency", "health"], run.digest)
    assert subjects(ctx, E) == subjects(ctx, H) == []
    assert take(ctx, "").facts.is_empty()
    assert look(ctx, dispatcher(), Reason("audit"), who, Seen("test", ("name",))) == {}
    assert set(sides_of(ctx).left["name"]) <= {""}
    assert verify(ctx, dispatcher()) == []
    assert [k.subjects for k in retention(ctx, dispatcher())][:3] == [0, 0, 0]

    versions = ctx.store.read(lambda unit: unit.nodes("FactVersion"))
    cards = pl.col("subject").str.ends_with("#payment")  # kept five years
    old = versions.filter((pl.col("label") == "PersonalRecord") & ~cards)
    assert old.height
    assert set(old["payload"]) == {"{}"}
    import_files(ctx, dispatcher(), walked.files())
    assert subjects(ctx, E) == []
