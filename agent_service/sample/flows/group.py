"""The sister company, and what the two charge each other."""

from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.documents import BankLine, Counterpart
from agent_service.sample.money import minor, percent
from agent_service.sample.months import Month, workday

_CLIENTS = ("svc_client_a", "svc_client_b", "svc_client_c")


def _bank(
    build: Builder, key: str, day, amount: Decimal, label: str, kind: str, counterparts: list[Counterpart]
) -> None:
    build.plan.bank_lines.append(
        BankLine(key, "services", "services_bank", day, amount, label, kind, counterparts=counterparts)
    )


def _recharge(build: Builder, month: Month) -> None:
    """A management fee in US dollars; the sister books the mirror with the issuer's number as reference."""
    amount = Decimal("6000.00")
    day = month.day(18)
    build.simple(
        f"recharge-{month}",
        "out_invoice",
        "company_services",
        day,
        chart.RECHARGE,
        amount,
        f"Management fee {month}",
        currency="USD",
    )
    build.simple(
        f"recharge-{month}/mirror",
        "in_invoice",
        "company_trading",
        day,
        chart.MANAGEMENT_FEE,
        amount,
        f"Management fee {month}",
        f"={f'recharge-{month}'}",
        company="services",
        currency="USD",
    )


def _services(build: Builder, month: Month) -> None:
    rng = build.rng("services", month)
    build.simple(
        f"svc-rent-{month}",
        "in_invoice",
        "svc_landlord",
        month.day(1),
        chart.RENT,
        Decimal("1450.00"),
        f"Huur {month}",
        "?",
        company="services",
    )
    for number, client in enumerate(_CLIENTS, start=1):
        build.simple(
            f"svc-invoice-{month}-{number}",
            "out_invoice",
            client,
            month.day(4 + 7 * number),
            chart.SERVICES,
            minor(700000 + rng.randrange(250000)),
            f"Consulting {month}",
            company="services",
        )
    gross = Decimal("9000.00")
    withheld = percent(gross, Decimal(30))
    key = f"svc-payroll-{month}"
    build.entry(
        key,
        "services_misc",
        workday(month.day(25)),
        f"Salarissen {month}",
        [
            (chart.WAGES, gross, f"Wages {month}"),
            (chart.WAGES_PAYABLE, withheld - gross, f"Net pay {month}"),
            (chart.WAGE_TAX, -withheld, f"Withheld {month}"),
        ],
        company="services",
    )
    _bank(
        build,
        f"{key}/net",
        workday(month.day(27)),
        withheld - gross,
        f"SALARIS {month}",
        "payroll",
        [Counterpart(chart.WAGES_PAYABLE, gross - withheld, "Net pay", key)],
    )
    _bank(
        build,
        f"svc-fee-{month}",
        workday(month.day(31)),
        Decimal("-9.50"),
        "KOSTEN ZAKELIJKE REKENING",
        "fee",
        [Counterpart(chart.BANK_FEES, Decimal("9.50"), "Account fee")],
    )


def add(build: Builder) -> None:
    """Add the recharges and the sister's own business, in the full months."""
    _bank(
        build,
        "svc-capital",
        workday(build.full[0].day(1)),
        Decimal("60000.00"),
        "KAPITAAL",
        "capital",
        [Counterpart(chart.CAPITAL, Decimal("-60000.00"), "Capital")],
    )
    for month in build.full:
        _recharge(build, month)
        _services(build, month)
