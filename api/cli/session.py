"""One command's session: settings, the actor at the keyboard, an open product."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.speech import LANG
from graphcore.domain.actor import Actor, Role

if TYPE_CHECKING:
    from api.settings import Settings
    from api.usecases.context import Context


def settings_of(ctx: click.Context) -> Settings:
    """Read the settings from the environment and the common options."""
    from api.settings import Settings

    home = (ctx.find_root().obj or {}).get("home")
    return Settings.from_env(os.environ, home=Path(home) if home else None, lang=LANG)


@contextmanager
def opened(ctx: click.Context) -> Iterator[Context]:
    """Open the product; the district is the configured one or the only one there is."""
    from api.bootstrap import open_context

    with open_context(settings_of(ctx)) as product:
        yield with_district(product)


def with_district(product: Context) -> Context:
    """Fill in the district from the graph where the settings name none."""
    if product.district:
        return product
    codes = product.store.read(lambda unit: unit.nodes("District"))["code"].to_list()
    return replace(product, district=codes[0]) if len(codes) == 1 else product


def operator(product: Context, officer: str | None = None) -> Actor:
    """Return who sits at the keyboard.

    Whoever may run commands on the data directory holds the files themselves, so the local
    operator has the bureau's roles; approving needs a named officer (``--officer``).
    """
    roles = {Role.DISPATCHER, Role.CIVIL_AFFAIRS, Role.AUDITOR, Role.ADMIN}
    if officer:
        return Actor(f"officer:{officer}", frozenset({Role.APPROVER}), product.district)
    return Actor(f"cli:{_user()}", frozenset(roles), product.district)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
