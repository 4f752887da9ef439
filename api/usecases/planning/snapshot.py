"""Snapshot: everything a plan is made from, copied out in one short read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import polars as pl

from api.usecases.context import Context
from api.usecases.planning.settled import OUT
from graphcore.domain.errors import NotFound
from graphcore.domain.privacy import RecordKind, record_ids
from graphcore.domain.supply import LineState
from graphcore.domain.tables import LINES
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit

_LABELS = {
    "households": "Household",
    "persons": "Person",
    "statuses": "HardshipStatus",
    "dwellings": "Dwelling",
    "shelters": "Shelter",
    "stays": "ShelterStay",
    "headcounts": "Headcount",
    "townships": "Township",
    "villages": "Village",
    "roads": "Road",
    "warehouses": "Warehouse",
    "lots": "StockLot",
    "donations": "Donation",
    "projects": "Project",
    "fleet": "Fleet",
    "needs": "Need",
    "vehicles": "Vehicle",
    "transfers": "TransferPoint",
    "hours": "AccessHours",
    "trips": "Trip",
}

_RESERVED = {"lot": pl.String(), "quantity": pl.Int64()}
_HOMES = {"village": pl.String(), "township": pl.String()}
_HITS = {"disaster": pl.String(), "township": pl.String(), "intensity": pl.Int64()}
_FACTS = {"subject": pl.String(), "person": pl.String(), "fact": pl.String()}
_OF_PLANNING = ("needs", "reserved", "accepted", "promised", "trips", "out")


@dataclass(frozen=True)
class Snapshot:
    """Node frames as they stood, with the disaster and the plan in force."""

    households: pl.DataFrame
    persons: pl.DataFrame
    statuses: pl.DataFrame
    dwellings: pl.DataFrame
    shelters: pl.DataFrame
    stays: pl.DataFrame
    headcounts: pl.DataFrame
    townships: pl.DataFrame
    villages: pl.DataFrame
    roads: pl.DataFrame
    warehouses: pl.DataFrame
    lots: pl.DataFrame
    donations: pl.DataFrame
    projects: pl.DataFrame
    fleet: pl.DataFrame
    needs: pl.DataFrame
    vehicles: pl.DataFrame
    transfers: pl.DataFrame
    hours: pl.DataFrame
    trips: pl.DataFrame  # of all plans
    out: pl.DataFrame  # OUT: what has left already
    homes: pl.DataFrame  # village, township
    hits: pl.DataFrame  # township, intensity of this disaster
    reserved: pl.DataFrame  # lot, quantity held by the plan in force
    facts: pl.DataFrame  # person, household, fact; decrypted, never stored or logged
    disaster: dict[str, object]
    district: str
    district_name: str
    base: str  # the plan in force, "" if none
    base_first_on: str  # its first day (ISO), "" if none
    accepted: pl.DataFrame  # LINES of it that owners of goods accepted
    promised: pl.DataFrame  # firm LINES of it

    @property
    def digest(self) -> str:
        """SHA-256 over what people and offices told: the same data give the same digest.

        What planning itself writes (needs, reservations, the plan in force) is left out, so that
        a plan's digest still holds after it was committed.
        """
        total = hashlib.sha256()
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, pl.DataFrame) and f.name not in _OF_PLANNING:
                told = self._counted(value) if f.name == "lots" else value
                told = told.drop("reserved", "version", strict=False)
                total.update(f.name.encode() + told.write_json().encode())
        return total.hexdigest()

    def _counted(self, lots: pl.DataFrame) -> pl.DataFrame:
        """Return the lots as offices counted them: what left under our own orders put back."""
        left = self.out.group_by(pl.col("lot").alias("id")).agg(pl.col("quantity").sum())
        back = pl.col("on_hand") + pl.col("quantity").fill_null(0)
        return lots.join(left, on="id", how="left").with_columns(back.alias("on_hand")).drop(
            "quantity"
        )  # fmt: skip


def take(ctx: Context, disaster: str) -> Snapshot:
    """Copy out what planning for the disaster needs ("" = the only or the latest one).

    Raises:
        NotFound: no such disaster.
    """
    frames, sealed = ctx.store.read(lambda unit: _read_all(unit, ctx.district, disaster))
    facts = _open_facts(ctx, sealed, frames.persons)
    return Snapshot(**{**frames.__dict__, "facts": facts})


def facts_of(ctx: Context, persons: pl.DataFrame) -> pl.DataFrame:
    """Return FACTS of some persons: their records alone are decrypted."""
    keys = _health(persons)
    sealed = ctx.store.read(lambda unit: unit.nodes("PersonalRecord", keys))
    return _open_facts(ctx, sealed, persons)


def _read_all(unit: ReadUnit, district: str, disaster: str) -> tuple[Snapshot, pl.DataFrame]:
    snapshot = glance(unit, district, disaster)
    return snapshot, unit.nodes("PersonalRecord", _health(snapshot.persons))


def _health(persons: pl.DataFrame) -> list[str]:
    return record_ids(persons["id"].to_list(), [RecordKind.HEALTH])


def glance(unit: ReadUnit, district: str, disaster: str, *, of_planning: bool = True) -> Snapshot:
    """Return a snapshot without anybody's medical facts: no personal record is opened.

    Without ``of_planning`` what planning wrote (needs, reservations, granted lines) is left empty.

    Raises:
        NotFound: no such disaster.
    """
    hit = find_disaster(unit, disaster)
    current = unit.rows("planning.current", district=district)
    base = str(current[0]["id"]) if current else ""
    lines = unit.table("planning.lines", LINES, plan=base if of_planning else "")
    hits = unit.table("intake.hits", _HITS).filter(pl.col("disaster") == str(hit["id"]))
    left_out = () if of_planning else _OF_PLANNING
    frames = {
        name: unit.nodes(label, [] if name in left_out else None) for name, label in _LABELS.items()
    }
    frames["persons"] = frames["persons"].filter(pl.col("died_on").fill_null("") == "")
    return Snapshot(
        **frames, homes=unit.table("planning.homes", _HOMES), hits=hits,
        reserved=unit.table("planning.reserved_by", _RESERVED, plan=base if of_planning else ""),
        out=unit.table("transport.out", OUT), facts=pl.DataFrame(schema=_FACTS), disaster=hit,
        base=base, base_first_on=str(current[0]["first_on"]) if current else "",
        accepted=still_here(unit, base, lines.filter(pl.col("state") == LineState.ACCEPTED.value)),
        promised=still_here(unit, base, lines.filter(pl.col("state") == LineState.FIRM.value)),
        district=district, district_name=_name(unit, district),
    )  # fmt: skip


def still_here(unit: ReadUnit, plan: str, lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with the units that have not left yet."""
    gone = unit.table("transport.gone", {"line": pl.String(), "units": pl.Int64()}, plan=plan)
    units = pl.col("units").fill_null(0)
    left = pl.col("quantity") - units
    owed = pl.col("covers") - units * pl.col("covers") // pl.col("quantity")
    here = lines.join(gone, on="line", how="left").with_columns(
        left.alias("quantity"), owed.alias("covers")
    )
    return here.filter(pl.col("quantity") > 0).drop("units")


def _name(unit: ReadUnit, district: str) -> str:
    rows = unit.nodes("District", [district])
    return str(rows["name"][0]) if rows.height else ""


def find_disaster(unit: ReadUnit, wanted: str) -> dict[str, object]:
    """Return a disaster by id ("" = the latest one).

    Raises:
        NotFound: no such disaster.
    """
    known = unit.nodes("Disaster").sort("occurred_at", "id")
    found = known.filter(pl.col("id") == wanted) if wanted else known.tail(1)
    if found.height == 0:
        raise NotFound(
            say("没有找到灾害记录。"), say("请先导入“灾害基本情况表”，或检查 --disaster 的编号。")
        )
    return found.row(0, named=True)


def _open_facts(ctx: Context, sealed: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    homes = dict(zip(persons["id"], persons["household"], strict=True))
    rows = [
        {"subject": homes[subject], "person": subject, "fact": fact}
        for subject, key, text in sealed.select("subject", "wrapped_key", "ciphertext").iter_rows()
        if key
        for fact in _list(ctx.vault.open(subject, key, text).get("facts"))
    ]
    return pl.DataFrame(rows, schema=_FACTS).sort("person", "fact")


def _list(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
