"""Who calls: an API key in `Authorization: Bearer doudi_…`, and the guard of each route."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from api.access import Operation, authorise
from api.http.problems import Refused
from api.http.room import room_of
from api.usecases.keys import actor_of
from graphcore.domain.actor import Actor
from graphcore.domain.text import say


@dataclass(frozen=True, slots=True)
class Guard:
    """A route's dependency: names the operation, lets only actors through who may do it."""

    operation: Operation

    def __call__(self, request: Request) -> Actor:
        """Return the caller.

        Raises:
            Refused: no key, or not one of ours.
            Forbidden: the key's roles do not allow the operation.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        actor = (
            actor_of(room_of(request).ctx, token.strip()) if scheme.lower() == "bearer" else None
        )
        if actor is None:
            raise Refused(
                "unauthenticated",
                say("缺少有效的 API 密钥。"),
                say("请在请求头 Authorization 中以 Bearer 方式提供密钥；密钥由管理员发放。"),
                {"WWW-Authenticate": 'Bearer realm="doudi"'},
            )
        request.state.actor = actor.id
        authorise(actor, self.operation)
        return actor
