"""Transfers that both journals of the company show: out of one bank account and into another."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from agent_service.core.matching.confidence import probability
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.lexicon import words_of
from agent_service.core.matching.line_facts import Facts, is_own_account
from agent_service.core.matching.model import Key, Line, Rates, Settings
from agent_service.core.matching.pair_facts import NEIGHBOURS, Candidate, days_between, order, same_text, when
from agent_service.core.matching.payers import name_key
from agent_service.core.text import plain, sanitized

TRANSFER_DAYS = 5
"""Money between two banks is under way for so many days at most, a weekend and holidays in it."""
ACCOUNT_FROM = 8
"""A number in a text may be an account from so many characters on."""
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_NUMBERED = re.compile(r"\d")
BARE = frozenset(
    plain(
        """transfer transf tfr trf xfer to from in out account acct konto compte cuenta conto
        rekening iban sepa credit debit payment virement vers depuis vir überweisung ueberweisung
        umbuchung übertrag uebertrag auf von gutschrift belastung overboeking overschrijving naar
        bonifico giroconto verso traspaso transferencia a desde przelew na z převod prevod
        átutalás överföring overførsel overføring siirto havale eft virman fx"""
    ).split()
)
"""Words that say only that money was moved."""
OWN_FROM = 3
OWN_SHARE = 0.6
"""An account is the company's own when so many lines, and such a share of all that name it, show it."""
SPREAD = Decimal("0.03")
"""A bank's rate may lie so far from the day's rate."""


def transfers(
    told: Sequence[Facts], settings: Settings, learned: Learned, rates: Rates
) -> Iterator[Candidate]:
    """Yield pairs of lines of two journals that are one transfer; an amount alone is no proof."""
    journals = {one.line.journal for one in told if one.line.journal}
    if len(journals) < 2:
        return
    usable = [one for one in sorted(told, key=order) if one.line.journal and one.line.amount]
    exact: dict[tuple, list[Facts]] = defaultdict(list)
    for one in usable:
        if one.line.amount > 0:
            for key in _amounts(one.line):
                exact[key].append(one)
    worth = _by_worth([one for one in usable if one.line.amount > 0], settings, rates)
    own = _own_numbers(usable, exact, lambda out: _worth_as_much(out, worth, settings, rates))
    for out in usable:
        if out.line.amount > 0:
            continue
        tried: set[Key] = set()
        near = [other for key in _amounts(out.line) for other in _around(exact.get(key, ()), out)]
        if _says_transfer(out, settings) or _names_own(out, own) or is_bare(out):
            near += _worth_as_much(out, worth, settings, rates)
        for into in near:
            if into.line.journal == out.line.journal or into.line.id in tried:
                continue
            tried.add(into.line.id)
            features = _transfer_features(out, into, settings, own)
            if "pair_rate" in features:
                features["pair_rate"] = _closeness(out.line, into.line, settings, rates)
            if features:
                score = probability("without_items", features, learned)
                yield Candidate(score, days_between(out, into), out, into, "internal_transfer", features)


def _amounts(line: Line) -> list[tuple[str, int]]:
    """Return a line's amounts, without sign: in its journal's currency and in the other one it names."""
    found = [(line.currency, abs(line.amount))]
    if line.foreign_currency and line.amount_currency:
        found.append((line.foreign_currency, abs(line.amount_currency)))
    return found


def _around(group: Sequence[Facts], one: Facts) -> Sequence[Facts]:
    start = bisect_left(group, one.line.day - timedelta(TRANSFER_DAYS), key=lambda other: other.line.day)
    end = bisect_right(group, one.line.day + timedelta(TRANSFER_DAYS), key=lambda other: other.line.day)
    middle = bisect_left(group, one.line.day, start, end, key=lambda other: other.line.day)
    return group[max(start, middle - NEIGHBOURS) : min(end, middle + NEIGHBOURS)]


