"""What the documents say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.store.states import PERMITTED

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "controller/README.md", "devices/protocol/README.md"]


def test_the_picture_of_a_programmes_states_shows_every_permitted_step() -> None:
    picture = (ROOT / "README.md").read_text().split("stateDiagram-v2")[1].split("```")[0]
    drawn = set(re.findall(r"(\w+) --> (\w+) : (\w+)", picture))
    assert drawn == {(before.value, after.value, step.value) for (before, step), after in PERMITTED.items()}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    folder = (ROOT / document).parent
    text = (ROOT / document).read_text()
    named = set(re.findall(r"\]\(([\w./-]+)\)", text)) | set(re.findall(r"`([\w/]+(?:/|\.py))`", text))
    places = (folder, ROOT)
    missing = [name for name in sorted(named) if not any((place / name).exists() for place in places)]
    assert named
    assert not missing


@pytest.mark.parametrize("command", [[], ["demo"], ["serve"], ["speak"], ["plan"], ["alert", "check"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "usage: loa" in capsys.readouterr().out


def test_a_command_that_does_not_exist_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["shout"])
    assert ended.value.code == 2
    assert "shout" in capsys.readouterr().err
