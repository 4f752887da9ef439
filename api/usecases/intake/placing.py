"""Places: names or codes in a table become the codes of townships and villages that are known."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import polars as pl

from graphcore.casework.intake.places import TOWNSHIP_DIGITS
from graphcore.casework.intake.world import World
from graphcore.domain.rows import RowProblem, Severity
from graphcore.domain.text import Text, say
from graphcore.exchange.forms.catalogue import Type
from graphcore.exchange.mapping import TableMapping
from graphcore.exchange.reader import ParsedSheet

TOWNSHIP, VILLAGE = "Township", "Village"
_CODE = re.compile(r"\d{9}(\d{3})?")
_TAILS = {
    TOWNSHIP: ("街道办事处", "街道", "民族乡", "镇", "乡"),
    VILLAGE: ("村民委员会", "居民委员会", "村委会", "居委会", "社区居委会", "社区", "村"),
}
_CREATED_DIGITS = 3  # of a place without a code: the prefix, then a running number


@dataclass(frozen=True)
class Placed:
    """A sheet's rows with codes for places; rows whose place is unknown apart."""

    table: pl.DataFrame
    refused: pl.DataFrame
    problems: tuple[RowProblem, ...]


def place_rows(sheet: ParsedSheet, world: World, mapping: TableMapping | None) -> Placed:
    """Replace the names in the sheet's place columns by codes.

    A name is looked up within the row's township, else within the township that the sheet is named
    after, else in the district. Forms that bring places in are checked against those too.
    """
    names = [f.name for f in sheet.form.fields if f.type is Type.PLACE]
    if not names or sheet.table.is_empty():
        return Placed(sheet.table, sheet.table.clear(), ())
    return _Placing(sheet, world, mapping, names).run()


class _Placing:
    def __init__(
        self, sheet: ParsedSheet, world: World, mapping: TableMapping | None, names: list[str]
    ) -> None:
        self._sheet = sheet
        self._names = sorted(names, key=lambda n: n != "township")  # a village's township first
        self._book = _Book.of(world)
        self._maker = (
            _Maker(world, self._book, mapping) if mapping and mapping.create_places else None
        )
        self._home = self._book.mentioned(sheet.sheet)
        self._problems: list[RowProblem] = []

    def run(self) -> Placed:
        rows = self._sheet.table.select("_row", *self._names).to_dicts()
        good = [self._row(row) for row in rows]
        codes = pl.DataFrame(
            {n: [row[n] for row in rows] for n in self._names},
            schema=dict.fromkeys(self._names, pl.String()),
        )
        table = self._sheet.table.with_columns(codes)
        mask = pl.Series(good, dtype=pl.Boolean())
        return Placed(table.filter(mask), table.filter(~mask), tuple(self._problems))

    def _row(self, row: dict[str, object]) -> bool:
        """Put codes in the row; return whether all its places were found."""
        fine = True
        for name in self._names:
            written = str(row[name] or "").strip()
            if not written:
                continue
            code = self._find(name, written, str(row.get("township") or ""))
            if code is None:
                self._refuse(int(str(row["_row"])), name, written)
                fine = False
            else:
                row[name] = code
        return fine

    def _find(self, name: str, written: str, township: str) -> str | None:
        if self._maker is not None:
            return self._maker.code(name, written, township)
        if name == "township":
            return self._book.township(written)
        within = township if self._book.is_township(township) else self._home
        found = self._book.village(written, within)
        return found or (self._book.township(written) if name == "place" else None)

    def _refuse(self, row: int, name: str, written: str) -> None:
        what, advice = self._book.unknown(name, written)
        header = self._sheet.headers.get(name, name)
        self._problems.append(RowProblem(
            self._sheet.sheet, row, header, what, advice, Severity.ERROR, "unknown_place"
        ))  # fmt: skip


_LIKE_A_PLACE = re.compile(r".*(?:[村镇乡寨屯组区点]|街道|居委会|村委会)|\d{6}|\d{9}|\d{12}")
"""What may be said again in a report: anything else may be a name or number out of its column."""


