"""A district of many households in the middle of relief, made for the audits' benchmark.

As an import and a plan would have left it: a third of the households owed what the rules owe them,
three quarters of that planned, a fifth unknown, hardship groups, a ledger, records that went
missing, refused rows.
"""

from __future__ import annotations

import random
from datetime import date, datetime

import polars as pl

from graphcore.casework.entitlement import assess
from graphcore.casework.subjects import People, named
from graphcore.domain.clock import CHINA, micros
from graphcore.domain.household import HardshipGroup, Stage
from graphcore.policy.rulebook import load

DISTRICT, TOWNS, VILLAGES = "331199", 20, 400
FLOOD = datetime(2026, 7, 1, 9, tzinfo=CHINA)
DAY, DAYS = date(2026, 7, 1), 3
DISASTER, PLAN = "X-FLOOD", "PL-FLOOD"
Nodes = dict[str, pl.DataFrame]
Rels = list[tuple[str, str, str, pl.DataFrame]]
_WAYS = ("stock", "road", "vehicle", "requested", "priority")


def world(households: int, rng: random.Random) -> tuple[Nodes, Rels]:
    """Return the district's nodes and relationships; the same seed, the same district."""
    places, of_places = _places()
    people, of_people = _people(households, rng)
    owed = _needs(people)
    promised, of_promised = _plan(owed, rng)
    records, of_records = _records(people, rng)
    nodes = {**places, **people, "Need": owed, **promised, **records}
    links = pl.DataFrame({"from": owed["subject"], "to": owed["id"]})
    needs: Rels = [("NEEDS", "Household", "Need", links)]
    return nodes, [*of_places, *of_people, *needs, *of_promised, *of_records]


def _places() -> tuple[Nodes, Rels]:
    towns = [f"{DISTRICT}{n:03}000" for n in range(1, TOWNS + 1)]
    villages = [f"{towns[n % TOWNS][:9]}{201 + n // TOWNS}" for n in range(VILLAGES)]
    seats = [towns[n % TOWNS] for n in range(VILLAGES)]
    v = {"version": 1}
    roads: list[dict[str, object]] = [{"id": f"RD-{n}", "code": f"R{n}", "a": towns[0], "b": t, "minutes": 12 * n,
              "modes": ["truck"], "state": "cut" if n % 7 == 6 else "open", **v}
             for n, t in enumerate(towns) if n]  # fmt: skip
    nodes: dict[str, list[dict[str, object]]] = {
        "District": [{"code": DISTRICT, "name": "示范区", **v}],
        "Township": [{"code": t, "name": f"第{n}镇", "lon": 120.0 + n / 100, "lat": 28.0, **v}
                     for n, t in enumerate(towns)],
        "Village": [{"code": c, "name": f"第{n}村", "lon": 120.0, "lat": 28.0, "hit": True, **v}
                    for n, c in enumerate(villages)],
        "Road": roads,
        "Warehouse": [{"id": "W-1", "code": "W1", "name": "区库", "township": towns[0], "lon": 120.0,
                       "lat": 28.0, "owner": "区应急局", **v}],
        "StockLot": [{"id": "L-1", "code": "L1", "warehouse": "W-1", "item": "water",
                      "on_hand": 10**8, "reserved": 0, "owner": "区应急局",
                      "authority": "市应急局", "hold": "none", "donation": "", **v}],
        "Disaster": [{"id": DISASTER, "name": "洪水", "hazard": "flood",
                      "occurred_at": micros(FLOOD), "stage": "emergency", **v}],
    }  # fmt: skip
    part = pl.DataFrame({"from": villages, "to": seats})
    hits = pl.DataFrame({"from": [DISASTER] * TOWNS, "to": towns,
                         "intensity": [40 + 3 * n for n in range(TOWNS)]})  # fmt: skip
    made = {k: pl.DataFrame(rows, infer_schema_length=None) for k, rows in nodes.items()}
    return made, [("PART_OF", "Village", "Township", part), ("HITS", "Disaster", "Township", hits)]


