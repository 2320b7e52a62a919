"""The program that holds espeak-ng: its licence (GPL) and its crashes stay in this process.

Run on its own, with the standard library only: it reads one order as JSON from standard input (`library`, `data`,
`voice`, `rate`, `words`, `file`), writes a WAV file and prints its length in seconds; any other exit code than 0 means
that nothing was written.
"""

from __future__ import annotations

import ctypes
import json
import sys
import wave

SYNCHRONOUS, DO_NOT_EXIT, UTF8, RATE = 2, 0x8000, 1, 1
Take = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def main() -> None:
    order = json.load(sys.stdin)
    library = ctypes.CDLL(order["library"])
    data = order["data"].encode() or None
    sample_rate = library.espeak_Initialize(SYNCHRONOUS, 0, data, DO_NOT_EXIT)
    samples = bytearray()

    def take(wav: int | None, count: int, events: int | None) -> int:
        if wav and count > 0:
            samples.extend(ctypes.string_at(wav, count * 2))
        return 0

    callback = Take(take)
    library.espeak_SetSynthCallback(callback)
    words = order["words"].encode()
    refused = sample_rate <= 0 or library.espeak_SetVoiceByName(order["voice"].encode())
    if refused or library.espeak_SetParameter(RATE, order["rate"], 0):
        sys.exit("espeak-ng has no such voice")
    if library.espeak_Synth(words, ctypes.c_size_t(len(words) + 1), 0, 0, 0, UTF8, None, None) or not samples:
        sys.exit("espeak-ng did not speak")
    with wave.open(order["file"], "wb") as file:
        file.setparams((1, 2, sample_rate, 0, "NONE", ""))
        file.writeframes(bytes(samples))
    print(len(samples) / 2 / sample_rate)


if __name__ == "__main__":
    main()
