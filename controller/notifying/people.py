"""People are told through Apprise, in a child process that reaches no private network and is killed when it hangs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from controller.fetching import Unreachable

SECONDS = 30
_CHILD = Path(__file__).with_name("people_child.py")


def tell(address: str, title: str, text: str, *, local: bool) -> None:
    """Hands a message over to the service behind an Apprise address. Raises Unreachable."""
    _run({"address": address, "title": title, "text": text, "local": local})


def check(address: str) -> None:
    """Raises Unreachable where Apprise cannot make anything of an address."""
    _run({"address": address})


def _run(order: dict[str, object]) -> None:
    # A proxy of the environment would decide for us where we really go.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    try:
        done = subprocess.run(
            [sys.executable, _CHILD],
            input=json.dumps(order | {"seconds": SECONDS}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env=environment,
        )
        trouble = str(json.loads(done.stdout.splitlines()[-1])["trouble"])
    except subprocess.TimeoutExpired as late:
        raise Unreachable("It takes too long.") from late
    except (ValueError, LookupError, TypeError) as broken:
        raise Unreachable("The program that sends it has failed.") from broken
    if trouble:
        raise Unreachable(trouble[:200])
