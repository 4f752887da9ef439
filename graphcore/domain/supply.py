"""What exists: supply, intent and command, as enumerations used by every layer."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How goods move."""

    TRUCK = "truck"
    BOAT = "boat"
    HELICOPTER = "helicopter"
    FOOT = "foot"
    TRANSFER = "transfer"  # money and vouchers: nothing is carried


class RoadState(StrEnum):
    """Whether a road carries traffic."""

    OPEN = "open"
    LIMITED = "limited"  # light vehicles only; weight_limit_kg holds
    CUT = "cut"


class Hold(StrEnum):
    """Why stock may not leave."""

    NONE = "none"
    INSPECTION = "inspection"  # 待检
    FROZEN = "frozen"  # 冻结
    DAMAGED = "damaged"  # 损坏


class LineState(StrEnum):
    """State of an allocation line."""

    FIRM = "firm"  # on goods that the bureau commands
    REQUEST = "request"  # on goods that it does not command: uncounted until accepted
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DISPATCHED = "dispatched"  # all its units have left the warehouse
    RECEIVED = "received"  # all its units are signed for, declined or lost


COUNTED = tuple(
    s.value for s in (LineState.FIRM, LineState.ACCEPTED, LineState.DISPATCHED, LineState.RECEIVED)
)
"""States of lines that promise something, or have brought it."""


class TripState(StrEnum):
    """State of a vehicle's trip. Only a planned one may be routed anew."""

    PLANNED = "planned"
    DISPATCHED = "dispatched"  # it has left with its goods
    CLOSED = "closed"  # every unit of it is signed for, declined or lost


class PlanState(StrEnum):
    """State of a plan. Lines may leave only from an approved plan."""

    DRAFT = "draft"
    PUBLISHED = "published"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class Account(StrEnum):
    """Double-entry accounts of a lot's units: a movement has two."""

    SUPPLIER = "supplier"
    WAREHOUSE = "warehouse"
    RESERVED = "reserved"
    IN_TRANSIT = "in_transit"
    TOWNSHIP = "township"
    HOUSEHOLD = "household"
    LOST = "lost"
    EXPIRED = "expired"
    RETURNED = "returned"
