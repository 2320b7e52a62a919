"""From whatever was pasted to plain letters: one Unicode form, one tone placement, no markup, nothing invisible."""

import html
import re
import unicodedata

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
CAPITALS = VIETNAMESE.upper()
LETTERS = VIETNAMESE + CAPITALS

_ORDINARY = re.compile(rf"[\n\x20-\x7e°₫×≤≥±≈→‰{LETTERS}]*")
_KEPT = frozenset("\n°₫×≤≥±≈→‰€£\u03bc\u03a9" + LETTERS)
_FIRST = str.maketrans(
    {
        **dict.fromkeys("º˚⁰", "°"),
        **dict.fromkeys("ÐƉ", "Đ"),
        "ð": "đ",
        "\r": "\n",
        **{vulgar: f" {vulgar}" for vulgar in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"},
    }
)
_POWER = re.compile("(?<=[0-9])([²³¹⁴⁵⁶⁷⁸⁹])")
_SILENT = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Mc"}
_SPACED = {"So", "Sk", "Sm", "Sc", "Zs", "Po", "Ps", "Pe", "No", "Nl", "Pc", "Lm"}
_QUOTES = {"Pi", "Pf"}

_BLOCK_TAG = re.compile(r"<(?:/?(?:p|div|li|ul|ol|tr|table|h[1-6])|br ?/?)(?: [^<>]{0,300})?>", re.IGNORECASE)
_CODE = re.compile(r"<(script|style)\b[^<>]{0,300}>[^<]{0,5000}</\1 ?>", re.IGNORECASE)
_INLINE = "a|abbr|b|big|body|button|center|code|em|font|form|head|html|i|iframe|img|input|label|link|mark|meta|nav|pre"
_MORE_INLINE = "s|small|span|strong|sub|sup|svg|tbody|td|textarea|tfoot|th|thead|title|u|video|blockquote|hr|section"
_TAG = re.compile(
    rf"<(?:/?(?:{_INLINE}|{_MORE_INLINE})(?:[ /][^<>]{{0,300}})?|!doctype[^<>]{{0,100}}|!--[^<>]{{0,300}}--)>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,12}|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")

_SPACES = re.compile(r"[ \t]+")
_LINE_ENDS = re.compile(r" ?\n ?")

_PAIRS = (("o", "àáảãạ", "òóỏõọ", "a"), ("o", "èéẻẽẹ", "òóỏõọ", "e"), ("u", "ỳýỷỹỵ", "ùúủũụ", "y"))
_OLD_PLACE = {
    glide + toned: marked + plain
    for glide, endings, marks, plain in _PAIRS
    for toned, marked in zip(endings, marks, strict=True)
}
_OLD_PLACE |= {new[0].upper() + new[1]: old[0].upper() + old[1] for new, old in _OLD_PLACE.items()} | {
    new.upper(): old.upper() for new, old in _OLD_PLACE.items()
}
_NEW_PLACE = re.compile(rf"(?<![qQ])(?:{'|'.join(_OLD_PLACE)})(?![{LETTERS}])")
_QU = re.compile("[qQ][uU]")


class _Letters(dict[int, str | None]):
    """What each unusual character becomes; computed on demand, kept only while one text is cleaned."""

    def __missing__(self, code: int) -> str | None:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(letter: str) -> str | None:
    if letter in _KEPT or "\x20" <= letter <= "\x7e":
        return letter
    if letter == "\t":
        return " "
    category = unicodedata.category(letter)
    if category in _SILENT:
        return None
    if category in ("Zl", "Zp"):
        return "\n"
    if category == "Pd" or letter in "−÷⁃•‣▪●○◦■□▶►➢➤✓✔∙·":
        return "-"
    if category == "Nd":
        return str(unicodedata.digit(letter))
    if category in _QUOTES:
        return '"'
    if category in _SPACED:
        return {"⁄": "/", "∕": "/", "∶": ":", "、": ",", "。": ". "}.get(letter, " ")
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() else letter


def clean(text: str) -> str:
    """The same words in composed letters, half width, tone marks on the conventional vowel ("hòa", "Ủy").

    Drops markup, control and invisible characters and emoji; keeps line breaks; runs of spaces become one.
    Letters of other scripts stay: what cannot be read is for the reader to report.
    """
    if "&" in text:
        text = _ENTITY.sub(_unescaped, _ENTITY.sub(_unescaped, text))
    if _ORDINARY.fullmatch(text) is None:
        text = _POWER.sub(r"^\1", text.replace("\r\n", "\n")).translate(_FIRST)
        text = unicodedata.normalize("NFKC", text).translate(_Letters())
    if "<" in text:
        text = _TAG.sub(" ", _BLOCK_TAG.sub("\n", _CODE.sub(" ", text)))
    text = _NEW_PLACE.sub(lambda match: _OLD_PLACE[match[0]], text)
    if "  " in text or "\t" in text or "\n" in text:
        text = _LINE_ENDS.sub("\n", _SPACES.sub(" ", text))
    return text


def _unescaped(match: re.Match[str]) -> str:
    plain = html.unescape(match[0])
    return " " if plain == match[0] else plain
