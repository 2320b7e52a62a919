"""Recordings come over a bad network, from a real HTTP server, and only whole ones are kept."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from devices.agent.cache import Cache, Problem
from devices.agent.fetch import DirectFetch, Downloads, FetchFailed
from devices.agent.http_fetch import HttpFetch, http_client
from devices.agent.workers import Workers
from schedules.programme import Sha256, Sound

CONTENT = bytes(range(256)) * 2_000
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
SPEECH = Sound(Sha256(hashlib.sha256(CONTENT).hexdigest()), 20.0, len(CONTENT))


class Shelf(ThreadingHTTPServer):
    """Serves `CONTENT` to who has the token, and misbehaves on request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[str, str | None]] = []
        self.breaks_after: int | None = None
        self.answers_with: int | None = None
        self.content = CONTENT
        self.ignores_range = False
        self.shifts_range = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shelf

    def do_GET(self) -> None:
        shelf, wanted = self.server, self.headers.get("Range")
        shelf.asked.append((self.path, wanted))
        if shelf.answers_with is not None or self.headers.get("Authorization") != "Bearer token":
            self.send_response(shelf.answers_with or 401)
            self.send_header("Location", f"{shelf.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        first = 0 if wanted is None or shelf.ignores_range else int(wanted.removeprefix("bytes=").removesuffix("-"))
        body = shelf.content[first:]
        self.send_response(200 if first == 0 else 206)
        if first:
            first += shelf.shifts_range
            self.send_header("Content-Range", f"bytes {first}-{len(shelf.content) - 1}/{len(shelf.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if shelf.breaks_after is not None:
            self.wfile.write(body[: shelf.breaks_after])
            self.close_connection = True
            return
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    thread = threading.Thread(target=shelf.serve_forever, args=(0.01,))
    thread.start()
    yield shelf
    shelf.shutdown()
    thread.join()
    shelf.server_close()


@pytest.fixture
def fetch(shelf: Shelf) -> Iterator[HttpFetch]:
    workers = Workers("downloads", 1)
    with http_client() as client:
        yield HttpFetch(f"{shelf.url}/", "token", client=client, workers=workers, express=workers)
    workers.close()


def test_a_recording_is_fetched_by_its_content_hash(shelf: Shelf, fetch: HttpFetch, tmp_path: Path) -> None:
    fetch.pull(SPEECH, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert shelf.asked == [(f"/audio/{SPEECH.sha256}", None)]


def test_a_broken_download_goes_on_where_it_stopped(shelf: Shelf, fetch: HttpFetch, tmp_path: Path) -> None:
    shelf.breaks_after = 100_000
    cache = Cache(tmp_path)
    for _ in range(3):
        with pytest.raises(FetchFailed):
            fetch.pull(SPEECH, cache.part(SPEECH.sha256))
    assert cache.part(SPEECH.sha256).stat().st_size == 300_000
    shelf.breaks_after = None
    fetch.pull(SPEECH, cache.part(SPEECH.sha256))
    assert cache.admit(SPEECH) is None
    assert [wanted for _, wanted in shelf.asked] == [None, "bytes=100000-", "bytes=200000-", "bytes=300000-"]
    assert cache.path(SPEECH.sha256).read_bytes() == CONTENT


def test_a_server_that_knows_no_ranges_is_no_obstacle(shelf: Shelf, fetch: HttpFetch, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(CONTENT[:777])
    shelf.ignores_range = True
    fetch.pull(SPEECH, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_what_is_already_whole_is_not_asked_for(shelf: Shelf, fetch: HttpFetch, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(CONTENT)
    fetch.pull(SPEECH, tmp_path / "part")
    assert shelf.asked == []


def test_another_part_than_the_one_asked_for_is_thrown_away(shelf: Shelf, fetch: HttpFetch, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(CONTENT[:777])
    shelf.shifts_range = 5
    with pytest.raises(FetchFailed):
        fetch.pull(SPEECH, tmp_path / "part")
    assert not (tmp_path / "part").exists()


def test_more_than_the_plan_says_is_not_taken(shelf: Shelf, fetch: HttpFetch, tmp_path: Path) -> None:
    shelf.content = CONTENT + b"x" * 10_000_000
    with pytest.raises(FetchFailed) as failed:
        fetch.pull(SPEECH, tmp_path / "part")
    assert failed.value.problem is Problem.DAMAGED
    assert not (tmp_path / "part").exists()


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (301, Problem.REFUSED),
        (307, Problem.REFUSED),
        (401, Problem.REFUSED),
        (403, Problem.REFUSED),
        (404, Problem.MISSING),
        (416, Problem.MISSING),
        (503, Problem.MISSING),
    ],
)
def test_an_answer_without_the_recording_has_a_reason(
    shelf: Shelf, fetch: HttpFetch, tmp_path: Path, status: int, problem: Problem
) -> None:
    shelf.answers_with = status
    with pytest.raises(FetchFailed) as failed:
        fetch.pull(SPEECH, tmp_path / "part")
    assert failed.value.problem is problem
    # The token went to the controller and to nobody else.
    assert [path for path, _ in shelf.asked] == [f"/audio/{SPEECH.sha256}"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://", "nonsense", "http://[::1"])
def test_a_controller_that_is_not_there_has_a_reason(tmp_path: Path, url: str) -> None:
    workers = Workers("downloads", 1)
    with http_client() as client, pytest.raises(FetchFailed) as failed:
        HttpFetch(url, "token", client=client, workers=workers, express=workers).pull(SPEECH, tmp_path / "part")
    workers.close()
    assert failed.value.problem is Problem.MISSING


def test_downloads_run_in_the_background(shelf: Shelf, fetch: HttpFetch, tmp_path: Path, an_occurrence: Any) -> None:
    arrived = threading.Event()
    downloads = Downloads(Cache(tmp_path), fetch, arrived.set)
    news = an_occurrence("news", datetime(2026, 3, 2, 5, 0, tzinfo=UTC), 20.0, sounds=(SPEECH,))
    downloads.want(news.sounds)
    assert downloads.problem(news) is Problem.MISSING
    downloads.step(0.0)
    assert arrived.wait(10)
    assert downloads.step(0.0)
    assert downloads.problem(news) is None


class TestPatience:
    def test_grows_with_every_failure_and_ends_when_the_network_is_back(
        self, tmp_path: Path, an_occurrence: Any
    ) -> None:
        asked: list[float] = []
        now = 0.0

        def read(_: Sha256) -> bytes | None:
            asked.append(now)
            return None

        downloads = Downloads(Cache(tmp_path), DirectFetch(read), lambda: None)
        start = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
        downloads.want(an_occurrence("news", start + timedelta(hours=1)).sounds)
        while now < 1_000:
            downloads.step(now)
            assert downloads.next_try is not None and downloads.next_try > now
            now = downloads.next_try
        waits = [later - earlier for earlier, later in pairwise(asked)]
        assert waits[:7] == [1, 2, 4, 8, 16, 32, 64]
        assert set(waits[7:]) == {120}
        before = len(asked)
        downloads.step(now - 100)
        assert len(asked) == before
        downloads.hurry()
        downloads.step(now - 100)
        assert len(asked) == before + 1


class TestCache:
    def test_a_full_disk_makes_room_from_what_nobody_needs(self, tmp_path: Path, an_occurrence: Any) -> None:
        cache = Cache(tmp_path, reserve=0, quota=600_000)
        cache.path(Sha256("a" * 64)).write_bytes(b"x" * 200_000)
        cache.part(Sha256("b" * 64)).write_bytes(b"x" * 200_000)
        downloads = Downloads(cache, DirectFetch({SPEECH.sha256: CONTENT}.get), lambda: None)
        start = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
        big = Sound(Sha256("c" * 64), 20.0, 500_000)
        news = an_occurrence("news", start, sounds=(SPEECH,))
        songs = an_occurrence("songs", start + timedelta(hours=1), sounds=(big,))
        downloads.want((*news.sounds, *songs.sounds))
        downloads.step(0.0)
        assert downloads.problem(news) is None
        assert downloads.problem(songs) is Problem.DISK_FULL
        assert [path.name for path in tmp_path.iterdir()] == [SPEECH.sha256]

    def test_what_nobody_needs_goes_by_age_and_no_more_than_must(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, reserve=0, quota=SPEECH.size + 250)
        for age, name in enumerate("cab"):
            path = cache.path(Sha256(name * 64))
            path.write_bytes(b"x" * 100)
            os.utime(path, (age, age))
        assert cache.make_room(SPEECH, (SPEECH.sha256,)) == frozenset()
        assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["a", "b"]
        assert cache.has_room_for(SPEECH)

    def test_what_is_needed_later_gives_way_to_what_is_needed_sooner(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, reserve=0, quota=SPEECH.size + 250)
        sooner, later, last = (Sha256(name * 64) for name in "cab")
        for name in (sooner, later, last):
            cache.path(name).write_bytes(b"x" * 100)
        by_need = (sooner, SPEECH.sha256, later, last)
        assert cache.make_room(SPEECH, by_need) == {last}
        assert cache.make_room(Sound(SPEECH.sha256, 20.0, SPEECH.size + 200), by_need) == frozenset()
        assert cache.path(sooner).exists() and cache.path(later).exists()

    def test_the_part_that_has_come_needs_no_room_again(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, reserve=0, quota=SPEECH.size)
        cache.part(SPEECH.sha256).write_bytes(CONTENT[:-10])
        assert cache.has_room_for(SPEECH)
        assert cache.make_room(SPEECH, (SPEECH.sha256,)) == frozenset()
        assert cache.part(SPEECH.sha256).exists()

    def test_the_reserve_stays_free(self, tmp_path: Path) -> None:
        assert Cache(tmp_path, reserve=0).has_room_for(SPEECH)
        assert not Cache(tmp_path, reserve=10**18).has_room_for(SPEECH)

    def test_what_cannot_be_played_is_not_kept(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path, is_playable=lambda path, sound: False)
        cache.part(SPEECH.sha256).write_bytes(CONTENT)
        assert cache.admit(SPEECH) is Problem.UNPLAYABLE
        assert list(tmp_path.iterdir()) == []


def test_the_client_believes_no_proxy_settings(monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with http_client() as client:
        assert client.get(shelf.url).status_code == httpx.codes.UNAUTHORIZED


def test_what_is_always_to_be_here_comes_last_and_never_makes_room(tmp_path: Path) -> None:
    contents = {
        Sha256(hashlib.sha256(bytes([which]) * size).hexdigest()): bytes([which]) * size
        for which, size in enumerate((300, 300, 900))
    }
    asked: list[Sha256] = []

    def read(name: Sha256) -> bytes:
        asked.append(name)
        return contents[name]

    one, two, planned = (Sound(name, 1.0, len(content)) for name, content in contents.items())
    cache = Cache(tmp_path, reserve=0, quota=1_600, durable=False)
    downloads = Downloads(cache, DirectFetch(read), lambda: None)
    downloads.keep((one, two))
    downloads.want([planned])
    downloads.step(0.0)
    assert asked == [planned.sha256, one.sha256, two.sha256]
    other = Sound(Sha256(hashlib.sha256(b"x" * 900).hexdigest()), 1.0, 900)
    contents[other.sha256] = b"x" * 900
    downloads.want([other])
    downloads.step(1.0)
    assert all(cache.check(sound) for sound in (one, two, other))
    assert not cache.check(planned)
    downloads.keep(())
    downloads.want([other, planned])
    assert cache.has_room_for(planned) is False
    assert cache.make_room(planned, (planned.sha256,)) == frozenset()
    assert not cache.check(one)
