"""Messages of every country are read, whatever their habits; what is dangerous is refused; nothing ever raises else."""

from __future__ import annotations

import base64
import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree

from controller.alerts.cap.containers import MOST_ALERTS, find_alerts
from controller.alerts.cap.message import Alert, Certainty, Circle, Kind, Named, Point, Scope, Severity, Status
from controller.alerts.cap.reading import read_alert, read_references
from controller.alerts.cap.shapes import MOST_CORNERS, read_circle, read_polygon
from controller.alerts.cap.times import read_moment
from controller.alerts.cap.xml import MOST_BYTES, parse
from controller.alerts.errors import Forbidden, NoAlert, NotXml, TooLarge, Unreadable

SAMPLES = Path(__file__).parent / "alert-samples"
PUBLIC = Path(__file__).parents[2] / ".." / "shared" / "data" / "cap"
OWN = sorted(file for file in SAMPLES.iterdir() if file.suffix != ".json")


def alerts(data: bytes) -> list[Alert]:
    return [read_alert(parse(found.document)) for found in find_alerts(data)]


def only(data: bytes) -> Alert:
    (alert,) = alerts(data)
    return alert


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-22T10:00:00+07:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T03:00:00-00:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T03:00:00Z", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T03:00:00.496Z", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T10:00+0700", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22 10:00:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("2026-11-22T24:00:00+07:00", datetime(2026, 11, 22, 17, 0, tzinfo=UTC)),
        ("2026-11-22T10:00:60+07:00", datetime(2026, 11, 22, 3, 0, 59, tzinfo=UTC)),
        ("2026-11-21T20:00:00\u221207:00", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 03:00:00 GMT", datetime(2026, 11, 22, 3, 0, tzinfo=UTC)),
    ],
)
def test_times_are_understood_as_senders_write_them(written: str, moment: datetime) -> None:
    assert read_moment(written) == moment


@pytest.mark.parametrize(
    "written",
    ["", "tomorrow", "2026-02-30T10:00:00Z", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-11-22T25:00Z"],
)
def test_what_is_no_time_is_none_and_never_an_error(written: str) -> None:
    assert read_moment(written) is None


@pytest.mark.long
@given(some.text(max_size=80) | some.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+,]\d\d:\d\d"))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_the_reading_of_times_or_shapes_raise(text: str) -> None:
    for read in (read_moment, read_polygon, read_circle, read_references):
        read(text)


@pytest.mark.parametrize(
    "written",
    [
        "12.1,109.1 12.2,109.1 12.2,109.2 12.1,109.1",
        "12.1,109.1 12.2,109.1 12.2,109.2",
        "+12.1,+109.1 12.2,109.1, 12.2,109.2",
        "12.1, 109.1\n12.2, 109.1\n12.2, 109.2",
        "12.1 109.1 12.2 109.1 12.2 109.2",
        "12.1,109.1,0 12.2,109.1,0 12.2,109.2,0",
        "12.1,109.1;12.2,109.1;12.2,109.2",
    ],
)
def test_polygons_are_understood_however_they_are_divided(written: str) -> None:
    polygon = read_polygon(written)
    assert polygon is not None and not polygon.swapped
    assert polygon.corners == (Point(12.1, 109.1), Point(12.2, 109.1), Point(12.2, 109.2))


def test_longitude_first_is_noticed_where_no_such_latitude_exists() -> None:
    polygon = read_polygon("109.1,12.1 109.1,12.2 109.2,12.2 109.1,12.1")
    assert polygon is not None and polygon.swapped and polygon.corners[0] == Point(12.1, 109.1)
    assert read_circle("109.1,12.1 5") == Circle(Point(12.1, 109.1), 5.0, swapped=True)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12.1,109.1",
        "1,2 1,2 1,2 1,2",
        "12.1,109.1 12.2",
        "95,10 10,95 12,109",
        "a,b c,d e,f",
        "1e99,1 2,2 3,3",
        "nan,1",
    ],
)
def test_what_is_no_polygon_is_none(written: str) -> None:
    assert read_polygon(written) is None


def test_a_polygon_with_too_many_corners_is_left_to_a_person() -> None:
    assert read_polygon("1,1 2,2 2,1 " * MOST_CORNERS) is None


@pytest.mark.parametrize("written", ["12,109 -1", "12,109 99999", "12", "12,109 1 1", "x"])
def test_what_is_no_circle_is_none(written: str) -> None:
    assert read_circle(written) is None


