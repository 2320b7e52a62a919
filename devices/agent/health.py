"""`python -m devices.agent.health`: for a supervisor that asks whether the agents of a machine have their line.

Exit code 0 when every device that was enrolled below LOA_AGENT_FOLDER has a connection to its broker, or when none was
enrolled yet; 1 otherwise. It only reads, and asks the kernel instead of the agents, because a stuck one cannot tell.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from devices.agent.settings import IDENTITY_FILE, AgentSettings, Identity

ESTABLISHED = "01"
SOCKET_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))


def missing_lines(folder: Path, tables: Iterable[str]) -> int:
    """How many of the devices enrolled below `folder` have no connection in the kernel's socket `tables`.

    AgentError when an identity cannot be read.
    """
    wanted = Counter(Identity.load(found.parent).mqtt.port for found in folder.rglob(IDENTITY_FILE))
    there = Counter(port for table in tables for port in connected_ports(table))
    return sum((wanted - there).values())


def connected_ports(table: str) -> Iterable[int]:
    """The far ports of the established connections in a table as in /proc/net/tcp."""
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) > 3 and words[3] == ESTABLISHED:
            yield int(words[2].rpartition(":")[2], 16)


def main() -> int:
    folder = Path(AgentSettings.load(os.environ).folder)
    missing = missing_lines(folder, (table.read_text() for table in SOCKET_TABLES if table.exists()))
    if missing:
        print(f"{missing} without a line to the broker")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
