"""The program that runs Piper, once for each piece, and ends it with itself: it may hang, and it is not ours.

Run on its own, with the standard library only: `python -I -S piper_child.py`. It reads one order as JSON from standard
input (`program`, `voice`, `seconds`, `pieces`, `files`), has Piper write one WAV file a piece and prints `{"piece": n}`
for each, or `{"refused": "why"}`. It leads a process group of its own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

WAV = b"RIFF"


def say(report: dict[str, object]) -> None:
    print(json.dumps(report), flush=True)


def end_all(*_: object) -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


def speak(program: str, voice: str, piece: str, path: str) -> str:
    """Why Piper did not speak `piece` into the file at `path`; empty when it did."""
    command = [program, "--model", voice, "--output_file", path]
    with tempfile.TemporaryFile() as complaints:
        try:
            done = subprocess.run(
                command, input=piece.encode() + b"\n", stdout=subprocess.DEVNULL, stderr=complaints, check=False
            )
        except OSError as error:
            return f"Piper cannot be run: {error.strerror}"
        if done.returncode != 0:
            complaints.seek(0)
            last = complaints.read()[-2000:].decode(errors="replace").strip().rsplit("\n", 1)[-1]
            return f"Piper ended with {done.returncode}: {last}"
    try:
        with Path(path).open("rb") as made:
            return "" if made.read(len(WAV)) == WAV else "What Piper wrote is no WAV file"
    except OSError:
        return "Piper wrote no file"


def main() -> None:
    order = json.load(sys.stdin)
    # When the controller is killed there is nobody left to stop this process and what it runs.
    signal.signal(signal.SIGALRM, end_all)
    signal.alarm(int(order["seconds"]) + 1)
    for number, (piece, path) in enumerate(zip(order["pieces"], order["files"], strict=True)):
        if why := speak(order["program"], order["voice"], piece, path):
            return say({"refused": why})
        say({"piece": number})
    return None


if __name__ == "__main__":
    main()