def test_a_circle_of_radius_nought_is_a_point() -> None:
    assert read_circle("-16.053,-173.274 0.0") == Circle(Point(-16.053, -173.274), 0.0)


def test_version_1_0_is_read_with_its_older_spelling() -> None:
    alert = only((SAMPLES / "cap10.xml").read_bytes())
    assert (alert.status, alert.kind, alert.scope) == (Status.ACTUAL, Kind.ALERT, Scope.PUBLIC)
    assert alert.sent == datetime(2004, 2, 2, 13, 56, tzinfo=UTC)
    assert alert.infos[0].certainty is Certainty.LIKELY
    assert alert.infos[0].areas[0].geocodes == (Named("fips6", "06025"),)
    assert alert.infos[0].parameters == (Named("Depth", "11.8 mi."),)


def test_version_1_1_with_empty_elements_is_read_and_what_is_empty_is_unknown() -> None:
    alert = only((SAMPLES / "old-weather-with-gaps.xml").read_bytes())
    (info,) = alert.infos
    assert info.severity is Severity.UNKNOWN and info.event_codes == () and alert.references == ()
    assert len(info.areas[0].polygons[0].corners) == 5


def test_every_language_of_a_message_is_kept() -> None:
    alert = only((SAMPLES / "vn-flood-level4.xml").read_bytes())
    assert [info.language for info in alert.infos] == ["vi-VN", "en"]
    assert alert.infos[0].parameters == (Named("Cấp độ rủi ro thiên tai", "4"),)


@pytest.mark.parametrize(
    "opening",
    [
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">',
        '<alert xmlns="http://somewhere.example/else">',
        "<alert>",
        '<x:alert xmlns:x="urn:oasis:names:tc:emergency:cap:1.1">',
    ],
)
def test_the_namespace_does_not_matter_for_reading(opening: str) -> None:
    name = opening[1:].partition(" ")[0].rstrip(">")
    prefix = name.rpartition(":")[0]
    inner = f"{prefix}:identifier" if prefix else "identifier"
    assert only(f"{opening}<{inner}>A</{inner}></{name}>".encode()).identifier == "A"


def test_a_prefix_that_was_never_declared_is_forgiven() -> None:
    assert only(b"<cap:alert><cap:identifier>A</cap:identifier></cap:alert>").identifier == "A"


def test_bytes_that_are_not_the_utf8_they_claim_to_be_are_replaced() -> None:
    alert = only('<?xml version="1.0" encoding="UTF-8"?><alert><note>sismólogo</note></alert>'.encode("latin-1"))
    assert alert.note == "sism\ufffdlogo"


def test_utf16_and_a_leading_blank_line_are_read() -> None:
    assert only('<?xml version="1.0" encoding="utf-16"?><alert><note>lũ</note></alert>'.encode("utf-16")).note == "lũ"
    assert only(b'\n <?xml version="1.0"?><alert><note>a</note></alert>').note == "a"


def test_a_comment_does_not_divide_a_text() -> None:
    assert only(b"<alert><note>Stay <!-- do not -->inside</note></alert>").note == "Stay inside"


def test_references_may_lack_parts_and_hold_commas() -> None:
    found = read_references("a@b,ID-1,2026-11-22T10:00:00+07:00  ID-2 c,ID-3 d,ID,4,2026-11-22T10:00:00+07:00 ,,")
    assert [(one.sender, one.identifier) for one in found] == [
        ("a@b", "ID-1"),
        ("", "ID-2"),
        ("c", "ID-3"),
        ("d", "ID,4"),
    ]
    assert found[0].sent == datetime(2026, 11, 22, 3, 0, tzinfo=UTC) and found[1].sent is None


def test_a_feed_gives_the_alerts_inside_as_elements_and_as_text() -> None:
    found = alerts((SAMPLES / "feed.atom").read_bytes())
    assert [alert.identifier for alert in found] == ["IN-XML", "AS-TEXT"]


def test_a_feed_of_links_says_so() -> None:
    with pytest.raises(NoAlert, match="2 entries"):
        find_alerts((SAMPLES / "links-only.rss").read_bytes())


