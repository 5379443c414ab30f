"""A sample company closed month by month without an Odoo: proposed, all approved, compared with the truth.

Each month is read five days after its end, proposed for, posted with its reversals, and read again: the
second time nothing may be left to propose.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.accuracy import measured
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.schema import SCHEMA
from agent_service.sample import chart, datasets, due, generate, spreads
from agent_service.sample.documents import Plan
from agent_service.sample.ledger import Ledger
from agent_service.sample.months import Month
from agent_service.sample.rates import Rates

READ_AFTER = timedelta(days=5)
PROPOSERS = ("GR", "DN", "RB", "PP", "DR", "DP", "IC", "FX")
WIDE, CENT = Decimal("0.5"), Decimal("0.01")
STAGED = 10_000_000


@dataclass
class Count:
    """Of one proposer: lines of the truth, lines proposed, those that are right, those nobody asked for."""

    truth: int = 0
    proposed: int = 0
    right: int = 0
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        """Take another's figures in."""
        self.truth += other.truth
        self.proposed += other.proposed
        self.right += other.right
        self.unknown += other.unknown
        self.wrong += other.wrong


@cache
def sample_of(seed: int, months: int = 6) -> generate.Sample:
    """Return the company of a seed."""
    return generate.make(seed=seed, months=months, adjusted=True)


