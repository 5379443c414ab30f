"""Rates, opening balances, small money, payroll and the sister company of the clean ledger."""

import math
from datetime import date, timedelta
from typing import Any

from tests.agent.planted.books import Books, workday
from tests.agent.planted.chart import BANK, HOME, SISTER, START, TODAY
from tests.agent.planted.noise_tools import near, receive


def rates(books: Books) -> None:
    """Add the daily rates."""
    day, now = date(2024, 8, 30), {"EUR": 0.0871, "SEK": 0.992, "USD": 0.0944}
    while day <= TODAY:
        for currency, rate in now.items():
            if currency == "USD" and day > date(2026, 8, 7):
                continue
            books.new("rates", company=HOME, currency=currency, date=day, rate=f"{rate:.9f}")
            books.currency_rates.setdefault(currency, {})[day] = float(f"{rate:.9f}")
            now[currency] = rate * math.exp(books.random.gauss(0, 0.003))
        day = workday(day + timedelta(days=1))


def opening(books: Books) -> None:
    """Add the opening balances."""
    money = {
        "1920": 6_000_000_000,
        "1930": 80_000_000,
        "1931": 90_000_000,
        "1932": 70_000_000,
        "1905": 4_000_000,
        "1906": 1_500_000,
        "1200": 120_000_000,
        "2220": -300_000_000,
    }
    lines = [
        {"account": account, "balance": amount, "label": "Inngående balanse"}
        for account, amount in money.items()
    ]
    lines.append({"account": "2050", "balance": -sum(money.values()), "label": "Inngående balanse"})
    books.move("DIV", date(2024, 8, 30), lines, origin="opening", ref="Inngående balanse", attachments=1)
    books.move(
        "SDIV",
        date(2024, 8, 30),
        [
            {"account": "1930", "balance": 90_000_000, "label": "Inngående balanse"},
            {"account": "2050", "balance": -90_000_000, "label": "Inngående balanse"},
        ],
        origin="opening",
        company=SISTER,
        attachments=1,
    )


def other_money(books: Books, days: list[date], *, whole: bool) -> None:
    """Add fees and the tills."""
    for journal in ("SPA", "VAK", "DEP"):
        for _again in range(4):
            day = books.random.choice([one for one in days if one.day < 29])
            books.bank_line(journal, day, -near(books, 6_000, 0.3), "7770", label=f"Gebyr {day:%d.%m}")
    journals = ("KBU", "KVE") if whole or days[0] < START else ("KVE",)
    for journal in journals:
        for day in sorted(books.random.sample(days, min(len(days), 4))):
            amount = near(books, 41_000, 0.3)
            books.move(
                journal,
                day,
                [
                    {"account": BANK[journal], "balance": amount, "label": "Salg over disk"},
                    {"account": "3000", "balance": -amount, "label": "Salg over disk"},
                ],
                ref=f"Dagsoppgjør {day:%d.%m.%Y}",
            )


def payroll(books: Books, days: list[date]) -> None:
    """Add pay, depreciation and small expenses."""
    month = f"{days[0]:%m.%Y}"
    gross, pay_day = near(books, 61_000_000, 0.01), next(one for one in days if one.day >= 24)
    wage = books.move(
        "DIV",
        pay_day,
        [
            {"account": "5000", "balance": gross, "label": f"Lønn {month}"},
            {"account": "2600", "balance": -(gross * 3 // 10), "label": f"Skattetrekk {month}"},
            {"account": "2930", "balance": -gross + gross * 3 // 10, "label": f"Netto lønn {month}"},
        ],
        ref=f"Lønnskjøring {month}",
        attachments=1,
    )
    books.bank_line("DNB", pay_day, books.lines_of(wage["id"])[2]["balance"], "2930", label=f"Lønn {month}")
    tax = gross * 141 // 1000
    books.move(
        "DIV",
        pay_day,
        [
            {"account": "5400", "balance": tax, "label": f"Arbeidsgiveravgift {month}"},
            {"account": "2770", "balance": -tax, "label": f"Arbeidsgiveravgift {month}"},
        ],
        ref=f"Avgift {month}",
        attachments=1,
    )
    books.move(
        "AVS",
        days[-1],
        [
            {"account": "6000", "balance": 1_333_400, "label": "Avskrivning"},
            {"account": "1209", "balance": -1_333_400, "label": "Avskrivning"},
        ],
        origin=f"asset:{days[0].month}",
        ref=f"Avskrivning {month}",
    )
    for _again in range(42):
        account = books.random.choice(("6540", "6860", "7140", "6900", "6790"))
        amount = near(books, 90_000, 0.5)
        books.move(
            "DIV",
            books.random.choice(days),
            [
                {"account": account, "balance": amount, "label": "Utlegg etter bilag"},
                {"account": "2990", "balance": -amount, "label": "Utlegg etter bilag"},
            ],
            ref=f"Utlegg {books.random.randint(10_000, 99_999)}",
        )


def sister(books: Books, cast: dict[str, Any], days: list[date]) -> None:
    """Add what one company charges the other."""
    day = days[min(len(days) - 1, 5)]
    amount = near(books, 1_450_000, 0.05)
    own = books.document(
        "out_invoice",
        cast["sister"],
        day,
        [{"account": "3010", "net": amount, "label": "Fellestjenester"}],
        ref=f"KI-{day:%Y%m}",
    )
    theirs = books.document(
        "in_invoice",
        cast["home"],
        day,
        [{"account": "6790", "net": amount, "label": "Fellestjenester"}],
        company=SISTER,
        ref=f"KI-{day:%Y%m}",
    )
    paid = workday(day + timedelta(days=14))
    if paid <= TODAY:
        receive(books, own, paid)
        payment = books.new(
            "payments",
            company=SISTER,
            journal="SDIV",
            date=paid,
            partner=cast["home"],
            payment_type="outbound",
            partner_type="supplier",
            amount=-books.open_amount(theirs, "2400"),
            currency="NOK",
            state="paid",
            method="manual",
            bank_account=books.bank_of(cast["home"]),
            bank_account_created_at="2023-02-01T09:00:00Z",
        )
        entry = books.move(
            "SDIV",
            paid,
            [
                {
                    "account": "2400",
                    "balance": -books.open_amount(theirs, "2400"),
                    "label": f"Betalt KI-{day:%Y%m}",
                },
                {
                    "account": "1930",
                    "balance": books.open_amount(theirs, "2400"),
                    "label": f"Betalt KI-{day:%Y%m}",
                },
            ],
            company=SISTER,
            partner=cast["home"],
            origin=f"payment:{payment['id']}",
        )
        payment["move"] = entry["id"]
        books.match("2400", theirs, entry)
