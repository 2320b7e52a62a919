"""Pages from addresses that others wrote: with hard limits, and never from inside the commune's own network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

CONNECT, READ, WHOLE = 5.0, 5.0, 20.0
"""Seconds for a connection, for the next bytes, for everything from the name to the last byte."""
MOST_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """The page could not be had; the message says why."""


class Refused(Unreachable):
    """Somebody answers, but with this `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"It answers {status}.")
        self.status = status


@dataclass(frozen=True, slots=True)
class Page:
    """What came. `status` 304: nothing new since `etag` and `modified`."""

    status: int
    body: bytes = b""
    etag: str = ""
    modified: str = ""


def fetch(
    url: str,
    *,
    most_bytes: int,
    elapsed: Callable[[], float],
    local: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
    post: bytes | None = None,
) -> Page:
    """Asks once, following at most three redirects; with `post`, sends that and follows none.

    `elapsed` tells seconds of any steady clock; `local` are the hosts that may have an address in a private network.
    Raises Unreachable.
    """
    began = elapsed()
    asking = _Asking(lambda: WHOLE - (elapsed() - began), frozenset(local), most_bytes, headers or {}, post)
    for _ in range(MOST_REDIRECTS + 1):
        answer = asking.ask(url)
        if isinstance(answer, Page):
            return answer
        if url.lower().startswith("https:") and not answer.lower().startswith("https:"):
            raise Unreachable("It leads from https to a page without.")
        url = answer
    raise Unreachable(f"It leads on more than {MOST_REDIRECTS} times.")


@dataclass(frozen=True, slots=True)
class _Asking:
    left: Callable[[], float]
    local: frozenset[str]
    most_bytes: int
    headers: Mapping[str, str]
    post: bytes | None

    def ask(self, url: str) -> Page | str:
        """The page, or the address that it leads on to."""
        # A packed answer could unpack to any size.
        headers = {"User-Agent": "loa-xa", "Accept-Encoding": "identity", **self.headers}
        # There are no proxies here: one of the environment would decide for us where we really go.
        with httpcore.ConnectionPool(_certificates(), network_backend=_Careful(self.left, self.local)) as pool:
            try:
                method = "GET" if self.post is None else "POST"
                with pool.stream(method, _address(url), headers=list(headers.items()), content=self.post) as answer:
                    said = {name.lower().decode(): value.decode("latin-1") for name, value in answer.headers}
                    if answer.status in _MOVED and self.post is None:
                        return urljoin(url, said.get("location", ""))
                    return self._page(answer, said)
            except httpcore.TimeoutException as wrong:
                raise Unreachable("It takes too long.") from wrong
            except (httpcore.NetworkError, httpcore.ProtocolError, ValueError) as wrong:
                raise Unreachable(f"{type(wrong).__name__}: {wrong}"[:200]) from wrong

    def _page(self, answer: httpcore.Response, said: Mapping[str, str]) -> Page:
        if answer.status != 304 and not 200 <= answer.status < 300:
            raise Refused(answer.status)
        if said.get("content-encoding", "identity").lower() != "identity":
            raise Unreachable("It answers with something packed.")
        body = bytearray()
        for piece in answer.iter_stream():
            body += piece
            if len(body) > self.most_bytes:
                raise Unreachable(f"It is larger than {self.most_bytes} bytes.")
        return Page(answer.status, bytes(body), said.get("etag", ""), said.get("last-modified", ""))


def _address(url: str) -> httpcore.URL:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise Unreachable("It is no address.") from wrong
    if parts.scheme not in ("http", "https") or not parts.host:
        raise Unreachable("It is no address that begins with https:// or http://.")
    return httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _Careful(httpcore.NetworkBackend):
    """Connects to the very addresses that were judged: a name may mean another one a moment later."""

    def __init__(self, left: Callable[[], float], local: frozenset[str]) -> None:
        self._left = left
        self._local = local
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(host, port, _at_most(CONNECT, self._left()))
        if host.lower() not in self._local and not all(map(is_public, addresses)):
            raise Unreachable("Its address lies in a private network, which is not allowed for it.")
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(addresses[-1], port, socket_options)

    def _connected(self, address: str, port: int, socket_options: Iterable[Any] | None) -> httpcore.NetworkStream:
        patience = _at_most(CONNECT, self._left())
        return _Hurried(self._plain.connect_tcp(address, port, patience, None, socket_options), self._left)


class _Hurried(httpcore.NetworkStream):
    """One that gives up when the time for everything is over, however busily it drips."""

    def __init__(self, plain: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._plain = plain
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _at_most(READ, self._left()))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, _at_most(READ, self._left()))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        patience = _at_most(CONNECT, self._left())
        return _Hurried(self._plain.start_tls(ssl_context, server_hostname, patience), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


def _at_most(seconds: float, left: float) -> float:
    if left <= 0:
        raise Unreachable("It takes too long.")
    return min(seconds, left)


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """Every address of `host`, at least one. The resolver knows no time limit of its own."""
    found: list[str] = []

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(one[4][0]) for one in answers))

    asking = threading.Thread(target=resolve, daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        raise Unreachable(f"The name {host[:100]} is not known.")
    return list(found)


def is_public(address: str) -> bool:
    """Whether an address lies outside all private, local and reserved networks, also by the address within it."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        else:
            found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast
