"""Faults of balances and bank, between sister companies, and what only statistics see."""

from datetime import date, timedelta
from typing import Any

from tests.agent.planted.books import Books
from tests.agent.planted.chart import HOME, SISTER
from tests.agent.planted.noise_tools import days_of, months, near, receive
from tests.agent.planted.plants_fraud import manual

SEP = lambda day: date(2026, 9, day)  # noqa: E731


def plant(books: Books, cast: dict[str, Any]) -> None:
    """Plant them all."""
    _balances(books, cast)
    _sisters(books, cast)
    _statistics(books)


def _balances(books: Books, cast: dict[str, Any]) -> None:
    buyer = cast["customers"][11]["id"]
    invoice = books.document(
        "out_invoice",
        books.partner("Overbetalt Skole"),
        date(2026, 6, 15),
        [{"account": "3010", "net": 2_000_000, "label": "Justering"}],
    )
    receive(books, invoice, date(2026, 7, 6))
    _line, entry = books.bank_line(
        "DNB", date(2026, 7, 9), 2_500_000, "1500", partner=invoice["partner"], label="Innbetaling"
    )
    books.plant("VAL001", "customer in credit since July", ("partners", invoice["partner"]), entry)
    lender = books.partner("Dobbelt Levert AS")
    paid, entry = books.payment(lender, date(2026, 7, 13), 2_660_000)
    books.plant("VAL001", "vendor in debit since July", ("partners", lender), ("payments", paid["id"]), entry)
    out = books.move(
        "KVE",
        SEP(10),
        [
            {"account": "1906", "balance": -90_000_000, "label": "Til bank"},
            {"account": "1920", "balance": 90_000_000, "label": "Til bank"},
        ],
        ref="Kasse til bank",
        attachments=1,
        origin="statement_line:999999",
    )
    books.move(
        "KVE",
        SEP(21),
        [
            {"account": "1906", "balance": 90_000_000, "label": "Fra bank"},
            {"account": "1920", "balance": -90_000_000, "label": "Fra bank"},
        ],
        ref="Bank til kasse",
        attachments=1,
        origin="statement_line:999998",
    )
    books.plant("VAL002", "the workshop's cash is below zero for eleven days", out, ("accounts", "1906"))
    _line, entry = books.bank_line(
        "DNB", SEP(23), 412_300, "1909", label="Ukjent innbetaling", reconciled=False
    )
    books.plant("CMP004", "bank line on the suspense account", ("statement_lines", _line["id"]), entry)
    line, entry = books.bank_line("DNB", SEP(25), 533_900, "1500", partner=buyer, label="KID mangler")
    books.plant("CMP004", "called reconciled, matched with nothing", ("statement_lines", line["id"]), entry)
    first, _entry = books.bank_line("DNB", SEP(22), -38_700, "7770", label="Gebyr kort 4471", batch="DNB-A")
    again, entry = books.bank_line("DNB", SEP(22), -38_700, "7770", label="Gebyr kort 4471", batch="DNB-B")
    books.plant(
        "EXF004",
        "the same fee from two imports",
        ("statement_lines", first["id"]),
        ("statement_lines", again["id"]),
        entry,
    )
    for month in months()[:-1]:
        days = [day for day in days_of(month) if day <= SEP(30)]
        for place in range(3):
            books.new(
                "stock_moves",
                company=HOME,
                product=601,
                date=books.random.choice(days),
                state="done",
                quantity=1 + place % 2,
                value=near(books, 130_000, 0.2),
                location_usage="internal",
                location_dest_usage="inventory",
                scrap=True,
            )
    gone = books.new(
        "stock_moves",
        company=HOME,
        product=601,
        date=SEP(24),
        state="done",
        quantity=40,
        value=5_200_000,
        location_usage="internal",
        location_dest_usage="inventory",
        scrap=True,
    )
    books.plant("VAL007", "forty pieces scrapped", ("stock_moves", gone["id"]), ("products", 601))


def _sisters(books: Books, cast: dict[str, Any]) -> None:
    def pair(
        number: int, net: int, theirs: int | None, day: date = date(2026, 9, 16)
    ) -> list[dict[str, Any]]:
        own = books.document(
            "out_invoice",
            cast["sister"],
            day,
            [{"account": "3010", "net": net, "label": "Utleie av utstyr"}],
            ref=f"KU-{number}",
        )
        if theirs is None:
            return [own]
        return [
            own,
            books.document(
                "in_invoice",
                cast["home"],
                day,
                [{"account": "6790", "net": theirs, "label": "Utleie av utstyr"}],
                company=SISTER,
                ref=f"KU-{number}",
            ),
        ]

    books.plant("VAL005", "the sister never booked it", *pair(31, 812_300, None))
    books.plant("VAL005", "the sister booked another amount", *pair(32, 640_000, 604_000))
    pair(33, 555_500, 555_500)


def _statistics(books: Books) -> None:
    steady = books.partner("Papir og Plast AS")
    for month in months()[:-1]:
        days = days_of(month)
        for _again in range(2):
            day = books.random.choice(days)
            bill = books.document(
                "in_invoice",
                steady,
                day,
                [{"account": "6540", "net": near(books, 410_000, 0.12), "label": "Emballasje"}],
                ref=f"P{books.random.randint(10**5, 10**6)}",
            )
            if day < SEP(1):
                books.pay(bill, day + timedelta(days=7 if day.weekday() < 5 else 9))
    books.plant(
        "STA001",
        "a bill sixteen times the usual",
        books.document(
            "in_invoice",
            steady,
            SEP(24),
            [{"account": "6540", "net": 6_740_300, "label": "Emballasje"}],
            ref="P77123",
        ),
    )
    books.plant(
        "STA002",
        "travel against service income",
        manual(books, SEP(23), "7140", "3010", 6_011_900, label="Oppgjør prosjekt"),
    )
    manual(books, date(2025, 4, 9), "6860", "2995", 1_231_100, label="Garanti")
    books.plant(
        "STA002",
        "an account that is hardly ever used",
        manual(books, SEP(25), "6860", "2995", 12_031_100, label="Garanti"),
    )
    digits = books.partner("Tolk og Tekst AS")
    for month in months(date(2025, 10, 1), SEP(30)):
        for day in days_of(month):
            items = [
                {
                    "account": "6790",
                    "net": round(10 ** books.random.choice((3, 4, 5)) * books.random.uniform(4.0, 4.99)),
                    "label": "Tolketime",
                }
                for _line in range(12)
            ]
            books.document("in_invoice", digits, day, items, ref=f"T{day:%Y%m%d}")
    books.plant("STA004", "amounts that all begin with four", ("accounts", "6790"))
    odd = books.move(
        "DIV",
        SEP(26),
        [
            {
                "account": ("6540", "6860", "7140", "6900", "6790", "3010")[place % 6],
                "balance": 10_000 if place < 60 else -10_000,
                "label": f"zz{place}qx",
            }
            for place in range(120)
        ],
        ref="zzqx",
        created_by="ukjent",
        posted_by="marit",
        created_at="2026-02-14T21:50:00Z",
        attachments=0,
    )
    odd["posted_at"] = "2026-09-28T19:50:00Z"
    books.plant("STA003", "an entry like no other", odd)
