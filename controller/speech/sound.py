"""Sound files in and out: the one home of PyAV's codecs and filters. Nothing here holds a whole recording in memory.

Inside, sound is mono at 48 kHz, 16 bit where it is decoded, and the `pts` of a frame counts samples from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.filter import Graph

from controller.speech.errors import NotAudio, TooLong

SAMPLE_RATE = 48_000
BIT_RATE = 32_000
MEDIA_TYPE = "audio/ogg"
ONE_SAMPLE = Fraction(1, SAMPLE_RATE)

# Playlists (HLS, concat, SDP) are containers to ffmpeg as well: with them an upload could read this machine's files.
CONTAINERS = "mp3,wav,ogg,mov,mp4,m4a,webm"
# Encoding is most of the time to a finished sound, and effort 5 takes 0.4 of the time of 10.
# Left free, VBR spends twice the bit rate on a synthetic voice.
OPUS = {"application": "audio", "compression_level": "5", "vbr": "constrained"}
DAMAGE_TOLERATED = 0.1
# Beyond these a header is damaged, or made to fill this machine's memory: at 1 Hz one frame becomes minutes of sound.
LOWEST_RATE, HIGHEST_RATE, MOST_CHANNELS = 4_000, 384_000, 8

Filters = tuple[tuple[str, str], ...]


def decode(file: Path, *, limit: float, left: bool = False) -> Iterator[AudioFrame]:
    """The frames of an MP3, WAV, M4A, Ogg or WebM file, mono at 48 kHz; of the `left` channel alone or of all together.

    Raises NotAudio for anything else, TooLong once the recording goes past `limit` seconds.
    """
    try:
        # The whitelists bind whatever the container refers to, too.
        container = av.open(str(file), options={"format_whitelist": CONTAINERS, "protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError, OSError) as error:
        raise NotAudio("This is not a sound file; MP3, WAV, M4A, OGG and WebM are taken.") from error
    with container:
        if not container.streams.audio:
            raise NotAudio("There is no sound in this file.")
        at = 0
        for frame in _at_our_rate(_readable(container), left=left):
            frame.pts, frame.time_base = at, ONE_SAMPLE
            at += frame.samples
            if at > limit * SAMPLE_RATE:
                raise TooLong(f"A recording may last up to {limit / 60:g} minutes.")
            yield frame
        if at == 0:
            raise NotAudio("There is no sound in this file.")


def filtered(frames: Iterable[AudioFrame], filters: Filters, *, sample_format: str = "s16") -> Iterator[AudioFrame]:
    """What comes out when frames in `sample_format` go through ffmpeg's filters, each a name and its arguments."""
    graph = Graph()
    # Frames are so short that threads would only wait for each other.
    graph.threads = 1
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format=sample_format, layout="mono", time_base=ONE_SAMPLE)
    nodes = [graph.add(name, arguments or None) for name, arguments in filters]
    graph.link_nodes(source, *nodes, graph.add("abuffersink")).configure()
    for frame in frames:
        try:
            graph.push(frame)
        except av.error.EOFError:
            return
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def encode(frames: Iterable[AudioFrame], file: Path) -> None:
    """Write frames as Opus in Ogg. The same frames give the same bytes."""
    with av.open(str(file), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=SAMPLE_RATE, options=OPUS)
        stream.layout = "mono"
        stream.bit_rate = BIT_RATE
        for frame in frames:
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def samples_of(frame: AudioFrame) -> bytes:
    """The samples of a mono frame, without the padding behind them."""
    return bytes(frame.planes[0])[: frame.samples * frame.format.bytes]


def _readable(container: InputContainer) -> Iterator[AudioFrame]:
    """Frames of the first sound in the file; leaves out damaged packets, but not many."""
    packets = damaged = 0
    try:
        for packet in container.demux(container.streams.audio[0]):
            packets += 1
            try:
                yield from packet.decode()
            except av.FFmpegError:
                damaged += 1
    except av.FFmpegError:
        damaged += 1
    if damaged > packets * DAMAGE_TOLERATED:
        raise NotAudio("This sound file is damaged.")


def _at_our_rate(frames: Iterable[AudioFrame], *, left: bool) -> Iterator[AudioFrame]:
    resampler, shape = AudioResampler("s16", "mono", SAMPLE_RATE), None
    for frame in frames:
        # Chained Ogg files and some MP3 files change their rate or channels half-way.
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if not (LOWEST_RATE <= frame.sample_rate <= HIGHEST_RATE and frame.layout.nb_channels <= MOST_CHANNELS):
            raise NotAudio("This sound file is damaged: no recording has such a rate or so many channels.")
        if shape not in (None, now):
            yield from resampler.resample(None)
            resampler = AudioResampler("s16", "mono", SAMPLE_RATE)
        shape = now
        frame.pts = None
        yield from resampler.resample(_left_of(frame) if left else frame)
    yield from resampler.resample(None)


def _left_of(frame: AudioFrame) -> AudioFrame:
    """The first channel as a frame of its own."""
    (planar,) = AudioResampler(frame.format.planar.name, frame.layout, frame.sample_rate).resample(frame)
    alone = AudioFrame(planar.format.packed.name, "mono", planar.samples)
    alone.planes[0].update(
        bytes(planar.planes[0]).ljust(alone.planes[0].buffer_size, b"\0")[: alone.planes[0].buffer_size]
    )
    alone.sample_rate = planar.sample_rate
    return alone


def _ready(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame
