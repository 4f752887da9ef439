"""The dead, the missing and those they leave: restricted lists, new heads, guardians."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.homes import find_home, members
from api.usecases.privacy.looking import Reason, Seen, look, purposes
from api.usecases.privacy.sealing import seal
from graphcore.casework.intake.losses import DEAD, YOUNG
from graphcore.domain.actor import Actor
from graphcore.domain.errors import InputError, NotFound, WrongState
from graphcore.domain.event import EventDraft, Json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say
from graphcore.store.port import ReadUnit, WriteUnit

MOST_PURPOSE = 100
MATTERS = {"household": pl.String(), "code": pl.String(), "township": pl.String(),
           "matter": pl.String(), "since": pl.Int64()}  # fmt: skip
"""``matter``: ``kin`` not told, ``head`` to be named, ``guardian`` to be approved, ``account``."""

_STOPPED = {"id": pl.String(), "household": pl.String(), "stopped_at": pl.Int64()}


def casualties(
    ctx: Context, actor: Actor, *, names: bool = False, purpose: str = ""
) -> pl.DataFrame:
    """Return Casualty rows within the actor's scope; with ``names`` also ``name`` and ``kin``.

    Looking at names needs a purpose, and is recorded in the audit chain before they are given out.

    Raises:
        Forbidden: the actor may not see the dead and the missing.
        InputError: names without a purpose.
    """
    authorise(actor, Operation.READ_CASUALTIES)
    rows = ctx.store.read(lambda unit: unit.nodes("Casualty")).filter(
        pl.col("township").str.starts_with(actor.scope)
    ).sort("township", "kind", "id")  # fmt: skip
    if not names:
        return rows
    if not purpose.strip() or len(purpose) > MOST_PURPOSE:
        raise InputError(
            say("查看姓名须写明用途。"),
            say("请用 --purpose 写明，{most} 字以内。", most=MOST_PURPOSE),
            field="purpose",
        )
    keys = rows["id"].to_list()
    body: dict[str, Json] = {"casualties": cast("list[Json]", keys), "purpose": purpose}
    event = EventDraft("casualty.read", actor.id, ctx.clock(), body)
    ctx.store.write(ctx.district, lambda unit: unit.append(event))
    reason = Reason(purpose) if purpose in purposes(ctx) else Reason("casework", purpose)
    told = look(ctx, actor, reason, keys, Seen("people.lost", ("name", "kin")))
    return rows.with_columns(
        pl.Series(entry, [told.get(k, {}).get(entry, "") for k in keys], dtype=pl.String)
        for entry in ("name", "kin")
    )


def matters(ctx: Context, actor: Actor) -> pl.DataFrame:
    """Return MATTERS that a death left open, the oldest first.

    Raises:
        Forbidden: the actor may not read cases.
    """
    authorise(actor, Operation.READ_CASES)
    rows = ctx.store.read(_matters)
    return rows.filter(pl.col("township").str.starts_with(actor.scope))


def _matters(unit: ReadUnit) -> pl.DataFrame:
    lost = unit.nodes("Casualty").filter((pl.col("kind") == DEAD) & (pl.col("household") != ""))
    alive = members(unit, lost["household"].unique().sort().to_list()).filter(
        pl.col("died_on").fill_null("") == ""
    )  # fmt: skip
    headed = alive.filter("is_head")["household"].implode()
    bereaved = lost.filter(pl.col("household").is_in(alive["household"].implode()))
    stopped = unit.table("homes.stopped", _STOPPED)
    orphans = unit.nodes("Guardianship").filter(pl.col("state") == "open")
    since = pl.col("occurred_on").str.to_date(strict=False).dt.epoch("us").fill_null(0)
    found = pl.concat([
        _matter(bereaved.filter(pl.col("kin_told_at").fill_null(0) == 0), "kin", since),
        _matter(bereaved.filter(~pl.col("household").is_in(headed)), "head", since),
        _matter(orphans, "guardian", pl.col("opened_at")),
        _matter(stopped, "account", pl.col("stopped_at")),
    ]).unique()  # fmt: skip
    homes = unit.nodes("Household", found["household"].to_list())
    known = homes.select(pl.col("id").alias("household"), "code", "township")
    return found.join(known, on="household").select(list(MATTERS)).sort(
        "since", "household", "matter")  # fmt: skip


def _matter(rows: pl.DataFrame, name: str, since: pl.Expr) -> pl.DataFrame:
    return rows.select(
        "household", pl.lit(name).alias("matter"), since.cast(pl.Int64).alias("since")
    )


def name_head(ctx: Context, actor: Actor, household: str, person: str) -> None:
    """Name the head of a household (id or code): one of its living, grown members.

    Raises:
        Forbidden: the actor may not care for survivors, or the household lies out of scope.
        NotFound: no such household or member.
        WrongState: the person died, or is a child.
    """
    authorise(actor, Operation.CARE_FOR_SURVIVORS)
    at = ctx.clock()

    def write(unit: WriteUnit) -> None:
        home = find_home(unit, household)
        authorise(actor, Operation.CARE_FOR_SURVIVORS, str(home["township"]))
        people = members(unit, [str(home["id"])])
        chosen = people.filter(pl.col("id") == person)
        if chosen.is_empty():
            raise NotFound(say("该户没有成员 {person}。", person=person[:40]))
        if chosen["died_on"][0] or chosen["age_band"][0] in YOUNG:
            raise WrongState(say("户主须是在世的成年成员。"), say("只有未成年人的户请指定监护人。"))
        moved = people.filter(pl.col("is_head") != (pl.col("id") == person))
        unit.update("Person", moved.select(
            "id", (pl.col("id") == person).alias("is_head"), (pl.col("version") + 1).alias("version")
        ))  # fmt: skip
        body: dict[str, Json] = {"id": str(home["id"]), "person": person}
        unit.append(EventDraft("household.head_named", actor.id, at, body))

    ctx.store.write(ctx.district, write)


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who cares for children without grown-ups, and by which document; the name is sealed."""

    name: str
    relation: str
    document: str
    kind: str = "guardian"  # or "proxy": who may receive in their name


