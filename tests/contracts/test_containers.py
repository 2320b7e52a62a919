"""What can be proven of the containers where no engine is at hand: the files, and the same programs run by hand."""

from __future__ import annotations

import fnmatch
import re
import socket
from pathlib import Path

import pytest
import yaml

from controller.fleet.broker.mosquitto_child import CONFIGURATION
from controller.settings import Settings
from devices.agent.health import SOCKET_TABLES, missing_lines
from devices.agent.settings import ENVIRONMENT, AgentSettings, Identity, MqttAccount
from devices.protocol.signing import SigningKey
from devices.protocol.topics import DeviceId, SiteId

TOP = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
BUILT = {name: TOP / service["build"]["dockerfile"] for name, service in SERVICES.items() if "build" in service}
EXACT = re.compile(r"[a-z0-9/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)*")


def instructions(dockerfile: Path) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, continued lines joined."""
    lines = [line for line in dockerfile.read_text().splitlines() if line.strip() and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(word.upper(), rest.strip()) for word, _, rest in (line.strip().partition(" ") for line in joined)]


def last_stage(dockerfile: Path) -> list[tuple[str, str]]:
    given = instructions(dockerfile)
    begin = max(number for number, (word, _) in enumerate(given) if word == "FROM")
    return given[begin:]


def variables(service: str) -> dict[str, str]:
    """What a service's program finds in its environment because of these files."""
    found: dict[str, str] = {}
    if service in BUILT:
        for word, rest in last_stage(BUILT[service]):
            if word == "ENV":
                found |= dict(pair.split("=", 1) for pair in rest.split())
    return found | SERVICES[service].get("environment", {})


def test_broker_database_controller_and_village_are_there() -> None:
    assert set(SERVICES) == {"broker", "database", "controller", "village"}
    assert {name: file.relative_to(TOP).as_posix() for name, file in BUILT.items()} == {
        "controller": "controller/Dockerfile",
        "village": "devices/Dockerfile",
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_of_one_exact_version(name: str) -> None:
    images = [SERVICES[name]["image"]]
    if name in BUILT:
        images += [rest.split()[0] for word, rest in instructions(BUILT[name]) if word == "FROM"]
    assert all(EXACT.fullmatch(image) for image in images), images


@pytest.mark.parametrize("name", BUILT)
def test_what_is_built_is_small_and_from_the_tested_set(name: str) -> None:
    stages = [rest for word, rest in instructions(BUILT[name]) if word == "FROM"]
    assert len(stages) == 2
    assert all("-slim-" in stage for stage in stages)
    build = " ".join(rest for word, rest in instructions(BUILT[name]) if word == "RUN")
    assert "-c requirements.lock --generate-hashes" in build
    assert "--require-hashes" in build
    assert [rest.split()[0] for word, rest in last_stage(BUILT[name]) if word == "COPY"] == ["--from=build"]


def test_a_device_gets_none_of_the_controllers_needs() -> None:
    assert "--extra controller" in BUILT["controller"].read_text()
    assert "--extra" not in BUILT["village"].read_text()


def test_the_controllers_image_can_back_up_the_database_beside_it() -> None:
    """Its base has a PostgreSQL of one version, and pg_dump refuses a newer server."""
    base = next(rest for word, rest in last_stage(BUILT["controller"]) if word == "FROM").rpartition("-")[2]
    client = {"bookworm": 15, "trixie": 17}[base]
    server = re.match(r"postgres:(\d+)", SERVICES["database"]["image"])
    assert any("postgresql-client" in rest for word, rest in last_stage(BUILT["controller"]) if word == "RUN")
    assert server
    assert client >= int(server[1])


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_runs_as_root(name: str) -> None:
    users = [SERVICES[name]["user"]] if "user" in SERVICES[name] else []
    if name in BUILT:
        users += [rest for word, rest in last_stage(BUILT[name]) if word == "USER"]
    assert users
    assert not {"root", "0"} & {user.split(":")[0] for user in users}
    assert not SERVICES[name].get("privileged")


@pytest.mark.parametrize("name", SERVICES)
def test_everything_is_asked_whether_it_is_well(name: str) -> None:
    if name in BUILT:
        assert [rest for word, rest in last_stage(BUILT[name]) if word == "HEALTHCHECK"]
    else:
        assert SERVICES[name]["healthcheck"]["test"]
    for other, condition in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        assert condition == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", BUILT)
def test_every_variable_is_a_setting_of_the_program_that_reads_it(name: str) -> None:
    ours = {variable for variable in variables(name) if variable.startswith("LOA_")}
    if name == "controller":
        known = {f"LOA_{field.upper()}" for field in Settings.model_fields}
    else:
        known = {ENVIRONMENT + field.upper() for field in AgentSettings.__struct_fields__}
    assert ours
    assert ours <= known


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), variable
            assert not re.search(r"://[^:/@]+:(?!\$\{)[^@]*@", value), variable


