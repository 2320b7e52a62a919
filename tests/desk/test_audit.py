"""Every word has a name to it: what changes is written down, and what is written down is not altered unseen."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from controller.auditing.anchors import ANCHOR, FILE, PRUNED, Anchor, Anchors, anchors_in, signed
from controller.auditing.exporting import as_csv, as_json_lines
from controller.auditing.proving import EVERY, REST, Proofs
from controller.auditing.verify import Verdict, Walk, judge, verify
from controller.fleet.keys import Trusted
from controller.store import areas, audit, gauges
from controller.store.areas import Area, AreaKind
from controller.store.audit import START, Asked, Entry, Head
from controller.store.counting import counting
from controller.store.database import Connection, Database
from controller.store.origin import Origin, coming_from
from devices.clock import HandMovedClock
from devices.protocol.messages import SiteKeys
from devices.protocol.signing import SigningKey
from schedules.programme import AreaId

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY, THEIRS = SigningKey.generate(), SigningKey.generate()
TRUSTED = Trusted(KEY.public, SiteKeys(serial=1, issued_at=NOW, keys=(KEY.public.text,), revoked=()), b"")
HOA = Origin("a-1", "Hoa", "s-1", "10.0.0.7", "POST /api/v1/areas")


def find_key(kid: str) -> Any:
    return KEY.public if kid == KEY.id else None


def plant(database: Database, count: int, first: int = 1) -> None:
    for number in range(first, first + count):
        with database.write() as connection:
            areas.add(connection, Area(AreaId(f"thon-{number}"), None, AreaKind.VILLAGE, f"Thôn {number}"))


def rows(database: Database) -> list[Entry]:
    with database.read() as connection:
        return list(audit.entries(connection))


def forge(database: Database, *statements: str) -> None:
    """As somebody does who owns the database: past the triggers, and past us."""
    with database.engine.connect() as connection, connection.begin():
        if database.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_unchanged"))
            connection.execute(text("DROP TRIGGER audit_kept"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def codes(verdict: Verdict) -> list[str]:
    return [fault.code for fault in verdict.faults]


def test_a_change_is_written_down_with_who_made_it_where_from_and_what_was_before(database: Database) -> None:
    with coming_from(HOA), database.write() as connection:
        areas.add(connection, Area(AreaId("thon-1"), None, AreaKind.VILLAGE, "Thôn 1"))
    (row,) = rows(database)
    assert (row.who, row.name, row.session, row.address, row.way) == ("a-1", "Hoa", "s-1", "10.0.0.7", HOA.way)
    assert (row.what, row.about, json.loads(row.before)) == ("areas.added", "thon-1", {})
    assert json.loads(row.after)["name"] == "Thôn 1"


def test_what_did_not_happen_is_not_written_down_either(database: Database) -> None:
    def half_way(connection: Connection) -> None:
        areas.add(connection, Area(AreaId("thon-1"), None, AreaKind.VILLAGE, "Thôn 1"))
        raise RuntimeError("the line is cut here")

    with pytest.raises(RuntimeError), database.write() as connection:
        half_way(connection)
    with database.write() as connection, pytest.raises(RuntimeError), connection.begin_nested():
        half_way(connection)
    assert rows(database) == []
    plant(database, 1)
    assert [row.id for row in rows(database)] == [1]


def test_a_row_that_is_replaced_is_one_change_and_what_stays_is_none(database: Database) -> None:
    for settings in ({"level": 1}, {"level": 1}, {"level": 2}):
        with database.write() as connection:
            gauges.keep(connection, "song-hong", settings, {"heard": str(settings)}, NOW)
    added, changed = rows(database)
    assert (added.what, changed.what) == ("gauges.added", "gauges.changed")
    assert json.loads(changed.before) == {"settings": {"level": 1}}
    assert json.loads(changed.after) == {"settings": {"level": 2}}


def test_the_database_itself_refuses_to_change_or_delete_a_row(database: Database) -> None:
    plant(database, 2)
    for statement in ("UPDATE audit SET name = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 2"):
        with pytest.raises(DatabaseError, match="only ever added"), database.write() as connection:
            connection.execute(text(statement))
    assert verify(database, find_key).whole


@pytest.mark.parametrize("column", ["who", "name", "session", "address", "way", "what", "about", "before", "after"])
def test_an_altered_word_is_found(database: Database, column: str) -> None:
    plant(database, 3)
    forge(database, f"UPDATE audit SET {column} = 'x' WHERE id = 2")
    verdict = verify(database, find_key)
    assert [(fault.row, fault.code) for fault in verdict.faults] == [(2, "altered")]


def test_a_moved_time_a_missing_row_and_a_row_put_in_are_found(database: Database) -> None:
    plant(database, 5)
    forge(
        database,
        "UPDATE audit SET at = '2026-11-23 02:00:00.000001' WHERE id = 1",
        "DELETE FROM audit WHERE id = 3",
        "INSERT INTO audit SELECT 6, at, who, name, session, address, way, what, about, before, after, digest "
        "FROM audit WHERE id = 5",
    )
    found = [(fault.row, fault.code) for fault in verify(database, find_key).faults]
    assert found == [(1, "altered"), (3 + 1, "missing"), (6, "altered"), (6, "cut-off")]


def test_an_end_that_is_cut_off_is_found_although_no_anchor_was_dropped_since(database: Database) -> None:
    plant(database, 3)
    forge(database, "DELETE FROM audit WHERE id = 3")
    assert codes(verify(database, find_key)) == ["cut-off"]
    before_last = rows(database)[-1]
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text(f"UPDATE audit_head SET last = 2, digest = '{before_last.digest}'"))
    assert codes(verify(database, find_key)) == ["end-not-ours"]


def test_a_chain_that_was_written_anew_from_one_row_on_is_found_by_what_was_signed(
    database: Database, tmp_path: Path
) -> None:
    plant(database, 3)
    Anchors(database, lambda: KEY, HandMovedClock(NOW), tmp_path).tend()
    statements, digest = [], START
    for row in rows(database):
        forged = Entry(**{name: getattr(row, name) for name in Entry.__slots__} | {"name": "Bình"})
        digest = forged.digest_after(digest)
        statements.append(f"UPDATE audit SET name = 'Bình', digest = '{digest}' WHERE id = {row.id}")
    forge(database, *statements, f"UPDATE audit_head SET digest = '{digest}'")
    assert codes(verify(database, find_key)) == ["rewritten", "end-not-ours"]


def test_anchors_that_were_taken_out_of_the_database_still_lie_in_their_file(
    database: Database, tmp_path: Path
) -> None:
    clock = HandMovedClock(NOW)
    anchors = Anchors(database, lambda: KEY, clock, tmp_path)
    plant(database, 2)
    anchors.tend()
    plant(database, 1, first=3)
    anchors.tend()
    assert len(anchors_in(tmp_path / FILE)) == 1, "it is not time yet"
    clock.advance_to(clock.now() + timedelta(hours=1))
    anchors.tend()
    anchors.tend()
    forge(database, "DELETE FROM audit", "DELETE FROM audit_anchors")
    forge_head = f"UPDATE audit_head SET last = 0, digest = '{START}', mark = ''"
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text(forge_head))
    assert verify(database, find_key).whole, "nothing in the database is left that tells"
    assert codes(verify(database, find_key, anchors_in(tmp_path / FILE))) == ["cut-off"]


def test_an_anchor_of_somebody_elses_is_reported(database: Database) -> None:
    plant(database, 1)
    (row,) = rows(database)
    theirs = signed(Anchor(1, row.digest, ANCHOR, NOW), THEIRS)
    assert codes(verify(database, find_key, [theirs, "rubbish"])) == ["bad-anchor", "bad-anchor"]


def test_what_a_revoked_key_has_signed_proves_nothing_and_is_no_fault(database: Database) -> None:
    plant(database, 1)
    forged = signed(Anchor(7, START, PRUNED, NOW), THEIRS)
    assert codes(verify(database, find_key, [forged])) == ["bad-anchor"]
    assert verify(database, find_key, [forged], {THEIRS.id}).whole


def test_what_is_too_old_goes_from_the_front_and_the_rest_is_still_whole(tmp_path: Path, postgres: str) -> None:
    clock = HandMovedClock(NOW)
    database = Database(f"sqlite:///{tmp_path / 'loa.db'}", clock=clock)
    anchors = Anchors(database, lambda: KEY, clock, tmp_path, months=24)
    plant(database, 3)
    anchors.tend()
    clock.advance_to(clock.now() + timedelta(days=720))
    plant(database, 2, first=4)
    anchors.tend()
    assert len(rows(database)) == 5
    clock.advance_to(clock.now() + timedelta(days=20))
    anchors.tend()
    assert [row.id for row in rows(database)] == [4, 5]
    verdict = verify(database, find_key, anchors_in(tmp_path / FILE))
    assert (verdict.faults, verdict.first, verdict.last) == ((), 4, 5)
    plant(database, 1, first=6)
    assert verify(database, find_key).whole
    forge(database, "DELETE FROM audit WHERE id = 4")
    assert codes(verify(database, find_key)) == ["missing"]
    database.close()


def test_whoever_deletes_the_front_without_the_key_is_found_out(database: Database, tmp_path: Path) -> None:
    plant(database, 4)
    Anchors(database, lambda: KEY, HandMovedClock(NOW), tmp_path).drop()
    forge(database, "DELETE FROM audit WHERE id <= 2")
    assert codes(verify(database, find_key)) == ["missing"]


def test_the_export_has_all_rows_and_verifies_anywhere(database: Database, tmp_path: Path) -> None:
    with coming_from(Origin("a-1", "=HYPERLINK(1)")):
        plant(database, 3)
    Anchors(database, lambda: KEY, HandMovedClock(NOW), tmp_path).drop()
    with database.read() as connection:
        lines = [json.loads(line) for line in as_json_lines(rows(database), audit.anchors(connection))]
    entries = [Entry(**{**line, "at": datetime.fromisoformat(line["at"])}) for line in lines[:3]]
    head = Head(3, entries[-1].digest, genuine=True)
    assert judge(entries, head, [line["anchor"] for line in lines[3:]], find_key).whole
    table = list(csv.reader("".join(as_csv(rows(database))).lstrip("\ufeff").splitlines()))
    assert [row[0] for row in table[1:]] == ["1", "2", "3"]
    assert table[1][3] == "'=HYPERLINK(1)", "a spreadsheet must not run what somebody called himself"


def test_a_question_finds_rows_by_person_subject_and_time(database: Database) -> None:
    with coming_from(HOA):
        plant(database, 2)
    plant(database, 1, first=3)
    with database.read() as connection:
        assert [row.id for row in audit.latest(connection, Asked(who="a-1"), 10)] == [2, 1]
        assert [row.id for row in audit.latest(connection, Asked(what="areas.", before=3), 1)] == [2]
        assert [row.id for row in audit.latest(connection, Asked(about="thon-3"), 10)] == [3]
        assert audit.latest(connection, Asked(until=NOW - timedelta(days=900)), 10) == ()


ROWS = st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), min_size=1, max_size=6)


def chain(said: list[tuple[str, str]]) -> list[Entry]:
    entries: list[Entry] = []
    digest = START
    for number, (name, after) in enumerate(said, 1):
        entry = Entry(number, NOW, "a", name, "", "", "", "x.changed", "", "{}", after, "")
        digest = entry.digest_after(digest)
        entries.append(Entry(*(getattr(entry, field) for field in Entry.__slots__[:-1]), digest))
    return entries


@given(said=ROWS, data=st.data())
def test_no_single_change_insertion_or_removal_goes_unseen(said: list[tuple[str, str]], data: st.DataObject) -> None:
    entries = chain(said)
    head = Head(len(entries), entries[-1].digest, genuine=True)
    assert judge(entries, head, [], find_key).whole
    place = data.draw(st.integers(0, len(entries) - 1))
    change: Callable[[], list[Entry]] = data.draw(
        st.sampled_from(
            [
                lambda: entries[:place] + entries[place + 1 :],
                lambda: entries[: place + 1] + entries[place:],
                lambda: [*entries[:place], *chain([("x" + said[0][0], "")])[:1], *entries[place:]],
                lambda: (
                    [*entries[:place], chain([(*said[place][::-1],)])[0], *entries[place + 1 :]]
                    if said[place][0] != said[place][1] or place
                    else entries[:-1]
                ),
            ]
        )
    )
    assert not judge(change(), head, [], find_key).whole


def test_the_kinds_of_anchor_are_told_apart() -> None:
    entries = chain([("a", ""), ("b", ""), ("c", "")])
    head = Head(3, entries[-1].digest, genuine=True)
    for kind, whole in ((ANCHOR, False), (PRUNED, True)):
        anchor = signed(Anchor(1, entries[0].digest, kind, NOW), KEY)
        assert judge(entries[1:], head, [anchor], find_key).whole is whole


@given(said=ROWS, places=st.lists(st.integers(0, 6), max_size=3), altered=st.integers(0, 6), data=st.data())
def test_a_reading_in_parts_finds_what_one_at_once_finds(
    said: list[tuple[str, str]], places: list[int], altered: int, data: st.DataObject
) -> None:
    entries = chain(said)
    head = Head(len(entries), entries[-1].digest, genuine=True)
    anchors = [Anchor(one.id, one.digest, ANCHOR, NOW) for one in entries if data.draw(st.booleans())]
    if altered < len(entries):
        del entries[altered]
    cuts = sorted({0, len(entries), *(place for place in places if place < len(entries))})
    walk = Walk()
    for begin, end in pairwise(cuts):
        ids = {one.id for one in entries[begin:end]}
        walk = walk.over(entries[begin:end], [one for one in anchors if one.row in ids])
    whole = Walk().over(entries, anchors)
    assert walk == whole
    assert walk.verdict(head, anchors) == judge(entries, head, [signed(one, KEY) for one in anchors], find_key)


class Keeper:
    """Reads the audit in parts of three rows, as the controller does in larger ones."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.clock = HandMovedClock(NOW)
        self.anchors = Anchors(database, lambda: KEY, self.clock, folder)
        self.proofs = Proofs(database, self.clock, folder, lambda: TRUSTED, at_once=3)

    def read_all(self) -> None:
        while self.proofs.tend():
            pass

    def pass_time(self) -> None:
        """Until a reading that is begun an hour after the last one is over."""
        self.clock.advance_to(self.clock.now() + EVERY)
        for _ in range(9):
            self.proofs.tend()
            self.clock.advance_to(self.clock.now() + REST)

    @property
    def found(self) -> list[str]:
        return codes(self.proofs.proof().verdict)


