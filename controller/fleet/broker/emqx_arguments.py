"""What the command `loa emqx` takes; light, so that other commands need not wait for it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_emqx_arguments(emqx: argparse.ArgumentParser) -> None:
    emqx.description = (
        "Prints the settings (HOCON) and the access rules of an EMQX 5.7 or later that serves the site of the LOA_… "
        "settings, and what the controller is to be told of it. With --to they are written, with a certificate of the "
        "site's own authority. The text holds a key: it is for nobody else."
    )
    emqx.add_argument("--to", type=Path, metavar="DIR", help="write loa.conf, acl.conf and three PEM files there")
    emqx.add_argument("--host", action="append", default=[], metavar="NAME", help="of that EMQX, as devices reach it")
    emqx.add_argument("--at", default="etc/loa", metavar="DIR", help="where the files will be at the EMQX (etc/loa)")


def run_emqx(options: argparse.Namespace) -> int:
    from controller.fleet.broker.emqx_command import print_set_up

    return print_set_up(options.to, options.host, options.at)
