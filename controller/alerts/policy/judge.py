"""Speak, queue or ignore: one message by itself, without what other messages say about it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from controller.alerts.areas.match import Hit, Match
from controller.alerts.cap.message import Info, Kind
from controller.alerts.policy.decision import (
    Circumstances,
    Judgement,
    Part,
    Reason,
    Received,
    Verdict,
    WaitsFor,
)
from controller.alerts.policy.gates import ignore, is_drill, queue, stopped
from controller.alerts.policy.language import all_said, primary, text_language
from controller.alerts.policy.levels import read_level
from schedules.priority import BulletinClass

_DRILL_WORDS = re.compile(r"diễn tập|\bdrill\b|exercise,? exercise|this is an exercise|this is (?:only )?a test", re.I)


def judge(received: Received, given: Circumstances) -> Judgement:
    """The decision over this message as if it were the only one. The strongest of its parts speaks for all."""
    judgement = stopped(received, given)
    if judgement is not None:
        return judgement
    if received.alert.kind is Kind.CANCEL:
        return _cancel(received, given)
    if not received.alert.infos:
        return queue("nothing-said", "no info block, so there is nothing to say: a person decides")
    drill = is_drill(received, given)
    parts = tuple(_part(received, index, hits, given, drill) for index, hits in enumerate(_shares(received, given)))
    # Where a better language tells every place, the others are translations and have no say.
    telling = [part for part in parts if part.hits] or list(parts)
    strongest = min(telling, key=_strength)
    return Judgement(strongest.verdict, strongest.reason, parts, drill)


def _strength(part: Part) -> tuple[int, int]:
    return list(Verdict).index(part.verdict), -part.bulletin_class.rank if part.bulletin_class else 1


def _cancel(received: Received, given: Circumstances) -> Judgement:
    if given.trusts(received):
        return ignore("cancels", "a Cancel: it ends the messages it names, and they stay silent whenever they come")
    return queue("cancel-unverified", "a Cancel that is not verified: a person decides, until then nothing is ended")


def _shares(received: Received, given: Circumstances) -> list[tuple[Hit, ...]]:
    """For each info block the places that it tells: each place is told in the best language that reaches it."""
    ranks = [_rank(info, given) for info in received.alert.infos]
    best: dict[str, int] = {}
    for rank, match in zip(ranks, received.matches, strict=True):
        for hit in match.hits:
            best[hit.place.key] = min(rank, best.get(hit.place.key, rank))
    return [
        tuple(hit for hit in match.hits if best[hit.place.key] == rank)
        for rank, match in zip(ranks, received.matches, strict=True)
    ]


def _rank(info: Info, given: Circumstances) -> int:
    languages = given.table.languages
    language = primary(text_language(info))
    return languages.index(language) if language in languages else len(languages)


def _part(received: Received, index: int, hits: tuple[Hit, ...], given: Circumstances, drill: bool) -> Part:
    info, match, sent = received.alert.infos[index], received.matches[index], received.alert.sent
    level = read_level(info)
    rule = given.table.rule_for(info, level)
    # What nobody vouches for is never an emergency by itself, however grave it says it is.
    stood_for = received.is_verified or received.key in given.vouched
    strongest = BulletinClass.EMERGENCY if stood_for else BulletinClass.PRIORITY
    begins = info.effective or sent
    ends = info.expires or (sent + given.table.without_expiry if sent else None)
    part = Part(
        Verdict.QUEUE,
        Reason("", ""),
        info,
        hits,
        min(rule.bulletin_class, strongest, key=lambda one: one.rank),
        level,
        rule,
        text_language(info),
        WaitsFor.PERSON,
        received.received_at + given.table.answer_within[rule.bulletin_class],
        begins,
        ends,
    )
    silent = _silent(part, match, received, given)
    if silent is not None:
        return replace(part, verdict=Verdict.IGNORE, reason=silent, bulletin_class=None, waits_for=None, answer_by=None)
    doubt = _doubt(part, match, received, given, drill)
    if doubt is not None:
        return replace(part, reason=doubt)
    return _by_class(part, received, given)


def _silent(part: Part, match: Match, received: Received, given: Circumstances) -> Reason | None:
    """Why nothing is to be said here; None when something may be."""
    if part.ends is not None and part.ends <= given.now:
        return Reason("expired", f"expired at {part.ends:%Y-%m-%d %H:%M} UTC")
    if match.hits and not part.hits:
        return Reason("translation", "the same places are told in a better language")
    if not match.hits and match.readable and not match.unreadable and not match.unplaced:
        return Reason("elsewhere", "no loudspeaker here is in its area")
    if part.info.is_all_clear and given.trusts(received):
        return Reason("all-clear", "an all-clear: it ends the messages it names, where they sounded")
    return None


def _doubt(part: Part, match: Match, received: Received, given: Circumstances, drill: bool) -> Reason | None:
    """Why a person must look before anything sounds; None when nothing speaks against it."""
    lasting = (
        (not part.hits and not match.readable, "no-area", "no area that a machine can read: a person chooses"),
        (not part.hits, "area-unclear", "its area cannot be read, or a place of ours is not on the map"),
        (not all_said(part.info), "nothing-said", "no text to speak"),
        (primary(part.language) not in given.table.languages, "language", "no voice here speaks its language"),
    )
    # A person who has released the message has settled these.
    settled = () if received.key in given.confirmed else _open_questions(part, received, given, drill)
    return next((Reason(code, text) for holds, code, text in (*settled, *lasting) if holds), None)


def _open_questions(
    part: Part, received: Received, given: Circumstances, drill: bool
) -> tuple[tuple[bool, str, str], ...]:
    late = received.received_at - (received.alert.sent or received.received_at)
    spoken_of_as_drill = not drill and bool(_DRILL_WORDS.search(all_said(part.info)))
    turned = bool(part.hits) and all(hit.doubtful for hit in part.hits)
    return (
        (bool(part.hits) and not received.is_verified, "unverified", f"{received.signature.reason}: a person decides"),
        (bool(part.info.unreadable), "unreadable", f"{', '.join(part.info.unreadable)} cannot be read"),
        (bool(part.level.unclear), "level-unclear", f"the level of risk cannot be read: {part.level.unclear}"),
        (spoken_of_as_drill, "drill-words", "Actual, but its text speaks of a drill or a test"),
        (late > given.table.news_for, "old", f"sent {_hours(late)} before it arrived: not announced as new"),
        (turned, "axes", "it is in our area only if latitude and longitude are swapped"),
    )


def _hours(late: timedelta) -> str:
    return f"{late // timedelta(hours=1)} hours"


def _by_class(part: Part, received: Received, given: Circumstances) -> Part:
    order = part.rule.standing_order if part.rule else ""
    stated = f"level {part.level.value}" if part.level.value else f"{part.info.urgency.value}, "
    if not part.level.value:
        stated += f"{part.info.severity.value}, {part.info.certainty.value}"
    if part.bulletin_class is BulletinClass.NORMAL and received.key not in given.confirmed:
        reason = Reason("next-slot", f"{stated}: in the next slot of the programme, by {order}")
        return replace(part, reason=reason, waits_for=WaitsFor.SLOT, answer_by=None)
    if part.bulletin_class is BulletinClass.PRIORITY and received.key not in given.confirmed:
        return replace(part, reason=Reason("confirm", f"{stated}: a person confirms it, by {order}"))
    spoken = replace(part, verdict=Verdict.SPEAK, waits_for=None, answer_by=None)
    when = f", from {part.begins:%Y-%m-%d %H:%M} UTC" if part.begins and part.begins > given.now else ""
    if received.key in given.confirmed and not received.is_verified:
        return replace(spoken, reason=Reason("confirmed", f"{stated}: released by a person{when}"))
    return replace(spoken, reason=Reason("at-once", f"{stated}, verified: at once{when}, by {order}"))
