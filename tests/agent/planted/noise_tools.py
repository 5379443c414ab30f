"""What clean and faulty books share: days, amounts, references."""

import math
from datetime import date, timedelta
from typing import Any

from tests.agent.planted.books import Books
from tests.agent.planted.chart import HISTORY_START, TODAY


def months(first: date = HISTORY_START, last: date = TODAY) -> list[date]:
    """Return the first days of the months between two days."""
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def days_of(month: date) -> list[date]:
    """Return the working days of a month that the ledger knows."""
    days = [month + timedelta(days=offset) for offset in range(31)]
    return [
        day
        for day in days
        if day.month == month.month and day.weekday() < 5 and HISTORY_START <= day <= TODAY
    ]


def near(books: Books, middle: float, spread: float) -> int:
    """Return an amount in øre near a middle."""
    return max(2_000, round(middle * math.exp(books.random.gauss(0, spread))))


def reference(books: Books, vendor: dict[str, Any]) -> str:
    """Return the next number of a vendor, in the vendor's own way of writing."""
    vendor["series"] += books.random.randint(3, 40)
    number = vendor["series"]
    return (f"{number}", f"F{number:06}", f"{number}-{number % 97:02}", f"Faktura {number}")[vendor["form"]]


def receive(books: Books, invoice: dict[str, Any], day: date) -> dict[str, Any]:
    """Take a customer's money against an invoice; returns the bank entry."""
    _line, bank = books.bank_line(
        "DNB",
        day,
        books.open_amount(invoice, "1500"),
        "1500",
        partner=invoice["partner"],
        account_number=books.bank_of(invoice["partner"]),
        label=f"KID {invoice['id']:08}",
    )
    books.match("1500", invoice, bank)
    return bank
