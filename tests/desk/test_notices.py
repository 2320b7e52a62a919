"""People and programs elsewhere are told, over real HTTP: signed, again until they have it, in turn, and of the end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from controller.alerts.cap.message import Kind
from controller.alerts.cap.writing import write_alert
from controller.fetching import Unreachable
from controller.notifying import people
from controller.notifying.desk import Channels
from controller.notifying.push import Push
from controller.notifying.sending import CLAIM, MOST_ATTEMPTS, WORTH_AN_INCIDENT, Sending
from controller.notifying.telling import PATIENCE
from controller.store import incident_list, incidents, notices
from controller.store.channels import Channel, ChannelKind, News, What, Wish
from controller.store.database import Database
from controller.store.incident_list import IncidentsAsked
from controller.store.people import Role
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from controller.town import Town
from controller.town.warnings import WarningService, believe
from devices.clock import HandMovedClock
from devices.protocol.topics import SiteId
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
VILLAGES = {AreaId("thon-1"): 1}
PASSWORD = "mật khẩu đủ dài"


@dataclass
class Receiver:
    """A program elsewhere; it answers with `status`."""

    status: int = 204
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.told]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@dataclass
class House:
    """What tells others, by itself, on a database of either kind."""

    database: Database
    clock: HandMovedClock
    sending: Sending
    channels: Channels

    def add(self, url: str, name: str = "hook", **more: Any) -> Channel:
        return self.channels.add(Channel(name, ChannelKind.WEBHOOK, url, **{"local": True, **more}))

    def report(self, severity: Severity = Severity.SERIOUS, device: str = "loa-1") -> None:
        trouble = Trouble(TroubleKind.DEVICE_OFFLINE, Subject(SubjectKind.DEVICE, device), severity)
        with self.database.write() as rows:
            incidents.report(rows, trouble, self.clock.now())

    def resolve(self, device: str = "loa-1") -> None:
        with self.database.write() as rows:
            incidents.resolve(rows, TroubleKind.DEVICE_OFFLINE, Subject(SubjectKind.DEVICE, device), self.clock.now())

    def after(self, length: timedelta = PATIENCE) -> None:
        self.clock.advance_to(self.clock.now() + length)
        self.sending.send()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    clock = HandMovedClock(NOW)
    sending = Sending(
        database,
        clock,
        SiteId("xa"),
        lambda _, found: {one.id: (one.kind.value, one.subject.id) for one in found},
        Push(tmp_path, "", clock),
    )
    return House(database, clock, sending, Channels(database, clock))


def test_a_webhook_is_signed_over_its_exact_bytes(house: House, receiver: Receiver) -> None:
    secret = house.add(receiver.url).secret
    house.report()
    house.after()
    ((headers, body),) = receiver.told
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(house.clock.now().timestamp()))
    assert (json.loads(body)["type"], json.loads(body)["severity"]) == ("incident.open", "serious")


def test_what_was_not_taken_comes_again_under_the_same_number_at_growing_distance_and_not_for_ever(
    house: House, receiver: Receiver
) -> None:
    receiver.status = 503
    house.add(receiver.url)
    house.report()
    for _ in range(250):
        house.after(timedelta(minutes=4))
    assert len(receiver.told) == MOST_ATTEMPTS
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
    moments = [int(headers["webhook-timestamp"]) for headers, _ in receiver.told]
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 3600 + 240


def test_who_cannot_be_told_is_an_incident_until_it_can_again(house: House, receiver: Receiver) -> None:
    receiver.status = 500
    house.add(receiver.url)
    house.report()
    for _ in range(WORTH_AN_INCIDENT + 1):
        house.after(timedelta(minutes=5))
    assert undelivered(house) == [True]
    assert all(body["kind"] == "device-offline" for body in receiver.bodies)
    receiver.status = 200
    house.after(timedelta(hours=1))
    assert undelivered(house) == [False]


def undelivered(house: House) -> list[bool]:
    """For each such incident, whether it lasts."""
    with house.database.read() as rows:
        found = incident_list.asked(rows, IncidentsAsked(kinds=(TroubleKind.NOTICE_UNDELIVERED,)))
    return [not one.state.over for one in found]


def test_one_that_cannot_be_told_keeps_no_other_from_being_told(house: House, receiver: Receiver) -> None:
    house.add("http://127.0.0.1:1/", "dead")
    house.add(receiver.url)
    house.report()
    house.after()
    assert [body["type"] for body in receiver.bodies] == ["incident.open"]


def test_recovery_is_told_to_whoever_was_told_and_a_blink_to_nobody(house: House, receiver: Receiver) -> None:
    house.add(receiver.url)
    house.report(device="blinks")
    house.resolve("blinks")
    house.report(Severity.WARNING, "unworthy")
    house.report(device="falls")
    house.after()
    for device in ("falls", "unworthy"):
        house.resolve(device)
    house.after()
    assert [(body["type"], body["subject"]["id"]) for body in receiver.bodies] == [
        ("incident.open", "falls"),
        ("incident.ended", "falls"),
    ]


def test_what_lies_beneath_a_wider_cause_or_is_muted_is_not_told(house: House, receiver: Receiver) -> None:
    house.add(receiver.url)
    for device in ("switch", "a", "muted"):
        house.report(device=device)
    with house.database.write() as rows:
        cause, below, muted = (one.id for one in incident_list.asked(rows, IncidentsAsked()))
        incidents.put_beneath(rows, cause, [below], house.clock.now())
        incidents.mute(rows, [muted], house.clock.now() + timedelta(hours=1), incident_list.BY_ITSELF, NOW)
    house.after()
    assert [body["subject"]["id"] for body in receiver.bodies] == ["switch"]


def test_it_grows_worse_until_somebody_is_told(house: House, receiver: Receiver) -> None:
    house.add(receiver.url, least=Severity.CRITICAL)
    for severity in (Severity.WARNING, Severity.SERIOUS, Severity.CRITICAL):
        house.report(severity)
        house.after()
    assert [body["severity"] for body in receiver.bodies] == ["critical"]


def test_a_sender_that_died_in_the_middle_is_followed_by_another(house: House, receiver: Receiver) -> None:
    house.add(receiver.url)
    house.report()
    house.clock.advance_to(NOW + PATIENCE)
    with house.database.write() as rows:
        channel = notices.channel(rows, "hook")
        assert channel is not None
        notices.write_to(rows, channel, News(What.TEST, "test", "tin"), house.clock.now())
        waiting = notices.due(rows, "hook", house.clock.now(), 10)
        assert len(notices.claim(rows, waiting, house.clock.now() + CLAIM)) == 1
        assert notices.claim(rows, waiting, house.clock.now() + CLAIM) == ()
    house.sending.send()
    assert [body["title"] for body in receiver.bodies] == ["device-offline"]
    house.after(CLAIM)
    assert [body["title"] for body in receiver.bodies] == ["device-offline", "tin"]


@pytest.mark.long
def test_a_person_at_rest_is_told_in_the_morning_in_one_message(house: House, receiver: Receiver) -> None:
    house.channels.add(
        Channel("hoa", ChannelKind.APPRISE, f"json://{receiver.url[7:]}", local=True, quiet=(time(7), time(9)))
    )
    for device in ("loa-1", "loa-2", "loa-3"):
        house.report(device=device)
    house.after()
    assert receiver.told == []
    house.after(timedelta(hours=1))
    (body,) = receiver.bodies
    assert body["title"] == "device-offline (+2)"
    assert [device in body["message"] for device in ("loa-1", "loa-2", "loa-3")] == [True] * 3


@pytest.mark.long
def test_a_person_is_never_told_through_the_commune_s_own_network_unless_that_is_allowed(receiver: Receiver) -> None:
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(Unreachable, match="private"):
            people.tell(f"json://{host}:{receiver.url.split(':')[2]}", "tin", "thử", local=False)
    assert receiver.told == []
    people.tell(f"json://{receiver.url[7:]}", "tin", "thử", local=True)
    assert receiver.bodies[0]["title"] == "tin"


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]"])
def test_a_webhook_never_reaches_into_a_private_network(house: House, host: str) -> None:
    house.add(f"http://{host}:9/", local=False)
    assert "private" in house.sending.test("hook")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOW, villages=VILLAGES) as built:
        for role in Role:
            built.app.access.add_account(role.value, role.value, PASSWORD, frozenset({role}))
        yield built


@pytest.fixture
def service(town: Town) -> WarningService:
    us = town.app.services
    return believe(us.warnings.office, us.database, town.clock, VILLAGES)


def test_a_warning_is_told_when_it_is_said_and_when_it_is_over(
    town: Town, service: WarningService, receiver: Receiver
) -> None:
    us = town.app.services
    us.channels.add(Channel("hook", ChannelKind.WEBHOOK, receiver.url, local=True))
    service.issue(service.write("A1"))
    service.issue(service.write("C1", kind=Kind.CANCEL, of=("A1",)))
    us.sending.send()
    us.sending.send()
    assert [(body["type"], body["class"]) for body in receiver.bodies] == [
        ("alert.spoken", "emergency"),
        ("alert.ended", "emergency"),
    ]
    assert receiver.bodies[0]["title"].startswith("Đang phát: ")


def test_who_must_decide_is_asked_with_the_deadline_and_after_it_the_next_person(
    town: Town, service: WarningService, receiver: Receiver
) -> None:
    us = town.app.services
    wants = frozenset({Wish.WAITING})
    us.channels.add(Channel("first", ChannelKind.WEBHOOK, f"{receiver.url}/1", local=True, wants=wants))
    us.channels.add(Channel("next", ChannelKind.WEBHOOK, f"{receiver.url}/2", local=True, wants=wants, turn=1))
    alert = service.hand_in(write_alert(service.write("A1")))
    us.sending.send()
    (asked,) = receiver.bodies
    assert (asked["type"], asked["alert"], asked["urgent"]) == ("alert.waiting", alert, True)
    deadline = datetime.fromisoformat(asked["answer_by"])
    assert f"{deadline.astimezone(COMMUNE_ZONE):%H:%M ngày %d/%m/%Y}" in asked["text"]
    town.run_for(deadline - town.clock.now() + timedelta(minutes=5))
    us.sending.send()
    assert sorted(body["escalations"] for body in receiver.bodies)[:3] == [0, 1, 1]


def test_whoever_was_asked_learns_what_was_decided(town: Town, service: WarningService, receiver: Receiver) -> None:
    us = town.app.services
    us.channels.add(Channel("hook", ChannelKind.WEBHOOK, receiver.url, local=True, wants=frozenset({Wish.WAITING})))
    approver = us.access.add_account("lan", "Lan", PASSWORD, frozenset({Role.APPROVER}))
    said, refused = (service.hand_in(write_alert(service.write(name, headline=name))) for name in ("A1", "A2"))
    us.warnings.decisions.release(said, approver)
    us.warnings.decisions.reject(refused, approver, "nhầm xã")
    us.warnings.decisions.correct(said, approver, "đo sai")
    us.sending.send()
    told = [
        (body["type"], body["alert"], body["reason"]) for body in receiver.bodies if body["type"] != "alert.waiting"
    ]
    assert [(kind, alert) for kind, alert, _ in told] == [
        ("alert.spoken", said),
        ("alert.ended", refused),
        ("alert.ended", said),
    ]
    assert [why for *_, why in told[1:]] == ["nhầm xã", "đo sai"]


def test_an_incident_is_told_in_the_commune_s_words(town: Town, receiver: Receiver) -> None:
    us = town.app.services
    us.channels.add(Channel("hook", ChannelKind.WEBHOOK, receiver.url, local=True))
    silent = Trouble(TroubleKind.SOURCE_SILENT, Subject(SubjectKind.SOURCE, "tinh"), Severity.CRITICAL)
    with us.database.write() as rows:
        incidents.report(rows, silent, town.clock.now())
    us.sending.send()
    us.sending.send()
    (body,) = receiver.bodies
    assert body["title"] == "Nguy cấp: một nguồn cảnh báo im lặng: tinh"
    assert body["text"] == "Từ 08:00 23/11/2026."


def test_channels_are_managed_by_the_administrator_and_give_no_secret_away(town: Town, receiver: Receiver) -> None:
    ask = asking(town)
    hook = {"id": "hook", "kind": "webhook", "address": receiver.url, "local": True, "quiet": "22:00-05:00"}
    for role in set(Role) - {Role.ADMINISTRATOR}:
        ask(role, "POST", "channels", hook, 403)
        ask(role, "GET", "channels", expect=403)
    added = ask(Role.ADMINISTRATOR, "POST", "channels", hook, 201)
    assert added["secret"].startswith("whsec_")
    (listed,) = ask(Role.ADMINISTRATOR, "GET", "channels")
    assert listed == {name: value for name, value in added.items() if name != "secret"}
    ask(Role.ADMINISTRATOR, "POST", "channels", hook, 409)
    changed = {"kind": "webhook", "wants": ["incidents"], "least": "critical"}
    assert ask(Role.ADMINISTRATOR, "PUT", "channels/hook", changed)["wants"] == ["incidents"]
    assert ask(Role.ADMINISTRATOR, "POST", "channels/hook/test") == {"trouble": ""}
    (told,) = ask(Role.ADMINISTRATOR, "GET", "channels/hook/notices")
    assert (told["what"], told["attempts"], receiver.bodies[0]["id"]) == ("test", 1, told["id"])
    receiver.status = 500
    assert "500" in ask(Role.ADMINISTRATOR, "POST", "channels/hook/test")["trouble"]
    ask(Role.ADMINISTRATOR, "DELETE", "channels/hook", expect=204)
    ask(Role.ADMINISTRATOR, "POST", "channels/hook/test", expect=404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "ftp://x/"},
        {"address": "http://user:password@x/"},
        {"address": "http://[x/"},
        {"kind": "apprise", "address": "nothing://that/apprise/knows"},
        {"quiet": "25:00-05:00"},
        {"quiet": "05:00-05:00"},
        {"wants": ["gossip"]},
        {"turn": 9},
        {"id": "Ô"},
    ],
)
def test_a_channel_that_cannot_work_is_refused(town: Town, wrong: dict[str, Any]) -> None:
    body = {"id": "hook", "kind": "webhook", "address": "https://example.org/hook", **wrong}
    asking(town)(Role.ADMINISTRATOR, "POST", "channels", body, 422)


def asking(town: Town) -> Callable[..., Any]:
    """Asks as somebody of a role; the answer's body."""

    def ask(role: Role, method: str, path: str, body: object = None, expect: int = 200) -> Any:
        client = TestClient(town.app.site, raise_server_exceptions=False)
        client.post("/api/v1/session", json={"username": role.value, "password": PASSWORD})
        answer = client.request(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    return ask
