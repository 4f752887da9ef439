"""``doudi serve``."""

from __future__ import annotations

import click

from api.cli.session import settings_of
from api.cli.speech import _


@click.command(
    "serve",
    help=_("启动 HTTP API。没有默认密钥：先用 doudi key add 发一把。"),
    epilog=_("例：doudi serve --port 8000"),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=_("监听地址。"))
@click.option("--port", default=8000, show_default=True, help=_("端口。"))
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int) -> None:
    """Serve until interrupted."""
    from api.http.app import serve

    serve(settings_of(ctx), host, port)
