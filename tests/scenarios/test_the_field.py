"""The field: real programs, a real Mosquitto, and SIGKILL. What was promised sounds once; every receipt arrives.

What happens is drawn from a seed that a failure names; LOA_TEST_SEED repeats it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom

import pytest

from controller.fleet.broker.errors import ProgramMissing
from controller.fleet.broker.mosquitto_child import find_plugin
from tests.scenarios.field.centre import Centre, CentreWithBrokerBeside
from tests.scenarios.field.commune import Commune, wait_until
from tests.scenarios.field.faults import Fate, draw
from tests.scenarios.field.ledger import Broken, Ledger

LAST_NEWS = 120.0
"""Seconds until every connection was found dead and made again, and every receipt was offered again."""
BEFORE, AFTERWARDS = 12.0, 6.0


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("LOA_TEST_SEED", SystemRandom().randrange(1_000_000)))


@pytest.fixture
def commune(request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> Iterator[Commune]:
    try:
        find_plugin()
    except ProgramMissing as missing:
        (pytest.fail if os.environ.get("LOA_TEST_REQUIRE") == "all" else pytest.skip)(str(missing))
    centre: Centre = request.param(tmp_path)
    commune = Commune(tmp_path, centre, Random(seed))
    try:
        centre.start()
        commune.settle()
        yield commune
    finally:
        commune.close()
        centre.close()


@pytest.mark.long
@pytest.mark.timeout(480)
@pytest.mark.parametrize("commune", [Centre], indirect=True, ids=["its own broker"])
def test_two_hundred_broadcasts_are_kept_although_everything_is_killed_and_every_line_breaks(
    commune: Commune, seed: int
) -> None:
    ledger = keep_the_promises(commune, seed, periods=12, rounds=2)
    assert ledger.counts["broadcasts"] > 200
    log = commune.centre.controller.log.read_text()
    assert "mosquitto ended with code -9" in log, "the broker was never killed"
    assert "ending a mosquitto that an earlier run left behind" in log, "no controller left its broker behind"


@pytest.mark.long
@pytest.mark.timeout(240)
@pytest.mark.parametrize("commune", [CentreWithBrokerBeside], indirect=True, ids=["a broker beside"])
def test_a_few_broadcasts_are_kept_although_each_part_is_killed_once(commune: Commune, seed: int) -> None:
    keep_the_promises(commune, seed, periods=4, rounds=0)


def keep_the_promises(commune: Commune, seed: int, *, periods: int, rounds: int) -> Ledger:
    air = commune.plan(periods)
    wait_until(commune.all_are_ready, "every loudspeaker is ready for everything")
    settled_at = time.time()
    faults = draw(Random(seed), [one.name for one in commune.loudspeakers], air.seconds, rounds)
    fate = Fate(commune, faults)
    fate.run(air)
    wait_until(lambda: all_is_told(commune), "every receipt is where it belongs", LAST_NEWS)
    ledger = Ledger(commune.centre, commune, fate, settled_at)
    print(f"seed {seed}: {dict(ledger.counts)}")
    assert not ledger.broken, story(seed, min(ledger.broken, key=lambda one: one.start), ledger, commune, fate)
    assert ledger.counts["promised"] > ledger.counts["wishes"] / 3, "faults excuse most of it: this proves nothing"
    # Who has a second between two broadcasts and waits for a busy disk misses a beginning; hardly anybody may.
    assert ledger.counts["promised, late"] < ledger.counts["promised"] / 10
    assert all(one.process.runs for one in commune.loudspeakers), "an agent ended by itself"
    return ledger


def all_is_told(commune: Commune) -> bool:
    """No fact is open, and nobody waits for an acknowledgement."""
    return _count(commune.centre.folder / "loa.db", "SELECT count(*) FROM facts WHERE receipt IS NULL") == 0 and all(
        _count(one.folder / "journal.sqlite", "SELECT count(*) FROM receipts") == 0 for one in commune.loudspeakers
    )


def _count(database: Path, question: str) -> int:
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        (count,) = rows.execute(question).fetchone()
        return int(count)
    finally:
        rows.close()


def story(seed: int, broken: Broken, ledger: Ledger, commune: Commune, fate: Fate) -> str:
    """What happened around the first broken promise."""
    horn = next(one for one in commune.loudspeakers if one.name == broken.loudspeaker)
    told = [(at, f"{who}: {what}") for at, who, what in fate.log if who in ("centre", horn.name)]
    for event in horn.said():
        at = datetime.fromisoformat(str(event.pop("at"))).timestamp()
        told.append((at, f"{horn.name} says {json.dumps(event)}"))
    told.append((broken.start, f"{horn.name} was to begin what {broken.words}"))
    near = sorted(one for one in told if broken.start - BEFORE <= one[0] <= broken.start + AFTERWARDS)
    lines = [f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f} {words}" for at, words in near]
    others = [f"{one.loudspeaker} {one.words}" for one in ledger.broken]
    return "\n".join((f"LOA_TEST_SEED={seed}; {len(others)} broken: {others[:8]}", *lines))
