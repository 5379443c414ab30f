"""The keys under which a payer, or a kind of line, is remembered: name, account, the label's constant words.

A label changes from month to month in its numbers and dates and keeps its words; so the words, in order,
without numbers, months and payment furniture, are the key of "lines like this one".
"""

from functools import lru_cache

from agent_service.core.matching.model import Line
from agent_service.core.matching.vocabulary import FURNITURE, LEGAL_FORMS, MONTHS
from agent_service.core.text import chunks, plain, sanitized, unspaced

LONGEST = 600
"""So many characters of a label are read: no bank sends more, and a file may hold anything."""
WORDS = 8
"""So many of a label's words make its key: what follows is an address or a sentence."""


def keys_of(line: Line) -> tuple[str, ...]:
    """Return the keys of a line, the most telling first: account, name, words of the label."""
    account = sanitized(line.account_number[:64])
    name = name_key(line.partner_name[:LONGEST])
    words = label_key(line.label[:LONGEST])
    keys = (
        f"account:{account}" if len(account) >= 6 else "",
        f"name:{name}" if name else "",
        f"label:{words}" if words else "",
    )
    return tuple(key for key in keys if key)


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """Return a payer's name without legal form, case, accents and punctuation ("ACME G.m.b.H." → "ACME")."""
    words = chunks(plain(text).replace(".", ""))
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the label's constant words; empty where they are too few to tell one payer from another."""
    words = [
        word
        for word in chunks(plain(text))
        if len(word) > 1 and word not in FURNITURE and word not in MONTHS and not _has_digit(word)
    ]
    key = " ".join(words[:WORDS])
    return key if len(words) > 1 or len(key) >= 8 or any(map(unspaced, key)) else ""


def _has_digit(word: str) -> bool:
    return any(one.isdigit() for one in word)
