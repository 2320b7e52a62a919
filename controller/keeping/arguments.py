"""What `loa backup`, `loa restore` and `loa sbom` take; light, so that other commands need not wait for it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_keeping_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser(
        "backup",
        help="all of the commune in one file, while it works",
        description="Copies database, sounds and keys of the LOA_… settings into one file; the controller may run. "
        "The keys in it open with a passphrase alone, which is asked for or taken from LOA_PASSPHRASE.",
    )
    restore = commands.add_parser(
        "restore",
        help="the commune anew from such a file",
        description="Builds LOA_FOLDER and the database anew from a backup. Both must be empty. Loudspeakers obey the "
        "restored controller as soon as they reach it.",
    )
    for command in (backup, restore):
        command.add_argument("file", type=Path, metavar="FILE")
    commands.add_parser("sbom", help="what this installation is made of, as CycloneDX (JSON)")


def _backup(options: argparse.Namespace) -> int:
    from controller.keeping.command import backup

    return backup(options.file)


def _restore(options: argparse.Namespace) -> int:
    from controller.keeping.command import restore_from

    return restore_from(options.file)


def _sbom(_options: argparse.Namespace) -> int:
    from controller.keeping.sbom import print_sbom

    return print_sbom()


KEEPING = {"backup": _backup, "restore": _restore, "sbom": _sbom}
