"""A whole notice: what is heard, what is left out, what the operator must settle first."""

import pytest

from controller.speech.reading import BadEntry, Lexicon, Reading, Region, Span, read

_NOTICE = """ỦY BAN NHÂN DÂN
XÃ TÂN HỘI
Số: 15/TB-UBND

THÔNG BÁO
V/v tổng vệ sinh môi trường

Kính gửi: Bà con nhân dân 05 ấp.
1. Thời gian: 7h30 ngày 15/8/2026.
2. Địa điểm:
- Nhà văn hóa ấp 3;
- Trạm y tế xã.
Đề nghị bà con
tham gia đầy đủ. Thắc mắc gọi ĐT: 0912.345.678./.

Nơi nhận:
- Như trên;
- Lưu: VT.
TM. UBND XÃ
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
(Đã ký)
Nguyễn Văn A
"""


def test_a_notice_is_heard_from_its_title_to_its_last_sentence_and_no_further() -> None:
    assert read(_NOTICE).paragraphs == (
        ("Ủy ban nhân dân",),
        ("Xã Tân Hội",),
        ("Số: mười lăm của Ủy ban nhân dân",),
        ("Thông báo",),
        ("Về việc tổng vệ sinh môi trường",),
        ("Kính gửi: Bà con nhân dân năm ấp.",),
        ("Một.", "Thời gian: bảy giờ ba mươi phút ngày mười lăm tháng tám năm hai nghìn không trăm hai mươi sáu."),
        ("Hai.", "Địa điểm:"),
        ("Nhà văn hóa ấp ba",),
        ("Trạm y tế xã.",),
        (
            "Đề nghị bà con tham gia đầy đủ.",
            "Thắc mắc gọi điện thoại không chín một hai, ba bốn năm, sáu bảy tám.",
        ),
    )


def test_what_is_left_out_is_shown_to_the_operator() -> None:
    dropped = "".join(span.written for span in read(_NOTICE).spans if span.category == "dropped")
    assert "Nơi nhận:" in dropped
    assert "(Đã ký)" in dropped
    assert "Nguyễn Văn A" in dropped
    assert "tổng vệ sinh" not in dropped


def test_a_signature_alone_is_read_because_nothing_else_is_there() -> None:
    assert read("TM. UBND XÃ\nCHỦ TỊCH").spoken == "Thay mặt Ủy ban nhân dân xã\nChủ tịch"


def test_the_differences_are_marked_and_the_rest_is_left_alone() -> None:
    assert read("họp lúc 7h30 tại xã").spans == (
        Span("họp lúc ", "họp lúc", None),
        Span("7h30", " bảy giờ ba mươi phút", "time"),
        Span(" tại xã", " tại xã", None),
    )


def test_an_unknown_abbreviation_is_spelled_and_reported_once() -> None:
    reading = read("Cuộc thi QXZ do QXZ tổ chức với UBND xã")
    assert reading.spoken == "Cuộc thi quy ích dét do quy ích dét tổ chức với Ủy ban nhân dân xã"
    assert reading.unknown == ("QXZ",)


def test_letters_of_another_script_are_left_out_and_reported() -> None:
    assert read("xin chào 北京 nhé") == Reading(
        "xin chào nhé",
        (
            Span("xin chào ", "xin chào", None),
            Span("北京", "", "unknown"),
            Span(" nhé", " nhé", None),
        ),
        ("北京",),
    )


def test_a_long_sentence_is_parted_at_its_commas_for_breathing() -> None:
    sentence = ", ".join(["toàn thể bà con nhân dân trong xã"] * 20) + "."
    (pieces,) = read(sentence).paragraphs
    assert len(pieces) > 2
    assert all(len(piece) <= 200 for piece in pieces)
    assert " ".join(pieces) == read(sentence).spoken


