"""Letters that run from right to left, put in the order in which they are seen; Arabic ones joined.

A small part of the bidirectional algorithm, enough for names: runs of one direction, no nesting, and figures
inside a run stay as they are read.
"""

import re
import unicodedata
from functools import lru_cache

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_RTL_RUN = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+(?:[ .,'\u2019-]+[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+)*"
)


def is_rtl(char):
    """Is this a letter that is written from right to left?"""
    return bool(_RTL.match(char))


def visual(text):
    """Return ``text`` in the order of the eye."""
    if not _RTL.search(text):
        return text
    pieces, at = [], 0
    for found in _RTL_RUN.finditer(text):
        pieces += [text[at : found.start()], joined(found.group())[::-1]]
        at = found.end()
    pieces.append(text[at:])
    begins = next((char for char in text if char.isalpha()), "")
    return "".join(reversed(pieces) if begins and is_rtl(begins) else pieces)


@lru_cache(1)
def _forms():
    """Return letter -> {form: presentation letter}, as Unicode itself tells them."""
    forms = {}
    for code in range(0xFE70, 0xFEFD):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or ("",)
        letter = "".join(chr(int(each, 16)) for each in letters)
        if kind in ("<initial>", "<medial>", "<final>", "<isolated>") and letter:
            forms.setdefault(letter, {})[kind.strip("<>")] = chr(code)
    return forms


def joined(text):
    """Give each Arabic letter the form that its neighbours ask for."""
    forms, letters, at = _forms(), [], 0
    while at < len(text):
        pair = text[at : at + 2]
        letters.append(pair if len(pair) == 2 and pair in forms else text[at])
        at += len(letters[-1])
    shown = []
    for place, letter in enumerate(letters):
        own = forms.get(letter, {})
        before = forms.get(letters[place - 1], {}) if place else {}
        after = forms.get(letters[place + 1], {}) if place + 1 < len(letters) else {}
        joins_before = "initial" in before and "final" in own
        joins_after = "initial" in own and "final" in after
        form = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get(
            (joins_before, joins_after), "isolated"
        )
        shown.append(own.get(form, letter))
    return "".join(shown)
