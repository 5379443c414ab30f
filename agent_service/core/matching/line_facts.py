"""What a bank line's texts, payer, sign and size say of the kinds that pay no item: features with reasons."""

import re
from functools import cached_property, lru_cache

from agent_service.core.matching import (
    words_fee,
    words_interest,
    words_payroll,
    words_tax,
    words_transfer,
    words_traps,
)
from agent_service.core.matching.learned import Counterpart, Learned
from agent_service.core.matching.lexicon import LONGEST, Found, Lexicon, words_of
from agent_service.core.matching.model import Line, Reason, Settings
from agent_service.core.matching.payers import name_key
from agent_service.core.matching.vocabulary import LEGAL_FORMS
from agent_service.core.text import chunks, plain, sanitized

KINDS = ("bank_fee", "interest", "payroll", "tax", "internal_transfer")
NAMES = {
    "bank_fee": "a bank's charge",
    "interest": "interest",
    "payroll": "wages and salaries",
    "tax": "tax or social security",
    "internal_transfer": "a transfer between own accounts",
}
RETURNED = "returned"
TRAP = "trap"
INSTRUCTION = "instruction"

_DATE = re.compile(
    r"(19|20)\d\d((0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?)?"
    r"|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((19|20)\d\d|2\d)?|2\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"|\d{0,2}(JAN|FEB|MAR|APR|MA[IY]|JUN|JUL|AUG|SEP|O[CK]T|NOV|DE[CZ])\d{2,4}"
)
"""A year, or a day in one of the orders that banks print; what else it may be isn't worth a mistake."""

_SUBFIELD = re.compile(r"\?(?:2\d|6[0-3])")
"""What MT940 puts between the lines of a text, also in the middle of a word or number."""
_JOINED = re.compile(r"\b[A-Z]+\d*(?:[-/]\d+)+\b")

_SMALL = 10_000
_LARGE = {"bank_fee": 500_000, "interest": 10_000_000}
"""Minor units from which on a fee or interest is unusually large; a hundred units of money are small."""

_USUAL_SIGN = {"bank_fee": -1, "payroll": -1, "tax": -1}

_MODULES = (
    ("bank_fee", words_fee),
    ("interest", words_interest),
    ("payroll", words_payroll),
    ("tax", words_tax),
)


UNMISTAKABLE = frozenset(
    ("f24", "irs", "zus", "aok", "tva", "iva", "btw", "mva", "dph", "pdv", "ddv", "kdv", "alv", "pvm", "ust")
)
"""Short words that mean one thing alone."""


def _entries() -> list[tuple[str, str, str]]:
    entries = [(TRAP, "phrase", words_traps.FIRMS), (INSTRUCTION, "phrase", words_traps.INSTRUCTIONS)]
    for kind, module in _MODULES:
        entries += [(kind, "phrase", module.PHRASES), (kind, "code", module.CODES)]
    entries += [
        ("tax", "party", words_tax.AUTHORITIES),
        ("payroll", "processor", words_payroll.PROCESSORS),
        ("internal_transfer", "phrase", words_transfer.PHRASES),
        ("internal_transfer", "code", words_transfer.CODES),
        (RETURNED, "phrase", words_transfer.RETURN_PHRASES),
        (RETURNED, "code", words_transfer.RETURN_CODES),
    ]
    for kind, module in _MODULES:
        entries += [(kind, "word", module.WORDS), (kind, "word_weak", module.WEAK)]
    return entries


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    """Return the words of all kinds: made when a line is read, for most commands of the agent read none."""
    return Lexicon(_entries())