def _people(households: int, rng: random.Random) -> tuple[Nodes, Rels]:
    homes = [f"H-{n:08}" for n in range(households)]
    at = [rng.randrange(VILLAGES) for _ in homes]
    village = [f"{DISTRICT}{n % TOWNS + 1:03}{201 + n // TOWNS}" for n in at]
    sizes = [rng.randint(1, 5) for _ in homes]
    state = rng.choices(["in_need", "safe", "unknown"], [30, 50, 20], k=households)
    need = [s if st == "in_need" else 0 for s, st in zip(sizes, state, strict=True)]
    people = [(h, n) for h, size in zip(homes, sizes, strict=True) for n in range(size)]
    ids = [f"P-{n:08}" for n in range(len(people))]
    owners = [h for h, _ in people]
    bands = rng.choices(["infant", "child", "adult", "elder"], [4, 16, 55, 25], k=len(ids))
    frames = {
        "Household": pl.DataFrame({
            "id": homes, "code": homes, "village": village, "township": [f"{v[:9]}000" for v in village],
            "state": state, "persons": sizes, "persons_in_need": need, "named": True, "version": 1}),
        "Person": pl.DataFrame({
            "id": ids, "household": owners, "is_head": [n == 0 for _, n in people],
            "age_band": bands, "sex": rng.choices(["male", "female"], k=len(ids)), "version": 1}),
        "Dwelling": _dwellings(homes, state, rng), "HardshipStatus": _statuses(homes, rng),
    }  # fmt: skip
    lives = pl.DataFrame({"from": homes, "to": village})
    member = pl.DataFrame({"from": ids, "to": owners})
    return frames, [("LIVES_IN", "Household", "Village", lives),
                    ("MEMBER_OF", "Person", "Household", member)]  # fmt: skip


def _dwellings(homes: list[str], state: list[str], rng: random.Random) -> pl.DataFrame:
    struck = [h for h, s in zip(homes, state, strict=True) if s == "in_need" or rng.random() < 0.1]
    known = dict(zip(homes, state, strict=True))
    damage = [rng.choice(["collapsed", "severe", "minor"]) if known[h] == "in_need" else "minor"
              for h in struck]  # fmt: skip
    return pl.DataFrame({"id": [f"D-{h}" for h in struck], "household": struck, "damage": damage,
                         "rooms": 3, "version": 1})  # fmt: skip


def _statuses(homes: list[str], rng: random.Random) -> pl.DataFrame:
    some = [h for h in homes if rng.random() < 0.15]
    groups = [rng.choice(list(HardshipGroup)).value for _ in some]
    return pl.DataFrame({"id": [f"HS-{h}" for h in some], "person": "", "household": some,
                         "group": groups, "source": "区民政局", "valid_from": "2026-01-01",
                         "valid_to": "", "version": 1})  # fmt: skip


def _needs(people: Nodes) -> pl.DataFrame:
    """Return Need nodes: what the rules owe everyone in need."""
    hits = pl.DataFrame({"township": [f"{DISTRICT}{n + 1:03}000" for n in range(TOWNS)],
                         "intensity": [40 + 3 * n for n in range(TOWNS)]})  # fmt: skip
    known = People(people["Household"], people["Person"], people["HardshipStatus"],
                   people["Dwelling"], hits)  # fmt: skip
    none = pl.DataFrame(schema={"subject": pl.String(), "person": pl.String(), "fact": pl.String()})
    needs = assess(named(known, DAY), none, rulebook=load().within(DISTRICT), hazard="flood",
                   stage=Stage.EMERGENCY, first_on=DAY, days=DAYS, disaster=DISASTER).needs  # fmt: skip
    by_need = needs.group_by(pl.col("need").alias("id")).agg(
        pl.col("subject", "item", "basic", "point", "township", "daily", "survival", "tier",
               "weight").first(),
        pl.len().cast(pl.Int64()).alias("days"), pl.col("quantity").max().alias("per_day"),
        pl.col("quantity").sum().alias("units"),
    ).sort("id")  # fmt: skip
    return by_need.with_columns(
        pl.lit(DISASTER).alias("disaster"), pl.lit("emergency").alias("stage"),
        pl.lit(DAY.isoformat()).alias("first_on"), pl.lit(0).alias("received"),
        pl.lit(1).alias("version"),
    )  # fmt: skip


