"""The console as a browser without scripts meets it: who gets in, in which language, and what no page may hold."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

Visit = Callable[..., Any]


def test_a_stranger_is_asked_to_log_in_and_comes_back_to_the_page_that_was_wanted(visit: Visit) -> None:
    browser = visit()
    asked = browser.http.get("/programmes?state=draft")
    assert asked.url.path == "/login"
    assert 'value="/programmes?state=draft"' in asked.text
    back = browser.log_in("hoa", onwards="/programmes?state=draft")
    assert (back.status_code, str(back.url)) == (200, "http://testserver/programmes?state=draft")
    assert browser.http.get("/login").url.path == "/"


def test_a_wrong_password_is_the_same_page_with_a_sentence_and_the_name_kept(visit: Visit) -> None:
    for language, sentence in (("vi", "Tên đăng nhập hoặc mật khẩu không đúng."), ("en", "The username or the")):
        answer = visit(language=language).log_in("hoa", "guessed", "//evil.example")
        assert answer.status_code == 401
        assert sentence in answer.text
        assert 'value="hoa"' in answer.text
        assert "guessed" not in answer.text
        assert "evil" not in answer.text


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/login", "/logout", "/bulletins", "/programmes/p-1/approve", "/devices/new"])
def test_a_request_that_another_site_sends_is_refused(hoa: Any, path: str, header: dict[str, str]) -> None:
    answer = hoa.http.post(path, data=hoa.form, headers=header)
    assert answer.status_code == 403
    assert "Yêu cầu này đến từ một trang web khác" in answer.text


def test_after_logging_out_the_old_cookie_opens_nothing(visit: Visit) -> None:
    browser = visit()
    browser.log_in("hoa")
    cookie = browser.http.cookies["loa_session"]
    assert browser.post("/logout").url.path == "/login"
    browser.http.cookies.set("loa_session", cookie)
    assert browser.http.get("/").url.path == "/login"


def test_a_part_of_a_page_sends_the_whole_page_to_the_login_when_the_session_is_over(visit: Visit) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/devices?area=thon-1"}
    answer = visit().http.get("/devices?area=thon-1", headers=headers)
    assert answer.headers["HX-Redirect"] == "/login?next=%2Fdevices%3Farea%3Dthon-1"


def test_what_one_may_not_do_and_what_is_not_there_is_said_in_the_readers_language(binh: Any, visit: Visit) -> None:
    assert "Tài khoản của bạn không được làm việc này." in binh.get("/bulletins/new", expect=403)
    assert "Không có gì ở địa chỉ này." in binh.get("/nowhere", expect=404)
    assert "Không có lượt phát" in binh.get("/occurrences/o-1", expect=404)
    assert "There is nothing at this address." in visit("binh", "en").get("/nowhere", expect=404)
    assert binh.http.get("/api/v1/nowhere").json()["code"] == "not-found"


def test_the_language_is_switched_at_any_time_and_stays(hoa: Any) -> None:
    english = hoa.http.get("/language/en?next=/devices")
    assert english.url.path == "/devices"
    assert "What each loudspeaker last said of itself." in english.text
    assert '<html lang="en">' in hoa.get("/")
    assert '<html lang="vi">' in hoa.http.get("/language/vi?next=//evil.example").text
    assert hoa.http.get("/language/vi?next=//evil.example").url.host == "testserver"


class Strict(HTMLParser):
    """Notes what the security policy would forbid."""

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if name.startswith("on") or name == "style" or name == "hx-on":
                self.forbidden.append(f"<{tag} {name}>")
            if name in ("src", "href", "action", "formaction") and urlsplit(value or "").netloc:
                self.forbidden.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and data.strip():
            self.forbidden.append(f"<{self._inside}> {data[:40]}")


PAGES = ["/", "/bulletins/new", "/programmes", "/programmes?state=draft", "/devices", "/devices?state=offline"]
PAGES += ["/devices?area=thon-1", "/refusals", "/incidents?state=all", "/devices/new", "/login", "/nowhere"]


@pytest.mark.parametrize("username", ["ca", "ky"])
def test_no_page_holds_a_script_a_style_or_an_address_of_elsewhere(username: str, visit: Visit) -> None:
    browser = visit(username)
    for path in PAGES:
        answer = browser.http.get(path)
        strict = Strict()
        strict.feed(answer.text)
        assert strict.forbidden == [], path
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
