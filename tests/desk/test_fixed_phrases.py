"""The fixed sentences of an emergency are spoken before anybody needs them, and every device has them at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from controller.alerts.wording import FIXED
from controller.speech.phrases import CATALOGUE, FixedPhrase
from controller.speech.reading import read
from controller.store import phrases
from controller.store.people import Role
from controller.town import Town
from devices.protocol.topics import DeviceId
from schedules.programme import AreaId, Sound
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
FEW = (FixedPhrase("flood", "Lũ đang lên nhanh."), FixedPhrase("one", "một"), FixedPhrase("five", "năm"))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path, NOW, villages={AreaId("thon-1"): 2}, phrases=FEW) as built:
        built.run_for(timedelta(minutes=5))
        yield built


def kept(town: Town) -> tuple[Sound, ...]:
    with town.app.database.read() as connection:
        return phrases.sounds(connection)


def on_disk(town: Town, device: DeviceId) -> set[str]:
    folder = town.horns[device].folder / "audio"
    return {path.name for path in folder.iterdir() if not path.name.endswith(".part")}


def test_every_fixed_sentence_can_be_said_without_a_question() -> None:
    every = (*FIXED, *CATALOGUE)
    assert len({phrase.key for phrase in every}) == len(every) > 60
    for phrase in every:
        reading = read(phrase.text)
        assert reading.spoken
        assert not reading.unknown


def test_what_was_spoken_at_the_start_lies_on_every_device_before_anybody_asks_for_it(town: Town) -> None:
    wanted = {sound.sha256 for sound in kept(town)}
    assert len(wanted) == len(FEW)
    for device in town.horns:
        assert wanted <= on_disk(town, device)
    assert not town.app.prepare_phrase()


@pytest.mark.long
def test_a_sentence_that_was_changed_or_dropped_is_changed_on_the_devices(town: Town) -> None:
    before = kept(town)
    town.phrases = (FEW[0], FixedPhrase("one", "mốt"))
    town.kill_controller()
    town.boot_controller()
    town.run_for(timedelta(minutes=5))
    after = kept(town)
    assert after[0] == before[0]
    assert len(after) == 2
    assert after[1] not in before
    assert {sound.sha256 for sound in after} <= on_disk(town, next(iter(town.horns)))


def test_a_persons_voice_takes_the_place_of_the_computers_until_it_is_taken_back(town: Town) -> None:
    made, us = town.app.phrases, town.app.services
    computer = kept(town)
    file = us.library.path(computer[1].sha256)
    assert file is not None
    human = us.desk.take_recording(file)
    made.record("flood", human.sha256)
    town.run_for(timedelta(minutes=5))
    assert kept(town)[0].sha256 == human.sha256
    assert human.sha256 in on_disk(town, next(iter(town.horns)))
    made.speak_again("flood")
    assert kept(town) == computer


def test_who_may_hear_them_and_who_may_have_them_said_otherwise(town: Town) -> None:
    password = "mật khẩu đủ dài"
    for name, role in (("hoa", Role.EDITOR), ("binh", Role.APPROVER)):
        town.app.access.add_account(name, name, password, frozenset({role}))
    client = TestClient(town.app.site)
    editor, approver = (
        {"Authorization": f"Bearer {town.app.access.log_in(name, password).token}"} for name in ("hoa", "binh")
    )
    assert client.get("/api/v1/speech/phrases").status_code == 401
    listed = client.get("/api/v1/speech/phrases", headers=editor).json()
    assert [one["key"] for one in listed] == [phrase.key for phrase in FEW]
    assert listed[0]["recording"]["voice"] == "espeak-ng vi"
    body = {"recording": "0" * 64}
    assert client.put("/api/v1/speech/phrases/flood", json=body, headers=editor).status_code == 403
    missing = client.put("/api/v1/speech/phrases/flood", json=body, headers=approver)
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown-recording")
    unknown = client.delete("/api/v1/speech/phrases/no-such", headers=approver)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-phrase")
    spoken = client.delete("/api/v1/speech/phrases/flood", headers=approver).json()
    assert next(one for one in spoken if one["key"] == "flood")["recording"]["seconds"] > 0.5
