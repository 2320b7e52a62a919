"""Everything that may be set from outside: environment variables named `LOA_…`, each with a default that works."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from devices.protocol.topics import SiteId

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
WINDOW = f"{CLOCK}-{CLOCK}"


LOOPBACK = ("127.0.0.1", "::1", "localhost")
LAST_RESORT = "espeak-ng"
VOICES = ("piper", "gtts", LAST_RESORT)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LOA_", frozen=True, extra="ignore")

    site: SiteId = Field(default=SiteId("xa"), description="name of this installation, in every topic")
    folder: Path = Field(default=Path("loa-data"), description="where keys, sounds and the SQLite database are kept")
    database_url: str = Field(default="", description="SQLAlchemy address; empty: SQLite in the folder")
    host: str = Field(default="127.0.0.1", description="address that the console listens on")
    port: int = Field(default=8080, description="port that the console listens on")
    https: bool = Field(
        default=False, description="the console speaks HTTPS alone, under the site's own authority (site-ca.pem)"
    )
    public_url: str = Field(default="", description="address of the console as devices see it; empty: host and port")
    mqtt_url: str = Field(
        default="",
        description="mqtt://user:password@host:port of a broker (EMQX: no user); empty: start Mosquitto here",
    )
    mqtt_public_host: str = Field(default="", description="the broker's name as devices see it; empty: as we see it")
    mqtt_bind: str = Field(default="127.0.0.1", description="address that a Mosquitto started here listens on")
    mqtt_tls: bool | None = Field(
        default=None,
        description="whether a Mosquitto started here speaks TLS alone; empty: where others than this machine reach it",
    )
    mqtt_ca: Path | None = Field(
        default=None, description="authority (PEM) of a broker at mqtts://; empty: those that the system trusts"
    )
    mqtt_tls_folder: Path | None = Field(
        default=None,
        description="folder in which a Mosquitto at LOA_MQTT_URL finds its certificate (server.pem, server-key.pem), "
        "of the site's own authority and renewed in time; empty: it has one from elsewhere",
    )
    emqx_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="the broker at LOA_MQTT_URL is an EMQX, and shows this key when it asks who may come in",
    )
    emqx_api: str = Field(
        default="", description="http://key:secret@host:18083 of that EMQX: who is shut out is cut off there at once"
    )
    mqtt_port: int = Field(default=1883, description="port that a Mosquitto started here listens on")
    voices: str = Field(
        default="piper,gtts,espeak-ng",
        description="who is asked to speak, in order: piper, gtts, espeak-ng; espeak-ng always at last",
    )
    piper_program: str = Field(default="piper", description="Piper's program: a name on PATH, or a path")
    piper_voice: str = Field(
        default="", description="Piper's voice file, with its .onnx.json beside it; empty: Piper is not asked"
    )
    plan_hours: int = Field(default=72, ge=1, le=24 * 14, description="how far ahead devices keep the plan")
    heartbeat_seconds: float = Field(default=30.0, gt=0, description="how often a device says that it is there")

    oidc_issuer: str = Field(default="", description="address of an OpenID Connect provider; empty: none")
    oidc_client_id: str = Field(default="", description="what this site is called at that provider")
    oidc_client_secret: SecretStr | None = Field(default=None, description="its secret there")
    audit_months: int = Field(
        default=24, ge=1, le=600, description="how long it is kept who changed what; older rows go from the front"
    )
    camera_viewers: str = Field(
        default="technician,approver",
        pattern=r"^((administrator|editor|approver|technician|viewer)(,|$))*$",
        description="roles that may look at pictures of cameras, besides administrators; each look is recorded",
    )
    alert_months: int = Field(
        default=24, ge=1, le=600, description="how long warnings that are over are kept, with their story"
    )
    audio_days: int = Field(
        default=90,
        ge=1,
        le=36_500,
        description="how long a sound is kept after it was made or last heard, if nothing will be heard of it again",
    )
    public_page: bool = Field(
        default=True, description="whether anybody may read without logging in what was aired, and which warnings hold"
    )
    push_contact: str = Field(
        default="",
        pattern=r"^((mailto:|https://)\S+)?$",
        description="mailto: or https: address under which the push services of browsers reach you; empty: no push to "
        "phones, and nobody outside is asked",
    )
    map_tiles: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~/{}?=&%@-]*)?$",
        description="address of the tiles under maps, as in https://tiles.example/{z}/{x}/{y}.png; empty: none, and no "
        "page ever asks elsewhere than here",
    )
    map_tiles_by: str = Field(default="", max_length=200, description="whose tiles they are, as they want to be named")
    quiet_hours: str = Field(
        default="22:00-05:00",
        pattern=rf"^({WINDOW}(, ?{WINDOW})*)?$",
        description="when devices let nothing sound but emergencies, as in 22:00-05:00,11:30-13:00; empty: never. "
        "Holds until quiet hours are written in the calendar",
    )

    @field_validator("voices")
    @classmethod
    def only_known_voices(cls, listed: str) -> str:
        if unknown := [name for name in _names(listed) if name not in VOICES]:
            raise ValueError(f"no voice is called {unknown[0]!r}; there are {', '.join(VOICES)}")
        return listed

    @property
    def voice_order(self) -> tuple[str, ...]:
        """Each that may be asked, once; whatever was listed, there is one that needs nothing."""
        asked = dict.fromkeys((*_names(self.voices), LAST_RESORT))
        return tuple(name for name in asked if name != "piper" or self.piper_voice)

    @property
    def picture_roles(self) -> tuple[str, ...]:
        return tuple(_names(self.camera_viewers))

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / 'loa.db'}"

    @property
    def mosquitto_tls(self) -> bool:
        """Whether the Mosquitto that is started here speaks TLS."""
        return self.mqtt_bind not in LOOPBACK if self.mqtt_tls is None else self.mqtt_tls

    @property
    def url(self) -> str:
        return self.public_url or f"{'https' if self.https else 'http'}://{self.host}:{self.port}"


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]
