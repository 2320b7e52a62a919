"""Who is told of what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from controller.store.channels import Channel, ChannelKind, News, What, Wish
from controller.store.troubles import Severity
from schedules.timespan import COMMUNE_ZONE

PERSON = Channel("hoa", ChannelKind.APPRISE, "tgram://token/1", quiet=(time(22), time(5)))
MIDNIGHT = datetime(2026, 11, 23, tzinfo=COMMUNE_ZONE)
times = some.times().map(lambda clock: clock.replace(second=0, microsecond=0))


def news(what: What, **more: object) -> News:
    return replace(News(what, "alert:1", "title"), **more)


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_the_next_person_is_asked_when_a_deadline_has_passed_and_the_first_is_reminded(turn: int) -> None:
    waiting = news(What.WAITING, turn=turn)
    assert [replace(PERSON, turn=one).is_told(waiting, before=False) for one in range(3)] == [
        one <= turn for one in range(3)
    ]


@given(some.sampled_from(Severity), some.sampled_from(Severity))
def test_incidents_are_told_from_the_severity_on_that_a_channel_asks_for(least: Severity, severity: Severity) -> None:
    incident = news(What.INCIDENT, severity=severity)
    assert replace(PERSON, least=least).is_told(incident, before=False) is (severity >= least)
    assert not replace(PERSON, wants=frozenset({Wish.SPOKEN})).is_told(incident, before=False)


@given(some.sampled_from([What.ENDED, What.RECOVERED]), some.booleans())
def test_the_end_is_told_to_whoever_knows_of_the_beginning_and_to_nobody_else(what: What, before: bool) -> None:
    assert replace(PERSON, wants=frozenset()).is_told(news(what), before) is before


def test_what_merely_changed_is_told_to_whoever_did_not_know_it() -> None:
    changed = news(What.INCIDENT, severity=Severity.CRITICAL, again=False)
    assert (PERSON.is_told(changed, before=False), PERSON.is_told(changed, before=True)) == (True, False)


@given(times, times, some.integers(0, 2 * 24 * 60 - 1))
def test_quiet_news_waits_to_the_end_of_the_rest_and_no_longer(begin: time, end: time, minute: int) -> None:
    now = MIDNIGHT + timedelta(minutes=minute)
    told = replace(PERSON, quiet=(begin, end)).when(news(What.SPOKEN), now)
    resting = [MIDNIGHT + timedelta(minutes=minute + later) for later in range(24 * 60)]
    first = next((one for one in resting if not _rests(one.time(), begin, end)), None)
    assert told == first or begin == end


@given(some.integers(0, 24 * 60 - 1))
def test_urgent_news_and_programs_know_no_rest(minute: int) -> None:
    now = MIDNIGHT + timedelta(minutes=minute)
    assert PERSON.when(news(What.WAITING, urgent=True), now) == now
    assert replace(PERSON, kind=ChannelKind.WEBHOOK).when(news(What.SPOKEN), now) == now


def _rests(clock: time, begin: time, end: time) -> bool:
    return begin <= clock < end if begin <= end else clock >= begin or clock < end
