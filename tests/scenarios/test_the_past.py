"""The month behind the demo: lived by the real controller and agents, and gone on with by those of the demo itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from controller.demo.run import Demo
from controller.store.reckoning import reckoning
from schedules.outcome import Outcome
from schedules.timespan import Timespan


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    running = Demo(history=True)
    with ThreadPoolExecutor(1) as elsewhere:  # a browser of another test may have an event loop in this thread
        elsewhere.submit(running.__enter__).result()
    try:
        running.wait_until_all_are_there()
        yield running
    finally:
        running.__exit__(None, None, None)


def _ask(client: httpx.Client, path: str) -> Any:
    return client.get(f"/api/v1/{path}").raise_for_status().json()


@pytest.mark.long
def test_whoever_starts_the_demo_finds_a_commune_that_has_lived_through_a_month(demo: Demo) -> None:
    with demo.client(demo.administrator) as client:
        assert _ask(client, "status")["online"] == 12, "today's agents are those of the month"
        programmes = _ask(client, "programmes")
        assert {one["state"] for one in programmes} == {"approved", "withdrawn", "submitted", "draft"}
        assert (
            len({one["author"] for one in programmes}) == len({one["decided_by"] for one in programmes} - {None}) == 2
        )
        incidents = _ask(client, "incidents?state=all&most=500")["incidents"]
        kinds = {"camera-picture", "camera-reach", "device-offline", "hijack-try", "told-by-people"}
        assert kinds < {one["kind"] for one in incidents}
        assert {"open", "acknowledged", "resolved", "closed"} <= {one["state"] for one in incidents}
        assert not [one for one in incidents if one["kind"] == "device-offline" and one["closed_at"] is None]
        spoken = [_ask(client, f"alerts/{one['id']}") for one in _ask(client, "alerts")]
        assert [one["drill"] for one in spoken if one["announcements"]] == [True, False]
        covered = next(one for one in _ask(client, "cameras/states") if one["camera"] == "bo-de")
        assert covered["pictures"]
        assert _ask(client, "audit/verdict")["whole"]


@pytest.mark.long
def test_every_broadcast_of_the_month_ended_as_played_or_with_a_reason(demo: Demo) -> None:
    now = demo.app.services.clock.now()
    with demo.app.database.read() as connection:
        rows = tuple(reckoning(connection, Timespan(now - timedelta(days=30), now - timedelta(hours=1))))
    assert len(rows) > 600
    assert all(row.outcome is Outcome.PLAYED or row.reason for row in rows)
    assert "was-off" in {row.reason for row in rows}