@pytest.fixture
def keeper(database: Database, tmp_path: Path) -> Keeper:
    return Keeper(database, tmp_path)


def test_what_is_proven_says_how_far_and_when_all_was_read(database: Database, keeper: Keeper) -> None:
    plant(database, 7)
    keeper.proofs.tend()
    first = keeper.proofs.proof()
    assert (first.whole, first.reached, first.verdict.rows) == (None, 3, 3)
    keeper.read_all()
    plant(database, 4, first=8)
    later = keeper.proofs.proof()
    assert later.whole is not None
    assert (later.whole.last, later.whole.ended) == (7, NOW)
    assert (later.verdict.whole, later.verdict.rows, later.verdict.last) == (True, 11, 11)
    keeper.pass_time()
    again = keeper.proofs.proof().whole
    assert again is not None
    assert (again.last, again.began) == (11, NOW + EVERY)


@pytest.mark.parametrize("row", [1, 2, 4, 6])
def test_an_old_row_that_is_altered_later_is_found_by_the_next_reading_and_at_once_when_asked(
    database: Database, keeper: Keeper, row: int
) -> None:
    plant(database, 7)
    keeper.read_all()
    forge(database, f"UPDATE audit SET name = 'x' WHERE id = {row}")
    assert keeper.found == [], "it was read before; the page says so"
    keeper.pass_time()
    assert keeper.found == ["altered"]
    assert codes(keeper.proofs.prove_whole()) == ["altered"]


