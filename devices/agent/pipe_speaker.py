"""A loudspeaker behind a player program: samples go into its standard input."""

from __future__ import annotations

import contextlib
import subprocess
from datetime import datetime
from pathlib import Path

from devices.agent.decoder import Decoder
from devices.agent.errors import BadSettings
from devices.agent.pcm_speaker import PcmSpeaker, Sink, SinkFailed
from devices.agent.speaker import SAMPLE_RATE, Track
from devices.agent.workers import Workers
from devices.clock import Clock

APLAY = ("aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", str(SAMPLE_RATE), "-c", "1", "--buffer-time=200000", "-")
PW_PLAY = ("pw-play", "--raw", "--format", "s16", "--rate", str(SAMPLE_RATE), "--channels", "1", "-")
DRAIN = 5.0
"""Seconds that a program may take to let out what it holds, after its input has ended."""


def player_command(program: str) -> tuple[str, ...]:
    """The command line for `aplay` or `pw-play`; BadSettings when this machine has none that takes raw samples."""
    command = {"aplay": APLAY, "pw-play": PW_PLAY}[program]
    try:
        asked = subprocess.run([program, "--help"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as missing:
        raise BadSettings(
            f"Không có chương trình {program} trên máy này. Hãy cài nó hoặc dùng --sound THƯ_MỤC.",
            f"There is no program {program} on this machine. Install it, or use --sound FOLDER.",
        ) from missing
    if program == "pw-play" and "--raw" not in asked.stdout + asked.stderr:
        raise BadSettings(
            "pw-play trên máy này quá cũ (không có --raw). Hãy dùng --sound aplay.",
            "The pw-play of this machine is too old (it has no --raw). Use --sound aplay.",
        )
    return command


class PipeSpeaker(PcmSpeaker):
    """`command` takes raw samples (48 kHz, 16 bit, one channel) on its standard input, and ends when they are out.

    The first sample leaves this process at its moment; what the program's own buffer adds is not known here.
    """

    write_ahead = 0.4

    def __init__(
        self, command: tuple[str, ...], *, spool: Path, clock: Clock, workers: Workers, decoder: Decoder | None = None
    ) -> None:
        super().__init__(spool, clock=clock, workers=workers, decoder=decoder)
        self._command = command

    def open_sink(self, track: Track) -> Sink:
        return _PipeSink(self._command)


class _PipeSink:
    def __init__(self, command: tuple[str, ...]) -> None:
        # Its own session, so that Ctrl-C on our terminal does not cut it before we do.
        self._program = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )

    def write(self, samples: bytes) -> None:
        assert self._program.stdin is not None
        view = memoryview(samples)
        while view:
            try:
                view = view[self._program.stdin.write(view) or 0 :]
            except BrokenPipeError as broken:
                raise SinkFailed("the player program has ended") from broken

    def finish(self, started_at: datetime, seconds: float) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        try:
            code = self._program.wait(DRAIN)
        except subprocess.TimeoutExpired as stuck:
            raise SinkFailed("the player program does not end") from stuck
        if code != 0:
            raise SinkFailed(f"the player program ended with {code}")

    def silence(self, started_at: datetime | None, seconds: float) -> None:
        self._program.kill()
        with contextlib.suppress(OSError):
            assert self._program.stdin is not None
            self._program.stdin.close()
        self._program.wait()
