"""Faults of existence and fraud, of bank and balances, and what only statistics see."""

from datetime import date, timedelta
from typing import Any

from tests.agent.planted.books import Books
from tests.agent.planted.chart import HOME, SISTER
from tests.agent.planted.noise_tools import reference

SEP = lambda day: date(2026, 9, day)  # noqa: E731


def plant(books: Books, cast: dict[str, Any]) -> None:
    """Plant them all."""
    _duplicates(books, cast)
    _payments(books, cast)
    _people(books, cast)
    _manual(books, cast)
    _masters(books, cast)


def simple(books: Books, vendor: dict[str, Any], day: date, net: int, **values: Any) -> dict[str, Any]:
    """Add a bill of one line."""
    values = {"ref": reference(books, vendor), **values}
    return books.document(
        "in_invoice",
        vendor["id"],
        day,
        [{"account": vendor["account"], "net": net, "label": vendor["label"]}],
        **values,
    )


def manual(books: Books, day: date, debit: str, credit: str, amount: int, **values: Any) -> dict[str, Any]:
    """Add a journal entry of two lines that a person made."""
    label = values.pop("label", "Korrigering etter bilag 88")
    values = {"ref": f"Bilag {books.ids['moves']}", "attachments": 1, **values}
    return books.move(
        "DIV",
        day,
        [
            {"account": debit, "balance": amount, "label": label},
            {"account": credit, "balance": -amount, "label": label},
        ],
        **values,
    )


def _duplicates(books: Books, cast: dict[str, Any]) -> None:
    v = cast["vendors"]
    for what, vendor, gap, net, refs in (
        ("reference written otherwise", v[17], 12, 733_100, ("KV-00417/26", "kv 417")),
        ("letter O for zero", v[18], 33, 541_800, ("7O9I2", "70912")),
        ("two digits swapped", v[19], 4, 911_500, ("558213", "558231")),
        ("one without reference", v[20], 0, 684_300, ("660-12", None)),
        ("another reference, all else the same", v[21], 0, 1_276_900, ("90117", "A-333")),
    ):
        first = simple(books, vendor, SEP(25) - timedelta(days=gap), net, ref=refs[0])
        books.plant("EXF001", what, first, simple(books, vendor, SEP(25), net, ref=refs[1]))
    twin = books.partner(
        "Nordverksted avd. Voss",
        vat=next(one["vat"] for one in books.rows["partners"] if one["id"] == v[25]["id"]),
    )
    first = simple(books, v[25], SEP(3), 822_200, ref="VS-9911")
    second = books.document(
        "in_invoice",
        twin,
        SEP(9),
        [{"account": v[25]["account"], "net": 822_200, "label": v[25]["label"]}],
        ref="VS9911",
    )
    books.plant("EXF001", "the same VAT number under another name", first, second)
    first = simple(books, v[26], SEP(4), 1_366_400, ref="G-20418")
    second = simple(books, v[26], SEP(11), 1_366_400, ref="G-20418", company=SISTER)
    books.plant("EXF001", "the sister paid it too", first, second)
    first = simple(books, v[27], SEP(7), 1_100_000, ref="M-4471")
    books.plant(
        "EXF001",
        "reference used again, amount half a percent off",
        first,
        simple(books, v[27], SEP(29), 1_105_000, ref="M-4471"),
    )
    buyer = cast["customers"][9]
    items = [
        {"account": buyer["account"], "net": 1_818_200, "label": "Mikroskop"},
        {"account": buyer["account"], "net": 91_300, "label": "Justering"},
    ]
    pair = [
        books.document("out_invoice", buyer["id"], SEP(day), [dict(one) for one in items]) for day in (15, 17)
    ]
    books.plant("EXF003", "customer invoiced twice", *pair)
    pair = [manual(books, SEP(day), "6860", "2990", 437_700, label="Kursuke Voss") for day in (18, 21)]
    books.plant("EXF003", "journal entry made twice", *pair)


