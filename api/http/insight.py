"""Plans looked into: explained, compared, their tilt, the price of fairness, what would help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request

from api.access import Operation
from api.http.auth import Guard
from api.http.insight_models import (
    FairnessOut,
    MeasureOut,
    MeasuresOut,
    SectionOut,
    StoryOut,
    TiltOut,
    WhyOut,
)
from api.http.language import of_header
from api.http.purpose import Casework
from api.http.queries import PlanId
from api.http.room import room_of
from api.text.words import speaker
from api.usecases.story import Cell, Story
from graphcore.domain.actor import Actor
from graphcore.domain.text import Text

Reader = Annotated[Actor, Depends(Guard(Operation.READ_PLAN))]
Explainer = Annotated[Actor, Depends(Guard(Operation.EXPLAIN))]
OtherPlan = Annotated[
    str, Query(pattern=r"^PL-[0-9A-Z]{1,32}$", description="Id of the other plan")
]
What = Annotated[
    str, Query(min_length=1, max_length=100, description="Household, township, line or shortfall")
]
Work = Annotated[int, Query(ge=1, le=20_000_000, description="Limit in simplex iterations")]
Floors = Annotated[
    list[str], Query(max_length=50, description="`item:township:units`; may be repeated")
]


def spoken(request: Request) -> Callable[[Cell], str]:
    """Return what renders a cell in the caller's language; ``kind:code`` is a word."""
    worded = speaker(of_header(request.headers.get("accept-language", "")))

    def said(cell: Cell) -> str:
        return cell.render(worded) if isinstance(cell, Text) else str("" if cell is None else cell)

    return said


def story_out(story: Story, said: Callable[[Cell], str]) -> StoryOut:
    """Return a story in the caller's language."""
    sections = [
        SectionOut(
            heading=said(s.heading),
            sentences=[said(x) for x in s.sentences],
            columns=[said(c) for c in s.columns],
            rows=[[c if isinstance(c, int) else said(c) for c in row] for row in s.rows],
        )
        for s in story.sections
    ]
    return StoryOut(title=said(story.title), sections=sections)


def get_explanation(
    request: Request, actor: Explainer, plan_id: PlanId, what: What, reason: Casework
) -> StoryOut:
    """Why a household, a township, a line or a shortfall is as it is: facts in sentences."""
    from api.usecases.explain_case import explain  # noqa: PLC0415 -- the solver is heavy

    return story_out(explain(room_of(request).ctx, actor, what, plan_id, reason), spoken(request))


def get_difference(request: Request, actor: Explainer, plan_id: PlanId, to: OtherPlan) -> StoryOut:
    """Who gains and who loses when plan `to` takes this plan's place, and at which goal."""
    from api.usecases.compare import compare  # noqa: PLC0415

    return story_out(compare(room_of(request).ctx, actor, plan_id, to), spoken(request))


def get_tilt(request: Request, actor: Reader, plan_id: PlanId) -> Any:
    """What hard-hit areas and hardship groups got relative to their need, as published."""
    from api.usecases.planning.tilts import stored  # noqa: PLC0415
    from api.usecases.show import plan_view  # noqa: PLC0415

    view = plan_view(room_of(request).ctx, actor, plan_id)
    return {"plan": view.plan["id"], "rows": stored(view.plan).to_dicts()}


def get_replan(request: Request, actor: Reader, plan_id: PlanId) -> list[WhyOut]:
    """Why the plan in force should be made again; empty if nothing speaks for it."""
    from api.usecases.replan_why import replan_why  # noqa: PLC0415
    from api.usecases.show import plan_view  # noqa: PLC0415

    ctx, said = room_of(request).ctx, spoken(request)
    found = replan_why(ctx, actor, plan_view(ctx, actor, plan_id))
    return [WhyOut(code=w.code, count=w.count, what=said(w.what)) for w in found]


def get_fairness(
    request: Request, actor: Explainer, plan_id: PlanId, work: Work = 2_000_000
) -> Any:
    """The price of fairness: weighted coverage as the floors are lowered, solved again each time."""
    from api.usecases.fairness import as_dict, fairness  # noqa: PLC0415

    return as_dict(fairness(room_of(request).ctx, actor, plan_id, work=work))


def get_relief(
    request: Request, actor: Explainer, plan_id: PlanId,
    most: Annotated[int, Query(ge=1, le=50)] = 8,
) -> MeasuresOut:  # fmt: skip
    """What would help, each measure solved again; the cheapest for each household first."""
    from api.usecases.relief import relief  # noqa: PLC0415

    said = spoken(request)
    found = relief(room_of(request).ctx, actor, plan_id, most=most)
    return MeasuresOut(
        measures=[
            MeasureOut(
                what=said(r.what), households_met=r.effect.full,
                households_gaining=r.effect.gained, households_losing=r.effect.lost,
                cost_fen=r.cost_fen, per_household_fen=r.per_household_fen, by_clock=r.by_clock,
                places=dict(r.effect.places),
                goals={name: [old, new] for name, old, new in r.effect.goals},
            )
            for r in found
        ]
    )  # fmt: skip


def get_contradictions(
    request: Request, actor: Explainer, floor: Floors = [],  # noqa: B006 -- FastAPI copies it
) -> StoryOut:  # fmt: skip
    """Donors' conditions nobody can meet, floors and pins that do not fit: the smallest sets."""
    from api.usecases.contradictions import contradictions  # noqa: PLC0415

    return story_out(contradictions(room_of(request).ctx, actor, floor), spoken(request))


def add_to(app: FastAPI) -> None:
    """Add the routes to the application."""
    plan = "/v1/plans/{plan_id}"
    routes: tuple[tuple[str, Callable[..., Any], str, Any], ...] = (
        (f"{plan}/explanation", get_explanation, "explain", StoryOut),
        (f"{plan}/difference", get_difference, "compare_plans", StoryOut),
        (f"{plan}/tilt", get_tilt, "read_tilt", TiltOut),
        (f"{plan}/replan", get_replan, "read_replan", list[WhyOut]),
        (f"{plan}/fairness", get_fairness, "price_of_fairness", FairnessOut),
        (f"{plan}/relief", get_relief, "read_relief", MeasuresOut),
        ("/v1/contradictions", get_contradictions, "read_contradictions", StoryOut),
    )
    for path, endpoint, name, model in routes:
        app.add_api_route(path, endpoint, methods=["GET"], operation_id=name, tags=["insight"],
                          response_model=model)  # fmt: skip
