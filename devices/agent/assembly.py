"""Puts a real agent together: its identity, its folder, its loudspeaker, and what agents of one process share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from devices.agent.agent import Agent, AgentEvent
from devices.agent.board import BoardReading, LinuxBoard
from devices.agent.cache import Cache
from devices.agent.cameras.port import CameraWatch, NobodyWatches
from devices.agent.decoder import Decoder
from devices.agent.errors import BadSettings
from devices.agent.espeak_voice import own_voice
from devices.agent.http_fetch import HttpFetch, http_client
from devices.agent.journal import Journal
from devices.agent.kernel_time import kernel_clock_is_kept
from devices.agent.pipe_speaker import PipeSpeaker, player_command
from devices.agent.proven_clock import ProvenClock
from devices.agent.readiness import OwnSounds
from devices.agent.settings import Identity
from devices.agent.sirens import Sirens
from devices.agent.speaker import Speaker
from devices.agent.spoken import Spoken
from devices.agent.wav_speaker import WavSpeaker
from devices.agent.workers import Workers
from devices.clock import Clock
from devices.link.mqtt import MqttLink
from devices.link.port import Deliver, Link, MakeWill, OnConnected
from devices.link.settings import MqttSettings, Tls
from devices.protocol.topics import DeviceId

MakeSpeaker = Callable[[], Speaker]
_BOARD = LinuxBoard()


class Shared:
    """One clock, one voice, one decoder, one pool of connections and a few threads for all agents of a process.

    What the device makes itself is kept in `folder`. Where many share one disk, it need not be `durable`: everything
    survives the end of the process, but not a power cut.
    """

    def __init__(
        self,
        clock: Clock,
        folder: Path,
        *,
        authority: str = "",
        downloads: int = 2,
        decoders: int = 1,
        durable: bool = True,
    ) -> None:
        self.durable = durable
        self.clock = ProvenClock(clock, kernel_clock_is_kept)
        self.client = http_client(authority)
        self.downloads = Workers("download", downloads)
        self.express = Workers("express", downloads)
        self.decoder = Decoder()
        self.decoders = Workers("decode", decoders)
        self.voices = Workers("voice", 1)
        sirens = Sirens(folder / "sirens")
        self.voices.run(sirens.make)
        self.own = OwnSounds(sirens, Spoken(own_voice(), folder / "spoken", self.voices.run))

    def close(self) -> None:
        for workers in (self.downloads, self.express, self.decoders, self.voices):
            workers.close()
        self.client.close()


def make_agent(
    identity: Identity,
    folder: Path,
    shared: Shared,
    make_speaker: MakeSpeaker,
    *,
    nudge: Callable[[], None],
    tell: Callable[[AgentEvent], None],
    board: Callable[[], BoardReading] = _BOARD.read,
) -> Agent:
    """An agent on the disk in `folder`, not started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    return Agent(
        identity,
        open_link=partial(_open_link, identity, shared.clock),
        journal=Journal(folder / "journal.sqlite", durable=shared.durable),
        cache=Cache(folder / "audio", is_playable=shared.decoder.is_playable, durable=shared.durable),
        fetch=HttpFetch(
            identity.controller_url,
            identity.audio_token,
            client=shared.client,
            workers=shared.downloads,
            express=shared.express,
        ),
        speaker=make_speaker(),
        own=shared.own,
        clock=shared.clock,
        nudge=nudge,
        tell=tell,
        software=software(),
        cameras=camera_watch(identity, folder / "cameras", shared.clock, nudge),
        board=board,
    )


def camera_watch(identity: Identity, folder: Path, clock: Clock, nudge: Callable[[], None]) -> CameraWatch:
    """Who watches the cameras of a device; nobody where the extra `cameras` is not installed."""
    try:
        from devices.agent.cameras.watch import watch
    except ModuleNotFoundError as missing:
        if missing.name not in ("cv2", "numpy"):
            raise
        return NobodyWatches()
    return watch(clock, folder, identity.controller_url, identity.audio_token, nudge)


def speaker_maker(sound: str, device: DeviceId, folder: Path, shared: Shared) -> MakeSpeaker:
    """`sound` is `aplay`, `pw-play` or the path of a folder for WAV files. BadSettings when it is none of these."""
    spool = folder / "spool"
    if sound in ("aplay", "pw-play"):
        command = player_command(sound)
        return lambda: PipeSpeaker(
            command, spool=spool, clock=shared.clock, workers=shared.decoders, decoder=shared.decoder
        )
    if "/" not in sound and not Path(sound).is_dir():
        raise BadSettings(
            f"{sound!r} không phải aplay, pw-play hay một thư mục. Thư mục mới thì viết ./{sound}.",
            f"{sound!r} is neither aplay, pw-play nor a folder. For a new folder write ./{sound}.",
        )
    try:
        Path(sound).mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise BadSettings(f"Không dùng được thư mục {sound}: {wrong}.", f"Cannot use {sound}: {wrong}.") from wrong
    return lambda: WavSpeaker(
        Path(sound), device, spool=spool, clock=shared.clock, workers=shared.decoders, decoder=shared.decoder
    )


def software() -> str:
    try:
        return f"loa-xa {version('loa-xa')}"
    except PackageNotFoundError:
        return "loa-xa"


def _open_link(
    identity: Identity, clock: Clock, *, deliver: Deliver, on_connected: OnConnected, will: MakeWill
) -> Link:
    account = identity.mqtt
    tls = Tls(ca_text=identity.authority or None) if account.tls else None
    settings = MqttSettings(account.host, account.port, identity.device, account.username, account.password, tls)
    return MqttLink(settings, deliver, clock=clock, on_connected=on_connected, will=will)
