"""Certificates of destruction: read from the audit chain, written as a document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.privacy.retention import DESTROYED
from graphcore.domain.actor import Actor
from graphcore.domain.clock import moment
from graphcore.domain.errors import NotFound
from graphcore.domain.event import Event
from graphcore.domain.text import say
from graphcore.exchange.export import Sheet, write_workbook
from graphcore.store.chain import events


@dataclass(frozen=True, slots=True)
class CertificateWords:
    """How the document speaks: translated strings, what kinds are called."""

    say: Callable[[str], str]
    kind: Callable[[str], str]


def certificates(ctx: Context, actor: Actor) -> list[Event]:
    """Return the events that certify destructions, oldest first.

    Raises:
        Forbidden: the actor may not read retention.
    """
    authorise(actor, Operation.READ_RETENTION, ctx.district)
    return ctx.store.read(
        lambda unit: [e for e in events(unit, ctx.district) if e.type == DESTROYED]
    )


def body_of(event: Event) -> dict[str, Any]:
    """Return what a certificate says."""
    body: dict[str, Any] = json.loads(event.canonical)["body"]
    return body


def export_certificate(
    ctx: Context, actor: Actor, certificate: str, out: Path, words: CertificateWords
) -> Path:
    """Write a certificate ("" = the newest) as a workbook of one sheet to print and sign.

    Raises:
        Forbidden: the actor may not read retention.
        NotFound: no such certificate.
    """
    found = [e for e in certificates(ctx, actor) if certificate in ("", body_of(e)["certificate"])]
    if not found:
        raise NotFound(say("没有销毁证明 {id}。", id=certificate[:40]),
                       say("请用 doudi retention certificates 查看。"))  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(out, [_sheet(found[-1], words)])
    return out


def _sheet(event: Event, words: CertificateWords) -> Sheet:
    _, told = words.say, body_of(event)
    kinds = [
        (_("销毁类别：{kind}").format(kind=words.kind(kind)),
         _("{n} 人（户），保存期限 {days} 天").format(n=n, days=told["days"][kind]))
        for kind, n in told["subjects"].items()
    ]  # fmt: skip
    rows = [
        (_("证明编号"), told["certificate"]),
        (_("销毁时间"), moment(event.at).strftime("%Y-%m-%d %H:%M:%S")),
        (_("负责人"), event.actor.removeprefix("officer:")), *kinds,
        (_("记录份数"), str(told["records"])), (_("依据"), told["cites"]),
        (_("规则"), told["rule"]), (_("规则库摘要"), told["rulebook"]),
        (_("名单摘要"), told["digest"]), (_("审计链序号"), str(event.seq)),
        (_("审计链摘要"), event.hash), (_("前一环摘要"), event.prev_hash),
    ]  # fmt: skip
    table = pl.DataFrame(rows, schema=[_("项目"), _("内容")], orient="row")
    return Sheet(_("销毁证明"), _("个人信息销毁证明"), table)


__all__ = ["CertificateWords", "body_of", "certificates", "export_certificate"]
