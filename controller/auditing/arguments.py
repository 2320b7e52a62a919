"""What the command `loa audit` takes; light, so that other commands need not wait for it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_audit_arguments(audit: argparse.ArgumentParser) -> None:
    audit.description = "Reads the audit of the commune of the LOA_… settings."
    actions = audit.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser(
        "verify",
        help="find every change, insertion and removal",
        description="Reads every row. Ends with 1 when one was altered, put in or taken out.",
    )
    verify.add_argument(
        "--anchors", type=Path, action="append", default=[], metavar="FILE", help="a copy of audit-anchors.jsonl"
    )
    verify.add_argument("--json", action="store_true", help="JSON on standard output, for programs")
    export = actions.add_parser("export", help="all rows, on standard output", description="Writes all rows.")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="JSON lines or a table (jsonl)")


def run_audit(options: argparse.Namespace) -> int:
    from controller.auditing.command import run_export, run_verify

    if options.action == "export":
        return run_export(options.format)
    return run_verify(options.anchors, as_json=options.json)
