"""Every address has a permission, and whoever serves one commune cannot touch, or even see, what is another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Mount

from controller.alerts.own_alerts import OwnAlert
from controller.happenings import Happening, Kind
from controller.store import (
    announcements,
    broadcasts,
    bulletins,
    calendars,
    cameras,
    complaints,
    fleet,
    incidents,
    maintenance,
    nodes,
    notices,
    people,
    phrases,
)
from controller.store.alerts import AlertId, Concerned
from controller.store.announcements import Announcement, AnnouncementId, SpokenKind
from controller.store.areas import Area, AreaKind, AreaTree
from controller.store.cameras import Camera
from controller.store.channels import Channel, ChannelKind
from controller.store.complaints import Wrong
from controller.store.concerns import CONCERNS
from controller.store.hearing import is_told_to_play, may_hear
from controller.store.maintenance import Maintenance, MaintenanceId
from controller.store.nodes import Node, NodeId, NodeKind
from controller.store.people import Account, AccountId, Grant, Role
from controller.store.phrases import KeptPhrase
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.town import Town
from controller.web.access import Permission
from controller.web.api.events import may_hear as may_hear_of
from devices.link.port import Inbound
from devices.protocol.messages.cameras import CameraId, CameraSource
from devices.protocol.topics import DeviceChannel, DeviceId
from schedules.calendars import Change, Replace, Silence, Skip
from schedules.occurrence import Why
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId, Sha256, Sound
from schedules.recurrence import Recurrence
from schedules.timespan import Timespan

Visit = Callable[..., Any]
OPEN = {
    "/api/v1/session": "here one logs in; logging out needs a session",
    "/api/v1/enrolments": "a device shows its one-time code",
    "/api/v1/alerts/incoming": "a source shows its own key",
    "/api/v1/broker/admit": "an EMQX shows its own key",
    "/pictures/{sha256}": "a device shows its token",
    "/audio/{sha256}": "looks who may hear it: a device with its token, or a person who is logged in",
    "/areas/{area}/calendar.ics": "a phone shows its link, or a person is logged in",
    "/public/alerts.atom": "warnings in force are for everybody",
    "/public/alerts.pem": "warnings in force are for everybody",
    "/public/alerts/{alert}.cap": "warnings in force are for everybody",
    "/public": "what was aired for everybody, where the settings allow it",
    "/public/complain": "anybody may say that a loudspeaker is silent or too loud",
    "/public/feed.xml": "what was aired for everybody",
    "/public/qr.svg": "the address of the public page",
    "/public/bulletins/{bulletin}": "what was aired for everybody",
    "/public/bulletins/{bulletin}/card.png": "what was aired for everybody",
    "/public/bulletins/{bulletin}/sound": "what was aired for everybody",
    "/manifest.webmanifest": "a browser asks without saying for whom",
    "/worker.js": "a browser asks without saying for whom",
    "/offline": "says nothing but that there is no network",
    "/login": "here one logs in",
    "/login/oidc": "here one logs in, elsewhere",
    "/login/oidc/back": "here one comes back from there",
    "/welcome": "an invited person shows a one-time code",
    "/api/v1/invitations": "an invited person shows a one-time code",
    "/logout": "whoever has no session leaves none",
    "/language/{code}": "strangers read the log-in page too",
    "/healthz": "says ok and nothing else",
    "/api/v1/openapi.json": "the description of the API is public",
}
OF_THE_SITE = {"source", "name", "channel", "key", "sha256"}
"""What these name belongs to the whole site: only roles that are held everywhere count."""
WITHIN = {
    "change": "programme",
    "link": "area",
    "render": "its author",
    "once": "its author",
    "token": "its author",
    "own": "account",
}
"""What is looked up only within something else, which is checked."""
NO_IDS = {"step", "what", "kind", "code"}

CHECKED_INSIDE = {
    "/api/v1/areas",
    "/api/v1/areas/import",
    "/api/v1/enrolment-codes",
    "/api/v1/bulletins",
    "/api/v1/programmes",
    "/api/v1/programmes/forecast",
    "/api/v1/calendar",
    "/api/v1/alerts/own",
    "/api/v1/alerts/stop",
    "/api/v1/recordings",
    "/api/v1/accounts",
    "/areas",
    "/settings/areas-file",
    "/bulletins/begin",
    "/bulletins/said",
    "/bulletins/recording",
    "/bulletins/unsent",
    "/settings/voices",
    "/calendar/links",
    "/people",
    "/alerts/own",
    "/alerts/own/now",
    "/alerts/stop",
    "/bulletins",
    "/bulletins/preview",
    "/bulletins/when",
    "/bulletins/clashes",
    "/calendars/{kind}",
    "/devices/new",
    "/cameras/add",
    "/api/v1/cameras",
    "/api/v1/maintenance",
}
"""The body names the areas, or is a draft of one's own that nobody hears yet."""
ONES_OWN = ("/api/v1/speech/", "/api/v1/session", "/api/v1/me/", "/me/", "/bulletins/readings/", "/bulletins/unsent/")

