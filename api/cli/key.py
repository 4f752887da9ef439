"""``doudi key``: API keys."""

from __future__ import annotations

import secrets

import click

from api.cli import output
from api.cli.session import opened, operator
from api.cli.speech import _
from graphcore.domain.actor import Role


@click.group("key", help=_("管理 API 密钥；密钥只在生成时显示一次。"),
             epilog=_("例：doudi key add platform-a --role platform"))  # fmt: skip
def key_command() -> None:
    """Group the key commands."""


@key_command.command(
    "add", help=_("生成一把密钥。"), epilog=_("例：doudi key add clerk-1 --role township")
)
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([r.value for r in Role]),
    help=_("角色，可写多次。"),
)
@click.option("--scope", help=_("行政区划代码前缀，默认为本区县。"))
@click.option("--organization", default="", help=_("协调员所代表组织的统一社会信用代码。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def add(
    ctx: click.Context, name: str, roles: tuple[str, ...], scope: str | None, organization: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Make a key and show it once."""
    from api.usecases.keys import create_key

    with opened(ctx) as product:
        given = [Role(r) for r in roles]
        new = create_key(
            product,
            operator(product),
            name,
            given,
            scope or product.district,
            secrets.token_bytes,
            organization,
        )
    if as_json:
        output.print_json({"id": new.id, "token": new.token})
        return
    output.console.print(_("密钥编号 {id}；请立即保存，以后不再显示：").format(id=new.id))
    output.console.print(new.token, soft_wrap=True)


@key_command.command("list", help=_("列出密钥（不含密钥本身）。"), epilog=_("例：doudi key list"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List keys."""
    from api.usecases.keys import list_keys

    with opened(ctx) as product:
        keys = list_keys(product, operator(product))
    if as_json:
        rows = [{"id": k.id, "name": k.name, "roles": list(k.roles), "scope": k.scope,
                 "active": k.active} for k in keys]  # fmt: skip
        output.print_json({"keys": rows})
        return
    columns = (_("编号"), _("名称"), _("角色"), _("范围"), _("有效"))
    output.table(
        _("API 密钥"),
        columns,
        [(k.id, k.name, "、".join(k.roles), k.scope, k.active) for k in keys],
    )


@key_command.command(
    "revoke", help=_("吊销一把密钥，立即生效。"), epilog=_("例：doudi key revoke K-…")
)
@click.argument("key_id")
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def revoke(ctx: click.Context, key_id: str, as_json: bool) -> None:
    """Revoke a key."""
    from api.usecases.keys import revoke_key

    with opened(ctx) as product:
        revoke_key(product, operator(product), key_id)
    if as_json:
        output.print_json({"id": key_id, "active": False})
        return
    output.console.print(_("密钥 {id} 已吊销。").format(id=key_id))
