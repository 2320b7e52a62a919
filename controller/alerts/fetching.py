"""Pages from addresses that others wrote: with hard limits, and never from inside the commune's own network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from controller.alerts.errors import AlertError

CONNECT, READ, WHOLE = 5.0, 5.0, 20.0
"""Seconds for a connection, for the next bytes, for everything."""
MOST_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})


class Unreachable(AlertError):
    """The page could not be had; the message says why."""

    code = "unreachable"


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
    local: bool = False,
    etag: str = "",
    modified: str = "",
    post: bytes | None = None,
) -> Page:
    """Asks once, following at most three redirects. `elapsed` tells seconds of any steady clock; `local` allows
    addresses of private networks. With `post` that JSON is sent. Raises Unreachable."""
    began = elapsed()
    headers = {"User-Agent": "loa-xa"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    headers |= {"Content-Type": "application/json"} if post is not None else {}
    timeout = httpx.Timeout(READ, connect=CONNECT)
    # Proxies of the environment would decide for us where we really go.
    with httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False) as client:
        for _ in range(MOST_REDIRECTS + 1):
            answer = _ask(client, url, headers, post, local, most_bytes, lambda: elapsed() - began)
            if isinstance(answer, Page):
                return answer
            if urlsplit(url).scheme == "https" and urlsplit(answer).scheme != "https":
                raise Unreachable("It leads from https to a page without.")
            url = answer
    raise Unreachable(f"It leads on more than {MOST_REDIRECTS} times.")


def _ask(
    client: httpx.Client,
    url: str,
    headers: dict[str, str],
    post: bytes | None,
    local: bool,
    most_bytes: int,
    elapsed: Callable[[], float],
) -> Page | str:
    """The page, or the address that it leads on to."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreachable("It is no address that begins with https:// or http://.")
    address = _resolved(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), local)
    # The connection goes to the very address that was judged: a name may mean another one a moment later.
    target = httpx.URL(url).copy_with(host=address)
    named = {**headers, "Host": parts.netloc.rpartition("@")[2]}
    method = "GET" if post is None else "POST"
    try:
        request = client.build_request(
            method, target, headers=named, content=post, extensions={"sni_hostname": parts.hostname}
        )
        answer = client.send(request, stream=True)
        try:
            if answer.status_code in _MOVED and post is None:
                return urljoin(url, str(answer.headers.get("location", "")))
            return _page(answer, most_bytes, elapsed)
        finally:
            answer.close()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as wrong:
        raise Unreachable(f"{type(wrong).__name__}: {wrong}"[:200]) from wrong


def _page(answer: httpx.Response, most_bytes: int, elapsed: Callable[[], float]) -> Page:
    if answer.status_code != 304 and not answer.is_success:
        raise Unreachable(f"It answers {answer.status_code}.")
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > most_bytes:
            raise Unreachable(f"It is larger than {most_bytes} bytes.")
        if elapsed() > WHOLE:
            raise Unreachable(f"It takes longer than {WHOLE:.0f} seconds.")
    headers = answer.headers
    return Page(answer.status_code, bytes(body), headers.get("etag", ""), headers.get("last-modified", ""))


def _resolved(host: str, port: int, local: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as wrong:
        raise Unreachable(f"The name {host[:100]} is not known.") from wrong
    addresses = [str(one[4][0]) for one in found]
    allowed = [one for one in addresses if local or _is_public(one)]
    if not allowed or len(allowed) < len(addresses):
        raise Unreachable("Its address lies in a private network, which is not allowed for it.")
    return allowed[0]


def check_public(host: str) -> None:
    """Raises Unreachable where a name leads into a private network, or nowhere."""
    _resolved(host, 443, local=False)


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