HERE, THERE = "thon-1", "thon-2"
EVERY_ROLE = frozenset(Grant(role, AreaId(HERE)) for role in Role)
PASSWORD = "mật khẩu đủ dài"


@dataclass(frozen=True)
class Address:
    path: str
    methods: frozenset[str]
    names: frozenset[str]
    dependant: Dependant | None

    @property
    def changes(self) -> bool:
        return not self.methods <= {"GET", "HEAD"}

    @property
    def asks(self) -> list[Permission]:
        return permissions(self.dependant) if self.dependant else []


def routes(town: Town) -> Iterator[Address]:
    """Everything that answers, however deep FastAPI keeps it."""
    for outer in town.app.site.routes:
        if isinstance(outer, Mount):
            assert outer.path == "/assets"
            continue
        inside = getattr(outer, "effective_route_contexts", None)
        for one in inside() if inside else [outer]:
            methods, names = frozenset(one.methods or ()), frozenset(one.param_convertors)
            yield Address(one.path, methods, names, getattr(one, "dependant", None))


def permissions(dependant: Dependant) -> list[Permission]:
    mine = [getattr(dependant.call, "permission", None)]
    return [one for one in mine if one] + [one for inner in dependant.dependencies for one in permissions(inner)]


def test_every_route_and_page_asks_for_a_permission_or_says_why_not(commune: Town) -> None:
    everything = list(routes(commune))
    assert len(everything) > 120
    assert {one.path for one in everything if not one.asks} - OPEN.keys() == set()
    assert {one.path for one in everything} >= OPEN.keys(), "what is gone needs no excuse"
    for one in everything:
        assert len(one.asks) <= 1, one.path


def test_every_name_in_an_address_is_known_to_concern_areas_or_the_whole_site(commune: Town) -> None:
    known = CONCERNS.keys() | OF_THE_SITE | WITHIN.keys() | NO_IDS
    for one in routes(commune):
        assert one.names <= known, one.path
        assert {WITHIN[name] for name in one.names & WITHIN.keys()} - {"its author"} <= one.names, one.path


def test_what_belongs_to_the_whole_site_is_changed_by_roles_that_are_held_everywhere(commune: Town) -> None:
    for one in routes(commune):
        if one.changes and one.asks and not one.names & CONCERNS.keys() and one.path not in CHECKED_INSIDE:
            (permission,) = one.asks
            own = one.path.startswith(ONES_OWN)
            assert own or (permission.roles and not permission.somewhere), one.path


@dataclass(frozen=True)
class Things:
    """Ids of one of everything in a village, by their names in addresses."""

    ids: dict[str, str]


