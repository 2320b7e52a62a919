"""What the documents say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.store import alert_states, camera_states, incident_states
from controller.store.states import PERMITTED

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "controller/README.md", "devices/protocol/README.md"]


def drawn(number: int) -> set[tuple[str, ...]]:
    """The steps in the README's picture of this number: from, to, name."""
    picture = (ROOT / "README.md").read_text().split("stateDiagram-v2")[number].split("```")[0]
    return set(re.findall(r"(\w+) --> (\w+) : (\w+)", picture))


def test_the_picture_of_a_programmes_states_shows_every_permitted_step() -> None:
    assert drawn(1) == {(before.value, after.value, step.value) for (before, step), after in PERMITTED.items()}


def test_the_picture_of_an_incidents_states_shows_every_step_that_leads_elsewhere() -> None:
    permitted = incident_states.PERMITTED.items()
    assert drawn(2) == {(before, after, step) for (before, step), after in permitted if before is not after}


def test_the_picture_of_a_warnings_states_shows_every_step_that_leads_elsewhere() -> None:
    permitted = alert_states.PERMITTED.items()
    assert drawn(3) == {
        (before.value, after.value, step.value) for (before, step), after in permitted if before is not after
    }


def test_the_picture_of_a_cameras_axis_shows_every_step_that_leads_elsewhere() -> None:
    permitted = camera_states.PERMITTED.items()
    assert drawn(4) == {(before, after, step) for (before, step), after in permitted if before is not after}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document: str) -> None:
    folder = (ROOT / document).parent
    text = (ROOT / document).read_text()
    named = set(re.findall(r"\]\(([\w./-]+)\)", text)) | set(re.findall(r"`([\w/]+(?:/|\.py))`", text))
    places = (folder, ROOT)
    missing = [name for name in sorted(named) if not any((place / name).exists() for place in places)]
    assert named
    assert not missing


@pytest.mark.parametrize(
    "command",
    [[], ["demo"], ["serve"], ["speak"], ["plan"], ["alert", "check"], ["camera", "check"], ["camera", "find"]],
)
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
