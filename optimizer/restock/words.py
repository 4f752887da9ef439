"""A restocking plan in words: every purchase, transfer, rotation and site with its figure."""

from __future__ import annotations

from graphcore.domain.text import Text, named, say
from optimizer.restock.depletion import Lasting
from optimizer.restock.problem import Plan

FEN = 100


def kind_word(kind: str) -> Text:
    """Return the word for a kind of reserve."""
    if kind == "agreement":
        return say("协议储备")
    return say("产能储备") if kind == "capacity" else say("实物储备")


def plan_words(plan: Plan) -> list[Text]:
    """Return the plan's sentences: purchases, transfers, rotation, sites; in the tables' order."""
    return [*_purchases(plan), *_transfers(plan), *_rotation(plan), *_openings(plan)]


def _purchases(plan: Plan) -> list[Text]:
    return [
        say("{day} 为 {site} 采购{kind} {item} {quantity} 件，{yuan} 元，{due} 起可调用。",
            day=r["buys_on"], site=r["site"], kind=kind_word(r["kind"]), item=named(r["item"]),
            quantity=r["quantity"], yuan=_yuan(r["cost_fen"]), due=r["callable_on"])
        for r in plan.purchases.iter_rows(named=True)
    ]  # fmt: skip


def _transfers(plan: Plan) -> list[Text]:
    return [
        say("从 {origin} 调 {item} {quantity} 件到 {target}：运费 {yuan} 元，"
            "不调则预期损失与风险增加 {gain} 元。",
            origin=r["origin"], target=r["target"], item=named(r["item"]), quantity=r["quantity"],
            yuan=_yuan(r["cost_fen"]), gain=_yuan(r["gain_fen"]))
        for r in plan.transfers.iter_rows(named=True)
    ]  # fmt: skip


def _rotation(plan: Plan) -> list[Text]:
    return [
        say("{site} 批次 {lot}（{item} {quantity} 件）{ends} 到期，请在 {by} 前轮换；已列采购补足 {replaced} 件。",
            site=r["site"], lot=r["lot"], item=named(r["item"]), quantity=r["quantity"],
            ends=r["expires_on"], by=r["use_by"], replaced=r["replaced"])
        for r in plan.rotation.iter_rows(named=True)
    ]  # fmt: skip


def _openings(plan: Plan) -> list[Text]:
    return [
        say("建议启用库点 {site}，费用 {yuan} 元。", site=r["site"], yuan=_yuan(r["cost_fen"]))
        if r["open"]
        else say("不建议启用库点 {site}：节省的损失抵不上费用。", site=r["site"])
        for r in plan.openings.iter_rows(named=True)
    ]


def lasting_words(answer: Lasting) -> list[Text]:
    """Return one sentence an item: how many days the stock lasts, and what no way reaches."""
    texts = []
    for r in answer.items.iter_rows(named=True):
        item, days = named(r["item"]), r["full_days"]
        if not r["first_short_on"]:
            texts.append(say("{item}：所问的 {days} 天内都够用。", item=item, days=days))
        elif r["unreachable_per_day"] > 0:
            texts.append(
                say("{item}：足额保障 {days} 天；每天最多有 {far} 件需求，现有库存在时限内送不到。",
                    item=item, days=days, far=round(r["unreachable_per_day"]))
            )  # fmt: skip
        else:
            texts.append(
                say("{item}：足额保障 {days} 天，{day} 起不足。", item=item, days=days,
                    day=r["first_short_on"])
            )  # fmt: skip
    return texts


def _yuan(fen: int) -> str:
    return f"{fen / FEN:,.2f}"
