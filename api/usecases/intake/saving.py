"""Save: a bound file's differences, its source records, versions and event, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from typing import cast

import polars as pl

from api.usecases.context import Context
from api.usecases.intake.binding import Bound, Source
from api.usecases.intake.refusal import refused_id, rows_of
from api.usecases.intake.rows import file_row, frame_of
from api.usecases.intake.world import Look
from api.usecases.ledger import bereaved, issue
from graphcore.casework.intake.changes import ChangeSet, Link, Properties
from graphcore.casework.intake.forms import DENOTED
from graphcore.domain.actor import Actor
from graphcore.domain.clock import day_of
from graphcore.domain.event import EventDraft, Json, canonical_json
from graphcore.domain.ids import Kind, derived
from graphcore.domain.privacy import owner_and_kind
from graphcore.exchange.reader import ParsedFile
from graphcore.store.port import WriteUnit
from graphcore.store.schema import BY_LABEL

_ONE_TARGET = {  # relationships of which a source has one, and the property that names the target
    "LIVES_IN": "village",
    "MEMBER_OF": "household",
    "STORED_IN": "warehouse",
    "LOT_OF": "item",
    "BELONGS_TO": "organization",
    "IN_TEAM": "team",
}
_UNVERSIONED = frozenset({"Movement", "Skill"})
_SUBJECTS = {
    Kind.HOUSEHOLD.value: "Household", Kind.VOLUNTEER.value: "Volunteer",
    Kind.VEHICLE.value: "Vehicle", Kind.GROUP.value: "WorkGroup", Kind.CASUALTY.value: "Casualty",
    Kind.SURVEY.value: "Survey",
}  # fmt: skip


class Moved(Exception):
    """Somebody wrote between the look and the save: look again."""


def save(
    ctx: Context, actor: Actor, file: ParsedFile, bound: Bound, seen: Look, gone: list[str]
) -> int | None:
    """Write the file; return its event's place in the chain, None where nothing changed.

    Raises:
        Moved: the chain grew since the look.
    """
    refused = rows_of(file, bound, seen.file)
    work = _work(ctx, actor, file, bound, seen, gone, refused)
    if work is None:
        return None
    return ctx.store.write(bound.world.district, _guarded(bound.world.district, seen.seq, work))


def _guarded(
    district: str, seq: int, work: Callable[[WriteUnit], int]
) -> Callable[[WriteUnit], int]:
    def write(unit: WriteUnit) -> int:
        head = unit.rows("intake.head", district=district)
        if head and int(cast("int", head[0]["seq"])) != seq:
            raise Moved
        return work(unit)

    return write


def _work(
    ctx: Context, actor: Actor, file: ParsedFile, bound: Bound, seen: Look, gone: list[str],
    refused: pl.DataFrame,
) -> Callable[[WriteUnit], int] | None:  # fmt: skip
    changes = bound.world.changes
    fresh = [s for s in bound.sources.values() if s.fresh]
    settled = _settled(file, bound, seen)
    if not (fresh or gone or settled or refused.height):
        return None
    _seal(ctx, changes, seen, bound.world.at)
    bereaved.prepare(ctx, actor, changes, bound.world.at)
    state = "partly" if bound.bad else "imported"
    source = file_row(ctx, actor, file, bound, seen.file, state)
    body = _body(bound, seen.file, gone)
    forms, at = {s.form for s in fresh}, bound.world.at

    def work(unit: WriteUnit) -> int:
        unit.upsert("SourceFile", source)
        versions = _write_nodes(unit, changes, seen.file, bound.world.at)
        unit.create("FactVersion", versions)
        _write_links(unit, changes)
        bereaved.stop_payments(unit, changes)
        _write_sources(unit, fresh, gone, seen, bound.world.at)
        if refused.height:
            unit.upsert("RefusedRow", refused)
        if settled:
            unit.update("RefusedRow", _all("id", settled, "settled", True))
        if forms & issue.FORMS and any(changes.counts):
            cause = "、".join(sorted(forms & issue.FORMS))
            issue.issue(unit, ctx, actor, bound.world.district, cause=cause, file=seen.file, at=at)
        return unit.append(EventDraft("import.file", actor.id, bound.world.at, body)).seq

    return work


def _settled(file: ParsedFile, bound: Bound, seen: Look) -> list[str]:
    good = set()
    for s in bound.sources.values():
        good.add(refused_id(bound.world, file.name, s.sheet, s.row, s.external))
        good.add(refused_id(bound.world, file.name, s.sheet, s.row, ""))
    return sorted(str(r["id"]) for r in seen.refused if r["id"] in good)


def _body(bound: Bound, file: str, gone: list[str]) -> dict[str, Json]:
    created, updated = bound.world.changes.counts
    stock: dict[str, Json] = dict(sorted(bound.world.amounts.items()))
    return {
        "file": file, "rows": bound.rows, "created": created, "updated": updated,
        "unchanged": bound.unchanged, "refused": len(bound.bad), "absent": len(gone),
        "stock": stock,
    }  # fmt: skip


def _seal(ctx: Context, changes: ChangeSet, seen: Look, at: int) -> None:
    """Turn what was told of people into PersonalRecord nodes."""
    known = sorted(s for s in changes.personal if s in seen.records)
    rows = ctx.store.read(lambda unit: unit.nodes("PersonalRecord", known)) if known else None
    stored = {r["id"]: r for r in rows.iter_rows(named=True)} if rows is not None else {}
    for key, said in sorted(changes.personal.items()):
        _seal_one(ctx, changes, key, said, stored.get(key), at)


def _seal_one(
    ctx: Context, changes: ChangeSet, key: str, said: Mapping[str, object],
    before: Properties | None, at: int,
) -> None:  # fmt: skip
    subject, kind = owner_and_kind(key)
    wrapped = str(before["wrapped_key"] or "") if before else ""  # "" once destroyed
    old = ctx.vault.open(subject, wrapped, str(before["ciphertext"])) if before and wrapped else {}
    record = {**old, **cast("dict[str, Json]", said)}
    if record == old or not (old or any(record.values())):
        return
    wrapped = wrapped or ctx.vault.new_key(subject)
    row: Properties = {
        "id": key, "subject": subject, "kind": kind.value, "wrapped_key": wrapped,
        "ciphertext": ctx.vault.seal(subject, wrapped, record),
        "number_index": ctx.vault.index("number", str(record.get("id_number") or "")),
        "name_index": _name_index(ctx, record), "told_at": at, "destroyed_at": 0,
    }  # fmt: skip
    if before:
        changes.updated.setdefault("PersonalRecord", {})[key] = row
        changes.existing.setdefault("PersonalRecord", {})[key] = before
    else:
        changes.created.setdefault("PersonalRecord", {})[key] = row
        label = _SUBJECTS.get(subject.partition("-")[0], "Person")
        changes.link("HAS_RECORD", (label, subject), ("PersonalRecord", key))


def _name_index(ctx: Context, record: Mapping[str, Json]) -> str:
    """Return the blind index of a name within its household or village, "" without one."""
    scope = str(record.get("household") or record.get("village") or "")
    return ctx.vault.index("name", f"{scope}\x1f{record.get('name') or ''}") if scope else ""


def _write_nodes(unit: WriteUnit, changes: ChangeSet, file: str, at: int) -> pl.DataFrame:
    versions: list[dict[str, object]] = []
    for label, nodes in sorted(changes.created.items()):
        rows = [_versioned(label, row, 1) for _, row in sorted(nodes.items())]
        unit.create(label, frame_of(label, rows))
        versions += [_fact(label, key, 1, row, file, at) for key, row in sorted(nodes.items())]
    for label, nodes in sorted(changes.updated.items()):
        rows = []
        for key, change in sorted(nodes.items()):
            before = changes.existing[label][key]
            n = int(cast("int", before.get("version") or 0)) + 1
            rows.append(_versioned(label, {**before, **change}, n))
            versions.append(_fact(label, key, n, change, file, at))
        unit.update(label, frame_of(label, rows))
    return frame_of("FactVersion", (v for v in versions if v["label"] not in _UNVERSIONED))


def _versioned(label: str, row: Properties, version: int) -> Properties:
    return {**row, "version": version} if "version" in BY_LABEL[label].properties else row


def _fact(label: str, key: str, n: int, said: Properties, file: str, at: int) -> dict[str, object]:
    payload = {k: v for k, v in said.items() if k != "version"}
    return {
        "id": derived(Kind.VERSION, label, key, n), "subject": key, "label": label, "n": n,
        "valid_on": day_of(at).isoformat(), "recorded_at": at, "file": file,
        "payload": canonical_json(cast("dict[str, Json]", payload)),
    }  # fmt: skip


def _write_links(unit: WriteUnit, changes: ChangeSet) -> None:
    stale = [old for link in changes.links if (old := _replaced(changes, link))]
    again = [x for x in changes.links if _both_known(changes, x)]
    for (rel, source, target), links in _grouped([*stale, *again, *changes.unlinks]).items():
        unit.unlink(rel, source, target, _ends(links, with_properties=False))
    for (rel, source, target), links in _grouped(changes.links).items():
        unit.link(rel, source, target, _ends(links, with_properties=True))


def _replaced(changes: ChangeSet, link: Link) -> Link | None:
    """Return the earlier relationship that a single-valued one takes the place of."""
    named = _ONE_TARGET.get(link.rel)
    before = changes.existing.get(link.source_label, {}).get(link.source)
    if named is None or before is None or before.get(named) in (None, "", link.target):
        return None
    return Link(link.rel, link.source_label, link.target_label, link.source, str(before[named]))


def _both_known(changes: ChangeSet, link: Link) -> bool:
    ends = ((link.source_label, link.source), (link.target_label, link.target))
    return all(key not in changes.created.get(label, {}) for label, key in ends)


def _grouped(links: Iterable[Link]) -> dict[tuple[str, str, str], list[Link]]:
    grouped: dict[tuple[str, str, str], list[Link]] = {}
    for x in sorted(links, key=astuple):
        grouped.setdefault((x.rel, x.source_label, x.target_label), []).append(x)
    return grouped


def _ends(links: list[Link], *, with_properties: bool) -> pl.DataFrame:
    rows = [
        {"from": x.source, "to": x.target, **(dict(x.properties) if with_properties else {})}
        for x in links
    ]
    return pl.DataFrame(rows)


def _write_sources(
    unit: WriteUnit, fresh: list[Source], gone: list[str], seen: Look, at: int
) -> None:
    rows = [_source_row(s, seen, at) for s in sorted(fresh, key=lambda s: s.id)]
    unit.upsert("SourceRecord", frame_of("SourceRecord", rows))
    new = [s for s in fresh if s.id not in seen.sources]
    _link_new(unit, new, seen.file)
    if gone:
        unit.update("SourceRecord", _all("id", gone, "absent_since", seen.file))


def _source_row(s: Source, seen: Look, at: int) -> dict[str, object]:
    before = seen.sources.get(s.id)
    return {
        "id": s.id, "source": before["source"] if before else seen.file, "form": s.form,
        "file": seen.file, "sheet": s.sheet, "row": s.row, "external": s.external,
        "subject": s.subject, "digest": s.digest, "recorded_at": at, "absent_since": "",
        "version": int(cast("int", before["version"])) + 1 if before else 1,
    }  # fmt: skip


def _link_new(unit: WriteUnit, new: list[Source], file: str) -> None:
    if not new:
        return
    ids = [s.id for s in new]
    unit.link("READ_FROM", "SourceRecord", "SourceFile", _all("from", ids, "to", file))
    for label in sorted({DENOTED[s.form] for s in new if s.form in DENOTED}):
        some = [s for s in new if DENOTED.get(s.form) == label]
        ends = {"from": [s.id for s in some], "to": [s.subject for s in some]}
        unit.link("DENOTES", "SourceRecord", label, pl.DataFrame(ends))


def _all(key: str, keys: list[str], name: str, value: str | bool) -> pl.DataFrame:
    return pl.DataFrame({key: keys}).with_columns(pl.lit(value).alias(name))
