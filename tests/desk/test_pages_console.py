"""Writing, hearing, approving and following a broadcast at the console, with a browser that runs no scripts."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from controller.store import bulletins
from controller.store.bulletins import ProgrammeRow
from controller.store.states import ProgrammeState
from controller.town import Town
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence

TEXT = "Kính mời bà con thôn 3 ra nhà văn hóa họp lúc 19h30 ngày 15/8. Liên hệ ông QZX."
Visit = Callable[..., Any]


def programmes(commune: Town) -> tuple[ProgrammeRow, ...]:
    with commune.app.database.read() as connection:
        return bulletins.latest_programmes(connection, 1000)


def row(commune: Town, address: str) -> ProgrammeRow:
    with commune.app.database.read() as connection:
        found = bulletins.find_programme(connection, ProgrammeId(address.rsplit("/", 1)[1]))
    assert found is not None
    return found


def test_a_preview_shows_spoken_beside_written_and_flags_what_nobody_explained(hoa: Any) -> None:
    page = hoa.post("/bulletins/preview", {**hoa.form, "title": "Họp thôn"}).text
    assert "<mark>19h30</mark>" in page
    assert "mười chín giờ ba mươi phút" in page
    assert '<mark class="unknown">QZX</mark>' in page
    assert "Giọng máy espeak-ng" in page
    assert 'value="Họp thôn"' in page
    sound = re.search(r'src="(/audio/[0-9a-f]{64})"', page)
    assert sound is not None
    assert hoa.http.get(sound[1]).headers["content-type"] == "audio/ogg"
    part = hoa.http.post("/bulletins/preview", data=hoa.form, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "<mark>19h30</mark>" in part.text


@pytest.mark.parametrize("text", ["", "*** ---", "a" * 100_000])
def test_a_text_that_cannot_be_spoken_is_explained_and_kept(hoa: Any, text: str) -> None:
    page = hoa.post("/bulletins/preview", {**hoa.form, "text": text, "title": "Giữ lại"}, expect=422).text
    assert 'id="text-error"' in page
    assert 'value="Giữ lại"' in page
    assert text in page


def test_a_form_with_mistakes_keeps_everything_and_stores_nothing(commune: Town, hoa: Any) -> None:
    before = programmes(commune)
    wrong = {
        **hoa.form,
        "title": "Tiêu đề <b>",
        "clock": "25h",
        "areas": [],
        "volume": "70",
        "bulletin_class": "priority",
    }
    page = hoa.post("/bulletins", wrong, expect=422).text
    assert TEXT in page
    assert "Tiêu đề &lt;b&gt;" in page
    assert 'value="25h"' in page
    assert 'value="70"' in page
    assert re.search(r'value="priority" checked', page)
    assert 'id="clock-error"' in page
    assert 'id="areas-error"' in page
    assert programmes(commune) == before


def test_the_same_form_sent_twice_makes_one_programme(commune: Town, hoa: Any) -> None:
    before = len(programmes(commune))
    form = {**hoa.form, "once": "d" * 32}
    first, second = hoa.post("/bulletins", form), hoa.post("/bulletins", form)
    assert first.url == second.url
    assert "Đã gửi duyệt." in first.text
    assert "không có gì bị làm hai lần" in second.text
    assert len(programmes(commune)) == before + 1


def test_a_draft_is_kept_changed_and_sent(commune: Town, hoa: Any) -> None:
    draft = hoa.write(action="draft", clock="16:00")
    before = row(commune, draft)
    assert before.state is ProgrammeState.DRAFT
    filled = hoa.get(f"{draft}/edit")
    assert TEXT in filled
    assert 'value="16:00"' in filled
    written_at = before.written_at.isoformat()
    form = {**hoa.form, "action": "draft", "clock": "16:30", "edits": before.id, "written_at": written_at}
    for _ in range(2):  # sent twice, it is done once
        assert hoa.post("/bulletins", form).url.path == draft
    changed = row(commune, draft)
    assert (changed.state, changed.recurrence.at) == (ProgrammeState.DRAFT, time(16, 30))
    late = hoa.post("/bulletins", {**form, "once": "c" * 32, "clock": "17:30"}, expect=422)
    assert "Người khác vừa thay đổi chương trình này" in late.text
    assert row(commune, draft) == changed
    hoa.post(f"{draft}/submit")
    assert row(commune, draft).state is ProgrammeState.SUBMITTED


def test_an_approver_who_read_what_has_been_changed_since_approves_nothing(commune: Town, hoa: Any, binh: Any) -> None:
    address = hoa.write()
    read = row(commune, address)
    edits = {"edits": read.id, "written_at": read.written_at.isoformat()}
    assert hoa.write(**edits, text="Chiều nay cắt điện, thay lịch họp.") == address
    assert row(commune, address).state is ProgrammeState.SUBMITTED
    binh.post(f"{address}/approve", {"written_at": read.written_at.isoformat()}, expect=409)
    assert row(commune, address).state is ProgrammeState.SUBMITTED
    binh.post(f"{address}/approve", {"written_at": row(commune, address).written_at.isoformat()})
    assert row(commune, address).state is ProgrammeState.APPROVED
    hoa.post(f"{address}/change", expect=404)


def test_a_recurrence_is_said_in_plain_words_while_it_is_chosen(hoa: Any) -> None:
    week = {"repeat": "days", "clock": "17:00", "weekdays": ["MO", "TU", "WE", "TH", "FR"]}
    part = hoa.post("/bulletins/when", week).text
    assert "17:00 thứ Hai đến thứ Sáu" in part
    assert "lần đầu lúc 17:00 hôm nay" in part
    assert "Thời gian đã qua" in hoa.post("/bulletins/when", {"date": "01/01/2020", "clock": "17:00"}).text


def beep() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join((b"\x00\x40" * 8 + b"\x00\xc0" * 8) for _ in range(1000)))
    return made.getvalue()


def test_a_recording_is_sent_instead_of_a_text_and_survives_a_mistake_elsewhere(hoa: Any) -> None:
    form = {**hoa.form, "text": "", "source": "recording", "title": "Lời chủ tịch", "once": "e" * 32}
    wrong = hoa.http.post("/bulletins", data={**form, "areas": []}, files={"file": ("noi.wav", beep())})
    assert wrong.status_code == 422
    kept = re.search(r'name="recording" value="([0-9a-f]{64})"', wrong.text)
    assert kept is not None
    page = hoa.post("/bulletins", {**form, "recording": kept[1]}).text
    assert "Bản ghi giọng người" in page
    assert f"/audio/{kept[1]}" in page


def test_a_file_that_is_no_sound_is_refused_beside_its_field(commune: Town, hoa: Any) -> None:
    before = programmes(commune)
    form = {**hoa.form, "text": "", "source": "recording", "title": "Nhầm tệp", "once": "f" * 32}
    answer = hoa.http.post("/bulletins", data=form, files={"file": ("anh.jpg", b"\xff\xd8 not a sound")})
    assert answer.status_code == 422
    assert "Đây không phải tệp âm thanh" in answer.text
    assert 'id="file-error"' in answer.text
    assert programmes(commune) == before


def test_the_approver_hears_it_returns_it_with_a_reason_or_approves_it(commune: Town, hoa: Any, binh: Any) -> None:
    address = hoa.write(clock="18:00", title="Đợi duyệt")
    assert "Đợi duyệt" in binh.get("/")
    page = binh.get(address)
    assert "<audio" in page
    assert "18:00 ngày mai" in page
    assert f'action="{address}/approve"' in page
    assert "Hãy ghi lý do trả lại." in binh.post(f"{address}/return", {"reason": " "}, expect=422).text
    assert row(commune, address).state is ProgrammeState.SUBMITTED
    binh.post(f"{address}/return", {"reason": "Sai giờ <họp>"})
    assert "Sai giờ &lt;họp&gt;" in hoa.get(address)
    hoa.post(f"{address}/submit")
    approved = binh.post(f"{address}/approve")
    assert "Đã duyệt. Các loa đang nhận bản tin." in approved.text
    assert "Đã duyệt. Các loa" not in binh.get(address)
    late = binh.post(f"{address}/approve", expect=409)
    assert "Chương trình đang ở trạng thái “đã duyệt”, không thể duyệt lúc này." in late.text


def test_nobody_is_offered_to_approve_what_they_wrote_and_doing_it_is_refused(commune: Town, visit: Visit) -> None:
    ca = visit("ca")
    address = ca.write(clock="18:30")
    page = ca.get(address)
    assert "/approve" not in page
    assert "phải có người khác duyệt" in page
    assert "phải do người khác duyệt" in ca.post(f"{address}/approve", expect=403).text
    assert row(commune, address).state is ProgrammeState.SUBMITTED


def test_a_broadcast_shows_planned_ready_and_played_and_never_heard(commune: Town, hoa: Any) -> None:
    start = commune.clock.now() + timedelta(minutes=30)
    programme = commune.broadcast("Loa phường xin chào.", (AreaId("thon-1"),), Recurrence.once(start))
    commune.run_for(timedelta(minutes=1))
    broadcast, _ = commune.facts(programme)[0]
    page = hoa.get(f"/occurrences/{broadcast.id}")
    assert page.count("mark is-brand") == 2, "both loudspeakers are ready"
    assert "2/2 sẵn sàng" in hoa.get("/")
    commune.run_until(start + timedelta(minutes=2))
    page = hoa.get(f"/occurrences/{broadcast.id}")
    assert ">2/2<" in page
    assert page.count("mark is-good") == 2
    assert page.count("chưa có micro") == 3, "two loudspeakers and the sum"
    assert "2/2 đã phát" in hoa.get("/")


def test_a_loudspeaker_that_is_gone_is_counted_and_named_before_air_time(commune: Town, hoa: Any) -> None:
    start = commune.clock.now() + timedelta(hours=2)
    programme = commune.broadcast("Mời họp tổ.", (AreaId("thon-3"),), Recurrence.once(start))
    commune.run_for(timedelta(minutes=1))
    commune.horns[next(one for one in commune.horns if "thon-3" in one)].cut_power()
    commune.run_for(timedelta(minutes=1))
    assert "1/2 sẵn sàng" in (today := hoa.get("/"))
    assert "1 loa: mất kết nối" in today
    assert "1/2 trực tuyến" in today
    offline = hoa.get("/devices?state=offline")
    assert offline.count('class="cell-main"') == 1
    assert "loa-thon-3-1" in offline
    broadcast, _ = commune.facts(programme)[0]
    assert "mất kết nối" in hoa.get(f"/occurrences/{broadcast.id}")


def test_what_was_refused_is_shown_without_becoming_part_of_the_page(commune: Town, hoa: Any) -> None:
    stranger = commune.broker.link("stranger", lambda message: None)
    stranger.start()
    commune.run_for(timedelta(seconds=1))
    stranger.publish("loa/1/town/device/<img src=x onerror=alert(1)>/state", b"<script>alert(2)</script>")
    commune.run_for(timedelta(seconds=1))
    stranger.stop()
    page = hoa.get("/refusals")
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page
    assert "<script>" not in page
    assert "1 tin bị từ chối" in hoa.get("/")


def test_a_technician_gets_a_code_once(visit: Visit) -> None:
    ky = visit("ky")
    page = ky.post("/devices/new", {"device": "loa-moi", "name": "Cổng chợ", "area": "thon-1"}).text
    code = re.search(r'<p class="code"[^>]*>([A-Z0-9-]{14})</p>', page)
    assert code is not None
    again = ky.post("/devices/new", {"device": "loa-moi", "name": "Cổng chợ", "area": "thon-1"}, expect=409).text
    assert "Đã có thiết bị “loa-moi”." in again
    assert 'value="Cổng chợ"' in again
    bad = ky.post("/devices/new", {"device": "Loa mới!", "area": "mars"}, expect=422).text
    assert 'id="device-error"' in bad
