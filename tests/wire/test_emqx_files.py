"""An EMQX that is set up as printed lets everybody say and hear what Mosquitto does: here its rules are read as EMQX
reads them, from the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.fleet.broker import access, emqx_files
from controller.fleet.broker.access import Principal, may_publish, may_subscribe
from controller.fleet.broker.emqx_files import Secrets
from devices.protocol.topics import AreaChannel, DeviceChannel, DeviceId, OutsideKind, SiteId, Topics
from schedules.programme import AreaId

SITES = ("xa-thu", "0", "2", "device")
TOKEN = re.compile(r"""\s*(?:%%[^\n]*\n)*\s*([{}\[\],.]|'[^']*'|"(?:\\.|[^"\\])*"|[a-z_]+)""")


def terms(text: str) -> Iterator[Any]:
    """The Erlang terms of a file, each ended by a full stop: tuples, lists, atoms and strings."""
    tokens = TOKEN.findall(text)
    while tokens:
        yield term(tokens)
        assert tokens.pop(0) == "."


def term(tokens: list[str]) -> Any:
    first = tokens.pop(0)
    if first in "{[":
        inside = []
        while tokens[0] not in "}]":
            inside.append(term(tokens))
            if tokens[0] == ",":
                tokens.pop(0)
        return tuple(inside) if tokens.pop(0) == "}" else inside
    return re.sub(r"\\(.)", r"\1", first[1:-1]) if first[0] in "\"'" else first


def allowed(rules: list[Any], principal: Principal, client_id: str, action: str, topic: str) -> bool:
    """What EMQX answers: the first rule that fits, where `{deny, all}` fits everybody."""
    for permission, who, *rest in rules:
        if not rest:
            return bool(permission == "allow")
        if rest[0] == action and is_meant(who, principal.username, client_id):
            attributes = emqx_files.attributes(principal.username)
            filters = [put(one, principal.username, client_id, attributes) for one in rest[1]]
            if any(fits(topic.split("/"), one.split("/")) for one in filters):
                return bool(permission == "allow")
    raise AssertionError("the last rule is for all")


def is_meant(who: Any, username: str, client_id: str) -> bool:
    kind, value = who
    if kind == "and":
        return all(is_meant(one, username, client_id) for one in value)
    asked = {"username": username, "clientid": client_id}[kind]
    if isinstance(value, tuple):
        return re.search(value[1].replace(r"\z", r"\Z"), asked) is not None  # PCRE's \z is Python's \Z
    return bool(value == asked)


def put(pattern: str, username: str, client_id: str, attributes: dict[str, str]) -> str:
    for placeholder, value in (("username", username), ("clientid", client_id)):
        pattern = pattern.replace(f"${{{placeholder}}}", value)
    return re.sub(r"\$\{client_attrs\.([a-z]+)\}", lambda found: attributes[found[1]], pattern)


def fits(name: list[str], pattern: list[str]) -> bool:
    """EMQX's matching of words: `+` takes any one level, be it a wildcard itself."""
    if pattern == ["#"] or not (name or pattern):
        return True
    return bool(name and pattern) and pattern[0] in ("+", name[0]) and fits(name[1:], pattern[1:])


def principals(topics: Topics) -> list[Principal]:
    """Of every kind that the controller makes on a broker that somebody else runs."""
    outside = [access.outsider(topics, kind, name) for kind in OutsideKind for name in ("kttv", "loa-01", "0")]
    devices = [access.device(topics, DeviceId(name)) for name in ("loa-01", "loa-02", "0", "2", "kttv", "device")]
    return [access.controller(topics), access.stopper(topics), *devices, *outside]


def every_topic(topics: Topics) -> list[str]:
    """Every kind there is, for several names, and what is near them."""
    areas = [topics.area(AreaId(name), channel) for name in ("thon-1", "0") for channel in AreaChannel]
    devices = [
        topics.device(DeviceId(name), channel) for name in ("loa-01", "loa-02", "0", "2") for channel in DeviceChannel
    ]
    outside = [topics.outside(kind, name) for kind in OutsideKind for name in ("kttv", "loa-01", "0")]
    filters = [*topics.from_every_device(), *topics.to_every_area(), *topics.from_outside(), topics.everything()]
    known = [*areas, *devices, *outside, *filters, topics.keys()]
    root = topics.everything().removesuffix("/#")
    near = ["#", "+", "+/#", "$SYS/#", "$SYS/brokers", "$delayed/5/" + topics.keys(), root, f"{root}/area/#"]
    near += [f"{root}/device/loa-01/#", f"{root}/device/loa-01/+", f"{root}/+/loa-01/command", "loa/1/+/keys"]
    return [
        *known,
        *near,
        *(one.replace(f"/{topics.site}/", "/xa-khac/") for one in known),
        *(f"{one}/x" for one in known),
    ]


