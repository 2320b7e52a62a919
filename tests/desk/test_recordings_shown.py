"""Whoever decides about a recording sees how it sounds: its shape, loudness and peak, and what to listen for."""

from __future__ import annotations

import io
import re
import wave
from math import pi, sin
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from controller.town import Town
from controller.web.pages.waveform import outline

RATE = 16_000


def voice(*, low: float = 0.0, loud: float = 0.3, gap: float = 0.0) -> bytes:
    """A WAV file: a tone of 440 Hz for a second, `gap` seconds of silence, the tone again; `low` is a hum of 80 Hz."""

    def tone(at: int) -> float:
        return loud * sin(2 * pi * 440 * at / RATE) + low * sin(2 * pi * 80 * at / RATE)

    second = [tone(at) for at in range(RATE)]
    samples = [*second, *[0.0] * round(gap * RATE), *second]
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(
            b"".join(round(max(-1, min(one, 1)) * 32767).to_bytes(2, "little", signed=True) for one in samples)
        )
    return made.getvalue()


def upload(hoa: Any, sound: bytes, **options: str) -> Any:
    answer = hoa.http.post("/api/v1/recordings", files={"file": ("voice.wav", sound)}, data=options)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_recording_says_how_it_sounds(hoa: Any) -> None:
    made = upload(hoa, voice(gap=3.0))
    assert abs(made["lufs"] + 16) <= 1
    assert made["peak_dbtp"] <= -1
    assert len(made["waveform"]) == 200
    ((begin, end),) = made["silences"]
    assert (round(begin), round(end)) == (1, 4)
    assert made["warnings"] == []


def test_a_distorted_recording_is_kept_and_said_to_be_so(hoa: Any) -> None:
    assert upload(hoa, voice(loud=4.0))["warnings"] == ["clipped"]


def test_what_a_horn_cannot_play_is_left_out_of_an_upload_when_asked(hoa: Any) -> None:
    humming = voice(low=0.3)
    usual, made = upload(hoa, humming), upload(hoa, humming, speech_band="true")
    assert made["sha256"] != usual["sha256"]
    # The hum carried much of the peak, so that without it the tone alone reaches the same loudness.
    assert made["peak_dbtp"] < usual["peak_dbtp"] - 1


def test_the_page_shows_the_shape_and_what_to_listen_for(hoa: Any) -> None:
    files = {"file": ("voice.wav", voice(loud=4.0, gap=3.0))}
    form = {**hoa.form, "source": "recording", "title": "Giọng người", "text": ""}
    page = hoa.http.post("/bulletins", data=form, files=files).text
    assert re.search(r'<path d="M0 [\d.L ]+Z" fill="currentColor"', page)
    assert re.search(r"Độ to -1[567],\d LUFS, đỉnh -\d+,\d dBTP", page)
    assert "Những chỗ to nhất bị vỡ tiếng" in page
    assert "Im lặng quá 2 giây ở 0:01–0:04" in page


def test_a_bulletin_is_said_twice_and_made_for_horns_when_asked(commune: Town, hoa: Any) -> None:
    asked = {"text": "Mời bà con ra họp.", "repeat": True, "speech_band": True}
    usual = hoa.http.post("/api/v1/bulletins", json={"text": asked["text"]}).json()
    made = hoa.http.post("/api/v1/bulletins", json=asked).json()
    assert (usual["repeat"], usual["speech_band"], made["repeat"], made["speech_band"]) == (False, False, True, True)
    assert made["spoken"] == usual["spoken"]
    assert made["recording"]["seconds"] > usual["recording"]["seconds"] + 2
    page = hoa.post("/bulletins", {**hoa.form, "text": asked["text"], "repeat_it": "yes", "horns": "yes"})
    assert "đọc hai lần, dành cho loa nén" in page.text
    assert made["recording"]["sha256"] in page.text
    again = hoa.get(f"/bulletins/new?like={page.url.path.rsplit('/', 1)[1]}")
    for field in ("repeat_it", "horns"):
        assert re.search(rf'name="{field}" value="yes" checked', again)


@given(st.lists(st.integers(0, 100), max_size=250))
def test_every_shape_stays_within_its_frame(peaks: list[int]) -> None:
    path = outline(peaks)
    points = [tuple(map(float, point.split())) for point in path.strip("MZ").split("L") if point]
    assert len(points) == (2 * len(peaks) + 2 if peaks else 0)
    assert all(0 <= x <= 200.001 and 0 <= y <= 40 for x, y in points)
