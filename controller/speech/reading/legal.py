"""Numbers of official documents: 18/2021/QĐ-TTg, 57-NQ/TW, 91/2025/QH15, 08/GM-UBND; numbers in names (Đề án 06)."""

import re

from controller.speech.reading.abbreviations import UNKNOWN
from controller.speech.reading.bodies import DOCUMENT_KINDS, ISSUERS, JOINT, OFFICES
from controller.speech.reading.letters import spell
from controller.speech.reading.numbers import cardinal, named, year
from controller.speech.reading.place import Place, Said
from controller.speech.reading.terms import PARTS, TITLES

_CAPS = "A-ZĐƯƠÂÊÔ"
_ORGAN = rf"[{_CAPS}][{_CAPS}a-z]{{1,14}}(?:(?:&|\.)[{_CAPS}]{{1,10}})?"
_STATE = re.compile(rf"([0-9]{{1,5}}[a-zA-Z]?)(?:/([12][0-9]{{3}}))?/({_ORGAN}|L(?=-))((?:-{_ORGAN}){{0,4}})(?![^\W_])")
_PARTY = re.compile(
    rf"([0-9]{{1,5}}[a-zA-Z]?) ?- ?([{_CAPS}]{{2,8}}|CTr|TTr|QyĐ) ?/ ?({_ORGAN})((?:-{_ORGAN}){{0,3}})(?![^\W_])"
)
_ASSEMBLY = re.compile(r"([0-9]{1,4})(?:/([12][0-9]{3}))?/(UBTVQH|NQ-UBTVQH|QH)([0-9]{1,2})(?![^\W_])")
_OF_YEAR = re.compile(r"([0-9]{1,4})/([12][0-9]{3})(?![0-9]|[/.-][^\W_])")
_STANDARD = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,3}))?:([12][0-9]{3})(?:/([A-ZĐ]{2,8}))?(?![^\W_])")
_SAYS_WHOSE = re.compile(r",? (?:ngày [0-9/. -]{3,12},? ?|ngày [0-9]{1,2} tháng [0-9]{1,2} năm [0-9]{4},? )?của ")
_BARE = re.compile(r"(0[0-9]{1,3})(?![0-9]|[.,/:-][0-9]|%|[^\W_])")

_NAME_PAIRS = frozenset(
    {
        "đề án", "nghị định", "nghị quyết", "chỉ thị", "chương trình", "kế hoạch", "tờ khai", "pháp lệnh", "phụ lục",
        "công văn", "thông tư", "công điện", "quyết định", "mẫu", "biểu", "biểu mẫu", "mẫu đơn", "mẫu biểu", "kết luận",
        "hướng dẫn", "thông báo", "tờ trình", "báo cáo", "giấy mời", "quy định", "quy chế", "hợp đồng", "biên bản",
        "tổ công tác", "chuyên đề", "dự án", "luật", "giấy phép", "văn bản",
    }
)  # fmt: skip


def read_document(place: Place) -> Said | None:
    """The number, the year, and who issued it: no strokes and no letters are spoken."""
    if place.text[place.at] > "9":
        return None
    for rule in (_assembly, _party, _state, _of_year, _standard, _in_a_name):
        said = rule(place)
        if said is not None:
            return said
    return None


def names_a_document(place: Place) -> bool:
    """True right after "Nghị định", "Đề án số" and the like."""
    pair = " ".join(place.before(4).removesuffix(" số").split()[-2:])
    return pair in _NAME_PAIRS or pair.rpartition(" ")[2] in ("mẫu", "biểu", "luật")


def _assembly(place: Place) -> Said | None:
    match = _ASSEMBLY.match(place.text, place.at)
    if match is None:
        return None
    body = "Quốc hội" if match[3] == "QH" else "Ủy ban Thường vụ Quốc hội"
    body = f"{body} khóa {cardinal(int(match[4]), place.accent)}"
    number = _number(match[1], match[2], place)
    return Said(match.end(), number if _says_whose(place, match) else f"{number} của {body}", "legal-code")


def _party(place: Place) -> Said | None:
    match = _PARTY.match(place.text, place.at)
    if match is None or match[2] not in DOCUMENT_KINDS:
        return None
    return _issued(_number(match[1], None, place), f"{match[3]}{match[4]}", place, match)


def _state(place: Place) -> Said | None:
    match = _STATE.match(place.text, place.at)
    if match is None:
        return None
    kind, others = match[3], match[4]
    if kind in DOCUMENT_KINDS and others:
        issuers = others[1:] if kind in JOINT else others[1:].partition("-")[0]
    elif kind in DOCUMENT_KINDS:
        return Said(match.end(), _number(match[1], match[2], place), "legal-code")
    elif kind in ISSUERS or others or match[2]:
        issuers = kind
    else:
        return None
    return _issued(_number(match[1], match[2], place), issuers, place, match)


def _says_whose(place: Place, match: re.Match[str]) -> bool:
    """Whether the text itself goes on to say whose document it is."""
    return _SAYS_WHOSE.match(place.text, match.end()) is not None


def _issued(number: str, issuers: str, place: Place, match: re.Match[str]) -> Said:
    """The number, and by whom where the text does not say; an issuer whom nobody knows is spelled, and reported."""
    if _says_whose(place, match):
        return Said(match.end(), number, "legal-code")
    names = issuers.split("-")
    spoken = ", ".join(_issuer(name) or spell(name) for name in names)
    category = "legal-code" if all(map(_issuer, names)) else UNKNOWN
    return Said(match.end(), f"{number} của {spoken}", category)


def _issuer(name: str) -> str:
    """Empty for one whom nobody knows."""
    known = ISSUERS.get(name) or ISSUERS.get(name.upper()) or ISSUERS.get(name.replace("&", "").replace(".", ""))
    return known or TITLES.get(name) or _office(name)


def _office(name: str) -> str:
    for cut in (3, 2, 1):
        kind, matter = OFFICES.get(name[:cut]), TITLES.get(name[cut:]) or PARTS.get(name[cut:])
        if kind and matter:
            return f"{kind} {matter}"
    return ""


def _number(written: str, of_year: str | None, place: Place) -> str:
    digits_, letter = re.fullmatch(r"([0-9]+)([a-zA-Z]?)", written).groups()  # type: ignore[union-attr]
    spoken = named(digits_, place.accent) + (f" {letter}" if letter else "")
    return f"{spoken} năm {year(of_year, place.accent)}" if of_year else spoken


def _of_year(place: Place) -> Said | None:
    match = _OF_YEAR.match(place.text, place.at)
    if match is None or not names_a_document(place):
        return None
    return Said(match.end(), _number(match[1], match[2], place), "legal-code")


def _standard(place: Place) -> Said | None:
    match = _STANDARD.match(place.text, place.at)
    if match is None or place.previous not in ("tcvn", "qcvn", "iso", "chuẩn"):
        return None
    spoken = named(match[1], place.accent)
    if match[2]:
        spoken += f" phần {cardinal(int(match[2]), place.accent)}"
    spoken += f" năm {year(match[3], place.accent)}"
    return _issued(spoken, match[4], place, match) if match[4] else Said(match.end(), spoken, "legal-code")


def _in_a_name(place: Place) -> Said | None:
    match = _BARE.match(place.text, place.at)
    if match is None or not names_a_document(place):
        return None
    return Said(match.end(), named(match[1], place.accent), "legal-code")
