"""Both languages are whole: every message has its English, every code its words."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from api.text import CATALOGUE, translator
from api.text.extract import MARKERS, extract, faults, read_catalogue
from api.text.words import WORDS, word
from graphcore.domain import audit, campaign, household, rebuilding, supply
from graphcore.domain.plan import Outcome

ROOT = Path(__file__).parents[3]
CLICK = ROOT / "api/text/locale/zh/LC_MESSAGES"


def test_every_message_has_its_english_with_the_same_placeholders() -> None:
    assert faults(extract(ROOT), read_catalogue(CATALOGUE)) == []


def test_english_is_english() -> None:
    chinese = [
        str(m.string) for m in read_catalogue(CATALOGUE)
        if m.id and any("\u4e00" <= c <= "\u9fff" for c in str(m.string))
    ]  # fmt: skip
    assert [m for m in chinese if "Doudi" not in m and "例" not in m] == []


def test_a_message_nobody_translated_stays_chinese() -> None:
    assert translator("en")("从未说过的话") == "从未说过的话"
    assert translator("en")("") == ""


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("roster_state", household.RosterState), ("house_damage", household.HouseDamage),
        ("basic_need", household.BasicNeed), ("hardship_group", household.HardshipGroup),
        ("medical_fact", household.MedicalFact), ("age_band", household.AgeBand),
        ("stage", household.Stage), ("point_kind", household.PointKind), ("mode", supply.Mode),
        ("road_state", supply.RoadState), ("hold", supply.Hold), ("line_state", supply.LineState),
        ("plan_state", supply.PlanState), ("account", supply.Account), ("outcome", Outcome),
        ("missing", audit.Missing), ("audit_rule", audit.Rule), ("ruling", audit.Ruling),
        ("finding_state", audit.FindingState), ("watch_kind", household.WatchKind),
        ("watch_state", household.WatchState), ("winter_need", campaign.WinterNeed),
        ("winter_grade", campaign.Grade), ("winter_state", campaign.EntryState),
        ("visit_result", campaign.VisitResult), ("rebuild_route", rebuilding.Route),
        ("milestone", rebuilding.Milestone),
    ],
)  # fmt: skip
def test_every_code_has_words_in_both_languages(kind: str, codes: type) -> None:
    members = [c.value for c in codes]  # type: ignore[attr-defined]
    assert set(WORDS[kind]) == set(members)
    assert all(word(kind, c, "zh") != word(kind, c, "en") for c in members)


def test_a_code_of_a_districts_own_is_its_own_name() -> None:
    assert word("shortfall", "flooded_bridge", "en") == "flooded_bridge"


def test_the_compiled_words_of_the_command_line_library_are_up_to_date() -> None:
    with (CLICK / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="zh")
    made = BytesIO()
    write_mo(made, catalogue)
    made.seek(0)
    with (CLICK / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in filter(lambda m: m.id, catalogue):
        one = message.id if isinstance(message.id, str) else message.id[0]
        assert compiled.gettext(one) == GNUTranslations(BytesIO(made.getvalue())).gettext(one)
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            names = {n for _, n, _, _ in Formatter().parse(message.id) if n}
            assert names == {n for _, n, _, _ in Formatter().parse(str(message.string)) if n}


def test_titles_of_one_table_are_told_apart_in_english() -> None:
    """Two columns of one name would be one: in a file's sheet that is an error."""
    english = {str(m.id): str(m.string) for m in read_catalogue(CATALOGUE) if m.id}
    wrong = {
        f"{path.name}: {told}"
        for path in (ROOT / "api").rglob("*.py")
        for titles in titles_of(path)
        for told, said in Counter(english.get(t, t) for t in titles).items()
        if said > 1
    }
    assert wrong == set()


def titles_of(path: Path) -> Iterator[set[str]]:
    """The literal messages that stand side by side in one tuple or one call of ``select``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Tuple):
            yield {t for one in node.elts for t in said_in(one)}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "select":
            yield {t for one in node.args for t in said_in(one)}


def said_in(node: ast.AST) -> Iterator[str]:
    """The messages below a node."""
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        if _called(call.func) in MARKERS and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


NO_MESSAGE = frozenset({
    "cell", "compile", "frozenset", "fullmatch", "lit", "maketrans", "match", "removeprefix", "strip",
})  # fmt: skip
"""What is called with Chinese that nobody translates: patterns, columns of other people's files."""


def test_no_message_is_said_under_a_name_that_the_catalogue_does_not_know() -> None:
    """A translator called by another name than `say` or `_` leaves its words out of the catalogue."""
    strange = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for package in ("api", "graphcore", "optimizer")
        for file in (ROOT / package).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and call.args and _han(call.args[0])
        and _called(call.func) not in NO_MESSAGE | MARKERS
    ]  # fmt: skip
    assert strange == []


def _called(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _han(argument: ast.expr) -> bool:
    told = argument.value if isinstance(argument, ast.Constant) else ""
    return isinstance(told, str) and any("\u4e00" <= c <= "\u9fff" for c in told)
