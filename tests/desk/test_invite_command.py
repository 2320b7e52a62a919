"""`loa invite`: a loudspeaker is invited from the terminal, by a code that a camera can read there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from controller.__main__ import main
from controller.settings import Settings
from controller.store import audit
from controller.town import Town
from devices.clock import SystemClock
from devices.protocol.signing import SigningKey


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A commune whose day is today: the command reads the machine's clock."""
    with Town(tmp_path, SystemClock().now()) as built:
        settings: Settings = built.app.settings
        monkeypatch.setenv("LOA_FOLDER", str(settings.folder))
        monkeypatch.setenv("LOA_PUBLIC_URL", "https://loa.xa.vn")
        if settings.database_url:
            monkeypatch.setenv("LOA_DATABASE_URL", settings.database_url)
        yield built


def picture(drawn: list[str]) -> np.ndarray:
    """What a camera sees of half blocks on a dark terminal, where what is drawn is light."""
    upper, lower = "▀█", "▄█"
    rows = [[255 if letter in half else 0 for letter in line] for line in drawn for half in (upper, lower)]
    image = np.array(rows, dtype=np.uint8)
    image = cv2.copyMakeBorder(image, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(cv2.resize(image, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST))


def test_a_code_is_shown_as_text_and_as_a_picture_that_says_the_same(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["invite", "loa-90", "--area", "thon-1", "--name", "Cổng chợ"]) == 0
    first, typed, *drawn = capsys.readouterr().out.splitlines()
    code = first.split()[0].replace("-", "")
    assert typed == f"loa-agent enrol https://loa.xa.vn {code}"
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(picture([line for line in drawn if line.strip()]))
    assert read == typed
    enrolled = town.app.services.enrolment.enrol(code, SigningKey.generate().public.text)
    assert enrolled.device == "loa-90"


def test_a_known_loudspeaker_joins_again(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "loa-90", "--area", "thon-1", "--json"]) == 0
    town.app.services.enrolment.enrol(json.loads(capsys.readouterr().out)["code"], SigningKey.generate().public.text)
    assert main(["invite", "loa-90", "--again", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["device"] == "loa-90"
    assert town.app.services.enrolment.enrol(again["code"], SigningKey.generate().public.text).device == "loa-90"
    with town.app.database.read() as connection:
        assert "loa invite" in {row.way for row in audit.entries(connection)}


@pytest.mark.parametrize(
    "arguments", [["loa-90", "--area", "nowhere"], ["LOA 90", "--area", "thon-1"], ["loa-90", "--again"]]
)
def test_what_cannot_be_invited_is_said(town: Town, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", *arguments]) == 2
    assert capsys.readouterr().err.startswith("loa: ")


def test_nobody_is_invited_to_no_commune(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path))
    assert main(["invite", "loa-90", "--area", "thon-1"]) == 2
    assert "LOA_FOLDER" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
