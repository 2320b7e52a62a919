"""Whatever is pasted into the editor, something sensible is read: never a crash, never garbage."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from controller.speech.reading import Region, read
from controller.speech.reading.clean import LETTERS, clean
from controller.speech.reading.vocabulary import phrases

_SPEAKABLE = re.compile(rf"(?:[{LETTERS}]+(?: -|[,:.!?])?(?:[ \n](?=[{LETTERS}-])|$)|- )*")
_PIECES = st.sampled_from(
    phrases(
        """
        UBND HĐND-UBND TP. TT. H. đ/c: đ/c V/v TM. KT. BCH BĐ3 BĐ QL1A ĐT.768 ĐT: P.5 Q.1 TTg CP xã Xã XÃ TÂN HỘI thôn
        ngày tháng thứ quý khóa lần từ đến và , . ; : ... ./. - – + = / & ( ) [ ] " ' % ‰ ° ₫ $ @ # * _ ~ < > ≥ ± × x
        3 4 05 12 24 2026 1.005 1.5 0,5 15/8 30/4 02/9/1945 24/24h 7h30 10:00-11:00 5-10/8 3/4 1/500 18/2021/QĐ-TTg
        57-NQ/TW 91/2025/QH15 0912.345.678 115 1022 +84 (024) 3750 IV XIV I. a) 1. 2.1. km/h mg/l m2 kWh đồng đ
        đồng/người tạ/sào 500k 2tr5 ÂL mùng Tết vitamin C máu O AB VNeID Zalo http://a.vn x@y.vn www. <b> &amp; &lt; 😀
        Nơi nhận: (đã ký) XYZT BUALOI H'Mông ½ m³ Ủy Uỷ hoà 1.1.1 A B Y gọi tổng đài số phạt cấp
        """.replace(" ", "|")
    )
)
_OFFICIAL = st.lists(st.tuples(_PIECES, st.sampled_from(["", " ", " ", "\n", "\n- "])), max_size=14).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces)
)
_ANY = st.one_of(_OFFICIAL, st.text(max_size=60), st.text(alphabet="0123456789.,/-:hđ% IVXUBNDđc", max_size=30))


@given(_ANY)
def test_only_letters_and_pauses_are_spoken(text: str) -> None:
    assert _SPEAKABLE.fullmatch(read(text).spoken)


@given(_ANY)
def test_reading_again_changes_nothing(text: str) -> None:
    spoken = read(text).spoken
    assert read(spoken).spoken == spoken


@given(_ANY, st.sampled_from(Region))
def test_the_spans_are_the_whole_text_and_the_whole_reading(text: str, region: Region) -> None:
    reading = read(text, region=region)
    assert "".join(span.written for span in reading.spans) == clean(text)
    assert "".join(span.spoken for span in reading.spans) == reading.spoken
    for span in reading.spans:
        if span.category is None:
            assert "".join(span.written.split()) == "".join(span.spoken.split())


@given(_ANY)
def test_the_sentences_of_the_paragraphs_are_the_reading(text: str) -> None:
    reading = read(text)
    assert "\n".join(" ".join(sentences) for sentences in reading.paragraphs) == reading.spoken
    assert all(sentence for sentences in reading.paragraphs for sentence in sentences)


@given(_ANY)
def test_composed_and_decomposed_letters_sound_the_same(text: str) -> None:
    assert read(unicodedata.normalize("NFD", text)).spoken == read(unicodedata.normalize("NFC", text)).spoken
