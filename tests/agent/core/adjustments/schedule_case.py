"""What the tests of schedules share: the accounts, a schedule in a line, posting what was proposed."""

from decimal import Decimal
from importlib import import_module

from agent_service.core.entries import Entry
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.schema import SCHEMA
from tests.agent.core.builders import PARAMS, USD, Ledger

CHART = {
    "1500": ("Machines", "asset_fixed"),
    "1590": ("Accumulated depreciation", "asset_fixed"),
    "2400": ("Deferred revenue", "liability_current"),
    "4100": ("Support", "income"),
    "4900": ("Proceeds of disposals", "income_other"),
    "4910": ("Gains on disposals", "income_other"),
    "6300": ("Insurance", "expense"),
    "6400": ("Depreciation", "expense_depreciation"),
    "6910": ("Losses on disposals", "expense"),
}
ROLES = {
    "prepaid": "1300",
    "deferred_revenue": "2400",
    "accum_depreciation": "1590",
    "depreciation": "6400",
    "fixed_asset": "1500",
    "disposal_proceeds": "4900",
    "disposal_gain": "4910",
    "disposal_loss": "6910",
}
UNUSED = tuple(set(SCHEMA) - {"currencies", "accounts", "partners", "moves", "lines", "rates", "schedules",
                              "schedule_changes"})  # fmt: skip
YEAR = {"start_date": "2026-03-15", "end_date": "2027-03-14"}


class Scheduled(Ledger):
    """A ledger with schedules; `code` names the proposer that is asked."""

    code = "PP"

    def __post_init__(self):
        super().__post_init__()
        for code, (name, kind) in CHART.items():
            self.accounts[code] = self.add(
                "accounts", code=code, name=name, account_type=kind, active=True, reconcile=False,
                include_initial_balance=not kind.startswith(("income", "expense")),
            )  # fmt: skip
        self.roles |= {role: self.accounts[code] for role, code in ROLES.items()}

    def schedule(self, total, day, *, on="1300", result="6300", kind="prepaid", method="days", **more):
        """Add a running schedule of an amount that a document booked on an account."""
        accounts = {"booked_account_id": self.accounts[on]}
        if result:
            accounts["result_account_id"] = self.accounts[result]
        return self.add(
            "schedules",
            **{
                "name": "Insurance", "kind": kind, "state": "running", "method": method, "total": total,
                "currency": USD, "booked_on": day, **YEAR, **accounts, **more,
            },
        )  # fmt: skip

    def change(self, schedule, kind, day, amount=None, *, on=None, **more):
        """Add a reviewed change of a schedule."""
        return self.add(
            "schedule_changes", schedule_id=schedule, kind=kind, date=day, amount=amount,
            account_id=self.accounts[on] if on else None, **more,
        )  # fmt: skip

    def proposed(self, month, decided=None, **policy):
        """Return everything that the proposer says for a month."""
        modules = {"PP": "prepaid", "DR": "deferred", "DP": "depreciation"}
        module = import_module(f"agent_service.core.adjustments.{modules[self.code]}")
        books = self.books(*UNUSED)
        rules = Policy.from_params({**PARAMS, "roles": self.roles, **policy}, books.company.currency)
        return module.propose(books, rules, Period.of(month), decided or {})

    def entries(self, month, **more):
        return [one for one in self.proposed(month, **more) if isinstance(one, Entry)]

    def lines(self, month, **more):
        """Return [(account, balance)] of what is proposed for a month, in its order."""
        return self.shown(self.entries(month, **more))

    def shown(self, entries):
        codes = {account: code for code, account in self.accounts.items()}
        return [
            (codes[line.account_id], f"{Decimal(line.balance) / 100:.2f}")
            for entry in entries
            for line in entry.lines
        ]

    def post(self, month, **more):
        """Post what is proposed for a month, as people who approve it; return its lines."""
        entries = self.entries(month, **more)
        for entry in entries:
            assert sum(line.balance for line in entry.lines) == 0
            assert abs(entry.calculation.total) <= entry.debits, entry.calculation
            assert entry.debits <= sum(abs(amount) for _cells, amount in entry.calculation.rows)
            self._post(entry)
        return self.shown(entries)

    def shown_months(self, last):
        """Return the amounts of the months that a first run at the end shows."""
        return [row[-1] for row in self.entries(last)[0].row()["calculation"]["rows"]]

    def _post(self, entry):
        codes = {account: code for code, account in self.accounts.items()}
        self.entry(
            str(entry.day),
            *(
                (
                    codes[line.account_id],
                    entry.own.text(line.balance),
                    {
                        "partner_id": line.partner_id,
                        "currency": line.currency.id,
                        "amount_currency": line.currency.text(line.amount_currency),
                        "analytic": line.analytic or None,
                    },
                )
                for line in entry.lines
            ),
            ai_close_entry_id=1,
            ai_close_proposer=entry.proposer,
        )

    def balance(self, account, day="2099-12-31"):
        """Return an account's balance of posted lines by a day."""
        own = self.accounts[account]
        rows = (one for one in self.rows["lines"] if one["account_id"] == own and one["date"] <= day)
        return sum((Decimal(one["balance"]) for one in rows), Decimal(0))

    def run(self, first, last):
        """Post every month from one to another, and return what each released from the first line."""
        months, name = {}, first
        while name <= last:
            months[name] = self.post(name)
            year, month = int(name[:4]), int(name[5:])
            name = f"{year + month // 12}-{month % 12 + 1:02}"
        assert self.lines(last) == [], "a second run proposes nothing"
        return months


def moved(amount, debit="6300", credit="1300"):
    """Return the two lines of a release."""
    return [(debit, amount), (credit, f"-{amount}")]
