"""Pins as asked for over the wire: once each, however often the request is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.access import Operation, authorise
from api.usecases.context import Context
from api.usecases.planning import pins
from api.usecases.requests import keyed
from graphcore.domain.actor import Actor
from graphcore.domain.event import Json
from graphcore.domain.ids import Kind
from graphcore.store.idempotency import Outcome


@dataclass(frozen=True, slots=True)
class Asked:
    """A pin to be set; which fields count depends on the kind.

    ``quantity``: of a floor its units, of a trip its stops, of a price how many times as much.
    """

    kind: str
    line: str = ""
    trip: str = ""
    township: str = ""
    day: int = 0
    quantity: int = 0
    giver: str = ""


def pin_once(ctx: Context, actor: Actor, asked: Asked, key: str) -> Outcome:
    """Set a pin, once for each key of the actor; the outcome's result is the pin's id.

    Raises:
        As the functions of `api.usecases.planning.pins`; KeyReused: the key came with another.
    """
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    pin = ctx.mint.mint(Kind.PIN)
    body: dict[str, Json] = {"pin": asked.kind, "line": asked.line, "trip": asked.trip,
                             "township": asked.township, "day": asked.day,
                             "quantity": asked.quantity, "giver": asked.giver}  # fmt: skip
    return keyed(ctx, actor, Operation.MAKE_PLAN, key, body, pin,
                 lambda inner: _SET[asked.kind](inner, actor, asked, pin))  # fmt: skip


def unpin_once(ctx: Context, actor: Actor, pin: str, key: str) -> Outcome:
    """Take a pin out, once for each key of the actor; raises as `pins.remove_pin`."""
    authorise(actor, Operation.MAKE_PLAN, ctx.district)
    return keyed(ctx, actor, Operation.MAKE_PLAN, key, {"unpin": pin}, pin,
                 lambda inner: pins.remove_pin(inner, actor, pin))  # fmt: skip


Setter = Callable[[Context, Actor, Asked, str], str]


def _line(ctx: Context, actor: Actor, asked: Asked, pin: str) -> str:
    return pins.add_pin(ctx, actor, asked.line, giver=asked.giver, pin=pin)


def _floor(ctx: Context, actor: Actor, asked: Asked, pin: str) -> str:
    return pins.add_pin(ctx, actor, asked.line, at_least=asked.quantity, giver=asked.giver, pin=pin)


def _day(ctx: Context, actor: Actor, asked: Asked, pin: str) -> str:
    return pins.pin_day(ctx, actor, asked.day, township=asked.township, giver=asked.giver, pin=pin)


def _trip(ctx: Context, actor: Actor, asked: Asked, pin: str) -> str:
    return pins.pin_trip(ctx, actor, asked.trip, stops=asked.quantity, giver=asked.giver, pin=pin)


def _price(ctx: Context, actor: Actor, asked: Asked, pin: str) -> str:
    return pins.price_departure(ctx, actor, asked.quantity, line=asked.line,
                                township=asked.township, giver=asked.giver, pin=pin)  # fmt: skip


_SET: Mapping[str, Setter] = {
    pins.LINE: _line, pins.FLOOR: _floor, pins.DAY: _day, pins.TRIP: _trip, pins.PRICE: _price,
}  # fmt: skip
