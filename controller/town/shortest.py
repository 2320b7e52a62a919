"""From a story that breaks a promise to a shorter one that does too: delta debugging (Zeller and Hildebrandt, 2002)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from controller.town.events import Event

Breaks = Callable[[Sequence[Event]], bool]


def shortest(events: Sequence[Event], breaks: Breaks, *, tries: int) -> tuple[Event, ...]:
    """A part of `events` for which `breaks` holds, as it does for all of them; `breaks` is asked at most `tries` times.

    Given tries enough, no single event can be left out of the answer.
    """
    kept, pieces = list(events), 2
    while kept:
        size = max(len(kept) // pieces, 1)
        for begin in range(0, len(kept), size):
            if tries == 0:
                return tuple(kept)
            tries -= 1
            rest = kept[:begin] + kept[begin + size :]
            if breaks(rest):
                kept, pieces = rest, max(pieces - 1, 2)
                break
        else:
            if size == 1:
                break
            pieces = min(2 * pieces, len(kept))
    return tuple(kept)