@pytest.mark.parametrize("site", SITES)
def test_emqx_allows_whom_mosquitto_allows(site: str) -> None:
    topics = Topics(SiteId(site))
    rules = list(terms(emqx_files.rules(topics)))
    asked = 0
    for principal in principals(topics):
        client_id = principal.client_id or "any-1"
        for topic in every_topic(topics):
            assert allowed(rules, principal, client_id, "subscribe", topic) == may_subscribe(principal, topic), (
                principal.username,
                topic,
            )
            if "+" not in topic and "#" not in topic:  # MQTT itself lets nobody publish on a filter
                assert allowed(rules, principal, client_id, "publish", topic) == may_publish(principal, topic)
            asked += 1
    assert asked > 1000


LEVEL = st.sampled_from(
    ["loa", "1", "xa-thu", "area", "device", "source", "sensor", "loa-01", "kttv", "state", "plan", "command", "+", ""]
)
ANY = st.tuples(st.lists(LEVEL, min_size=1, max_size=7), st.sampled_from(["", "/#"])).map(
    lambda it: "/".join(it[0]) + it[1]
)
RULES = list(terms(emqx_files.rules(Topics(SiteId("xa-thu")))))


@given(st.sampled_from(principals(Topics(SiteId("xa-thu")))), ANY)
def test_emqx_and_mosquitto_agree_on_whatever_is_asked(principal: Principal, topic: str) -> None:
    client_id = principal.client_id or "any-1"
    assert allowed(RULES, principal, client_id, "subscribe", topic) == may_subscribe(principal, topic)
    if "+" not in topic and "#" not in topic:
        assert allowed(RULES, principal, client_id, "publish", topic) == may_publish(principal, topic)


@pytest.mark.parametrize(
    "username", ["loa.observer", "loa.accounts", "", "Loa-01", "+", "#", "loa-01/state", "source.a.b"]
)
def test_emqx_allows_nothing_to_whom_no_rule_names(username: str) -> None:
    stranger = Principal(username, (), (), username)
    for topic in every_topic(Topics(SiteId("xa-thu"))):
        for action in ("publish", "subscribe"):
            assert not allowed(RULES, stranger, username, action, topic)


def test_the_controllers_account_counts_under_its_own_client_id_alone() -> None:
    controller = access.controller(Topics(SiteId("xa-thu")))
    assert not allowed(RULES, controller, "loa-01", "publish", "loa/1/xa-thu/keys")


def test_no_rule_ends_with_a_plus_where_emqx_would_let_a_hash_through() -> None:
    assert not [one for rule in RULES if len(rule) == 4 for one in rule[3] if one.endswith("+")]


SECRETS = Secrets("k" * 32, "c" * 32, "p" * 32)


def test_the_settings_open_tls_alone_and_allow_nothing_that_no_rule_names() -> None:
    text = emqx_files.settings(console="https://loa.example", secrets=SECRETS, folder="etc/loa", own_console=True)
    for line in (
        "listeners.tcp.default.enable = false",
        "listeners.ws.default.enable = false",
        "no_match = deny",
        f'node.cookie = "{"c" * 32}"',
        f'dashboard.default_password = "{"p" * 32}"',
        'url = "https://loa.example/api/v1/broker/admit"',
        f'"authorization" = "Bearer {"k" * 32}"',
        'path = "etc/loa/acl.conf"',
        'password = "${password}"',
    ):
        assert line in text
    assert text.count('cacertfile = "etc/loa/cacert.pem"') == 2
    assert text.count("{") - text.count("${") == text.count("}") - text.count("${")
    assert "superuser" not in text
    assert "ssl {" not in emqx_files.settings(console="http://10.0.0.2:8080", secrets=SECRETS, folder="etc/loa")
