"""What people upload becomes something that may be broadcast, or is refused with a clear reason."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from controller.speech.desk import Speech
from controller.speech.engines.espeak import EspeakNg
from controller.speech.errors import BadRecording, NotAudio, SilentAudio, TooLong, TooShort
from controller.speech.library import Asset
from controller.speech.mastering import Source, master
from controller.speech.sound import decode
from controller.speech.voice import Voice
from devices.clock import HandMovedClock

RATE = 48_000
Samples = NDArray[np.float64]
KINDS = {"mp3": ("mp3", "libmp3lame"), "wav": ("wav", "pcm_s16le"), "m4a": ("ipod", "aac"), "ogg": ("ogg", "libopus")}


def voice_like(seconds: float, level: float = 0.1, rate: int = RATE) -> Samples:
    """Syllables: a buzz with overtones and some noise, four times a second, a breath every three seconds."""
    rng = np.random.default_rng(7)
    time = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0, 1) * (time % 3 < 2.6)
    return level * syllables * (buzz + 0.2 * rng.standard_normal(len(time)))


def write(file: Path, samples: Samples, rate: int = RATE, layout: str = "mono") -> Path:
    kind, codec = KINDS[file.suffix[1:]]
    channels = 1 if layout == "mono" else 2
    packed = np.repeat(np.clip(samples * 32768, -32768, 32767).astype(np.int16), channels)
    with av.open(str(file), "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(packed.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file


def heard(file: Path) -> Samples:
    with av.open(str(file)) as container:
        assert container.streams.audio[0].codec.name in ("opus", "libopus")
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
    return np.concatenate(frames).astype(np.float64)


WINDOW = 1 << 16


def weighting() -> NDArray[np.complex128]:
    """The ear's filter of ITU-R BS.1770 at 48 kHz, for the frequencies of one window."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(WINDOW))
    shelf = (1.53512485958697 - 2.69169618940638 * turn + 1.19839281085285 * turn**2) / (
        1 - 1.69065929318241 * turn + 0.73248077421585 * turn**2
    )
    high = (1 - 2 * turn + turn**2) / (1 - 1.99004745483398 * turn + 0.99007225036621 * turn**2)
    return np.asarray(shelf * high)


def through(samples: Samples, response: NDArray[np.complex128], finer: int = 1) -> Samples:
    """The samples after a filter, `finer` times oversampled; in windows, of which only the middle is used."""
    half, quarter = WINDOW // 2, WINDOW // 4
    padded = np.concatenate([np.zeros(quarter), samples, np.zeros(WINDOW)])
    parts = [
        np.fft.irfft(np.fft.rfft(padded[begin : begin + WINDOW]) * response, WINDOW * finer) * finer
        for begin in range(0, len(samples), half)
    ]
    return np.concatenate([part[quarter * finer : -quarter * finer] for part in parts])[: len(samples) * finer]


