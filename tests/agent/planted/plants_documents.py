"""Faults in documents, cut-off, accuracy, classification; each with what the catalogue says of it."""

from datetime import date, timedelta
from typing import Any

from tests.agent.planted.books import Books
from tests.agent.planted.noise import abroad_bill, bill_of, settle_abroad
from tests.agent.planted.noise_tools import reference

SEP = lambda day: date(2026, 9, day)  # noqa: E731


def plant(books: Books, cast: dict[str, Any]) -> None:
    """Plant them all."""
    vendors, customers = cast["vendors"], cast["customers"]
    _completeness(books, cast)
    _cutoff(books, cast)
    _taxes_and_rates(books, cast)
    _classification(books, cast)
    for place, day in enumerate((SEP(8), SEP(17))):
        customer = customers[place]
        books.plant(
            "CLS006",
            "invoice line on a bank or depreciation account",
            books.document(
                "out_invoice",
                customer["id"],
                day,
                [{"account": ("1920", "6000")[place], "net": 1_210_300, "label": "Mikroskop"}],
            ),
        )
    books.plant(
        "CLS006",
        "bill line on income",
        books.document(
            "in_invoice",
            vendors[3]["id"],
            SEP(10),
            [{"account": "3010", "net": 910_500, "label": vendors[3]["label"]}],
            ref=reference(books, vendors[3]),
        ),
    )


def _completeness(books: Books, cast: dict[str, Any]) -> None:
    vendors = cast["vendors"]
    books.plant("CMP001", "draft bill", bill_of(books, vendors[0], SEP(14), state="draft"))
    books.plant(
        "CMP001",
        "draft journal entry",
        books.move(
            "DIV",
            SEP(22),
            [
                {"account": "6860", "balance": 311_000, "label": "Kurs Tromsø"},
                {"account": "2990", "balance": -311_000, "label": "Kurs Tromsø"},
            ],
            ref="Kurs",
            state="draft",
        ),
    )
    books.plant(
        "CMP001",
        "draft bill dated October, invoice of September",
        bill_of(books, vendors[1], date(2026, 10, 2), invoice_date=SEP(29), state="draft"),
    )
    books.plant("CMP002", "the shop's cash book is empty", ("journals", "KBU"))
    books.plant("CMP007", "waste bill did not come", ("partners", cast["monthly"]["Avfall"]))
    quarterly = books.partner("Tilsyn Vest AS")
    for place, day in enumerate(
        (
            date(2025, 3, 10),
            date(2025, 6, 10),
            date(2025, 9, 10),
            date(2025, 12, 10),
            date(2026, 3, 10),
            date(2026, 6, 10),
        )
    ):
        bill = books.document(
            "in_invoice",
            quarterly,
            day,
            [{"account": "6790", "net": 1_820_000 + 1_300 * place, "label": "Tilsyn heis"}],
            ref=f"H{410 + 13 * place}",
        )
        books.pay(bill, day + timedelta(days=21))
    books.plant("CMP007", "quarterly bill did not come", ("partners", quarterly))
    for place, vendor in enumerate(vendors[4:6]):
        books.plant(
            "CMP006",
            "bill without its document",
            books.document(
                "in_invoice",
                vendor["id"],
                SEP(9 + place),
                [{"account": vendor["account"], "net": 1_244_100 + place, "label": vendor["label"]}],
                ref=reference(books, vendor),
                attachments=0,
            ),
        )


