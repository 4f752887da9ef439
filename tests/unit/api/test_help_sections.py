"""The help page lists every command once."""

from __future__ import annotations

from api.cli.main import COMMANDS, SECTIONS


def test_every_command_stands_in_one_section() -> None:
    listed = [name for _, names in SECTIONS for name in names]
    assert sorted(listed) == sorted(COMMANDS)
