"""Duplicates, payees, hours and texts that look like misuse (EXF), one a function; it tells where each is."""

from datetime import date, timedelta
from decimal import Decimal as D

from benchmarks import clean_ledger as w


def exf001(b):
    move = b.docs("in_invoice")[5]
    total = -b.lines(move["id"])[-1]["balance"]
    copy = b.bill(
        "2026-10-29", str((total / D("1.2")).quantize(D("0.01"))), partner=move["partner"], ref=move["ref"]
    )
    return "moves", copy, "ref"


def exf002(b):
    first = next(
        one for one in b.rows("payments") if one["date"] >= date(2026, 10, 2) and one["currency"] == "USD"
    )
    number = len(b.rows("payments")) + 1
    move, _ = b.clean.move(
        "BANK",
        "bank",
        first["date"] + timedelta(days=3),
        [
            {"account": w.PAYABLE, "balance": first["amount"]},
            {"account": w.OUTSTANDING, "balance": -first["amount"]},
        ],
        partner=first["partner"],
        origin=f"payment:{number}",
    )
    b.clean.add(
        "payments",
        **{
            **{k: v for k, v in first.items() if k != "id"},
            "move": move,
            "date": first["date"] + timedelta(days=3),
        },
    )
    return "payments", number, "payment"


def exf003(b):
    for day in ("2026-10-12", "2026-10-13"):
        move = b.entry(day, (w.TRAVEL, "431.20"), (w.REPAIR, "-431.20"))
    return "moves", move, "entry"


def exf004(b):
    line = next(one for one in b.rows("statement_lines") if one["date"] >= date(2026, 10, 8))
    b.clean.add(
        "statement_lines", **{**{k: v for k, v in line.items() if k != "id"}, "import_batch": "again"}
    )
    return "statement_lines", b.rows("statement_lines")[-1]["id"], "two_imports"


def october_payment(b):
    return next(one for one in b.rows("payments") if one["date"] >= date(2026, 10, 10))


def exf005_changed(b):
    payment = october_payment(b)
    payment["bank_account_changed_at"] = f"{payment['date'] - timedelta(days=7)}T09:00:00Z"
    return "payments", payment["id"], "changed"


def exf005_unknown(b):
    line = next(
        one
        for one in b.rows("statement_lines")
        if one["date"] >= date(2026, 10, 8) and one["amount"] < 0 and one["account_number"]
    )
    line["account_number"] = "DE00123412341234123412"
    return "statement_lines", line["id"], "unknown"


def exf006(b):
    one, other = b.clean.traders[:2]
    partners = b.rows("partners")
    partners[other - 1]["bank_accounts"] = partners[one - 1]["bank_accounts"]
    return "partners", other, "vendor"


def exf007_near(b):
    return "moves", b.bill("2026-10-14", "4150.00"), "near"


def exf007_split(b):
    b.bill("2026-10-14", "2500.00")
    return "moves", b.bill("2026-10-15", "2400.00"), "split"


def exf008(b):
    return "moves", b.entry("2026-10-14", (w.ADVICE, "20000"), (w.ACCRUED, "-20000"), attachments=0), "round"


def exf009_weekend(b):
    move = b.entry(
        "2026-10-16", (w.ADVICE, "812.10"), (w.ACCRUED, "-812.10"), posted_at="2026-10-18T10:00:00Z"
    )
    return "moves", move, "weekend"


def exf009_night(b):
    move = b.entry(
        "2026-10-14", (w.ADVICE, "812.10"), (w.ACCRUED, "-812.10"), posted_at="2026-10-14T21:30:00Z"
    )
    return "moves", move, "night"


def exf010(b):
    move = b.entry(
        "2026-10-14", (w.ADVICE, "7123.20"), (w.ACCRUED, "-7123.20"), posted_by="anna", created_by="anna"
    )
    return "moves", move, "same"


def exf011(b):
    return "moves", b.entry("2026-10-14", (w.ADVICE, "700.00"), (w.RECEIVABLE, "-700.00")), "no_partner"


def exf011_tax(b):
    return "moves", b.entry("2026-10-14", (w.INPUT_TAX, "700.00"), (w.ACCRUED, "-700.00")), "tax"


def exf012(b):
    move = b.entry("2026-10-30", (w.ACCRUED, "6123.20"), (w.SERVICES, "-6123.20"))
    b.entry("2026-11-04", (w.ACCRUED, "-6123.20"), (w.SERVICES, "6123.20"), reversed_entry=move)
    return "moves", move, "reversed"


def exf012_mirrored(b):
    move = b.entry("2026-10-30", (w.ACCRUED, "6123.20"), (w.SERVICES, "-6123.20"))
    b.entry("2026-11-04", (w.ACCRUED, "-6123.20"), (w.SERVICES, "6123.20"))
    return "moves", move, "reversed"


def exf013(b):
    b.rows("partners")[b.clean.power - 1]["vat"] = "/"
    return "partners", b.clean.power, "missing"


def exf014(b):
    partner = b.rows("partners")[b.clean.power - 1]
    partner["vat"] = partner["vat"][:-1] + str((int(partner["vat"][-1]) + 1) % 10)
    return "partners", b.clean.power, "invalid"


def exf015(b):
    lines = ((w.ADVICE, "912.10", {"label": "misc."}), (w.ACCRUED, "-912.10", {"label": None}))
    return "moves", b.entry("2026-10-14", *lines, ref=None), "vague"