def test_the_broker_keeps_what_ours_keeps() -> None:
    """The limits that a broker started by the controller has hold here too: the defaults lose acknowledgements."""
    ours = dict(line.split(" ", 1) for line in CONFIGURATION.splitlines() if re.match(r"[a-z]\w+ \S", line))
    here = dict(line.split(" ", 1) for line in COMPOSE["configs"]["broker"]["content"].splitlines())
    fixed = {word: value for word, value in ours.items() if "{" not in value}
    assert {"max_queued_messages", "max_inflight_messages", "persistence", "allow_anonymous"} <= set(fixed)
    assert {word: here.get(word) for word in fixed if word != "sys_interval"} == {
        word: value for word, value in fixed.items() if word != "sys_interval"
    }


@pytest.mark.parametrize("name", BUILT)
def test_the_builder_is_given_what_it_copies_and_no_more_than_the_sources(name: str) -> None:
    rules = [line for line in (TOP / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    given = {rule[1:] for rule in rules if rule.startswith("!")}
    assert rules[0] == "*"
    assert ".git" not in given
    assert all((TOP / path).exists() for path in given)
    copied = [rest.split()[:-1] for word, rest in instructions(BUILT[name]) if word == "COPY" and "--from" not in rest]
    for source in (source for sources in copied for source in sources if source != "."):
        assert any(fnmatch.fnmatch(source, path) for path in given)


def test_a_device_is_well_while_it_has_its_line_to_the_broker(tmp_path: Path) -> None:
    def missing() -> int:
        return missing_lines(tmp_path, [table.read_text() for table in SOCKET_TABLES if table.exists()])

    assert missing() == 0, "nothing was enrolled yet"
    with socket.create_server(("127.0.0.1", 0)) as broker:
        port = broker.getsockname()[1]
        for name in ("loa-1", "loa-2"):
            account = MqttAccount("127.0.0.1", port, name, "secret")
            identity = Identity("http://x", SiteId("xa"), DeviceId(name), SigningKey.generate(), (), account, "token")
            identity.save(tmp_path / name)
        assert missing() == 2
        with socket.create_connection(("127.0.0.1", port)):
            assert missing() == 1
            with socket.create_connection(("127.0.0.1", port)):
                assert missing() == 0
        assert missing() == 2


@pytest.mark.parametrize(
    "table", ["", "\n\n", "sl local\n x", "sl\n 0: 0100007F:1F90 0100007F:0050 01", "\x00 \n a b c 01"]
)
def test_a_strange_socket_table_is_no_line(tmp_path: Path, table: str) -> None:
    account = MqttAccount("127.0.0.1", 1883, "loa-1", "secret")
    Identity("http://x", SiteId("xa"), DeviceId("loa-1"), SigningKey.generate(), (), account, "t").save(tmp_path)
    assert missing_lines(tmp_path, [table]) == 1