def things(town: Town, village: str) -> Things:
    here, now = AreaId(village), town.clock.now()
    us = town.app.services
    programme = town.broadcast(f"Mời bà con {village} đi họp.", (here,), Recurrence.once(now + timedelta(days=1)))
    town.run_for(timedelta(minutes=10))
    editor = town.editor
    said = OwnAlert("flood", 4, "Lũ lên nhanh.", "Bà con lên chỗ cao.", (here,), timedelta(hours=1))
    alert = us.warnings.own.submit(said, editor)
    start = now + timedelta(days=30)
    pause = Silence(Why.CLASS_HOURS, "Lớp học", Recurrence.once(start), time(23, 0), frozenset({here}))
    entry = us.calendars.add(pause, editor)
    (day,) = {(now + timedelta(days=1)).date()}
    change = us.calendars.change(programme, (day, day), Skip(), editor)
    with town.app.database.write() as connection:
        device = next(one.id for one in fleet.everyone(connection) if one.area == here)
        trouble = Trouble(TroubleKind.TOLD_BY_PEOPLE, Subject(SubjectKind.DEVICE, device), Severity.WARNING, area=here)
        incident = incidents.report(connection, trouble, now)
        camera = Camera(CameraId(f"cam-{village}"), "", here, CameraSource.RTSP, "rtsp://10.0.0.1/1", device=device)
        cameras.add(connection, camera, now)
        nodes.add(connection, Node(NodeId(f"sw-{village}"), NodeKind.SWITCH, area=here))
        about = Subject(SubjectKind.CAMERA, camera.id)
        planned = Maintenance(MaintenanceId(0), about, Timespan.of(now, timedelta(days=1)), "", editor.id)
        announced = maintenance.add(connection, planned, now)
        complaints.add(connection, here, Wrong.SILENT, "Cột điện", "", now)
        complaint = complaints.waiting(connection, {here})[-1]
        found = bulletins.find_programme(connection, programme)
        (broadcast,) = broadcasts.broadcasts_of(connection, programme)
        person = us.access.accounts.add(f"an-{village}", "An", frozenset(), frozenset({Grant(Role.VIEWER, here)}))
        own = Channel(f"own-{village}", ChannelKind.APPRISE, "mailto://a:b@example.com", account=person.id)
        notices.add_channel(connection, own, now)
    assert found is not None
    ids = {
        "programme": programme,
        "occurrence": broadcast.id,
        "bulletin": found.bulletin,
        "device": device,
        "area": village,
        "incident": str(incident),
        "alert": str(alert),
        "entry": str(entry.id),
        "change": str(change.id),
        "link": "0" * 12,
        "camera": camera.id,
        "node": f"sw-{village}",
        "maintenance": str(announced),
        "complaint": str(complaint.id),
        "sha256": "0" * 64,
        "account": person.id,
        "own": own.id,
    }
    return Things(ids)


@pytest.fixture(scope="module")
def _both(commune: Town) -> tuple[Things, Things]:
    """There before anything is done to either."""
    return things(commune, HERE), things(commune, THERE)


@pytest.fixture(scope="module")
def ours(_both: tuple[Things, Things]) -> Things:
    return _both[0]


@pytest.fixture(scope="module")
def theirs(_both: tuple[Things, Things]) -> Things:
    return _both[1]


@pytest.fixture(scope="module")
def xuan(commune: Town) -> Iterator[Callable[..., Any]]:
    """Has every role, and all of them in one village only."""
    commune.app.access.add_account("xuan", "Xuân", PASSWORD, frozenset(), EVERY_ROLE)
    yield lambda visit: visit("xuan")


STEPS = {"approve": "programme", "release": "alert", "acknowledge": "incident", "skip": "occurrence"}


def addresses(town: Town, known: Things) -> Iterator[tuple[str, str, str]]:
    """Method, path and pattern of every route that names a thing that concerns areas."""
    steps = {thing: step for step, thing in STEPS.items()}
    for one in routes(town):
        about = CONCERNS.keys() & one.names
        if about and not one.path.startswith("/public/"):
            ids = {**known.ids, "step": steps.get(next(iter(about)), "x"), "what": "skip"}
            for method in sorted(one.methods):
                yield method, one.path.format_map(ids), one.path


def planned_in(town: Town, village: str) -> tuple[ProgrammeId, str]:
    """What loudspeakers there are to play, and the address of its sound."""
    start = Recurrence.once(town.clock.now() + timedelta(days=1, hours=1))
    programme = town.broadcast(f"Tập dưỡng sinh ở {village}.", (AreaId(village),), start)
    town.run_for(timedelta(minutes=1))
    with town.app.database.read() as connection:
        row = bulletins.find_programme(connection, programme)
        said = row and bulletins.find(connection, row.bulletin)
    assert said is not None
    return programme, f"/audio/{said.recording}"


