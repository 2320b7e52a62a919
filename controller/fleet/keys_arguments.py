"""What the command `loa keys` takes; light, so that other commands need not wait for it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_keys_arguments(keys: argparse.ArgumentParser) -> None:
    keys.description = (
        "The keys in LOA_FOLDER: one signs orders; the root key says whose orders count, and belongs in a safe. A "
        "running controller follows within seconds. Passphrases are asked for, or taken from LOA_PASSPHRASE."
    )
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="which keys count", description="Lists the ids of all keys.")
    show.add_argument("--json", action="store_true", help="JSON on standard output, for programs")
    root = actions.add_parser(
        "root", help="take the root key away", description="Moves the root key out of LOA_FOLDER, under a passphrase."
    )
    root.add_argument("--to", type=Path, required=True, metavar="FILE", help="on a stick that is kept elsewhere")
    rotate = actions.add_parser(
        "rotate",
        help="a new signing key beside the old one",
        description="A new key signs from now on; the old one counts until it is revoked.",
    )
    revoke = actions.add_parser(
        "revoke",
        help="a key never counts again",
        description="Loudspeakers drop what that key had ordered, those that are away as soon as they return.",
    )
    revoke.add_argument("key", metavar="ID", help="as in: loa keys show")
    for action in (rotate, revoke):
        action.add_argument("--root", type=Path, metavar="FILE", help="the root key, where it was taken away")


def run_keys(options: argparse.Namespace) -> int:
    from controller.fleet.keys_command import run_revoke, run_root, run_rotate, run_show

    if options.action == "show":
        return run_show(as_json=options.json)
    if options.action == "root":
        return run_root(options.to)
    if options.action == "rotate":
        return run_rotate(options.root)
    return run_revoke(options.key, options.root)
