"""`loa emqx`: all that makes an EMQX the broker of this site."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from controller.fleet.broker import emqx_files
from controller.fleet.broker.emqx_files import Secrets
from controller.fleet.certificates import AUTHORITY, server_files
from controller.settings import LOOPBACK, Settings
from devices.clock import SystemClock
from devices.protocol.topics import Topics
from devices.secret_file import write_secret

BAD_INPUT = 2
HOST = "emqx.example"

STEPS = """\
# The controller is told, in its environment:
#   LOA_MQTT_URL=mqtts://{host}:8883
#   LOA_MQTT_CA={authority}
#   LOA_EMQX_KEY={key}
#   LOA_EMQX_API=http://KEY:SECRET@{host}:18083     (an API key with the role administrator)
#
# A device that is shut out comes in no more from that moment. With LOA_EMQX_API the controller ends the connection that
# it still has; without, do so yourself:
#   curl -u KEY:SECRET -X DELETE http://{host}:18083/api/v5/clients/DEVICE
#
"""


def print_set_up(to: Path | None, hosts: list[str], at: str) -> int:
    """0 after printing, or writing into `to`; 2 when that cannot be."""
    settings = Settings()
    known = urlsplit(settings.mqtt_url).hostname
    hosts = hosts or ([known] if known else [])
    key = settings.emqx_key.get_secret_value() if settings.emqx_key else secrets.token_urlsafe(32)
    if urlsplit(settings.url).hostname in LOOPBACK:
        print(f"loa: EMQX reaches the console at {settings.url} on the same machine only;", file=sys.stderr)
        print("loa: set LOA_PUBLIC_URL where it runs on another.", file=sys.stderr)
    steps = STEPS.format(host=hosts[0] if hosts else HOST, authority=settings.folder / AUTHORITY, key=key)
    new = Secrets(key, secrets.token_urlsafe(32), secrets.token_urlsafe(24))
    hocon = emqx_files.settings(console=settings.url, secrets=new, folder=at, own_console=settings.https)
    rules = emqx_files.rules(Topics(settings.site))
    if to is None:
        print(f"{steps}{hocon}\n# ---- {at}/acl.conf\n{rules}", end="")
        return 0
    if not hosts:
        print("loa: A certificate names a host: give --host NAME, as devices reach that EMQX.", file=sys.stderr)
        return BAD_INPUT
    try:
        _write(to, settings, hosts, steps + hocon, rules)
    except OSError as wrong:
        print(f"loa: {wrong}", file=sys.stderr)
        return BAD_INPUT
    print(f"{steps}# In {to}: loa.conf (append it to etc/emqx.conf); all else belongs in {at} there.")
    print("# The certificate holds for 397 days: run this again before, and copy cert.pem and key.pem.")
    return 0


def _write(to: Path, settings: Settings, hosts: list[str], hocon: str, rules: str) -> None:
    files, _ = server_files(settings.folder, settings.site, set(hosts), SystemClock().now(), "emqx")
    texts = {"cacert.pem": files.authority.read_text(), "cert.pem": files.certificate.read_text()}
    texts |= {"key.pem": files.key.read_text(), "loa.conf": hocon, "acl.conf": rules}
    for name, text in texts.items():
        write_secret(to / name, text.encode())
