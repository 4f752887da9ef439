"""The comparison on paper: a summary, and lists to act on, each by township."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from graphcore.domain.text import Text, Translate, say
from graphcore.exchange.export import Sheet

if TYPE_CHECKING:
    from api.usecases.comparison.limits import Expected
    from graphcore.linkage.link import Links
    from graphcore.linkage.thresholds import Share
    from graphcore.linkage.townships import TownshipResult

THROUGH = {
    "person": say("本人已比中"), "relatives": say("同户亲属已比中"),
    "door": say("同一门牌，请核对是否一户"), "": say("未比中"),
}  # fmt: skip
STATE = {"matched": say("已比中"), "review": say("待人工复核"), "none": say("未在任何报告中")}
REASONS = {
    "sure": say("证件号码相同，姓名相符"), "best": say("互为最佳且明显领先"),
    "decided_same": say("已由专人认定为同一人"), "numbers_differ": say("两个有效号码不同"),
    "names_differ": say("号码相同而姓名不符"), "nothing_agrees": say("姓名和号码都不符"),
    "few_agree": say("号码、电话、门牌中只有一项或没有相符"), "low": say("相符程度不够高"),
    "close": say("另有相近的人选"), "taken": say("对方另有更相符的人"),
}  # fmt: skip
CHANGES = {
    "split": say("分户：名册一户，台账几户"), "merged": say("并户：名册几户，台账一户"),
    "head": say("户主变更"),
}  # fmt: skip
LOOK = say("去看一看：登记在册、所在村受灾，却不在任何报告中")


def workbook_of(
    left: pl.DataFrame, right: pl.DataFrame, made: Links, translate: Translate,
    hope: Expected | None = None,
) -> tuple[list[Sheet], int]:  # fmt: skip
    """Return the workbook's sheets, and how many registered persons are in no report.

    Args:
        left: the reports, as read (with names: the lists are for those who go and look).
        right: the register, as read.
        made: the comparison.
        translate: to the reader's language.
        hope: errors to expect.
    """
    from graphcore.linkage.townships import by_township  # noqa: PLC0415 -- part of the extra

    result = by_township(left, right, made.pairs, made.households)
    t = Spoken(translate)
    return [
        _summary(result, t), _poor(result, left, t), _missing(result, right, t),
        review_sheet(made, left, right, t), changes_sheet(made, t),
        *([errors_sheet(hope, t)] if hope else []),
    ], result.unreported.height  # fmt: skip


class Spoken:
    """Renders texts in the reader's language."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate

    def __call__(self, text: Text) -> str:
        """Return a text in the language."""
        return text.render(self._translate)

    def words(self, column: str, words: dict[str, Text]) -> pl.Expr:
        """Return a column's codes in words."""
        told = {code: self(text) for code, text in words.items()}
        return pl.col(column).replace_strict(told, default=pl.col(column))


def _summary(result: TownshipResult, t: Spoken) -> Sheet:
    names = {
        "township": say("乡镇"), "affected": say("受灾户"), "matched": say("本人已比中的户"),
        "household_only": say("同户已比中的户"), "review": say("待人工复核的户"),
        "none": say("未比中的户"), "registered": say("在册人员"), "unreported": say("不在任何报告中的在册人员"),
    }  # fmt: skip
    table = result.summary.rename({k: t(v) for k, v in names.items()})
    return Sheet(t(say("各乡镇汇总")), t(say("台账与社会救助名册比对结果汇总")), table)


def _poor(result: TownshipResult, left: pl.DataFrame, t: Spoken) -> Sheet:
    rows = result.affected.filter(pl.col("groups") != "").join(
        left.select(left="id", name=_full_name()), on="left", how="left", maintain_order="left"
    )  # fmt: skip
    table = rows.select(
        pl.col("township").alias(t(say("乡镇"))), pl.col("village").alias(t(say("村（社区）"))),
        pl.col("left").alias(t(say("台账记录"))), pl.col("name").alias(t(say("姓名"))),
        pl.col("groups").alias(t(say("在册类别"))),
        t.words("through", THROUGH).alias(t(say("依据"))),
    )  # fmt: skip
    return Sheet(
        t(say("受灾困难群众")), t(say("受灾户中的在册困难群众（可能符合，请协助申请）")), table
    )


