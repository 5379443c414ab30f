"""Lines that leave nothing to search: one open item's whole number, its exact amount, and nothing else.

Most lines of a tidy ledger are such ones, and one look at an index settles each. What has the slightest
doubt, a second number, a second line of the amount, another payer, foreign money, goes the long way.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from agent_service.core.matching.model import Item, Line, Proposal, Reason, Settings
from agent_service.core.matching.views import WORDS_ABOUT
from agent_service.core.matching.wording import shown

SURE = Decimal("0.9995")
SHORTEST_NUMBER = 6
LONGEST_LABEL = 140
_WORD = re.compile(r"[^\s,;:()]+")
_OTHER = re.compile(r"[^0-9A-Z]+")
_DIGIT = re.compile(r"[0-9]")
_DAY = re.compile(r"(19|20)[0-9]{6}|[0-9]{4}(19|20)[0-9]{2}")
_DOUBTFUL = frozenset(word for topic in ("void", "partial", "payout") for word in WORDS_ABOUT[topic].split())


def settled_at_once(
    lines: Sequence[Line], items: Iterable[Item], settings: Settings
) -> tuple[list[Proposal], list[Line], list[Item]]:
    """Return proposals for what needs no search, and the lines and items that are left."""
    owed = list(items)
    if not lines or not owed:
        return [], list(lines), owed
    by_number = _numbers(owed)
    named = [_named(line, by_number) for line in lines]
    mentions = Counter(number for found, _only in named for number in found)
    amounts = Counter((line.currency, abs(line.amount)) for line in lines)
    accounts = _accounts(owed)
    made, left, taken = [], [], set()
    for line, (found, only) in zip(lines, named, strict=True):
        place = by_number[found[0]] if only else -1
        if (
            place < 0
            or mentions[found[0]] > 1
            or amounts[line.currency, abs(line.amount)] > 1
            or place in taken
            or not _paid(line, owed[place], settings)
        ):
            left.append(line)
            continue
        payer = _payer(line, owed[place], accounts)
        if payer is None:
            left.append(line)
            continue
        taken.add(place)
        made.append(_proposal(line, owed[place], found[0], payer, settings))
    return made, left, [one for place, one in enumerate(owed) if place not in taken]


def _numbers(items: Sequence[Item]) -> dict[str, int]:
    """Return the places of items by whole numbers that no other item has."""
    known: dict[str, int] = {}
    shared: set[str] = set()
    for place, item in enumerate(items):
        for text in (item.move_name, item.ref) if item.ref != item.move_name else (item.move_name,):
            number = _OTHER.sub("", text.upper()) if text and len(text) <= 40 else ""
            if len(number) < SHORTEST_NUMBER or len(_DIGIT.findall(number)) < 4 or _DAY.fullmatch(number):
                continue
            if known.setdefault(number, place) != place:
                shared.add(number)
    for number in shared:
        del known[number]
    return known


def _named(line: Line, by_number: dict[str, int]) -> tuple[list[str], bool]:
    """Return the numbers that a line's texts name as whole words, and whether there is nothing else to read.

    "Nothing else" is one number and no other word with a digit in the label, no doubtful word, no number of
    another item in the bank's own reference.
    """
    label = line.label.upper()
    if not label.isascii() or len(label) > LONGEST_LABEL:
        return [], False
    found: list[str] = []
    only = True
    for word in _WORD.findall(label):
        if _DIGIT.search(word):
            number = _OTHER.sub("", word)
            if number in by_number:
                found.append(number)
            else:
                only = False
        elif word in _DOUBTFUL:
            only = False
    if line.ref:
        number = _OTHER.sub("", line.ref.upper()[:60])
        if number in by_number and number not in found:
            found.append(number)
    return found, only and len(found) == 1


def _paid(line: Line, item: Item, settings: Settings) -> bool:
    """Tell whether the line moves exactly what is open, in company currency, after the item's day."""
    own = settings.company_currency
    return (
        line.amount != 0
        and line.currency == item.currency == own
        and not line.foreign_currency
        and line.amount == item.residual == item.residual_currency
        and item.day <= line.day
        and (line.partner_id is None or line.partner_id == item.partner_id)
    )


def _accounts(items: Sequence[Item]) -> dict[str, set]:
    owners: dict[str, set] = {}
    for item in items:
        for account in item.bank_accounts:
            owners.setdefault(_OTHER.sub("", account.upper()), set()).add(item.partner_id)
    return owners


def _payer(line: Line, item: Item, accounts: dict[str, set]) -> tuple[Reason, ...] | None:
    """Return what the payer adds to the proof, nothing where none is named; None where another one is."""
    said: tuple[Reason, ...] = ()
    if line.account_number:
        owners = accounts.get(_OTHER.sub("", line.account_number.upper()))
        if owners is not None:
            if owners != {item.partner_id}:
                return None
            said = (Reason("account_known", "The payer's bank account is known", item.partner_name[:80]),)
    if line.partner_name and item.partner_name and not said:
        theirs = set(_OTHER.sub(" ", item.partner_name.upper()).split())
        if not any(
            len(word) >= 4 and word in theirs for word in _OTHER.sub(" ", line.partner_name.upper()).split()
        ):
            return None
        said = (Reason("name_similar", "The payer's name is like the partner's", item.partner_name[:80]),)
    return said


def _proposal(line: Line, item: Item, number: str, payer: tuple[Reason, ...], settings: Settings) -> Proposal:
    return Proposal(
        lines=(line.id,),
        items=(item.id,),
        kind="items",
        confidence=SURE,
        band="auto" if settings.auto_from <= SURE else "review",
        reasons=(
            Reason("number_full", "The bank's text names the document's number", number),
            *payer,
            Reason(
                "amount_exact",
                "The open amount is exactly the bank line's",
                shown(line.amount, line.currency, settings),
            ),
        ),
    )