@pytest.mark.parametrize(
    ("region", "spoken"),
    [
        (Region.NORTH, "một nghìn không trăm linh năm hộ, hai mươi tư người"),
        (Region.CENTRAL, "một ngàn không trăm lẻ năm hộ, hai mươi tư người"),
        (Region.SOUTH, "một ngàn không trăm lẻ năm hộ, hai mươi bốn người"),
    ],
)
def test_each_region_hears_its_own_number_words(region: Region, spoken: str) -> None:
    assert read("1.005 hộ, 24 người", region=region).spoken == spoken


def test_the_communes_own_words_go_before_every_rule() -> None:
    lexicon = Lexicon.of([("Đắk R'lấp", "Đắc Rờ lấp"), ("QXZ", "quỹ xã"), ("bão YAGI", "bão I a ghi")])
    reading = read("QXZ huyện Đắk R'lấp, HUYỆN ĐẮK R'LẤP sau bão YAGI; QXZT", lexicon=lexicon)
    assert reading.spoken == ("quỹ xã huyện Đắc Rờ lấp, huyện Đắc Rờ lấp sau bão I a ghi, quy ích dét tê")
    assert reading.unknown == ("QXZT",)
    assert [span.written for span in reading.spans if span.category == "lexicon"] == [
        "QXZ",
        "Đắk R'lấp",
        "ĐẮK R'LẤP",
        "bão YAGI",
    ]


def test_an_entry_is_said_word_for_word_even_where_it_holds_itself() -> None:
    lexicon = Lexicon.of([("Mã", "sông Mã"), ("Zalo", "Zalo")])
    assert read("lũ trên Mã, xem Zalo", lexicon=lexicon).spoken == "lũ trên sông Mã, xem Zalo"


def test_a_foreign_name_in_capitals_is_said_as_a_name_and_reported() -> None:
    reading = read("bão số 3 (NORU) đổ bộ")
    assert reading.spoken == "bão số ba, Noru, đổ bộ"
    assert reading.unknown == ("NORU",)


def test_a_lexicon_has_the_version_of_its_entries_whatever_their_order() -> None:
    pairs = [("QXZ", "quỹ xã"), ("Ia Grai", "Ia Gờ rai")]
    assert Lexicon.of(pairs).version == Lexicon.of(reversed(pairs)).version
    assert Lexicon.of(pairs).version != Lexicon.of(pairs[:1]).version
    assert Lexicon.of(pairs) == Lexicon.of(reversed(pairs))


@pytest.mark.parametrize(
    "pairs",
    [[("", "gì đó")], [("QXZ", " ")], [("Q\nX", "gì đó")], [("QXZ", "a" * 201)], [("QXZ", "một"), ("QXZ", "hai")]],
)
def test_an_entry_that_cannot_be_used_is_refused_with_its_reason(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(BadEntry) as refused:
        Lexicon.of(pairs)
    assert refused.value.why
    assert repr(pairs[-1][0]) in str(refused.value)


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("Uỷ ban hoà giải, thuỷ lợi, khoẻ", "Ủy ban hòa giải, thủy lợi, khỏe"),
        ("ＵＢＮＤ　xã　１５", "UBND xã 15"),
        ("U\u200bB\u200dN\ufeffD x\u00adã", "UBND xã"),
        ("UBND\u00a0xã\x07", "UBND xã"),
        ("25℃, 3㎡, 25ºC", "25°C, 3m2, 25°C"),
        ("<p>UBND xã</p><script>alert(1)</script>", "UBND xã"),
        ("UBND &amp; HĐND", "UBND & HĐND"),
        ("😀 UBND xã 🎉", "UBND xã"),
        ("Ðảng ủy", "Đảng ủy"),
        ("quý khách, quỳ", "quý khách, quỳ"),
    ],
)
def test_however_it_was_typed_it_sounds_the_same(pasted: str, plain: str) -> None:
    assert read(pasted).spoken == read(plain).spoken
    assert read(pasted).spoken
