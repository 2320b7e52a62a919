"""`loa alert send FILE --url URL --key KEY`: a file by hand, on the way by which a source hands in its warnings."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TextIO

import httpx

from controller.alerts.cap.xml import MOST_BYTES

FAULT, BAD_INPUT = 1, 2
INCOMING = "/api/v1/alerts/incoming"
PATIENCE = 30.0
"""Seconds; what is urgent is told to the loudspeakers before the controller answers."""
_LONGEST_ANSWER = 500


def send_file(file: Path, url: str, key: str, *, as_json: bool = False, out: TextIO | None = None) -> int:
    """Prints what was decided over each alert in the file, a line each. `url` is the console's address; one with a path
    of its own is taken as it is. `key` is the source's, or `@FILE` that holds it, so that nobody reads it in the list
    of processes. Returns 0 when the controller has taken the file in, whatever it decided; 1 when it refuses or cannot
    be reached; 2 for a file, address or key that cannot be used. Every fault is one sentence on standard error."""
    try:
        data, secret, address = _contents(file), _key(key), _address(url)
    except ValueError as wrong:
        return _said(str(wrong), BAD_INPUT)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/cap+xml"}
    try:
        answer = httpx.post(address, content=data, headers=headers, timeout=PATIENCE)
        taken = answer.json()
    except httpx.HTTPError as trouble:
        return _said(f"{address} cannot be reached: {trouble}", FAULT)
    except ValueError:
        return _said(f"{address} answers {answer.status_code} and is no controller.", FAULT)
    if answer.is_error or not isinstance(taken, list):
        return _said(f"The controller refuses it ({answer.status_code}): {_refusal(taken)}", FAULT)
    for one in taken:
        print(json.dumps(one) if as_json else _for_people(file, one), file=out or sys.stdout)
    return 0


def _contents(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as trouble:
        raise ValueError(f"{file} cannot be read: {trouble.strerror}.") from trouble
    if not data.strip():
        raise ValueError(f"{file} is empty.")
    if len(data) > MOST_BYTES:
        raise ValueError(f"{file} is larger than {MOST_BYTES} bytes.")
    return data


def _key(key: str) -> str:
    secret = key
    if key.startswith("@"):
        try:
            secret = Path(key[1:]).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as trouble:
            raise ValueError(f"{key[1:]} holds no key of a source.") from trouble
    if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise ValueError("A source's key is the word that was shown when the source was let in.")
    return secret


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise ValueError(f"{url} is no address: {wrong}.") from wrong
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(f"{url} is no address; write https://HOST or http://HOST:PORT.")
    return address.copy_with(path=INCOMING) if address.path == "/" else address


def _refusal(answer: Any) -> str:
    detail = answer.get("detail") if isinstance(answer, dict) else None
    return _plain(str(detail or "it does not say why.")[:_LONGEST_ANSWER])


def _for_people(file: Path, one: dict[str, Any]) -> str:
    again = ", as it had before" if one.get("again") else ""
    return _plain(f"{file}: {one.get('verdict')} (alert {one.get('alert')}{again}): {one.get('reason')}")


def _plain(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in text)


def _said(sentence: str, code: int) -> int:
    print(f"loa: {sentence}", file=sys.stderr)
    return code
