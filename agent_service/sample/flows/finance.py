"""Money matters: capital, loan, insurance, card sales, fees, taxes, till and quarterly entries."""

from datetime import date, timedelta
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.documents import BankLine, Counterpart
from agent_service.sample.money import cents, minor, percent
from agent_service.sample.months import Month, workday

LOAN = Decimal("250000.00")
LOAN_PRINCIPAL = Decimal("2000.00")
LOAN_RATE_PCT = Decimal("4.8")
PROCESSOR_FEE_PCT = Decimal("2.9")
INSURANCE = Decimal("12000.00")


def bank(
    build: Builder,
    key: str,
    day: date,
    amount: Decimal,
    label: str,
    kind: str,
    counterparts: list[Counterpart],
    **more,
) -> BankLine:
    """Add a line of the main bank that is booked straight against accounts or items."""
    line = BankLine(key, "trading", "bank", day, amount, label, kind, counterparts=counterparts, **more)
    build.plan.bank_lines.append(line)
    return line


def _start(build: Builder) -> None:
    day = workday(build.months[0].day(1))
    bank(
        build,
        "capital",
        day,
        Decimal("400000.00"),
        "WIRE IN CAPITAL CONTRIBUTION FOUNDERS",
        "capital",
        [Counterpart(chart.CAPITAL, Decimal("-400000.00"), "Capital contribution")],
    )
    bank(
        build,
        "loan",
        day,
        LOAN,
        "FIRST HARBOR BANK LOAN 88-10443 DISBURSEMENT",
        "loan",
        [Counterpart(chart.LOAN, -LOAN, "Loan 88-10443")],
    )


def _euros(build: Builder) -> None:
    """Give the euro account something to pay from."""
    amount = Decimal("25000.00")
    line = BankLine(
        "capital-euro", "trading", "bank_eur", workday(build.full[0].day(1)), amount, "EINLAGE", "capital"
    )
    line.counterparts.append(Counterpart(chart.CAPITAL, -amount, "Capital contribution"))
    build.plan.bank_lines.append(line)


def _loan(build: Builder) -> None:
    open_amount = LOAN
    for month in build.months[1:]:
        interest = cents(open_amount * LOAN_RATE_PCT / 1200)
        bank(
            build,
            f"loan-{month}",
            workday(month.day(15)),
            -(LOAN_PRINCIPAL + interest),
            f"LOAN 88-10443 PMT {month} PRIN 2000.00 INT {interest}",
            "loan",
            [
                Counterpart(chart.LOAN, LOAN_PRINCIPAL, "Principal"),
                Counterpart(chart.INTEREST, interest, "Interest"),
            ],
        )
        open_amount -= LOAN_PRINCIPAL


def _migrated_receipts(build: Builder, month: Month) -> None:
    rng = build.rng("receipts", month)
    amount = minor(9000000 + rng.randrange(800000))
    bank(
        build,
        f"receipts-{month}",
        workday(month.day(28)),
        amount,
        f"CUSTOMER RECEIPTS {month} FORMER SYSTEM",
        "migrated",
        [Counterpart(chart.SALES, -amount, f"Sales {month}, former system")],
        partner="former",
        partner_name="FORMER SYSTEM",
    )


def _insurance(build: Builder) -> None:
    first = build.full[0]
    build.simple(
        f"insurance-{first}",
        "in_invoice",
        "insurer",
        first.day(2),
        chart.PREPAYMENTS,
        INSURANCE,
        f"Business insurance, 12 months from {first}",
        "?",
    )
    for month in build.full[:-1]:
        # The last month's share is the close's own work.
        share = cents(INSURANCE / 12)
        build.entry(
            f"insurance-release-{month}",
            "misc",
            month.end,
            f"Insurance {month}",
            [
                (chart.INSURANCE, share, f"Insurance {month}"),
                (chart.PREPAYMENTS, -share, f"Insurance {month}"),
            ],
        )


