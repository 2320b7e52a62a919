"""Warnings: what is being said, what waits for a person, what is over; the story of each, and all stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from controller.alerts.held import read_held
from controller.errors import ControllerError, NotFound
from controller.store import alert_sources, alerts, announcements, areas, overview, people
from controller.store.alert_states import AlertState, AlertStep, after_step
from controller.store.alerts import AlertId, AlertRow
from controller.store.concerns import seen
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.alerts import Which
from controller.web.pages.alert_words import AlertWords
from controller.web.pages.area_choice import choices
from controller.web.pages.frame import go, page, words_of
from controller.web.services import Services, services_of
from schedules.programme import AreaId

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Field = Annotated[str, Form(max_length=2000)]
Chosen = Annotated[list[str], Form(max_length=2000)]

_SHOWN = 100
_SILENCE = timedelta(minutes=10)
_FARTHEST = 2**31 - 1


@router.get("/alerts")
def list_alerts(request: Request, us: Us, who: Anyone) -> Response:
    return _list_page(request, us, who)


@router.post("/alerts/stop")
def stop(request: Request, us: Us, who: Anyone, area: Field = "", reason: Field = "") -> Response:
    try:
        us.warnings.decisions.stop((AreaId(area),) if area else (), who, reason, _SILENCE)
    except ControllerError as wrong:
        return _list_page(request, us, who, wrong)
    return go("/alerts", "all-stop")


@router.get("/alerts/{alert}")
def read_alert(request: Request, us: Us, who: Anyone, alert: int) -> Response:
    return _alert_page(request, us, who, alert)


@router.post("/alerts/{alert}/{step}")
def decide(
    request: Request,
    us: Us,
    who: Anyone,
    alert: int,
    step: str,
    reason: Field = "",
    areas: Chosen | None = None,
) -> Response:
    decisions, this = us.warnings.decisions, AlertId(alert)
    try:
        if step == AlertStep.RELEASE.value:
            decisions.release(this, who, tuple(AreaId(area) for area in areas or ()))
        elif step == AlertStep.REJECT.value:
            decisions.reject(this, who, reason)
        elif step == AlertStep.CORRECT.value:
            decisions.correct(this, who, reason)
        else:
            raise NotFound("not-found", "There is nothing at this address.")
    except NotFound:
        raise
    except ControllerError as wrong:
        return _alert_page(request, us, who, alert, wrong)
    return go(f"/alerts/{alert}", f"alert-{step}")


def _list_page(request: Request, us: Services, who: Account, wrong: ControllerError | None = None) -> Response:
    with us.database.read() as connection:
        tree = areas.tree(connection)
        latest = {which: alerts.latest(connection, _SHOWN, which.states) for which in Which}
        found = {which.value: seen(connection, who, "alert", rows) for which, rows in latest.items()}
        held = read_held(connection, tree, found[Which.ACTIVE.value], us.clock.now())
        names = people.names(connection)
        silent = [one for one in alert_sources.everything(connection) if one.silent]
    return page(
        request,
        "alerts.html.j2",
        who,
        status=wrong.status if wrong else 200,
        about=AlertWords(words_of(request)),
        now=us.clock.now(),
        found=found,
        silent=silent,
        held=held,
        tree=tree,
        names=names,
        roots=tree.children(None),
        villages=[area for root in tree.children(None) for area in tree.children(root.id)],
        wrong=words_of(request).say(wrong.text, **wrong.values) if wrong else "",
        may_stop=who.holds(Role.EDITOR, Role.APPROVER, Role.OPERATOR),
    )


def _alert_page(
    request: Request, us: Services, who: Account, alert: int, wrong: ControllerError | None = None
) -> Response:
    with us.database.read() as connection:
        row = alerts.find(connection, AlertId(alert)) if 0 < alert <= _FARTHEST else None
        if row is None:
            raise NotFound("unknown-alert", "There is no alert {alert}.", alert=alert)
        said = announcements.of_alert(connection, row.id)
        tree = areas.tree(connection)
        places = alerts.places(connection, row.id)
        story = alerts.story(connection, row.id)
        names = people.names(connection)
        standing = overview.speakers(connection)
        held = read_held(connection, tree, [row], us.clock.now()).get(row.id)
    return page(
        request,
        "alert.html.j2",
        who,
        status=wrong.status if wrong else 200,
        about=AlertWords(words_of(request)),
        now=us.clock.now(),
        row=row,
        decided=row.decided,
        said=said,
        held=held,
        names=names,
        tree=tree,
        places=places,
        story=[(told, names.get(told.who, "") if told.who else "") for told in story],
        releases=[names.get(one, one) for one in row.releases],
        author=names.get(row.author, "") if row.author else "",
        steps=_steps(row, who),
        choose=row.decided.code in ("no-area", "area-unclear") and not row.chosen,
        options=choices(tree, standing, who.inside(tree)),
        wrong=words_of(request).say(wrong.text, **wrong.values) if wrong else "",
    )


def _steps(row: AlertRow, who: Account) -> frozenset[str]:
    """What this person may do with it now, as the decisions will judge it."""
    if not who.is_any(Role.APPROVER):
        return frozenset()
    releasable = row.decided.asks and who.id not in row.releases
    possible = {AlertStep.REJECT, AlertStep.CORRECT} | ({AlertStep.RELEASE} if releasable else set())
    if row.state is AlertState.SECONDED and who.id == row.author:
        possible -= {AlertStep.RELEASE}
    return frozenset(step.value for step in possible if after_step(row.state, step) is not None)
