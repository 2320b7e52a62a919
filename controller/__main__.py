"""The command `loa`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from controller.auditing.arguments import add_audit_arguments, run_audit
from controller.bench.arguments import add_benches, run_bench, up_to
from controller.fleet.broker.emqx_arguments import add_emqx_arguments, run_emqx
from controller.fleet.invite_arguments import add_invite_arguments, run_invite
from controller.fleet.keys_arguments import add_keys_arguments, run_keys
from controller.keeping.arguments import KEEPING, add_keeping_arguments
from devices.agent.cameras.arguments import add_camera_arguments, run_camera
from schedules.__main__ import add_arguments as add_plan_arguments
from schedules.__main__ import run as run_plan

BAD_INPUT = 2
_APART = {
    "audit": run_audit,
    "bench": run_bench,
    "camera": run_camera,
    "emqx": run_emqx,
    "invite": run_invite,
    "keys": run_keys,
    **KEEPING,
}
MOST_DAYS, MOST_SPEAKERS = 3660, 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 is success, 1 a promise that did not hold, 2 bad input."""
    options = _parser().parse_args(arguments)
    try:
        return _APART[options.command](options) if options.command in _APART else _run(options)
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.split(".")[0] in ("controller", "devices", "schedules"):
            raise
        print(f"loa: thiếu {missing.name}; cài đủ bằng: pip install 'loa-xa[controller,demo]'", file=sys.stderr)
        print(f"loa: {missing.name} is missing; install all with the command above", file=sys.stderr)
        return BAD_INPUT
    except ValueError as wrong:
        if not (sentences := _bad_settings(wrong)):
            raise
        print("\n".join(sentences), file=sys.stderr)
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loa", description="Loa xã: mạng loa thông minh của xã. The smart loudspeakers of a commune."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="a whole commune on this machine, with nothing to set up",
        description="Starts the controller, a broker and 12 simulated loudspeakers in 3 villages. Ctrl-C ends it.",
    )
    demo.add_argument("--check", action="store_true", help="one bulletin to two villages: prove what sounded, and end")
    demo.add_argument("--sound", type=Path, metavar="DIR", help="write what each loudspeaker sounds as WAV into DIR")
    demo.add_argument("--json", action="store_true", help="JSON on standard output, for programs")
    demo.add_argument("--no-history", action="store_true", help="an empty commune: nothing has happened in it")
    serve = commands.add_parser(
        "serve",
        help="the controller of a commune",
        description="Runs the controller with the settings in LOA_… variables. Ctrl-C ends it.",
    )
    serve.add_argument("--settings", action="store_true", help="print every setting with its value, and end")
    speak = commands.add_parser(
        "speak",
        help="how a text is read aloud",
        description="Reads lines from standard input and prints how each would be spoken, one line each.",
    )
    speak.add_argument("--text", action="store_true", required=True, help="print the spoken words")
    speak.add_argument("--region", choices=("north", "central", "south"), default="north", help="whose words")
    speak.add_argument(
        "--lexicon",
        type=Path,
        metavar="FILE",
        help="the commune's own words: a written form, a tab, a spoken one a line",
    )
    add_benches(commands)
    _add_town(
        commands.add_parser(
            "town",
            help="days of a whole commune in minutes, with faults",
            description="Runs the real controller and real agents under a hand-moved clock, lets lines, power, clocks, "
            "disks and programs fail as a seed says, and holds every promise against what was heard. "
            "Ends with 1 when one is broken, and with the shortest story that shows it.",
        )
    )
    plan = commands.add_parser(
        "plan",
        help="what sounds on a day, from programme files",
        description="Prints what each area will sound on one day, or checks a folder of programme files.",
    )
    add_plan_arguments(plan)
    add_keeping_arguments(commands)
    add_keys_arguments(commands.add_parser("keys", help="whose orders count: exchange, revoke, take the root key away"))
    add_invite_arguments(commands.add_parser("invite", help="a one-time code with which a loudspeaker joins"))
    add_emqx_arguments(commands.add_parser("emqx", help="how an EMQX is set up as the broker of this site"))
    add_audit_arguments(commands.add_parser("audit", help="who changed what, and whether that was altered"))
    add_camera_arguments(
        commands.add_parser("camera", help="cameras", description="Is a camera there, and worth looking at?")
    )
    _add_alert(commands.add_parser("alert", help="official warnings", description="What becomes of official warnings."))
    return parser


def _add_town(town: argparse.ArgumentParser) -> None:
    town.add_argument("--days", type=up_to(MOST_DAYS), default=30, help="how many days (30)")
    town.add_argument("--speakers", type=up_to(MOST_SPEAKERS), default=40, help="how many, eight to a village (40)")
    town.add_argument("--faults", choices=("none", "light", "heavy"), default="heavy", help="how much fails (heavy)")
    town.add_argument("--seed", type=int, default=1, help="the same seed tells the same story (1)")
    town.add_argument("--json", action="store_true", help="JSON on standard output, for programs")


