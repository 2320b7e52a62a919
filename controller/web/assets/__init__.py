"""The console's bundled files. The build makes them (`build_hook.py`); this tells where each one stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


class NotBuilt(RuntimeError):
    """The bundle is not there: the package was neither installed nor built."""


@dataclass(frozen=True)
class Assets:
    """`folder` is what the server gives out under `mount`; names carry a hash, so it may be kept for ever."""

    folder: Path
    mount: str
    files: dict[str, str]

    def url(self, name: str) -> str:
        """Address of what `build_hook.ENTRIES` names, as in `app.js` or `icons.svg`, without host.

        Raises KeyError for any other name.
        """
        return f"{self.mount}/{self.files[name]}"


@cache
def built_assets(folder: Path = Path(__file__).parent / "dist", mount: str = "/assets") -> Assets:
    """What the last build made.

    Raises NotBuilt when there is none.
    """
    try:
        files = json.loads((folder / "manifest.json").read_text())["files"]
    except (OSError, ValueError, LookupError) as error:
        raise NotBuilt("The console's files are not built. Run: uv sync --reinstall-package loa-xa") from error
    return Assets(folder, mount, files)
