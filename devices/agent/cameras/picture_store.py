"""Pictures on their way to the controller: kept on the disk until it has them, or does not want them."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import httpx

from schedules.programme import Sha256

MOST_WAITING = 200
"""More than these, and the oldest are forgotten: a picture is evidence, not a receipt."""
AGAIN = 60.0
"""Seconds until a picture that was not taken is offered again."""


class PictureStore:
    """`add` is for any thread, `deliver` for one event loop."""

    def __init__(self, folder: Path, controller_url: str, token: str) -> None:
        self._folder = folder
        self._base = controller_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/jpeg"}

    def add(self, picture: bytes) -> Sha256:
        """Keeps a JPEG to be handed in; its name."""
        name = Sha256(hashlib.sha256(picture).hexdigest())
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}"
        unfinished.write_bytes(picture)
        unfinished.rename(self._folder / f"{name}.jpg")
        for old in self._waiting()[:-MOST_WAITING]:
            old.unlink(missing_ok=True)
        return name

    async def deliver(self, client: httpx.AsyncClient) -> None:
        """Hands in what waits, the oldest first, until it is cancelled."""
        while True:
            await asyncio.sleep(1.0 if await self.hand_in(client) else AGAIN)

    async def hand_in(self, client: httpx.AsyncClient) -> bool:
        """Hands in what waits now, the oldest first; False when there is no way to the controller."""
        try:
            for path in self._waiting():
                if not await self._hand_in(client, path):
                    return False
        except OSError:
            return False
        return True

    async def _hand_in(self, client: httpx.AsyncClient, path: Path) -> bool:
        try:
            content = path.read_bytes()
            answer = await client.put(f"{self._base}/pictures/{path.stem}", content=content, headers=self._headers)
        except FileNotFoundError:
            return True
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return False
        settled = answer.is_success or answer.status_code in (
            httpx.codes.NOT_FOUND,
            httpx.codes.REQUEST_ENTITY_TOO_LARGE,
        )
        if settled:
            path.unlink(missing_ok=True)
        return settled

    def _waiting(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return sorted(self._folder.glob("*.jpg"), key=lambda path: path.stat().st_mtime_ns)
