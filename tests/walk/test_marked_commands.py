"""No full number, phone, name or health word is printed or exported by a command to who may not see it.

Every command of the parser is run as every role on a district with marked people. A new command is
run by itself; where it needs a value that nothing here gives, the test names it.
"""

from __future__ import annotations

import io
import logging
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import click
import polars as pl
import pytest
from openpyxl import load_workbook

import api.bootstrap
from api.cli import output, session
from api.cli.main import cli, main
from api.masks import Field
from api.usecases.audits.tasks import run_audits
from api.usecases.cases.propose import propose
from api.usecases.comparison.stored import compare_stored
from api.usecases.context import Context
from api.usecases.import_files import import_files
from api.usecases.ledger.desk import Application, take
from api.usecases.privacy.sealing import seal
from api.usecases.rebuild.houses import open_cases as open_houses
from api.usecases.roster.make import RosterOptions, make_roster
from api.usecases.winter.campaigns import winter
from graphcore.casework.desk import Channel, Kind
from graphcore.domain.actor import Actor, Role
from graphcore.domain.errors import RowsRefused
from graphcore.store.open import open_embedded
from graphcore.store.port import WriteUnit
from tests.support.marked import Secrets, allowed, look_lines, secrets_of
from tests.support.walked import FLOOD_DAY, blank, dispatcher, files
from tests.support.winters import YEAR, surveyed
from tests.walk.conftest import served

APART = {  # commands that are no walk over the open district, and where they are looked at
    "demo": "the same commands, one after the other, in a home of its own",
    "serve": "blocks; its routes are asked in test_marked_people",
    "repair": "opens the database itself; knows ids of events alone",
}
SLOW = ("fairness", "plan", "relief", "restock make", "restock worth", "roster make")
"""Commands that solve and name nobody: run as two roles, and not again as JSON."""
NAME, NUMBER, PHONE = "独孤标记", "331121201508070012", "13912345678"
CARD, ILLNESS, DOOR, WORDS = "6222020200012345678", "肺结核标记", "标记巷七号", "家中无米下锅标记"
MARKS = {NAME: Field.NAME, NUMBER: Field.ID_NUMBER, PHONE: Field.PHONE, CARD: Field.ACCOUNT,
         ILLNESS: Field.HEALTH, DOOR: Field.ADDRESS, WORDS: Field.WORDS}  # fmt: skip
ON_FORMS = {Field.ID_NUMBER: Field.FORM_NUMBER, Field.ACCOUNT: Field.PAYEE, Field.NAME: Field.PAYEE}
"""Kinds that a file may hold for a role that has it for another reason than a screen."""


