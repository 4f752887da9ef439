"""Migration 1: the schema as declared.

Until the first release it follows the declaration; from then on it is a frozen copy and each
change is a step of its own.
"""

from __future__ import annotations

from graphcore.store.ddl import embedded_ddl, neo4j_ddl
from graphcore.store.migrations.step import Migration

MIGRATION = Migration(1, "schema", embedded_ddl(), neo4j_ddl())