class Company:
    """One company's books, with what was staged and posted so far."""

    def __init__(self, sample: generate.Sample, key: str) -> None:
        self.sample, self.key = sample, key
        self.plan: Plan = sample.plan
        self.rates = Rates(self.plan.rates)
        self.source = datasets.Datasets(self.plan, self.rates, key)
        self.company = next(one for one in self.plan.companies if one.key == key)
        self.codes = {number: code for code, number in self.source.accounts.items()}
        self.names = {number: name for name, number in self.source.partners.items()} | {None: ""}
        self.postings = list(Ledger(self.plan, self.rates).postings())
        self.moves: list[dict] = []
        self.lines: list[dict] = []
        self.decided: dict[str, str] = {}
        self.counts = {code: Count() for code in PROPOSERS}
        self.missed: list[str] = []
        self.before: dict[str, dict] = defaultdict(dict)
        self.later: Books | None = None
        self.errors: dict[str, Decimal] = defaultdict(Decimal)

    def policy(self, books: Books) -> Policy:
        """Return the plan's policy with ids."""

        def ids(value):
            return [ids(one) for one in value] if isinstance(value, list) else self.source.accounts[value]

        params = self.plan.policy
        roles = {role: ids(code) for role, code in params["roles"].items()}
        return Policy.from_params(
            {**params, "roles": roles, "adjustment_journal": None}, books.company.currency
        )

    def books(self, day) -> Books:
        """Return the books as read on a day."""
        rows = self.source.rows(day)
        rows["moves"] = rows["moves"] + self.moves
        rows["lines"] = rows["lines"] + self.lines
        columns = {}
        for name, table in SCHEMA.items():
            there = {key for row in rows[name][:1] + rows[name][-1:] for key in row}
            there |= {key for row in rows[name] for key in row} if name in ("moves", "lines") else set()
            columns[name] = {
                key: [row.get(key) for row in rows[name]]
                for key, kind in table.items()
                if key in there or not kind.endswith("?")
            }
        home = datasets.CURRENCIES[self.company.currency]
        return Books.from_columns(self.source.ids[self.key], self.company.name, home, columns)

    def propose(self, period: Period):
        """Return what the agent proposes for a month."""
        self.read = books = self.books(period.end + READ_AFTER)
        run = run_proposers(books, self.policy(books), period, self.decided)
        assert not [one for one in run.failures if one.kind == "raised"], run.failures
        return run

    def post(self, entry) -> None:
        """Post a proposal with its reversal, as the server does."""
        first = self._book(entry, entry.day, 1, None)
        if entry.reversal_day:
            self._book(entry, entry.reversal_day, -1, first)
        self.decided[entry.key] = "posted"

    def _book(self, entry, day, sign, reversed_id) -> int:
        move = STAGED + len(self.moves)
        journal = self.source.journals["misc"]
        self.moves.append(
            {
                "id": move, "name": f"ADJ/{move}", "ref": entry.ref, "move_type": "entry",
                "date": day.isoformat(), "state": "posted", "journal_id": journal, "auto_post": "no",
                "amount_total": "0.00", "currency": datasets.CURRENCIES[self.company.currency],
                "payment_state": "not_paid", "ai_close_entry_id": 1 + len(self.decided),
                "ai_close_proposer": entry.proposer, "reversed_entry_id": reversed_id,
            }
        )  # fmt: skip
        for line in entry.lines:
            self.lines.append(
                {
                    "id": 100 * STAGED + len(self.lines), "move_id": move, "date": day.isoformat(),
                    "parent_state": "posted", "account_id": line.account_id, "journal_id": journal,
                    "partner_id": line.partner_id, "name": line.name,
                    "balance": entry.own.text(sign * line.balance),
                    "amount_currency": line.currency.text(sign * line.amount_currency),
                    "currency": line.currency.id, "display_type": "product",
                    "analytic": line.analytic or None,
                }
            )  # fmt: skip
        return move

    # -- a month ---------------------------------------------------------------------------------------------

    def close(self, month: Month) -> None:
        """Propose, compare, post, and see that nothing is left."""
        period = Period.of(str(month))
        run = self.propose(period)
        wanted = self.wanted(month)
        for code in PROPOSERS:
            made = [one for one in run.entries if one.proposer == code]
            asked = [one for one in wanted if one.proposer == code]
            self.counts[code].add(self._compare(code, asked, made, str(month)))
        others = {one.proposer for one in run.entries} - set(PROPOSERS)
        assert not others, others
        for entry in run.entries:
            self.post(entry)
        again = self.propose(period)
        assert [one.key for one in again.entries] == []
        self._ties(month, wanted)

    def wanted(self, month: Month) -> list[due.Due]:
        """Return the truth of a month's end."""
        return due.due(self.sample, self.rates, self.key, month.end)

    def _compare(self, code, asked, made, month) -> Count:
        truth: dict[due.Slot, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for one in asked:
            for slot, balance, foreign in one.lines:
                truth[slot][0] += balance
                truth[slot][1] += foreign
        if code in due.NEVER_REVERSED:
            now = {slot: list(sums) for slot, sums in truth.items()}
            for slot, sums in self.before[code].items():
                truth[slot][0] -= sums[0]
                truth[slot][1] -= sums[1]
            self.before[code] = now
        truth = {slot: sums for slot, sums in truth.items() if any(sums)}
        got: dict[due.Slot, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        ranges: dict[due.Slot, tuple[Decimal, Decimal]] = {}
        currencies = {number: name for name, number in datasets.CURRENCIES.items()}
        told = set()
        for entry in made:
            for line in entry.lines:
                slot = (
                    self.codes[line.account_id],
                    self.names[line.partner_id],
                    currencies[line.currency.id],
                )
                got[slot][0] += Decimal(line.balance) / 100
                got[slot][1] += Decimal(line.amount_currency) / 100
                if (entry.key, slot) in told:
                    continue
                told.add((entry.key, slot))
                low, high = (Decimal(one) / 100 for one in (entry.amount_min, entry.amount_max))
                before = ranges.get(slot, (Decimal(0), Decimal(0)))
                ranges[slot] = (before[0] + low, before[1] + high)
        count = Count(len(truth), len(got))
        for slot in sorted({*truth, *got}):
            if slot not in truth:
                count.unknown += 1
            right = slot in truth and slot in got and self._right(code, truth[slot], got[slot], ranges[slot])
            count.right += right
            if not right:
                count.wrong.append(
                    f"{self.key} {month} {code} {slot}: {truth.get(slot)} {got.get(slot)} {ranges.get(slot)}"
                )
            if code in due.ESTIMATED:
                gap = got.get(slot, [Decimal(0)])[0] - truth.get(slot, [Decimal(0)])[0]
                self.errors[f"{month} {slot[0]}"] += gap
        return count

    @staticmethod
    def _right(code, truth, got, span) -> bool:
        if code not in due.ESTIMATED:
            return truth == got
        actual, low, high = abs(truth[0]), *span
        half = max(high - abs(got[0]), abs(got[0]) - low)
        return (truth[0] > 0) == (got[0] > 0) and low <= actual <= high and half <= WIDE * abs(got[0])

    def _ties(self, month: Month, wanted: list[due.Due]) -> None:
        """Compare every account with people's postings and the truth of all proposers."""
        expected: dict[str, Decimal] = defaultdict(Decimal)
        for owner, day, account, balance in self.postings:
            if owner == self.key and day <= month.end:
                expected[account] += balance
        for one in wanted:
            for slot, balance, _foreign in one.lines:
                expected[slot[0]] += balance
        for key, error in self.errors.items():
            at, account = key.split(" ")
            if at == str(month):
                expected[account] += error
        frame = self.read.frame("lines")
        found: dict[str, Decimal] = defaultdict(Decimal)
        for account, day, balance, state in frame.select(
            "account_id", "date", "balance", "parent_state"
        ).iter_rows():
            if day <= month.end and state == "posted":
                found[self.codes[account]] += Decimal(balance) / 100
        for account in sorted({*expected, *found}):
            if expected[account] != found[account]:
                self.missed.append(f"{self.key} {month} {account}: {expected[account]} {found[account]}")
        self._schedules_tie(month, found)

    def _schedules_tie(self, month: Month, found: dict[str, Decimal]) -> None:
        """See that what the schedules have to carry is what stands on their accounts."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for one in spreads.schedules(self.plan, self.rates):
            if one.company == self.key:
                sign = 1 if one.kind == "prepaid" else -1
                sums[one.balance] += sign * spreads.balance(one, month.end)
        for account, carried in sorted(sums.items()):
            if carried != found[account]:
                self.missed.append(f"{self.key} {month} {account}: schedules {carried}, {found[account]}")

    def listed(self, month: Month) -> dict[str, Decimal]:
        """Return a month's errors of recurring bills by account, as the agent measures them once all came."""
        later = Month.parse(self.plan.end).plus(3).end
        if self.later is None:
            self.later = self.books(later)
        items = measured(self.later, self.policy(self.later), Period.of(str(month)), later)
        found: dict[str, Decimal] = defaultdict(Decimal)
        for one in items:
            if one.proposer in due.ESTIMATED:
                assert one.is_billed, one
                found[self.codes[one.account_id]] += Decimal(one.error_own) / 100
        return {account: error for account, error in found.items() if error}

    def errors_of(self, month: str) -> dict[str, Decimal]:
        """Return what the month's estimates are off by cost account, from the truth."""
        found = {key.split(" ")[1]: error for key, error in self.errors.items() if key.startswith(month)}
        return {code: error for code, error in found.items() if error and code != chart.ACCRUED}


def closed(seed: int, keys: tuple[str, ...] = ("trading", "services"), count: int = 6) -> list[Company]:
    """Return the companies of a seed with all their full months closed."""
    sample = sample_of(seed, count)
    found = [Company(sample, key) for key in keys]
    for one in found:
        for text in sample.plan.full:
            one.close(Month.parse(text))
    return found


def summed(companies: Iterable[Company]) -> dict[str, Count]:
    """Return the counts of all companies by proposer."""
    total = {code: Count() for code in PROPOSERS}
    for company in companies:
        for code, one in company.counts.items():
            total[code].add(one)
    return total
