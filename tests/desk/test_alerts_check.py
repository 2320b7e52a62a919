"""`loa alert check`. What went wrong elsewhere, as far as reading and deciding prevent it, has a test of that name."""

from __future__ import annotations

import io
import json
import re
import socket
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import SignatureMethod

from controller.alerts.cap.reading import read_alert
from controller.alerts.cap.xml import parse
from controller.alerts.check import BAD_INPUT, check_files
from controller.alerts.policy.decision import Circumstances
from controller.alerts.policy.sounds import Ending
from controller.alerts.wording import correction, ending

SAMPLES = Path(__file__).parents[1] / "rules" / "alert-samples"
PUBLIC = Path(__file__).parents[2] / ".." / "shared" / "data" / "cap"
AREAS = SAMPLES / "areas.json"
AT = "2026-11-22T10:00:00+07:00"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
FLOOD = (SAMPLES / "vn-flood-level4.xml").read_text(encoding="utf-8")
CANCEL = (SAMPLES / "vn-flood-cancel.xml").read_text(encoding="utf-8")
FIELDS = {"file", "identifier", "verdict", "class", "reason", "areas", "signature", "language"}


@cache
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "KTTV")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    made = made.serial_number(7).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=90))
    return made.sign(key(), hashes.SHA256())


def signed(text: str) -> bytes:
    signer = XMLSigner(signature_algorithm=SignatureMethod.ECDSA_SHA256)
    return etree.tostring(signer.sign(etree.fromstring(text.encode()), key=key(), cert=[certificate()]))


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "kttv.pem").write_bytes(certificate().public_bytes(serialization.Encoding.PEM))
    return folder


def checked(*files: Path, trust: Path | None = None, at: str = AT, exercise: str = "") -> list[dict[str, Any]]:
    out = io.StringIO()
    assert check_files(files, areas=AREAS, trust=trust, at=at, exercise=exercise, as_json=True, out=out) == 0
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert all(set(line) >= FIELDS and line["reason"] for line in lines)
    return lines


def one(path: Path, content: str | bytes, **how: Any) -> dict[str, Any]:
    file = path / "alert.xml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    (line,) = checked(file, **how)
    return line


def test_a_signed_flood_warning_is_spoken_in_vietnamese_in_the_villages_it_reaches(tmp_path: Path, trust: Path) -> None:
    line = one(tmp_path, signed(FLOOD), trust=trust)
    assert (line["verdict"], line["class"], line["signature"]) == ("speak", "emergency", "verified")
    assert (line["identifier"], line["language"], line["level"]) == ("KTTV-2026-1122-004", "vi-VN", 4)
    assert {area["id"]: [each["id"] for each in area["loudspeakers"]] for area in line["areas"]} == {
        "thon-1": ["loa-11"],
        "thon-2": ["loa-21"],
    }
    assert all(each["why"] for area in line["areas"] for each in area["loudspeakers"])
    assert "cấp bốn, màu đỏ" in line["text"][0]["text"]


def test_the_same_warning_unsigned_is_for_a_person(tmp_path: Path, trust: Path) -> None:
    line = one(tmp_path, FLOOD, trust=trust)
    assert (line["verdict"], line["class"], line["signature"]) == ("queue", "priority", "unverified")
    assert line["waits_for"] == "person" and line["answer_by"] == "2026-11-22T03:05:00+00:00"


def test_the_same_warning_with_one_changed_letter_is_silent_and_an_incident(tmp_path: Path, trust: Path) -> None:
    line = one(tmp_path, signed(FLOOD).replace(b"Immediate", b"immediate"), trust=trust)
    assert (line["verdict"], line["signature"], line["incident"]) == ("ignore", "failed", True)
    assert line["language"] is None and line["text"] == [] and line["areas"] == []


def test_every_order_of_the_files_gives_the_same_answers(tmp_path: Path, trust: Path) -> None:
    alert, cancel = tmp_path / "alert.xml", tmp_path / "cancel.xml"
    alert.write_bytes(signed(FLOOD))
    cancel.write_bytes(signed(CANCEL.replace("10:05:00", "09:58:00")))
    for files in ((alert, cancel), (cancel, alert)):
        lines = {line["identifier"]: line for line in checked(*files, trust=trust)}
        assert {name: line["code"] for name, line in lines.items()} == {
            "KTTV-2026-1122-004": "cancelled",
            "KTTV-2026-1122-005": "cancels",
        }


