"""Which migrations a store still needs. Its version is the value of a Meta node."""

from __future__ import annotations

from collections.abc import Sequence

from graphcore.domain.errors import SettingsError
from graphcore.domain.text import say
from graphcore.store.migrations import m0001_schema
from graphcore.store.migrations.step import Migration

ALL: tuple[Migration, ...] = (m0001_schema.MIGRATION,)
"""Every step, by number, without a gap."""

READ_VERSION = "MATCH (m:Meta {key: 'schema_version'}) RETURN m.value AS version"

WRITE_VERSION = (
    "MERGE (m:Meta {key: 'schema_version'}) "
    "ON CREATE SET m.value = $version ON MATCH SET m.value = $version"
)
"""Takes ``$version`` as text."""


def pending(version: int, steps: Sequence[Migration] = ALL) -> list[Migration]:
    """Return the steps behind ``version`` (0 = a fresh store), in order.

    Raises:
        SettingsError: the store was written by a newer release than this one.
    """
    newest = steps[-1].version
    if version > newest:
        raise SettingsError(
            say("数据库结构为第 {a} 版，本程序只认识到第 {b} 版。", a=version, b=newest),
            say("请升级程序后再打开。"),
        )
    return [step for step in steps if step.version > version]
