"""``--purpose`` and ``--note``: for what somebody looks at personal data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from api.cli.speech import _

if TYPE_CHECKING:
    from api.usecases.privacy.looking import Reason

F = TypeVar("F", bound=Callable[..., object])


def purposed(default: str = "") -> Callable[[F], F]:
    """Add the two options to a command; without a default the purpose must be given."""

    def add(command: F) -> F:
        note = click.option("--note", default="", expose_value=False, callback=_keep,
                            help=_("用途说明，如工单编号；不得含个人信息。"))  # fmt: skip
        purpose = click.option(
            "--purpose", default=default or None, required=not default, metavar=_("用途"),
            expose_value=False, callback=_keep,
            help=_("查看个人信息的用途，如 relief、visit、audit；写错时列出全部用途。"),
        )  # fmt: skip
        return purpose(note(command))

    return add


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    ctx.meta[f"doudi.{param.name}"] = value


def given(ctx: click.Context) -> Reason:
    """Return the reason that the options give."""
    from api.usecases.privacy.looking import Reason

    return Reason(ctx.meta["doudi.purpose"], ctx.meta["doudi.note"])
