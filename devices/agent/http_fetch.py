"""Recordings from the controller, over HTTP, by content hash."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from devices.agent.cache import Problem
from devices.agent.fetch import FetchFailed
from devices.agent.workers import Workers
from schedules.programme import Sound

TIMEOUT = httpx.Timeout(20.0, connect=10.0)


def http_client(authority: str = "") -> httpx.Client:
    """For downloads: it follows no redirection and takes nothing from the environment.

    The controller may stand behind a server that the system trusts: `authority` (PEM) is believed besides. What is
    downloaded is proven by its hash.
    """
    trusted = ssl.create_default_context()
    if authority:
        trusted.load_verify_locations(cadata=authority)
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False, verify=trusted)


class HttpFetch:
    """`client` and the workers may be shared by many agents; closing this closes none. `express` keeps its threads for
    what is urgent.
    """

    def __init__(
        self, controller_url: str, token: str, *, client: httpx.Client, workers: Workers, express: Workers
    ) -> None:
        self._base = controller_url.rstrip("/")
        self._token = token
        self._client = client
        self._workers = workers
        self._express = express
        self._closed = False

    def run(self, job: Callable[[], None], *, urgent: bool = False) -> None:
        (self._express if urgent else self._workers).run(lambda: None if self._closed else job())

    def pull(self, sound: Sound, part: Path) -> None:
        have = part.stat().st_size if part.exists() else 0
        if have > sound.size:
            part.unlink()
            have = 0
        if have == sound.size:
            return
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        try:
            with self._client.stream("GET", f"{self._base}/audio/{sound.sha256}", headers=headers) as answer:
                self._take(answer, sound, part, have)
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            raise FetchFailed(Problem.MISSING, type(failed).__name__) from failed

    def close(self) -> None:
        self._closed = True

    def _take(self, answer: httpx.Response, sound: Sound, part: Path, have: int) -> None:
        if answer.status_code == httpx.codes.PARTIAL_CONTENT:
            if not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                part.unlink(missing_ok=True)
                raise FetchFailed(Problem.MISSING, "the answer is another part than the one that was asked for")
        elif answer.status_code == httpx.codes.OK:
            have = 0
        else:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)
            raise FetchFailed(_why(answer.status_code), f"status {answer.status_code}")
        with part.open("ab" if have else "wb") as file:
            # As it comes: whoever waits for a full block loses it when the line breaks.
            for chunk in answer.iter_raw():
                have += len(chunk)
                if have > sound.size:
                    break
                file.write(chunk)
                if self._closed:
                    raise FetchFailed(Problem.MISSING, "closed")
        if have > sound.size:
            part.unlink()
            raise FetchFailed(Problem.DAMAGED, "longer than the plan says")
        if have < sound.size:
            raise FetchFailed(Problem.MISSING, f"{sound.size - have} bytes did not come")


def _why(status: int) -> Problem:
    refused = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
    return Problem.REFUSED if status in refused or httpx.codes.is_redirect(status) else Problem.MISSING
