"""The operator has the last word on how one text is said: the words, the voice, its speed and its pitch."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.store import bulletins
from controller.store.bulletins import Bulletin
from controller.town import Town
from controller.web.language import Language
from controller.web.pages.bulletin_form import Typed, settle_spoken
from controller.web.pages.words import Words
from schedules.programme import ProgrammeId

TEXT = "Mời ông QZX 8h ra họp."
SAID = "Mời ông Quốc tám giờ ra họp."


def bulletin_of(commune: Town, address: str) -> Bulletin:
    with commune.app.database.read() as connection:
        row = bulletins.find_programme(connection, ProgrammeId(address.rsplit("/", 1)[1]))
        assert row is not None
        found = bulletins.find(connection, row.bulletin)
    assert found is not None
    return found


def read_by_itself(hoa: Any, text: str = TEXT) -> str:
    return str(hoa.http.post("/api/v1/speech/readings", json={"text": text}).json()["spoken"])


def test_words_given_by_hand_are_what_is_said_and_kept(hoa: Any) -> None:
    automatic = hoa.http.post("/api/v1/bulletins", json={"text": TEXT}).json()
    by_hand = hoa.http.post("/api/v1/bulletins", json={"text": TEXT, "spoken": SAID}).json()
    assert (automatic["by_hand"], automatic["lexicon"]) == (False, 0)
    assert (by_hand["text"], by_hand["spoken"], by_hand["by_hand"], by_hand["lexicon"]) == (TEXT, SAID, True, None)
    assert by_hand["recording"]["sha256"] != automatic["recording"]["sha256"]
    preview = hoa.http.post("/api/v1/speech/previews", json={"text": TEXT, "spoken": SAID}).json()
    assert (preview["spoken"], preview["by_hand"], preview["unknown"]) == (SAID, True, ["QZX"])
    assert "".join(span["spoken"] for span in preview["spans"]) == automatic["spoken"]
    assert preview["recording"] == by_hand["recording"]


def test_the_reading_given_back_is_no_change_by_hand(hoa: Any) -> None:
    same = hoa.http.post("/api/v1/bulletins", json={"text": TEXT, "spoken": f"  {read_by_itself(hoa)}\n"}).json()
    assert (same["by_hand"], same["lexicon"]) == (False, 0)


@pytest.mark.parametrize(
    ("spoken", "code"), [("… !", "nothing-to-speak"), ("\x00\u200b", "nothing-to-speak"), ("a" * 20_001, "long-text")]
)
def test_words_that_nobody_can_say_are_refused_beside_their_field(hoa: Any, spoken: str, code: str) -> None:
    answer = hoa.http.post("/api/v1/bulletins", json={"text": TEXT, "spoken": spoken})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "spoken")


def test_speed_pitch_and_region_are_those_of_the_bulletin(hoa: Any) -> None:
    usual = hoa.http.post("/api/v1/bulletins", json={"text": TEXT}).json()
    other = {"text": TEXT, "region": "south", "speed": 140, "pitch": -10}
    fast = hoa.http.post("/api/v1/bulletins", json=other).json()
    assert (fast["region"], fast["speed"], fast["pitch"]) == ("south", 140, -10)
    assert fast["recording"]["seconds"] < usual["recording"]["seconds"] - 0.3
    assert fast["recording"]["voice"] == "espeak-ng vi-vn-x-south"
    refused = hoa.http.post("/api/v1/bulletins", json={"text": TEXT, "speed": 300})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-voice")
    assert refused.json()["detail"].startswith("Tốc độ")


def spoken_field(page: str) -> tuple[str, str]:
    """What stands in the field for the spoken words, and what they were made of."""
    field = re.search(r'<textarea[^>]*name="spoken"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    made_of = re.search(r'name="spoken_of" value="([^"]*)"', page)
    assert field is not None
    assert made_of is not None
    return html.unescape(field[1]), html.unescape(made_of[1])


@pytest.mark.long
def test_the_operator_hears_the_text_changes_its_words_and_hears_them_again(commune: Town, hoa: Any) -> None:
    form = {**hoa.form, "text": TEXT}
    reading = read_by_itself(hoa)
    heard = hoa.post("/bulletins/preview", form).text
    assert spoken_field(heard) == (reading, reading)
    changed = {**form, "spoken": SAID, "spoken_of": reading, "speed": "110"}
    again = hoa.post("/bulletins/preview", changed).text
    assert spoken_field(again) == (SAID, reading)
    assert "Giọng máy đọc lời đã sửa" in again
    assert re.search(r'value="110" selected', again)
    kept = hoa.post("/bulletins", changed)
    bulletin = bulletin_of(commune, kept.url.path)
    assert (bulletin.spoken, bulletin.by_hand, bulletin.speed) == (SAID, True, 110)
    assert "Lời đọc đã được sửa tay" in kept.text
    like = hoa.get(f"/bulletins/new?like={kept.url.path.rsplit('/', 1)[1]}")
    assert spoken_field(like) == (SAID, reading)


def test_words_left_as_they_were_read_follow_the_text(commune: Town, hoa: Any) -> None:
    reading = read_by_itself(hoa)
    form = {**hoa.form, "text": "Mời bà con 9h ra họp.", "spoken": reading, "spoken_of": reading}
    bulletin = bulletin_of(commune, hoa.post("/bulletins", form).url.path)
    assert (bulletin.spoken, bulletin.by_hand) == ("Mời bà con chín giờ ra họp.", False)


def test_changed_words_of_another_text_are_never_said_unseen(commune: Town, hoa: Any) -> None:
    reading, text = read_by_itself(hoa), "Mời ông QZX 9h ra họp."
    form = {**hoa.form, "text": text, "spoken": SAID, "spoken_of": reading}
    for address in ("/bulletins", "/bulletins/preview"):
        page = hoa.post(address, form, expect=422).text
        assert spoken_field(page) == (SAID, read_by_itself(hoa, text))
        assert 'id="spoken-error"' in page
    seen = {**form, "spoken_of": read_by_itself(hoa, text)}
    assert bulletin_of(commune, hoa.post("/bulletins", seen).url.path).spoken == SAID


def test_for_a_script_the_spoken_words_come_beside_the_sound(hoa: Any) -> None:
    part = hoa.http.post("/bulletins/preview", data={"text": TEXT}, headers={"HX-Request": "true"}).text
    assert "<audio" in part
    assert 'id="said" hx-swap-oob="true"' in part
    assert spoken_field(part)[0] == read_by_itself(hoa)


WORDS = Words(Language.ENGLISH, date(2026, 11, 23))
lines = st.text(alphabet="ab \r\n", max_size=8)


@given(spoken=lines, made_of=lines, reading=lines)
def test_once_settled_the_words_stay_as_they_are(spoken: str, made_of: str, reading: str) -> None:
    typed, _ = settle_spoken(Typed(spoken=spoken, spoken_of=made_of), reading, WORDS)
    again, errors = settle_spoken(typed, reading, WORDS)
    assert (again, errors) == (typed, {})
    assert typed.spoken in ("", "\n".join(line.strip() for line in spoken.splitlines()).strip())
