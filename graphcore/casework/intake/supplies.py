"""Warehouses, lots, donations, vehicles and organisations."""

from __future__ import annotations

from typing import Any

from graphcore.casework.intake.binding import Cells, RowUnplaced, need
from graphcore.casework.intake.world import World
from graphcore.domain.ids import Kind, derived
from graphcore.domain.money import CASH, FUND
from graphcore.domain.supply import Account
from graphcore.domain.text import say


def warehouse(cells: Cells, world: World) -> str:
    """储备库 → Warehouse."""
    key = derived(Kind.WAREHOUSE, world.district, cells["code"])
    world.changes.put("Warehouse", key, {
        "id": key, "code": cells["code"], "name": cells["name"], "township": cells["township"],
        "owner": cells["owner"], "lon": cells["lon"], "lat": cells["lat"],
        "capacity_l": cells["capacity_l"], "opening_fen": cells["opening_cost"],
    })  # fmt: skip
    return key


def known_warehouse(world: World, code: str) -> str:
    """The warehouse that a code names."""
    return need(world, "Warehouse", derived(Kind.WAREHOUSE, world.district, code), "warehouse",
                say("储备库编号 {code} 尚未登记。", code=code),
                say("请先导入“救灾物资储备库名录”，或改正编号。"))  # fmt: skip


def known_item(world: World, text: str) -> str:
    """The supply item that a name in a table means."""
    code = world.item_code(text)
    if code is None:
        raise RowUnplaced("item", say("不认识的物资品种：{text}", text=text[:20]),
                          say("请改为目录中的名称，或在物资目录中为它加一个别名。"))  # fmt: skip
    if not world.known("SupplyItem", code):
        world.changes.put("SupplyItem", code, world.item_facts(code))
    return code


def lot(cells: Cells, world: World) -> str:
    """批次 → StockLot; what the count says more or less is a movement with two accounts."""
    key = derived(Kind.LOT, world.district, cells["code"])
    store, item = known_warehouse(world, cells["warehouse"]), known_item(world, cells["item"])
    donation = known_donation(world, cells["donation"]) if cells["donation"] else ""
    _stocked(world, donation, {
        "code": cells["code"], "warehouse": store, "item": item, "on_hand": cells["quantity"],
        "arrives_on": cells["arrives_on"], "expires_on": cells["expires_on"],
        "owner": cells["owner"], "authority": cells["authority"],
        "hold": cells["hold"] or "none", "donation": donation, "min_units": cells["min_units"],
    })  # fmt: skip
    return key


def _stocked(world: World, donation: str, facts: dict[str, Any]) -> None:
    """Write a lot with its movement and its places."""
    key = derived(Kind.LOT, world.district, facts["code"])
    before = world.changes.current("StockLot", key)
    _count_stock(world, key, before, int(facts["on_hand"]), donation)
    world.changes.put("StockLot", key, {"id": key, "reserved": None if before else 0, **facts})
    world.changes.link("STORED_IN", ("StockLot", key), ("Warehouse", facts["warehouse"]))
    world.changes.link("LOT_OF", ("StockLot", key), ("SupplyItem", facts["item"]))
    if donation:
        world.changes.link("STOCKED_AS", ("Donation", donation), ("StockLot", key))


def _count_stock(world: World, key: str, before: object, counted: int, donation: str) -> None:
    was, reserved = _stock(before)
    if counted < reserved:
        raise RowUnplaced("quantity",
                          say("盘点数 {counted} 少于计划已预留的 {reserved}。",
                              counted=counted, reserved=reserved),
                          say("请核对盘点数；如属实，先重新制定计划释放预留，再导入。"))  # fmt: skip
    delta = counted - was
    if delta == 0:
        return
    supplier = Account.SUPPLIER
    source, target = (
        (supplier, Account.WAREHOUSE) if delta > 0 else (Account.WAREHOUSE, Account.LOST)
    )
    move = derived(Kind.MOVEMENT, key, world.file)
    world.changes.put("Movement", move, {
        "id": move, "lot": key, "source": source, "target": target, "quantity": abs(delta),
        "at": world.at, "plan": "", "event": donation,
    })  # fmt: skip
    world.changes.link("MOVES", ("Movement", move), ("StockLot", key))
    world.amounts[key] = delta


def _stock(before: object) -> tuple[int, int]:
    if not isinstance(before, dict):
        return 0, 0
    return int(before.get("on_hand") or 0), int(before.get("reserved") or 0)


def known_donation(world: World, code: str) -> str:
    """The donation that a number names."""
    return need(world, "Donation", derived(Kind.DONATION, world.district, code), "donation",
                say("捐赠编号 {code} 尚未登记。", code=code),
                say("请先导入“社会捐赠登记表”，或改正编号。"))  # fmt: skip


def project(cells: Cells, world: World) -> str:
    """捐赠项目 → Project: what a gift that names it is bound by."""
    if cells["from_on"] and cells["to_on"] and cells["to_on"] < cells["from_on"]:
        raise RowUnplaced("to_on", say("项目截止日期早于开始日期。"), say("请改正其中一个日期。"))
    key = derived(Kind.PROJECT, world.district, cells["code"])
    world.changes.put("Project", key, {
        "id": key, "code": cells["code"], "name": cells["name"],
        "only_townships": _named_townships(world, cells["only_townships"]),
        "only_groups": list(cells["only_groups"]), "only_needs": list(cells["only_needs"]),
        "items": [known_item(world, word) for word in _listed(cells["items"])],
        "from_on": cells["from_on"], "to_on": cells["to_on"],
    })  # fmt: skip
    return key


