"""`loa keys`: on the folder of the LOA_… settings, whether the controller runs or not."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from controller.fleet import keys
from controller.fleet.keys import BadKeys
from controller.settings import Settings
from devices.clock import SystemClock
from devices.protocol.signing import KeyId, SigningKey, VerifyKey
from devices.protocol.topics import Topics

BAD_INPUT = 2
PASSPHRASE = "LOA_PASSPHRASE"
LEAST = 12


def run_show(*, as_json: bool) -> int:
    """0 after listing the keys; 2 when they are damaged."""
    return _said(lambda: _show(as_json))


def run_root(to: Path) -> int:
    """0 when the root key is in `to` and nowhere else; 2 when it could not be moved."""
    return _said(lambda: _root(to))


def run_rotate(root: Path | None) -> int:
    """0 when there is a new signing key beside the old one."""
    return _said(lambda: _rotate(root))


def run_revoke(key: str, root: Path | None) -> int:
    """0 when `key` never counts again."""
    return _said(lambda: _revoke(key, root))


def _said(act: Callable[[], None]) -> int:
    try:
        act()
    except (BadKeys, OSError) as wrong:
        print(f"loa: {wrong}", file=sys.stderr)
        return BAD_INPUT
    return 0


def _commune() -> Settings:
    settings = Settings()
    if not (settings.folder / keys.SIGNING).exists():
        raise BadKeys(f"There is no commune in {settings.folder}: set LOA_FOLDER.")
    keys.trusted(settings.folder, Topics(settings.site), SystemClock().now())
    return settings


def _show(as_json: bool) -> None:
    settings = _commune()
    standing = keys.trusted(settings.folder, Topics(settings.site), SystemClock().now())
    signing = keys.site_key(settings.folder).id
    here = (settings.folder / keys.ROOT).exists()
    in_force = [VerifyKey.from_text(text).id for text in standing.told.keys]
    if as_json:
        shown = {"signing": signing, "in_force": in_force, "revoked": standing.told.revoked}
        print(json.dumps({**shown, "root": standing.root.id, "root_is_here": here}))
        return
    for key in in_force:
        print(f"{key}  {'ký lệnh / signs' if key == signing else 'còn hiệu lực / in force'}")
    for gone in standing.told.revoked:
        print(f"{gone}  đã thu hồi / revoked")
    print(f"{standing.root.id}  gốc / root, {'trong thư mục / in the folder' if here else 'đã cất đi / taken away'}")


def _root(to: Path) -> None:
    settings = _commune()
    if to.exists():
        raise BadKeys(f"{to} exists already.")
    passphrase = _passphrase("Mật khẩu mới cho khóa gốc / new passphrase of the root key: ")
    if len(passphrase) < LEAST:
        raise BadKeys(f"A passphrase has at least {LEAST} letters.")
    keys.take_root_away(settings.folder, to, passphrase)
    print(f"Khóa gốc chỉ còn ở {to}; hãy cất nơi khác. / The root key is in {to} alone; keep it elsewhere.")


def _rotate(root: Path | None) -> None:
    settings = _commune()
    now = SystemClock().now()
    old, new = keys.rotate(settings.folder, Topics(settings.site), _the_root(settings, root), now)
    print(f"{new}  ký lệnh / signs\n{old}  còn hiệu lực / in force, until: loa keys revoke {old}")


def _revoke(key: str, root: Path | None) -> None:
    settings = _commune()
    now = SystemClock().now()
    signing = keys.revoke(settings.folder, Topics(settings.site), _the_root(settings, root), KeyId(key), now)
    print(f"{key}  đã thu hồi / revoked\n{signing}  ký lệnh / signs")


def _the_root(settings: Settings, file: Path | None) -> SigningKey:
    if file is not None:
        return keys.read_root(file, _passphrase("Mật khẩu của khóa gốc / passphrase of the root key: "))
    if not (settings.folder / keys.ROOT).exists():
        raise BadKeys("The root key was taken away; give it with --root FILE.")
    return keys.read_root(settings.folder / keys.ROOT, "")


def _passphrase(question: str) -> str:
    return os.environ.get(PASSPHRASE) or getpass.getpass(question)
