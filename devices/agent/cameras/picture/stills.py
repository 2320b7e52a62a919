"""Pictures as files: what a snapshot address answers, and the small picture that is kept as evidence."""

from __future__ import annotations

import cv2
import numpy as np

from devices.agent.cameras.picture.burst import Picture


def read_still(file: bytes) -> Picture | None:
    """The picture in a JPEG, PNG or WebP file; None when it holds none that can be read."""
    try:
        picture = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR) if file else None
    except cv2.error:
        return None
    return None if picture is None or picture.size == 0 else np.asarray(picture, np.uint8)


def thumbnail(picture: Picture, width: int = 320, quality: int = 70) -> bytes:
    """`picture` as a JPEG file no wider than `width`, its proportions kept."""
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    small = picture if picture.shape[1] <= width else cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    done, file = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("not a picture: height x width x 3 bytes are needed")
    return file.tobytes()
