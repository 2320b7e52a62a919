"""When nobody can be reached, a person at the device sets off a message that was authorised beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devices.agent.triggers import Triggers
from devices.link.port import Inbound
from devices.protocol.messages import Alarm, Siren, SirenPattern

DAM = Alarm(name="vo-dap", title="Vỡ đập", words="Vỡ đập. Chạy lên chỗ cao.", siren=Siren(SirenPattern.FLOOD, 4.0))


@pytest.fixture
def guarded(station: Any) -> Any:
    """A station whose configuration knows one alarm, and whose line is cut."""
    station.send_config(serial=2, alarms=(DAM,))
    station.run_for(1)
    station.cut_line()
    return station


def names(station: Any) -> list[str]:
    return [one.track.occurrence.partition("~")[2] for one in station.heard]


class TestAnAlarm:
    def test_is_heard_at_once_and_three_times_without_a_line(self, guarded: Any, an_occurrence: Any) -> None:
        begun = guarded.clock.now()
        guarded.agent.sound_alarm("vo-dap")
        guarded.run_for(600)
        assert names(guarded) == ["siren", "words"] * 3
        assert guarded.heard[0].at == begun
        guarded.mend_line()
        guarded.run_for(60)
        assert [(one.programme, one.outcome.value) for one in guarded.receipts] == [("alarm:vo-dap", "played")] * 3

    def test_sounds_at_night_and_over_everything(self, guarded: Any) -> None:
        guarded.run_until(guarded.clock.now().replace(hour=20))
        guarded.agent.sound_alarm("vo-dap")
        guarded.run_for(30)
        assert names(guarded) == ["siren", "words"]

    def test_sounds_on_a_board_that_does_not_know_the_time(self, guarded: Any) -> None:
        guarded.kept_by_ntp = False
        guarded.board.forget()
        guarded.restart()
        guarded.agent.sound_alarm("vo-dap")
        guarded.run_for(600)
        assert names(guarded) == ["siren", "words"] * 3

    def test_goes_on_after_a_power_cut(self, guarded: Any) -> None:
        guarded.agent.sound_alarm("vo-dap")
        guarded.restart()
        guarded.run_for(600)
        assert names(guarded) == ["siren", "words"] * 3

    def test_is_silenced_by_all_stop(self, guarded: Any) -> None:
        guarded.agent.sound_alarm("vo-dap")
        guarded.run_for(5)
        guarded.mend_line()
        guarded.send_urgent(1, stopped_at=guarded.clock.now())
        guarded.run_for(600)
        assert sum(one.seconds for one in guarded.heard) < 6.0
        assert set(guarded.outcomes.values()) == {"interrupted all-stop", "cancelled all-stop"}

    def test_that_nobody_authorised_is_refused_and_counted(self, guarded: Any) -> None:
        guarded.mend_line()
        guarded.agent.sound_alarm("nhac-song")
        guarded.run_for(700)
        assert guarded.heard == []
        assert guarded.state.refused == {"unknown-alarm": 1}

    def test_cannot_be_set_off_over_the_line(self, guarded: Any) -> None:
        guarded.mend_line()
        for topic in ("alarm/vo-dap", "alarms/vo-dap", "loa/1/an-phu/area//urgent", "vo-dap"):
            guarded.agent.receive(Inbound(topic, b"", False))
        guarded.run_for(700)
        assert guarded.heard == []
        assert guarded.state.refused == {"bad-topic": 4}


class TestTheTrigger:
    def test_is_a_file_that_is_gone_once_it_was_taken(self, tmp_path: Path) -> None:
        taken: list[str] = []
        ready = False

        def sound_alarm(name: str) -> bool:
            if ready:
                taken.append(name)
            return ready

        triggers = Triggers(tmp_path, {}, sound_alarm)
        triggers.look()
        (tmp_path / "alarms").mkdir()
        (tmp_path / "alarms" / "vo-dap").touch()
        triggers.look()
        assert (tmp_path / "alarms" / "vo-dap").exists()
        ready = True
        triggers.look()
        triggers.look()
        assert taken == ["vo-dap"]
        assert list((tmp_path / "alarms").iterdir()) == []

    def test_is_a_contact_each_time_that_it_closes_and_stays_closed(self, tmp_path: Path) -> None:
        taken: list[str] = []
        contact = tmp_path / "value"
        triggers = Triggers(tmp_path, {str(contact): "vo-dap"}, lambda name: taken.append(name) is None)
        for value in ("", "1\n", "1", "0", "1", "0", "1", "1", "1", "0", "1", "1", "x", "\xff"):
            contact.write_bytes(value.encode("latin-1"))
            triggers.look()
        assert taken == ["vo-dap"] * 3

    def test_that_was_closed_before_anybody_looked_is_none(self, tmp_path: Path) -> None:
        taken: list[str] = []
        contact = tmp_path / "value"
        contact.write_text("1")
        triggers = Triggers(tmp_path, {str(contact): "a", "/nowhere": "b"}, lambda name: taken.append(name) is None)
        for _ in range(5):
            triggers.look()
        assert taken == []