def test_a_sound_is_for_whom_it_concerns_and_for_the_loudspeakers_that_are_to_play_it(
    commune: Town, ours: Things, theirs: Things, xuan: Callable[..., Any], visit: Visit
) -> None:
    person, (_, mine), (_, other) = xuan(visit).http, planned_in(commune, HERE), planned_in(commune, THERE)
    assert [person.get(path).status_code for path in (mine, other)] == [200, 404]
    typed = {"text": "Thử giọng, chưa đăng."}
    own = person.post("/api/v1/speech/previews", json=typed).json()["recording"]
    assert person.get(own["url"]).status_code == 200
    editor = TestClient(commune.app.site)
    commune.app.access.add_account("lien", "Liên", PASSWORD, frozenset({Role.EDITOR}))
    editor.post("/api/v1/session", json={"username": "lien", "password": PASSWORD})
    heard = [editor.get(path).status_code for path in (mine, other, own["url"])]
    assert heard == [200, 200, 404], "whoever sees all bulletins hears them, and no draft that somebody only tried out"
    borrowed = {"title": "Mượn", "recording": other.rpartition("/")[2]}
    assert person.post("/api/v1/bulletins", json=borrowed).status_code == 404

    def of_horn(known: Things, path: str) -> int:
        token = commune.horns[DeviceId(known.ids["device"])].identity.audio_token
        return TestClient(commune.app.site, headers={"Authorization": f"Bearer {token}"}).get(path).status_code

    planned = [[of_horn(horn, path) for path in (mine, other, own["url"])] for horn in (ours, theirs)]
    assert planned == [[200, 404, 404], [404, 200, 404]]


def test_an_announcement_is_for_its_places_and_what_replaces_a_broadcast_for_where_it_is_heard(
    commune: Town, ours: Things, theirs: Things
) -> None:
    at_stake = [Sha256(letter * 64) for letter in "ab"]
    spoken, replaced = (Sound(one, 3.0, 3_000) for one in at_stake)
    now, day = commune.clock.now(), (commune.clock.now() + timedelta(days=1)).date()
    warning = Announcement(
        AnnouncementId("an-1"), AlertId(int(ours.ids["alert"])), SpokenKind.ALERT, "", "", (),
        BulletinClass.EMERGENCY, False, False, now, now + timedelta(hours=1), sounds=(spoken,),
    )  # fmt: skip
    programme, other = planned_in(commune, THERE)
    change = Change(programme, day, day, Replace("Khác", (replaced,)))
    village = frozenset({Grant(Role.VIEWER, AreaId(HERE))})
    person = Account(AccountId("x"), "x", "X", frozenset(), village)
    with suppress(ForgetThis), commune.app.database.write() as connection:
        place = Concerned(f"area:{HERE}", AreaId(HERE), None, "")
        announcements.begin(connection, warning, [place])
        calendars.add_change(connection, change, commune.editor.id, now)
        horns = [DeviceId(one.ids["device"]) for one in (ours, theirs)]
        told = [[is_told_to_play(connection, horn, one, now) for one in at_stake] for horn in horns]
        assert told == [[True, False], [False, True]]
        assert [may_hear(connection, person, one) for one in at_stake] == [True, False]
        assert not is_told_to_play(connection, horns[1], at_stake[1], now + timedelta(days=9)), "long over"
        sentence = Sha256(other.rpartition("/")[2])
        assert not is_told_to_play(connection, horns[0], sentence, now)
        phrases.put(connection, KeptPhrase("test", 0, "Đây là thử.", sentence, False, now))
        assert is_told_to_play(connection, horns[0], sentence, now), "fixed sentences are on every device"
        assert may_hear(connection, person, sentence)
        raise ForgetThis


class ForgetThis(Exception):
    pass


