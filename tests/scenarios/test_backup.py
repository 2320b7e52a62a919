"""The commune's box burns; what was copied while it worked is restored, and its loudspeakers obey."""

from __future__ import annotations

import tarfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from controller.__main__ import main
from controller.keeping import archive
from controller.keeping.archive import BadBackup, back_up, restore
from controller.store import fleet, people
from controller.store.copying import CannotCopy
from controller.store.database import Database
from tests.scenarios.hijack.worlds import Ledger, TownWorld, broadcast

PASSPHRASE = "ba con voi trắng qua cầu"


@pytest.fixture(autouse=True)
def cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.keeping.box.COST", 2**10)


@pytest.mark.long
def test_a_restored_controller_is_obeyed_although_the_backup_is_older(tmp_path: Path) -> None:
    world = TownWorld(tmp_path / "town")
    town, home = world.town, tmp_path / "new box"
    broadcast(world.app, world.now() + timedelta(hours=4))
    town.run_for(timedelta(minutes=6))
    settings = world.app.settings
    back_up(settings.folder, settings.database, tmp_path / "backup", PASSPHRASE, world.now())
    # What is said afterwards is in no backup, but loudspeakers hold it.
    for hours in (5, 6):
        broadcast(world.app, world.now() + timedelta(hours=hours))
        town.run_for(timedelta(minutes=6))
    lost = Ledger(world).plans
    town.kill_controller()
    restore(tmp_path / "backup", home, f"sqlite:///{home / 'loa.db'}", PASSPHRASE)
    town._settings, town._spoken = town._settings.model_copy(update={"folder": home}), home / "speech"
    town.boot_controller()
    world.app = town.app
    town.run_for(timedelta(minutes=6))
    with world.app.database.read() as connection:
        online = [seen.online for seen in fleet.seen(connection).values()]
    assert online == [True, True]
    held = Ledger(world).plans
    assert held
    assert held != lost
    start = world.now() + timedelta(hours=1)
    broadcast(world.app, start)
    town.run_until(start + timedelta(minutes=2))
    assert [stretch.at for stretch in world._horn.sounded] == [start]
    town.run_for(timedelta(hours=3))
    assert len(world._horn.sounded) == 2
    world.close()


def test_a_copy_is_whole_although_rows_are_written_meanwhile(tmp_path: Path, database: Database) -> None:
    url, folder = database.engine.url.render_as_string(hide_password=False), tmp_path / "commune"
    folder.mkdir()
    (folder / "site-signing-key.pem").write_text("a secret")
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            with database.write() as connection:
                number += 1
                person = people.Account(people.AccountId(f"a-{number}"), f"nguoi-{number}", "", frozenset())
                people.add(connection, person, "-", database._clock.now())

    worker = threading.Thread(target=work)
    worker.start()
    try:
        back_up(folder, url, tmp_path / "backup", PASSPHRASE, database._clock.now())
    finally:
        stop.set()
        worker.join()
    database.close()
    home = tmp_path / "home"
    if url.startswith("sqlite"):
        restored_url = f"sqlite:///{home / 'loa.db'}"
    else:
        with pytest.raises(CannotCopy, match="not empty"):
            restore(tmp_path / "backup", tmp_path / "other", url, PASSPHRASE)
        _empty(url)
        restored_url = url
    restore(tmp_path / "backup", home, restored_url, PASSPHRASE)
    restored = Database(restored_url)
    with restored.read() as connection:
        count = people.count(connection)
        assert all(people.by_username(connection, f"nguoi-{number}") for number in range(1, count + 1))
    restored.close()
    assert (home / "site-signing-key.pem").read_text() == "a secret"


def _empty(url: str) -> None:
    database = Database(url)
    with database.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()


@pytest.fixture
def commune(tmp_path: Path) -> Path:
    folder = tmp_path / "commune"
    (folder / "speech" / "sounds").mkdir(parents=True)
    (folder / "speech" / "sounds" / "a.opus").write_bytes(b"sound")
    (folder / "site-signing-key.pem").write_text("the secret itself")
    for place in ("own-agent", "mosquitto", "of tomorrow"):
        (folder / place).mkdir()
        (folder / place / "device-key.pem").write_text("the secret itself")
    (folder / "mosquitto" / "dynamic-security.json").write_text("the secret itself")
    Database(f"sqlite:///{folder / 'loa.db'}").close()
    return folder


def taken(commune: Path, tmp_path: Path) -> Path:
    url = f"sqlite:///{commune / 'loa.db'}"
    back_up(commune, url, tmp_path / "backup", PASSPHRASE, Database(url)._clock.now())
    return tmp_path / "backup"


def test_the_keys_in_a_backup_open_with_the_passphrase_alone(commune: Path, tmp_path: Path) -> None:
    backup = taken(commune, tmp_path)
    with tarfile.open(backup) as opened:
        inside = b"".join(file.read() for one in opened if (file := opened.extractfile(one)))
    assert b"the secret itself" not in inside
    home = tmp_path / "home"
    with pytest.raises(BadBackup, match="passphrase"):
        restore(backup, home, f"sqlite:///{home / 'loa.db'}", "wrong")
    assert not home.exists()
    restore(backup, home, f"sqlite:///{home / 'loa.db'}", PASSPHRASE)
    assert (home / "site-signing-key.pem").stat().st_mode & 0o777 == 0o600
    assert (home / "speech" / "sounds" / "a.opus").read_bytes() == b"sound"
    assert (home / "of tomorrow" / "device-key.pem").exists()
    assert (home / "mosquitto" / "dynamic-security.json").exists()
    assert not (home / "own-agent").exists()
    assert backup.stat().st_mode & 0o077 == 0


def test_nothing_is_restored_over_something(commune: Path, tmp_path: Path) -> None:
    with pytest.raises(BadBackup, match="not empty"):
        restore(taken(commune, tmp_path), commune, f"sqlite:///{commune / 'loa.db'}", PASSPHRASE)
    with pytest.raises(BadBackup, match="exists already"):
        taken(commune, tmp_path)


def test_a_backup_with_any_byte_wrong_or_missing_is_recognised(commune: Path, tmp_path: Path) -> None:
    backup, home = taken(commune, tmp_path), tmp_path / "home"
    whole = backup.read_bytes()
    places = {*range(64), *range(64, len(whole) - 64, len(whole) // 100), *range(len(whole) - 64, len(whole))}
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1
        for content in (bytes(damaged), whole[:place]):
            backup.write_bytes(content)
            with pytest.raises(BadBackup, match="damaged"):
                restore(backup, home, f"sqlite:///{home / 'loa.db'}", PASSPHRASE)
            assert not home.exists()
    assert archive.VERSION == 1


def test_the_commands_say_what_they_did(
    commune: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOA_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LOA_FOLDER", str(commune))
    assert main(["backup", str(tmp_path / "backup")]) == 0
    assert main(["backup", str(tmp_path / "backup")]) == 2
    monkeypatch.setenv("LOA_FOLDER", str(tmp_path / "home"))
    assert main(["restore", str(tmp_path / "backup")]) == 0
    assert main(["restore", str(tmp_path / "backup")]) == 2
    assert (tmp_path / "home" / "loa.db").exists()
    said = capsys.readouterr()
    assert "restored" in said.out
    assert "not empty" in said.err
