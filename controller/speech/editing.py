"""pydub, without its warnings at import: that there is no ffmpeg program (PyAV stands in), and that audioop is old."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message="Couldn't find ffmpeg or avconv", category=RuntimeWarning)
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    # Its regular expressions warn when they are compiled for the first time after an installation.
    warnings.filterwarnings("ignore", message=".*invalid escape sequence", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message=".*invalid escape sequence", category=SyntaxWarning)
    from pydub.audio_segment import AudioSegment
    from pydub.silence import detect_leading_silence

__all__ = ["AudioSegment", "detect_leading_silence"]
