"""What the routes share: the open product and its queue, held by the application object."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from api.jobs import Jobs
from api.usecases.context import Context
from api.usecases.replanning.asked import Shelf


@dataclass(frozen=True, slots=True)
class Room:
    """Made at the application's start, gone at its end."""

    ctx: Context
    jobs: Jobs
    shelf: Shelf = field(default_factory=Shelf)


def room_of(request: Request) -> Room:
    """Return the room of the application that serves the request."""
    room: Room = request.app.state.room
    return room
