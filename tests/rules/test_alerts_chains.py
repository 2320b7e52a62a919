"""Messages about messages: whatever the order and however often they come, the same places hear the same in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from controller.alerts.areas.ground import Place
from controller.alerts.areas.match import Hit, Match
from controller.alerts.cap.genuine import Genuine, Signature, SourceName
from controller.alerts.cap.message import Alert, Info, Kind, Named, Reference, Scope, Status
from controller.alerts.policy.book import EMPTY_BOOK, Book, book_of
from controller.alerts.policy.decision import Circumstances, Received, Verdict
from controller.alerts.policy.sounds import Ending, Heard, Order, Step, followed, orders, repeats
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GIVEN = Circumstances(NOW)
KTTV = Signature(Genuine.VERIFIED, "signed by kttv", SourceName("kttv"))
FORESTRY = Signature(Genuine.VERIFIED, "signed by kiemlam", SourceName("kiemlam"))
UNSIGNED = Signature(Genuine.UNVERIFIED, "not signed")
FAILED = Signature(Genuine.FAILED, "the message was altered after it was signed")


def reaching(*places: str) -> Match:
    hits = tuple(Hit(Place(AreaId("thon"), DeviceId(place)), "inside") for place in places)
    return Match(hits, readable=True)


def message(
    name: str,
    minute: int,
    places: Sequence[str] = ("loa-1", "loa-2"),
    *,
    kind: Kind = Kind.ALERT,
    ends: Iterable[str] = (),
    stated: str = "4",
    text: str = "",
    signature: Signature = KTTV,
    status: Status = Status.ACTUAL,
    minor: bool = False,
    clear: bool = False,
    hours: float = 5,
) -> Received:
    """`ends` are names of earlier messages as `name@minute`."""
    parameters = [Named("Cấp độ rủi ro", stated)] + ([Named("profile:x:MinorChange", "text")] if minor else [])
    info = Info(
        language="vi",
        event="Lũ quét",
        headline=text or f"Cảnh báo lũ quét, bản tin {name}",
        instruction="Di chuyển ngay đến nơi cao.",
        responses=("AllClear",) if clear else (),
        expires=NOW + timedelta(hours=hours),
        parameters=tuple(parameters),
    )
    references = tuple(Reference("anybody", one.partition("@")[0], sent_at(int(one.partition("@")[2]))) for one in ends)
    infos = () if kind is Kind.CANCEL else (info,)
    alert = Alert(
        name, "canhbao@kttv.example", sent_at(minute), status, kind, Scope.PUBLIC, references=references, infos=infos
    )
    return Received(alert, signature, NOW, tuple(reaching(*places) for _ in infos))


def sent_at(minute: int) -> datetime:
    return NOW - timedelta(minutes=60 - minute)


@dataclass
class Village:
    """Follows the orders after every message, as the sending half will."""

    book: Book = EMPTY_BOOK
    heard: frozenset[Heard] = frozenset()
    given: list[Order] = field(default_factory=list)

    def take(self, *messages: Received, at: Circumstances = GIVEN) -> list[Order]:
        new: list[Order] = []
        for one in messages or (None,):
            self.book = self.book.with_message(one) if one else self.book
            found = orders(self.book, self.heard, at)
            self.heard = followed(self.heard, found)
            assert orders(self.book, self.heard, at) == ()
            new += found
        self.given += new
        return new

    @property
    def sounding(self) -> set[tuple[str, str]]:
        return {(one.place, one.key.identifier) for one in self.heard}


def steps(found: Iterable[Order]) -> set[tuple[Step, str]]:
    return {(order.step, order.heard.place) for order in found}


def verdicts(messages: Iterable[Received]) -> dict[str, tuple[Verdict, str]]:
    judged = book_of(messages).read_together(GIVEN).judged
    return {key.identifier: (one.verdict, one.reason.code) for key, one in judged.items()}


A = message("A", 10)
UPDATE = message("U", 20, ("loa-1",), kind=Kind.UPDATE, ends=["A@10"])
CANCEL = message("C", 30, kind=Kind.CANCEL, ends=["A@10"])


def test_an_update_replaces_what_it_names_and_a_place_it_dropped_hears_the_ending() -> None:
    village = Village()
    assert all(order.siren for order in village.take(A))
    found = village.take(UPDATE)
    assert steps(found) == {(Step.BEGIN, "loa-1"), (Step.STOP, "loa-1"), (Step.END, "loa-2")}
    assert [order.ending for order in found if order.step is Step.END] == [Ending.DROPPED]
    assert village.sounding == {("loa-1", "U")}


def test_a_cancel_ends_it_everywhere() -> None:
    village = Village()
    village.take(A)
    found = village.take(CANCEL)
    assert steps(found) == {(Step.END, "loa-1"), (Step.END, "loa-2")}
    assert {order.ending for order in found} == {Ending.CANCELLED} and not village.heard


def test_a_cancel_that_comes_before_its_alert_keeps_it_silent() -> None:
    village = Village()
    assert village.take(CANCEL) == [] and village.take(A) == []
    assert verdicts([CANCEL, A])["A"] == (Verdict.IGNORE, "cancelled")


def test_a_late_alert_behind_its_update_stays_silent() -> None:
    village = Village()
    village.take(UPDATE)
    assert village.take(A) == [] and village.sounding == {("loa-1", "U")}


def test_an_update_of_something_never_seen_still_alerts() -> None:
    assert verdicts([UPDATE]) == {"U": (Verdict.SPEAK, "at-once")}


def test_an_update_that_names_nothing_stands_by_itself() -> None:
    lone = message("L", 20, kind=Kind.UPDATE)
    assert verdicts([A, lone]) == {"A": (Verdict.SPEAK, "at-once"), "L": (Verdict.SPEAK, "at-once")}


def test_an_all_clear_ends_it_and_is_no_alert_itself() -> None:
    village = Village()
    village.take(A)
    found = village.take(message("X", 40, kind=Kind.UPDATE, ends=["A@10"], clear=True))
    assert {order.ending for order in found} == {Ending.ALL_CLEAR} and not village.heard


def test_an_alert_that_is_lowered_ends_as_an_emergency_and_waits_for_a_person() -> None:
    village = Village()
    village.take(A)
    lower = message("W", 40, kind=Kind.UPDATE, ends=["A@10"], stated="2")
    assert {order.ending for order in village.take(lower)} == {Ending.LOWERED}
    assert verdicts([A, lower])["W"] == (Verdict.QUEUE, "confirm")


def test_a_minor_change_is_spoken_without_the_siren_but_only_to_who_heard_it_before() -> None:
    village = Village()
    village.take(message("A", 10, ("loa-1",)))
    found = village.take(message("U", 20, ("loa-1", "loa-2"), kind=Kind.UPDATE, ends=["A@10"], minor=True))
    sirens = {order.heard.place: order.siren for order in found if order.step is Step.BEGIN}
    assert sirens == {"loa-1": False, "loa-2": True}


def test_an_update_that_raises_the_alarm_sounds_the_siren_again() -> None:
    village = Village()
    village.take(A)
    found = village.take(message("U", 20, kind=Kind.UPDATE, ends=["A@10"], stated="5"))
    assert all(order.siren for order in found if order.step is Step.BEGIN)


def test_several_live_versions_with_the_same_words_sound_once() -> None:
    village = Village()
    village.take(message("A", 10, text="Lũ quét trên sông"))
    found = village.take(message("B", 11, text="Lũ quét  trên sông"))
    assert steps(found) == {(Step.TAKE_OVER, "loa-1"), (Step.TAKE_OVER, "loa-2")}
    both = Village()
    book = book_of([message("A", 10, text="Lũ quét trên sông"), message("B", 11, text="Lũ quét trên sông")])
    both.book = book
    assert sum(order.siren for order in both.take()) == 2


def test_cancelled_and_issued_again_with_the_same_words_goes_on_without_a_sound() -> None:
    village = Village()
    village.take(message("A", 10, text="Lũ quét trên sông"), message("B", 31, text="Lũ quét trên sông"))
    assert steps(village.take(CANCEL)) == {(Step.STOP, "loa-1"), (Step.STOP, "loa-2")}
    assert village.sounding == {("loa-1", "B"), ("loa-2", "B")}


def test_expiry_ends_without_a_word() -> None:
    village = Village()
    village.take(message("A", 10, hours=1))
    later = replace(GIVEN, now=NOW + timedelta(hours=1))
    assert steps(village.take(at=later)) == {(Step.STOP, "loa-1"), (Step.STOP, "loa-2")}


def test_an_update_received_after_its_own_expiry_ends_its_predecessor_without_a_word() -> None:
    village = Village()
    village.take(A)
    assert {step for step, _ in steps(village.take(message("U", 20, kind=Kind.UPDATE, ends=["A@10"], hours=0)))} == {
        Step.STOP
    }


@pytest.mark.parametrize(
    "cancel",
    [
        message("C", 30, kind=Kind.CANCEL, ends=["A@10"], signature=UNSIGNED),
        message("C", 30, kind=Kind.CANCEL, ends=["A@10"], signature=FORESTRY),
        message("C", 30, kind=Kind.CANCEL, ends=["A@10"], signature=FAILED),
        message("C", 30, kind=Kind.CANCEL, ends=["A@10"], status=Status.TEST),
        message("C", 30, kind=Kind.CANCEL, ends=["A@10"], status=Status.EXERCISE),
        message("C", 5, kind=Kind.CANCEL, ends=["A@10"]),
        message("C", 30, kind=Kind.CANCEL, ends=["A@11"]),
        message("C", 30, kind=Kind.CANCEL, ends=["B@10"]),
        message("C", 30, kind=Kind.ACK, ends=["A@10"]),
        message("C", 30, kind=Kind.ALERT, ends=["A@10"]),
    ],
    ids=[
        "unsigned",
        "other authority",
        "forged",
        "test",
        "exercise",
        "older",
        "other time",
        "other name",
        "ack",
        "alert",
    ],
)
def test_nobody_but_the_same_authority_in_earnest_ends_a_verified_alert(cancel: Received) -> None:
    assert verdicts([A, cancel])["A"] == (Verdict.SPEAK, "at-once")


def test_a_person_who_confirms_a_cancel_ends_the_alert() -> None:
    cancel = message("C", 30, kind=Kind.CANCEL, ends=["A@10"], signature=UNSIGNED)
    confirmed = replace(GIVEN, confirmed=frozenset({cancel.key}))
    judged = book_of([A, cancel]).read_together(confirmed).judged
    assert judged[A.key].reason.code == "cancelled"


def test_an_update_that_a_person_must_look_at_leaves_what_sounds_as_it_is() -> None:
    unclear = message("U", 20, kind=Kind.UPDATE, ends=["A@10"])
    unclear = replace(unclear, matches=(Match(),))
    village = Village()
    village.take(A)
    assert village.take(unclear) == [] and village.sounding == {("loa-1", "A"), ("loa-2", "A")}


def test_the_same_authority_may_use_another_sender_in_its_references() -> None:
    """As genuine tsunami warnings do; `message` always writes another sender there."""
    assert verdicts([A, CANCEL])["A"] == (Verdict.IGNORE, "cancelled")


def test_a_signed_copy_counts_and_an_unsigned_one_sent_ahead_neither_delays_nor_replaces_it() -> None:
    forged = replace(message("A", 10, text="Giả mạo", signature=UNSIGNED), received_at=NOW - timedelta(hours=9))
    for order in permutations([A, forged]):
        book = book_of(order)
        assert book.messages[A.key] == A
        assert book.read_together(GIVEN).judged[A.key].verdict is Verdict.SPEAK


def test_a_forged_message_leaves_no_trace() -> None:
    forged = message("A", 10, signature=FAILED)
    assert book_of([forged]).messages == {}


def test_repeats_keep_their_distance_and_end_with_the_alert() -> None:
    every = GIVEN.table.repeat
    moments = list(repeats(NOW, NOW + timedelta(hours=5), every))
    assert moments[0] == NOW + every and all(b - a == every for a, b in pairwise(moments))
    assert moments[-1] < NOW + timedelta(hours=5) and every <= timedelta(hours=2)


names = "ABCDEF"


@some.composite
def chains(draw: some.DrawFn) -> list[Received]:
    """Three to six messages, each naming any of the others, whatever sense that makes."""
    count = draw(some.integers(3, 6))
    minutes = [draw(some.integers(0, 50)) for _ in range(count)]
    found = []
    for index in range(count):
        others = [f"{names[one]}@{minutes[one]}" for one in range(count) if one != index]
        found.append(
            message(
                names[index],
                minutes[index],
                draw(some.lists(some.sampled_from(["loa-1", "loa-2", "loa-3"]), unique=True)),
                kind=draw(some.sampled_from([Kind.ALERT, Kind.UPDATE, Kind.UPDATE, Kind.CANCEL])),
                ends=draw(some.lists(some.sampled_from(others), unique=True, max_size=3)),
                stated=draw(some.sampled_from(["4", "4", "5", "2"])),
                text=draw(some.sampled_from(["", "Lũ quét trên sông"])),
                signature=draw(some.sampled_from([KTTV, KTTV, KTTV, FORESTRY, UNSIGNED])),
                clear=draw(some.sampled_from([False, False, True])),
                minor=draw(some.booleans()),
                hours=draw(some.sampled_from([5.0, 5.0, 0.0])),
            )
        )
    return found


def verdicts_of(book: Book) -> dict[str, tuple[Verdict, str]]:
    judged = book.read_together(GIVEN).judged
    return {key.identifier: (one.verdict, one.reason.text) for key, one in judged.items()}


@pytest.mark.long
@given(chains(), some.data())
@settings(max_examples=60, deadline=None)
def test_chains_end_the_same_in_every_order_and_with_duplicates(chain: list[Received], data: some.DataObject) -> None:
    expected = Village()
    expected.take(*chain)
    for _ in range(3):
        again = data.draw(some.lists(some.sampled_from(chain), max_size=4))
        arriving = data.draw(some.permutations(chain + again))
        village = Village()
        village.take(*(replace(one, received_at=NOW + timedelta(seconds=late)) for late, one in enumerate(arriving)))
        assert village.heard == expected.heard
        assert verdicts_of(village.book) == verdicts_of(expected.book)


@given(chains())
@settings(max_examples=60, deadline=None)
def test_what_began_is_ended_or_still_stands_and_nothing_ends_that_never_began(chain: list[Received]) -> None:
    village = Village()
    village.take(*chain)
    begun, over = set(), set()
    for order in village.given:
        known = (order.heard.place, order.heard.key, order.heard.words)
        (begun if order.step in (Step.BEGIN, Step.TAKE_OVER) else over).add(known)
    assert over <= begun
    assert {(one.place, one.key, one.words) for one in village.heard} == begun - over


def test_every_order_of_one_genuine_chain_is_tried() -> None:
    chain = [
        message("A", 10),
        message("B", 20, ("loa-1", "loa-3"), kind=Kind.UPDATE, ends=["A@10"]),
        message("C", 30, ("loa-1",), kind=Kind.UPDATE, ends=["A@10", "B@20"], stated="5"),
        message("D", 40, kind=Kind.CANCEL, ends=["C@30"]),
        message("E", 45, ("loa-2",)),
    ]
    for order in permutations(chain):
        village = Village()
        village.take(*order)
        assert village.sounding == {("loa-2", "E")}