def test_what_is_altered_put_in_or_cut_off_at_the_end_is_found_at_once(database: Database, keeper: Keeper) -> None:
    plant(database, 7)
    keeper.read_all()
    plant(database, 2, first=8)
    with database.engine.connect() as connection:
        honest = connection.execute(text("SELECT last, digest, mark FROM audit_head")).one()
    forge(database, "UPDATE audit SET name = 'x' WHERE id = 8")
    assert "altered" in keeper.found
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text("DELETE FROM audit WHERE id > 6"))
    assert keeper.found == ["altered", "cut-off"], "row 7 was there when it was read"
    digest = rows(database)[-1].digest
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text(f"UPDATE audit_head SET last = 6, digest = '{digest}', mark = '{honest.mark}'"))
    assert "end-not-ours" in keeper.found


def test_an_end_that_was_signed_may_not_be_missing_whoever_wrote_the_database_anew(
    database: Database, keeper: Keeper
) -> None:
    plant(database, 4)
    keeper.read_all()
    plant(database, 2, first=5)
    keeper.anchors.drop()
    forge(database, "DELETE FROM audit WHERE id > 4", "DELETE FROM audit_anchors")
    assert "cut-off" in keeper.found
    assert "cut-off" in codes(keeper.proofs.prove_whole())


def test_a_page_reads_no_more_rows_when_there_are_more(database: Database, keeper: Keeper) -> None:
    plant(database, 2)
    keeper.read_all()
    with counting(database) as few:
        keeper.proofs.proof()
    plant(database, 20, first=3)
    assert keeper.proofs.proof().verdict.rows == 22
    with counting(database) as many:
        assert keeper.proofs.proof().verdict.rows == 22
    assert many.statements == few.statements
    assert keeper.proofs._end.last == 22, "what was proven need not be again"


def test_what_went_for_its_age_leaves_the_rest_proven(database: Database, tmp_path: Path) -> None:
    keeper = Keeper(database, tmp_path)
    plant(database, 5)
    keeper.read_all()
    keeper.clock.advance_to(datetime.now(UTC) + timedelta(days=800))
    keeper.anchors.prune()
    assert rows(database) == []
    assert keeper.found == []
    plant(database, 4, first=6)
    assert keeper.found == []
    keeper.pass_time()
    proof = keeper.proofs.proof()
    assert (proof.verdict.whole, proof.verdict.first, proof.verdict.rows) == (True, 6, 4)
