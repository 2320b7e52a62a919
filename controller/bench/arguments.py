"""What the command `loa bench` takes; light, so that other commands need not wait for it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from devices.agent.cameras.arguments import add_bench_arguments
from devices.agent.cameras.arguments import run_bench as run_bench_cameras

MOST_ROUNDS = 100
_ROUNDS = "how often each is measured ({default})"


def add_benches(commands: Any) -> None:
    """`commands` is what `add_subparsers` gives."""
    bench = commands.add_parser(
        "bench",
        help="how fast this machine is",
        description="Measures a part of the controller on this machine, with the settings in LOA_… variables.",
    )
    parts = bench.add_subparsers(dest="part", required=True, metavar="PART")
    speech = parts.add_parser(
        "speech",
        help="seconds from a text to a sound that is ready",
        description="Seconds from 50 and 2,000 characters to a sound that is ready, cold and cached, for each voice.",
    )
    _add_common(speech, 3)
    alert = parts.add_parser(
        "alert",
        help="seconds from a warning to the sound of it",
        description="Seconds from the POST of a signed warning to the first sound on the last of many loudspeakers.",
    )
    alert.add_argument("--loudspeakers", type=up_to(500), default=100, help="how many are connected (100)")
    _add_common(alert, 6)
    pages = parts.add_parser(
        "pages",
        help="milliseconds for every page of the console",
        description="Makes a commune in a temporary folder, on SQLite, with a day behind it, which takes a minute "
        "or two; then asks for every page of the console as somebody who is logged in, and for one that does nothing.",
    )
    pages.add_argument("--loudspeakers", type=up_to(20_000), default=10_000, help="how many there are (10000)")
    pages.add_argument("--cameras", type=up_to(5_000), default=1_000, help="how many there are (1000)")
    _add_common(pages, 9)
    add_bench_arguments(parts.add_parser("cameras", help="how many cameras it can watch"))


def _add_common(part: argparse.ArgumentParser, rounds: int) -> None:
    part.add_argument("--rounds", type=up_to(MOST_ROUNDS), default=rounds, help=_ROUNDS.format(default=rounds))
    part.add_argument("--json", action="store_true", help="JSON on standard output, for programs")


def run_bench(options: argparse.Namespace) -> int:
    if options.part == "cameras":
        return run_bench_cameras(options)
    from controller.bench.command import run_bench_alert, run_bench_pages, run_bench_speech

    if options.part == "alert":
        return run_bench_alert(loudspeakers=options.loudspeakers, rounds=options.rounds, as_json=options.json)
    if options.part == "pages":
        return run_bench_pages(
            loudspeakers=options.loudspeakers, cameras=options.cameras, rounds=options.rounds, as_json=options.json
        )
    return run_bench_speech(rounds=options.rounds, as_json=options.json)


def up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"give a number from 1 to {most}")
        return int(text)

    return number
