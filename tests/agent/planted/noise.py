"""Twenty-five months of an instrument maker in Bergen: bills, invoices, bank, payroll; nothing is wrong."""

from datetime import date, timedelta
from typing import Any

from tests.agent.planted.books import Books, workday
from tests.agent.planted.chart import END, START, TODAY
from tests.agent.planted.noise_money import opening, other_money, payroll, rates, sister
from tests.agent.planted.noise_tools import days_of, months, near, receive, reference

FIRST = (
    "Nord",
    "Sund",
    "Vik",
    "Fjell",
    "Strand",
    "Elv",
    "Myr",
    "Haug",
    "Berg",
    "Lund",
    "Nes",
    "Tang",
    "Hegg",
)
LAST = (
    "Verksted",
    "Kontor",
    "Optikk",
    "Frakt",
    "Data",
    "Trykk",
    "Maling",
    "Kjemi",
    "Teknikk",
    "Handel",
    "Foto",
)
BOUGHT = (
    ("4300", "Linser og holdere"),
    ("4300", "Kretskort"),
    ("6540", "Kontorstoler"),
    ("7140", "Flybilletter"),
    ("7140", "Hotellopphold"),
    ("6790", "Oversettelse"),
    ("6790", "Kalibrering"),
    ("6860", "Kursavgift"),
)
MONTHLY = (
    ("Nesttun Eiendom AS", "6300", "Husleie", 6_412_500, 3, 0.0),
    ("Bryggen Kraft AS", "6340", "Strøm", 1_870_000, 9, 0.12),
    ("Blank & Rein AS", "6360", "Renhold", 1_141_000, 6, 0.02),
    ("Tele Vest AS", "6900", "Mobil og bredbånd", 912_000, 12, 0.05),
    ("Skydrift AS", "6553", "Driftsavtale", 2_331_000, 10, 0.03),
    ("Fana Vakthold AS", "6790", "Vakthold", 840_000, 15, 0.01),
    ("Tall & Tale AS", "6700", "Regnskapsføring", 1_925_000, 18, 0.04),
    ("Vestland Avfall AS", "6360", "Avfall", 433_000, 21, 0.05),
)


def build(books: Books, *, whole: bool = True) -> dict[str, Any]:
    """Fill the books with clean entries; returns the cast that the faults need.

    Without `whole` a journal and a monthly bill are silent in the period: two of the faults.
    """
    cast: dict[str, Any] = {"whole": whole}
    rates(books)
    cast["home"], cast["sister"] = books.partner("Kikkert Instrument AS"), books.partner("Kikkert Utleie AS")
    cast["monthly"] = {label: books.partner(name) for name, _account, label, *_rest in MONTHLY}
    cast["vendors"] = [_vendor(books, place) for place in range(56)]
    cast["customers"] = [_customer(books, place) for place in range(44)]
    cast["abroad"] = [
        {"id": books.partner(name, country=country, vat=vat), "currency": currency}
        for name, country, vat, currency in (
            ("Glashütte Prisma GmbH", "DE", "DE136695976", "EUR"),
            ("Malmö Finmek AB", "SE", "SE556188840401", "SEK"),
            ("Lyon Optique SARL", "FR", "FR40303265045", "EUR"),
        )
    ]
    opening(books)
    for month in months():
        days = days_of(month)
        _bills(books, cast, days)
        _invoices(books, cast, days)
        _abroad(books, cast, days)
        other_money(books, days, whole=whole)
        sister(books, cast, days)
        if len(days) > 15:
            payroll(books, days)
    return cast


def _vendor(books: Books, place: int) -> dict[str, Any]:
    account, label = BOUGHT[place % len(BOUGHT)]
    name = (
        f"{FIRST[place % len(FIRST)]}{LAST[place % len(LAST)].lower()} {('AS', 'ANS', 'Norge AS')[place % 3]}"
    )
    return {
        "id": books.partner(name),
        "account": account,
        "label": label,
        "middle": 90_000 * 2 ** books.random.uniform(0, 5),
        "series": books.random.randint(1000, 90_000),
        "form": place % 4,
    }


def _customer(books: Books, place: int) -> dict[str, Any]:
    kind = ("Sykehus", "Skole", "Laboratorium")[place % 3]
    name = f"{LAST[place % len(LAST)]} {FIRST[(place * 5) % len(FIRST)]} {kind}"
    return {
        "id": books.partner(name),
        "middle": 20_000 * 10 ** books.random.uniform(0, 3),
        "account": ("3000", "3010")[place % 2],
    }