def _cards(build: Builder, month: Month) -> None:
    rng = build.rng("cards", month)
    for number, monday in enumerate(month.mondays(), start=1):
        day = monday + timedelta(days=4)
        if day > month.end:
            continue
        gross = minor(150000 + rng.randrange(120000))
        fee = percent(gross, PROCESSOR_FEE_PCT)
        key = f"cards-{month}-{number}"
        build.entry(
            key,
            "misc",
            day,
            f"Card sales, week of {monday}",
            [
                (chart.CARD_CLEARING, gross, "Card sales", "processor"),
                (chart.CARD_SALES, -gross, "Card sales"),
            ],
        )
        paid = workday(day + timedelta(days=4))
        if paid <= build.end.end:
            bank(
                build,
                f"{key}/payout",
                paid,
                gross - fee,
                f"SWIFTPAY PAYOUT {monday:%y%m%d} GROSS {gross} FEE {fee}",
                "payout",
                [
                    Counterpart(chart.CARD_CLEARING, -gross, "Payout", key),
                    Counterpart(chart.CARD_FEES, fee, "Processing fee"),
                ],
                partner="processor",
                partner_name="SWIFTPAY INC",
                pays=[key],
            )


def _fees(build: Builder, month: Month) -> None:
    rng = build.rng("fees", month)
    account_fee = Decimal("18.50")
    wire = minor(1200 + 100 * rng.randrange(20))
    bank(
        build,
        f"fee-account-{month}",
        workday(month.day(31)),
        -account_fee,
        "ACCOUNT MAINTENANCE FEE",
        "fee",
        [Counterpart(chart.BANK_FEES, account_fee, "Account fee")],
    )
    bank(
        build,
        f"fee-wire-{month}",
        workday(month.day(31)),
        -wire,
        "WIRE TRANSFER FEES",
        "fee",
        [Counterpart(chart.BANK_FEES, wire, "Wire fees")],
    )


def _till(build: Builder, month: Month) -> None:
    amount = minor(80000 + build.rng("till", month).randrange(30000))
    build.entry(
        f"till-{month}",
        "till",
        workday(month.day(30)),
        f"Till {month}",
        [(chart.TILL, amount, "Cash takings"), (chart.TILL_SALES, -amount, "Cash takings")],
    )


def add(build: Builder) -> None:
    """Add the money matters of the main company."""
    _start(build)
    _euros(build)
    _loan(build)
    _insurance(build)
    for month in build.history:
        _migrated_receipts(build, month)
    for month in build.months:
        _fees(build, month)
        if month != build.end:
            # Nobody has entered the last month's takings yet: the journal is silent.
            _till(build, month)
        if month.number % 3 == 0:
            amount = Decimal("600.00")
            build.entry(
                f"quarter-{month}",
                "quarter",
                month.end,
                f"Royalty {month}",
                [(chart.ADVICE, amount, "Royalty, quarter"), (chart.ACCRUED, -amount, "Royalty, quarter")],
            )
    for month in build.full:
        _cards(build, month)


def close_taxes(build: Builder, taxes: dict[Month, tuple[Decimal, Decimal]]) -> None:
    """Add each month's tax entry and its payment; `taxes` gives (received, paid), both positive."""
    for month, (received, paid) in sorted(taxes.items()):
        if month >= build.end or not (received or paid):
            continue
        key = f"tax-{month}"
        owed = received - paid
        build.entry(
            key,
            "misc",
            month.end,
            f"Sales tax {month}",
            [
                (chart.TAX_RECEIVED, received, f"Sales tax {month}"),
                (chart.TAX_PAID, -paid, f"Sales tax {month}"),
                (chart.TAX_PAYABLE, -owed, f"Sales tax {month}", "tax_office"),
            ],
        )
        bank(
            build,
            f"{key}/paid",
            workday(month.plus(1).day(20)),
            -owed,
            f"STATE REVENUE DEPT TAX PMT {month.short}",
            "tax",
            [Counterpart(chart.TAX_PAYABLE, owed, f"Sales tax {month}", key)],
            partner="tax_office",
            partner_name="STATE REVENUE DEPT",
            pays=[key],
        )
