"""The lines of a text: which belong together, and which are not for the ear."""

import re
from typing import NamedTuple

_BULLET = re.compile(r" ?(?:[-+*=#_]+>? |[>~]+ (?![0-9]))+|[*>=#~_]+(?=[^*>=#~_0-9 ])|[*#_]+|[-+](?=[^\W\d_])")
_RECIPIENTS = re.compile(r"(?:nơi nhận|kính chuyển)(?: ?:| ?$)|lưu ?: ?(?:vt|vp|hs)(?![^\W_])", re.IGNORECASE)
_RECIPIENTS_INSIDE = re.compile(r"(?:^|[.;/] )(Nơi nhận ?:.*)", re.DOTALL)
_SIGNATURE = re.compile(
    r"(?:T/?M|K/?T|T/?L|TUQ|Q)\. ?[A-ZĐÂÊÔƠƯỦ]{2}"
    r"|(?:PHÓ )?(?:CHỦ TỊCH|BÍ THƯ|TRƯỞNG (?:BAN|PHÒNG|CÔNG AN|THÔN|TRẠM)|GIÁM ĐỐC|HIỆU TRƯỞNG)$"
    r"|NGƯỜI (?:LẬP|KÝ|THÔNG BÁO)$"
)
_SIGNED = re.compile(
    r"[(\[] ?(?:đã k[ýí]|k[ýí] tên|k[ýí],|k[ýí] và|k[ýí] ghi|chữ k[ýí]|đóng dấu)[^()\[\]]{0,60}[)\]]\.?$"
    r"|đã ký\.?$|ký tên\.?$",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"[^.!?:;…]$")
_LONG_LINE = 40
_LONGEST_SIGNATURE = 8


class Line(NamedTuple):
    """One paragraph, of which only the part from `start` to `end` is for the ear."""

    written: str
    start: int
    end: int


def lines(text: str) -> list[Line]:
    """The paragraphs of a cleaned text, in order; joined by line breaks they give the text back."""
    joined = _unwrapped(text.split("\n"))
    silent_from = _signature_start(joined)
    found: list[Line] = []
    in_recipients = False
    for index, written in enumerate(joined):
        bullet = _BULLET.match(written)
        lead = bullet.end() if bullet else 0
        if _RECIPIENTS.match(written, lead):
            in_recipients = True
        elif in_recipients and not (lead or written.lstrip().lower().startswith(("như", "lưu"))):
            in_recipients = False
        silent = in_recipients or index >= silent_from or _SIGNED.match(written.strip()) is not None
        inside = _RECIPIENTS_INSIDE.search(written, lead)
        end = 0 if silent else inside.start(1) if inside else len(written)
        found.append(Line(written, min(lead, end), end))
    return found


def _unwrapped(raw: list[str]) -> list[str]:
    """A line that a page's edge cut in two goes on where the next starts with a small letter."""
    joined: list[list[str]] = []
    for line in raw:
        last = joined[-1][-1] if joined else ""
        first = line[:1]
        if (
            last
            and _OPEN_END.search(last)
            and (first.islower() or (first.isdigit() and len(last) > _LONG_LINE))
            and not _is_item(line)
        ):
            joined[-1].append(line)
        else:
            joined.append([line])
    return ["\n".join(parts) for parts in joined]


def _is_item(line: str) -> bool:
    return re.match(r"[a-zđ0-9]{1,2}[.)/] ", line) is not None


def _signature_start(joined: list[str]) -> int:
    """The index of the line where the closing signature starts; beyond the end when there is none."""
    heard = [index for index, line in enumerate(joined) if line.strip()]
    if not heard or _SIGNATURE.match(joined[heard[0]].strip()):
        return len(joined)
    for index in heard[1:][-_LONGEST_SIGNATURE:]:
        if _SIGNATURE.match(joined[index].strip()):
            return index
    return len(joined)
