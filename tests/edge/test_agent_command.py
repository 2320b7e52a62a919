"""`loa-agent` as a technician meets it: what it needs, what it says, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.agent.__main__ import main
from devices.agent.assembly import Shared, speaker_maker
from devices.agent.errors import BadSettings, NotEnrolled
from devices.agent.settings import AgentSettings, Identity, MqttAccount
from devices.clock import SystemClock
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceId, SiteId

FOREIGN = (
    "fastapi",
    "starlette",
    "uvicorn",
    "sqlalchemy",
    "pydub",
    "pydantic",
    "amqtt",
    "cv2",
    "apscheduler",
    "controller",
)


def an_identity() -> Identity:
    account = MqttAccount("127.0.0.1", 1, "loa-07", "secret")
    keys = (SigningKey.generate().public, SigningKey.generate().public)
    return Identity(
        "http://127.0.0.1:1", SiteId("an-phu"), DeviceId("loa-07"), SigningKey.generate(), keys, account, "token"
    )


@pytest.mark.long
def test_a_device_needs_nothing_of_the_controller() -> None:
    script = (
        "import sys, devices.agent.__main__, devices.simulator.__main__, devices.agent.assembly\n"
        f"print(sorted(set({FOREIGN!r}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"


def test_the_core_decodes_nothing_and_speaks_to_nobody() -> None:
    """The town imports this much, a thousand times faster than real life."""
    script = (
        "import sys, devices.agent.agent, devices.simulator.speaker\n"
        "print(sorted({'av', 'httpx', 'paho', 'subprocess'} & sys.modules.keys()))"
    )
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"


class TestIdentity:
    def test_comes_back_as_it_was_kept(self, tmp_path: Path) -> None:
        kept = an_identity()
        kept.save(tmp_path)
        found = Identity.load(tmp_path)
        assert (found.controller_url, found.site, found.device) == (kept.controller_url, kept.site, kept.device)
        assert (found.mqtt, found.audio_token) == (kept.mqtt, kept.audio_token)
        assert found.key.id == kept.key.id
        assert [key.id for key in found.controller_keys] == [key.id for key in kept.controller_keys]

    @pytest.mark.parametrize("name", ["identity.json", "device-key.pem"])
    @pytest.mark.parametrize("content", [b"", b"{}", b"\x00\xff", b'{"site": 1}'])
    def test_a_damaged_one_is_named_and_not_believed(self, tmp_path: Path, name: str, content: bytes) -> None:
        an_identity().save(tmp_path)
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotEnrolled, match="damaged"):
            Identity.load(tmp_path)


class TestSettings:
    def test_the_command_line_counts_most_then_the_environment_then_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "agent.toml").write_text('sound = "aplay"\ncontroller_url = "http://file"\n')
        environment = {"LOA_AGENT_FOLDER": str(tmp_path), "LOA_AGENT_SOUND": "pw-play"}
        assert AgentSettings.load(environment).sound == "pw-play"
        assert AgentSettings.load(environment, sound="/wav").sound == "/wav"
        assert AgentSettings.load(environment, sound=None).controller_url == "http://file"

    @pytest.mark.parametrize("written", ["sound = 3", "loudness = 11", "sound =", "\xff"])
    def test_mistakes_are_named(self, tmp_path: Path, written: str) -> None:
        (tmp_path / "agent.toml").write_bytes(written.encode("latin-1"))
        with pytest.raises(BadSettings):
            AgentSettings.load({}, folder=str(tmp_path))

    def test_a_slip_of_the_pen_is_no_folder(self, tmp_path: Path) -> None:
        shared = Shared(SystemClock(), tmp_path / "own")
        with pytest.raises(BadSettings, match="neither"):
            speaker_maker("applay", DeviceId("loa-07"), tmp_path, shared)
        shared.close()


class TestCommand:
    def test_explains_itself(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["--help"])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert "enrol https://" in said and "exit codes" in said and "cụm loa" in said

    @pytest.mark.parametrize("arguments", [[], ["sing"], ["enrol"], ["enrol", "http://x"], ["run", "--volume", "11"]])
    def test_a_wrong_command_is_bad_input(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert "usage" in capsys.readouterr().err

    def test_bad_input_is_one_sentence_in_each_language(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["run", "--folder", str(tmp_path)]) == 2
        vietnamese, english = capsys.readouterr().err.splitlines()
        assert "chưa được ghi danh" in vietnamese and "not enrolled" in english
        assert main(["enrol", "nonsense", "CODE", "--folder", str(tmp_path)]) == 2
        assert main(["enrol", "http://127.0.0.1:1", "CODE", "--folder", str(tmp_path)]) == 1
        assert "Cannot reach" in capsys.readouterr().err

    @pytest.mark.long
    def test_runs_without_a_broker_until_it_is_told_to_end(self, tmp_path: Path) -> None:
        an_identity().save(tmp_path)
        command = [
            sys.executable,
            "-m",
            "devices.agent",
            "run",
            "--folder",
            str(tmp_path),
            "--sound",
            "./wav",
            "--json",
        ]
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as running:
            while not (tmp_path / "journal.sqlite").exists():
                assert running.poll() is None
            second = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            running.send_signal(signal.SIGTERM)
            _, said = running.communicate(timeout=20)
        assert running.returncode == 0, said
        assert second.returncode == 2
        assert "Another loa-agent is running" in second.stderr
