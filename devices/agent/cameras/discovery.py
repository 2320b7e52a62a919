"""Which cameras are on this network: WS-Discovery over multicast, as ONVIF cameras answer it."""

from __future__ import annotations

import asyncio
import re
import socket
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from devices.protocol.messages.cameras import check_address

GROUP, PORT = "239.255.255.250", 3702
MOST_BYTES, MOST_CAMERAS = 64 * 1024, 2000


@dataclass(frozen=True, slots=True, order=True)
class Discovered:
    """A camera that answered: its ONVIF device service, and what it calls itself."""

    address: str
    name: str = ""
    hardware: str = ""


async def find_cameras(seconds: float, group: str = GROUP, port: int = PORT) -> list[Discovered]:
    """Asks once, listens for so long, and returns who answered, in the order of their addresses.

    Multicast does not cross routers: behind one, cameras have to be named.
    """
    loop, found = asyncio.get_running_loop(), set[Discovered]()
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.setblocking(False)
    line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    transport, _ = await loop.create_datagram_endpoint(lambda: _Listener(found), sock=line)
    try:
        for _ in range(2):  # a datagram may be lost
            transport.sendto(question(), (group, port))
            await asyncio.sleep(seconds / 2)
    finally:
        transport.close()
    return sorted(found)


def question() -> bytes:
    """A Probe for network video transmitters."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
        f"<a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID>"
        "<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header><s:Body>"
        '<d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:n="http://www.onvif.org/ver10/network/wsdl"><d:Types>n:NetworkVideoTransmitter</d:Types></d:Probe>'
        "</s:Body></s:Envelope>"
    ).encode()


def read_answer(datagram: bytes) -> list[Discovered]:
    """The cameras that a datagram names; none for anything that is no ProbeMatch."""
    if len(datagram) > MOST_BYTES or b"ProbeMatch" not in datagram:
        return []
    text = datagram.decode("utf-8", "replace")
    found = []
    for addresses in re.findall(r"<(?:[\w.-]+:)?XAddrs[^>]*>([^<]*)<", text):
        scopes = " ".join(re.findall(r"<(?:[\w.-]+:)?Scopes[^>]*>([^<]*)<", text))
        usable = [one for one in addresses.split() if _is_address(one)]
        if usable:
            found.append(Discovered(usable[0], _scope(scopes, "name"), _scope(scopes, "hardware")))
    return found


def _is_address(text: str) -> bool:
    try:
        check_address(text, "http", "https")
    except ValueError:
        return False
    return True


def _scope(scopes: str, name: str) -> str:
    found = re.search(rf"onvif://www\.onvif\.org/{name}/(\S+)", scopes)
    return "".join(letter for letter in unquote(found[1]) if letter.isprintable())[:80] if found else ""


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, found: set[Discovered]) -> None:
        self._found = found

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if len(self._found) < MOST_CAMERAS:
            self._found.update(read_answer(data))
