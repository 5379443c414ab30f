"""Payroll: an entry each month, net pay at once, taxes on the tenth of the next month."""

from datetime import date
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.documents import BankLine, Counterpart
from agent_service.sample.money import percent
from agent_service.sample.months import workday

_GROSS = Decimal("42000.00")


def add(build: Builder) -> None:
    """Add payroll of the main company, for all months."""
    for month in build.months:
        overtime = Decimal(build.rng("payroll", month).randrange(0, 41) * 10).quantize(Decimal("0.01"))
        gross = _GROSS + overtime
        withheld = percent(gross, Decimal(22))
        employer = percent(gross, Decimal("7.65"))
        key = f"payroll-{month}"
        build.entry(
            key,
            "payroll",
            workday(month.day(25)),
            f"Payroll {month}",
            [
                (chart.WAGES, gross, f"Wages {month}"),
                (chart.SOCIAL, employer, f"Employer taxes {month}"),
                (chart.WAGES_PAYABLE, withheld - gross, f"Net pay {month}"),
                (chart.WAGE_TAX, -withheld, f"Withheld {month}"),
                (chart.EMPLOYER_TAX, -employer, f"Employer share {month}"),
            ],
        )
        net = gross - withheld
        _pay(
            build,
            key,
            "net",
            workday(month.day(27)),
            chart.WAGES_PAYABLE,
            net,
            f"PAYROLL {month.short} NET PAY",
        )
        following = month.plus(1)
        if following <= build.end:
            day = workday(following.day(10))
            label = f"IRS USATAXPYMT {month.short}"
            _pay(build, key, "withheld", day, chart.WAGE_TAX, withheld, f"{label} FORM 941")
            _pay(build, key, "employer", day, chart.EMPLOYER_TAX, employer, f"{label} EMPLOYER")


def _pay(build: Builder, item: str, part: str, day: date, account: str, amount: Decimal, label: str) -> None:
    """Pay one of the entry's liabilities through the main bank."""
    line = BankLine(f"{item}/{part}", "trading", "bank", day, -amount, label, "payroll", pays=[item])
    line.counterparts.append(Counterpart(account, amount, label, item))
    build.plan.bank_lines.append(line)