def _add_alert(alert: argparse.ArgumentParser) -> None:
    actions = alert.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser(
        "check",
        help="what would become of these files; without a sound, a network or a trace",
        description="Reads CAP alerts, alone, in Atom or RSS feeds or in EDXL-DE envelopes: one line per alert.",
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument(
        "--areas", type=Path, required=True, metavar="FILE", help="loudspeakers and areas (JSON, GeoJSON)"
    )
    check.add_argument("--trust", type=Path, metavar="DIR", help="the pinned keys, one PEM file a source")
    check.add_argument(
        "--at", default="", metavar="TIME", help="as if received then, such as 2026-11-22T10:00:00+07:00"
    )
    check.add_argument("--exercise", default="", metavar="NAME", help="an exercise of this name is open")
    check.add_argument("--json", action="store_true", help="JSON on standard output, for programs")
    _add_send(
        actions.add_parser(
            "send",
            help="hand in a file, or go the whole path of a warning in silence",
            description="With --url and --key: hands a CAP file in as a source does; what is verified and urgent "
            "sounds. With --drill: goes the whole path and prints each step with its time; loudspeakers only "
            "answer a silent order. Without FILE a drill makes and signs a message from a template.",
        )
    )
    _add_stop(
        actions.add_parser(
            "stop",
            help="all stop",
            description=(
                "All stop, with nothing but the signing key and the way to the broker: it works while the console, the "
                "controller and the database are down."
            ),
        )
    )


def _add_send(send: argparse.ArgumentParser) -> None:
    send.add_argument("file", nargs="?", type=Path, metavar="FILE")
    send.add_argument("--url", default="", help="the console's address, such as http://127.0.0.1:8080")
    send.add_argument("--key", default="", metavar="KEY", help="the source's key, or @FILE that holds it")
    send.add_argument("--drill", action="store_true", help="no sound: print each step of the path with its time")
    send.add_argument("--areas", type=Path, metavar="FILE", help="drill: with these areas, not the commune's own")
    send.add_argument("--trust", type=Path, metavar="DIR", help="drill: with these keys, one PEM file a source")
    send.add_argument("--at", default="", metavar="TIME", help="drill: as if received then")
    send.add_argument("--hazard", default="flood", help="drill without FILE: whose template (flood)")
    send.add_argument("--level", type=up_to(5), default=4, help="drill without FILE: which level (4)")
    send.add_argument("--area", action="append", default=[], metavar="AREA", help="drill without FILE: where (all)")
    send.add_argument("--wait", type=up_to(600), default=60, metavar="SECONDS", help="drill: for answers (60)")
    send.add_argument("--json", action="store_true", help="JSON on standard output, for programs")


def _add_stop(stop: argparse.ArgumentParser) -> None:
    stop.add_argument("--area", action="append", default=[], metavar="AREA", help="where; may be given several times")
    stop.add_argument("--all", action="store_true", dest="everywhere", help="in every area that the broker knows")
    stop.add_argument(
        "--key",
        type=Path,
        default=Path("loa-data/site-signing-key.pem"),
        metavar="FILE",
        help="the site's signing key (loa-data/site-signing-key.pem)",
    )
    stop.add_argument("--broker", default="127.0.0.1:1883", metavar="HOST:PORT", help="(127.0.0.1:1883)")
    stop.add_argument("--ca", type=Path, metavar="FILE", help="with mqtts://: the site's authority, site-ca.pem")
    stop.add_argument("--site", default="xa", help="name of the installation (xa)")
    stop.add_argument("--minutes", type=float, default=10.0, help="so long nothing planned begins either (10)")


def _bad_settings(wrong: ValueError) -> list[str]:
    """A line for each setting in the environment that cannot be used; none where something else is wrong."""
    from pydantic import ValidationError

    if not isinstance(wrong, ValidationError) or wrong.title != "Settings":
        return []
    names = {f"LOA_{'_'.join(map(str, one['loc'])).upper()}": one["msg"] for one in wrong.errors()}
    return [f"loa: {name} không dùng được / cannot be used: {why}" for name, why in names.items()]


def _run(options: argparse.Namespace) -> int:
    if options.command == "demo":
        from controller.demo.command import run_demo

        return run_demo(check=options.check, sound=options.sound, as_json=options.json, history=not options.no_history)
    if options.command == "serve":
        from controller.serve import print_settings, run_serve

        return print_settings() if options.settings else run_serve()
    if options.command == "speak":
        from controller.speech.reading.command import speak_lines

        return speak_lines(sys.stdin, sys.stdout, sys.stderr, options.region, options.lexicon)
    if options.command == "alert":
        return _alert(options)
    if options.command == "town":
        from controller.town.command import run_town
        from controller.town.events import Weather
        from controller.town.story import Setting

        setting = Setting(options.seed, options.days, options.speakers, Weather(options.faults))
        return run_town(setting, as_json=options.json)
    return run_plan(options, sys.stdout, sys.stderr)


def _alert(options: argparse.Namespace) -> int:
    if options.action == "stop":
        from controller.all_stop import run_stop

        return run_stop(
            options.key, options.broker, options.site, options.area, options.everywhere, options.minutes, options.ca
        )
    if options.action == "send":
        return _send(options)
    from controller.alerts.check import check_files

    return check_files(
        options.files,
        areas=options.areas,
        trust=options.trust,
        at=options.at,
        exercise=options.exercise,
        as_json=options.json,
    )


def _send(options: argparse.Namespace) -> int:
    if options.drill:
        from controller.drill import Wanted, run_drill

        wanted = Wanted(
            options.file,
            options.hazard,
            options.level,
            tuple(options.area),
            options.areas,
            options.trust,
            options.at,
            options.wait,
        )
        return run_drill(wanted, as_json=options.json)
    if not (options.file and options.url and options.key):
        print("loa: Give FILE, --url and --key; or --drill, by which nothing sounds.", file=sys.stderr)
        return BAD_INPUT
    from controller.alerts.sending import send_file

    return send_file(options.file, options.url, options.key, as_json=options.json)


if __name__ == "__main__":
    raise SystemExit(main())
