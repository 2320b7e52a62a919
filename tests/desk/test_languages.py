"""A minority language is heard from a person's recording, and everybody is told which language it was."""

from __future__ import annotations

import io
import random
import re
import wave
from datetime import timedelta
from typing import Any

from controller.speech.languages import NAMES, SpokenLanguage
from controller.town import Town


def recording() -> bytes:
    """Two seconds of noise as WAV."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(random.Random(1).randbytes(4 * 16_000))
    return made.getvalue()


def test_a_text_in_a_language_without_a_voice_is_refused_with_the_true_reason(hoa: Any) -> None:
    refused = hoa.http.post("/api/v1/bulletins", json={"text": "Mời bà con ra họp", "language": "tyz"})
    assert (refused.status_code, refused.json()["code"]) == (422, "needs-recording")
    assert hoa.http.post("/api/v1/bulletins", json={"text": "Mời bà con", "language": "xx"}).status_code == 422
    page = hoa.post("/bulletins", {**hoa.form, "language": "hmn"}, expect=422).text
    assert "Không có giọng máy nào nói tiếng này" in page
    assert '<option value="hmn" selected>tiếng H’Mông</option>' in page


def test_the_language_of_a_recording_is_told_wherever_its_bulletin_is(commune: Town, hoa: Any, binh: Any) -> None:
    form = {**hoa.form, "source": "recording", "title": "Phòng chống rét", "text": "", "language": "tyz"}
    written = hoa.http.post("/bulletins", data=form, files={"file": ("voice.wav", recording())})
    assert written.status_code == 200
    assert "tiếng Tày" in written.text
    (programme,) = re.findall(r"/programmes/(p-[0-9a-f]{32})", str(written.url))
    assert 'value="tyz" selected' in hoa.get(f"/bulletins/new?like={programme}")
    bulletin = hoa.http.get(f"/api/v1/programmes/{programme}").json()["bulletin"]
    assert hoa.http.get(f"/api/v1/bulletins/{bulletin}").json()["language"] == "tyz"
    binh.post(f"/programmes/{programme}/approve")
    commune.run_for(timedelta(seconds=30))
    (occurrence,) = hoa.http.get(f"/api/v1/programmes/{programme}/occurrences").json()
    assert occurrence["language"] == "tyz"
    assert "tiếng Tày" in hoa.get(f"/occurrences/{occurrence['id']}")


def test_what_names_no_language_is_vietnamese(hoa: Any) -> None:
    made = hoa.http.post("/api/v1/bulletins", json={"text": "Mời bà con ra họp"}).json()
    assert made["language"] == "vi"


def test_every_language_has_a_name() -> None:
    assert NAMES.keys() == set(SpokenLanguage)