def test_the_same_message_twice_sounds_once(tmp_path: Path, trust: Path) -> None:
    names = [tmp_path / name for name in ("one.xml", "two.xml")]
    for file in names:
        file.write_bytes(signed(FLOOD))
    assert [line["verdict"] for line in checked(*names, trust=trust)] == ["speak", "ignore"]


def test_a_feed_and_an_envelope_give_a_line_per_alert() -> None:
    lines = checked(SAMPLES / "feed.atom", SAMPLES / "envelope.edxl")
    assert [line["identifier"] for line in lines] == ["IN-XML", "AS-TEXT", "FIRE-1", "FIRE-2"]


def test_text_as_the_only_area_is_for_a_person_and_what_is_elsewhere_is_ignored() -> None:
    swedish, american = checked(SAMPLES / "text-only-area.xml", SAMPLES / "old-weather-with-gaps.xml")
    assert (swedish["verdict"], swedish["code"], swedish["language"]) == ("queue", "no-area", None)
    assert (american["verdict"], american["areas"]) == ("ignore", [])


def test_an_alert_with_thousands_of_shapes_in_many_blocks_is_for_a_person(tmp_path: Path, trust: Path) -> None:
    circles = "".join(f"<circle>12.985,109.335 {number / 1e6}</circle>" for number in range(900))
    head, info, tail = FLOOD.partition("<info>")[0], re.findall(r"<info>.*?</info>", FLOOD, re.DOTALL)[0], "</alert>"
    blocks = [
        info.replace("<polygon>", circles.replace("12.985", f"12.98{number}") + "<polygon>") for number in range(3)
    ]
    line = one(tmp_path, signed(head + "".join(blocks) + tail), trust=trust)
    assert (line["verdict"], line["code"], line["areas"]) == ("queue", "no-area", [])


def test_people_get_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_files([SAMPLES / "vn-flood-level4.xml"], areas=AREAS, at=AT) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "KTTV-2026-1122-004: queue priority, unverified: not signed" in line and "[thon-1, thon-2]" in line


def test_a_terminal_of_another_encoding_gets_the_line_all_the_same() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert check_files([SAMPLES / "text-only-area.xml"], areas=AREAS, at=AT, out=out) == 0


