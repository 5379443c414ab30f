"""Payroll: an entry each month, net pay at once, taxes on the tenth of the next month."""

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
        build.entry(key, "payroll", workday(month.day(25)), f"Payroll {month}", [
            (chart.WAGES, gross, f"Wages {month}"),
            (chart.SOCIAL, employer, f"Employer taxes {month}"),
            (chart.WAGES_PAYABLE, withheld - gross, f"Net pay {month}"),
            (chart.WAGE_TAX, -withheld, f"Withheld {month}"),
            (chart.EMPLOYER_TAX, -employer, f"Employer share {month}"),
        ])
        _pay(build, key, f"{key}/net", workday(month.day(27)), chart.WAGES_PAYABLE, gross - withheld,
             f"PAYROLL {month} NET PAY 14 EMPLOYEES", "")
        following = month.plus(1)
        if following <= build.end:
            _pay(build, key, f"{key}/withheld", workday(following.day(10)), chart.WAGE_TAX, withheld,
                 f"IRS USATAXPYMT {month} FORM 941", "tax_office")
            _pay(build, key, f"{key}/employer", workday(following.day(10)), chart.EMPLOYER_TAX, employer,
                 f"IRS USATAXPYMT {month} EMPLOYER", "tax_office")


def _pay(build: Builder, item: str, key: str, day, account: str, amount: Decimal, label: str, partner: str) -> None:
    build.plan.bank_lines.append(BankLine(
        key, "trading", "bank", day, -amount, label, "payroll", partner="",
        partner_name=build.partners[partner].name if partner else "",
        pays=[item], counterparts=[Counterpart(account, amount, label, item)]))
