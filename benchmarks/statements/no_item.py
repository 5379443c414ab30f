"""Lines that need an account and no item, and lines that belong to each other."""

from datetime import date, timedelta
from decimal import Decimal

from benchmarks.statements.banks import Text, digits
from benchmarks.statements.words import FIRST_NAMES, LAST_NAMES
from benchmarks.statements.world import LAST, World

_FEES = (
    "MONTHLY SERVICE FEE", "Account maintenance fee Sept", "ENTGELTABSCHLUSS SIEHE ANLAGE",
    "Kontoführungsentgelt",
    "FRAIS DE TENUE DE COMPTE", "COMMISSIONI BONIFICO", "COMISION MANTENIMIENTO", "WIRE TRANSFER FEE",
    "INTL WIRE FEE", "KOSTEN BETALINGSVERKEER", "OPŁATA ZA PROWADZENIE RACHUNKU", "TARIFA BANCARIA",
    "FOREIGN TRANSACTION FEE", "BACS CHARGES", "COMMISSION D'INTERVENTION", "Bankavgift",
    "Spesen Zahlungsverkehr",
    "ANALYSIS SERVICE CHARGE", "OVERDRAFT FEE", "CARD TERMINAL RENTAL FEE",
)  # fmt: skip
_INTEREST = (
    ("INTEREST PAID", 1), ("Habenzinsen 3. Quartal", 1), ("INTERETS CREDITEURS", 1), ("CREDIT INTEREST", 1),
    ("Sollzinsen Kontokorrent", -1), ("DEBIT INTEREST CHARGED", -1), ("INTERETS DEBITEURS", -1),
    ("LOAN INTEREST 10/2026", -1), ("INTERESSI PASSIVI", -1), ("Intereses deudores", -1),
    ("Zinsgutschrift", 1),
    ("Rente 3e kwartaal", -1),
)  # fmt: skip
_PAYROLL = (
    "PAYROLL {}", "SALARY {} {}", "LOHN/GEHALT 10/2026 {} {}", "VIREMENT SALAIRE {} {}", "STIPENDIO {} {}",
    "NOMINA OCTUBRE {} {}", "ADP PAYROLL {}", "Gehalt Oktober {} {}", "SALARIS {} {}", "WYNAGRODZENIE {} {}",
    "GUSTO PAY {}", "LÖN {} {}",
)  # fmt: skip
_TAX = (
    "IRS USATAXPYMT {}", "HMRC VAT {}", "FINANZAMT USt 09/2026 {}", "DGFIP TVA {}", "HMRC PAYE/NIC {}",
    "BELASTINGDIENST OMZETBELASTING {}", "AEAT MODELO 303 {}", "AGENZIA ENTRATE F24 {}",
    "URSSAF COTISATIONS {}",
    "SKATTEVERKET {}", "EFTPS TAX PAYMENT {}", "Finanzkasse Lohnsteuer {}", "URZAD SKARBOWY VAT-7 {}",
    "ZUS SKŁADKI {}", "CDTFA SALES TAX {}", "MWST Abrechnung ESTV {}",
)  # fmt: skip


def bank_fee(world: World) -> None:
    """Take the bank's own charge."""
    day = world.day()
    line = world.line(-world.rng.randrange(150, 9000), day, Text(world.rng.choice(_FEES)))
    world.answer("bank fee", [line], kind="bank_fee")


def interest(world: World) -> None:
    """Pay or charge interest."""
    label, sign = world.rng.choice(_INTEREST)
    line = world.line(sign * world.rng.randrange(50, 60000), world.day(), Text(label))
    world.answer("interest", [line], kind="interest")


def payroll(world: World) -> None:
    """Pay an employee, or all of them in one sum."""
    rng = world.rng
    label = rng.choice(_PAYROLL).format(rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES))
    line = world.line(-world.amount(1200, 8000), world.day(), Text(label))
    world.answer("payroll", [line], kind="payroll")


def tax(world: World) -> None:
    """Pay a tax authority or social security."""
    rng = world.rng
    line = world.line(-world.amount(300, 20000), world.day(), Text(rng.choice(_TAX).format(digits(rng, 9))))
    world.answer("tax", [line], kind="tax")


def transfer(world: World) -> None:
    """Move money between the company's own banks; the other line comes the same day or a little later."""
    rng = world.rng
    day = world.day(date(2026, 9, 1), LAST - timedelta(days=4))
    later = min(day + timedelta(days=rng.choice((0, 0, 1, 2))), LAST)
    word = rng.choice(
        ("TRANSFER {} ACCT ENDING {}", "Online Transfer {} account {}", "Umbuchung {}",
         "VIREMENT INTERNE {} {}",
         "Internal transfer {} {}", "Giroconto {} {}", "Liquidity sweep {} {}")
    )  # fmt: skip
    there = "FCY" if rng.random() < 0.25 else "BNK2"
    first, second = world.journals["BNK1"][1], world.journals[there][1]
    amount = world.amount(2000, 90000)
    if there == "FCY":
        rate = world.rate(world.foreign, day) * (1 - Decimal(rng.randrange(0, 60)) / 10000)
        arrived = int(amount * rate)
    else:
        arrived = amount
    name = world.own if rng.random() < 0.6 else ""
    out, back = (-1, 1) if rng.random() < 0.5 else (1, -1)
    one = world.line(
        out * amount,
        day if out < 0 else later,
        Text(
            word.format("TO" if out < 0 else "FROM", second[-4:]), name, second if rng.random() < 0.5 else ""
        ),
    )
    two = world.line(back * arrived, later if out < 0 else day, Text(
        word.format("FROM" if out < 0 else "TO", first[-4:]), name, first if rng.random() < 0.5 else ""),
        journal=there)  # fmt: skip
    case = "internal transfer, two currencies" if there == "FCY" else "internal transfer"
    world.answer(case, [one, two], kind="internal_transfer")


def returned(world: World) -> None:
    """Send a payment back, or take it back: two lines that cancel each other."""
    rng = world.rng
    vendor = rng.random() < 0.5
    party = rng.choice(world.vendors if vendor else world.customers)
    amount = world.amount(40, 8000) * (-1 if vendor else 1)
    said = rng.choice(("direct debit order {}", "transfer {}", "Lastschrift {}", "payment order {}")).format(
        digits(rng, 6)
    )
    day = world.day(date(2026, 9, 1), LAST - timedelta(days=8))
    first = world.paid(party, amount, said, day)
    words = (
        "RETURNED ITEM {}",
        "Rücklastschrift {}",
        "REJET {}",
        "REVERSAL OF {}",
        "STORNO {}",
        "R01 NSF RETURN {}",
    )
    second = world.paid(
        party, -amount, rng.choice(words).format(said), day + timedelta(days=rng.randrange(1, 6))
    )
    world.answer("lines that cancel each other", [first, second], kind="offset")


def voided(world: World) -> None:
    """Register a payment and void it: two items that cancel each other, and no line."""
    rng = world.rng
    party = rng.choice(world.vendors)
    amount, at, number = world.amount(60, 5000), world.day(), f"PBNK1/2026/{rng.randrange(10**5):05d}"
    first = world.item(
        party, -amount, kind="outstanding", number=number, day=at, label=f"Check to {party.name}"
    )
    second = world.item(
        party, amount, kind="outstanding", number=f"{number}/V", ref=f"Void of {number}",
        day=at + timedelta(days=3),
        label=f"Void check to {party.name}",
    )  # fmt: skip
    world.answer("items that cancel each other", [], [first, second], kind="offset")
