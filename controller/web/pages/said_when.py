"""When something shall sound, as people say it: "17:00 thứ Hai đến thứ Sáu, trừ ngày lễ, đến hết tháng", or in English
"5 pm Monday to Friday, except on holidays, until the end of the month".

What the console says of a rule (`words.Words.rule`) is understood again. A sentence of which any word is left over is
not understood at all: nothing sounds at a time that somebody did not mean.
"""

from __future__ import annotations

from datetime import date

from controller.web.language import Language
from controller.web.pages.said_in_english import English
from controller.web.pages.said_in_vietnamese import Vietnamese
from controller.web.pages.sentences import Fields, Sentence
from controller.web.pages.sentences import NotUnderstood as NotUnderstood

MOST = 300


def understand_when(text: str, today: date, language: Language) -> Fields:
    """The fields of `when_form.WhenTyped` that say the same. Raises NotUnderstood.

    Vietnamese is understood on every page, other sentences on a page in their language.
    """
    if len(text) > MOST:
        raise NotUnderstood
    if language is Language.VIETNAMESE:
        return _understood(Vietnamese, text, today)
    try:
        return _understood(English, text, today)
    except NotUnderstood as wrong:
        try:
            return _understood(Vietnamese, text, today)
        except NotUnderstood:
            raise wrong from None


def _understood(language: type[Sentence], text: str, today: date) -> Fields:
    try:
        return language(text, today).fields()
    except (ValueError, OverflowError) as wrong:
        raise NotUnderstood from wrong
