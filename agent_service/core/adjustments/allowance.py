"""BD Allowance for doubtful receivables.

**What it does** Brings the allowance account to what the policy's ageing table requires.

**Why it matters** Valuation (IFRS 9.5.5.15, ASC 326): receivables stand at what will come in; the older an
item, the less of it does.

**Method** Receivables open as of D by days past due, foreign ones at the closing rate, a customer's unapplied
credits against its oldest items, individually judged ones left out. Required is
`sum(round(bucket × percent))`, half-up once a bucket; booked is the movement, `required − allowance in the
books`, never reversed. Example: required 8,400.00, allowance 7,150.00 → Dr bad_debt 1,250.00, Cr allowance
1,250.00; required 6,000.00, allowance 6,400.00 → Dr allowance 400.00, Cr bad_debt 400.00.

**False positives** None by age alone: what is judged one by one belongs into `individual` (customers or
entries) and is booked by hand. A receivable without a due date, or a rate that is missing or old, refuses all
of it: neither is taken as not due.

**Source** IFRS 9.5.5.15 and B5.5.35 (provision matrix); `account.move.line.date_maturity`.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments.ageing import (
    Bucket,
    Receivable,
    aged,
    buckets,
    credits_applied,
    receivables,
)
from agent_service.core.adjustments.staging import Paper, Required, need_roles, staged
from agent_service.core.entries import Entry
from agent_service.core.errors import PolicyError
from agent_service.core.findings import Record
from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "BD"
TITLE = "Allowance for doubtful receivables"
ROLES = ("allowance", "bad_debt")
PARAMETERS = {"closing_rate_max_age_days": 3}

ALLOWANCE, BAD_DEBT = ROLES


def propose(books: Books, policy: Policy, period: Period, decided: Mapping[str, str]) -> Sequence[Entry]:
    """Return the movement of the allowance, or nothing. Raises EvidenceMissing, and PolicyError."""
    if not period.is_over:
        return []
    accounts = need_roles(books, policy, *ROLES)
    own = policy.parameters(CODE, PARAMETERS)
    table = buckets(own.values.get("ageing"))
    partners, moves = _individual(own.values.get("individual") or ())
    judged = receivables(books, period.end, own.integer("closing_rate_max_age_days"))
    alone = _of_entries(books, moves)
    collective = [one for one in judged if one.customer not in partners and one.id not in alone]
    ages = aged(credits_applied(collective), table, period.end)
    requires = {one: _share(books, items, one) for one, items in ages.items()}
    lines = posted_lines(books, period.end, pl.col("account_id") == accounts[ALLOWANCE])
    standing = -int(lines["balance"].sum() or 0)
    movement = sum(requires.values()) - standing
    if not movement:
        return []
    left_out = len(judged) - len(collective)
    rows = [_row(books, one, items, requires[one]) for one, items in ages.items()]
    rows.append((("allowance in the books", "", books.show(standing), ""), -standing))
    money = books.company.currency
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=("Past due", "Items", "Open", "Percent"),
        rows=tuple(rows),
        sources=_sources(ages, collective, lines, accounts[ALLOWANCE]),
        narration=(
            f"Receivables open as of {period.end} by due date, foreign ones at the closing rate.",
            "A customer's unapplied credits are taken off its oldest items.",
            f"Required {money.show(sum(requires.values()))}, in the books {money.show(standing)}.",
            *((f"{left_out} items are judged individually and left out.",) if left_out else ()),
        ),
        reverses=False,
        takes_back=False,
    )
    required = [
        Required(accounts[BAD_DEBT], None, money, movement, movement, "Allowance for doubtful receivables"),
        Required(
            accounts[ALLOWANCE], None, money, -movement, -movement, "Allowance for doubtful receivables"
        ),
    ]
    # The allowance's whole balance is taken off above, by whomever it was booked.
    return staged(books, period, decided, required, paper, posted={})


def _individual(given: Sequence) -> tuple[set[int], set[int]]:
    """Return the customers and the entries that people judge one by one."""
    try:
        partners = {int(one["partner"]) for one in given if one.get("partner")}
        return partners, {int(one["move"]) for one in given if one.get("move")}
    except (AttributeError, TypeError, ValueError) as error:
        raise PolicyError(f"{CODE}: individual is no list of partners and entries (move)") from error


def _of_entries(books: Books, moves: set[int]) -> set[int]:
    return set(books.frame("lines").filter(pl.col("move_id").is_in(sorted(moves)))["id"].to_list())


def _share(books: Books, items: Sequence[Receivable], bucket: Bucket) -> int:
    money = books.company.currency
    return money.minor(
        Fraction(sum(one.left for one in items), 10**money.decimals) * Fraction(bucket.percent) / 100
    )


def _row(
    books: Books, bucket: Bucket, items: Sequence[Receivable], required: int
) -> tuple[tuple[str, ...], int]:
    total = books.show(sum(one.left for one in items))
    return (bucket.label, str(len(items)), total, f"{bucket.percent} %"), required


def _sources(
    ages: Mapping[Bucket, Sequence[Receivable]],
    collective: Sequence[Receivable],
    lines: pl.DataFrame,
    allowance: int,
) -> tuple[Record, ...]:
    """Return the items, the credits and the rates, and the allowance's balance with its last postings."""
    credits = [one for one in collective if one.amount < 0]
    cited = dict.fromkeys(
        one.record for one in [*(each for some in ages.values() for each in some), *credits]
    )
    rates = sorted({one.rate_id for one in collective if one.rate_id})
    cited |= dict.fromkeys(Record("res.currency.rate", one, "closing rate") for one in rates)
    last = lines.sort("date", "id").tail(1).select("id", "move_name").iter_rows()
    cited |= dict.fromkeys(Record("account.move.line", one, name or "") for one, name in last)
    cited[Record("account.account", allowance, "allowance")] = None
    return tuple(cited)
