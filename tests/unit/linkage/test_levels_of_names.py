"""How names of Chinese records compare, each rule at its bound."""

from __future__ import annotations

import pytest

from tests.support.linked import levels


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("王小明", "王小明", "exact"),
        (" 王　小明 ", "王小明", "exact"),
        ("國華", "国华", "exact"),
        ("徐峯", "徐峰", "exact"),
        ("买买提·艾力", "买买提.艾力", "exact"),
        ("买买提·艾力", "买买提艾力", "exact"),
        ("买买提·艾力", "买买提", "part"),
        ("张伟", "章炜", "sound"),
        ("王建国", "王建军", "character"),
        ("王建国", "王红军", "kin"),
        ("王伟", "王强", "kin"),  # in two characters one edit is another person
        ("李伟", "王伟", "other"),
        ("周明军", "周明", "short"),
        ("周明军", "周军", "short"),
        ("老王", "王建国", "nick"),
        ("阿明", "李小明", "nick"),
        ("王大爷", "王建国", "nick"),
        ("王建国", "李红梅", "other"),
        ("", "李红梅", "blank"),
        ("Wang Wei", "王伟", "sound"),
        ("王䶮", "王严", "sound"),
    ],
)
def test_names_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels({"name": left}, {"name": right})["name"] == level
    assert levels({"name": right}, {"name": left})["name"] == level
