"""Every page of the console, and how a person comes to look at it: for tests and pictures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from controller.demo.run import Demo
from controller.demo.village import Person

QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as `who` sees it: the administrator, an editor, an approver, or nobody."""

    name: str
    path: str
    who: str = "editor"


def program() -> str | None:
    """Where the system's Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=program(), args=[*QUIET, *sandbox])
    try:
        yield browser
    finally:
        browser.close()


def person(demo: Demo, who: str) -> Person:
    return {"administrator": demo.administrator, "editor": demo.editor, "approver": demo.approver}[who]


def enter(page: Page, somebody: Person) -> None:
    """Comes in by the API, as the browser would by the form."""
    said = {"username": somebody.username, "password": somebody.password}
    assert page.context.request.post("/api/v1/session", data=said).ok


def sights(demo: Demo) -> tuple[Sight, ...]:
    """All pages of this demo; of those that there are many of, one that has much to show."""
    with demo.client(demo.administrator) as client:

        def found(path: str) -> Any:
            return client.get(f"/api/v1/{path}").raise_for_status().json()

        heard = max(found("programmes?state=approved"), key=lambda one: one["written_at"])
        sounded = found(f"programmes/{heard['id']}/occurrences")
        told = found("incidents?state=all&kind=camera-picture")["incidents"]
        spoken = next((one for one in found("alerts") if one["level"]), None)
        account = found("accounts")[0]["id"]
        public = found("bulletins")[-1]["id"]
    return (
        Sight("login", "/login", ""),
        Sight("today", "/"),
        Sight("write", "/bulletins/new"),
        Sight("approvals", "/programmes", "approver"),
        Sight("programme", f"/programmes/{heard['id']}"),
        *(Sight("broadcast", f"/occurrences/{one['id']}") for one in sounded[:1]),
        Sight("calendar", "/calendar", "approver"),
        Sight("month", "/calendar?view=month", "approver"),
        Sight("calendars", "/calendars", "approver"),
        Sight("calendar-entry", "/calendars/new?kind=quiet-hours", "approver"),
        Sight("devices", "/devices"),
        Sight("device", "/devices/loa-thon-1-1"),
        Sight("devices-map", "/devices/map"),
        Sight("enrol", "/devices/new"),
        Sight("refusals", "/refusals"),
        Sight("cameras", "/cameras"),
        Sight("camera", "/cameras/bo-de"),
        Sight("cameras-map", "/cameras/map"),
        Sight("uptime", "/cameras/uptime"),
        Sight("camera-add", "/cameras/add"),
        Sight("camera-change", "/cameras/bo-de/change"),
        Sight("alerts", "/alerts", "approver"),
        *([Sight("alert", f"/alerts/{spoken['id']}", "approver")] if spoken else []),
        Sight("alert-own", "/alerts/own"),
        Sight("alert-source", "/alerts/source", "administrator"),
        Sight("alert-authority", "/alerts/authority", "administrator"),
        Sight("incidents", "/incidents"),
        *(Sight("incident", f"/incidents/{one['id']}") for one in told[:1]),
        Sight("complaints", "/complaints"),
        Sight("reports", "/reports", "approver"),
        Sight("people", "/people", "administrator"),
        Sight("person", f"/people/{account}", "administrator"),
        Sight("me", "/me"),
        Sight("my-channels", "/me/channels"),
        Sight("channels", "/channels", "administrator"),
        Sight("lexicon", "/lexicon"),
        Sight("areas", "/areas", "administrator"),
        Sight("area", "/areas/thon-1", "administrator"),
        Sight("areas-file", "/settings/areas-file", "administrator"),
        Sight("settings", "/settings", "administrator"),
        Sight("voices", "/settings/voices", "administrator"),
        Sight("backup", "/settings/backup", "administrator"),
        Sight("about", "/settings/about", "administrator"),
        Sight("audit", "/audit", "administrator"),
        Sight("offline", "/offline", ""),
        Sight("public", "/public", ""),
        Sight("public-bulletin", f"/public/bulletins/{public}", ""),
        Sight("complain", "/public/complain", ""),
        Sight("nowhere", "/nowhere"),
    )
