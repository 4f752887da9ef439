"""Who acts: an id, roles and a scope."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an actor does (DOMAIN: the users)."""

    DISPATCHER = "dispatcher"  # emergency management: plans, commits
    APPROVER = "approver"  # named officer who signs a plan
    CIVIL_AFFAIRS = "civil_affairs"
    TOWNSHIP = "township"  # clerk of one township
    ORGANIZATION = "organization"  # social-organisation coordinator
    PLATFORM = "platform"  # donation platform through the API
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller. ``scope`` is a division-code prefix: a district's six digits, a township's nine.

    ``organization`` is the id of the organisation that a coordinator speaks for, "" for others.
    """

    id: str
    roles: frozenset[Role]
    scope: str
    organization: str = ""

    def covers(self, place_code: str) -> bool:
        """Whether a place lies in the actor's scope."""
        return place_code.startswith(self.scope)
