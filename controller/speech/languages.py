"""The languages of Việt Nam in which communes broadcast, by ISO 639 code. The voices speak the first one alone."""

from __future__ import annotations

from enum import Enum


class SpokenLanguage(Enum):
    """The two letters of ISO 639-1 where there are such, else the three of ISO 639-3."""

    VIETNAMESE = "vi"
    TAY = "tyz"
    THAI = "blt"
    MUONG = "mtq"
    KHMER = "km"
    HMONG = "hmn"
    NUNG = "nut"
    DAO = "ium"
    CHINESE = "zh"
    JRAI = "jra"
    EDE = "rad"
    BAHNAR = "bdq"
    CHAM = "cjm"
    SEDANG = "sed"
    KOHO = "kpm"
    HRE = "hre"
    RAGLAI = "rog"
    MNONG = "cmo"
    STIENG = "sti"
    BRU = "bru"
    KATU = "ktv"
    JEH = "jeh"

    @property
    def has_voice(self) -> bool:
        """Whether a computer voice here speaks it; a bulletin in any other language needs a person's recording."""
        return self is SpokenLanguage.VIETNAMESE


NAMES: dict[SpokenLanguage, str] = {
    SpokenLanguage.VIETNAMESE: "Việt",
    SpokenLanguage.TAY: "Tày",
    SpokenLanguage.THAI: "Thái",
    SpokenLanguage.MUONG: "Mường",
    SpokenLanguage.KHMER: "Khmer",
    SpokenLanguage.HMONG: "H’Mông",
    SpokenLanguage.NUNG: "Nùng",
    SpokenLanguage.DAO: "Dao",
    SpokenLanguage.CHINESE: "Hoa",
    SpokenLanguage.JRAI: "Jrai",
    SpokenLanguage.EDE: "Ê Đê",
    SpokenLanguage.BAHNAR: "Ba Na",
    SpokenLanguage.CHAM: "Chăm",
    SpokenLanguage.SEDANG: "Xơ Đăng",
    SpokenLanguage.KOHO: "Cơ Ho",
    SpokenLanguage.HRE: "Hrê",
    SpokenLanguage.RAGLAI: "Raglai",
    SpokenLanguage.MNONG: "M’Nông",
    SpokenLanguage.STIENG: "Xtiêng",
    SpokenLanguage.BRU: "Bru - Vân Kiều",
    SpokenLanguage.KATU: "Cơ Tu",
    SpokenLanguage.JEH: "Giẻ Triêng",
}
"""As the peoples who speak them are called in Việt Nam."""
