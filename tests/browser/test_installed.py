"""The console as an app on a phone, in a real browser: it can be installed, shows what is pushed although no page asks,
and without a network says so instead of showing what may be old."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser

from controller.store.people import Role
from controller.town import Town
from controller.web.assets import built_assets
from controller.web.server import WebServer, address_of, listen
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=COMMUNE_ZONE)
TOLD = {"title": "Chờ duyệt: Họp thôn", "text": "Thôn 2, 17:00", "about": "/programmes", "tag": "programme:p-1"}
DIFFERENCE = """async ([sign, icon]) => {
    const drawn = await Promise.all([sign, icon].map(async (address) => {
        const picture = Object.assign(new Image(), {src: address});
        await picture.decode();
        const pen = new OffscreenCanvas(192, 192).getContext("2d");
        pen.drawImage(picture, 0, 0, 192, 192);
        return pen.getImageData(0, 0, 192, 192).data;
    }));
    return drawn[0].reduce((sum, one, place) => sum + Math.abs(one - drawn[1][place]), 0) / drawn[0].length;
}"""
"""By how much two pictures differ, of 255."""
PUSH_SERVICE = """
const held = {
    toJSON: () => ({endpoint: "https://push.example.net/a", expirationTime: null, keys: KEYS}),
    unsubscribe: async () => { delete localStorage.held; return true; },
};
PushManager.prototype.getSubscription = async () => (localStorage.held ? held : null);
PushManager.prototype.subscribe = async ({applicationServerKey}) => {
    localStorage.held = applicationServerKey;
    return held;
};
"""
"""In the place of the browser's own, which would ask its maker."""
SHOWN = """navigator.serviceWorker.ready.then(worker => worker.getNotifications())
    .then(found => found.map(one => [one.title, one.body, one.data]))"""


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.long
def test_the_app_installs_shows_what_is_pushed_and_never_shows_old_news(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_PUSH_CONTACT", "mailto:xa@example.vn")
    with Town(tmp_path, NOW, villages={AreaId("thon-1"): 1}) as town:
        town.app.access.add_account("binh", "Bình", "mật khẩu đủ dài", frozenset({Role.APPROVER}))
        listener = listen("127.0.0.1", 0)
        server, url = WebServer(town.app.site, listener), address_of(listener)
        server.start()
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
        context.grant_permissions(["notifications"], origin=url)
        token = town.app.access.log_in("binh", "mật khẩu đủ dài").token
        context.add_cookies([{"name": "loa_session", "value": token, "url": url}])
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(url)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        assert page.evaluate(DIFFERENCE, [built_assets().url("loa.svg"), built_assets().url("icon-192.png")]) < 2
        chrome = context.new_cdp_session(page)
        assert chrome.send("Page.getAppManifest")["errors"] == []
        hindered = chrome.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert {one["errorId"] for one in hindered} <= {"in-incognito"}

        workers: list[dict[str, Any]] = []
        chrome.on("ServiceWorker.workerRegistrationUpdated", lambda event: workers.extend(event["registrations"]))
        chrome.send("ServiceWorker.enable")
        page.wait_for_timeout(200)
        order = {"origin": url, "registrationId": workers[0]["registrationId"], "data": json.dumps(TOLD)}
        chrome.send("ServiceWorker.deliverPushMessage", order)
        page.wait_for_function(f"{SHOWN}.then(found => found.length)")
        assert page.evaluate(SHOWN) == [[TOLD["title"], TOLD["text"], TOLD["about"]]]

        point = ec.generate_private_key(ec.SECP256R1()).public_key()
        keys = {
            "p256dh": text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
            "auth": text(b"a" * 16),
        }
        page.add_init_script(PUSH_SERVICE.replace("KEYS", json.dumps(keys)))
        page.goto(f"{url}/me/channels")
        page.get_by_role("button", name="Báo cho tôi trên máy này").click()
        page.wait_for_selector("text=(máy này)")
        assert page.evaluate("localStorage.held") == town.app.sending.push_key
        page.get_by_role("button", name="Thôi báo trên máy này").click()
        page.wait_for_selector("text=Chưa có nơi nhận")
        assert page.evaluate("localStorage.held") is None
        assert said == []

        town.run_for(timedelta(minutes=1))
        server.stop()
        page.goto(f"{url}/programmes")
        assert "Không có mạng" in page.inner_text("main")
        assert page.evaluate("caches.open('offline-1').then(kept => kept.keys()).then(kept => kept.length)") < 10
        context.close()