@pytest.mark.parametrize(
    "given",
    [
        {"at": "tomorrow"},
        {"areas": Path("missing.json")},
        {"areas": SAMPLES / "feed.atom"},
        {"trust": Path("missing")},
        {"trust": SAMPLES},
        {"files": [Path("missing.xml")]},
        {"files": [SAMPLES]},
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(capsys: pytest.CaptureFixture[str], given: dict[str, Any]) -> None:
    wanted = {"files": [], "areas": AREAS, "at": AT} | given
    assert check_files(wanted.pop("files"), **wanted) == BAD_INPUT
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("loa: ") and sentence.endswith(".")


@given(some.binary(max_size=200), some.sampled_from([FLOOD, CANCEL]), some.integers(0, 4000), some.integers(0, 80))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_whatever_makes_a_traceback(
    tmp_path: Path, trust: Path, added: bytes, text: str, place: int, removed: int
) -> None:
    data = signed_once(text)
    place %= len(data)
    for content in (added, data[:place] + added + data[place + removed :]):
        line = one(tmp_path, content, trust=trust)
        assert line["verdict"] in ("speak", "queue", "ignore")


@cache
def signed_once(text: str) -> bytes:
    return signed(text)


def test_the_public_samples_each_give_a_line_at_any_time() -> None:
    files = sorted(PUBLIC.glob("*.xml"))
    if not files:
        pytest.skip("the public CAP samples are not beside the repository")
    for at in ("2003-06-17T22:10:00Z", "2019-12-13T21:30:00Z", AT):
        lines = checked(*files, at=at)
        assert [Path(line["file"]) for line in lines] == files
        assert {line["verdict"] for line in lines} <= {"queue", "ignore"}


def test_failure_dallas_2017_a_replayed_command_sounds_once_and_repeats_keep_their_distance(
    tmp_path: Path, trust: Path
) -> None:
    files = [tmp_path / f"{number}.xml" for number in range(15)]
    for file in files:
        file.write_bytes(signed(FLOOD))
    assert [line["verdict"] for line in checked(*files, trust=trust)].count("speak") == 1
    assert Circumstances(NOW).table.repeat >= timedelta(minutes=10)
    later = one(tmp_path, signed(FLOOD), trust=trust, at="2026-11-22T15:00:00+07:00")
    assert (later["verdict"], later["code"]) == ("ignore", "expired")


def test_failure_sirenjack_2018_what_was_recorded_at_a_test_opens_nothing(tmp_path: Path, trust: Path) -> None:
    test = signed(FLOOD.replace("Actual", "Test"))
    assert one(tmp_path, test, trust=trust)["verdict"] == "ignore"
    forged = test.replace(b">Test<", b">Actual<")
    assert (one(tmp_path, forged, trust=trust)["verdict"], forged == test) == ("ignore", False)


def test_failure_hawaii_2018_a_drill_is_never_taken_for_real_and_a_correction_is_ready(
    tmp_path: Path, trust: Path
) -> None:
    drill = signed(FLOOD.replace("Actual", "Exercise").replace("<scope>", "<note>Hòa Xuân 2026</note><scope>"))
    assert one(tmp_path, drill, trust=trust)["verdict"] == "ignore"
    opened = one(tmp_path, drill, trust=trust, exercise="Hòa Xuân 2026")
    assert (opened["verdict"], opened["drill"]) == ("speak", True)
    assert "diễn tập" in opened["text"][0]["text"] and "diễn tập" in opened["text"][-1]["text"]
    live = one(tmp_path, signed(FLOOD), trust=trust)
    assert not live["drill"] and "diễn tập" not in json.dumps(live["text"], ensure_ascii=False).casefold()
    muddled = one(tmp_path, signed(FLOOD.replace("Mực nước", "THIS IS NOT A DRILL. Mực nước")), trust=trust)
    assert (muddled["verdict"], muddled["code"]) == ("queue", "drill-words")


@pytest.mark.parametrize("how", Ending)
def test_failure_hawaii_2018_every_announcement_has_its_correction_and_its_ending(how: Ending) -> None:
    alert = read_alert(parse(FLOOD.encode()))
    for phrases in (correction(alert, alert.infos[0]), ending(alert, alert.infos[0], how)):
        assert phrases[0].language == "vi" and "Lũ quét phát lúc 9 giờ 55 phút" in phrases[0].text


def test_failure_eas_zombies_2013_whoever_gets_into_the_feed_still_cannot_speak(tmp_path: Path, trust: Path) -> None:
    zombies = FLOOD.replace("Lũ quét", "Thây ma")
    assert one(tmp_path, zombies, trust=trust)["verdict"] == "queue"
    assert one(tmp_path, zombies)["verdict"] == "queue"
    stolen = signed(FLOOD).decode().replace("L&#361; qu&#233;t", "Th&#226;y ma")
    line = one(tmp_path, stolen, trust=trust)
    assert (line["verdict"], line["incident"]) == ("ignore", True)


def test_failure_codered_2025_deciding_needs_no_network(
    tmp_path: Path, trust: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something asked for the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    linked = re.sub("<areaDesc>", "<altitude>1</altitude><areaDesc>", FLOOD).replace(
        "<parameter>",
        "<resource><resourceDesc>map</resourceDesc><uri>http://127.0.0.1:1/map.png</uri></resource><parameter>",
        1,
    )
    assert one(tmp_path, signed(linked), trust=trust)["verdict"] == "speak"


def test_failure_obplayer_an_alert_for_another_province_stays_silent(tmp_path: Path, trust: Path) -> None:
    polygon = "<polygon>12.980,109.330 12.990,109.330 12.990,109.340 12.980,109.340 12.980,109.330</polygon>"
    codes = "".join(
        f"<geocode><valueName>{name}</valueName><value>{value}</value></geocode>"
        for name, value in (("SAME", "22285"), ("SAME", "000000"), ("Mã tỉnh", "01"), ("Mã xã", "00004"))
    )
    line = one(tmp_path, signed(FLOOD.replace(polygon, codes)), trust=trust)
    assert (line["verdict"], line["code"], line["areas"]) == ("ignore", "elsewhere", [])
