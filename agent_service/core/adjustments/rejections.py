"""What people said no to in this period: the same is not proposed again, and the run says so.

The same is the same key with the same amounts on the same accounts. Where the books changed since and other
amounts are due, they are proposed under a key of their own, for people to look at anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agent_service.core.entries import Entry

AGAIN = "again"
"""The part of a key that tells what is proposed after a rejection."""


@dataclass(frozen=True)
class Rejection:
    """A proposal that people rejected: what was proposed by account, decimal strings, debit positive."""

    key: str
    amounts: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True)
class HeldBack:
    """An entry that isn't proposed, since people rejected the same."""

    entry: Entry
    rejection: Rejection

    @property
    def text(self) -> str:
        """Return what the run says of it."""
        own = self.entry.own
        why = f": {self.rejection.reason}" if self.rejection.reason else ""
        return f"{own.text(self.entry.debits)} {own.name} rejected{why}"


def held_back(
    entries: Iterable[Entry], decided: Mapping[str, str], rejections: Iterable[Rejection]
) -> tuple[list[Entry], list[HeldBack]]:
    """Return the entries to propose, rejected keys replaced by new ones, and those that aren't proposed.

    `decided` gives the state of every key that people decided. A rejection without amounts, as an older
    add-on tells it, holds nothing back here: the add-on itself refuses that key.
    """
    said_no = [one for one in rejections if one.amounts]
    kept, held = [], []
    for entry in entries:
        family = [one for one in said_no if _is_of(one.key, entry.key)]
        same = [one for one in family if dict(one.amounts) == amounts(entry)]
        if same:
            held.append(HeldBack(entry, same[-1]))
        elif any(one.key == entry.key for one in family):
            kept.append(replace(entry, key=_next_key(entry.key, decided)))
        else:
            kept.append(entry)
    return kept, held


def amounts(entry: Entry) -> dict[int, str]:
    """Return what an entry books on each account, as decimal strings, without what comes to zero."""
    sums: dict[int, int] = defaultdict(int)
    for line in entry.lines:
        sums[line.account_id] += line.balance
    return {account: entry.own.text(balance) for account, balance in sums.items() if balance}


def _is_of(rejected: str, key: str) -> bool:
    return rejected == key or rejected.startswith(f"{key}:{AGAIN}-")


def _next_key(key: str, decided: Mapping[str, str]) -> str:
    count = 2
    while f"{key}:{AGAIN}-{count}" in decided:
        count += 1
    return f"{key}:{AGAIN}-{count}"
