"""`loa backup` and `loa restore`, on the LOA_… settings."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from controller.keeping.archive import BadBackup, back_up, restore
from controller.settings import Settings
from controller.store.copying import CannotCopy
from devices.clock import SystemClock

BAD_INPUT = 2
PASSPHRASE = "LOA_PASSPHRASE"
LEAST = 12


def backup(to: Path) -> int:
    """0 when `to` holds everything; 2 with one sentence when there is no backup."""
    settings = Settings()
    try:
        if not settings.folder.is_dir():
            raise BadBackup(f"There is no commune in {settings.folder}: set LOA_FOLDER.")
        passphrase = _passphrase()
        if len(passphrase) < LEAST:
            raise BadBackup(f"A passphrase has at least {LEAST} letters.")
        told = back_up(settings.folder, settings.database, to, passphrase, SystemClock().now())
    except (BadBackup, CannotCopy, OSError) as wrong:
        print(f"loa: {wrong}", file=sys.stderr)
        return BAD_INPUT
    print(f"Đã sao lưu / backed up: {told.files} → {to}")
    return 0


def restore_from(file: Path) -> int:
    """0 when folder and database are as they were; 2 with one sentence when they are not."""
    settings = Settings()
    try:
        told = restore(file, settings.folder, settings.database, _passphrase())
    except (BadBackup, CannotCopy, OSError) as wrong:
        print(f"loa: {wrong}", file=sys.stderr)
        return BAD_INPUT
    print(f"Đã phục hồi bản sao lúc / restored, as of {told.taken_at}: {told.files} → {settings.folder}")
    return 0


def _passphrase() -> str:
    return os.environ.get(PASSPHRASE) or getpass.getpass("Mật khẩu của bản sao lưu / passphrase of the backup: ")