@dataclass
class _Book:
    """Known places by plain name."""

    towns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    villages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes: dict[str, str] = field(default_factory=dict)  # code → label
    districts: tuple[str, ...] = ()  # plain names, which people write in front of a place
    names: dict[str, list[str]] = field(default_factory=lambda: {TOWNSHIP: [], VILLAGE: []})

    @classmethod
    def of(cls, world: World) -> _Book:
        book = cls()
        districts = {**world.existing("District"), **world.changes.created.get("District", {})}
        book.districts = tuple(sorted(_plain(str(d["name"])) for d in districts.values()))
        for label in (TOWNSHIP, VILLAGE):
            known: Mapping[str, Mapping[str, object]] = {
                **world.existing(label),
                **world.changes.created.get(label, {}),
            }
            for code, row in known.items():
                book.add(label, code, str(row["name"]))
        return book

    def add(self, label: str, code: str, name: str) -> None:
        index = self.towns if label == TOWNSHIP else self.villages
        for word in _spellings(label, name):
            index[word].add(code)
        self.codes[code] = label
        self.names[label].append(name)

    def is_township(self, code: str) -> bool:
        return self.codes.get(code) == TOWNSHIP

    def township(self, written: str) -> str | None:
        if _CODE.fullmatch(written):
            return self._by_code(TOWNSHIP, written)
        return _only(self.towns, TOWNSHIP, self.within_district(written), None)

    def village(self, written: str, township: str) -> str | None:
        if _CODE.fullmatch(written):
            return self._by_code(VILLAGE, written)
        written = self.within_district(written)
        found = _only(self.villages, VILLAGE, written, township[:TOWNSHIP_DIGITS] or None)
        return found or self._after_township(written)

    def within_district(self, written: str) -> str:
        """Return the name without the district's in front of it."""
        plain = _plain(written)
        name = next((d for d in self.districts if plain.startswith(d) and plain != d), "")
        return plain.removeprefix(name)

    def _after_township(self, written: str) -> str | None:
        """A village written behind its township: 清河镇河东村."""
        for name in self.names[TOWNSHIP]:
            town = self.township(name)
            if town and written.startswith(name) and len(written) > len(name):
                rest = written[len(name) :]
                return _only(self.villages, VILLAGE, rest, town[:TOWNSHIP_DIGITS])
        return None

    def _by_code(self, label: str, written: str) -> str | None:
        for code in (written, written + "000", written[:TOWNSHIP_DIGITS]):
            if self.codes.get(code) == label:
                return code
        return None

    def mentioned(self, sheet: str) -> str:
        """Return the township that a sheet's name means, "" if none."""
        found = {self.township(n) for n in self.names[TOWNSHIP] if n in sheet}
        found |= {self.township(sheet)}
        named = found - {None}
        return str(next(iter(named))) if len(named) == 1 else ""

    def unknown(self, name: str, written: str) -> tuple[Text, Text]:
        label = TOWNSHIP if name == "township" else VILLAGE
        near = get_close_matches(written, self.names[label], n=3, cutoff=0.5)
        what = (
            say("地名“{place}”不在已登记的乡镇和村名录中，或有重名。", place=written[:20])
            if _LIKE_A_PLACE.fullmatch(written)
            else say("这一格不是已登记的乡镇或村，或有重名。")
        )
        if near:
            return what, say("是否为：{near}？请改为登记的全称或代码。", near="、".join(near))
        return what, say("请改为登记的全称或代码，或先导入乡镇、村的基本情况表。")


@dataclass
class _Maker:
    """Opens places that no table has codes for, under the mapping's prefix."""

    world: World
    book: _Book
    mapping: TableMapping

    def code(self, name: str, written: str, township: str) -> str | None:
        if name == "township" or self.mapping.create_places == "township":
            return self.book.township(written) or self._open(TOWNSHIP, written, "")
        found = self.book.village(written, township)
        if found or not township:
            return found
        return self._open(VILLAGE, written, township)

    def _open(self, label: str, written: str, township: str) -> str:
        stem = township[:TOWNSHIP_DIGITS] if label == VILLAGE else self.mapping.place_prefix
        taken = {c[len(stem) :][:_CREATED_DIGITS] for c, kind in self.book.codes.items()
                 if kind == label and c.startswith(stem)}  # fmt: skip
        number = next(n for n in range(1, 10**_CREATED_DIGITS) if f"{n:03d}" not in taken)
        code = f"{stem}{number:03d}" + ("" if label == VILLAGE else "000")
        self.book.add(label, code, written)
        self._put(label, code, written, township)
        return code

    def _put(self, label: str, code: str, name: str, township: str) -> None:
        changes, district = self.world.changes, self.mapping.place_prefix
        parent = ("Township", township) if label == VILLAGE else ("District", district)
        if not self.world.known("District", district):
            changes.put("District", district, {"code": district, "name": district})
        changes.put(label, code, {"code": code, "name": name})
        changes.link("PART_OF", (label, code), parent)


def _spellings(label: str, name: str) -> Iterator[str]:
    """The name as written, and without its kind of place: 清河镇, 清河."""
    plain = _plain(name)
    yield plain
    for tail in _TAILS[label]:
        if plain.endswith(tail) and len(plain) > len(tail) + 1:
            yield plain.removesuffix(tail)
            return


def _only(
    index: Mapping[str, set[str]], label: str, written: str, within: str | None
) -> str | None:
    """Return the one place of that name; the full name wins over the short one."""
    for word in _spellings(label, written):
        found = {c for c in index.get(word, ()) if within is None or c.startswith(within)}
        if len(found) == 1:
            return next(iter(found))
        if found:
            return None
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\s（）()·.,，、-]", "", unicodedata.normalize("NFKC", name)).casefold()
