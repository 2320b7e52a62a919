"""What makes writing quick takes nothing away: a notice to begin with, a voice handed in meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from controller.broadcasting.patterns import PATTERNS, blanks_in
from controller.speech.reading import read
from controller.store.unsent import MOST
from controller.web.language import Language
from controller.web.pages.beginning import chosen, filled, offered
from controller.web.pages.bulletin_form import Typed
from controller.web.pages.words import Words
from schedules.priority import BulletinClass
from tests.desk.conftest import NOW, Browser

WORDS = Words(Language.VIETNAMESE, NOW.date())
OFFERED = [name for _, group in offered(WORDS) for name, _ in group]


def test_a_notice_is_added_to_what_was_typed_and_sent_only_when_it_is_filled_in(hoa: Browser) -> None:
    form = {**hoa.form, "text": "Kính thưa bà con.", "title": "", "pattern": "power-cut"}
    shown = hoa.post("/bulletins/begin", form).text
    assert "Kính thưa bà con.\n\nĐiện lực thông báo tạm ngừng cấp điện" in shown
    assert 'value="Tạm ngừng cấp điện"' in shown and 'value="17:00"' in shown, "all else is as it was"
    assert hoa.post("/bulletins/begin", {**form, "pattern": "nothing"}).text.count("Điện lực") == 0
    text = "Họp lúc [giờ] ngày [ngày], mang theo [thẻ của tôi]."
    refused = hoa.post("/bulletins", {**form, "text": text}, expect=422).text
    assert "Hãy điền những chỗ trong ngoặc vuông: [giờ], [ngày]" in refused
    assert "/programmes/" in str(hoa.post("/bulletins", {**form, "text": text, "action": "draft"}).url)


@pytest.mark.parametrize("name", OFFERED)
def test_each_notice_is_read_without_a_doubt_once_it_is_filled_in(name: str) -> None:
    pattern = chosen(name)
    assert pattern is not None
    text = pattern.text
    for blank in blanks_in(text):
        text = text.replace(blank, "mười hai")
    reading = read(text)
    assert not reading.unknown and not reading.doubts
    assert "[" not in text and len(pattern.title) < 60
    twice = filled(filled(Typed(), pattern), pattern)
    assert twice.text == pattern.text and twice.topic == pattern.topic.value


def test_what_somebody_chose_is_not_chosen_again_for_them() -> None:
    typed = Typed(title="Của tôi", topic="health", bulletin_class="emergency", text="Đã viết.")
    flood = chosen("flood-4")
    assert flood is not None and flood.bulletin_class is BulletinClass.PRIORITY
    made = filled(typed, flood)
    assert (made.title, made.topic, made.bulletin_class) == ("Của tôi", "health", "emergency")
    assert filled(Typed(), flood).bulletin_class == "priority"
    assert {one.name for one in PATTERNS} <= set(OFFERED) and len(OFFERED) > 25


def voice(file: Path, seconds: float = 3.0) -> bytes:
    """As a browser records it: Opus in WebM."""
    with av.open(str(file), "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        time = np.arange(int(48_000 * seconds)) / 48_000
        wave = (np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 2 * time) > 0) * 8_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.read_bytes()


def test_a_voice_recorded_in_the_browser_comes_back_as_it_will_sound(hoa: Browser, tmp_path: Path) -> None:
    sound = voice(tmp_path / "voice.webm")
    made = hoa.http.post("/bulletins/recording", files={"file": ("recording", sound)})
    assert made.status_code == 200 and "<audio" in made.text
    name = made.text.split('name="recording" value="')[1][:64]
    assert hoa.get(f"/bulletins/recording?recording={name}").count("<audio") == 1
    for unknown in ("0" * 64, "x", ""):
        assert "<audio" not in hoa.get(f"/bulletins/recording?recording={unknown}")
    page = hoa.write(source="recording", recording=name, title="Lời chủ tịch", text="")
    assert f"/audio/{name}" in hoa.get(page)


def test_what_is_no_voice_is_refused_beside_its_field(hoa: Browser) -> None:
    refused = hoa.http.post("/bulletins/recording", files={"file": ("recording", b"not a sound")})
    assert refused.status_code == 422 and "chỉ nhận MP3" in refused.text and "<html" not in refused.text


def test_sending_a_form_twice_makes_one_programme(hoa: Browser) -> None:
    form = hoa.form
    assert hoa.post("/bulletins", form).url.path == hoa.post("/bulletins", form).url.path


def test_what_was_typed_is_kept_for_one_person_and_one_thing(hoa: Browser, binh: Browser) -> None:
    page = hoa.get("/bulletins/new")
    key = page.split('data-keep="')[1].split('"')[0]
    assert key.endswith(":bulletin") and "data-filled" not in page
    programme = hoa.write().rpartition("/")[2]
    edit = hoa.get(f"/programmes/{programme}/edit")
    assert f":edit:{programme}:" in edit.split('data-keep="')[1].split('"')[0]
    assert 'data-filled="sent"' in hoa.post("/bulletins", {**hoa.form, "text": ""}, expect=422).text


def test_what_is_typed_is_kept_until_it_is_sent_or_thrown_away_and_no_late_word_brings_it_back(
    hoa: Browser, visit: Callable[..., Browser]
) -> None:
    def keep(form: dict[str, object], who: Browser = hoa) -> bool:
        answer = who.post("/bulletins/unsent", form).json()
        return bool(answer["kept"])

    form = {**hoa.form, "text": "Mời bà con <đi> họp.", "volume": "8o"}
    assert keep(form) and keep({**form, "text": "Mời bà con <đi> họp lúc bảy giờ."}), "also what cannot be sent yet"
    here = f"/bulletins/new?kept={form['once']}"
    assert here in (shown := hoa.get("/bulletins/new")) and "Mời bà con &lt;đi&gt; họp lúc bảy giờ." in shown
    again = hoa.get(here)
    assert f'name="once" value="{form["once"]}"' in again and 'value="8o"' in again and 'data-filled="given"' in again
    ca = visit("ca")
    assert here not in ca.get("/bulletins/new"), "it is nobody else's"
    ca.get(here, expect=404)
    assert keep(form, ca), "nor does another's form stand in the way"

    sent = hoa.post("/bulletins", {**form, "volume": "80"}).url.path
    assert here not in hoa.get("/bulletins/new")
    assert not keep(form) and here not in hoa.get("/bulletins/new")
    assert hoa.post("/bulletins", {**form, "volume": "80"}).url.path == sent, "twice is once"

    other = hoa.form
    assert keep(other)
    assert "Đã bỏ." in hoa.post(f"/bulletins/unsent/{other['once']}/drop").text
    assert not keep(other) and str(other["once"]) not in hoa.get("/bulletins/new")
    hoa.post("/bulletins/unsent/x/drop", expect=404)
    for nothing in ({**hoa.form, "text": " "}, {**hoa.form, "once": "x"}):
        assert not keep(nothing)
    assert visit().http.post("/bulletins/unsent", data=form, follow_redirects=False).status_code == 303


def test_of_many_unsent_forms_the_latest_are_kept(hoa: Browser) -> None:
    forms = [{**hoa.form, "title": f"Bản {n}"} for n in range(MOST + 3)]
    for one in forms:
        assert hoa.post("/bulletins/unsent", one).json()["kept"]
    assert [hoa.http.get(f"/bulletins/new?kept={one['once']}").status_code for one in forms].count(200) == MOST


def test_a_time_said_in_words_fills_in_the_form_and_one_that_is_not_understood_changes_nothing(hoa: Browser) -> None:
    said = "17:00 thứ Hai đến thứ Sáu, trừ ngày lễ, đến hết tháng"
    shown = hoa.post("/bulletins/said", {**hoa.form, "in_words": said}).text
    for field in ('value="30/11/2026"', '<option value="days" selected>', '<option value="skip" selected>'):
        assert field in shown
    assert shown.count('type="checkbox" name="weekdays"') == 7 and shown.count('value="FR" checked') == 1
    refused = hoa.post("/bulletins/said", {**hoa.form, "in_words": "17h thứ hai và hát"}, expect=422).text
    assert "Không hiểu những chữ này: hát." in refused and 'value="24/11/2026"' in refused
    form = {"repeat": "days", "weekdays": ["MO", "FR"], "last": "30/11/2026", "on_holidays": "skip"}
    heard = hoa.post("/bulletins/when", {**hoa.form, **form}).text
    assert "17:00 thứ Hai và thứ Sáu, đến hết 30/11/2026, trừ ngày lễ" in heard
    programme = hoa.write(**form)
    assert "trừ ngày lễ" in hoa.get(programme), "whoever approves reads it too"
    assert '<option value="skip" selected>' in hoa.get(f"{programme}/edit")
