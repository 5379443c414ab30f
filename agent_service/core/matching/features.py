"""How a bank line's label names a document: what was found, and how much that proves."""

from dataclasses import dataclass

from agent_service.core.matching.candidates import BankLine, Document
from agent_service.core.matching.normalise import GROUP_GAPS, LONG_NUMBER, Label, Number, Token, bare_number

FULL, DIGITS, SHORT, CUT = "full", "digits", "short", "cut"
"""Levels of evidence: the whole number; its digits; a part of it; its beginning, where the label ends."""

LEVELS = (FULL, DIGITS, SHORT, CUT)
_GLUE = ("", "/", "-", ".")
_MAX_GAP = 3
LEAST_DIGITS = 4
"""Fewer digits prove nothing without the letters in front of them."""

# Words in front of a number that name no series.
_NEUTRAL = frozenset(
    {
        *(
            "INVOICE",
            "INVOICES",
            "INV",
            "BILL",
            "PAYMENT",
            "DOCUMENT",
            "DOC",
            "YOUR",
            "OUR",
            "REFERENCE",
            "REF",
        ),
        *("NO", "NR", "N", "NUM", "NUMBER", "NUMERO", "RECHNUNG", "RECHNUNGEN", "RE", "RG", "RGNR", "RENR"),
        *("REFERENZ", "ZAHLUNG", "IHRE", "FACTURE", "FACT", "PAIEMENT", "VOTRE", "FACTURA", "FAC", "PAGO"),
        *("FATTURA", "FATT", "FACTUUR", "BETALING", "FAKTURA"),
    }
)


@dataclass(frozen=True)
class Named:
    """A document's number found in a label."""

    level: str
    number: str


def best_named(line: BankLine, document: Document, prefixes: frozenset[str]) -> Named | None:
    """Return the strongest way in which the line names the document, or None."""
    found = [
        Named(level, one.text)
        for one in document.numbers
        for text in line.labels
        if (level := naming(text, one, prefixes))
    ]
    return min(found, key=lambda one: (LEVELS.index(one.level), one.number)) if found else None


def naming(text: Label, one: Number, prefixes: frozenset[str]) -> str | None:
    """Return the level at which a label names a number, None when it doesn't or names a longer one."""
    for runs in one.spellings:
        places = [found for found in _places(text.tokens, runs) if _whole(text, *found)]
        if places:
            if all(not one.prefix and _other_series(text, place, one, prefixes) for place, _length in places):
                return None
            sure = one.is_strong and not all(_maybe_cut(text, *found, one) for found in places)
            return FULL if sure else SHORT
    if len(one.digits) < LEAST_DIGITS:
        return None
    digits = tuple(run for run in one.spellings[0] if run.isdigit())
    joined = (bare_number(one.digits),)
    for runs in dict.fromkeys((digits, joined)):
        for place, length in _places(text.tokens, runs):
            if not _whole(text, place, length) or _other_series(text, place, one, prefixes):
                continue
            return DIGITS if len(one.digits) >= 6 and one.is_strong else SHORT
    if one.prefix and len(digits) > 1:
        runs = (one.prefix, digits[-1])
        if any(_whole(text, place, length) for place, length in _places(text.tokens, runs)):
            return SHORT
    return None


def cut_off(text: Label, one: Number) -> bool:
    """Tell whether the label ends in the middle of the number's last digits."""
    if not one.is_strong or not one.tokens[-1].is_number:
        return False
    least = max(6, -(-len(one.compact) * 6 // 10))
    starts, length = [], 0
    for token in text.tokens:
        starts.append(length)
        length += len(token.raw)
    return any(
        one.compact.startswith(text.compact[start:])
        for start in starts
        if least <= length - start < len(one.compact)
    )


def _places(tokens: tuple[Token, ...], runs: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where a sequence of runs stands in a label: first token and number of tokens."""
    found = []
    for start in range(len(tokens)):
        place = start
        for position, run in enumerate(runs):
            taken = _take(tokens, place, run)
            if not taken or (position and len(tokens[place].gap) > _MAX_GAP):
                break
            place += taken
        else:
            found.append((start, place - start))
    return found


def _take(tokens: tuple[Token, ...], place: int, run: str) -> int:
    """Return how many tokens from a place make up a run; more than one only for long numbers in groups."""
    if place >= len(tokens):
        return 0
    if tokens[place].bare == run:
        return 1
    if len(run) < LONG_NUMBER - 2 or not run.isdigit():
        return 0
    joined = ""
    for count, token in enumerate(tokens[place:], start=1):
        if not token.is_number or (count > 1 and token.gap not in GROUP_GAPS):
            return 0
        joined += token.raw
        if count > 1 and len(joined) >= LONG_NUMBER and bare_number(joined) == run:
            return count
    return 0


def _whole(text: Label, place: int, length: int) -> bool:
    """Tell whether what was found is no part of a longer number or of a number with a suffix."""
    tokens = text.tokens
    first, last = tokens[place], tokens[place + length - 1]
    if place and tokens[place - 1].is_number and first.is_number and first.gap in _GLUE:
        return False
    if place and not first.is_number and first.gap == "" and len(first.raw) < 3:
        return False
    after = tokens[place + length] if place + length < len(tokens) else None
    if after is None:
        return True
    if after.is_number:
        return after.gap not in _GLUE
    return not (after.gap == "" and last.is_number)


def _maybe_cut(text: Label, place: int, length: int, one: Number) -> bool:
    """Tell whether the label ends with digits that kept some of the zeros: is "0023" 00023, or 00231 cut?"""
    last, own = text.tokens[place + length - 1], one.tokens[-1]
    ends = place + length == len(text.tokens)
    return ends and last.raw.startswith("0") and last.bare == own.bare and last.raw != own.raw


def _other_series(text: Label, place: int, one: Number, prefixes: frozenset[str]) -> bool:
    """Tell whether the letters before the digits name another series of numbers."""
    if not place or text.tokens[place - 1].is_number:
        return False
    before, gap = text.tokens[place - 1].raw, text.tokens[place].gap
    if before == one.prefix:
        return False
    if before in prefixes:
        return True
    return before not in _NEUTRAL and gap in _GLUE and bool(one.prefix)