def approve_guardian(ctx: Context, actor: Actor, household: str, guardian: Guardian) -> str:
    """Approve a guardian or proxy of a household of children; ``actor`` is the named officer.

    Raises:
        Forbidden: the actor may not care for survivors, or the household lies out of scope.
        InputError: no name, relation or document.
        NotFound: no such household, or none that waits for a guardian.
    """
    authorise(actor, Operation.CARE_FOR_SURVIVORS)
    if not (guardian.name.strip() and guardian.relation.strip() and guardian.document.strip()):
        raise InputError(say("监护人须写明姓名、与儿童的关系和文书编号。"), field="guardian")
    at = ctx.clock()

    def write(unit: WriteUnit) -> str:
        home = find_home(unit, household)
        authorise(actor, Operation.CARE_FOR_SURVIVORS, str(home["township"]))
        key = derived(Kind.GUARDIAN, str(home["id"]))
        found = unit.nodes("Guardianship", [key])
        if found.is_empty():
            raise NotFound(say("该户不需要指定监护人。"), say("请用 doudi people open 查看。"))
        unit.update("Guardianship", pl.DataFrame([{
            "id": key, "state": "approved", "kind": guardian.kind, "relation": guardian.relation,
            "document": guardian.document, "approved_by": actor.id, "approved_at": at,
            "version": int(found["version"][0]) + 1,
        }]))  # fmt: skip
        seal(ctx, unit, "Guardianship", key, {"name": guardian.name})
        body: dict[str, Json] = {"id": key, "household": str(home["id"]), "kind": guardian.kind}
        unit.append(EventDraft("guardian.approved", actor.id, at, body))
        return key

    return ctx.store.write(ctx.district, write)
