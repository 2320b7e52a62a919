"""What the short codes of cameras mean to a person: English here, Vietnamese in the catalogue."""

from __future__ import annotations

CONDITIONS = {
    "up": "good",
    "unjudged": "reachable, picture not judged",
    "degraded": "picture is no use",
    "down": "cannot be reached",
    "maintenance": "under maintenance",
    "unknown": "not known",
}

AXES = {
    "reach": "Can be reached",
    "service": "Lets us in",
    "stream": "Sends pictures",
    "picture": "Picture is good",
}

BELIEFS = {"up": "yes", "down": "no", "unknown": "not known"}

CAMERA_REASONS = {
    "other": "a reason that is not known here",
    "refused": "the connection is refused",
    "no-answer": "nothing answers",
    "unreachable": "the network says that it is not there",
    "unknown-name": "its name has no address",
    "file-missing": "there is no such file",
    "silent": "it accepts connections and says nothing",
    "login-wrong": "the password is not right",
    "login-missing": "it asks for a password, and there is none",
    "basic-only": "it wants the password in the clear, which is not allowed",
    "login-rests": "not tried for a while, so that the account is not locked",
    "busy": "others watch it, and it serves no more",
    "not-found": "there is no such stream or picture",
    "service-error": "it answers with an error",
    "garbage": "what answers is no camera",
    "other-device": "another device answers at its address",
    "no-media": "it agrees to send, and nothing comes",
    "no-key-frame": "what comes never begins a picture",
    "undecodable": "what comes cannot be decoded",
    "standing-timestamps": "its timestamps stand still",
    "few-frames": "too few pictures come",
    "stutters": "its pictures come in jerks",
    "stream-ends": "the stream ends by itself",
    "finding": "something is wrong with the picture",
    "learning": "it is still learnt what is usual there",
    "not-installed": "the device lacks what cameras need",
    "login-unreadable": "the device cannot read the password",
    "overloaded": "the device has too much to do",
    "own-network": "the device itself is cut off",
    "not-asked": "not asked, because something before it failed",
    "unstable": "it comes and goes",
}

FINDINGS = {
    "black": "black",
    "frozen": "frozen",
    "blurred": "blurred",
    "covered": "covered",
    "partly_covered": "partly covered",
    "moved": "turned to another view",
    "washed_out": "washed out",
    "noise": "noisy",
    "corrupt": "broken up into blocks",
    "no_signal": "a card that says: no signal",
    "stalled_times": "its timestamps stand still",
    "too_few_frames": "too few pictures come",
    "wrong_clock": "its clock is wrong",
}

NODES = {
    "power": "power",
    "pole": "pole",
    "onu": "ONU",
    "switch": "network switch",
    "device": "field unit",
    "area": "all of the area",
}

SOURCES = {
    "rtsp": "RTSP stream",
    "snapshot": "single pictures over HTTP",
    "mjpeg": "MJPEG over HTTP",
    "file": "a file on the device (to try things out)",
}

KEPT = {
    "never": "No picture leaves the device",
    "findings": "Only evidence: when something is wrong, and the first good one after",
    "latest": "Evidence, and the latest picture",
}

PICTURE_ROLES = {
    "reference": "usually",
    "event": "when it was found",
    "after": "afterwards",
    "latest": "latest",
}