def test_what_is_another_communes_can_be_neither_seen_nor_touched(
    commune: Town, ours: Things, theirs: Things, xuan: Callable[..., Any], visit: Visit
) -> None:
    browser = xuan(visit)
    tried = list(addresses(commune, theirs))
    assert len(tried) > 35
    for method, path, _ in tried:
        body = {} if path.startswith("/api/") else None
        answer = browser.http.request(method, path, json=body, follow_redirects=False)
        assert answer.status_code in (403, 404), (method, path, answer.status_code, answer.text[:200])


def test_ones_own_can_be_seen_and_worked_on(
    commune: Town, ours: Things, xuan: Callable[..., Any], visit: Visit
) -> None:
    browser = xuan(visit)
    for method, path, pattern in addresses(commune, ours):
        if method == "GET" and "{sha256}" not in pattern:  # nobody has taken a picture
            assert browser.http.get(path).status_code == 200, path
    api = browser.http
    ids = ours.ids
    assert api.post(f"/api/v1/incidents/{ids['incident']}/acknowledge").status_code == 200
    assert api.post(f"/api/v1/alerts/{ids['alert']}/release", json={}).status_code in (200, 409)
    assert api.post(f"/api/v1/programmes/{ids['programme']}/withdraw").status_code == 200


def test_lists_hold_only_what_one_may_know_of(
    commune: Town, ours: Things, theirs: Things, xuan: Callable[..., Any], visit: Visit
) -> None:
    browser = xuan(visit)
    lists = {
        "programme": ("/api/v1/programmes", "/programmes"),
        "bulletin": ("/api/v1/bulletins",),
        "device": ("/api/v1/devices", "/devices"),
        "occurrence": ("/api/v1/occurrences",),
        "alert": ("/api/v1/alerts",),
        "incident": ("/api/v1/incidents",),
        "camera": ("/api/v1/cameras", "/api/v1/cameras/states", "/api/v1/camera-uptime"),
        "node": ("/api/v1/nodes",),
    }
    for thing, paths in lists.items():
        for path in paths:
            shown = browser.get(path)
            mine, other = (
                f'"id":{one.ids[thing]},' if thing in ("alert", "incident") else one.ids[thing]
                for one in (ours, theirs)
            )
            if thing != "occurrence":
                assert mine in shown, path
            assert other not in shown, path
    assert theirs.ids["programme"] not in browser.get("/")
    assert f'/alerts/{theirs.ids["alert"]}"' not in browser.get("/alerts")
    assert f'/incidents/{theirs.ids["incident"]}"' not in browser.get("/incidents")


def test_what_happens_elsewhere_is_not_told(commune: Town, ours: Things, theirs: Things, visit: Visit) -> None:
    commune.app.access.add_account("nghe", "Nghe", PASSWORD, frozenset(), EVERY_ROLE)
    with commune.app.database.read() as connection:
        found = people.by_username(connection, "nghe")
    assert found is not None
    (who, _), now, database = found, commune.clock.now(), commune.app.database
    named = {Kind.PLAN: "area", Kind.DEVICE: "device", Kind.READY: "device", Kind.RECEIPT: "occurrence"}
    named |= {Kind.PROGRAMME: "programme", Kind.INCIDENT: "incident", Kind.CAMERA: "camera"}
    for kind, name in named.items():
        assert may_hear_of(database, who, Happening(kind, now, ours.ids[name])), kind
        assert not may_hear_of(database, who, Happening(kind, now, theirs.ids[name])), kind
    assert named.keys() | {Kind.REFUSED, Kind.ALERT} == set(Kind)
    assert not may_hear_of(database, who, Happening(Kind.REFUSED, now, "loa/1/xa/device/x/state"))


def test_pages_offer_only_ones_own_areas(commune: Town, xuan: Callable[..., Any], visit: Visit) -> None:
    for page in (
        "/bulletins/new",
        "/devices/new",
        "/alerts/own?hazard=flood&level=4",
        "/calendars/new?kind=class-hours",
    ):
        answer = xuan(visit).http.get(page)
        assert (answer.status_code, f'value="{HERE}"' in answer.text) == (200, True), page
        assert f'value="{THERE}"' not in answer.text, page
        assert 'value="xa"' not in answer.text, page


