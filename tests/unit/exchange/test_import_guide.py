"""docs/IMPORT.md says what the catalogue and the limits say."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from graphcore.exchange.guide import renewed
from graphcore.exchange.limits import DEFAULT_LIMITS, MIB
from graphcore.exchange.mapping import TableMapping

GUIDE = Path(__file__).parents[3] / "docs" / "IMPORT.md"


def test_the_forms_are_those_of_the_catalogue() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert renewed(text) == text
    assert "| `ledger` | 受灾人员政府救助台账 |" in text


def test_the_limits_are_the_defaults() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for said in (
        f"| {DEFAULT_LIMITS.file_bytes // MIB} MiB |", f"| {DEFAULT_LIMITS.unpacked_bytes // MIB} MiB |",
        f"{DEFAULT_LIMITS.ratio} to 1, once it is {DEFAULT_LIMITS.ratio_from // MIB} MiB",
        f"{DEFAULT_LIMITS.rows:,} rows, {DEFAULT_LIMITS.cells:,} cells", f"first {DEFAULT_LIMITS.header_within} rows",
    ):  # fmt: skip
        assert said in text


def test_the_example_of_a_mapping_is_one() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    content = yaml.safe_load(example)
    assert set(content) == set(TableMapping.model_fields)
    assert (
        TableMapping.model_validate(
            {**content, "constants": {"reported_at": "2026-07-01 08:00"}}
        ).form
        == "reports"
    )