def _bills(books: Books, cast: dict[str, Any], days: list[date]) -> None:
    for place, (_name, account, label, middle, day, spread) in enumerate(MONTHLY):
        at = [one for one in days if one.day >= day]
        if not at or (label == "Avfall" and days[0] >= START and not cast["whole"]):
            continue
        number = 700 * (place + 3) + days[0].year * 12 + days[0].month
        bill = books.document(
            "in_invoice",
            cast["monthly"][label],
            at[0],
            [{"account": account, "net": near(books, middle, spread), "label": f"{label} {days[0]:%m.%Y}"}],
            ref=f"{number}",
        )
        _settle(books, bill, at[0])
    for vendor in cast["vendors"]:
        for _again in range(books.random.choice((0, 1, 1, 2, 3))):
            day = books.random.choice(days)
            if len(days) < 10 and books.random.random() < 0.8:
                continue
            bill = _bill(books, vendor, day)
            _settle(books, bill, day)
            if books.random.random() < 0.02 and day.day < 20:
                lines = books.lines_of(bill["id"])
                back = [
                    {
                        "account": vendor["account"],
                        "net": abs(lines[0]["balance"]) // 3,
                        "label": f"Retur {vendor['label']}",
                    }
                ]
                books.document("in_refund", vendor["id"], day, back, ref=f"K{reference(books, vendor)}")


def _bill(books: Books, vendor: dict[str, Any], day: date, **values: Any) -> dict[str, Any]:
    items = [
        {
            "account": vendor["account"],
            "net": near(books, vendor["middle"], 0.4),
            "label": f"{vendor['label']} {part}",
        }
        for part in ("", "tillegg")[: books.random.choice((1, 1, 2))]
    ]
    values = {"ref": reference(books, vendor), **values}
    return books.document("in_invoice", vendor["id"], day, items, **values)


bill_of = _bill


def _settle(books: Books, bill: dict[str, Any], day: date) -> None:
    paid = workday(day + timedelta(days=books.random.randint(14, 27)))
    if paid <= TODAY:
        books.pay(bill, paid)


def _invoices(books: Books, cast: dict[str, Any], days: list[date]) -> None:
    for customer in cast["customers"]:
        for _again in range(books.random.choice((1, 2, 3, 4))):
            if len(days) < 10 and books.random.random() < 0.8:
                continue
            day = books.random.choice(days)
            items = [
                {
                    "account": customer["account"],
                    "net": near(books, customer["middle"], 0.5),
                    "label": books.random.choice(
                        ("Mikroskop", "Service etter avtale", "Teodolitt", "Justering")
                    ),
                }
                for _line in range(books.random.choice((1, 2, 3)))
            ]
            invoice = books.document("out_invoice", customer["id"], day, items)
            paid = workday(day + timedelta(days=books.random.randint(9, 40)))
            if paid <= TODAY:
                receive(books, invoice, paid)


def _abroad(books: Books, cast: dict[str, Any], days: list[date]) -> None:
    for vendor in cast["abroad"]:
        for _again in range(2):
            day = books.random.choice(days)
            if len(days) < 10:
                continue
            bill = abroad_bill(books, vendor, day)
            paid = workday(day + timedelta(days=21))
            if paid < min(TODAY, END) and paid.month == workday(paid + timedelta(days=1)).month:
                settle_abroad(books, bill, paid)


def abroad_bill(books: Books, vendor: dict[str, Any], day: date, **values: Any) -> dict[str, Any]:
    """Add a bill in foreign money, without VAT."""
    values = {"ref": f"RE-{vendor['currency']}-{day:%y%m}{books.random.randint(1000, 9999)}", **values}
    return books.document(
        "in_invoice",
        vendor["id"],
        day,
        [
            {
                "account": "4300",
                "net": near(books, 180_000, 0.3) * (10 if vendor["currency"] == "SEK" else 1),
                "tax": "I0",
                "label": "Prismer",
            }
        ],
        currency=vendor["currency"],
        **values,
    )


def settle_abroad(books: Books, bill: dict[str, Any], day: date, *, difference_on: date | None = None):
    """Pay a foreign bill from the bank; the difference of the rates is an entry of its own, returned."""
    owed = books.lines_of(bill["id"])[-1]
    amount, currency = -owed["amount_currency"], bill["currency"]
    worth = round(amount / books.rate(currency, day))
    _line, bank = books.bank_line(
        "DNB",
        day,
        -worth,
        "2400",
        partner=bill["partner"],
        account_number=books.bank_of(bill["partner"]),
        label=f"Utland {bill['ref']}",
    )
    line = books.lines_of(bank["id"])[1]
    line.update(currency=currency, amount_currency=amount)
    gain = -owed["balance"] - worth
    found = []
    if gain:
        on = difference_on or day
        found = [
            books.move(
                "VDI",
                on,
                [
                    {
                        "account": "2400",
                        "balance": gain,
                        "amount_currency": 0,
                        "currency": currency,
                        "label": "Kursdifferanse",
                    },
                    {"account": "8060" if gain > 0 else "8160", "balance": -gain, "label": "Kursdifferanse"},
                ],
                partner=bill["partner"],
                origin=f"exchange:{bill['id']}",
            )
        ]
    books.match("2400", bill, bank, *found)
    return found[0] if found else None
