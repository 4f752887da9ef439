"""GET routes of the graph's main lists: one declared row each, one way to serve them all."""

# No postponed annotations here: routes are made in a loop, with the classes at hand.
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Query, Request
from pydantic import BaseModel

from api.http import models, queries
from api.http.auth import Guard
from api.http.room import room_of
from api.usecases.lists import LISTS, Page, page
from graphcore.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class ListRoute:
    """One list: its name in `api.usecases.lists.LISTS`, what may be asked, what a row holds."""

    name: str
    query: type[queries.PageQuery]
    row: type[BaseModel]


ROUTES: Final = (
    ListRoute("townships", queries.TownshipQuery, models.Township),
    ListRoute("villages", queries.TownshipQuery, models.Village),
    ListRoute("households", queries.HouseholdQuery, models.Household),
    ListRoute("disasters", queries.StageQuery, models.Disaster),
    ListRoute("programmes", queries.StageQuery, models.Programme),
    ListRoute("organizations", queries.PageQuery, models.Organization),
    ListRoute("donations", queries.PageQuery, models.Donation),
    ListRoute("warehouses", queries.TownshipQuery, models.Warehouse),
    ListRoute("lots", queries.LotQuery, models.Lot),
    ListRoute("needs", queries.NeedQuery, models.Need),
    ListRoute("plans", queries.PlanQuery, models.Plan),
)
OF_PLAN: Final = (
    ListRoute("lines", queries.LineQuery, models.Line),
    ListRoute("shortfalls", queries.ShortfallQuery, models.Shortfall),
    ListRoute("trips", queries.TripQuery, models.Trip),
    ListRoute("cargo", queries.TownshipQuery, models.Cargo),
)


def add_to(app: FastAPI) -> None:
    """Add the routes of all lists to the application."""
    for route in ROUTES:
        _add(app, f"/v1/{route.name}", route, _top(route))
    for route in OF_PLAN:
        _add(app, f"/v1/plans/{{plan_id}}/{route.name}", route, _within_plan(route))


def _add(app: FastAPI, path: str, route: ListRoute, endpoint: Callable[..., object]) -> None:
    app.add_api_route(path, endpoint, methods=["GET"], operation_id=f"list_{route.name}",
                      summary=(route.row.__doc__ or "").partition("\n")[0], tags=["lists"],
                      response_model=models.PageOut[route.row])  # type: ignore[name-defined]  # fmt: skip


def _top(route: ListRoute) -> Callable[..., object]:
    guard = Guard(LISTS[route.name].operation)
    asked = route.query

    def endpoint(
        request: Request,
        actor: Annotated[Actor, Depends(guard)],
        query: Annotated[asked, Query()],  # type: ignore[valid-type]
    ) -> Any:
        return _out(page(room_of(request).ctx, actor, route.name, query.ask()))  # type: ignore[attr-defined]

    return endpoint


def _within_plan(route: ListRoute) -> Callable[..., object]:
    guard = Guard(LISTS[route.name].operation)
    asked = route.query

    def endpoint(
        request: Request, actor: Annotated[Actor, Depends(guard)], plan_id: queries.PlanId,
        query: Annotated[asked, Query()],  # type: ignore[valid-type]
    ) -> Any:  # fmt: skip
        return _out(page(room_of(request).ctx, actor, route.name, query.ask(plan_id)))  # type: ignore[attr-defined]

    return endpoint


def _out(found: Page) -> dict[str, object]:
    return {"items": found.rows, "next": found.next or None}
