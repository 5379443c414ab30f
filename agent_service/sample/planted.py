"""Errors planted in the last month, and the innocents that stand nearest to them.

The shapes are written from the definitions of the rules, never from their code: nothing here may import
`agent_service.core`.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.documents import BankLine, Document, Line

OUTLIER = Decimal("2640.00")


@dataclass
class Truths:
    """What was planted: errors, innocents, and documents that nobody pays."""

    errors: list[dict] = field(default_factory=list)
    innocents: list[dict] = field(default_factory=list)
    unpaid: set[str] = field(default_factory=set)

    def error(self, rule: str, facet: str, severity: str, *keys: str, note: str = "") -> None:
        """Record a planted error and the documents that show it."""
        self.errors.append(
            {"rule": rule, "facet": facet, "severity": severity, "keys": list(keys), "note": note}
        )

    def innocent(self, rule: str, *keys: str, note: str) -> None:
        """Record a neighbour that must not be flagged."""
        self.innocents.append({"rule": rule, "keys": list(keys), "note": note})


def add(build: Builder, truths: Truths) -> None:
    """Plant the errors of the last month."""
    _drafts(build, truths)
    _duplicates(build, truths)
    _missing_reference(build, truths)
    _suspense(build, truths)
    _silent_journal(build, truths)
    _outlier(build, truths)
    _open_bank_lines(build, truths)
    truths.error("VAL003", "closing", "medium", "stock", note="periodic stock that nobody has closed yet")


def _drafts(build: Builder, truths: Truths) -> None:
    end = build.end
    build.entry(
        "draft-entry",
        "misc",
        end.day(30),
        "Trade fair, to be checked",
        [
            (chart.MARKETING, Decimal("1250.00"), "Trade fair"),
            (chart.ACCRUED, Decimal("-1250.00"), "Trade fair"),
        ],
        state="draft",
    )
    truths.error("CMP001", "entry", "high", "draft-entry", note="entry left in draft")
    build.simple(
        "draft-invoice",
        "out_invoice",
        "cust03",
        end.day(29),
        chart.SALES,
        Decimal("980.00"),
        "Display stands",
        state="draft",
    )
    truths.error("CMP001", "invoice", "high", "draft-invoice", note="customer invoice left in draft")
    truths.error("CMP001", "bill", "high", "gr-draft/bill1", note="vendor bill of an order left in draft")
    later = build.simple(
        "draft-autopost",
        "in_invoice",
        "insurer",
        end.day(30),
        chart.PREPAYMENTS,
        Decimal("480.00"),
        "Travel insurance",
        "AMI-77120",
        state="draft",
        accounting=end.plus(1).day(15),
    )
    truths.unpaid.add(later.key)
    truths.innocent("CMP001", later.key, note="draft that posts itself after the period's end")


def _bill(
    build: Builder,
    truths: Truths,
    key: str,
    partner: str,
    day: int,
    account: str,
    amount: str,
    label: str,
    ref: str,
) -> Document:
    truths.unpaid.add(key)
    return build.simple(key, "in_invoice", partner, build.end.day(day), account, Decimal(amount), label, ref)


def _duplicates(build: Builder, truths: Truths) -> None:
    _bill(
        build, truths, "dup-ref", "carrier", 3, chart.FREIGHT, "1184.60", "Freight, 2 pallets", "LH-0020455"
    )
    _bill(
        build,
        truths,
        "dup-ref/again",
        "carrier",
        17,
        chart.FREIGHT,
        "1184.60",
        "Freight, 2 pallets",
        "lh 20455",
    )
    truths.error(
        "EXF001", "ref", "high", "dup-ref", "dup-ref/again", note="same reference, written otherwise"
    )
    _bill(build, truths, "dup-fuzzy", "carrier", 8, chart.FREIGHT, "742.15", "Freight, 1 pallet", "LH-20871")
    _bill(
        build,
        truths,
        "dup-fuzzy/again",
        "carrier",
        14,
        chart.FREIGHT,
        "742.15",
        "Freight, 1 pallet",
        "LH-20817",
    )
    truths.error("EXF001", "fuzzy", "high", "dup-fuzzy", "dup-fuzzy/again", note="two digits swapped")
    _bill(
        build,
        truths,
        "dup-noref",
        "printer",
        20,
        chart.MARKETING,
        "388.00",
        "Catalogues, 400 copies",
        "IK-5533",
    )
    _bill(
        build,
        truths,
        "dup-noref/again",
        "printer",
        20,
        chart.MARKETING,
        "388.00",
        "Catalogues, 400 copies",
        "",
    )
    truths.error(
        "EXF001", "no_ref", "high", "dup-noref", "dup-noref/again", note="entered again without reference"
    )
    truths.error("CMP008", "", "medium", "dup-noref/again", note="the second of the pair has no reference")
    _bill(build, truths, "rebilled", "printer", 9, chart.MARKETING, "640.00", "Price lists", "IK-5501")
    refund = _bill(
        build, truths, "rebilled/refund", "printer", 9, chart.MARKETING, "640.00", "Price lists", "IK-5501-C"
    )
    refund.kind, refund.reverses = "in_refund", "rebilled"
    _bill(build, truths, "rebilled/again", "printer", 12, chart.MARKETING, "640.00", "Price lists", "IK-5501")
    truths.innocent(
        "EXF001", "rebilled", "rebilled/refund", "rebilled/again", note="cancelled by a refund, billed anew"
    )
    weekly = [f"cleaner-{build.end}-{n}" for n, _day in enumerate(build.end.mondays(), start=1)]
    truths.innocent("EXF001", *weekly, note="same amount each week, numbers and dates strictly rising")
    truths.innocent(
        "EXF001", f"recharge-{build.end}", f"recharge-{build.end}/mirror", note="intercompany mirror"
    )


def _missing_reference(build: Builder, truths: Truths) -> None:
    bill = _bill(
        build, truths, "no-reference", "office", 16, chart.FURNITURE, "312.40", "Two office chairs", ""
    )
    bill.papers = False
    truths.error("CMP008", "", "medium", "no-reference", note="bill without the vendor's number")
    truths.error("CMP006", "", "medium", "no-reference", note="nor is the bill itself attached")
    receipt = _bill(
        build, truths, "receipt", "office", 13, chart.OFFICE, "64.90", "Till receipt, stationery", ""
    )
    receipt.kind = "in_receipt"
    truths.innocent("CMP008", "receipt", note="a receipt has no number of a bill")
    truths.error(
        "ACC003", "history", "medium", "receipt", note="typed without the tax that this shop charges"
    )


def _suspense(build: Builder, truths: Truths) -> None:
    amount = Decimal("450.00")
    build.entry(
        "suspense-manual",
        "misc",
        build.end.day(22),
        "Deposit of unknown origin",
        [
            (chart.SUSPENSE, amount, "Deposit, to be cleared"),
            (chart.ACCRUED, -amount, "Deposit, to be cleared"),
        ],
    )
    truths.error("CLS004", "suspense", "high", "suspense-manual", note="450.00 that no bank line explains")
    small = Decimal("75.00")
    for key, sign in (("suspense-there", 1), ("suspense-back", -1)):
        build.entry(
            key,
            "misc",
            build.end.day(14),
            "Petty cash, wrong account",
            [(chart.SUSPENSE, sign * small, "Petty cash"), (chart.OFFICE, -sign * small, "Petty cash")],
        )
    truths.innocent(
        "CLS004", "suspense-there", "suspense-back", note="put there and taken back: nothing remains"
    )


def _silent_journal(build: Builder, truths: Truths) -> None:
    truths.error("CMP002", "", "medium", "journal:till", note="an entry each earlier month, none in the last")
    truths.innocent("CMP002", "journal:quarter", note="a quarterly journal rests in between")


def _outlier(build: Builder, truths: Truths) -> None:
    key = f"courier-{build.end}-3"
    document = next(d for d in build.plan.documents if d.key == key)
    document.lines[0].price = OUTLIER
    truths.error("STA001", "", "medium", key, note="about twelve times the weekly bill")
    truths.innocent("STA001", f"rent-{build.end}", note="the same rent as ever")


def _open_bank_lines(build: Builder, truths: Truths) -> None:
    end = build.end
    for key, day, amount, label, kind in (
        ("euro-unknown", 21, "640.00", "SEPA-GUTSCHRIFT ANZAHLUNG MESSE", "unknown"),
        ("euro-fee", 30, "-12.00", "KONTOFUEHRUNG", "fee"),
    ):
        build.plan.bank_lines.append(
            BankLine(key, "trading", "bank_eur", end.day(day), Decimal(amount), label, kind, settled=False)
        )
    truths.error("CMP004", "bank_eur", "high", "euro-unknown", "euro-fee", note="two lines nobody has booked")
    truths.error(
        "CMP004", "bank", "high", "journal:bank", note="the imported statement, line by line still open"
    )


def line_of(key: str, product, quantity: str, price: str, *, discount: str = "0", taxed: bool = True) -> Line:
    """Return an order line of a planted order."""
    return Line(
        f"{key}/1",
        f"[{product.code}] {product.name}",
        product.expense,
        Decimal(quantity),
        Decimal(price),
        Decimal(discount),
        product.key,
        taxed=taxed,
    )
