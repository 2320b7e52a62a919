"""From any sound file to a recording that may be broadcast: ends trimmed, -16 LUFS, true peak at most -1 dBTP, Opus.

The source is read several times and never held: an hour costs no more memory than a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from av.audio.frame import AudioFrame

from controller.speech.errors import SilentAudio, TooShort
from controller.speech.library import Finished
from controller.speech.loudness import TARGET_LUFS, Level, Loudness, find_gain, measure
from controller.speech.sound import MEDIA_TYPE, SAMPLE_RATE, Filters, decode, encode, filtered
from controller.speech.survey import LONGEST_SILENCE, Survey

# The hiss of an unplugged microphone lies below the first, and would be most of what is heard below the second.
SILENT_LUFS = -55.0
QUIET_LUFS = -40.0
TOLERANCE = 1.0
# EBU R 128 listens to blocks of this length.
SHORTEST = 0.4
EXTINGUISHED_BY = 12.0
LEFT_AT_THE_ENDS = 0.5
TRIES = 3
# What lies below is wind, hum and the offset of a cheap sound card: it takes the room that the voice needs.
NO_RUMBLE: Filters = (("highpass", "f=20"),)
# Below 250 Hz a horn loudspeaker makes only warmth for its coil.
SPEECH_BAND: Filters = (("highpass", "f=250:poles=2"), ("highpass", "f=250:poles=2"))
FLOAT: Filters = (("aformat", "sample_fmts=flt:channel_layouts=mono"),)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be mastered; `limit` is how many seconds it may last.

    Of one whose channels extinguish each other only the `left` is taken.
    In an `even` one the first minute is as loud as the rest (one voice reads a text): gains are tried on it alone.
    """

    file: Path
    limit: float
    even: bool = False
    trim: bool = False
    left: bool = False
    speech_band: bool = False


def master(source: Source, to: Path) -> Finished:
    """Write the finished recording to `to` and say what it is, as measured on the written file.

    Raises NotAudio, SilentAudio, TooShort or TooLong.
    """
    survey = Survey()
    sample: Filters = (("atrim", "end=60"),) if source.even else ()
    heard = filtered(decode(source.file, limit=source.limit, left=source.left), sample)
    before = measure(heard, true_peak=False, watch=survey.take)
    if before.lufs < QUIET_LUFS and _is_extinguished(source, before.lufs):
        return master(replace(source, left=True), to)
    if source.trim and survey.seconds < SHORTEST:
        raise TooShort(f"A recording must last at least {SHORTEST:g} seconds; this one is shorter.")
    if before.lufs < SILENT_LUFS:
        raise SilentAudio("Nothing can be heard in this recording.")
    shaping = (*_ends(survey, before.lufs), *NO_RUMBLE) if source.trim else ()
    shaping += SPEECH_BAND if source.speech_band else ()

    def at_level(level: Level, *, of: Filters = ()) -> Iterator[AudioFrame]:
        return filtered(
            decode(source.file, limit=source.limit, left=source.left), of + shaping + level.filters() + FLOAT
        )

    def loudness_at(gain: float) -> float:
        return measure(at_level(Level(gain), of=sample), true_peak=False, sample_format="flt").lufs

    level = Level(find_gain(loudness_at, TARGET_LUFS - before.lufs))
    for _ in range(TRIES):
        encode(at_level(level), to)
        final = Survey()
        after = measure(decode(to, limit=source.limit), watch=final.take)
        better = level.corrected(after)
        if better is None:
            break
        level = better
    return _finished(final, after, _warnings(survey, before, after))


def _is_extinguished(source: Source, lufs: float) -> bool:
    """Whether the channels, wired against each other, leave nearly nothing when they are put together."""
    if source.left:
        return False
    alone = measure(decode(source.file, limit=source.limit, left=True), true_peak=False).lufs
    return alone > lufs + EXTINGUISHED_BY


def _finished(survey: Survey, loudness: Loudness, warnings: tuple[str, ...]) -> Finished:
    return Finished(
        seconds=survey.seconds,
        media_type=MEDIA_TYPE,
        lufs=loudness.lufs,
        peak_dbtp=loudness.peak_dbtp,
        waveform=survey.waveform(),
        silences=survey.silences(loudness.lufs),
        warnings=warnings,
    )


def _warnings(survey: Survey, before: Loudness, after: Loudness) -> tuple[str, ...]:
    said = {
        "clipped": survey.clipped(),
        "quiet": before.lufs < QUIET_LUFS,
        "loudness": abs(after.lufs - TARGET_LUFS) > TOLERANCE,
    }
    return tuple(code for code, true in said.items() if true)


def _ends(survey: Survey, lufs: float) -> Filters:
    """Cuts long silence at either end down to half a second."""
    begin, end = 0.0, survey.seconds
    for silence_from, silence_to in survey.silences(lufs):
        if silence_from == 0.0:
            begin = silence_to - LEFT_AT_THE_ENDS
        elif survey.seconds - silence_to < LONGEST_SILENCE / 10:
            end = silence_from + LEFT_AT_THE_ENDS
    if (begin, end) == (0.0, survey.seconds):
        return ()
    return (("atrim", f"start_sample={round(begin * SAMPLE_RATE)}:end_sample={round(end * SAMPLE_RATE)}"),)
