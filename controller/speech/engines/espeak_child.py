"""The program that holds espeak-ng: its licence (GPL) and its crashes stay in this process.

Run on its own, with the standard library only: `python -I -S espeak_child.py`. It reads one order as JSON from standard
input (`library`, `data`, `voice`, `rate`, `volume`, `pitch`, `seconds`, `pieces`, `files`), writes one WAV file a piece
and prints `{"piece": n}` for each, or `{"refused": "why"}`.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
import wave

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARS_UTF8 = 1
RATE, VOLUME, PITCH = 1, 2, 3

SYNTH_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def say(report: dict[str, object]) -> None:
    print(json.dumps(report), flush=True)


def open_library(path: str, data: str) -> tuple[ctypes.CDLL, int]:
    library = ctypes.CDLL(path)
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    return library, library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), INITIALIZE_DONT_EXIT)


def write_wav(path: str, samples: bytes, sample_rate: int) -> None:
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(samples)


def main() -> None:
    order = json.load(sys.stdin)
    # When the controller is killed there is nobody left to stop this process.
    signal.alarm(int(order["seconds"]) + 1)
    library, sample_rate = open_library(order["library"], order["data"])
    if sample_rate <= 0:
        return say({"refused": "espeak-ng found no voice data"})
    samples = bytearray()

    def take(wav: int | None, count: int, events: int | None) -> int:
        if wav and count > 0:
            samples.extend(ctypes.string_at(wav, count * 2))
        return 0

    callback = SYNTH_CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(order["voice"].encode()) != 0:
        return say({"refused": f"espeak-ng has no voice {order['voice']}"})
    library.espeak_SetParameter(RATE, order["rate"], 0)
    library.espeak_SetParameter(VOLUME, order["volume"], 0)
    library.espeak_SetParameter(PITCH, order["pitch"], 0)
    for number, (piece, path) in enumerate(zip(order["pieces"], order["files"], strict=True)):
        samples.clear()
        text = piece.encode()
        if library.espeak_Synth(text, len(text) + 1, 0, 0, 0, CHARS_UTF8, None, None) != 0:
            return say({"refused": f"espeak-ng could not speak piece {number}"})
        write_wav(path, bytes(samples), sample_rate)
        say({"piece": number})
    return None


if __name__ == "__main__":
    main()