def _worth(line: Line, settings: Settings, rates: Rates) -> int | None:
    """Return a line's amount in minor units of company currency by the day's rate, without sign."""
    if line.currency == settings.company_currency:
        return abs(line.amount)
    rate = rates.on(line.currency, line.day)
    if not rate:
        return None
    ten = Decimal(10)
    scale = ten ** (
        settings.decimals.get(settings.company_currency, 2) - settings.decimals.get(line.currency, 2)
    )
    return int(abs(line.amount) / rate * scale)


def _by_worth(into: Sequence[Facts], settings: Settings, rates: Rates) -> dict[str, list[tuple[int, Facts]]]:
    """Return incoming lines that say something of a transfer, by currency, sorted by what they are worth."""
    found: dict[str, list[tuple[int, Facts]]] = defaultdict(list)
    for one in into:
        worth = _worth(one.line, settings, rates)
        if worth is not None:
            found[one.line.currency].append((worth, one))
    for group in found.values():
        group.sort(key=lambda pair: (pair[0], order(pair[1])))
    return found


def _worth_as_much(
    out: Facts, worth: dict[str, list[tuple[int, Facts]]], settings: Settings, rates: Rates
) -> list[Facts]:
    value = _worth(out.line, settings, rates)
    if value is None:
        return []
    near: list[Facts] = []
    for currency, group in worth.items():
        if currency == out.line.currency:
            continue
        start = bisect_left(group, value * (1 - SPREAD), key=lambda pair: pair[0])
        end = bisect_right(group, value * (1 + SPREAD), key=lambda pair: pair[0])
        close = [
            one
            for _worth, one in group[start : min(end, start + 400)]
            if days_between(out, one) <= TRANSFER_DAYS
        ]
        near += sorted(close, key=lambda one: (days_between(out, one), order(one)))[:NEIGHBOURS]
    return near


def _says_transfer(one: Facts, settings: Settings) -> bool:
    return bool(one.of("internal_transfer") or one.party_kind == "own" or _names_the_company(one, settings))


def _names_the_company(one: Facts, settings: Settings) -> bool:
    """Tell whether a line names an account of the company, in its column or in its text."""
    if not settings.own_accounts:
        return False
    return is_own_account(one.line.account_number, settings) or any(
        is_own_account(number, settings) for number in account_numbers(one)
    )


def account_numbers(one: Facts) -> set[str]:
    """Return what may be the other side's account number: its column, and long numbers in the text."""
    column = sanitized(one.line.account_number[:64])
    apart = {sanitized(found) for found in _IBAN.findall(plain(one.text))}
    found = apart | {token for token in one.numbers if ACCOUNT_FROM <= len(token) <= 34}
    return found | ({column} if len(column) >= 6 else set())


def is_bare(one: Facts) -> bool:
    """Tell whether a line says nothing but that money went to or came from an account."""
    if one.party_kind == "company" or not (account_numbers(one) or one.numbers):
        return False
    return all(word in BARE or _NUMBERED.search(word) for word in words_of(_IBAN.sub(" ", plain(one.text))))


def _own_numbers(
    usable: Sequence[Facts], exact: Mapping[tuple, list[Facts]], near: Callable[[Facts], list[Facts]]
) -> dict[tuple[str, str], str]:
    """Return account numbers that this statement shows to be the company's own: (journal, number) → whose.

    A number that lines of one journal name again and again, while another journal moves the same amounts the
    other way at that time, is that journal's account.
    """
    named: Counter[tuple[str, str]] = Counter()
    met: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    partners: dict[Key, set[str]] = defaultdict(set)
    for out in usable:
        if out.line.amount < 0:
            for key in _amounts(out.line):
                for into in _around(exact.get(key, ()), out):
                    _note(partners, out, into)
            if is_bare(out):
                for into in near(out):
                    if is_bare(into):
                        _note(partners, out, into)
    if not partners:
        return {}
    for one in usable:
        for number in account_numbers(one):
            place = (one.line.journal, number)
            weight = 2 if is_bare(one) else 1
            named[place] += weight
            for journal in partners.get(one.line.id, ()):
                met[place][journal] += weight
    found = {}
    for place, journals in met.items():
        best = min(journals, key=lambda at: (-journals[at], at), default="")
        second = max((count for at, count in journals.items() if at != best), default=0)
        if journals[best] >= max(OWN_FROM, named[place] * OWN_SHARE) and journals[best] > second:
            found[place] = best
    return found