def test_bodies_reach_no_further_than_addresses(
    commune: Town, ours: Things, theirs: Things, xuan: Callable[..., Any], visit: Visit
) -> None:
    api = xuan(visit).http
    day = (commune.clock.now() + timedelta(days=2)).date().isoformat()
    when = {"at": f"{day}T17:00:00+07:00"}
    for area, expected in ((HERE, 201), (THERE, 403), ("xa", 403)):
        bulletin = api.post("/api/v1/bulletins", json={"text": "Mời họp.", "title": "Họp"}).json()["id"]
        tried = {
            "/api/v1/programmes": {"bulletin": bulletin, "areas": [area], "when": when},
            "/api/v1/enrolment-codes": {"device": f"loa-{area}-x", "area": area, "name": "Loa"},
            "/api/v1/alerts/own": {"hazard": "flood", "level": 3, "areas": [area]},
            "/api/v1/areas": {"id": f"cum-{area}", "kind": "cluster", "name": "Cụm", "parent": area},
        }
        for path, body in tried.items():
            answer = api.post(path, json=body)
            assert answer.status_code == expected, (path, area, answer.text)
        stopped = api.post("/api/v1/alerts/stop", json={"areas": [area], "minutes": 1, "reason": "thử"})
        assert stopped.status_code == (200 if expected == 201 else expected)
    assert api.post("/api/v1/alerts/stop", json={"areas": [], "minutes": 1, "reason": "thử"}).status_code == 403
    moved = api.patch(f"/api/v1/devices/{ours.ids['device']}", json={"area": THERE})
    assert moved.status_code == 403
    borrowed = {"bulletin": theirs.ids["bulletin"], "areas": [HERE], "when": when}
    assert api.post("/api/v1/programmes", json=borrowed).status_code == 404
    for path, body in {
        "/api/v1/channels": {"id": "x", "kind": "webhook", "address": "https://a.example"},
        "/api/v1/lexicon": {"written": "TDP", "spoken": "tổ"},
    }.items():
        assert api.request("PUT" if "lexicon" in path else "POST", path, json=body).status_code == 403


AREAS = st.sampled_from(["tinh", "xa-mot", "xa-hai", "thon-a", "thon-b", "thon-c"])
PARENTS = {"tinh": None, "xa-mot": "tinh", "xa-hai": "tinh", "thon-a": "xa-mot", "thon-b": "xa-mot", "thon-c": "xa-hai"}
TREE = AreaTree(
    Area(AreaId(name), AreaId(parent) if parent else None, AreaKind.VILLAGE, name) for name, parent in PARENTS.items()
)


@given(grants=st.sets(st.tuples(st.sampled_from(Role), AREAS)), chosen=st.sets(AREAS, min_size=1))
def test_a_role_reaches_down_the_tree_and_never_up_or_across(grants: set[tuple[Role, str]], chosen: set[str]) -> None:
    limited = frozenset(Grant(role, AreaId(area)) for role, area in grants)
    who = Account(AccountId("a"), "a", "A", frozenset(), limited)
    here = who.at(TREE, {AreaId(area) for area in chosen})
    for role in Role:
        held = {area for one, area in grants if one is role}
        assert (role in here.here) == all(held & set(TREE.path(AreaId(area))) for area in chosen)
    assert not here.here or who.sees(TREE, {AreaId(area) for area in chosen})
    assert not here.at(TREE, ()).is_any(*Role), "a role that counts here does not go along elsewhere"


def test_what_was_refused_names_nobody_of_another_commune(
    commune: Town, theirs: Things, xuan: Callable[..., Any], visit: Visit
) -> None:
    device = theirs.ids["device"]
    commune.app._intake.keep(Inbound(commune.topics.device(DeviceId(device), DeviceChannel.STATE), b"rubbish", False))
    commune.run_for(timedelta(minutes=6))
    commune.app.access.add_account("tuan", "Tuấn", PASSWORD, frozenset({Role.TECHNICIAN}), frozenset())
    for path in ("/refusals", "/api/v1/refusals"):
        assert device in visit("tuan").get(path)
        told = xuan(visit).get(path)
        assert device not in told
