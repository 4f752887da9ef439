"""``doudi template``."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli import output
from api.cli.speech import _
from graphcore.exchange.forms.catalogue import BY_CODE, FORMS


@click.command(
    "template",
    help=_(
        "生成一张空白表格（表头、可选值、填表说明），填好后可直接导入。不写表单代码则列出全部表单。"
    ),
    epilog=_("例：doudi template roster --out 住户底册.xlsx ；doudi template reports --last"),
)
@click.argument("form", required=False, type=click.Choice(sorted(BY_CODE)))
@click.option("--out", type=click.Path(path_type=Path), help=_("写到哪里。"))
@click.option(
    "--last", is_flag=True, help=_("灾情报表专用：填好各受灾乡镇上一版的数字，成为下一次的续报。")
)
@click.option("--township", default="", help=_("只看一个乡镇（代码）。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def template_command(
    ctx: click.Context, form: str | None, out: Path | None, last: bool, township: str, as_json: bool
) -> None:  # fmt: skip
    """Write an empty form, one filled with the last figures, or list the forms."""
    from graphcore.exchange.templates import write_template

    if form is None:
        _list(as_json=as_json)
        return
    if last and form == "reports":
        from api.cli.ledger import write_next_form

        path, _rows = write_next_form(ctx, township, 0, out)
    else:
        path = out or Path(f"{BY_CODE[form].title}.xlsx")
        write_template(path, BY_CODE[form])
    if as_json:
        output.print_json({"form": form, "file": str(path)})
    else:
        output.console.print(_("已写出 {path}").format(path=path), markup=False)


def _list(*, as_json: bool) -> None:
    if as_json:
        output.print_json({"forms": [{"code": f.code, "title": f.title} for f in FORMS]})
        return
    rows = [(f.code, f.title, "、".join(x.headers[0] for x in f.fields if x.required))
            for f in FORMS]  # fmt: skip
    output.table(_("表单"), (_("代码"), _("名称"), _("必填列")), rows)
