"""`loa keys`: a person looks after the keys of the commune."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from controller.__main__ import main
from controller.fleet import keys
from devices.clock import SystemClock
from devices.protocol.topics import SiteId, Topics


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path / "home"))
    monkeypatch.setenv("LOA_PASSPHRASE", "ba con voi trắng qua cầu")
    keys.trusted(tmp_path / "home", Topics(SiteId("xa")), SystemClock().now())
    return tmp_path / "home"


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Any:
    def show() -> dict[str, Any]:
        assert main(["keys", "show", "--json"]) == 0
        return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))

    return show


def test_a_key_is_exchanged_and_the_old_one_revoked_with_the_root_key_from_a_stick(
    tmp_path: Path, home: Path, shown: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    first, stick = shown(), tmp_path / "root.pem"
    assert first["root_is_here"]
    assert main(["keys", "root", "--to", str(stick)]) == 0
    assert b"ENCRYPTED" in stick.read_bytes()
    assert stick.stat().st_mode & 0o777 == 0o600
    assert main(["keys", "rotate"]) == 2
    assert "taken away" in capsys.readouterr().err
    assert main(["keys", "rotate", "--root", str(stick)]) == 0
    both = shown()
    assert both["in_force"] == [both["signing"], first["signing"]]
    assert main(["keys", "revoke", first["signing"], "--root", str(stick)]) == 0
    after = shown()
    assert (after["in_force"], after["revoked"]) == ([both["signing"]], [first["signing"]])
    assert not after["root_is_here"]


def test_the_key_that_signs_is_replaced_when_it_is_revoked(shown: Any) -> None:
    stolen = shown()["signing"]
    assert main(["keys", "revoke", stolen]) == 0
    after = shown()
    assert after["signing"] != stolen
    assert after["in_force"] == [after["signing"]]


@pytest.mark.parametrize("key", ["nobody", ""])
def test_a_key_that_is_not_in_force_cannot_be_revoked(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "revoke", key]) == 2
    assert "loa keys show" in capsys.readouterr().err


def test_a_wrong_passphrase_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path / "root.pem"
    assert main(["keys", "root", "--to", str(stick)]) == 0
    monkeypatch.setenv("LOA_PASSPHRASE", "another one altogether")
    assert main(["keys", "rotate", "--root", str(stick)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_where_there_is_no_commune_no_key_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path / "elsewhere"))
    for command in (["show"], ["rotate"], ["revoke", "x"], ["root", "--to", str(tmp_path / "root.pem")]):
        assert main(["keys", *command]) == 2
        assert "LOA_FOLDER" in capsys.readouterr().err
    assert not (tmp_path / "elsewhere").exists()


def test_nobody_else_can_look_into_the_folder(home: Path, shown: Any) -> None:
    shown()
    assert home.stat().st_mode & 0o077 == 0
