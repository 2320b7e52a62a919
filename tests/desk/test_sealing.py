"""Secrets of others lie sealed: neither the database nor a copy of it gives them away."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.store import notices
from controller.store.channels import Channel, ChannelKind
from controller.store.database import Database
from controller.store.sealing import KEY_FILE, Unreadable, Vault, kept_vault

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ADDRESS, SECRET = "https://office.example/hook?key=hunter2", "whsec_hunter3"
OFFICE = Channel("office", ChannelKind.WEBHOOK, ADDRESS, "Văn phòng", SECRET)
VAULT = Vault.new()


@given(words=st.text(), place=st.text(max_size=20))
def test_whatever_is_sealed_is_read_again_in_its_own_place_only(words: str, place: str) -> None:
    sealed = VAULT.seal(words, place)
    assert VAULT.unseal(sealed, place) == words
    assert sealed != VAULT.seal(words, place), "two equal secrets cannot be told from two others"
    for other in (lambda: VAULT.unseal(sealed, place + "x"), lambda: Vault.new().unseal(sealed, place)):
        with pytest.raises(Unreadable):
            other()


@given(rubbish=st.text() | st.text().map("sealed:1:{}".format))
def test_rubbish_in_a_row_is_unreadable_and_nothing_worse(rubbish: str) -> None:
    with pytest.raises(Unreadable):
        VAULT.unseal(rubbish, "here")


def test_neither_the_file_nor_a_row_shows_the_secret_of_a_channel(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'loa.db'}", kept_vault(tmp_path))
    with database.write() as connection:
        notices.add_channel(connection, OFFICE, NOW)
    database.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("loa.db*"))
    assert b"office" in kept
    assert b"hunter" not in kept
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    again = Database(f"sqlite:///{tmp_path / 'loa.db'}", kept_vault(tmp_path))
    with again.read() as connection:
        assert notices.channel(connection, "office") == OFFICE
    again.close()
