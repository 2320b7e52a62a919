"""What the command `loa invite` takes; light, so that other commands need not wait for it."""

from __future__ import annotations

import argparse


def add_invite_arguments(invite: argparse.ArgumentParser) -> None:
    invite.description = (
        "Makes a one-time code for a loudspeaker in the commune of the LOA_… settings, whether the controller runs or "
        "not, and shows it once: as text, and as a QR code that says the command to type on the loudspeaker."
    )
    invite.add_argument("device", metavar="DEVICE", help="its id: 1 to 63 of a-z, 0-9 and '-'")
    where = invite.add_mutually_exclusive_group(required=True)
    where.add_argument("--area", metavar="AREA", help="where it stands, as in thon-1")
    where.add_argument("--again", action="store_true", help="one that is known joins with another key")
    invite.add_argument("--name", default="", help="what people call it (its id)")
    invite.add_argument("--json", action="store_true", help="JSON on standard output, for programs")


def run_invite(options: argparse.Namespace) -> int:
    from controller.fleet.invite_command import print_code

    return print_code(options.device, None if options.again else options.area, options.name, as_json=options.json)
