"""Official Vietnamese is read aloud as a news reader would read it."""

from collections import defaultdict
from pathlib import Path

import pytest

from controller.speech.reading import read

_LISTS = ("vi-spoken-forms.tsv", "vi-spoken-forms-own.tsv")


def _forms() -> dict[str, list[tuple[str, str]]]:
    by_category: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in _LISTS:
        for row in (Path(__file__).parent / name).read_text("utf-8").splitlines()[1:]:
            written, spoken, category = row.split("\t")
            by_category[category].append((written, spoken))
    return by_category


_FORMS = _forms()


@pytest.mark.parametrize("category", sorted(_FORMS))
def test_each_written_form_is_heard_right(category: str) -> None:
    heard = {written: read(written).spoken for written, _ in _FORMS[category]}
    assert heard == dict(_FORMS[category])


@pytest.mark.parametrize("category", sorted(_FORMS))
def test_reading_what_was_already_spoken_changes_nothing(category: str) -> None:
    spoken = [spoken for _, spoken in _FORMS[category]]
    assert [read(text).spoken for text in spoken] == spoken


def test_the_lists_hold_enough_to_mean_something() -> None:
    assert len(_FORMS) >= 22
    assert sum(map(len, _FORMS.values())) > 1000
