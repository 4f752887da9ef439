"""``doudi serve``."""

from __future__ import annotations

import click

from api.cli import output
from api.cli.session import settings_of
from api.cli.speech import _


@click.command(
    "serve",
    help=_("启动 HTTP API。没有默认密钥：先用 doudi key add 发一把。"),
    epilog=_("例：doudi serve --port 8000"),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=_("监听地址。"))
@click.option("--port", default=8000, show_default=True, help=_("端口。"))
@click.option("--json", "as_json", is_flag=True, help=_("启动前输出一行 JSON（地址）。"))
@click.pass_context
def serve_command(ctx: click.Context, host: str, port: int, as_json: bool) -> None:
    """Serve until interrupted."""
    from api.http.app import serve

    address = f"http://{host}:{port}"
    if as_json:
        output.print_json({"url": address, "openapi": f"{address}/v1/openapi.json"})
    else:
        output.console.print(_("正在 {url} 提供服务，按 Ctrl+C 结束。").format(url=address))
    serve(settings_of(ctx), host, port)
