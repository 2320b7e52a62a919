"""Everything that people read exists in Vietnamese and in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from controller.store.incident_states import IncidentState, IncidentStep
from controller.store.troubles import Severity, SubjectKind, TroubleKind
from controller.web.language import Language, catalogue, preferred, translate, translate_finished
from controller.web.pages import (
    alert_words,
    audit_words,
    camera_words,
    channel_words,
    meanings,
    notice_words,
    setting_words,
    steps,
    topic_words,
)
from devices.agent.cache import Problem

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "controller/web/pages/templates"
PLACE = re.compile(r"\{(\w*)[^}]*\}")
SAYERS = {"_": 1, "say": 1, "translate": 1, "count": 3}
"""What is called with sentences, and how many of the first arguments may be one."""
ERRORS = {
    "ControllerError": ROOT / "controller",
    "SpeechError": ROOT / "controller",
    "ScheduleError": ROOT / "schedules",
}


def in_templates() -> Iterator[tuple[str, str]]:
    made = Environment(autoescape=True)
    for path in sorted(TEMPLATES.rglob("*.j2")):
        for call in made.parse(path.read_text()).find_all(nodes.Call):
            name = call.node.name if isinstance(call.node, nodes.Name) else getattr(call.node, "attr", "")
            if name in ("_", "count"):
                for argument in call.args:
                    if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                        yield argument.value, path.name


def in_code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "controller/web").rglob("*.py")):
        for call in calls(path):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            for argument in call.args[: SAYERS.get(name, 0)]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, path.name


def in_meanings() -> Iterator[tuple[str, str]]:
    for name, table in (
        item
        for words in (
            meanings,
            steps,
            alert_words,
            audit_words,
            camera_words,
            topic_words,
            channel_words,
            notice_words,
            setting_words,
        )
        for item in vars(words).items()
    ):
        if name.isupper():
            for value in table.values():
                for text in (value,) if isinstance(value, str) else value:
                    yield text, name


def in_errors() -> Iterator[tuple[str, str]]:
    """The sentence of every error that is raised, with {} for each place that is filled before.

    After an EngineFailure the next engine takes over.
    """
    for family, folder in ERRORS.items():
        names = kin(family, folder) - kin("EngineFailure", folder)
        for path in sorted(folder.rglob("*.py")):
            for call in calls(path):
                if isinstance(call.func, ast.Name) and call.func.id in names:
                    sentence = next((text for one in call.args if (text := said(one)) and " " in text), None)
                    assert sentence, f"{path.name}:{call.lineno} raises {call.func.id} without a sentence"
                    yield sentence, path.name


def kin(family: str, folder: Path) -> set[str]:
    """The class and all that descend from it."""
    found = {family}
    while more := {name for name, above in bases(folder).items() if above & found} - found:
        found |= more
    return found


@cache
def bases(folder: Path) -> dict[str, set[str]]:
    return {
        one.name: {base.id for base in one.bases if isinstance(base, ast.Name)}
        for path in folder.rglob("errors.py")
        for one in ast.walk(ast.parse(path.read_text()))
        if isinstance(one, ast.ClassDef)
    }


@cache
def calls(path: Path) -> tuple[ast.Call, ...]:
    return tuple(one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call))


def said(argument: ast.expr) -> str | None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in argument.values)
    return None


def plain(sentence: str) -> str:
    return PLACE.sub("{}", sentence)


@cache
def everything() -> dict[str, str]:
    return {text: where for source in (in_templates, in_code, in_meanings, in_errors) for text, where in source()}


@pytest.mark.long
def test_the_readers_of_code_and_templates_find_what_is_there() -> None:
    found = everything()
    assert {"Write a bulletin", "Please log in first.", "{count} minutes ago", "no connection"} <= found.keys()
    assert {"A broadcast may last up to {} minutes; this text takes longer."} <= found.keys()


def test_every_sentence_has_its_vietnamese() -> None:
    known = {plain(english) for english in catalogue()}
    missing = {text: where for text, where in everything().items() if plain(text) not in known}
    assert missing == {}


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    said_somewhere = {plain(text) for text in everything()}
    assert {english for english in catalogue() if plain(english) not in said_somewhere} == set()


def test_a_translation_fills_the_same_places() -> None:
    for english, vietnamese in catalogue().items():
        assert set(PLACE.findall(vietnamese)) <= set(PLACE.findall(english)), english


@pytest.mark.parametrize(
    "english, vietnamese",
    [
        ("A text may have up to 20,000 characters.", "20,000"),
        ("A broadcast may last up to 60 minutes; this text takes longer.", "60"),
    ],
)
def test_a_sentence_that_was_filled_in_before_is_translated_too(english: str, vietnamese: str) -> None:
    found = translate_finished(english, Language.VIETNAMESE)
    assert found != english
    assert vietnamese in found
    assert translate_finished(english, Language.ENGLISH) == english


def test_a_sentence_that_nobody_translated_stays_english() -> None:
    assert translate_finished("Entirely new.", Language.VIETNAMESE) == "Entirely new."
    assert translate("Entirely {what}.", Language.VIETNAMESE, what="new") == "Entirely new."


def test_every_reason_of_a_device_has_a_meaning() -> None:
    assert {problem.value for problem in Problem} <= meanings.NOT_READY.keys()
    assert {problem.value for problem in Problem} <= meanings.SILENT.keys()


def test_everything_that_an_incident_can_be_has_words() -> None:
    assert set(TroubleKind) == set(meanings.TROUBLES)
    assert set(SubjectKind) == set(meanings.SUBJECTS)
    assert set(IncidentStep) == set(meanings.INCIDENT_STEPS)
    assert set(IncidentState) <= set(meanings.INCIDENT_STATES)
    assert {severity.name.lower() for severity in Severity} == set(meanings.SEVERITIES)


@pytest.mark.parametrize(
    "header, cookie, language",
    [
        (None, None, Language.VIETNAMESE),
        ("en-GB,en;q=0.9", None, Language.ENGLISH),
        ("en;q=0.5, vi;q=0.9", None, Language.VIETNAMESE),
        ("fr, en;q=0.2", None, Language.ENGLISH),
        ("fr", None, Language.VIETNAMESE),
        ("en", "vi", Language.VIETNAMESE),
        ("vi", "en", Language.ENGLISH),
        ("en", "<script>", Language.ENGLISH),
        (";;;q=,,", None, Language.VIETNAMESE),
    ],
)
def test_the_reader_gets_the_language_that_was_asked_for(
    header: str | None, cookie: str | None, language: Language
) -> None:
    assert preferred(header, cookie) is language
