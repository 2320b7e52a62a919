"""The program that sends one message with Apprise. It reads an order as JSON from standard input: `address`, `title`,
`text`, `local`, `seconds`; without `title` it only checks the address. Its last line is `{"trouble": "why, or empty"}`.

Apprise speaks to a hundred services, some of them at any address that stands in theirs. Whatever it tries, this process
connects to no private network, except to the host of a `local` address, and starts no other program.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

from controller.fetching import is_public

_REACHES_OUT = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_STARTS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork"})


class Guard:
    """Sees every connection before it is made, with the very address that it goes to. It cannot be taken off."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self.refused = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _STARTS or (event in _REACHES_OUT and not self._lets(arguments[-1])):
            self.refused = True
            raise PermissionError(event)

    def _lets(self, address: object) -> bool:
        if not isinstance(address, tuple):
            return False
        return address[0] in self._allowed or is_public(str(address[0]))


def main() -> str:
    """What went wrong."""
    order = json.load(sys.stdin)
    signal.alarm(order["seconds"] + 1)  # should the controller be killed, nobody else would stop this process
    try:
        import apprise
    except ModuleNotFoundError:
        return "Apprise is not installed: pip install 'loa-xa[notify]'."
    sender = apprise.Apprise()
    if not sender.add(order["address"]):
        return "Apprise knows no such address."
    if "title" not in order:
        return ""
    guard = Guard(_addresses(order["address"]) if order["local"] else frozenset())
    sys.addaudithook(guard)
    if sender.notify(title=order["title"], body=order["text"]):
        return ""
    if guard.refused:
        return "Its address lies in a private network, which is not allowed for it."
    return "The service did not take it."


def _addresses(url: str) -> frozenset[str]:
    try:
        host = urlsplit(url).hostname
        return frozenset(str(one[4][0]) for one in socket.getaddrinfo(host, None)) if host else frozenset()
    except (OSError, ValueError):
        return frozenset()


if __name__ == "__main__":
    print("\n" + json.dumps({"trouble": main()}))
