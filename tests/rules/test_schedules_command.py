"""The command that prints a day and checks a folder of programme files."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path

from schedules.__main__ import add_arguments, run

AREAS = '[[area]]\nid = "xa"\nname = "Xã"\n[[area]]\nid = "thon"\nname = "Thôn"\nin = "xa"\n'
NEWS = """
[[programme]]
id = "news"
title = "Tin"
areas = ["xa"]
text = "Kính mời bà con."
minutes = 2
when = { at = "05:00", from = 2026-01-05 }
"""


def command(*words: str) -> tuple[int, str, str]:
    parser = ArgumentParser()
    add_arguments(parser)
    out, errors = io.StringIO(), io.StringIO()
    code = run(parser.parse_args(words), out, errors)
    return code, out.getvalue(), errors.getvalue()


def test_a_day_is_printed_with_its_lunar_name_what_is_heard_and_every_loss() -> None:
    code, out, errors = command("2026-02-17", "--area", "thon-dinh")
    assert (code, errors) == (0, "")
    assert out.splitlines()[0] == "Thứ ba 17/02/2026 (1/1 âm lịch)"
    assert "  08:00:00–08:06:00  Lời chúc Tết của Chủ tịch xã [thông thường]" in out
    assert "  ! 05:00 Tiếp âm Đài Tiếng nói Việt Nam: Không phát: ngày nghỉ lễ (Tết Nguyên đán)." in out


def test_a_program_reads_the_same_day_as_json() -> None:
    code, out, _ = command("2026-05-19", "--json", "--area", "Bản Pa Cô")
    found = json.loads(out)["areas"]["ban-pa-co"]
    assert code == 0
    assert found["heard"][1]["title"] == "Chương trình đặc biệt ngày sinh Bác Hồ"
    assert found["heard"][1]["start"] == "2026-05-19T05:15:00+07:00"
    moved = next(wish for wish in found["wishes"] if wish["fate"] == "moved")
    assert moved["reason"]["en"].startswith("Heard at 05:35 instead of 05:15")


def test_bad_input_is_one_sentence_and_the_code_2(tmp_path: Path) -> None:
    for words, part in (
        (["2026-05-19", "--area", "mars"], "There is no area mars"),
        ([], "Which day?"),
        (["2026-05-19", "--folder", str(tmp_path)], "no TOML files"),
    ):
        code, out, errors = command(*words)
        assert (code, out) == (2, "") and part in errors and errors.count("\n") == 1
    (tmp_path / "a.toml").write_bytes(b"\xff")
    assert command("2026-05-19", "--folder", str(tmp_path))[0] == 2


def test_a_check_prints_every_mistake_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(AREAS + NEWS + "volume = 200\n", "utf-8")
    (tmp_path / "b.toml").write_text(NEWS.replace("05:00", "5 h"), "utf-8")
    code, out, errors = command("--check", "--folder", str(tmp_path))
    assert (code, out) == (2, "")
    assert [line.split(": ")[0] for line in errors.splitlines()] == ["a.toml:16", "b.toml:8"]
    code, out, _ = command("--check", "--json", "--folder", str(tmp_path))
    assert [row["line"] for row in json.loads(out)["mistakes"]] == [16, 8]
    assert command("--check")[0] == 0


def test_the_example_commune_sleeps_at_night_all_year() -> None:
    for number in range(0, 365, 61):
        day = date(2026, 1, 1) + timedelta(number)
        code, out, errors = command(str(day), "--area", "thon-bai", "--json")
        heard = json.loads(out)["areas"]["thon-bai"]["heard"]
        assert (code, errors) == (0, "") and heard
        for segment in heard:
            assert "05:00" <= segment["start"][11:16] < segment["end"][11:16] <= "21:00"
