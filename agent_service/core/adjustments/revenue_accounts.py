"""Which revenue account an invoice of a sales order line takes."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from agent_service.core.analysis.order_quantities import invoice_lines
from agent_service.core.model import Books
from agent_service.core.policy import Policy

REVENUE = "revenue"


class RevenueAccounts:
    """The server's word, else the line's own posted invoices, the product's, at last the policy's role."""

    def __init__(self, books: Books, policy: Policy, day: date) -> None:
        """Count what posted invoice lines up to the day were booked on."""
        self._role = policy.role(REVENUE)
        self._lines: dict[int, Counter[int]] = defaultdict(Counter)
        self._products: dict[int, Counter[int]] = defaultdict(Counter)
        booked = invoice_lines(books, day).select("sale_line_id", "product_id", "account_id")
        for line, product, account in booked.iter_rows():
            if line is not None:
                self._lines[line][account] += 1
            if product is not None:
                self._products[product][account] += 1

    def of(self, row: Mapping[str, Any]) -> int | None:
        """Return the account of an order line, None when nothing tells."""
        counted = self._lines.get(row["id"]) or self._products.get(row["product_id"])
        return row["account_id"] or (_most(counted) if counted else self._role)


def _most(counted: Counter[int]) -> int:
    """Return what was booked on most often, the smaller id where two are even."""
    return min(counted, key=lambda account: (-counted[account], account))
