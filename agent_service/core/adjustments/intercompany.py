"""IC Recharge of a group company without its mirror.

**What it does** Accrues here what another company of the group has invoiced to us, or entered as our bill,
and what our books don't hold yet.

**Why it matters** Completeness, and the group's accounts: both companies have to show the same debt (IFRS
10.B86).

**Method** The other company's posted documents with us, accounting date ≤ D. The mirror is our document
with the issuer's number, else of the same pair, currency and net amount within ten days, posted by D.
Without one: the net amount of the document in its currency at D's closing rate of ours. For an invoice to
us Dr `management_fee`, Cr `ic_payable`; for a bill from us Dr `ic_receivable`, Cr `recharge_income`;
credit notes the other way; reversed on D+1. A mirror of another amount or currency is a finding, no entry.
Example: A invoices USD 6,000.00 to B, whose currency is EUR, and B has booked nothing by 31 Oct → in B Dr
management fee EUR 5,533.80, Cr IC payable EUR 5,533.80 (0.9223).

**False positives** A mirror in draft doesn't count. Documents as old as our own history are left out.
Accruals by hand on these accounts stop the proposal for that company until a person decides.

**Source** IFRS 10.B86, IAS 21.28; `account.move` of both companies, `res.company.partner_id`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.by_hand import ByHand, by_hand, told
from agent_service.core.adjustments.mirrors import Document, Peer, ours, paired, peers, theirs
from agent_service.core.adjustments.staging import Paper, Required, need_roles, posted_by, staged
from agent_service.core.analysis.rates import Rate, rate_of
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "IC"
TITLE = "Group recharges without a mirror"
PAYABLE, FEE, RECEIVABLE, INCOME = "ic_payable", "management_fee", "ic_receivable", "recharge_income"
ROLES = (PAYABLE, RECEIVABLE)
PARAMETERS = {"closing_rate_max_age_days": 3, **BY_HAND}
COLUMNS = ("Document", "Company", "Date", "Net in currency", "Closing rate")
_WHY = "The other company shows a debt or claim that isn't in these books, or not at this amount."


@dataclass(frozen=True)
class Missing:
    """A document without its mirror, in company currency: positive adds to what we owe or are owed."""

    document: Document
    rate: Rate | None
    amount: int
    amount_currency: int

    @property
    def roles(self) -> tuple[str, str]:
        """Return the roles of debit and credit."""
        return (FEE, PAYABLE) if self.document.issued else (RECEIVABLE, INCOME)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return one entry for all mirrors that are missing, and findings. Raises EvidenceMissing."""
    group = peers(books)
    if not group or not books.has("group_documents"):
        return []
    names = {one.partner_id: one.name for one in group}
    documents, own = theirs(books, period.end), ours(books, names, period.end)
    mirrors = paired(documents, own)
    open_documents = [one for one in documents if one.id not in mirrors]
    found = _differences(books, documents, mirrors, names, period)
    found += _blind(books, group, own, {one.id for one in mirrors.values()}, period)
    found += [_net_unknown(one, names) for one in open_documents if one.net is None]
    max_age = policy.parameters(CODE, PARAMETERS).integer("closing_rate_max_age_days")
    missing = _missing(books, open_documents, period, max_age)
    posted = posted_by(books, CODE, period.end)
    if not missing and not posted:
        return found
    roles = need_roles(books, policy, *sorted({role for one in missing for role in one.roles}))
    hand = _by_hand(books, policy, period, names)
    waiting = {one.partner_id for one in hand}
    missing = [one for one in missing if one.document.peer not in waiting]
    posted = {slot: sums for slot, sums in posted.items() if slot[1] not in waiting}
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=COLUMNS,
        rows=tuple(_row(one, names) for one in missing),
        sources=_sources(missing),
        narration=(f"{len(missing)} documents of group companies are not in these books by {period.end}.",),
        reverses=True,
    )
    required = [line for one in missing for line in _lines(one, roles)]
    entries = staged(books, period, decided, required, paper, posted)
    return [*entries, *found, *told(books, CODE, TITLE, hand, _mapped(policy))]


def _missing(books: Books, documents: Iterable[Document], period: Period, max_age: int) -> list[Missing]:
    own, rates = books.company.currency, {}
    lacks: list[str] = []
    found: list[Missing] = []
    for one in documents:
        if not one.net:
            continue
        currency = one.currency
        if currency != own and currency.id not in rates:
            try:
                rates[currency.id] = rate_of(books, currency.id, period.end, max_age)
            except EvidenceMissing as error:
                lacks += error.reasons
                continue
        rate = rates.get(currency.id)
        exact = Fraction(one.net, 10**currency.decimals)
        amount = one.net if rate is None else own.minor(exact * Fraction(rate.value))
        found.append(Missing(one, rate, one.sign * amount, one.sign * one.net))
    if lacks:
        raise EvidenceMissing(sorted(set(lacks)))
    return found


def _sources(missing: Iterable[Missing]) -> tuple[Record, ...]:
    """Return the documents, and the rates at which they are taken."""
    cited: dict[Record, None] = {}
    for one in missing:
        cited[Record("account.move", one.document.id, one.document.label)] = None
        if one.rate:
            cited[Record("res.currency.rate", one.rate.id, one.document.currency.name)] = None
    return tuple(cited)


