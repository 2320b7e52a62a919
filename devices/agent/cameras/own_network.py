"""Is it the cameras that are away, or are we? What the kernel knows, read without a question to anybody."""

from __future__ import annotations

import ipaddress
from pathlib import Path

PROC, SYS = Path("/proc/net"), Path("/sys/class/net")


def is_cut_off(proc: Path = PROC, sys: Path = SYS) -> bool:
    """True when the way to our own gateway is dead: no carrier on its interface, or nobody answers at its address.

    Without a gateway there is nothing to say: false.
    """
    try:
        routes = [line.split() for line in (proc / "route").read_text().splitlines()[1:]]
        default = next((words for words in routes if len(words) > 7 and words[1] == "00000000"), None)
        if default is None:
            return False
        interface, gateway = default[0], str(ipaddress.IPv4Address(bytes.fromhex(default[2])[::-1]))
        if _read(sys / interface / "carrier") == "0":
            return True
        known = [line.split() for line in (proc / "arp").read_text().splitlines()[1:]]
    except (OSError, ValueError):
        return False
    return any(len(words) > 5 and words[0] == gateway and words[2] == "0x0" for words in known)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