def _known_project(world: World, cells: Cells) -> str:
    """The project that a gift names; "" if none. Its groups and the gift's are not both given."""
    if not cells["project"]:
        return ""
    key = need(world, "Project", derived(Kind.PROJECT, world.district, cells["project"]), "project",
               say("捐赠项目编号 {code} 尚未登记。", code=cells["project"]),
               say("请先导入“捐赠项目表”，或改正编号。"))  # fmt: skip
    known = {**world.existing("Project"), **world.changes.created.get("Project", {})}
    if cells["only_groups"] and known[key]["only_groups"]:
        raise RowUnplaced("only_groups", say("捐赠项目已指定群体，该捐赠又另指定群体。"),
                          say("请只在项目表或捐赠登记表中指定群体。"))  # fmt: skip
    return key


def donation(cells: Cells, world: World) -> str:
    """捐赠 → Donor and Donation with its intent."""
    giver = derived(Kind.DONOR, world.district, cells["donor"])
    key = derived(Kind.DONATION, world.district, cells["code"])
    item = known_item(world, cells["item"]) if cells["item"] else ""
    places, groups = _named_townships(world, cells["only_townships"]), list(cells["only_groups"])
    uses, purpose_of = list(cells["only_needs"]), _known_project(world, cells)
    world.changes.put("Donor", giver, {"id": giver, "name": cells["donor"]})
    world.changes.put("Donation", key, {
        "id": key, "code": cells["code"], "donor": giver, "kind": cells["kind"], "item": item,
        "quantity": cells["quantity"], "amount_fen": cells["amount"],
        "designated": bool(places or groups or uses or purpose_of), "only_townships": places,
        "only_groups": groups, "only_needs": uses, "project": purpose_of, "purpose": cells["purpose"],
        "redirect_consent": bool(cells["redirect_consent"]), "surplus": bool(cells["surplus"]),
        "received_on": cells["received_on"],
    })  # fmt: skip
    world.changes.link("GAVE", ("Donor", giver), ("Donation", key))
    if cells["kind"] == "money" and cells["amount"]:
        _money(cells, world, key)
    return key


def _money(cells: Cells, world: World, gift: str) -> None:
    """Money is supply: a lot of fen in the account for donations, under its donor's intent."""
    fund = derived(Kind.WAREHOUSE, world.district, FUND)
    world.changes.put("Warehouse", fund, {
        "id": fund, "code": FUND, "name": "救灾捐赠资金专户", "township": "", "owner": "",
        "lon": None, "lat": None,
    })  # fmt: skip
    _stocked(world, gift, {
        "code": cells["code"], "warehouse": fund, "item": known_item(world, CASH),
        "on_hand": cells["amount"], "arrives_on": cells["received_on"], "expires_on": "",
        "owner": "", "authority": "", "hold": "none", "donation": gift,
        "min_units": None,
    })  # fmt: skip


def _named_townships(world: World, text: str) -> list[str]:
    return [_township(world, name) for name in _listed(text)]


def _listed(text: str) -> list[str]:
    words = text.replace("，", "、").replace(",", "、").replace("；", "、").split("、")
    return [w.strip() for w in words if w.strip()]


def _township(world: World, name: str) -> str:
    known = {**world.existing("Township"), **world.changes.created.get("Township", {})}
    found = [c for c, p in known.items() if name in (c, p["name"])]
    if len(found) != 1:
        raise RowUnplaced("only_townships", say("定向乡镇“{name}”不在乡镇名录中。", name=name[:20]),
                          say("请写乡镇全称或代码，多个之间用顿号分开。"))  # fmt: skip
    return found[0]


def fleet(cells: Cells, world: World) -> str:
    """运力 → Fleet of one mode at a warehouse."""
    home = known_warehouse(world, cells["warehouse"])
    key = derived(Kind.FLEET, home, cells["mode"])
    world.changes.put("Fleet", key, {
        "id": key, "warehouse": home, "mode": cells["mode"], "vehicles": cells["vehicles"],
        "capacity_kg": cells["capacity_kg"], "capacity_l": cells["capacity_l"],
        "trips_per_day": cells["trips_per_day"], "cold": cells["cold"],
    })  # fmt: skip
    world.changes.link("BASED_AT", ("Fleet", key), ("Warehouse", home))
    return key


def organization(cells: Cells, world: World) -> str:
    """社会力量 → Organization, and the programme it runs."""
    key = derived(Kind.ORGANIZATION, world.district, cells["code"])
    skills = [s for s in str(cells["skills"]).replace("，", "、").split("、") if s]
    world.changes.put("Organization", key, {
        "id": key, "code": cells["code"], "name": cells["name"], "kind": cells["kind"],
        "skills": skills, "township": cells["township"] or None,
        "valid_to": cells["valid_to"] or None, "readiness": cells["readiness"] or None,
        "prefers": cells["prefers"],
    })  # fmt: skip
    if cells["programme"]:
        run = derived(Kind.ORGANIZATION, key, cells["programme"])
        world.changes.put("Programme", run, {
            "id": run, "name": cells["programme"], "stage": "emergency", "organization": key,
        })  # fmt: skip
        world.changes.link("RUNS", ("Organization", key), ("Programme", run))
    return key
