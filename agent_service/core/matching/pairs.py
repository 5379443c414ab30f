"""Two lines that explain each other: a transfer seen in two own journals, and lines that cancel.

An amount alone is no proof: each pair needs a second sign, such as a word for it, an own account, one
reference in both texts, or the same payer. Candidates come from indexes and are bounded per line; the
surest pair goes first and no line stands in two.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from rapidfuzz import fuzz

from agent_service.core.matching.confidence import probability
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.line_facts import Facts, is_own_account
from agent_service.core.matching.model import Key, Line, Rates, Reason, Settings
from agent_service.core.matching.payers import label_key, name_key
from agent_service.core.text import sanitized

TRANSFER_DAYS = 5
"""Money between two banks is under way for so many days at most, a weekend and holidays in it."""
RETURN_DAYS = 60
"""A direct debit may come back after eight weeks."""
SAME_TEXT_DAYS = 10
"""Without a word for it, two lines cancel each other only so soon after another."""
NEIGHBOURS = 12
"""So many lines of the opposite amount are looked at for one line, the nearest days first."""
SPREAD = Decimal("0.03")
"""A bank's rate may lie so far from the day's rate."""


class Pair(NamedTuple):
    """Two lines that belong together, the earlier or outgoing one first."""

    kind: str
    lines: tuple[Key, Key]
    probability: float
    features: dict[str, float]
    reasons: tuple[Reason, ...]


class _Candidate(NamedTuple):
    score: float
    gap: int
    first: Facts
    second: Facts
    kind: str
    features: dict[str, float]


def pairs(told: Sequence[Facts], settings: Settings, learned: Learned, rates: Rates) -> list[Pair]:
    """Return the pairs among lines, each line in at most one; the same for every order of the lines."""
    candidates = [*_cancelling(told, learned), *_transfers(told, settings, learned, rates)]
    candidates.sort(key=lambda one: (-round(one.score, 6), one.gap, _order(one.first), _order(one.second)))
    crowd: dict[Key, list[_Candidate]] = defaultdict(list)
    for one in candidates:
        crowd[one.first.line.id].append(one)
        crowd[one.second.line.id].append(one)
    taken: set[Key] = set()
    found = []
    for one in candidates:
        ids = (one.first.line.id, one.second.line.id)
        if taken & set(ids):
            continue
        taken |= set(ids)
        features = dict(one.features)
        if _rivals(one, crowd):
            features["pair_rivals"] = 1
        found.append(
            Pair(
                one.kind,
                ids,
                probability("without_items", features, learned),
                features,
                _reasons(one, features),
            )
        )
    return found


def _order(one: Facts) -> tuple:
    return one.line.day, str(one.line.id)


def _rivals(one: _Candidate, crowd: dict[Key, list[_Candidate]]) -> bool:
    """Tell whether another pair explains one of the lines as well, at the same distance in days."""
    ids = {one.first.line.id, one.second.line.id}
    return any(
        rival is not one and rival.gap == one.gap and rival.score >= one.score - 0.02
        for key in ids
        for rival in crowd[key]
    )


# ---- lines that cancel each other


def _cancelling(told: Sequence[Facts], learned: Learned) -> Iterator[_Candidate]:
    by_amount: dict[tuple, list[Facts]] = defaultdict(list)
    by_party: dict[tuple, list[Facts]] = defaultdict(list)
    amounts = {(one.line.journal, one.line.currency, one.line.amount) for one in told}
    both = [
        one
        for one in told
        if one.line.amount and (one.line.journal, one.line.currency, -one.line.amount) in amounts
    ]
    for one in sorted(both, key=_order):
        line = one.line
        by_amount[line.journal, line.currency, line.amount].append(one)
        for key in _party_keys(line):
            by_party[line.journal, line.currency, line.amount, key].append(one)
    seen: set[tuple[Key, Key]] = set()
    for second in both:
        line = second.line
        others = list(
            _before(by_amount.get((line.journal, line.currency, -line.amount), ()), second, RETURN_DAYS)
        )
        if not second.returned:
            others = [other for other in others if other.returned]
        for key in _party_keys(line):
            near = by_party.get((line.journal, line.currency, -line.amount, key), ())
            days = RETURN_DAYS if second.returned else SAME_TEXT_DAYS
            others += _before(near, second, days)
        for first in others:
            ids = (first.line.id, line.id)
            if ids in seen or ids[0] == ids[1] or ids[::-1] in seen:
                continue
            seen.add(ids)
            features = _cancel_features(first, second)
            if features:
                score = probability("without_items", features, learned)
                yield _Candidate(score, _days(first, second), first, second, "offset", features)


def _party_keys(line: Line) -> list[str]:
    keys = (
        sanitized(line.account_number[:64]),
        name_key(line.partner_name[:140]),
        label_key(line.label[:140]),
    )
    return [f"{place}{key}" for place, key in enumerate(keys) if len(key) >= 3]


def _before(group: Sequence[Facts], one: Facts, days: int) -> Iterable[Facts]:
    """Return the nearest lines of a group on the same day or up to so many days before."""
    end = bisect_right(group, one.line.day, key=lambda other: other.line.day)
    start = bisect_left(group, one.line.day - timedelta(days), key=lambda other: other.line.day)
    return group[max(start, end - NEIGHBOURS) : end]


def _cancel_features(first: Facts, second: Facts) -> dict[str, float]:
    """Return what says that the second line takes the first one back; nothing where only the amount does."""
    made: dict[str, float] = {"pair_same_amount": 1}
    if first.returned or second.returned:
        made["pair_words"] = 1
    if first.numbers & second.numbers:
        made["pair_same_reference"] = 1
    if _same_party(first.line, second.line):
        made["pair_same_party"] = 1
    elif _other_party(first.line, second.line):
        made["pair_other_party"] = 1
    alike = fuzz.token_set_ratio(" ".join(first.words), " ".join(second.words)) / 100 if first.words else 0.0
    if alike >= 0.8 and min(len(first.words), len(second.words)) >= 2:
        made["pair_same_text"] = (alike - 0.6) / 0.4
    made.update(_when(first, second, RETURN_DAYS))
    if first.returned and not second.returned and first.line.day < second.line.day:
        made["pair_wrong_order"] = 1
    signs = {"pair_same_reference", "pair_same_party", "pair_same_text"} & made.keys()
    return made if signs and ("pair_words" in made or len(signs) >= 2) else {}


# ---- transfers between two journals


def _transfers(
    told: Sequence[Facts], settings: Settings, learned: Learned, rates: Rates
) -> Iterator[_Candidate]:
    journals = {one.line.journal for one in told if one.line.journal}
    if len(journals) < 2:
        return
    usable = [one for one in sorted(told, key=_order) if one.line.journal and one.line.amount]
    exact: dict[tuple, list[Facts]] = defaultdict(list)
    for one in usable:
        if one.line.amount > 0:
            for key in _amounts(one.line):
                exact[key].append(one)
    worth = _by_worth([one for one in usable if one.line.amount > 0], settings, rates)
    for out in usable:
        if out.line.amount > 0:
            continue
        tried: set[Key] = set()
        near = [other for key in _amounts(out.line) for other in _around(exact.get(key, ()), out)]
        if _says_transfer(out, settings):
            near += _worth_as_much(out, worth, settings, rates)
        for into in near:
            if into.line.journal == out.line.journal or into.line.id in tried:
                continue
            tried.add(into.line.id)
            features = _transfer_features(out, into, settings)
            if features:
                score = probability("without_items", features, learned)
                yield _Candidate(score, _days(out, into), out, into, "internal_transfer", features)


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
        group.sort(key=lambda pair: (pair[0], _order(pair[1])))
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
            one for _worth, one in group[start : min(end, start + 400)] if _days(out, one) <= TRANSFER_DAYS
        ]
        near += sorted(close, key=lambda one: (_days(out, one), _order(one)))[:NEIGHBOURS]
    return near


def _says_transfer(one: Facts, settings: Settings) -> bool:
    return bool(
        one.of("internal_transfer")
        or one.party_kind == "own"
        or is_own_account(one.line.account_number, settings)
    )


def _transfer_features(out: Facts, into: Facts, settings: Settings) -> dict[str, float]:
    """Return what says that both lines are one transfer; nothing where only the amount does."""
    made: dict[str, float] = {}
    same = set(_amounts(out.line)) & set(_amounts(into.line))
    made["pair_same_amount" if same else "pair_rate"] = 1
    words = [one for one in (out, into) if one.of("internal_transfer")]
    if words:
        made["pair_words"] = 1
    if len(words) == 2:
        made["pair_words_both"] = 1
    if any(is_own_account(one.line.account_number, settings) for one in (out, into)):
        made["pair_own_account"] = 1
    elif any(one.party_kind == "own" for one in (out, into)) or _own_by_pair(out.line, into.line):
        made["pair_own_name"] = 1
    if out.numbers & into.numbers:
        made["pair_same_reference"] = 1
    alike = fuzz.token_set_ratio(" ".join(out.words), " ".join(into.words)) / 100 if out.words else 0.0
    if alike >= 0.8 and min(len(out.words), len(into.words)) >= 2:
        made["pair_same_text"] = (alike - 0.6) / 0.4
    if out.names_document or into.names_document:
        made["document_named"] = 1
    if out.returned or into.returned:
        made["pair_wrong_order"] = 1
    made.update(_when(out, into, TRANSFER_DAYS))
    signs = made.keys() & {
        "pair_words", "pair_own_account", "pair_own_name", "pair_same_reference", "pair_same_text"
    }  # fmt: skip
    return made if signs else {}


def _own_by_pair(one: Line, other: Line) -> bool:
    """Tell whether both sides name the same party: only the company itself is party to both."""
    name = name_key(one.partner_name[:140])
    return bool(name) and name == name_key(other.partner_name[:140])


# ---- both


def _same_party(one: Line, other: Line) -> bool:
    account, other_account = sanitized(one.account_number[:64]), sanitized(other.account_number[:64])
    name, other_name = name_key(one.partner_name[:140]), name_key(other.partner_name[:140])
    return bool(account and account == other_account) or bool(
        name and other_name and (name == other_name or fuzz.ratio(name, other_name) >= 88)
    )


def _other_party(one: Line, other: Line) -> bool:
    name, other_name = name_key(one.partner_name[:140]), name_key(other.partner_name[:140])
    return bool(name and other_name)


def _days(one: Facts, other: Facts) -> int:
    return abs((one.line.day - other.line.day).days)


def _when(one: Facts, other: Facts, days: int) -> dict[str, float]:
    gap = _days(one, other)
    return {"pair_same_day": 1} if gap <= 1 else {"pair_days_apart": min(1.0, gap / days)}


_TEXTS = {
    "pair_words": {
        "offset": "The text says that it was returned or reversed",
        "internal_transfer": "The text says so",
    },
    "pair_same_reference": "Both texts hold the same reference",
    "pair_same_party": "The same payer on both sides",
    "pair_same_text": "Both texts read alike",
    "pair_own_account": "The other side is an account of the company",
    "pair_own_name": "The other side is the company itself",
    "pair_rate": "Worth as much at the day's rate",
    "pair_rivals": "Another line fits as well",
    "document_named": "The label names a document",
}


def _reasons(one: _Candidate, features: dict[str, float]) -> tuple[Reason, ...]:
    first, second = one.first.line, one.second.line
    where = f" in {second.journal}" if one.kind == "internal_transfer" else ""
    opening = {
        "offset": f"A line of {first.day} and one of {second.day} cancel each other",
        "internal_transfer": f"Out of {first.journal} on {first.day}, in on {second.day}{where}",
    }[one.kind]
    reasons = [Reason("pair_same_amount", opening, f"{first.id}, {second.id}")]
    for name, text in _TEXTS.items():
        if features.get(name):
            reasons.append(Reason(name, text[one.kind] if isinstance(text, dict) else text))
    return tuple(reasons)