def _by_hand(books: Books, policy: Policy, period: Period, names: Mapping[int, str]) -> list[ByHand]:
    accounts = _mapped(policy).values()
    found = by_hand(books, policy, CODE, accounts, period.end, written=True)
    return [one for one in found if one.partner_id in names]


def _mapped(policy: Policy) -> dict[str, int]:
    mapped = {role: policy.role(role) for role in (PAYABLE, RECEIVABLE)}
    return {role: account for role, account in mapped.items() if account is not None}


def _lines(one: Missing, roles: Mapping[str, int]) -> list[Required]:
    return [
        Required(
            account_id=roles[role],
            partner_id=one.document.peer,
            currency=one.document.currency,
            balance=sign * one.amount,
            amount_currency=sign * one.amount_currency,
            name=one.document.label,
            group=one.document.move_type,
        )
        for role, sign in zip(one.roles, (1, -1), strict=True)
    ]


def _row(one: Missing, names: Mapping[int, str]) -> tuple[tuple[str, ...], int]:
    document = one.document
    cells = (
        document.label,
        names.get(document.peer, ""),
        str(document.date),
        document.currency.show(one.amount_currency),
        "" if one.rate is None else f"{one.rate.value} of {one.rate.day}",
    )
    return cells, one.amount


def _differences(
    books: Books,
    documents: Iterable[Document],
    mirrors: Mapping[int, Document],
    names: Mapping[int, str],
    period: Period,
) -> list[Finding]:
    """Return a finding for each pair that disagrees, in the company that received the document."""
    found = []
    for one in documents:
        mirror = mirrors.get(one.id)
        if mirror is None or not one.issued or not (period.holds(one.date) or period.holds(mirror.date)):
            continue
        amounts = (one.net, mirror.net) if None not in (one.net, mirror.net) else (one.total, mirror.total)
        if one.currency == mirror.currency and amounts[0] == amounts[1]:
            continue
        facet = "amount" if one.currency == mirror.currency else "currency"
        gap = abs((amounts[0] or 0) - (amounts[1] or 0))
        here, there = mirror.currency.show(amounts[1] or 0), one.currency.show(amounts[0] or 0)
        what = one.currency.show(gap) if facet == "amount" else "two currencies"
        found.append(
            concern(
                CODE, "Mirror of a group document differs", facet,
                Record("account.move", mirror.id, mirror.name),
                f"{mirror.name}: {what} off {names.get(one.peer, 'the other company')}'s {one.label}",
                f"{names.get(one.peer, 'The other company')} invoiced {there} net as {one.label}; "
                f"{mirror.name} books {here}. No entry is proposed: people say which of the two is right.",
                why=_WHY,
                remedy="Correct the side that is wrong, by a credit note or another bill.",
                amount=gap if one.currency == books.company.currency else 0,
                records=(
                    Record("account.move", mirror.id, mirror.name), Record("account.move", one.id, one.label),
                ),
                evidence={
                    "difference": one.currency.text(gap) if facet == "amount" else "",
                    "currency": one.currency.name, "other_currency": mirror.currency.name,
                    "document": one.label,
                },
            )
        )  # fmt: skip
    return found


def _blind(
    books: Books, group: Iterable[Peer], own: Iterable[Document], mirrored: set[int], period: Period
) -> list[Finding]:
    """Return findings for documents whose mirror can't be judged or booked: company unreadable, or closed."""
    issued = [one for one in own if one.issued and period.holds(one.date)]
    found = []
    for peer in group:
        to_peer = [one for one in issued if one.peer == peer.partner_id]
        closed = peer.closed_through is not None and peer.closed_through >= period.end
        if peer.readable and closed:
            to_peer = [one for one in to_peer if one.id not in mirrored]
        elif peer.readable:
            to_peer = []
        for one in to_peer:
            why = (
                f"the books of {peer.name} are closed through {peer.closed_through}"
                if peer.readable
                else f"the documents of {peer.name} can't be read here"
            )
            record = Record("account.move", one.id, one.name)
            shown = one.currency.show(one.total if one.net is None else one.net)
            found.append(
                concern(
                    CODE,
                    "Group document without a mirror",
                    "closed" if peer.readable else "unreadable",
                    record,
                    f"{one.name}: no mirror can be proposed in {peer.name}",
                    f"{one.name} of {one.date} over {shown} net has no mirror that is known: {why}.",
                    why=_WHY,
                    remedy="Have the other company book it, or agree on the next period.",
                    amount=one.total if one.currency == books.company.currency else 0,
                    evidence={"company": peer.name, "amount": shown},
                )
            )
    return found


def _net_unknown(one: Document, names: Mapping[int, str]) -> Finding:
    record = Record("account.move", one.id, one.label)
    return concern(
        CODE,
        "Group document without a mirror",
        "net-unknown",
        record,
        f"{one.label} of {names.get(one.peer, 'a group company')} isn't booked here",
        f"{one.label} of {one.date} has no mirror by the closing date; its amount without tax isn't known.",
        why=_WHY,
        remedy="Book the bill, or accrue it by hand.",
    )
