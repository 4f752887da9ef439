"""``doudi retention``: what is due to be destroyed, the run, the certificates."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli import output
from api.cli.output import console
from api.cli.session import opened, operator
from api.cli.speech import LANG, _
from api.text.words import word
from graphcore.domain.clock import moment

if TYPE_CHECKING:
    from api.usecases.context import Context
    from api.usecases.privacy.retention import DryRun


@click.group(
    "retention", invoke_without_command=True,
    help=_("个人信息的保存：各类用途、期限、到期和在办（暂缓）的数量；试算后由负责人确认销毁。"),
    epilog=_("例：doudi retention ；doudi retention destroy --kind register"),
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def retention_command(ctx: click.Context, as_json: bool) -> None:
    """List the kinds."""
    if ctx.invoked_subcommand:
        return
    from api.usecases.privacy.retention import retention

    with opened(ctx) as product:
        kinds = retention(product, operator(product))
    if as_json:
        output.print_json({"kinds": [asdict(k) for k in kinds]})
        return
    rows = [(called(k.kind), k.purpose, k.days, k.subjects, k.due, k.held) for k in kinds]
    columns = (
        _("类别"),
        _("用途"),
        _("保存天数"),
        _("人（户）数"),
        _("到期可销毁"),
        _("到期但在办"),
    )
    output.table(_("个人信息保存期限"), columns, rows)
    for text in dict.fromkeys(k.cites for k in kinds):
        console.print(_("依据：{text}").format(text=text), markup=False)


def called(kind: str) -> str:
    """Return what a kind of personal data is called."""
    return word("record_kind", kind, LANG)


@retention_command.command(
    "destroy",
    help=_("销毁到期的个人信息。先试算（不加 --confirm），核对数量后由负责人以 --confirm 摘要确认。"),
    epilog=_("例：doudi retention destroy --kind register --officer 李某某 --confirm 摘要"),
)  # fmt: skip
@click.option("--kind", "kinds", multiple=True, required=True,
              help=_("类别：emergency、register、health、payment、comparison，可写多次。"))  # fmt: skip
@click.option("--officer", default="", help=_("负责人（姓名或工号），记入审计链。"))
@click.option("--confirm", default="", help=_("试算给出的名单摘要。"))
@click.option("--out", type=click.Path(path_type=Path), help=_("销毁证明写到哪里。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def destroy_command(
    ctx: click.Context, kinds: tuple[str, ...], officer: str, confirm: str, out: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Try, or destroy what was tried."""
    from api.usecases.privacy.retention import destroy, dry_run

    if bool(officer) != bool(confirm):
        raise click.UsageError(_("销毁须同时写明 --officer 和试算给出的 --confirm。"))
    with opened(ctx) as product:
        if not confirm:
            _tried(dry_run(product, operator(product), kinds), as_json=as_json)
            return
        done = destroy(product, operator(product, officer), kinds, confirm)
        path = _exported(product, done.id, out)
    if as_json:
        output.print_json({**asdict(done), "file": str(path)})
        return
    text = _("已销毁 {n} 份记录，证明 {id} 写在 {path}。")
    output.console.print(text.format(n=done.records, id=done.id, path=path))


def _tried(run: DryRun, *, as_json: bool) -> None:
    if as_json:
        output.print_json(asdict(run))
        return
    rows = [(called(kind), n) for kind, n in run.subjects.items()]
    output.table(_("试算：将销毁"), (_("类别"), _("人（户）数")), rows)
    text = _("名单摘要 {digest}；共 {n} 份记录。由负责人确认：--officer 姓名 --confirm {digest}")
    output.console.print(text.format(digest=run.digest, n=run.records))


def _exported(product: Context, certificate: str, out: Path | None) -> Path:
    from api.usecases.privacy.certificates import CertificateWords, export_certificate

    path = out or Path("out") / _("销毁证明.xlsx")
    words = CertificateWords(_, called)
    return export_certificate(product, operator(product), certificate, path, words)


@retention_command.command("certificates", help=_("列出销毁证明；写 --out 则导出一份。"))
@click.option("--certificate", default="", help=_("证明编号，默认为最新的。"))
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def certificates_command(
    ctx: click.Context, certificate: str, out: Path | None, as_json: bool
) -> None:  # fmt: skip
    """List certificates."""
    from api.usecases.privacy.certificates import body_of, certificates

    with opened(ctx) as product:
        found = certificates(product, operator(product))
        if out:
            _exported(product, certificate, out)
    if as_json:
        told = [{"seq": e.seq, "at": e.at, "actor": e.actor, **body_of(e)} for e in found]
        output.print_json({"certificates": told})
        return
    rows = [
        (body_of(e)["certificate"], moment(e.at).strftime("%Y-%m-%d %H:%M"), e.actor,
         "、".join(f"{called(k)} {n}" for k, n in body_of(e)["subjects"].items()))
        for e in found
    ]  # fmt: skip
    output.table(_("销毁证明"), (_("编号"), _("时间"), _("负责人"), _("销毁了什么")), rows)
