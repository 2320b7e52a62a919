"""The program that asks Google's translation service to speak, through gTTS. It is killed when it hangs.

It reads one order as JSON from standard input (`address`, `language`, `pause`, `seconds`, `pieces`, `files`), writes an
MP3 file for each piece and prints `{"chunk": n}` for each answer of the service, `{"piece": n}` for each piece that is
whole, or `{"refused": "why"}`.
"""

# gTTS has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from gtts.tts import gTTS, gTTSError
from requests.utils import should_bypass_proxies

SERVICE = "https://translate.google.com"


class CarefulSession(requests.Session):
    """gTTS switches off the check of the server's certificate, sends to a proxy what is excepted from it, and does not
    pause. Anybody on the way could put other words into the mouth of the commune."""

    pause = 0.0

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        time.sleep(self.pause)
        kwargs["verify"] = True
        if should_bypass_proxies(request.url or "", no_proxy=None):
            kwargs["proxies"] = {}
        return super().send(request, **kwargs)


class SpokenElsewhere(gTTS):
    """gTTS with the address of the service as a parameter."""

    def __init__(self, text: str, language: str, address: str) -> None:
        # The text is in spoken form: gTTS' own replacements are made for English.
        super().__init__(text, lang=language, lang_check=False, pre_processor_funcs=[])
        self._address = address

    def _prepare_requests(self) -> list[requests.PreparedRequest]:
        prepared: list[requests.PreparedRequest] = super()._prepare_requests()
        for request in prepared:
            request.prepare_url((request.url or "").replace(SERVICE, self._address, 1), None)
        return prepared

    def chunks(self) -> Iterator[bytes]:
        """The sound in the order of the text. An answer without sound is an error here; gTTS passes over it."""
        answers = 0
        for chunk in self.stream():
            if not chunk:
                raise gTTSError("an answer without sound")
            answers += 1
            yield chunk
        if answers != len(self._prepare_requests()):
            raise gTTSError("an answer without sound")


def say(report: dict[str, object]) -> None:
    print(json.dumps(report), flush=True)


def main() -> None:
    order = json.load(sys.stdin)
    # When the controller is killed there is nobody left to stop this process.
    signal.alarm(int(order["seconds"]) + 1)
    CarefulSession.pause = order["pause"]
    requests.Session = CarefulSession  # type: ignore[misc]
    for number, (piece, path) in enumerate(zip(order["pieces"], order["files"], strict=True)):
        try:
            with Path(path).open("wb") as file:
                for chunk in SpokenElsewhere(piece, order["language"], order["address"]).chunks():
                    file.write(chunk)
                    say({"chunk": number})
        except (gTTSError, requests.RequestException, ValueError, AssertionError) as error:
            return say({"refused": str(error)})
        say({"piece": number})
    return None


if __name__ == "__main__":
    main()