def _plan(owed: pl.DataFrame, rng: random.Random) -> tuple[Nodes, Rels]:
    """Return the plan in force: each need planned, short, or a part of it."""
    pick = pl.Series([rng.random() for _ in range(owed.height)])
    why = pl.Series([rng.choice(_WAYS) for _ in range(owed.height)])
    split = owed.with_columns(
        pl.when(pick < 0.6).then("units").when(pick < 0.8).then(pl.col("units") // 2)
        .otherwise(0).alias("got"), why.alias("why"),
    )  # fmt: skip
    both = ("subject", "township", "point", "item")
    lines = split.filter(pl.col("got") > 0).select(
        ("A-" + pl.col("id")).alias("id"), pl.lit(PLAN).alias("plan"), pl.lit("L-1").alias("lot"),
        *both, pl.col("id").alias("need"), pl.lit(0).alias("day"), pl.lit(0).alias("due_day"),
        pl.col("got").alias("quantity"), pl.lit("truck").alias("mode"),
        pl.lit("firm").alias("state"), pl.lit("W-1").alias("warehouse"), pl.lit(1).alias("version"),
    )  # fmt: skip
    shorts = split.filter(pl.col("got") < pl.col("units")).select(
        ("SF-" + pl.col("id")).alias("id"), pl.lit(PLAN).alias("plan"),
        pl.col("id").alias("need"), *both, pl.lit(0).alias("day"),
        (pl.col("units") - pl.col("got")).alias("quantity"), "tier", pl.col("why").alias("reason"),
    )  # fmt: skip
    plan = pl.DataFrame([{
        "id": PLAN, "district": DISTRICT, "number": 1, "base": "", "state": "approved",
        "disaster": DISASTER, "first_on": DAY.isoformat(), "days": DAYS,
        "created_at": micros(FLOOD) + 1, "version": 1}])  # fmt: skip
    ends = [
        ("DRAWS_ON", "AllocationLine", "StockLot", lines.select(_from("id"), _to("lot"))),
        ("SERVES", "AllocationLine", "Need", lines.select(_from("id"), _to("need"))),
        ("LACKS", "Shortfall", "Need", shorts.select(_from("id"), _to("need"))),
    ]
    return {"Plan": plan, "AllocationLine": lines, "Shortfall": shorts}, ends


def _records(people: Nodes, rng: random.Random) -> tuple[Nodes, Rels]:
    """Return what the files told: the roster, the ledger of most in need, a few that went missing."""
    homes = people["Household"].select("id", "state", "persons")
    rolled = pl.Series([rng.random() < 0.97 for _ in range(homes.height)])
    told = pl.Series([rng.random() < 0.8 for _ in range(homes.height)])
    listed = homes.filter(told & (pl.col("state") == "in_need"))
    by_form = {"roster": homes.filter(rolled), "ledger": listed}
    records = pl.concat([
        rows.select((pl.lit(f"S-{form}-") + pl.col("id")).alias("id"), pl.lit(form).alias("form"),
                    pl.col("id").alias("subject"))
        for form, rows in by_form.items()
    ]).with_columns(
        pl.lit("F-1").alias("file"), pl.lit("F-1").alias("source"),
        pl.when(pl.col("id").str.ends_with("77")).then(pl.lit("F-1")).otherwise(pl.lit(""))
        .alias("absent_since"), pl.lit(1).alias("version"),
    )  # fmt: skip
    entries = listed.select(
        (pl.lit("LE-") + pl.col("id")).alias("id"), pl.col("id").alias("household"),
        pl.lit(DISASTER).alias("disaster"), pl.col("persons").alias("persons_in_need"),
        pl.lit(2000).alias("paid_fen"), pl.lit(0).alias("goods_fen"), pl.lit(1).alias("version"),
    )  # fmt: skip
    refused = [{"id": f"RR-{n}", "file": "F-1", "form": "ledger", "place": "", "persons": 3,
                "at": micros(FLOOD), "settled": False} for n in range(50)]  # fmt: skip
    file = {"id": "F-1", "name": "底册.xlsx", "imported_at": micros(FLOOD)}
    nodes = {"SourceRecord": records, "LedgerEntry": entries, "RefusedRow": pl.DataFrame(refused),
             "SourceFile": pl.DataFrame([file])}  # fmt: skip
    return nodes, [
        ("DENOTES", "SourceRecord", "Household", records.select(_from("id"), _to("subject"))),
        ("ENTRY_FOR", "LedgerEntry", "Household", entries.select(_from("id"), _to("household"))),
    ]


def _from(column: str) -> pl.Expr:
    return pl.col(column).alias("from")


def _to(column: str) -> pl.Expr:
    return pl.col(column).alias("to")