def _payments(books: Books, cast: dict[str, Any]) -> None:
    v = cast["vendors"]
    bill = simple(books, v[28], date(2026, 8, 27), 1_017_300)
    first = books.pay(bill, SEP(14))
    second, entry = books.payment(v[28]["id"], SEP(22), first["amount"])
    books.plant(
        "EXF002", "paid again eight days later", ("payments", first["id"]), ("payments", second["id"]), entry
    )
    for vendor, what, values in (
        (
            v[29],
            "number of the account changed six days before",
            {"bank_account_changed_at": "2026-09-10T11:00:00Z", "bank_account_changed_by": "aksel"},
        ),
        (
            v[30],
            "a new account eleven days before",
            {"bank_account": "15031122334", "bank_account_created_at": "2026-09-05T11:00:00Z"},
        ),
    ):
        bill = simple(books, vendor, date(2026, 8, 28), 914_400)
        payment = books.pay(bill, SEP(16), **values)
        books.plant("EXF005", what, ("payments", payment["id"]), ("moves", payment["move"]))
    draft = books.new(
        "payments",
        company=HOME,
        journal="DNB",
        date=SEP(29),
        partner=v[31]["id"],
        payment_type="outbound",
        partner_type="supplier",
        amount=777_000,
        currency="NOK",
        state="draft",
        method="manual",
        bank_account="15039988776",
        bank_account_created_at="2026-09-21T10:00:00Z",
        outstanding_account="1941",
    )
    books.plant("EXF005", "draft payment to an account of last week", ("payments", draft["id"]))
    line, entry = books.bank_line(
        "DNB",
        SEP(24),
        -633_300,
        "1941",
        partner=v[32]["id"],
        account_number="99990011223",
        label="Giro utland",
    )
    _payment, own = books.payment(v[32]["id"], SEP(23), 633_300, clear=False)
    books.match("1941", own, entry)
    books.match("2400", simple(books, v[32], SEP(2), 506_640), own)
    books.plant(
        "EXF005",
        "the bank paid to a number that the vendor never had",
        ("statement_lines", line["id"]),
        entry,
    )
    inbound, entry = books.payment(v[33]["id"], SEP(18), 821_000, payment_type="inbound")
    books.match("2400", entry, simple(books, v[33], SEP(18), 656_800))
    books.plant("ACC008", "money in from a vendor", ("payments", inbound["id"]), entry)
    old, entry = books.payment(v[34]["id"], date(2026, 7, 14), 318_800, clear=False)
    books.match("2400", simple(books, v[34], date(2026, 7, 1), 255_040), entry)
    books.plant("VAL004", "payment of July never reached the bank", ("payments", old["id"]), entry)


def _people(books: Books, cast: dict[str, Any]) -> None:
    v = cast["vendors"]
    alone = {"created_by": "petter", "posted_by": "petter"}
    books.plant(
        "EXF007",
        "just under 100,000, whole kroner, one person",
        simple(books, v[35], SEP(10), 7_960_000, **alone),
    )
    parts = [
        simple(books, v[36], SEP(day), net, **alone)
        for day, net in ((14, 3_513_300), (15, 3_287_100), (16, 2_948_800))
    ]
    books.plant("EXF007", "three bills in three days, each under, the sum over", *parts)
    books.plant(
        "EXF010", "a bill of 425,000 by one person", simple(books, v[37], SEP(21), 34_011_300, **alone)
    )
    books.plant(
        "EXF010",
        "a journal entry of 310,000 by one person",
        manual(books, SEP(29), "5400", "2770", 31_044_100, label="Avgift etteroppgjør", **alone),
    )