@dataclass(frozen=True)
class Desk:
    """The open district with its secrets, a real value for every parameter, a folder for files."""

    ctx: Context
    secrets: Secrets
    values: Mapping[str, str]
    folder: Path

    def lines(self, path: str, command: click.Command) -> Iterator[list[str]]:
        """The command's lines, one for each choice that it offers."""
        options = [word for p in command.params for word in self.option(path, p)]
        arguments = [
            self.argument(path, p) for p in command.params if isinstance(p, click.Argument)
        ]
        as_json = any(p.name == "as_json" for p in command.params) and path not in SLOW
        for said in product(*arguments):
            line = [*path.split(), *filter(None, said), *options]
            yield line
            if as_json:
                yield [*line, "--json"]

    def argument(self, path: str, param: click.Argument) -> list[str]:
        """What an argument may be: every choice, or a value for it."""
        if isinstance(param.type, click.Choice) and f"{path} {param.name}" not in self.values:
            return [str(c) for c in param.type.choices]
        return [self.value(path, param)]

    def option(self, path: str, param: click.Parameter) -> list[str]:
        """An option that must be given, that this command shall have, or that names a file."""
        name, flag = f"{path} --{param.name}", param.opts[0]
        if not isinstance(param, click.Option):
            return []
        if not (param.required or name in self.values or param.name == "out"):
            return []
        if param.is_flag:
            return [flag]
        choice = isinstance(param.type, click.Choice)
        return [flag, str(param.type.choices[0]) if choice else self.value(path, param)]  # type: ignore[attr-defined]

    def value(self, path: str, param: click.Parameter) -> str:
        """The value for this command's parameter, or for all of its name."""
        mark = "--" if isinstance(param, click.Option) else ""
        for key in (f"{path} {mark}{param.name}", str(param.name)):
            if key in self.values:
                return self.values[key]
        if param.name == "out":
            return str(self.folder / "out" / path.replace(" ", "-")) + ".xlsx"
        assert not param.required, f"give a value for '{param.name}' of 'doudi {path}'"
        return ""

    def run(self, line: list[str]) -> tuple[str, str]:
        """Run a line; return what it printed, and what the files hold that it wrote."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        (self.folder / "out").mkdir()
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = ended(line)
        assert code in (0, 1, None), (line, out.getvalue())
        return out.getvalue(), "".join(map(text_of, sorted((self.folder / "out").rglob("*"))))


def ended(line: list[str]) -> object:
    """Run a line; return the status that it ended with."""
    try:
        main(line)
    except SystemExit as end:
        return end.code
    return 0


def text_of(path: Path) -> str:
    """What is in a file: of a workbook, all of its parts."""
    if path.is_dir():
        return ""
    if path.suffix != ".xlsx":
        return path.read_text("utf-8", "replace")
    with zipfile.ZipFile(path) as parts:
        return "".join(parts.read(n).decode() for n in parts.namelist() if n.endswith(".xml"))


def leaves(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    with click.Context(command) as ctx:
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from leaves(found, f"{path} {name}".strip())


REPLACING = ("replan", "route", "plan")
"""Commands after which the plan that the others are asked about is another: they come last."""
COMMANDS = dict(sorted(leaves(cli), key=lambda c: (c[0] in REPLACING, c[0])))


@pytest.fixture(scope="module")
def desk(signed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("commands")
    shutil.copytree(signed_folder, folder / "store")
    with closing(open_embedded(folder / "store")) as store:
        ctx = served(blank(store, seed=99))
        run_audits(ctx, dispatcher())
        propose(ctx, dispatcher())
        compare_stored(ctx, dispatcher(), None, str)
        open_houses(ctx, dispatcher())
        make_roster(ctx, dispatcher(), RosterOptions(first_on=FLOOD_DAY, seed=3))
        surveyed(ctx, folder)
        values = values_of(ctx, folder)
        ctx.store.write(ctx.district, lambda unit: mark(ctx, unit, values))
        yield Desk(ctx, secrets_of(ctx, MARKS), values, folder)


def mark(ctx: Context, unit: WriteUnit, values: Mapping[str, str]) -> None:
    """Mark a household and its head in every field, and the words of its case and application."""
    told: dict[str, object] = {"name": NAME, "id_number": NUMBER, "phone": PHONE, "account": CARD,
            "account_name": NAME, "facts": [ILLNESS], "address": DOOR}  # fmt: skip
    home = values["household"]
    members = unit.nodes("Person").filter(household=home)
    for label, key in (("Household", home), *(("Person", str(m)) for m in members["id"])):
        seal(ctx, unit, label, key, told)  # type: ignore[arg-type]
    seal(ctx, unit, "AidCase", values["case"], {"reason": WORDS, "evidence": WORDS})


def values_of(ctx: Context, folder: Path) -> dict[str, str]:
    """A real value for each name of a parameter, and for single commands where it means another."""

    def first(label: str, column: str = "id", **where: str) -> str:
        rows = ctx.store.read(lambda unit: unit.nodes(label)).filter(**where)
        return str(rows[column][0]) if rows.height else f"{label}-NONE"

    lines = ctx.store.read(lambda unit: unit.nodes("AllocationLine"))
    homes = ctx.store.read(lambda unit: unit.nodes("AidCase"))["household"]
    line = lines.filter(pl.col("subject").is_in(homes.implode())).row(0, named=True)
    home, town = str(line["subject"]), str(line["township"])
    asked = Application(Kind.APPLY, Channel.WINDOW, town, WORDS, NAME, PHONE, home)
    case = first("AidCase", household=home)
    entry = str(winter(ctx, dispatcher(), YEAR).entries["id"][0])
    pair, road, house = first("ReviewCase"), first("Road", "code"), first("RebuildCase")
    return {
        "household": home, "township": town, "village": first("Household", "village", id=home),
        "place": town, "case": case, "lot": first("StockLot"),
        "line": str(line["id"]), "trip": first("Trip"), "trips": first("Trip"), "code": "NONE",
        "number": take(ctx, dispatcher(), asked).number, "year": str(YEAR), "officer": "王某某",
        "reason": WORDS, "evidence": WORDS, "text": WORDS, "name": "某某", "person": "P-NONE",
        "purpose": "visit", "until": "2026-07-04", "item": "tent", "quantity": "1", "day": "1",
        "times": "2", "stops": "1", "pin": "PN-NONE", "document": "文1号", "relation": "祖父",
        "paper": "受灾人员登记表", "where": "租房", "fund": "ZJ-01", "benefit": "winter_spring",
        "amount": "1", "batch": "PB-NONE", "programme": "repair",
        "first_on": "2026-07-01", "to": "王某某", "ruling": "declined",
        "key": entry, "kinds": "register", "roster": first("Roster"), "key_id": "KEY-NONE",
        "same": "yes", "what": home, "path": str(refused_ledger(folder)), "files": str(refused_ledger(folder)),
        "before": str(line["plan"]), "plan --work": "20", "relief --most": "1", "pin price --township": town,
        "returned --officer": "王某某", "returned --good": "1",
        "options --household": home, "audit settle --need": "water",
        "review show case": pair, "review decide case": pair, "review reopen case": pair,
        "template form": "winter_survey", "accept what": str(line["id"]), "receive what": first("Trip"),
        "road close code": road,
        "road open code": road, "lot late code": first("StockLot", "code"), "plan": "",
        "lot lost code": first("StockLot", "code"), "lot found code": first("StockLot", "code"),
        "rebuild step key": house, "rebuild route key": house, "rebuild interim key": house,
        "order": first("Assignment"), "roster explain what": first("Volunteer", "code"),
        "scenario": first("Scenario", "code"), "cases watch key": "", "restock plan": "",
        "cases act --reason": WORDS, "campaign step --reason": WORDS, "subject": home,
        "campaign visit key": "", "campaign visit --visitor": "民政所", "restock approve plan": "",
        "ledger response --authority": "县减灾委", "ledger response --document": "文1号",
    }  # fmt: skip


def refused_ledger(folder: Path, village: str = "无此村") -> Path:
    """A ledger whose first row names the marked person, in a village that there is not."""
    (source,) = (f for f in files() if f.name.startswith("07"))
    book = load_workbook(source)
    sheet = book.active
    assert sheet is not None
    path = folder / "refused.xlsx"
    told = {"户主姓名": NAME, "身份证号码": NUMBER, "联系电话": PHONE, "村（社区）": village}
    for head, cell in zip(sheet[2], sheet[3], strict=True):
        cell.value = told.get(str(head.value), cell.value)
    book.save(path)
    return path


def test_a_name_that_stands_where_a_place_should_is_not_kept(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(RowsRefused):
        import_files(desk.ctx, dispatcher(), [refused_ledger(tmp_path, village=NAME)])
    rows = desk.ctx.store.read(lambda unit: unit.nodes("RefusedRow"))
    assert rows.height > 0
    assert NAME not in str(rows.to_dicts())


@pytest.mark.parametrize("line", ["compare files", "compare township", "audit doors", "notice"])
def test_a_file_says_words_where_the_district_has_codes(
    desk: Desk, sit_down: Callable[[Role], None], line: str
) -> None:
    sit_down(Role.CIVIL_AFFAIRS)
    written = desk.run(next(desk.lines(line, COMMANDS[line])))[1]
    assert written
    assert re.findall(r"(?:hardship_group|roster_state|house_damage|audit_rule):\w+", written) == []


@pytest.fixture
def sit_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[Role], None]:
    """Let every command open this district, for somebody of one role."""

    def as_role(role: Role) -> None:
        scope = desk.values["township"] if role is Role.TOWNSHIP else ""
        made = lambda id, _roles, _scope: Actor(id, frozenset({role}), scope)  # noqa: E731
        monkeypatch.setattr(session, "Actor", made)

    monkeypatch.setattr(api.bootstrap, "open_context", lambda *_a, **_k: nullcontext(desk.ctx))
    for console in (output.console, output.errors):
        monkeypatch.setattr(console, "_width", 2_000)  # a name is not broken over two lines
    return as_role


def test_every_command_is_run_or_set_apart() -> None:
    assert set(APART) <= {path.split()[0] for path in COMMANDS}
    assert len(COMMANDS) > 100


@pytest.mark.parametrize("role", Role)
def test_a_command_tells_a_role_what_its_masks_allow_and_that_is_recorded(
    desk: Desk, role: Role, sit_down: Callable[[Role], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "doudi")
    sit_down(role)
    wrong: dict[str, object] = {}
    apart = {*APART, *(() if role in (Role.DISPATCHER, Role.TOWNSHIP) else SLOW)}
    for path, command in COMMANDS.items():
        for line in desk.lines(path, command) if path not in apart else ():
            before = look_lines(desk.ctx)
            printed, written = (desk.secrets.told(text) for text in desk.run(line))
            odd = forbidden(role, printed) | forbidden(role, written, filed=True)
            if odd:
                wrong[path] = odd
            if (printed or written) and look_lines(desk.ctx) == before:
                wrong[path] = f"no look: {line}"
    assert wrong == {}
    assert desk.secrets.told(caplog.text) == {}


def forbidden(
    role: Role, told: Mapping[str, frozenset[Field]], *, filed: bool = False
) -> set[Field]:
    """The kinds of what was told that the role may not see."""
    also = ON_FORMS if filed else {}
    return {
        kind for kinds in told.values() for kind in kinds
        if not allowed(role, kinds, *(also[k] for k in kinds if k in also))
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "mark"),
    [("household", NAME), ("household", ILLNESS), ("desk show", WORDS), ("cases show", WORDS)],
)
def test_who_may_see_a_mark_sees_it_and_who_may_not_does_not(
    desk: Desk, sit_down: Callable[[Role], None], line: str, mark: str
) -> None:
    words = next(desk.lines(line, COMMANDS[line]))
    sit_down(Role.CIVIL_AFFAIRS)
    assert mark in desk.run(words)[0]
    sit_down(Role.AUDITOR)
    assert mark not in desk.run(words)[0]
