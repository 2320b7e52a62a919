"""The shape of the house, checked: which way imports point, who reads the clock, how long a file may be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schedules", "devices", "controller")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MOST_LINES = 300
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "misc", "base"}


def test_imports_point_one_way() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


def test_files_are_named_after_what_they_are() -> None:
    assert not [path for path in SOURCES if path.stem in VAGUE_NAMES]


def test_nothing_else_stands_at_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    at_the_top = {line.split("/")[0] for line in tracked.splitlines()}
    given = {"pyproject.toml", "controller", "devices", "schedules", "tests", "docker-compose.yml", "README.md"}
    allowed = given | {"requirements.lock", "LICENSE", "CHANGELOG.md"}
    assert {name for name in at_the_top if not name.startswith(".")} <= allowed


def test_the_schedules_need_nothing_but_the_standard_library() -> None:
    code = (
        "import pkgutil, sys, schedules\n"
        "for module in pkgutil.walk_packages(schedules.__path__, 'schedules.'):\n"
        "    if not module.name.endswith('__main__'): __import__(module.name)\n"
        "ours = {'schedules', '__main__'}\n"
        "foreign = {name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names) - ours\n"
        "print(sorted(name for name in foreign if not name.startswith('_')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
