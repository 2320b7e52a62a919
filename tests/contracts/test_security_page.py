"""The threat model names its proofs, and there is no secret that everybody knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from pydantic_core import PydanticUndefined

from controller.settings import Settings
from devices.agent.settings import AgentSettings
from tests.scenarios.hijack.attacks import ATTACKS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / ".github" / "SECURITY.md").read_text()
SECRET = re.compile(r"password|passphrase|secret|token|\bkey\b", re.I)


def known_tests() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())}


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 30
    assert named <= known_tests()


def test_every_theft_names_a_test() -> None:
    table = PAGE.split("## If this is stolen")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| **")]
    assert len(rows) >= 10
    assert all("`test_" in row.split("|")[5] for row in rows)


def test_the_page_and_the_matrix_have_the_same_reasons() -> None:
    listed = set(re.findall(r"`([a-z-]+)`", PAGE.split("| attack |")[1].split("\n\n")[0])) - {"none"}
    assert {reason for attack in ATTACKS for reason in attack.reasons} <= listed


def test_the_readme_leads_to_the_page() -> None:
    assert ".github/SECURITY.md" in (ROOT / "README.md").read_text()


def test_no_setting_has_a_default_secret() -> None:
    for name, field in Settings.model_fields.items():
        if SECRET.search(name.replace("_", " ")):
            assert field.default in ("", None, PydanticUndefined), name
        assert "@" not in str(field.default), name
    assert not any(SECRET.search(name) for name in AgentSettings.__struct_fields__)


def test_no_secret_stands_in_a_file_that_is_given_away() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shipped = [ROOT / name for name in tracked.splitlines() if name.startswith(("controller/", "devices/", "docker"))]
    for file in shipped:
        if file.suffix in (".py", ".yml", ".toml", ".j2", "") and file.is_file():
            text = file.read_text()
            assert "PRIVATE KEY-----" not in text, file
            assert not re.search(r"""(password|token|secret)\s*[:=]\s*["'][^"'{}$ ]{6,}["']""", text, re.I), file


@pytest.mark.parametrize("service", ["broker", "database", "controller", "village"])
def test_the_containers_ask_for_every_secret(service: str) -> None:
    environment = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][service].get("environment", {})
    for name, value in environment.items():
        if SECRET.search(name.replace("_", " ")):
            assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name
