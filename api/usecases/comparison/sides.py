"""The two sides as they are stored: records opened in memory, never written anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import polars as pl

from api.usecases.context import Context
from graphcore.domain.ids import Kind
from graphcore.domain.privacy import RecordKind, record_id
from graphcore.exchange.forms.choices import GROUP_WORDS
from graphcore.store.port import ReadUnit, Row

REPORTS = ("roster", "members", "ledger", "houses", "stays")
REGISTER = ("groups",)
Kinds: TypeAlias = tuple[RecordKind, ...]
_REPORTED: Kinds = (RecordKind.EMERGENCY, RecordKind.REGISTER)
_REGISTERED: Kinds = (RecordKind.REGISTER, RecordKind.EMERGENCY)
PEOPLE = {
    "id": pl.String(), "household": pl.String(), "name": pl.String(), "surname": pl.String(),
    "number": pl.String(), "id_number": pl.String(), "phone": pl.String(), "born_on": pl.String(),
    "sex": pl.String(), "township": pl.String(), "village": pl.String(), "address": pl.String(),
    "groups": pl.String(), "head": pl.Boolean(), "place": pl.String(),
}  # fmt: skip
_HOMES = {"left": pl.String(), "right": pl.String(), "through": pl.String(), "persons": pl.Int64(),
          "change": pl.String()}  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """Who the reports name, and who is registered.

    ``left``: the reports; ``register``: all who are registered; ``right``: those of them whom the
    import could not put with a reported household; ``joined``: the households of the others.
    ``apart``, ``together``: pairs that a person has decided. ``seq``: where the chain stood.
    """

    left: pl.DataFrame
    register: pl.DataFrame
    right: pl.DataFrame
    joined: pl.DataFrame
    apart: pl.DataFrame
    together: pl.DataFrame
    cases: dict[str, dict[str, Any]]
    seq: int


def sides_of(ctx: Context) -> Sides:
    """Read both sides in one short read, then open their records."""
    seen = ctx.store.read(lambda unit: _look(unit, ctx.district))
    return _Opening(ctx, seen).sides()


@dataclass(frozen=True)
class _Seen:
    sources: list[Row]
    nodes: dict[str, pl.DataFrame]
    seq: int


def _look(unit: ReadUnit, district: str) -> _Seen:
    labels = ("Township", "Village", "Household", "Person", "PersonalRecord", "HardshipStatus",
              "ReviewCase")  # fmt: skip
    head = unit.rows("intake.head", district=district)
    return _Seen(
        unit.rows("linkage.sources", forms=[*REPORTS, *REGISTER]),
        {label: unit.nodes(label) for label in labels},
        int(cast("int", head[0]["seq"])) if head else 0,
    )


class _Opening:
    """Opens the personal records of both sides."""

    def __init__(self, ctx: Context, seen: _Seen) -> None:
        self._ctx, self._seen = ctx, seen
        self._homes = {r["id"]: r for r in seen.nodes["Household"].iter_rows(named=True)}
        self._persons = {r["id"]: r for r in seen.nodes["Person"].iter_rows(named=True)}
        self._names = {
            **dict(seen.nodes["Township"].select("code", "name").iter_rows()),
            **dict(seen.nodes["Village"].select("code", "name").iter_rows()),
        }
        self._records = {r["id"]: r for r in seen.nodes["PersonalRecord"].iter_rows(named=True)}
        self._held = _held(seen.nodes["HardshipStatus"])

    def sides(self) -> Sides:
        named = [(str(r["subject"]), r["form"] in REGISTER) for r in self._seen.sources]
        reported = {s for s, registered in named if not registered}
        homes = {self._home(s) for s in reported}
        registered = sorted({s for s, is_registered in named if is_registered})
        left = self._table(sorted(self._without_doubled_heads(reported)), _REPORTED)
        register = self._table(registered, _REGISTERED)
        inside = pl.col("household").is_in(sorted(homes))
        known = register.filter(inside)["household"].unique().sort()
        joined = pl.DataFrame({"left": known, "right": known}).with_columns(
            through=pl.lit("person"), persons=pl.lit(1, pl.Int64()), change=pl.lit("")
        )
        cases = {r["id"]: r for r in self._seen.nodes["ReviewCase"].iter_rows(named=True)}
        decided = self._seen.nodes["ReviewCase"].select("left", "right", "state")
        return Sides(
            left, register, register.filter(~inside), joined.cast(_HOMES),  # type: ignore[arg-type]
            decided.filter(pl.col("state") == "different").select("left", "right"),
            decided.filter(pl.col("state") == "same").select("left", "right"),
            cases, self._seen.seq,
        )  # fmt: skip

    def _home(self, subject: str) -> str:
        person = self._persons.get(subject)
        return str(person["household"]) if person else subject

    def _without_doubled_heads(self, subjects: set[str]) -> set[str]:
        """A household whose head is listed as a person too is one row, not two."""
        headed = {
            str(p["household"]) for s, p in self._persons.items() if p["is_head"] and s in subjects
        }
        return {s for s in subjects if s not in headed}

    def _table(self, subjects: list[str], kinds: Kinds) -> pl.DataFrame:
        rows = [self._row(s, kinds) for s in subjects if s in self._homes or s in self._persons]
        return pl.DataFrame(rows, schema=PEOPLE)

    def _row(self, subject: str, kinds: Kinds) -> dict[str, object]:
        record = self._opened(subject, kinds)
        home = self._home(subject)
        place = self._homes.get(home, {})
        contact = record if subject == home else {**self._opened(home, kinds), **record}
        person = self._persons.get(subject)
        village = str(place.get("village") or "")
        return {
            "id": subject, "household": home, "name": record.get("name") or "", "surname": "",
            "number": record.get("id_number") or "", "id_number": record.get("id_number") or "",
            "phone": contact.get("phone") or "", "address": contact.get("address") or "",
            "born_on": record.get("born_on") or "", "sex": record.get("sex") or "",
            "township": self._names.get(str(place.get("township") or ""), ""),
            "village": self._names.get(village, village), "place": village,
            "groups": "、".join(self._held.get(subject, ())),
            "head": bool(person["is_head"]) if person else True,
        }  # fmt: skip

    def _opened(self, subject: str, kinds: Kinds) -> dict[str, Any]:
        """Return what is known of a subject; the first kind wins."""
        told: dict[str, Any] = {}
        for kind in kinds:
            sealed = self._records.get(record_id(subject, kind))
            if sealed is not None and sealed["wrapped_key"]:
                key, text = sealed["wrapped_key"], sealed["ciphertext"]
                told = {**self._ctx.vault.open(subject, key, text), **told}
        return told


def _held(statuses: pl.DataFrame) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for r in statuses.sort("id").iter_rows(named=True):
        held.setdefault(str(r["person"] or r["household"]), []).append(_word(str(r["group"])))
    return {s: sorted(set(words)) for s, words in held.items()}


def _word(group: str) -> str:
    return GROUP_WORDS[group][0] if group in GROUP_WORDS else group


def is_household(subject: str) -> bool:
    """Whether a subject's id is a household's."""
    return subject.startswith(f"{Kind.HOUSEHOLD}-")
