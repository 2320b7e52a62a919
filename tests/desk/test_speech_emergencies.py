"""An emergency is spoken here and now: nobody waits for a voice that needs the internet."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.broadcasting.desk import Desk, Draft, Script
from controller.broadcasting.own_words import OwnWords
from controller.speech.desk import Speech
from controller.speech.engines.espeak import EspeakNg
from controller.speech.engines.port import Engine
from controller.speech.errors import EngineDied, NoVoice
from controller.speech.progress import Told, nobody
from controller.speech.studio import Cut
from controller.speech.voice import Voice
from controller.store import people
from controller.store.database import Database
from controller.store.people import Account, AccountId, Role
from devices.clock import HandMovedClock
from schedules.priority import BulletinClass

NOW = datetime(2026, 8, 15, 10, 0, tzinfo=UTC)
HOA = Account(AccountId("a-1"), "hoa", "Hoa", frozenset({Role.EDITOR}))
FLOOD = (("Nước đang lên.",),)


class FarAway:
    """A voice on the internet that answers when it is let go, and is remembered to have been asked."""

    name, rest, shapes, online = "far-away", 0.0, False, True

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.let_go = threading.Event()

    def voice_name(self, voice: Voice) -> str:
        return self.name

    def speak(self, pieces: Sequence[str], voice: Voice, folder: Path, told: Told = nobody) -> tuple[Path, ...]:
        self.asked.set()
        self.let_go.wait(60)
        raise EngineDied("the line is dead")


def speech_of(tmp_path: Path, *engines: Engine) -> Speech:
    return Speech(tmp_path / "speech", HandMovedClock(NOW), engines, Cut(chime=False))


def test_an_emergency_does_not_wait_for_another_who_waits_for_the_internet(tmp_path: Path) -> None:
    far = FarAway()
    speech = speech_of(tmp_path, far, EspeakNg())
    news = threading.Thread(target=speech.render, args=(FLOOD,))
    news.start()
    assert far.asked.wait(30)
    try:
        assert speech.render(FLOOD, offline=True).voice == "espeak-ng vi"
        assert news.is_alive()
    finally:
        far.let_go.set()
        news.join()


def test_where_only_the_internet_could_speak_that_is_said_and_it_is_not_asked(tmp_path: Path) -> None:
    far = FarAway()
    with pytest.raises(NoVoice):
        speech_of(tmp_path, far).render(FLOOD, offline=True)
    assert not far.asked.is_set()


@pytest.mark.parametrize("bulletin_class", BulletinClass)
def test_only_an_emergency_goes_without_the_better_voice(tmp_path: Path, bulletin_class: BulletinClass) -> None:
    far, clock = FarAway(), HandMovedClock(NOW)
    far.let_go.set()
    database = Database(f"sqlite:///{tmp_path / 'loa.db'}")
    with database.write() as connection:
        people.add(connection, HOA, "argon2", NOW)
    desk = Desk(database, speech_of(tmp_path, far, EspeakNg()), OwnWords(database, clock), clock)
    desk.write(Draft("", bulletin_class, Script("Nước đang lên.")), HOA)
    database.close()
    assert far.asked.is_set() is (bulletin_class is not BulletinClass.EMERGENCY)
