"""Bills that come again: weekly, monthly, quarterly, and now and then."""

from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.money import cents, minor
from agent_service.sample.months import Month

_SEASON = (1240, 1310, 1185, 960, 720, 540, 455, 430, 440, 565, 790, 980)
WEEKLY = ("courier", "cleaner")


def _weekly(build: Builder, month: Month) -> None:
    rng = build.rng("courier", month)
    for number, day in enumerate(month.mondays(), start=1):
        build.simple(
            f"courier-{month}-{number}",
            "in_invoice",
            "courier",
            day,
            chart.COURIER,
            minor(18000 + rng.randrange(8000)),
            "Parcels of the week",
            "?",
        )
        build.simple(
            f"cleaner-{month}-{number}",
            "in_invoice",
            "cleaner",
            day,
            chart.CLEANING,
            Decimal("165.00"),
            "Office cleaning, weekly",
            "+",
        )


def _monthly(build: Builder, month: Month) -> None:
    rng = build.rng("monthly", month)
    build.simple(
        f"rent-{month}",
        "in_invoice",
        "landlord",
        month.day(1),
        chart.RENT,
        Decimal("3200.00"),
        f"Rent {month}",
        "?",
    )
    build.simple(
        f"telecom-{month}",
        "in_invoice",
        "telecom",
        month.day(12),
        chart.TELECOM,
        minor(39800 + rng.randrange(2300)),
        f"Lines and data {month}",
        "?",
    )
    build.simple(
        f"cloud-{month}",
        "in_invoice",
        "cloud",
        month.day(5),
        chart.SOFTWARE,
        Decimal("120.00"),
        "Cloudsuite Team plan",
        "+",
    )
    build.simple(
        f"crm-{month}",
        "in_invoice",
        "crm",
        month.day(15),
        chart.SOFTWARE,
        Decimal("89.00"),
        "Pipeline CRM, 6 seats",
        "+",
    )
    base = Decimal(_SEASON[month.number - 1])
    factor = Decimal(98 + rng.randrange(7)) / 100
    power = build.simple(
        f"power-{month}",
        "in_invoice",
        "power",
        month.day(27),
        chart.UTILITIES,
        cents(base * factor),
        f"Electricity {month}",
        "?",
    )
    if month == build.end:
        # The last month's electricity bill is late: the power company sends it in the middle of the next.
        build.plan.documents.pop()
        power.day = power.invoice_day = month.plus(1).day(12)
        build.coming.append(power)
    quarter = month.plus(-month.number % 3)
    if month in (quarter, build.end):
        build.simple(
            f"audit-{quarter}",
            "in_invoice",
            "auditor",
            quarter.day(28),
            chart.ADVICE,
            Decimal("4500.00"),
            f"Advice, quarter to {quarter}",
            "?",
        )
    if month == build.end != quarter:
        build.coming.append(build.plan.documents.pop())


def _office(build: Builder, month: Month) -> None:
    rng = build.rng("office", month)
    for number in range(1, 4):
        build.simple(
            f"office-{month}-{number}",
            "in_invoice",
            "office",
            month.day(3 + 8 * number - rng.randrange(6)),
            chart.OFFICE,
            minor(6000 + rng.randrange(9000)),
            "Office supplies",
            "?",
            taxed=True,
        )


def add(build: Builder) -> None:
    """Add the recurring bills: all months, supplies in the full ones only."""
    for month in build.months:
        _weekly(build, month)
        _monthly(build, month)
    for month in build.full:
        _office(build, month)
