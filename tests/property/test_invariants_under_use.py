"""Whatever dispatchers, owners and counting clerks do, in any order, every invariant holds."""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from api.usecases.accept_request import accept_request
from api.usecases.approve_plan import approve_plan
from api.usecases.commit_plan import commit_plan
from api.usecases.import_files import import_files
from api.usecases.make_plan import PlanOptions, make_plan, propose
from api.usecases.transport.dispatch import dispatch, lose
from api.usecases.transport.receive import receive_trip
from api.usecases.transport.route import RouteOptions
from api.usecases.verify import verify
from graphcore.domain.errors import Conflict, RowsRefused, WrongState
from graphcore.domain.ids import IdMint
from graphcore.domain.plan import PlanDraft
from graphcore.store.open import open_embedded
from tests.support import books
from tests.support.plans import in_force, lines, nodes
from tests.support.trips import HOUSE, POINT, cargo, routed
from tests.support.walked import FLOOD_DAY, blank, dispatcher, files, officer

pytestmark = pytest.mark.slow

OPTIONS = PlanOptions(first_on=FLOOD_DAY, days=2)
LOT_HEAD = ["批次编号", "储备库编号", "物资品种", "库存数量"]


@cache
def _district() -> Path:
    """A tiny district's store, made once a process."""
    folder = Path(mkdtemp(prefix="doudi-machine-")) / "store"
    with closing(open_embedded(folder)) as store:
        store.migrate()
        import_files(blank(store), dispatcher(), files(36, 3, 11))
    return folder


class Office(RuleBasedStateMachine):
    """One district's office over one store."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="doudi-office-"))
        shutil.copytree(_district(), self.folder / "store")
        self.store = open_embedded(self.folder / "store")
        ctx = blank(self.store, seed=5)
        codes = self.store.read(lambda unit: unit.nodes("District"))["code"].to_list()
        self.ctx = replace(ctx, district=codes[0], mint=IdMint.seeded(5))
        self.drafts: list[PlanDraft] = []
        self.counted = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    def has_plan(self) -> bool:
        return not nodes(self.ctx, "Plan").is_empty()

    @rule(seed=st.integers(0, 3))
    def plan(self, seed: int) -> None:
        make_plan(self.ctx, dispatcher(), replace(OPTIONS, seed=seed))

    @rule()
    def draft(self) -> None:
        self.drafts.append(propose(self.ctx, dispatcher(), OPTIONS, lambda _s, _x: None))

    @precondition(lambda self: self.drafts)
    @rule()
    def commit_an_old_draft(self) -> None:
        with suppress(Conflict):
            commit_plan(self.ctx, dispatcher(), self.drafts.pop())

    def trips(self, *states: str) -> list[str]:
        table = nodes(self.ctx, "Trip")
        return sorted(table.filter(pl.col("state").is_in(states))["id"].to_list())

    @precondition(lambda self: self.has_plan())
    @rule(agree=st.booleans())
    def route(self, agree: bool) -> None:
        routed(self.ctx, RouteOptions(agree=agree, rounds=2, iterations=5))

    @precondition(lambda self: self.trips("planned"))
    @rule(n=st.integers(0, 99))
    def send(self, n: int) -> None:
        some = self.trips("planned")
        with suppress(WrongState):  # not approved, superseded, or waiting for its feeder
            dispatch(self.ctx, dispatcher(), [some[n % len(some)]])

    @precondition(lambda self: self.trips("dispatched", "closed"))
    @rule(n=st.integers(0, 99), short=st.sampled_from(["", "damaged", "declined"]))
    def sign(self, n: int, short: str) -> None:
        some = self.trips("dispatched", "closed")
        trip = some[n % len(some)]
        item = str(cargo(self.ctx, trip)["item"][0]) if cargo(self.ctx, trip).height else ""
        level = POINT if n % 2 else HOUSE
        with suppress(WrongState):  # nothing of it is left to be damaged
            off = [(item, short, 1)] if short else []
            receive_trip(self.ctx, dispatcher(), trip, level, short=off)

    @precondition(lambda self: self.trips("dispatched"))
    @rule(n=st.integers(0, 99))
    def lose_a_trip(self, n: int) -> None:
        some = self.trips("dispatched")
        lose(self.ctx, dispatcher(), some[n % len(some)])

    @precondition(lambda self: self.has_plan())
    @rule()
    def approve(self) -> None:
        with suppress(Conflict):
            approve_plan(self.ctx, officer(), str(in_force(self.ctx)["id"]))

    @precondition(lambda self: self.has_plan())
    @rule(nth=st.integers(0, 5), yes=st.booleans())
    def answer(self, nth: int, yes: bool) -> None:
        asked = lines(self.ctx, str(in_force(self.ctx)["id"]), "request").sort("id")["id"]
        if len(asked):
            with suppress(Conflict):
                accept_request(self.ctx, dispatcher(), asked[nth % len(asked)], accepted=yes)

    @rule(nth=st.integers(0, 20), change=st.integers(-50, 50))
    def count_a_lot(self, nth: int, change: int) -> None:
        lots = nodes(self.ctx, "StockLot").sort("id")
        lot = lots.row(nth % lots.height, named=True)
        stores = nodes(self.ctx, "Warehouse").filter(pl.col("id") == lot["warehouse"])
        row = [lot["code"], stores["code"][0], lot["item"], max(0, lot["on_hand"] + change)]
        self.counted += 1
        path = self.folder / f"盘点-{self.counted}.xlsx"
        with suppress(RowsRefused):  # fewer than the plan holds: told, and nothing applied
            import_files(self.ctx, dispatcher(), [books.book(path, ("批次", [LOT_HEAD, row]))])

    @invariant()
    def everything_verifies(self) -> None:
        found = verify(self.ctx, dispatcher())
        assert not found, [(f.rule, f.ref, str(f.what)) for f in found]


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=6, stateful_step_count=14, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
