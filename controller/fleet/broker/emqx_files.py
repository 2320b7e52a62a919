"""What an EMQX (5.7 or later) reads: its settings in HOCON, and its access rules as Erlang terms. Pure.

The rules are made of the principals that Mosquitto is given, so that both let everybody say and hear the same. A rule
holds for every device or outsider at once: EMQX puts the name of whoever asks in the place of the placeholder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from controller.fleet.broker import access
from controller.fleet.broker.access import Principal
from devices.protocol.topics import NAME_PATTERN, DeviceId, OutsideKind, Topics

ADMIT = "/api/v1/broker/admit"
"""Where EMQX asks the controller who may come in."""
NAME = "name"
"""The attribute of a client that the controller's answer carries: what it is called within its kind."""

SETTINGS = """\
# EMQX 5.7 or later: append this to etc/emqx.conf: what comes later counts. The rules go to {acl}.

# An EMQX comes with secrets that everybody knows: these take their place before its first start, the same on each node.
node.cookie = {cookie}
dashboard.default_password = {password}

# Nobody comes in but over TLS, under the site's own authority.
listeners.ssl.default {{
  bind = "0.0.0.0:8883"
  ssl_options {{
    cacertfile = {authority}
    certfile = {certificate}
    keyfile = {key}
    verify = verify_none
    versions = ["tlsv1.3", "tlsv1.2"]
  }}
}}
listeners.tcp.default.enable = false
listeners.ws.default.enable = false
listeners.wss.default.enable = false

# As Mosquitto has it: a plan fits, and what waits for a device that is away soon ends.
mqtt {{
  max_packet_size = 1MB
  max_inflight = 1000
  max_mqueue_len = 100000
  session_expiry_interval = 2m
}}

# Who may come in is asked of the controller; while it is down nobody new does, and who is in stays.
authentication = [
  {{
    mechanism = password_based
    backend = http
    method = post
    url = {url}
    headers {{
      "content-type" = "application/json"
      "authorization" = {bearer}
    }}
    body {{
      username = "${{username}}"
      password = "${{password}}"
      clientid = "${{clientid}}"
    }}
    request_timeout = 5s{tls}
  }}
]

# Who is in says and hears what the rules name, and nothing else.
authorization {{
  no_match = deny
  deny_action = ignore
  cache.enable = true
  sources = [
    {{
      type = file
      enable = true
      path = {acl}
    }}
  ]
}}
"""
_TLS = """
    ssl {{
      enable = true
      verify = verify_peer{authority}
    }}"""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`key` shows the controller who asks; `cookie` joins the nodes of a cluster; `password` opens the dashboard."""

    key: str
    cookie: str
    password: str


def settings(*, console: str, secrets: Secrets, folder: str, own_console: bool = False) -> str:
    """HOCON for an EMQX whose certificate and rules lie in `folder` there, and which asks the controller at `console`;
    `own_console`: the site's own authority vouches for the console."""
    authority = f"{folder}/cacert.pem"
    vouched = f"\n      cacertfile = {json.dumps(authority)}" if own_console else ""
    return SETTINGS.format(
        cookie=json.dumps(secrets.cookie),
        password=json.dumps(secrets.password),
        authority=json.dumps(authority),
        certificate=json.dumps(f"{folder}/cert.pem"),
        key=json.dumps(f"{folder}/key.pem"),
        url=json.dumps(console.rstrip("/") + ADMIT),
        bearer=json.dumps(f"Bearer {secrets.key}"),
        tls=_TLS.format(authority=vouched) if console.startswith("https://") else "",
        acl=json.dumps(f"{folder}/acl.conf"),
    )


def rules(topics: Topics) -> str:
    """The access rules of the site: first match counts, and nothing is allowed that no rule names."""
    return "".join(f"{line}\n" for line in (*_rules(topics), "{deny, all}."))


def attributes(username: str) -> dict[str, str]:
    """What the controller tells of an account that it lets in; the rules need it."""
    return {NAME: username.rpartition(".")[2]}


def _rules(topics: Topics) -> Iterator[str]:
    stand_in = "2" if topics.site == "0" else "0"
    yield from _allow("The controller", access.controller(topics))
    yield from _allow("All stop while the controller is down", access.stopper(topics))
    device = access.device(topics, DeviceId(stand_in))
    named = f"{{re, {_text(_whole(NAME_PATTERN))}}}"
    who = f"{{'and', [{{username, {named}}}, {{clientid, {named}}}]}}"
    yield from _allow("Each loudspeaker its own", _with(device, stand_in, "${username}"), who)
    for kind in OutsideKind:
        outsider = _with(access.outsider(topics, kind, stand_in), stand_in, f"${{client_attrs.{NAME}}}")
        who = f"{{username, {{re, {_text(_whole(f'{kind.value}[.]{NAME_PATTERN}'))}}}}}"
        yield from _allow(f"Each {kind.value} its own", outsider, who)


def _with(principal: Principal, stand_in: str, placeholder: str) -> Principal:
    def put(topics: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            "/".join(placeholder if level == stand_in else level for level in one.split("/")) for one in topics
        )

    return Principal(principal.username, put(principal.speaks), put(principal.hears), principal.client_id)


def _allow(comment: str, principal: Principal, who: str = "") -> Iterator[str]:
    yield f"%% {comment}."
    who = who or _who(principal)
    for action, topics in (("publish", principal.speaks), ("subscribe", principal.hears)):
        if topics:
            yield f"{{allow, {who}, {action}, [{', '.join(map(_text, topics))}]}}."


def _who(principal: Principal) -> str:
    username = f"{{username, {_text(principal.username)}}}"
    if principal.client_id is None:
        return username
    return f"{{'and', [{username}, {{clientid, {_text(principal.client_id)}}}]}}"


def _whole(pattern: str) -> str:
    return rf"\A{pattern}\z"


def _text(text: str) -> str:
    """As Erlang writes it: for what is in topics and patterns, the same as JSON."""
    return json.dumps(text)
