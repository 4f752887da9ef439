"""Pins: what a re-plan leaves alone, and what departing from the published plan costs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.access import Operation
from api.http.auth import Guard
from api.http.plans import REPLAYED
from api.http.queries import IdempotencyKey
from api.http.room import room_of
from api.usecases.pinned import Asked, pin_once, unpin_once
from api.usecases.planning.pins import Pin, list_pins
from graphcore.domain.actor import Actor

PinId = Annotated[str, Path(pattern=r"^PN-[0-9A-Z]{1,32}$", description="Id of a pin")]
Maker = Annotated[Actor, Depends(Guard(Operation.MAKE_PLAN))]
Reader = Annotated[Actor, Depends(Guard(Operation.READ_PLAN))]
PinKind = Literal["line", "floor", "day", "trip", "price"]
_WANTED = {
    "line": ("line",), "floor": ("line", "quantity"), "day": ("day",),
    "trip": ("trip", "quantity"), "price": ("quantity",),
}  # fmt: skip


class PinRequest(BaseModel):
    """A pin to be set; the giver is an office or post, never a person's name."""

    model_config = ConfigDict(extra="forbid")

    kind: PinKind
    line: str = Field("", pattern=r"^[0-9A-Za-z-]{0,64}$", description="Of line, floor, price")
    trip: str = Field("", pattern=r"^[0-9A-Z-]{0,40}$", description="Of trip")
    township: str = Field("", pattern=r"^[0-9]{0,12}$", description="Of day, price: only there")
    day: int | None = Field(None, ge=0, le=29, description="Of day; 0 = the plan's first")
    quantity: int | None = Field(
        None, ge=0, le=10**9, description="Of floor: units; trip: stops; price: times as much"
    )
    giver: str = Field("", pattern=r"^[^\x00-\x1f]{0,64}$")

    @model_validator(mode="after")
    def _whole(self) -> PinRequest:
        """Refuse a pin that lacks what its kind needs."""
        lacking = [name for name in _WANTED[self.kind] if getattr(self, name) in ("", None)]
        if lacking:
            raise ValueError(f"a pin of kind {self.kind} needs: {', '.join(lacking)}")
        if self.kind == "price" and bool(self.line) == bool(self.township):
            raise ValueError("a price is of a line or of a township")
        return self

    def asked(self) -> Asked:
        """Return the use case's question."""
        return Asked(self.kind, self.line, self.trip, self.township, self.day or 0,
                     self.quantity or 0, self.giver)  # fmt: skip


class PinOut(BaseModel):
    """A pin in force."""

    id: str
    kind: PinKind
    need: str
    lot: str
    mode: str
    day: int
    quantity: int
    giver: str
    township: str
    trip: str


class PinsOut(BaseModel):
    """All pins in force, oldest first."""

    items: list[PinOut]


class PinSet(BaseModel):
    """A pin that was set or taken out."""

    pin: str


def get_pins(request: Request, actor: Reader) -> PinsOut:
    """The pins in force."""
    return PinsOut(items=[_out(p) for p in list_pins(room_of(request).ctx, actor)])


def _out(pin: Pin) -> PinOut:
    return PinOut.model_validate(pin, from_attributes=True)


def post_pin(request: Request, response: Response, actor: Maker, body: PinRequest,
             key: IdempotencyKey) -> Any:  # fmt: skip
    """Set a pin."""
    done = pin_once(room_of(request).ctx, actor, body.asked(), key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return {"pin": done.result}


def post_removal(request: Request, response: Response, actor: Maker, pin_id: PinId,
                 key: IdempotencyKey) -> Any:  # fmt: skip
    """Take a pin out."""
    done = unpin_once(room_of(request).ctx, actor, pin_id, key)
    response.headers[REPLAYED] = str(done.replayed).lower()
    return {"pin": done.result}


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    app.add_api_route("/v1/pins", get_pins, methods=["GET"], response_model=PinsOut,
                      operation_id="list_pins", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/pins", post_pin, methods=["POST"], status_code=201,
                      response_model=PinSet, operation_id="set_pin", tags=["replan"])  # fmt: skip
    app.add_api_route("/v1/pins/{pin_id}/removal", post_removal, methods=["POST"],
                      response_model=PinSet, operation_id="remove_pin", tags=["replan"])  # fmt: skip
