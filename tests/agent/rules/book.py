"""A clean ledger to plant one fault in, and what the check says of it."""

import pickle
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from agent_service.core.checks import rules
from agent_service.ledger_files.check import check_ledger
from benchmarks import clean_ledger as world
from benchmarks.clean_ledger import Clean

SEED = 20261031


@cache
def _clean(seed: int) -> bytes:
    # many times as fast as a deep copy
    return pickle.dumps(Clean(seed))


class Book:
    """One clean ledger of its own."""

    def __init__(self, folder, seed: int = SEED) -> None:
        self.folder = folder
        self.clean = pickle.loads(_clean(seed))
        self.policy = self.clean.policy | {"materiality": "5000.00"}

    def rows(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        return [
            row for row in self.clean.rows[table] if all(row.get(name) == one for name, one in wanted.items())
        ]

    def entry(self, day: str, *lines: tuple, **more: Any) -> int:
        """Add a manual entry; a line is (account, amount) or (account, amount, {column: value})."""
        made = []
        for account, amount, *rest in lines:
            own = {"account": account, "balance": Decimal(amount), "label": "stay of a visitor"}
            made.append(own | (rest[0] if rest else {}))
        return self.clean.move("MISC", "general", date.fromisoformat(day), made, **more)[0]

    def bill(self, day: str, net: str, **more: Any) -> int:
        """Add an untaxed bill of one of the small vendors, unpaid."""
        when, amount = date.fromisoformat(day), Decimal(net)
        vendor = more.pop("partner", self.clean.small[0])
        account = more.pop("account", world.SUPPLIES)
        line = {
            "account": account,
            "balance": amount,
            "label": more.pop("label", "toner"),
            "quantity": 1,
            "tax_codes": "V20",
        }
        tax = (amount / 5).quantize(Decimal("0.01"))
        line |= more.pop("line", {})
        own = [
            line,
            {"account": world.INPUT_TAX, "balance": tax, "display_type": "tax", "tax_line_of": "V20"},
            {"account": world.PAYABLE, "balance": -amount - tax, "display_type": "payment_term"},
        ]
        facts = {
            "move_type": "in_invoice",
            "partner": vendor,
            "invoice_date": when,
            "ref": self.clean.ref(vendor, when),
        }
        return self.clean.move("BILL", "purchase", when, own, **(facts | more))[0]

    def docs(self, kind: str, month: str = "2026-10") -> list[dict[str, Any]]:
        """Return the documents of a kind and month."""
        return [row for row in self.rows("moves", move_type=kind) if str(row["date"]).startswith(month)]

    def lines(self, move: int, **wanted: Any) -> list[dict[str, Any]]:
        return self.rows("lines", move=move, **wanted)

    def found(self, rule: str) -> list[dict[str, Any]]:
        """Return the findings of one rule."""
        report = check_ledger(self.folder_written(), self.folder / "policy.json", "2026-10", [
            one for one in rules() if one.code == rule
        ])  # fmt: skip
        silent = [one["message"] for one in report.not_judged]
        assert not silent, silent
        return [row for row in report.rows if row["rule"] == rule]

    def all_found(self):
        return check_ledger(self.folder_written(), self.folder / "policy.json", "2026-10")

    def folder_written(self):
        self.clean.policy = self.policy
        return self.clean.write(self.folder)