def test_an_envelope_gives_its_alerts_and_its_own_limits() -> None:
    found = find_alerts((SAMPLES / "envelope.edxl").read_bytes())
    assert [read_alert(parse(one.document)).identifier for one in found] == ["FIRE-1", "FIRE-2"]
    assert {one.envelope.status for one in found if one.envelope} == {"Exercise"}
    assert found[0].envelope is not None and found[0].envelope.expires == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_an_alert_alone_is_handed_on_byte_for_byte() -> None:
    data = (SAMPLES / "vn-flood-level4.xml").read_bytes()
    assert find_alerts(data)[0].document == data


def test_an_alert_within_an_alert_is_not_an_alert_of_its_own() -> None:
    data = (
        b"<feed><alert><identifier>A</identifier><info><alert><identifier>B</identifier></alert></info></alert></feed>"
    )
    assert [alert.identifier for alert in alerts(data)] == ["A"]


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert><note>&x;</note></alert>',
        b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/x.dtd"><alert/>',
        b'<?xml version="1.0"?><!-- a --><!DOCTYPE alert [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><alert>&b;</alert>',
        '<!DOCTYPE alert [<!ENTITY x "y">]><alert>&x;</alert>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE alert+AD4-<alert/>',
    ],
)
def test_document_types_and_entities_are_refused_in_every_spelling(data: bytes) -> None:
    with pytest.raises(Forbidden):
        find_alerts(data)


def test_nothing_outside_the_message_is_included() -> None:
    include = b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    data = b"<alert><note>" + include + b"</note></alert>"
    assert only(data).note == ""


def test_hostile_text_is_only_ever_text() -> None:
    alert = only(b"<alert><note>&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} $(reboot)</note></alert>")
    assert alert.note == "<script>alert(1)</script> {{7*7}} $(reboot)"


def test_more_than_two_megabytes_are_not_read() -> None:
    with pytest.raises(TooLarge):
        find_alerts(b"<alert>" + b" " * MOST_BYTES + b"</alert>")


def test_more_alerts_than_a_message_may_carry_are_refused() -> None:
    with pytest.raises(TooLarge):
        find_alerts(b"<feed>" + b"<alert/>" * (MOST_ALERTS + 1) + b"</feed>")


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * (MOST_BYTES // 3),
        b"<alert>" + b"<info/>" * (MOST_BYTES // 8) + b"</alert>",
        b"<alert " + b" ".join(b'a%d="1"' % i for i in range(150_000)) + b"/>",
        b"<alert><info><area>" + b"<polygon>1,1 2,2 3,1</polygon>" * 60_000 + b"</area></info></alert>",
        b"<alert><info><area><polygon>" + b"1,1 " * (MOST_BYTES // 5) + b"</polygon></area></info></alert>",
        b"<feed><content>" + base64.b64encode(b"<alert>" * 100_000) + b"</content></feed>",
        b"".join(b"<p%d:a>" % i for i in range(100_000)),
    ],
    ids=["deep", "many infos", "many attributes", "many polygons", "many corners", "base64", "many prefixes"],
)
@pytest.mark.timeout(60)
def test_two_hostile_megabytes_do_not_blow_up(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        alerts(data[:MOST_BYTES])


@given(some.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_the_reader_fail_otherwise_than_by_refusing(data: bytes) -> None:
    for start in (b"", b"<alert>", b'<?xml version="1.0"?><alert><info>'):
        with contextlib.suppress(Unreadable):
            alerts(start + data)


@given(some.sampled_from(OWN), some.integers(0, 10_000), some.integers(0, 60), some.binary(max_size=20))
@settings(max_examples=300, deadline=None)
def test_a_damaged_message_is_read_or_refused(file: Path, place: int, removed: int, added: bytes) -> None:
    data = file.read_bytes()
    place %= len(data)
    with contextlib.suppress(Unreadable):
        alerts(data[:place] + added + data[place + removed :])


def test_the_public_samples_are_all_read() -> None:
    files = sorted(PUBLIC.glob("*.xml"))
    if not files:
        pytest.skip("the public CAP samples are not beside the repository")
    for file in files:
        alert = only(file.read_bytes())
        assert alert.identifier and alert.sent and alert.status is Status.ACTUAL and alert.scope is Scope.PUBLIC, file


def test_an_alert_that_is_not_xml_says_so() -> None:
    for data in (b"", b"\0\0\0", b"BEGIN:VCARD", b"<alert>", b"{}"):
        with pytest.raises(NotXml):
            find_alerts(data)


def test_what_was_found_in_a_feed_stands_alone() -> None:
    for found in find_alerts((SAMPLES / "feed.atom").read_bytes()):
        assert etree.fromstring(found.document) is not None
