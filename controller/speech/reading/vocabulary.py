"""Sets of words, written down as plain text."""


def words(listed: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(listed.split())


def phrases(listed: str) -> tuple[str, ...]:
    """The phrases of a text that "|" or line breaks part, in order."""
    return tuple(phrase.strip() for phrase in listed.replace("\n", "|").split("|") if phrase.strip())


def table(listed: str) -> dict[str, str]:
    """Pairs of a word and its phrase, parted like `phrases`: "BHYT bảo hiểm y tế|BHXH ..."."""
    return dict(_pair(entry) for entry in phrases(listed))


def _pair(entry: str) -> tuple[str, str]:
    short, _, phrase = entry.partition(" ")
    return short, phrase