class Facts:
    """What a line's texts hold, taken apart when it is asked for."""

    def __init__(self, line: Line, settings: Settings) -> None:
        """Keep the line; nothing is read yet."""
        self.line = line
        self._settings = settings

    @cached_property
    def text(self) -> str:
        """Return the texts of the line, bounded."""
        text = f"{self.line.label[:LONGEST]} {self.line.ref[:140]}".strip()
        return _SUBFIELD.sub("", text) if "?" in text else text

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words that may mean something."""
        return words_of(self.text)

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """Return the patterns in the line's texts."""
        return tuple(_lexicon().find_in(self.words, self.text))

    @cached_property
    def party(self) -> tuple[Found, ...]:
        """Return the patterns in the payer's name; in a company's name only authorities and what misleads."""
        found = _in_name(self.line.partner_name[:LONGEST]) if self.line.partner_name else ()
        if self.party_kind != "company":
            return found
        return tuple(one for one in found if one.strength in ("party", "processor") or one.meaning == TRAP)

    @cached_property
    def tokens(self) -> list[str]:
        """Return every word and number of the texts."""
        return chunks(plain(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return what may be a reference: words with four digits or more that are no year and no date."""
        apart = (one for one in self.tokens if sum(map(str.isdigit, one)) >= 4)
        joined = (one for one in _JOINED.findall(plain(self.text)) if sum(map(str.isdigit, one)) >= 5)
        return frozenset(one for one in (*apart, *joined) if not _DATE.fullmatch(one))

    @cached_property
    def names_document(self) -> bool:
        """Tell whether a document's number is announced in the texts."""
        return _names_document(self.tokens)

    @cached_property
    def party_kind(self) -> str:
        """Return who the other side is: "none", "bank", "company", "own" or "other"."""
        return _party_kind(self.line.partner_name[:LONGEST], self.line.account_number, self._settings)

    @cached_property
    def meanings(self) -> frozenset[str]:
        """Return every meaning that was found."""
        return frozenset(one.meaning for one in (*self.found, *self.party))

    def past(self, learned: Learned) -> Counterpart | None:
        """Return where people put lines like this one."""
        return learned.counterpart(self.line) if learned.counterparts else None

    def of(self, meaning: str) -> list[Found]:
        """Return what was found of one meaning."""
        return [one for one in (*self.found, *self.party) if one.meaning == meaning]

    @property
    def returned(self) -> bool:
        """Tell whether the text says that money came back or a booking was taken back."""
        return RETURNED in self.meanings


@lru_cache(maxsize=65536)
def _in_name(name: str) -> tuple[Found, ...]:
    return tuple(_lexicon().find(name))


def features(told: Facts, kind: str, learned: Learned) -> tuple[dict[str, float], list[Reason]]:
    """Return what speaks for and against a line's being of a kind; empty where nothing speaks for it."""
    made: dict[str, float] = {}
    reasons: list[Reason] = []
    if kind in told.meanings:
        made.update(_words(told, kind, told.of(kind), reasons))
    past = told.past(learned)
    if past and past.kind == kind:
        made["learned"] = past.share
        reasons.append(
            Reason(
                "learned", f"{past.agreed} of {past.seen} lines like it were {NAMES[kind]}", str(past.agreed)
            )
        )
    elif past:
        made["learned_otherwise"] = past.share
    if kind == "internal_transfer" and told.party_kind == "own":
        made["pair_own_name"] = 1
        reasons.append(
            Reason("pair_own_name", "The other side is the company itself", told.line.partner_name)
        )
    if not made.keys() & {"phrase", "word", "code", "party_of_kind", "learned", "pair_own_name", "word_weak"}:
        return {}, []
    made.update(_who(told, kind, reasons))
    made.update(_how_much(told.line, kind))
    if told.names_document and "code" not in made:
        made["document_named"] = 1
        reasons.append(Reason("doubt_document_named", "The label names a document"))
    elif any(len(one) >= 5 and not one.isdigit() for one in told.numbers) and kind != "tax":
        made["number_named"] = 1
    beside = len(told.words) - sum(one.end - one.start for one in told.found if one.start < 1000)
    if beside > 4 and kind in ("bank_fee", "interest"):
        made["words_beside"] = min(1.0, (beside - 4) / 6)
    if kind == "internal_transfer":
        made["single_line"] = 1
        if _names_another(told):
            made["other_head"] = 1
    return made, reasons


def _words(told: Facts, kind: str, found: list[Found], reasons: list[Reason]) -> dict[str, float]:
    made: dict[str, float] = {}
    parties = [one for one in found if one.strength == "party" and (_is_long(one) or one in told.party)]
    texts = [one for one in found if one.strength not in ("party", "processor")]
    if parties:
        made["party_of_kind"] = 1
        reasons.append(
            Reason("party_of_kind", f"'{parties[0].text}' takes taxes or contributions", parties[0].text)
        )
    mentioned = [one for one in texts if one not in told.party and _only_mentioned(told, one, kind)]
    ranked = sorted((one for one in texts if one not in mentioned), key=lambda one: _rank(one, told))
    if ranked:
        best = ranked[0]
        made[_strength(best, told)] = 1
        if not best.exact:
            made["word_misspelt"] = 1
        if len({one.text for one in ranked}) > 1:
            made["word_second"] = 1
        reasons.append(
            Reason(
                _strength(best, told), f"The label says '{best.text.strip('*')}': {NAMES[kind]}", best.text
            )
        )
    elif mentioned:
        made["only_mentioned"] = 1
    return made


def _names_another(told: Facts) -> bool:
    """Tell whether a transfer's word only says what a fee, interest or tax is for ("sweep interest")."""
    return any(
        one.exact and one.strength in ("phrase", "word")
        for kind in ("bank_fee", "interest", "tax")
        for one in told.of(kind)
    )


_ORDER = {"phrase": 0, "code": 1, "word": 2, "word_weak": 3}


def _rank(one: Found, told: Facts) -> tuple:
    return _ORDER[_strength(one, told)], not one.exact, one.start, one.text


def _strength(one: Found, told: Facts) -> str:
    """Return a pattern's strength: a short word alone is a word, and a payer's name is only a hint."""
    strength = one.strength
    if strength == "phrase" and not _is_long(one):
        strength = "word"
    return strength


def _is_long(one: Found) -> bool:
    bare = one.text.strip("*")
    return len(bare) > 3 or not bare.isascii() or bare in UNMISTAKABLE


def _only_mentioned(told: Facts, one: Found, kind: str) -> bool:
    """Tell whether a kind's word is a remark on a payment: "less bank charges", "incl. VAT", "CHGS OUR"."""
    if one.start >= 1000:
        return False
    before = told.words[max(0, one.start - 2) : one.start]
    after = told.words[one.end : one.end + 1]
    told_before = any(word in words_traps.MENTIONED_BEFORE for word in before)
    if kind in ("interest", "payroll") and any(word in ("NET", "NETTO", "NETO") for word in before):
        told_before = False
    return told_before or any(word in words_traps.MENTIONED_AFTER for word in after)


def _who(told: Facts, kind: str, reasons: list[Reason]) -> dict[str, float]:
    made: dict[str, float] = {}
    if told.of(TRAP):
        # what no counterparty sent is the bank's own text, where "fee" mostly is a fee
        made["party_trap"] = 1 if told.line.account_number or told.line.partner_name else 0.6
        reasons.append(
            Reason("doubt_party_trap", f"'{told.of(TRAP)[0].text.strip('*')}' is something else", "")
        )
    if INSTRUCTION in told.meanings:
        made["told_how"] = 1
        reasons.append(Reason("doubt_told_how", "The text says how it should be booked: no bank writes that"))
    if told.party_kind == "none":
        made["party_none"] = 1
        if not told.line.account_number:
            made["no_counterparty"] = 1
    elif told.party_kind == "bank" and kind in ("bank_fee", "interest"):
        made["party_is_bank"] = 1
        reasons.append(Reason("party_is_bank", "The other side is a bank", told.line.partner_name))
    elif told.party_kind == "company" and not any(one.meaning == kind for one in told.party):
        made["party_company"] = 1
        reasons.append(Reason("doubt_party_company", "The other side is a company", told.line.partner_name))
    return made


def _how_much(line: Line, kind: str) -> dict[str, float]:
    made: dict[str, float] = {}
    usual = _USUAL_SIGN.get(kind, 0)
    if kind == "tax" and line.amount > 0:
        made["sign_refund"] = 1
    elif usual:
        made["sign_usual" if (line.amount > 0) == (usual > 0) else "sign_unusual"] = 1
    elif kind == "interest":
        made["sign_usual"] = 1
    size = abs(line.amount)
    if kind in ("bank_fee", "interest") and size <= _SMALL:
        made["amount_small"] = 1
    if size >= _LARGE.get(kind, 10**18):
        made["amount_large"] = 1
    return made


def _names_document(tokens: list[str]) -> bool:
    """Tell whether a word for a document stands before a number ("INVOICE 2026/0012", "RE-NR 4711")."""
    for place, token in enumerate(tokens):
        if token in words_traps.INVOICE_WORDS:
            for after in tokens[place + 1 : place + 4]:
                if sum(one.isdigit() for one in after) >= 3:
                    return True
        elif token[:3] in ("INV", "FAC", "RG2") and sum(one.isdigit() for one in token) >= 4:
            return True
    return False


def _party_kind(name: str, account: str, settings: Settings) -> str:
    if settings.own_accounts and is_own_account(account, settings):
        return "own"
    key = name_key(name)
    if key and key in _own_names(settings.own_names):
        return "own"
    return _named_kind(name) if key else "none"


@lru_cache(maxsize=65536)
def _named_kind(name: str) -> str:
    words = chunks(plain(name))
    if any(word in words_traps.BANK_WORDS or word.endswith(("BANK", "SPARKASSE")) for word in words):
        return "bank"
    # "S.p.A.", "G.m.b.H.": the forms as they read without their points
    bare = chunks(plain(name).replace(".", ""))
    return "company" if any(word in LEGAL_FORMS for word in (*words, *bare)) else "other"


@lru_cache(maxsize=64)
def _own_accounts(accounts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(sanitized(one) for one in accounts)


@lru_cache(maxsize=64)
def _own_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name_key(one) for one in names if one)


def is_own_account(account: str, settings: Settings) -> bool:
    """Tell whether an account number is one of the company's own."""
    return bool(account) and sanitized(account[:64]) in _own_accounts(settings.own_accounts)
