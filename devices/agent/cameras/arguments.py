"""What `loa camera` is told. It loads nothing that opens or judges streams until that is asked for."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_camera_arguments(camera: argparse.ArgumentParser) -> None:
    actions = camera.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check",
        help="one look at cameras or files: what state they are in, and why",
        description="SOURCE is rtsp://, http:// (a picture or MJPEG), onvif://HOST, a video, a picture, a folder of "
        "pictures or a pattern. The login stands in the address or, as user:password, in LOA_CAMERA_LOGIN. "
        "Ends with 0 whatever state a camera is in, with 2 when a source is none.",
    )
    check.add_argument("sources", nargs="+", metavar="SOURCE")
    check.add_argument(
        "--frames",
        type=int,
        choices=range(1, 101),
        metavar="N",
        default=6,
        help="how many pictures, half a second apart (6)",
    )
    check.add_argument("--profile", type=Path, metavar="FILE", help="what is usual here: read, learnt from and kept")
    check.add_argument("--json", action="store_true", help="one JSON object per source, for programs")
    find = actions.add_parser(
        "find",
        help="the ONVIF cameras on this network",
        description="Asks by WS-Discovery, which does not cross routers, and prints who answers.",
    )
    find.add_argument(
        "--seconds", type=int, choices=range(1, 61), metavar="N", default=4, help="how long it listens (4)"
    )
    find.add_argument("--json", action="store_true", help="one JSON object per camera, for programs")


def run_camera(options: argparse.Namespace) -> int:
    from devices.agent.cameras.command import run_check, run_find

    if options.action == "find":
        return run_find(seconds=options.seconds, as_json=options.json)
    return run_check(options.sources, frames=options.frames, profile=options.profile, as_json=options.json)


def add_bench_arguments(bench: argparse.ArgumentParser) -> None:
    bench.description = (
        "Probes a second and CPU for each rung, beside plain cv2.VideoCapture and ffprobe. SOURCE as for "
        "`loa camera check`; without one, a video of its own and a camera that only answers."
    )
    bench.add_argument("sources", nargs="*", metavar="SOURCE")
    bench.add_argument(
        "--rounds", type=int, choices=range(1, 101), metavar="N", default=4, help="how often each is measured (4)"
    )
    bench.add_argument(
        "--watch",
        type=_cameras,
        metavar="N",
        default=0,
        help="only this: N cameras that are asked every minute, as devices do; takes three minutes and a half",
    )
    bench.add_argument("--json", action="store_true", help="JSON on standard output, for programs")


def _cameras(text: str) -> int:
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
    if not 1 <= count <= 10_000:
        raise argparse.ArgumentTypeError("1 to 10000 cameras")
    return count


def run_bench(options: argparse.Namespace) -> int:
    from devices.agent.cameras.bench import run_bench_cameras

    return run_bench_cameras(options.sources, rounds=options.rounds, as_json=options.json, watch=options.watch)
