"""What the board says of itself: how warm it is, and how well it hears its wireless line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

THERMAL = Path("/sys/class/thermal")
WIRELESS = Path("/proc/net/wireless")


@dataclass(frozen=True, slots=True)
class BoardReading:
    """Degrees Celsius and dBm; None for what this board does not have."""

    temperature: float | None = None
    signal: float | None = None


class LinuxBoard:
    """The warmest zone that the kernel knows, and the strongest of the wireless lines."""

    def __init__(self, thermal: Path = THERMAL, wireless: Path = WIRELESS) -> None:
        self._thermal = thermal
        self._wireless = wireless

    def read(self) -> BoardReading:
        """Never raises; takes no time to speak of."""
        try:
            zones = [_degrees(zone) for zone in self._thermal.glob("thermal_zone*/temp")]
        except OSError:
            zones = []
        return BoardReading(
            max((zone for zone in zones if zone is not None), default=None),
            max(_levels(self._wireless), default=None),
        )


def _degrees(zone: Path) -> float | None:
    try:
        degrees = int(zone.read_text()) / 1000
    except (OSError, ValueError):
        return None
    return round(degrees, 1) if -60 <= degrees <= 200 else None


def _levels(table: Path) -> list[float]:
    """The fourth column behind two lines of heading: `wlan0: 0000 55. -55. -256 …`."""
    try:
        lines = table.read_text().splitlines()[2:]
    except (OSError, ValueError):
        return []
    found = []
    for line in lines:
        words = line.split()
        try:
            level = float(words[3])
        except (IndexError, ValueError):
            continue
        if -150 <= level < 0:
            found.append(level)
    return found
