"""How a device joins: it makes its own key, shows the public half and a one-time code, and is told who it is."""

from __future__ import annotations

from pathlib import Path

import httpx
import msgspec

from devices.agent.errors import BadSettings, ControllerAway, EnrolmentRefused, NotEnrolled
from devices.agent.settings import KEY_FILE, Identity, MqttAccount
from devices.link.settings import Tls
from devices.protocol.errors import BadTopic
from devices.protocol.signing import SigningKey, VerifyKey
from devices.protocol.topics import DeviceId, SiteId, Topics
from devices.secret_file import write_secret

TIMEOUT = 20.0


class _Answer(msgspec.Struct, frozen=True):
    site: SiteId
    device: DeviceId
    signing_keys: tuple[str, ...]
    mqtt: MqttAccount
    audio_token: str
    root_key: str = ""
    authority: str = ""


class _Problem(msgspec.Struct, frozen=True):
    detail: str = ""


def enrol(
    controller_url: str, code: str, folder: Path, *, client: httpx.Client | None = None, authority: str = ""
) -> Identity:
    """The identity that the controller gives for `code`, kept in `folder`.

    BadSettings for an address that is none, EnrolmentRefused for a code that is not taken, ControllerAway otherwise.
    Over HTTPS `authority` (PEM) alone vouches for it, or those that the system trusts where that is empty. A second try
    after a broken line shows the same key.
    """
    base = _checked(controller_url)
    if not code.strip():
        raise BadSettings("Thiếu mã ghi danh.", "The enrolment code is missing.")
    try:
        trusted = Tls(ca_text=authority or None).context()
    except ValueError as wrong:
        raise BadSettings("Tệp chứng thực không dùng được.", f"The authority cannot be used: {wrong}.") from wrong
    key = _own_key(folder)
    asked = {"code": code.strip(), "public_key": key.public.text}
    try:
        if client is not None:
            answer = client.post(f"{base}/api/v1/enrolments", json=asked)
        else:
            answer = httpx.post(
                f"{base}/api/v1/enrolments", json=asked, timeout=TIMEOUT, trust_env=False, verify=trusted
            )
    except (httpx.HTTPError, httpx.InvalidURL) as away:
        raise ControllerAway(
            f"Không kết nối được với {base}. Hãy kiểm tra địa chỉ và mạng.",
            f"Cannot reach {base} ({type(away).__name__}). Check the address and the network.",
        ) from away
    identity = _identity(base, key, answer)
    identity.save(folder)
    return identity


def _checked(controller_url: str) -> str:
    try:
        url = httpx.URL(controller_url)
        usable = url.scheme in ("http", "https") and bool(url.host)
    except httpx.InvalidURL:
        usable = False
    if not usable:
        raise BadSettings(
            f"{controller_url!r} không phải là địa chỉ http:// hay https://.",
            f"{controller_url!r} is not an http:// or https:// address.",
        )
    return controller_url.rstrip("/")


def _own_key(folder: Path) -> SigningKey:
    path = folder / KEY_FILE
    try:
        if path.exists():
            return SigningKey.from_pem(path.read_bytes())
        key = SigningKey.generate()
        write_secret(path, key.to_pem())
        return key
    except ValueError as damaged:
        raise NotEnrolled(
            f"Khóa {path} bị hỏng. Hãy xóa tệp này rồi ghi danh lại.",
            f"The key {path} is damaged. Remove the file and enrol again.",
        ) from damaged
    except OSError as wrong:
        raise BadSettings(f"Không ghi được vào {folder}: {wrong}.", f"Cannot write to {folder}: {wrong}.") from wrong


def _identity(base: str, key: SigningKey, answer: httpx.Response) -> Identity:
    if answer.is_client_error:
        detail = _detail(answer)
        raise EnrolmentRefused(
            f"Bộ điều khiển không nhận mã ghi danh này: {detail}", f"The controller does not take this code: {detail}"
        )
    try:
        if answer.status_code != httpx.codes.CREATED:
            raise ValueError(f"status {answer.status_code}")
        given = msgspec.json.decode(answer.content, type=_Answer)
        Topics(given.site).to_device(given.device)
        keys = tuple(VerifyKey.from_text(text) for text in given.signing_keys)
        if not keys:
            raise ValueError("no signing key")
        root = VerifyKey.from_text(given.root_key) if given.root_key else None
    except (msgspec.MsgspecError, ValueError, BadTopic) as wrong:
        raise ControllerAway(
            f"{base} không trả lời như một bộ điều khiển loa xã ({wrong}).",
            f"{base} does not answer as a Loa xã controller does ({wrong}).",
        ) from wrong
    return Identity(base, given.site, given.device, key, keys, given.mqtt, given.audio_token, root, given.authority)


def _detail(answer: httpx.Response) -> str:
    try:
        detail = msgspec.json.decode(answer.content, type=_Problem).detail
    except msgspec.MsgspecError:
        detail = ""
    return detail[:300] or f"status {answer.status_code}"