def _missing(result: TownshipResult, right: pl.DataFrame, t: Spoken) -> Sheet:
    rows = result.unreported.join(
        right.select("phone", "address", right="id", name=_full_name()), on="right", how="left",
        maintain_order="left",
    )  # fmt: skip
    table = rows.select(
        pl.col("township").alias(t(say("乡镇"))), pl.col("village").alias(t(say("村（社区）"))),
        pl.col("right").alias(t(say("名册记录"))), pl.col("name").alias(t(say("姓名"))),
        pl.col("groups").alias(t(say("在册类别"))), pl.col("phone").alias(t(say("联系电话"))),
        pl.col("address").alias(t(say("住址"))), t.words("state", STATE).alias(t(say("情况"))),
        pl.lit("").alias(t(say("走访结果"))),
    )  # fmt: skip
    return Sheet(t(say("不在任何报告中")), t(LOOK), table, page_by=t(say("乡镇")))


def review_sheet(made: Links, left: pl.DataFrame, right: pl.DataFrame, t: Spoken) -> Sheet:
    """Both records of a pair in one row, and each field as match, mismatch or blank."""
    rows = made.pairs.filter(pl.col("outcome") == "review")
    told = ("name", "id_number", "phone", "address")
    a = left.select(
        left="id", **{f"l_{c}": _full_name() if c == "name" else pl.col(c) for c in told}
    )
    b = right.select(
        right="id", **{f"r_{c}": _full_name() if c == "name" else pl.col(c) for c in told}
    )
    joined = rows.join(a, on="left", how="left", maintain_order="left").join(
        b, on="right", how="left", maintain_order="left"
    )
    words = {
        "name": say("姓名"),
        "id_number": say("证件号码"),
        "phone": say("联系电话"),
        "address": say("住址"),
    }
    columns = [
        pl.col("left").alias(t(say("台账记录"))), pl.col("right").alias(t(say("名册记录"))),
        pl.col("weight").alias(t(say("权重"))), t.words("reason", REASONS).alias(t(say("为何复核"))),
    ]  # fmt: skip
    for code, word in words.items():
        columns += [pl.col(f"l_{code}").alias(t(say("台账：{field}", field=word))),
                    pl.col(f"r_{code}").alias(t(say("名册：{field}", field=word)))]  # fmt: skip
    for c in made.scheme.comparisons:
        if c.field in made.fields:
            levels = {x.code: x.words for x in c.levels} | {"blank": say("空")}
            columns.append(
                t.words(f"at_{c.field}", levels).alias(t(say("比较：{field}", field=c.words)))
            )
    return Sheet(t(say("待人工复核")), t(say("请逐对查看后由专人认定")), joined.select(columns))


def changes_sheet(made: Links, t: Spoken) -> Sheet:
    """Households that are not the same in both tables: split, merged, or under another head."""
    rows = made.households.filter(pl.col("change") != "").sort("change", "left", "right")
    return Sheet(t(say("户的变化")), t(say("两表中不一样的户：分户、并户、户主变更")), rows.select(
        pl.col("left").alias(t(say("台账户"))), pl.col("right").alias(t(say("名册户"))),
        t.words("change", CHANGES).alias(t(say("变化"))),
        pl.col("persons").alias(t(say("已比中人数"))),
    ))  # fmt: skip


def errors_sheet(hope: Expected, t: Spoken) -> Sheet:
    """What to expect of the thresholds in use, by the sample that they were judged by."""
    rows = [
        (say("自动比中的记录对"), float(hope.matched), None, None),
        (say("其中预计不是同一人的"), hope.wrong.value, hope.wrong.least, hope.wrong.most),
        (say("真实的同一人中没有自动比中的比例"), *_ends(hope.missed)),
        (say("真实的同一人中无人看到的比例"), *_ends(hope.unseen)),
        (say("样本：自动比中的对数"), float(hope.sample.matched), None, None),
        (say("样本：真实的对数"), float(hope.sample.real), None, None),
    ]
    names = [t(say("项目")), t(say("预计")), t(say("95%下限")), t(say("95%上限"))]
    told = [
        (t(word), *(None if v is None else round(v, 6) for v in values)) for word, *values in rows
    ]
    schema = {names[0]: pl.String(), **dict.fromkeys(names[1:], pl.Float64())}
    title = t(say("阈值的预计误差（依据：{cites}）", cites=hope.cites))
    return Sheet(t(say("预计误差")), title, pl.DataFrame(told, schema=schema, orient="row"))


def _ends(share: Share) -> tuple[float, float, float]:
    return share.value, share.least, share.most


def _full_name() -> pl.Expr:
    return pl.concat_str("surname", "name").alias("name")
