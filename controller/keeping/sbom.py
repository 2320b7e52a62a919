"""`loa sbom`: what this installation is made of, as CycloneDX 1.6 (JSON), from what is really installed."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from devices.clock import SystemClock

OURS = "loa-xa"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST_LICENCE = 100
"""Whoever writes more there has put the whole text into it."""


def print_sbom() -> int:
    """Prints the document; 0."""
    print(json.dumps(_document(), indent=2, ensure_ascii=False))
    return 0


def _document() -> dict[str, object]:
    found: dict[str, Distribution] = {}
    _collect(OURS, found)
    here = found.pop(_plain(OURS))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": SystemClock().now().isoformat(timespec="seconds"),
            "component": {**_component(here), "type": "application"},
        },
        "components": [_component(one) for _, one in sorted(found.items())],
        "dependencies": [_edges(one, found) for one in (here, *found.values())],
    }


def _collect(name: str, found: dict[str, Distribution]) -> None:
    if _plain(name) in found:
        return
    try:
        one = distribution(name)
    except PackageNotFoundError:
        return  # wanted elsewhere: on another system, or for a part that was not installed
    found[_plain(name)] = one
    for wanted in _wanted(one):
        _collect(wanted, found)


def _wanted(one: Distribution) -> Iterator[str]:
    for requirement in one.requires or ():
        if (name := _NAME.match(requirement)) is not None:
            yield name[0]


def _component(one: Distribution) -> dict[str, object]:
    said = one.metadata
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": _purl(one),
        "name": said["Name"],
        "version": one.version,
        "purl": _purl(one),
    }
    if "License-Expression" in said:
        component["licenses"] = [{"expression": said["License-Expression"]}]
    elif "License" in said and 0 < len(licence := said["License"].strip()) <= _LONGEST_LICENCE:
        component["licenses"] = [{"license": {"name": licence}}]
    return component


def _edges(one: Distribution, found: dict[str, Distribution]) -> dict[str, object]:
    needed = {_purl(found[name]) for wanted in _wanted(one) if (name := _plain(wanted)) in found}
    return {"ref": _purl(one), "dependsOn": sorted(needed)}


def _purl(one: Distribution) -> str:
    return f"pkg:pypi/{_plain(one.metadata['Name'])}@{one.version}"


def _plain(name: str) -> str:
    """As PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()