def _manual(books: Books, cast: dict[str, Any]) -> None:
    round_one = manual(books, SEP(15), "6790", "2990", 20_000_000, attachments=0)
    books.plant(
        "CMP006",
        "journal entry of 130,000 without a document",
        manual(books, SEP(11), "6860", "2990", 13_044_100, attachments=0),
    )
    for rule in ("EXF008", "CMP006"):
        books.plant(rule, "200,000.00 round, without support", round_one)
    books.plant(
        "EXF009",
        "posted on a Sunday",
        manual(books, SEP(11), "6540", "2990", 3_310_700, created_at="2026-09-13T11:15:00Z"),
    )
    books.plant(
        "EXF009",
        "posted at twenty to midnight in Bergen",
        manual(books, SEP(16), "7140", "2990", 3_488_200, created_at="2026-09-16T21:40:00Z"),
    )
    books.plant(
        "EXF011", "on receivables, without partner", manual(books, SEP(17), "1500", "2990", 3_019_900)
    )
    books.plant("EXF011", "on the bank account", manual(books, SEP(18), "7770", "1920", 611_100))
    books.plant(
        "EXF011",
        "on payables",
        manual(books, SEP(22), "2400", "2990", 1_411_100, partner=cast["vendors"][38]["id"]),
    )
    first = manual(books, SEP(28), "6790", "2990", 8_122_200, label="Konsulent uke 39")
    back = manual(
        books,
        date(2026, 10, 5),
        "2990",
        "6790",
        8_122_200,
        label="Konsulent uke 39",
        reversed_entry=first["id"],
    )
    books.plant("EXF012", "cost of 28 September taken back on 5 October", first, back)
    books.plant(
        "EXF015",
        "nothing but 'diverse'",
        manual(books, SEP(23), "6860", "2990", 8_047_700, label="diverse", ref="Div."),
    )
    books.plant(
        "EXF015", "no text at all", manual(books, SEP(24), "6900", "2990", 7_731_100, label=None, ref=None)
    )
    books.plant("ACC007", "journal entry of nothing", manual(books, SEP(8), "6860", "2990", 0))
    books.plant("ACC008", "cost credited by hand", manual(books, SEP(9), "2990", "6900", 1_834_000))
    crooked = manual(books, SEP(14), "6860", "2990", 322_000)
    books.lines_of(crooked["id"])[1].update(balance=-321_000, amount_currency=-321_000)
    books.plant("ACC006", "does not balance by 10.00", crooked)
    for what, change in (
        ("no account", {"account": None}),
        ("account that isn't there", {"account": 999_998}),
        ("partner that isn't there", {"partner": 888_887}),
    ):
        bad = manual(books, SEP(10), "6540", "2990", 218_800)
        books.lines_of(bad["id"])[0].update(change)
        books.plant("ACC010", what, bad)
    books.plant("ACC010", "no lines", books.move("DIV", SEP(25), [], ref="Tom"))
    books.plant(
        "ACC010",
        "a day in 2034",
        manual(books, date(2034, 9, 1), "6540", "2990", 118_800, created_at="2026-09-18T09:00:00Z"),
    )


def _masters(books: Books, cast: dict[str, Any]) -> None:
    account = books.bank_of(cast["vendors"][40]["id"])
    other = books.partner("Hansa Rådgivning ENK", bank_accounts=account)
    bill = books.document(
        "in_invoice",
        other,
        SEP(15),
        [{"account": "6790", "net": 1_411_000, "label": "Rådgivning"}],
        ref="118",
    )
    books.plant(
        "EXF006",
        "two vendors, one bank account",
        ("partners", other),
        ("partners", cast["vendors"][40]["id"]),
        bill,
    )
    for rule, name, vat in (
        ("EXF013", "Uten Nummer AS", None),
        ("EXF014", "Feil Nummer AS", "NO923456782MVA"),
        ("EXF014", "Falsch GmbH", "DE136695977"),
    ):
        country = "DE" if name == "Falsch GmbH" else "NO"
        partner = books.partner(name, vat=vat, country=country)
        bill = books.document(
            "in_invoice",
            partner,
            SEP(16),
            [{"account": "6860", "net": 1_904_000, "label": "Kursavgift"}],
            ref="31-A",
        )
        books.plant(rule, f"{name}: {vat}", ("partners", partner), bill)