def _cutoff(books: Books, cast: dict[str, Any]) -> None:
    vendors = cast["vendors"]
    big = [{"account": "4300", "net": 6_340_000, "label": "Linser og holdere"}]
    books.plant(
        "CUT001",
        "bill of August booked on 1 September, before August was locked",
        books.document(
            "in_invoice",
            vendors[8]["id"],
            SEP(1),
            big,
            invoice_date=date(2026, 8, 27),
            ref=reference(books, vendors[8]),
            created_at="2026-09-02T08:10:00Z",
        ),
    )
    books.plant(
        "CUT001",
        "bill of October booked in September",
        books.document(
            "in_invoice",
            vendors[16]["id"],
            SEP(30),
            [{**big[0], "net": 5_020_700}],
            invoice_date=date(2026, 10, 2),
            ref=reference(books, vendors[16]),
            created_at="2026-10-05T07:30:00Z",
        ),
    )
    books.plant(
        "CUT003",
        "moved by the lock of August to the day of posting",
        books.document(
            "in_invoice",
            vendors[24]["id"],
            SEP(15),
            [{**big[0], "net": 7_115_000}],
            invoice_date=date(2026, 8, 28),
            ref=reference(books, vendors[24]),
            created_at="2026-09-15T09:20:00Z",
        ),
    )
    books.plant(
        "CUT004",
        "posted into August after its lock",
        books.move(
            "DIV",
            date(2026, 8, 26),
            [
                {"account": "6790", "balance": 431_000, "label": "Oversettelse av manual"},
                {"account": "2990", "balance": -431_000, "label": "Oversettelse av manual"},
            ],
            ref="Etterpostering",
            created_at="2026-09-17T09:00:00Z",
        ),
    )
    bill = abroad_bill(books, cast["abroad"][0], date(2026, 8, 4))
    late = settle_abroad(books, bill, date(2026, 8, 25), difference_on=SEP(3))
    if late:
        books.plant("CUT005", "exchange difference of August's payment in September", late, bill)


def _taxes_and_rates(books: Books, cast: dict[str, Any]) -> None:
    vendors = cast["vendors"]
    for vendor, tax in ((vendors[10], "I15"), (vendors[11], "I0")):
        books.plant(
            "ACC003",
            f"{tax} where 25 % is usual",
            books.document(
                "in_invoice",
                vendor["id"],
                SEP(8),
                [
                    {
                        "account": vendor["account"],
                        "net": round(vendor["middle"]),
                        "tax": tax,
                        "label": vendor["label"],
                    }
                ],
                ref=reference(books, vendor),
            ),
        )
    wrong = books.document(
        "in_invoice",
        vendors[12]["id"],
        SEP(15),
        [{"account": vendors[12]["account"], "net": 811_200, "label": vendors[12]["label"]}],
        ref=reference(books, vendors[12]),
    )
    lines = books.lines_of(wrong["id"])
    for line, change in ((lines[1], 9_000), (lines[2], -9_000)):
        line["balance"] += change
        line["amount_currency"] += change
    books.plant("ACC004", "tax is 90.00 too high", wrong)
    gone = books.document(
        "out_invoice",
        cast["customers"][5]["id"],
        SEP(16),
        [{"account": cast["customers"][5]["account"], "net": 640_000, "label": "Teodolitt"}],
    )
    lines = books.lines_of(gone["id"])
    lines[2]["balance"] = lines[2]["amount_currency"] = 640_000
    books.rows["lines"].remove(lines.pop(1))
    books.plant("ACC004", "the tax line is missing", gone)
    euro, krona = cast["abroad"][0], cast["abroad"][1]
    books.plant(
        "ACC005",
        "five percent off the day's rate",
        abroad_bill(books, euro, SEP(10), rate=books.rate("EUR", SEP(10)) * 1.05),
    )
    books.plant(
        "ACC005",
        "the rate the wrong way round",
        books.document(
            "in_invoice",
            cast["abroad"][2]["id"],
            SEP(11),
            [{"account": "4300", "net": 2_000_000, "tax": "I0", "label": "Prismer"}],
            currency="EUR",
            rate=1 / books.rate("EUR", SEP(11)),
            ref="RE-EUR-INV1",
        ),
    )
    stale = books.partner("Arizona Optics Inc", country="US", vat=None)
    books.plant(
        "VAL006",
        "dollar rate of August",
        books.document(
            "in_invoice",
            stale,
            SEP(21),
            [{"account": "4300", "net": 310_000, "tax": "I0", "label": "Speil"}],
            currency="USD",
            ref="AZ-5512",
        ),
        ("currencies", "USD"),
        *(("rates", one["id"]) for one in books.rows["rates"] if one["currency"] == "USD"),
    )
    jumped = next(one for one in books.rows["rates"] if one["currency"] == "SEK" and one["date"] == SEP(23))
    jumped["rate"] = f"{float(jumped['rate']) * 1.17:.9f}"
    books.currency_rates["SEK"][SEP(23)] = float(jumped["rate"])
    books.plant(
        "VAL006",
        "krona jumps for a day",
        ("rates", jumped["id"]),
        ("currencies", "SEK"),
        abroad_bill(books, krona, SEP(24)),
    )
    for name, change in (
        ("company currency with another amount", {"amount_currency": 150_000}),
        ("no currency", {"currency": None}),
    ):
        bad = bill_of(books, vendors[13 if change.get("amount_currency") else 14], SEP(17))
        books.lines_of(bad["id"])[0].update(change)
        books.plant("ACC009", name, bad)
    signs = abroad_bill(books, euro, SEP(22))
    line = books.lines_of(signs["id"])[0]
    line["amount_currency"] = -line["amount_currency"]
    books.plant("ACC009", "signs opposed", signs)


