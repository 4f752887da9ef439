"""``doudi policy``: the rulebook in force, its benefits, and its worked examples."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from api.cli import output
from api.cli.output import console, table, yuan
from api.cli.session import opened, operator, settings_of
from api.cli.speech import LANG, _, called

if TYPE_CHECKING:
    from datetime import date

    from graphcore.casework.examples import Outcome
    from graphcore.policy.rulebook import Rulebook


@click.command(
    "policy",
    help=_(
        "政策：现行规则的指纹、各项资金救助标准和依据，并逐条验算政策示例。示例不符则以状态 1 结束。"
    ),
    epilog=_("例：doudi policy ；doudi policy --on 2026-12-01"),
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=_("看哪一天的标准，默认今天。"))
@click.option(
    "--rulebook", default="", help=_("按某个决定所依据的规则（指纹或其开头）看，而不是现行规则。")
)
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
@click.pass_context
def policy_command(ctx: click.Context, on: Any, rulebook: str, as_json: bool) -> None:
    """Show standards and run the examples."""
    from graphcore.casework.examples import read, run
    from graphcore.domain.clock import day_of, system_clock
    from graphcore.policy.rulebook import load

    settings = settings_of(ctx)
    rules = _kept(ctx, rulebook) if rulebook else load(settings.rules, region=settings.district)
    outcomes = run(read(settings.rules), rules)
    standards = _standards(rules, on.date() if on else day_of(system_clock()))
    if as_json:
        output.print_json({"rulebook": rules.hash, "standards": standards,
                           "examples": [_as_dict(o) for o in outcomes]})  # fmt: skip
    else:
        console.print(_("规则指纹：{hash}").format(hash=rules.hash))
        _print_standards(standards)
        _print_examples(outcomes, rules)
    if not all(o.holds for o in outcomes):
        sys.exit(1)


def _kept(ctx: click.Context, wanted: str) -> Rulebook:
    from api.usecases.cases.rules import rules_of

    with opened(ctx) as product:
        return rules_of(product, operator(product), wanted)


def _standards(rules: Rulebook, day: date) -> list[dict[str, Any]]:
    from graphcore.policy.rulebook import in_force

    found = []
    for code, rule in rules.benefits.items():
        figure = in_force(rule.values, day, rules.region)
        if figure is not None:
            found.append({
                "benefit": code, "name": rules.benefit_name(code, LANG),
                "owner": rule.owner, "fen": figure.fen, "per": rule.per.value,
                "status": figure.status.value, "cites": figure.cites,
            })  # fmt: skip
    return found


def _print_standards(standards: list[dict[str, Any]]) -> None:
    per = {"person_day": _("每人每天"), "person": _("每人"), "household": _("每户")}
    status = {"statutory": _("法定"), "local": _("地方"), "illustrative": _("示例")}
    rows = [
        (s["name"], called(s["owner"]), yuan(s["fen"]) if s["fen"] else _("另定"),
         per[s["per"]], status[s["status"]], s["cites"])
        for s in standards
    ]  # fmt: skip
    columns = (_("救助项目"), _("主管部门"), _("标准（元）"), _("单位"), _("性质"), _("依据"))
    table(_("资金救助标准"), columns, rows)


def _print_examples(outcomes: list[Outcome], rules: Rulebook) -> None:
    rows = [
        (o.example.title, o.example.day.isoformat(), _said(o.example.owed, rules), _said(o.found, rules),
         _("符合") if o.holds else _("不符"))
        for o in outcomes
    ]  # fmt: skip
    columns = (_("示例"), _("日期"), _("应得（元）"), _("算得（元）"), _("结论"))
    table(_("政策示例逐条验算"), columns, rows)


def _said(owed: dict[str, Any], rules: Rulebook) -> str:
    named = [f"{rules.benefit_name(c, LANG)} {amount:,.0f}" for c, amount in sorted(owed.items())]
    return "\n".join(named) or "—"


def _as_dict(outcome: Outcome) -> dict[str, Any]:
    e = outcome.example
    return {"title": e.title, "day": e.day.isoformat(), "owed": e.owed, "found": outcome.found,
            "holds": outcome.holds}  # fmt: skip
