"""One alert by itself: speak, queue or ignore, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from controller.alerts.areas.ground import Place
from controller.alerts.areas.match import Hit, Match
from controller.alerts.cap.genuine import Genuine, Signature, SourceName
from controller.alerts.cap.message import (
    Alert,
    Certainty,
    Envelope,
    Info,
    Kind,
    Named,
    Scope,
    Severity,
    Status,
    Urgency,
)
from controller.alerts.policy.decision import Circumstances, Judgement, Received, Verdict, WaitsFor
from controller.alerts.policy.judge import judge
from controller.alerts.policy.levels import DEFAULT_RULES, ClassRule, Table, read_level
from devices.protocol.topics import DeviceId
from schedules.priority import BulletinClass
from schedules.programme import AreaId

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
GIVEN = Circumstances(NOW)
VERIFIED = Signature(Genuine.VERIFIED, "signed by kttv", SourceName("kttv"))
UNSIGNED = Signature(Genuine.UNVERIFIED, "not signed")
FAILED = Signature(Genuine.FAILED, "the message was altered after it was signed")
HERE = Match((Hit(Place(AreaId("thon-1"), DeviceId("loa-1")), "inside"),), readable=True)
THERE = Match((Hit(Place(AreaId("thon-2"), DeviceId("loa-2")), "inside"),), readable=True)
BOTH = Match(HERE.hits + THERE.hits, readable=True)
ELSEWHERE = Match(readable=True)
TEXT_ONLY = Match()

FLOOD = Info(
    language="vi-VN",
    event="Lũ quét",
    headline="Cảnh báo lũ quét trên sông Bàn Thạch",
    instruction="Di chuyển ngay đến nơi cao.",
    urgency=Urgency.IMMEDIATE,
    severity=Severity.EXTREME,
    certainty=Certainty.OBSERVED,
    expires=NOW + timedelta(hours=5),
)
MILD = replace(FLOOD, urgency=Urgency.EXPECTED, severity=Severity.MODERATE, certainty=Certainty.LIKELY)


def level(info: Info, value: str) -> Info:
    return replace(info, parameters=(Named("Cấp độ rủi ro thiên tai", value),))


def message(
    *infos: Info,
    matches: tuple[Match, ...] = (),
    signature: Signature = VERIFIED,
    late: timedelta = timedelta(minutes=1),
    envelope: Envelope | None = None,
    **changed: object,
) -> Received:
    alert = Alert("A-1", "canhbao@kttv.example", NOW - late, Status.ACTUAL, Kind.ALERT, Scope.PUBLIC, infos=infos)
    found = matches or tuple(HERE for _ in infos)
    return Received(replace(alert, **changed), signature, NOW, found, envelope)


def decided(received: Received, given: Circumstances = GIVEN) -> tuple[Verdict, str]:
    judgement = judge(received, given)
    return judgement.verdict, judgement.reason.code


def class_of(judgement: Judgement) -> BulletinClass | None:
    return judgement.leading[0].bulletin_class


@pytest.mark.parametrize("stated", ["3", "4", "5", "cấp 3", "Cấp độ rủi ro thiên tai: cấp IV", "5; màu tím"])
def test_a_verified_alert_of_level_three_or_more_is_spoken_at_once_as_an_emergency(stated: str) -> None:
    judgement = judge(message(level(MILD, stated)), GIVEN)
    assert (judgement.verdict, class_of(judgement)) == (Verdict.SPEAK, BulletinClass.EMERGENCY)
    assert "18/2021/QĐ-TTg" in judgement.reason.text


def test_a_verified_alert_that_is_immediate_grave_and_likely_is_an_emergency_without_a_level() -> None:
    for severity, certainty in product((Severity.SEVERE, Severity.EXTREME), (Certainty.OBSERVED, Certainty.LIKELY)):
        judgement = judge(message(replace(FLOOD, severity=severity, certainty=certainty)), GIVEN)
        assert (judgement.verdict, class_of(judgement)) == (Verdict.SPEAK, BulletinClass.EMERGENCY)


@pytest.mark.parametrize(
    "lesser",
    [
        {"urgency": Urgency.EXPECTED},
        {"severity": Severity.MODERATE},
        {"certainty": Certainty.POSSIBLE},
        {"certainty": Certainty.UNKNOWN},
    ],
)
def test_what_lacks_one_of_the_three_is_confirmed_by_a_person_within_a_deadline(lesser: dict[str, object]) -> None:
    judgement = judge(message(replace(FLOOD, **lesser)), GIVEN)
    assert (judgement.verdict, class_of(judgement)) == (Verdict.QUEUE, BulletinClass.PRIORITY)
    assert judgement.leading[0].waits_for is WaitsFor.PERSON
    assert judgement.leading[0].answer_by == NOW + timedelta(minutes=30)


def test_level_two_is_confirmed_by_a_person_and_then_spoken() -> None:
    received = message(level(MILD, "2"))
    assert decided(received) == (Verdict.QUEUE, "confirm")
    confirmed = judge(received, replace(GIVEN, confirmed=frozenset({received.key})))
    assert (confirmed.verdict, class_of(confirmed)) == (Verdict.SPEAK, BulletinClass.PRIORITY)


@pytest.mark.parametrize(
    "info", [level(MILD, "1"), replace(MILD, severity=Severity.MINOR), replace(MILD, urgency=Urgency.FUTURE)]
)
def test_level_one_waits_for_the_next_slot_of_the_programme(info: Info) -> None:
    judgement = judge(message(info), GIVEN)
    assert (judgement.verdict, class_of(judgement)) == (Verdict.QUEUE, BulletinClass.NORMAL)
    assert judgement.leading[0].waits_for is WaitsFor.SLOT and judgement.leading[0].answer_by is None


def test_an_unverified_emergency_is_no_emergency_until_a_person_has_decided_and_that_person_has_five_minutes() -> None:
    received = message(level(FLOOD, "5"), signature=UNSIGNED)
    judgement = judge(received, GIVEN)
    assert decided(received) == (Verdict.QUEUE, "unverified")
    assert class_of(judgement) is BulletinClass.PRIORITY
    assert judgement.leading[0].answer_by == NOW + timedelta(minutes=5)
    assert judge(received, replace(GIVEN, confirmed=frozenset({received.key}))).verdict is Verdict.SPEAK


def test_a_failed_signature_is_silent_and_an_incident() -> None:
    judgement = judge(message(FLOOD, signature=FAILED), GIVEN)
    assert judgement.verdict is Verdict.IGNORE and judgement.incident


@given(
    some.sampled_from(Status) | some.none(),
    some.sampled_from(Scope) | some.none(),
    some.sampled_from(Kind) | some.none(),
    some.sampled_from([VERIFIED, UNSIGNED, FAILED]),
    some.sampled_from(["1", "2", "3", "4", "5", "6", ""]),
    some.sampled_from([HERE, ELSEWHERE, TEXT_ONLY]),
)
def test_only_a_verified_actual_public_alert_for_here_ever_sounds_by_itself(
    status: Status | None, scope: Scope | None, kind: Kind | None, signature: Signature, stated: str, match: Match
) -> None:
    received = message(
        level(FLOOD, stated), matches=(match,), signature=signature, status=status, scope=scope, kind=kind
    )
    judgement = judge(received, GIVEN)
    assert judgement.reason.code and judgement.reason.text
    if judgement.verdict is Verdict.SPEAK:
        assert (status, scope, signature, match) == (Status.ACTUAL, Scope.PUBLIC, VERIFIED, HERE)
        assert kind in (Kind.ALERT, Kind.UPDATE)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"status": Status.TEST}, "test"),
        ({"status": Status.SYSTEM}, "system"),
        ({"status": Status.DRAFT}, "draft"),
        ({"status": Status.EXERCISE}, "exercise"),
        ({"status": None}, "no-status"),
        ({"scope": Scope.RESTRICTED}, "not-public"),
        ({"scope": Scope.PRIVATE}, "not-public"),
        ({"scope": None}, "not-public"),
        ({"kind": Kind.ACK}, "answer"),
        ({"kind": Kind.ERROR}, "answer"),
    ],
)
def test_what_may_never_sound_is_ignored_with_its_reason(changed: dict[str, object], code: str) -> None:
    assert decided(message(FLOOD, **changed)) == (Verdict.IGNORE, code)


def test_an_exercise_sounds_only_while_the_exercise_that_it_names_is_open_and_is_marked_as_a_drill() -> None:
    received = message(level(FLOOD, "4"), status=Status.EXERCISE, note="Diễn tập PCTT Hòa Xuân 2026")
    assert decided(received, replace(GIVEN, exercise="Hòa Xuân 2025")) == (Verdict.IGNORE, "exercise")
    judgement = judge(received, replace(GIVEN, exercise="Hòa Xuân 2026"))
    assert judgement.verdict is Verdict.SPEAK and judgement.drill


def test_an_open_exercise_changes_nothing_for_real_alerts() -> None:
    judgement = judge(message(level(FLOOD, "4"), note="Hòa Xuân 2026"), replace(GIVEN, exercise="Hòa Xuân 2026"))
    assert judgement.verdict is Verdict.SPEAK and not judgement.drill


@pytest.mark.parametrize(
    "changed", [{"identifier": ""}, {"sender": ""}, {"sent": None}, {"kind": None}, {"sent": NOW + timedelta(hours=1)}]
)
def test_what_cannot_be_identified_or_dated_is_for_a_person(changed: dict[str, object]) -> None:
    assert judge(message(FLOOD, **changed), GIVEN).verdict is Verdict.QUEUE


def test_a_clock_that_is_a_little_ahead_does_not_delay_an_alert() -> None:
    assert judge(message(FLOOD, sent=NOW + timedelta(minutes=4)), GIVEN).verdict is Verdict.SPEAK


def test_an_alert_without_info_has_nothing_to_say() -> None:
    assert decided(message()) == (Verdict.QUEUE, "nothing-said")
    assert decided(message(Info(expires=FLOOD.expires))) == (Verdict.QUEUE, "nothing-said")


def test_nothing_sounds_after_its_expiry_whatever_its_level() -> None:
    received = message(replace(level(FLOOD, "5"), expires=NOW))
    assert decided(received) == (Verdict.IGNORE, "expired")
    assert decided(received, replace(GIVEN, confirmed=frozenset({received.key}))) == (Verdict.IGNORE, "expired")


def test_an_alert_without_expiry_ends_after_six_hours() -> None:
    received = message(replace(FLOOD, expires=None))
    assert judge(received, GIVEN).leading[0].ends == NOW - timedelta(minutes=1) + timedelta(hours=6)
    assert decided(received, replace(GIVEN, now=NOW + timedelta(hours=6))) == (Verdict.IGNORE, "expired")


def test_an_alert_whose_expiry_cannot_be_read_is_for_a_person() -> None:
    assert decided(message(replace(FLOOD, expires=None, unreadable=("expires",)))) == (Verdict.QUEUE, "unreadable")


def test_the_first_start_does_not_announce_hours_old_alerts_as_new() -> None:
    assert decided(message(FLOOD, late=timedelta(hours=3))) == (Verdict.QUEUE, "old")
    assert decided(message(FLOOD, late=timedelta(minutes=90))) == (Verdict.SPEAK, "at-once")


def test_an_alert_that_takes_effect_later_says_from_when() -> None:
    judgement = judge(message(replace(FLOOD, effective=NOW + timedelta(hours=1))), GIVEN)
    assert (
        judgement.leading[0].begins == NOW + timedelta(hours=1) and "from 2026-11-22 04:00 UTC" in judgement.reason.text
    )


def test_an_alert_for_somewhere_else_is_ignored_even_unsigned() -> None:
    for signature in (VERIFIED, UNSIGNED):
        assert decided(message(FLOOD, matches=(ELSEWHERE,), signature=signature)) == (Verdict.IGNORE, "elsewhere")


def test_no_machine_readable_area_goes_to_the_operator_never_to_all_and_never_to_none() -> None:
    judgement = judge(message(FLOOD, matches=(TEXT_ONLY,)), GIVEN)
    assert (judgement.verdict, judgement.reason.code) == (Verdict.QUEUE, "no-area")
    assert not judgement.leading[0].hits


def test_an_area_that_is_partly_unreadable_is_not_taken_for_elsewhere() -> None:
    assert decided(message(FLOOD, matches=(Match(readable=True, unreadable=("1,2",)),))) == (
        Verdict.QUEUE,
        "area-unclear",
    )
    unplaced = Match(readable=True, unplaced=(HERE.hits[0].place,))
    assert decided(message(FLOOD, matches=(unplaced,))) == (Verdict.QUEUE, "area-unclear")


def test_an_area_that_is_ours_only_with_swapped_axes_is_for_a_person() -> None:
    doubtful = Match((replace(HERE.hits[0], doubtful=True),), readable=True)
    assert decided(message(FLOOD, matches=(doubtful,))) == (Verdict.QUEUE, "axes")


def test_the_level_comes_from_the_bulletin_and_is_never_computed_from_severity() -> None:
    assert judge(message(FLOOD), GIVEN).leading[0].level.value is None
    assert read_level(level(MILD, "3")).value == 3


@pytest.mark.parametrize("stated", ["3-4", "0", "6", "33", "rất lớn", "2.5", "đỏ"])
def test_a_level_that_cannot_be_read_is_for_a_person(stated: str) -> None:
    assert decided(message(level(MILD, stated))) == (Verdict.QUEUE, "level-unclear")


def test_of_several_hazards_the_greatest_stated_level_counts() -> None:
    both = replace(MILD, parameters=(Named("Cấp độ rủi ro (mưa)", "2"), Named("Cấp độ rủi ro (lũ)", "3")))
    assert read_level(both).value == 3


def test_the_levels_of_other_countries_are_not_taken_for_ours() -> None:
    assert read_level(replace(MILD, parameters=(Named("awareness_level", "4; red; Extreme"),))).value is None


def test_a_vietnamese_text_is_preferred_and_the_translation_has_no_say() -> None:
    english = replace(level(FLOOD, "5"), language="en", event="Flood", headline="Flood", instruction="Leave.")
    judgement = judge(message(english, level(MILD, "4")), GIVEN)
    (part,) = judgement.leading
    assert (part.language, part.level.value) == ("vi-VN", 4)


def test_a_place_that_only_the_other_language_reaches_is_still_told() -> None:
    english = replace(level(FLOOD, "4"), language="en", event="Flood", headline="Flood", instruction="Leave.")
    judgement = judge(message(english, level(FLOOD, "4"), matches=(BOTH, HERE)), GIVEN)
    told = {hit.place.key: part.language for part in judgement.leading for hit in part.hits}
    assert told == {"loa-1": "vi-VN", "loa-2": "en"}


def test_a_language_without_a_voice_here_is_for_a_person() -> None:
    swedish = replace(FLOOD, language="sv-SE", event="Skyfall", headline="Varning", instruction="Håll dig borta.")
    assert decided(message(swedish)) == (Verdict.QUEUE, "language")


def test_no_voice_reads_a_text_in_another_language_than_its_own() -> None:
    mislabelled = replace(FLOOD, language="en-US")
    assert judge(message(mislabelled), GIVEN).leading[0].language == "vi"
    assert judge(message(replace(FLOOD, language="")), GIVEN).leading[0].language == "vi"
    english = replace(
        FLOOD, language="vi", event="Flash flood", headline="Flash flood warning", instruction="Move up now."
    )
    assert decided(message(english)) == (Verdict.QUEUE, "language")


def test_places_with_different_levels_get_different_classes_from_one_alert() -> None:
    judgement = judge(message(level(MILD, "1"), level(MILD, "4"), matches=(HERE, THERE)), GIVEN)
    assert [part.verdict for part in judgement.parts] == [Verdict.QUEUE, Verdict.SPEAK]
    assert [hit.place.key for part in judgement.leading for hit in part.hits] == ["loa-2"]


def test_an_actual_alert_that_speaks_of_a_drill_is_for_a_person() -> None:
    assert decided(message(replace(FLOOD, description="Đây không phải là diễn tập."))) == (Verdict.QUEUE, "drill-words")


def test_the_envelope_limits_and_never_widens() -> None:
    assert decided(message(FLOOD, envelope=Envelope("Exercise"))) == (Verdict.IGNORE, "envelope-status")
    assert decided(message(FLOOD, envelope=Envelope("Actual", NOW))) == (Verdict.IGNORE, "envelope-expired")
    assert decided(message(FLOOD, envelope=Envelope("Actual", NOW + timedelta(hours=1)))) == (Verdict.SPEAK, "at-once")
    inner = message(FLOOD, status=Status.TEST, envelope=Envelope("Actual"))
    assert decided(inner) == (Verdict.IGNORE, "test")


def test_a_cancel_needs_a_verified_hand_and_makes_no_siren() -> None:
    assert decided(message(kind=Kind.CANCEL)) == (Verdict.IGNORE, "cancels")
    assert decided(message(kind=Kind.CANCEL, signature=UNSIGNED)) == (Verdict.QUEUE, "cancel-unverified")


def test_an_unverified_all_clear_is_for_a_person() -> None:
    clear = replace(FLOOD, responses=("AllClear",))
    assert decided(message(clear, kind=Kind.UPDATE)) == (Verdict.IGNORE, "all-clear")
    assert decided(message(clear, kind=Kind.UPDATE, signature=UNSIGNED)) == (Verdict.QUEUE, "unverified")


def test_the_table_is_the_communes_own() -> None:
    own = ClassRule(BulletinClass.EMERGENCY, "Lệnh 7/2026 của Chủ tịch xã", levels=frozenset({2}))
    judgement = judge(message(level(MILD, "2")), replace(GIVEN, table=Table((own, *DEFAULT_RULES))))
    assert judgement.verdict is Verdict.SPEAK and "Lệnh 7/2026" in judgement.reason.text


@pytest.mark.parametrize(
    "table",
    [
        {"rules": ()},
        {"rules": DEFAULT_RULES[:-1]},
        {"rules": (ClassRule(BulletinClass.PRIORITY, " "),)},
        {"repeat": timedelta(minutes=9)},
        {"repeat": timedelta(hours=2, seconds=1)},
    ],
)
def test_a_table_that_would_leave_an_alert_without_a_class_an_order_or_a_rhythm_is_refused(
    table: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"\."):
        Table(**table)