def loudness(samples: Samples) -> float:
    """Integrated loudness by ITU-R BS.1770, worked out here by itself."""
    step = RATE // 10
    weighted = through(samples, weighting())
    tenths = (weighted[: len(weighted) // step * step].reshape(-1, step) ** 2).mean(axis=1)
    power = np.convolve(tenths, np.full(4, 0.25), "valid")
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    power = power[power > power.mean() / 10]
    return float(-0.691 + 10 * np.log10(power.mean()))


def true_peak(samples: Samples) -> float:
    """The highest point of the wave between the samples, four times oversampled, in dB."""
    return float(20 * np.log10(np.abs(through(samples, np.ones(WINDOW // 2 + 1, complex), finer=4)).max()))


@pytest.fixture
def speech(tmp_path: Path) -> Speech:
    return Speech(tmp_path / "speech", HandMovedClock(datetime(2026, 8, 15, tzinfo=UTC)), [EspeakNg()])


def sound_of(speech: Speech, asset: Asset) -> Samples:
    path = speech.library.path(asset.sha256)
    assert path is not None
    return heard(path)


@pytest.mark.parametrize(
    ("name", "rate", "layout"),
    [("a.mp3", 44_100, "stereo"), ("a.wav", 8_000, "mono"), ("a.m4a", 44_100, "stereo"), ("a.ogg", 48_000, "mono")],
)
def test_every_usual_kind_of_recording_is_taken(
    speech: Speech, name: str, rate: int, layout: str, tmp_path: Path
) -> None:
    asset = speech.take_recording(write(tmp_path / name, voice_like(2.5, rate=rate), rate, layout))
    sound = sound_of(speech, asset)
    assert asset.voice == "recording"
    assert asset.media_type == "audio/ogg"
    assert len(sound) / RATE == pytest.approx(asset.seconds, abs=0.001)
    assert asset.seconds == pytest.approx(2.5, abs=0.1)
    assert asset.warnings == ()
    assert len(asset.waveform) == 200
    assert 50 < max(asset.waveform) <= 100


@pytest.mark.parametrize("level", [0.012, 0.05, 0.9])
def test_whispered_or_shouted_it_is_as_loud_as_all_others(speech: Speech, level: float, tmp_path: Path) -> None:
    asset = speech.take_recording(write(tmp_path / "a.wav", voice_like(3, level)))
    sound = sound_of(speech, asset)
    assert loudness(sound) == pytest.approx(-16, abs=1)
    assert loudness(sound) == pytest.approx(asset.lufs, abs=0.2)
    assert true_peak(sound) <= -1 + 0.05


@pytest.mark.parametrize(
    ("left", "right", "offset"),
    [(1.0, -1.0, 0.0), (1.0, 0.0, 0.0), (0.7, -0.69, 0.0), (0.3, 0.3, 0.3)],
    ids=["out of phase", "one side", "nearly out of phase", "offset"],
)
@pytest.mark.long
def test_a_badly_wired_recording_is_as_loud_as_all_others(
    speech: Speech, left: float, right: float, offset: float, tmp_path: Path
) -> None:
    samples = voice_like(6.0)
    both = np.stack([left * samples + offset, right * samples + offset], axis=1)
    with wave.open(str(tmp_path / "voice.wav"), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(both, -1, 1) * 32767).astype("<i2").tobytes())
    asset = speech.take_recording(tmp_path / "voice.wav")
    assert abs(loudness(sound_of(speech, asset)) + 16) <= 1
    assert true_peak(sound_of(speech, asset)) <= -1
    assert "loudness" not in asset.warnings


@pytest.mark.long
def test_spoken_text_is_as_loud_as_recordings_from_a_hundred_characters_to_two_thousand(speech: Speech) -> None:
    sentence = "Kính mời toàn thể bà con thôn ba ra nhà văn hóa họp bàn việc làm đường vào lúc bảy giờ tối nay nhé ."
    assert len(sentence) == 100
    short, long = (speech.render(text, Voice(speed=200)) for text in (((sentence,),), ((sentence,) * 5,) * 4))
    for asset in (short, long):
        sound = sound_of(speech, asset)
        assert loudness(sound) == pytest.approx(-16, abs=1)
        assert true_peak(sound) <= -1 + 0.05
        assert asset.size / asset.seconds < 16_000_000 / 3600
    assert 14 < (long.seconds - 2.6) / (short.seconds - 2.6) < 22


def test_silence_at_the_ends_is_cut_and_silence_inside_is_reported(speech: Speech, tmp_path: Path) -> None:
    talk = voice_like(3)
    whole = np.concatenate([np.zeros(4 * RATE), talk, np.zeros(3 * RATE), talk, np.zeros(5 * RATE)])
    asset = speech.take_recording(
        write(tmp_path / "a.wav", whole + 1e-4 * np.random.default_rng(1).normal(size=len(whole)))
    )
    assert asset.seconds == pytest.approx(0.5 + 3 + 3 + 3 + 0.5, abs=0.6)
    assert len(asset.silences) == 1
    ((begin, end),) = asset.silences
    assert end - begin == pytest.approx(3, abs=0.6)
    short = np.concatenate([np.zeros(RATE), talk, np.zeros(RATE)])
    assert speech.take_recording(write(tmp_path / "b.wav", short)).seconds == pytest.approx(5, abs=0.01)


def test_a_clipping_or_faint_recording_is_taken_with_a_warning(speech: Speech, tmp_path: Path) -> None:
    clipping = speech.take_recording(write(tmp_path / "loud.wav", voice_like(3, 3.0)))
    assert clipping.warnings == ("clipped",)
    assert true_peak(sound_of(speech, clipping)) <= -1 + 0.05
    assert speech.take_recording(write(tmp_path / "faint.wav", voice_like(3, 0.012))).warnings == ("quiet",)


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"%PDF-1.7 " * 500,
        b"<html>" * 100,
        b"ID3",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        b"OggS" + b"\1" * 400,
    ],
)
def test_what_is_not_sound_is_refused_and_nothing_is_kept(speech: Speech, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(NotAudio):
        speech.take_recording(tmp_path / "a.mp3")
    assert [path for path in (tmp_path / "speech").rglob("*") if path.is_file()] == []


def test_a_playlist_cannot_bring_other_files_of_this_machine_on_air(speech: Speech, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.wav", voice_like(2))
    for name, content in (
        ("a.m3u8", PLAYLIST.format(secret.name)),
        ("b.mp3", PLAYLIST.format(f"file://{secret}")),
        ("c.mp3", f"ffconcat version 1.0\nfile {secret.name}\n"),
    ):
        (tmp_path / name).write_text(content)
        with pytest.raises(NotAudio):
            speech.take_recording(tmp_path / name)


@pytest.mark.parametrize("rate", [1, 3_000, 2_000_000_000])
def test_a_header_with_a_rate_that_no_recording_has_is_damage(speech: Speech, rate: int, tmp_path: Path) -> None:
    content = bytearray(write(tmp_path / "a.wav", voice_like(1, rate=8_000), 8_000).read_bytes())
    content[24:28] = rate.to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(NotAudio):
        speech.take_recording(tmp_path / "a.wav")


def test_a_wav_whose_header_does_not_know_its_length_is_taken(speech: Speech, tmp_path: Path) -> None:
    content = bytearray(write(tmp_path / "a.wav", voice_like(2, rate=8_000), 8_000).read_bytes())
    length = content.index(b"data") + 4
    content[4:8] = content[length : length + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "a.wav").write_bytes(content)
    assert speech.take_recording(tmp_path / "a.wav").seconds == pytest.approx(2, abs=0.1)


def test_a_picture_is_no_recording(speech: Speech, tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.m4a"), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(NotAudio):
        speech.take_recording(tmp_path / "a.m4a")


@pytest.mark.parametrize("level", [0.0, 0.0005])
def test_a_recording_in_which_nothing_is_heard_is_refused(speech: Speech, level: float, tmp_path: Path) -> None:
    hiss = level * np.random.default_rng(2).normal(size=3 * RATE)
    with pytest.raises(SilentAudio):
        speech.take_recording(write(tmp_path / "a.wav", hiss))


def test_a_recording_too_short_to_be_measured_is_not_called_silent(speech: Speech, tmp_path: Path) -> None:
    with pytest.raises(TooShort, match=r"0\.4 seconds"):
        speech.take_recording(write(tmp_path / "a.wav", voice_like(0.3)))


def test_a_recording_longer_than_allowed_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", voice_like(3))
    with pytest.raises(TooLong):
        master(Source(file, 2.9), tmp_path / "out.ogg")
    assert master(Source(file, 3.1), tmp_path / "out.ogg").seconds == pytest.approx(3, abs=0.01)


@pytest.fixture(scope="module")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    for kind, rate in {"wav": 8000, "m4a": 8000, "mp3": RATE, "ogg": RATE}.items():
        write(folder / f"a.{kind}", voice_like(0.4, rate=rate), rate)
    return folder


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(KINDS)),
    changes=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), min_size=1, max_size=6),
    kept=st.sampled_from([1.0, 1.0, 0.9, 0.5, 0.1]),
)
def test_no_damage_to_a_file_is_more_than_a_refusal(
    small_files: Path, kind: str, changes: list[tuple[int, int]], kept: float, tmp_path: Path
) -> None:
    content = bytearray((small_files / f"a.{kind}").read_bytes())
    for place, value in changes:
        content[place] = value
    file = tmp_path / "damaged"
    file.write_bytes(content[: round(len(content) * kept)])
    try:
        samples = sum(frame.samples for frame in decode(file, limit=5.0))
    except BadRecording as refusal:
        assert refusal.code == "not-audio"
    except TooLong:
        pass
    else:
        assert 0 < samples <= 5 * RATE


@pytest.mark.long
def test_the_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    """Held as samples, the long one would take 6 MB, and 11 MB on its way through the filters."""
    long = write(tmp_path / "long.wav", voice_like(60, rate=8_000), 8_000)
    short = write(tmp_path / "short.wav", voice_like(5, rate=8_000), 8_000)
    script = (
        "import json, resource, sys\nfrom pathlib import Path\nfrom controller.speech.mastering import Source, master\n"
        "def memory(file):\n"
        "    master(Source(Path(file), 600.0, trim=True), Path(sys.argv[1]))\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(json.dumps([memory(file) for file in sys.argv[2:]]))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "out.ogg"), str(short), str(long)]
    after_short, after_long = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert after_long - after_short < 3
