"""`loa sbom` lists all that is installed for Loa xã, and nothing twice."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from controller.__main__ import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bom(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["sbom"]) == 0
    written: dict[str, Any] = json.loads(capsys.readouterr().out)
    return written


def test_everything_that_the_project_asks_for_is_listed_with_its_version(bom: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["controller"]]
    names = {re.match(r"[\w.-]+", one)[0] for one in asked if "python_version" not in one and "loa-xa" not in one}  # type: ignore[index]
    listed = {one["name"].lower().replace("_", "-"): one["version"] for one in bom["components"]}
    assert {name: version(name) for name in names} == {name: listed[name] for name in names}


def test_the_document_is_what_cyclonedx_says(bom: dict[str, Any]) -> None:
    assert (bom["bomFormat"], bom["specVersion"], bom["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bom["serialNumber"])
    assert bom["metadata"]["component"]["name"] == "loa-xa"
    purls = [one["purl"] for one in bom["components"]]
    assert len(purls) == len(set(purls))
    assert all(re.fullmatch(r"pkg:pypi/[a-z0-9-]+@\S+", purl) for purl in purls)
    known = {*purls, bom["metadata"]["component"]["purl"]}
    assert {one["ref"] for one in bom["dependencies"]} == known
    assert {needed for one in bom["dependencies"] for needed in one["dependsOn"]} <= known
