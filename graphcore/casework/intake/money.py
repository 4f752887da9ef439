"""Funds, and the accounts that they go to."""

from __future__ import annotations

import re

from graphcore.casework.intake.binding import Cells, RowUnplaced
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from graphcore.domain.text import say

_ACCOUNT = re.compile(r"\d{9,32}")


def account(cells: Cells, world: World) -> str:
    """账户 → BankAccount with a keyed digest; the number itself stays in the sealed record."""
    home = world.household_by_code.get(str(cells["household"]))
    if home is None:
        raise RowUnplaced("household", say("户编号 {code} 不在住户底册中。", code=cells["household"]),
                          say("请先导入住户底册，或改正户编号。"))  # fmt: skip
    number = re.sub(r"[\s-]", "", str(cells["account"]))
    if not _ACCOUNT.fullmatch(number):
        raise RowUnplaced("account", say("银行账号不是 9 至 32 位数字。"),
                          say("请按存折或银行卡核对后填写。"))  # fmt: skip
    holder = world.find_person(home, "", str(cells["head"]))
    if holder and (world.changes.current("Person", holder) or {}).get("died_on"):
        raise RowUnplaced(
            "head", say("账户户名是已故的人。"), say("请填写新户主（或监护人）的账户。")
        )
    key, digest = derived(Kind.ACCOUNT, home), world.index("account", number)
    before = world.changes.current("BankAccount", key)
    stopped = bool(before and before.get("stopped_at") and before["digest"] == digest)
    if stopped:
        raise RowUnplaced("account", say("该账户的户名人已故，账户已停用。"),
                          say("请填写新户主（或监护人）的账户。"))  # fmt: skip
    world.changes.put("BankAccount", key, {
        "id": key, "household": home, "bank": cells["bank"], "digest": digest, "stopped_at": 0,
    })  # fmt: skip
    world.changes.link("ACCOUNT_OF", ("BankAccount", key), ("Household", home))
    world.changes.tell(home, {"account": number, "account_name": cells["head"]})
    return key


def fund(cells: Cells, world: World) -> str:
    """资金来源 → FundSource; ``benefits`` names the benefits it is earmarked for, none = any."""
    key = derived(Kind.FUND, world.district, cells["code"])
    words = re.split(r"[、，,；;\s]+", str(cells["benefits"]))
    world.changes.put("FundSource", key, {
        "id": key, "code": cells["code"], "level": cells["level"], "amount_fen": cells["amount"],
        "benefits": [w for w in words if w], "received_on": cells["received_on"],
    })  # fmt: skip
    return key
