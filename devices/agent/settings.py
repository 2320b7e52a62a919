"""What an agent is told before it runs: settings from a file and the environment, and the identity from enrolment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from devices.agent.errors import BadSettings, NotEnrolled
from devices.protocol.errors import BadTopic
from devices.protocol.signing import SigningKey, VerifyKey
from devices.protocol.topics import DeviceId, SiteId, Topics
from devices.secret_file import write_secret

SETTINGS_FILE = "agent.toml"
IDENTITY_FILE = "identity.json"
KEY_FILE = "device-key.pem"
ENVIRONMENT = "LOA_AGENT_"


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sound` is `aplay`, `pw-play` or a folder for WAV files; `controller_url` replaces the one of the enrolment.

    `contacts` says which alarm each contact sets off: the path of its file to the name in the configuration.
    """

    folder: str = "loa-agent"
    sound: str = "aplay"
    controller_url: str = ""
    contacts: dict[str, str] = msgspec.field(default_factory=dict)

    @classmethod
    def load(cls, environment: Mapping[str, str], **given: str | None) -> AgentSettings:
        """What is `given` on the command line counts more than LOA_AGENT_* in the environment, and that more than
        `agent.toml` in the folder. BadSettings names what is wrong."""
        names = cls.__struct_fields__
        told = {
            name: environment[ENVIRONMENT + name.upper()] for name in names if ENVIRONMENT + name.upper() in environment
        }
        told |= {name: value for name, value in given.items() if value is not None}
        written = _read_toml(Path(told.get("folder", cls().folder)) / SETTINGS_FILE)
        try:
            return msgspec.convert(written | told, type=cls)
        except msgspec.ValidationError as wrong:
            raise BadSettings(f"Thiết lập sai: {wrong}.", f"Bad settings: {wrong}.") from wrong


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise BadSettings(f"Không đọc được {path}: {wrong}.", f"Cannot read {path}: {wrong}.") from wrong


class MqttAccount(msgspec.Struct, frozen=True):
    """The door to the broker that was opened for this device alone."""

    host: str
    port: int
    username: str
    password: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this device is, whom it believes, and how it comes in. Secret: the key, the password and the token."""

    controller_url: str
    site: SiteId
    device: DeviceId
    key: SigningKey
    controller_keys: tuple[VerifyKey, ...]
    mqtt: MqttAccount
    audio_token: str
    root_key: VerifyKey | None = None
    """Says whose orders count; None for who was enrolled where there was none."""
    authority: str = ""
    """Who vouches for the site's servers (PEM), and nobody else; empty: those that the system trusts."""

    def save(self, folder: Path) -> None:
        """The files appear complete and readable by their owner only, or not at all."""
        kept = _Kept(
            self.controller_url,
            self.site,
            self.device,
            tuple(key.text for key in self.controller_keys),
            self.mqtt,
            self.audio_token,
            "" if self.root_key is None else self.root_key.text,
            self.authority,
        )
        write_secret(folder / KEY_FILE, self.key.to_pem())
        write_secret(folder / IDENTITY_FILE, msgspec.json.format(msgspec.json.encode(kept), indent=2))

    @classmethod
    def load(cls, folder: Path) -> Identity:
        """NotEnrolled when `folder` holds no usable identity."""
        try:
            kept = msgspec.json.decode((folder / IDENTITY_FILE).read_bytes(), type=_Kept)
            Topics(kept.site).to_device(kept.device)
            return cls(
                kept.controller_url,
                kept.site,
                kept.device,
                SigningKey.from_pem((folder / KEY_FILE).read_bytes()),
                tuple(VerifyKey.from_text(text) for text in kept.controller_keys),
                kept.mqtt,
                kept.audio_token,
                VerifyKey.from_text(kept.root_key) if kept.root_key else None,
                kept.authority,
            )
        except FileNotFoundError as missing:
            raise NotEnrolled(
                f"Thiết bị chưa được ghi danh: không có {missing.filename}."
                f" Hãy chạy: loa-agent enrol URL CODE --folder {folder}",
                f"This device is not enrolled: there is no {missing.filename}."
                f" Run: loa-agent enrol URL CODE --folder {folder}",
            ) from missing
        except (OSError, ValueError, msgspec.MsgspecError, BadTopic) as wrong:
            raise NotEnrolled(
                f"Danh tính trong {folder} bị hỏng ({wrong}). Hãy ghi danh lại.",
                f"The identity in {folder} is damaged ({wrong}). Enrol again.",
            ) from wrong


class _Kept(msgspec.Struct, frozen=True):
    controller_url: str
    site: SiteId
    device: DeviceId
    controller_keys: tuple[str, ...]
    mqtt: MqttAccount
    audio_token: str
    root_key: str = ""
    authority: str = ""
