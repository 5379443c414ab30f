"""Bypasses that are known and not mended yet, each with its owner: (invariant, part of the sentence, who).

Empty is what it has to be.
"""

BYPASSES: tuple[tuple[str, str, str], ...] = ()


def is_known(sentence: str) -> bool:
    """Tell whether a broken invariant belongs to a bypass that somebody is mending."""
    return any(sentence.startswith(rule) and part in sentence for rule, part, _who in BYPASSES)
