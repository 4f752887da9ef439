"""What a rule file may not say, and what is said then."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphcore.domain.errors import PolicyError
from graphcore.policy.rulebook import load

VALUE = "{from: 2026-01-01, value: 1, status: local, cites: a}"
RULE = """
needs:
  my.rule:
    title: 试验
    item: water
    count: persons
    stages: [emergency]
    values: [{from: 2026-01-01, amount: 1, status: local, cites: a}]
"""


def refused(base: Path, text: str) -> str:
    (base / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load([base])
    assert error.value.advice is not None
    return str(error.value)


def test_the_rule_that_the_refusals_spoil_loads(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(RULE, encoding="utf-8")
    assert "my.rule" in load([tmp_path]).needs


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("item: water", "item: wine", "wine"),
        ("[emergency]", "[afterwards]", "afterwards"),
        ("[emergency]", "[]", "stages"),
        ("count: persons", "count: heads", "count"),
        ("count: persons", "count: holders", "my.rule"),
        ("count: persons", "count: elders\n    fact: insulin", "my.rule"),
        ("count: persons", "count: elders\n    less: [diet]", "my.rule"),
        ("count: persons", "count: persons\n    months: [13]", "my.rule"),
        ("count: persons", "count: persons\n    when: {colour: red}", "colour"),
        ("count: persons", "count: persons\n    when: {intensity_from: no.such}", "no.such"),
        ("count: persons", "count: persons\n    when: {any: [{intensity_from: n.s}]}", "n.s"),
        ("amount: 1", "amount: -1", "amount"),
        ("amount: 1", "amount: 1, per: 0", "per"),
        ("amount: 1, status: local", "amount: 1, status: guess", "status"),
        ("cites: a", 'cites: ""', "cites"),
        ("from: 2026-01-01", "from: 2026-01-01, to: 2025-12-31", "my.rule"),
        ("from: 2026-01-01", "from: soon", "from"),
        (", cites: a", "", "cites"),
        (" status: local,", "", "status"),
        ("from: 2026-01-01, ", "", "from"),
        ("status: local", "status: local, level: realm", "level"),
    ],
)
def test_a_spoilt_rule_is_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in RULE
    assert named in refused(tmp_path, RULE.replace(old, new))


def test_a_last_day_may_be_the_first(tmp_path: Path) -> None:
    text = RULE.replace("from: 2026-01-01", "from: 2026-01-01, to: 2026-01-01")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert "my.rule" in load([tmp_path]).needs


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("parametres: {}", "parametres"),
        (f"parameters: {{a: {{title: t, values: [{VALUE}]}}, a: {{title: t, values: [{VALUE}]}}}}",
         "key given twice: a"),
        ("parameters: [", "x.yaml"),
        ("stages: {s: {name: s, english: s, order: 9, days: no.such, computed: false, owner: o}}",
         "no.such"),
        ("scope: {affected: {}, presumed: {intensity_from: no.such}}", "no.such"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused(tmp_path: Path, text: str, named: str) -> None:
    assert named in refused(tmp_path, text)


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes("# 规则".encode("gb18030"))
    with pytest.raises(PolicyError, match=r"x\.yaml"):
        load([tmp_path])


def test_a_name_twice_in_one_folder_is_refused(tmp_path: Path) -> None:
    text = f"parameters: {{a: {{title: t, values: [{VALUE}]}}}}"
    (tmp_path / "w.yaml").write_text(text, encoding="utf-8")
    assert "a" in refused(tmp_path, text)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="nowhere"):
        load([tmp_path / "nowhere"])


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("", encoding="utf-8")
    assert load([tmp_path]).needs == load().needs