def _classification(books: Books, cast: dict[str, Any]) -> None:
    for label, wrong in (("Mobil og bredbånd", "7140"), ("Vakthold", "6860")):
        partner = cast["monthly"][label]
        books.plant(
            "CLS001",
            f"{label} on {wrong}",
            books.document(
                "in_invoice",
                partner,
                SEP(23),
                [
                    {
                        "account": wrong,
                        "net": 417_300,
                        "label": f"{label} 09.2026" if wrong == "7140" else f"{label} ekstra",
                    }
                ],
                ref=f"X{partner}",
            ),
        )
    for name, label, net in (
        ("Maskinhuset AS", "Fresemaskin FX-40", 14_200_000),
        ("Truckpartner AS", "Gaffeltruck brukt", 9_800_000),
    ):
        books.plant(
            "CLS002",
            label,
            books.document(
                "in_invoice",
                books.partner(name),
                SEP(8),
                [{"account": "6540", "net": net, "label": label, "quantity": 1}],
                ref="2201",
            ),
        )
    for place, (label, account, net) in enumerate(
        (
            ("Lisens CAD 01.09.2026 - 31.08.2027", "6553", 6_240_000),
            ("Ansvarsforsikring 2026-09-15 til 2027-09-14", "7500", 5_130_000),
            ("Serviceavtale sep 2026 - aug 2027", "6790", 4_400_000),
        )
    ):
        books.plant(
            "CLS003",
            label,
            books.document(
                "in_invoice",
                books.partner(f"Årspremie {place} AS"),
                SEP(14),
                [{"account": account, "net": net, "label": label}],
                ref=f"55{place}1",
            ),
        )
    for account, what in (
        ("2060", "private account"),
        ("2960", "clearing account"),
        ("1909", "suspense account"),
    ):
        entry = books.move(
            "DIV",
            SEP(16),
            [
                {"account": "7770", "balance": 212_000, "label": f"Til avklaring {account}"},
                {"account": account, "balance": -212_000, "label": f"Til avklaring {account}"},
            ],
            ref=f"Avklaring {account}",
        )
        books.plant("CLS004", f"{what} with a balance", entry, ("accounts", account))
    advertiser = books.partner("Lokalavisen Annonse AS")
    for place, analytic in enumerate(('{"Kampanje": 100}', None, '{"Kampanje": 90}')):
        bill = books.document(
            "in_invoice",
            advertiser,
            SEP(3 + 7 * place),
            [
                {
                    "account": "7320",
                    "net": 610_000 + 9_300 * place,
                    "label": "Annonse",
                    **({"analytic": analytic} if analytic else {}),
                }
            ],
            ref=f"A{place}77",
        )
        if place:
            books.plant("CLS005", "analytic missing" if place == 1 else "shares add up to 90", bill)