def _note(partners: dict[Key, set[str]], out: Facts, into: Facts) -> None:
    if into.line.journal != out.line.journal:
        partners[out.line.id].add(into.line.journal)
        partners[into.line.id].add(out.line.journal)


def _names_own(one: Facts, own: Mapping[tuple[str, str], str]) -> bool:
    return bool(own) and any((one.line.journal, number) in own for number in account_numbers(one))


def _name_each_other(one: Facts, other: Facts, own: Mapping[tuple[str, str], str]) -> bool:
    """Tell whether a line names an account that is known as the other line's journal."""
    return bool(own) and any(
        own.get((side.line.journal, number)) == opposite.line.journal
        for side, opposite in ((one, other), (other, one))
        for number in account_numbers(side)
    )


def _name_another(one: Facts, other: Facts, own: Mapping[tuple[str, str], str]) -> bool:
    """Tell whether one of the lines names an account that is known as that of a third journal."""
    for side, opposite in ((one, other), (other, one)):
        whose = {own.get((side.line.journal, number)) for number in account_numbers(side)} if own else set()
        if whose - {None} and opposite.line.journal not in whose:
            return True
    return False


def _transfer_features(
    out: Facts, into: Facts, settings: Settings, own: Mapping[tuple[str, str], str]
) -> dict[str, float]:
    """Return what says that both lines are one transfer; nothing where only the amount does."""
    made: dict[str, float] = {}
    same = set(_amounts(out.line)) & set(_amounts(into.line))
    made["pair_same_amount" if same else "pair_rate"] = 1
    words = [one for one in (out, into) if one.of("internal_transfer")]
    if words:
        made["pair_words"] = 1
    if len(words) == 2:
        made["pair_words_both"] = 1
    if is_bare(out) and is_bare(into) and not _two_names(out.line, into.line):
        made["pair_bare"] = 1
    if _name_another(out, into, own):
        made["pair_other_account"] = 1
    named = any(_names_the_company(one, settings) for one in (out, into))
    if named or _name_each_other(out, into, own):
        made["pair_own_account"] = 1
    elif any(one.party_kind == "own" for one in (out, into)) or _own_by_pair(out.line, into.line):
        made["pair_own_name"] = 1
    if out.numbers & into.numbers:
        made["pair_same_reference"] = 1
    if alike := same_text(out, into):
        made["pair_same_text"] = alike
    if out.names_document or into.names_document:
        made["document_named"] = 1
    if out.returned or into.returned:
        made["pair_wrong_order"] = 1
    made.update(when(out, into, TRANSFER_DAYS))
    signs = made.keys() & {
        "pair_words", "pair_bare", "pair_own_account", "pair_own_name", "pair_same_reference",
        "pair_same_text",
    }  # fmt: skip
    if signs == {"pair_same_text"} and (out.party_kind, into.party_kind) != ("none", "none"):
        return {}  # two parties may use the same words
    return made if signs else {}


def _two_names(one: Line, other: Line) -> bool:
    names = {name_key(side.partner_name[:140]) for side in (one, other)} - {""}
    return len(names) > 1


def _closeness(out: Line, into: Line, settings: Settings, rates: Rates) -> float:
    """Return 1 where both are worth the same at their days' rates, down to 0.4 at the edge of the spread."""
    one, other = _worth(out, settings, rates), _worth(into, settings, rates)
    if not one or not other:
        return 0.4
    return max(0.4, 1 - 0.6 * abs(one - other) / (one * float(SPREAD)))


def _own_by_pair(one: Line, other: Line) -> bool:
    """Tell whether both sides name the same party: only the company itself is party to both."""
    name = name_key(one.partner_name[:140])
    return bool(name) and name == name_key(other.partner_name[:140])
