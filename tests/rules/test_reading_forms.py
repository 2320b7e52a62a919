"""Official Vietnamese is read aloud as a news reader would read it."""

from pathlib import Path

import pytest

from controller.speech.reading import read

_HERE = Path(__file__).parent


def _forms(name: str) -> list[tuple[str, str]]:
    rows = (_HERE / name).read_text("utf-8").splitlines()[1:]
    return [(written, spoken) for written, spoken, _ in (row.split("\t") for row in rows)]


@pytest.mark.parametrize(("written", "spoken"), _forms("vi-spoken-forms.tsv"))
def test_each_written_form_is_heard_right(written: str, spoken: str) -> None:
    assert read(written).spoken == spoken


@pytest.mark.parametrize("spoken", [spoken for _, spoken in _forms("vi-spoken-forms.tsv")])
def test_reading_what_was_already_spoken_changes_nothing(spoken: str) -> None:
    assert read(spoken).spoken == spoken
