"""What a tie-out is made of: a balance of the ledger, the other side, and what lies between both.

Amounts are minor units of the tie-out's currency, debit positive, so that a payable's balance is negative.
`difference` is ledger less other side; items that explain make up `explained`, the rest is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from agent_service.core.findings import Record
from agent_service.core.money import Currency

EXPLAINS, OPEN, BESIDE = "explains", "open", "beside"
"""An item explains the difference, is part of it and needs somebody, or stands beside it for the reader."""
MAX_ITEMS = 300


@dataclass(frozen=True)
class Item:
    """One amount between both sides, or beside them; `day` is what its age counts from."""

    effect: str
    what: str
    label: str
    amount: int
    day: date
    record: Record | None = None
    count: int = 1

    def row(self, currency: Currency, end: date) -> dict[str, Any]:
        """Return the item as it travels."""
        return {
            "effect": self.effect,
            "what": self.what[:200],
            "label": self.label[:500],
            "amount": currency.text(self.amount),
            "date": str(self.day),
            "age_days": max((end - self.day).days, 0),
            "count": self.count,
            "record": None if self.record is None else replace(self.record, label=self.label[:500]).row(),
        }


@dataclass(frozen=True)
class TieOut:
    """One balance against what else is known of it as of a day.

    `other` is None where nothing is known: `why` says what is missing, and there is no difference then.
    `account_ids`, `partner_id` and `by_currency` say which posted items make up the balance, so that
    anybody can add them up again: with `by_currency` those in `currency` only, in its amounts, else all in
    company currency.
    """

    kind: str
    name: str
    account_ids: tuple[int, ...]
    currency: Currency
    day: date
    balance: int
    other: int | None
    source: str
    items: tuple[Item, ...] = ()
    why: str = ""
    partner_id: int | None = None
    by_currency: bool = False
    part: str = field(default="")

    @property
    def difference(self) -> int | None:
        """Return ledger less other side; None without data."""
        return None if self.other is None else self.balance - self.other

    @property
    def explained(self) -> int:
        """Return what items explain of the difference; 0 without data."""
        return (
            sum(one.amount for one in self.items if one.effect == EXPLAINS) if self.other is not None else 0
        )

    @property
    def rest(self) -> int | None:
        """Return what nothing explains."""
        return None if self.difference is None else self.difference - self.explained

    def key(self, company_id: int) -> str:
        """Return what identifies the tie-out: company, period, kind and what is compared."""
        what = f"partner-{self.partner_id}" if self.partner_id else "-".join(map(str, self.account_ids[:8]))
        return f"TIE:{company_id}:{self.day}:{self.kind}:{what}" + (f":{self.part}" if self.part else "")

    def row(self, company_id: int) -> dict[str, Any]:
        """Return the tie-out as the port takes it."""
        show = self.currency.text
        return {
            "key": self.key(company_id),
            "kind": self.kind,
            "name": self.name[:200],
            "date": str(self.day),
            "account_ids": list(self.account_ids),
            "partner_id": self.partner_id,
            "currency": self.currency.name,
            "by_currency": self.by_currency,
            "source_state": "no_data" if self.other is None else "read",
            "source": self.source[:500],
            "why": self.why[:2000],
            "balance": show(self.balance),
            "other": None if self.other is None else show(self.other),
            "items": [one.row(self.currency, self.day) for one in shortened(self.items)],
        }


def shortened(items: Iterable[Item]) -> list[Item]:
    """Return the items, what matters first; above the limit the smallest of an effect and kind become one."""
    order = {OPEN: 0, EXPLAINS: 1, BESIDE: 2}
    ranked = sorted(items, key=lambda one: (order[one.effect], -abs(one.amount), one.day, one.label))
    if len(ranked) <= MAX_ITEMS:
        return ranked
    # a line for the others of each effect, of which there are three
    kept, joined = ranked[: MAX_ITEMS - len(order)], ranked[MAX_ITEMS - len(order) :]
    for effect in order:
        others = [one for one in joined if one.effect == effect]
        if others:
            count = sum(one.count for one in others)
            kept.append(
                Item(
                    effect,
                    "others",
                    f"{count} others",
                    sum(one.amount for one in others),
                    min(one.day for one in others),
                    count=count,
                )
            )
    return sorted(kept, key=lambda one: order[one.effect])


def no_data(tie_out: TieOut, why: str) -> TieOut:
    """Return the tie-out without its other side, with the reason."""
    return replace(tie_out, other=None, why=why)
