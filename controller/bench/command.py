"""`loa bench`: what was measured, for people or for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import TextIO

import msgspec

from controller.bench.alert import measure_alert
from controller.bench.pages import LIMIT, measure_pages
from controller.bench.speech import LENGTHS, SpeechBench, measure_speech
from controller.settings import Settings
from controller.speech.voices import voices
from devices.clock import SystemClock


def run_bench_speech(*, rounds: int, as_json: bool, lengths: Sequence[int] = LENGTHS, out: TextIO = sys.stdout) -> int:
    """0 where at least one engine spoke every text, 1 otherwise."""
    clock = SystemClock()
    measured = measure_speech(voices(Settings(), clock), clock, rounds, lengths)
    if as_json:
        print(msgspec.json.encode(measured).decode(), file=out)
    else:
        tell_speech(measured, out)
    return 0 if measured.somebody_spoke else 1


def run_bench_alert(*, loudspeakers: int, rounds: int, as_json: bool, out: TextIO = sys.stdout) -> int:
    """0 where every promise about the time of a warning held, 1 otherwise."""
    try:
        measured = measure_alert(loudspeakers, rounds)
    except RuntimeError as silent:
        print(f"loa: {silent}", file=sys.stderr)
        return 1
    if as_json:
        print(msgspec.json.encode(measured).decode(), file=out)
    else:
        for name, seconds in (
            ("đến âm thanh đầu tiên trên loa cuối cùng", measured.heard),
            ("đến im lặng trên mọi loa", measured.silent),
            ("đến lời đính chính hoặc kết thúc trên mọi loa", measured.corrected),
            ("chỉ riêng broker và từng ấy máy nhận", measured.bare),
        ):
            worst, usual = max(seconds), median(seconds)
            print(f"{measured.loudspeakers} loa, {name}: trung vị {usual:.2f} s, lâu nhất {worst:.2f} s", file=out)
    return 0 if measured.holds else 1


def run_bench_pages(*, loudspeakers: int, cameras: int, rounds: int, as_json: bool, out: TextIO = sys.stdout) -> int:
    """0 where every page keeps the promise, 1 otherwise."""
    measured = measure_pages(loudspeakers, cameras, rounds)
    if as_json:
        print(msgspec.json.encode(measured).decode(), file=out)
    else:
        print(
            f"{measured.devices} loa, {measured.cameras} camera; mili giây: trung vị, lâu nhất; số câu lệnh CSDL",
            file=out,
        )
        for page in (measured.peer, *sorted(measured.pages, key=lambda one: -one.usual)):
            over = " !" if page.usual > LIMIT else ""
            figures = f"{page.usual * 1000:8.1f} {max(page.seconds) * 1000:8.1f} {page.statements:4}"
            print(f"{figures} {page.kilobytes:6.0f} kB  {page.path}{over}", file=out)
    return 0 if measured.holds else 1


def tell_speech(measured: SpeechBench, out: TextIO) -> None:
    """What was measured, line by line, in Vietnamese."""

    def tell(line: str) -> None:
        print(line, file=out)

    tell(
        f"Đọc văn bản thành lời: {measured.lines_a_second:,.0f} dòng mỗi giây, "
        f"mỗi dòng {measured.characters_a_line:.0f} ký tự"
    )
    tell(f"Từ văn bản đến âm thanh sẵn sàng phát, giây, trung vị của {measured.rounds} lần:")
    for one in measured.renders:
        what = f"  {one.engine:<10} {one.characters:>5} ký tự"
        if one.cold is None or one.cached is None or one.sound is None:
            tell(f"{what}: không đo được. {one.trouble}")
        else:
            tell(f"{what}: lần đầu {one.cold:.2f}, đã có sẵn {one.cached:.4f}, dài {one.sound:.1f} giây")
    tell("So sánh: chương trình espeak-ng và pydub, không chuông, không cân âm lượng, không kiểm tra:")
    for peer in measured.peer:
        parts = [
            f"đọc {peer.spoken:.2f}" if peer.spoken is not None else "",
            f"nén {peer.exported:.2f}" if peer.exported is not None else "",
            peer.trouble,
        ]
        tell(f"  {peer.characters:>5} ký tự: {', '.join(filter(None, parts))}")
    tell(
        f"Bộ nhớ cao nhất: {measured.peak_megabytes:.0f} MB, "
        f"các giọng máy chạy riêng {measured.peak_megabytes_of_engines:.0f} MB"
    )
