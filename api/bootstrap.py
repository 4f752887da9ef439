"""Wires the product together: the only place that chooses an engine. Nothing is built at import."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from api.settings import Settings
from api.usecases.context import Context
from graphcore.domain.clock import Clock, day_of, system_clock
from graphcore.domain.errors import SettingsError
from graphcore.domain.ids import IdMint, Kind
from graphcore.domain.text import say

if TYPE_CHECKING:
    from graphcore.policy.rulebook import Rulebook
    from graphcore.store.looks import LookLog
    from graphcore.store.port import GraphStore


@contextmanager
def open_context(
    settings: Settings, *, clock: Clock = system_clock, mint: IdMint | None = None
) -> Iterator[Context]:
    """Open the store, bring its schema up to date, and hand out everything use cases need.

    Raises:
        SettingsError: the master key or the connection settings do not fit.
        StoreBusy: another process owns the embedded store.
        StoreError: the engine cannot be opened.
        PolicyError: a rule file does not load.
    """
    from graphcore.store.vault import Vault, master_key  # noqa: PLC0415 -- heavy, wait for use

    with closing(_open_store(settings)) as store:
        store.migrate()
        vault = Vault(
            master_key(settings.master_key_file, secrets.token_bytes), secrets.token_bytes
        )
        mint = mint or IdMint.system()
        district = settings.district or _only_district(store)
        rulebook = _rulebook(settings)
        with closing(_looks(settings, rulebook, clock, mint)) as looks:
            ctx = Context(store, vault, rulebook, clock, mint, looks, district)
            _sweep(ctx)
            yield ctx
            _anchor(ctx)


def _looks(settings: Settings, rulebook: Rulebook, clock: Clock, mint: IdMint) -> LookLog:
    from graphcore.store.looks import LookLog  # noqa: PLC0415 -- heavy, wait for use

    ms = int(rulebook.at("privacy.looks.group_ms", day_of(clock())).value)
    return LookLog(settings.looks, lambda: mint.mint(Kind.LOOKS), window_s=ms / 1000)


def _anchor(ctx: Context) -> None:
    """Leave the head of the looks in the audit chain before the process goes."""
    from api.usecases.privacy.anchors import anchor  # noqa: PLC0415 -- heavy, wait for use

    if ctx.looks.fresh:
        anchor(ctx)


def _open_store(settings: Settings) -> GraphStore:
    from graphcore.store.open import open_embedded, open_neo4j  # noqa: PLC0415 -- drivers are heavy

    if settings.engine == "embedded":
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open_embedded(settings.database)
    return open_neo4j(
        settings.neo4j_uri,
        settings.neo4j_user,
        settings.neo4j_password.get_secret_value(),
        settings.neo4j_database,
    )


def _sweep(ctx: Context) -> None:
    """Clear away drafts of plans that a crash left behind."""
    from api.usecases.commit_plan import sweep_orphans  # noqa: PLC0415 -- heavy, wait for use

    sweep_orphans(ctx)


def _only_district(store: GraphStore) -> str:
    """Return the code of the one district in the store, "" while there is none."""
    codes: list[str] = store.read(lambda unit: unit.nodes("District")["code"].to_list())
    if len(codes) > 1:
        raise SettingsError(
            say("数据库中有 {count} 个区县，无法判断为哪一个服务。", count=len(codes)),
            say("请用环境变量 DOUDI_DISTRICT 指定六位区县代码。"),
            field="DOUDI_DISTRICT",
        )
    return codes[0] if codes else ""


def _rulebook(settings: Settings) -> Rulebook:
    from graphcore.policy.rulebook import load  # noqa: PLC0415 -- polars and yaml are heavy

    return load(settings.rules)
