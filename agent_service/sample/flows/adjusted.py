"""A company whose close adjusts its books: what months hold that people no longer book by hand.

Bills come late, the sister books its mirror late, what is for several months is bought and sold, assets are
depreciated and one is sold. Only the sample that adjusting entries are measured on has it (`adjusted` of
`generate.make`); the one that is loaded stays as it is.
"""

from datetime import date, timedelta
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.documents import Document, Partner, Schedule, ScheduleChange
from agent_service.sample.flows.finance import INSURANCE
from agent_service.sample.money import minor
from agent_service.sample.months import Month
from agent_service.sample.numbers import bank_number
from agent_service.sample.planted import Truths

# Two years before the first full month: a season shows only against the year before.
LIGHT_MONTHS = 24
_PARTNERS = (
    ("licensor", "Fernwood Software Inc", "vendor", "US"),
    ("upkeep", "Lift Maintenance Corp", "vendor", "US"),
    ("lessor", "Elbe Leasing GmbH", "vendor", "DE"),
    ("maker", "Union Machine Works", "vendor", "US"),
    ("buyer", "Tidewater Resorts", "customer", "US"),
)
ROLES = {
    "prepaid": chart.PREPAYMENTS,
    "deferred_revenue": chart.DEFERRED_REVENUE,
    "accrued_income": chart.ACCRUED_INCOME,
    "accum_depreciation": chart.ACCUM_DEPRECIATION,
    "depreciation": chart.DEPRECIATION,
    "fixed_asset": chart.FIXED_ASSETS,
    "disposal_proceeds": chart.PROCEEDS,
    "disposal_gain": chart.DISPOSAL_GAIN,
    "disposal_loss": chart.DISPOSAL_LOSS,
    "ic_payable": chart.IC_PAYABLE,
    "ic_receivable": chart.IC_RECEIVABLE,
    "management_fee": chart.MANAGEMENT_FEE,
    "recharge_income": chart.RECHARGE,
}
_STEPPED_RENT = Decimal("3344.00")


def add(build: Builder, truths: Truths) -> None:
    """Turn the books of the other flows into those of such a company."""
    build.plan.accounts += chart.adjusted_accounts()
    rng = build.rng("adjusted", "partners")
    for number, (key, name, kind, country) in enumerate(_PARTNERS, start=1):
        currency = "EUR" if country == "DE" else "USD"
        partner = Partner(key, name, f"A{5000 + number}", kind, currency, country, bank_number(rng, country))
        build.plan.partners.append(partner)
        build.partners[key] = partner
    build.plan.entries = [one for one in build.plan.entries if not one.key.startswith("insurance-release")]
    _late_bills(build)
    _group(build)
    _prepaid(build)
    _deferred(build)
    _assets(build)
    truths.unpaid |= {one.key for one in build.coming}


def _late(build: Builder, bill: Document, day: date, *, dated_late: bool) -> None:
    """Let a bill be entered on a later day; `dated_late`: it bears that day too."""
    bill.day = day
    if dated_late:
        bill.invoice_day = day
        bill.due = build.due(bill.partner, day)


def _late_bills(build: Builder) -> None:
    build.plan.documents += build.coming
    bills = {one.key: one for one in build.plan.documents}
    full = build.full
    stepped = build.rng("adjusted", "step").randrange(1, max(2, len(full) - 2))
    silent = build.rng("adjusted", "silent").randrange(max(1, len(full) - 1))
    for at, month in enumerate(full):
        after = month.plus(1)
        for name, named, chance in (
            ("rent", True, 25), ("telecom", True, 25), ("cloud", False, 20), ("crm", False, 20),
            ("svc-rent", True, 30), ("audit", True, 40), ("power", True, 100),
        ):  # fmt: skip
            bill = bills.get(f"{name}-{month}")
            rng = build.rng("late", f"{name}-{month}")
            is_late, day, dated = rng.randrange(100) < chance, 2 + rng.randrange(22), rng.randrange(2)
            if name == "rent" and at >= stepped and bill:
                bill.lines[0].price = _STEPPED_RENT
            if not bill or not is_late:
                continue
            if name == "rent" and stepped <= at <= stepped + 1:
                continue  # a new rent that nobody has seen yet can't be expected
            if name == "svc-rent" and at < 4:
                continue  # nor can a bill be missed that came too few times
            # What names no month is for the month of its date.
            _late(build, bill, after.day(day), dated_late=named and bool(dated))
        if at in (silent, silent + 1) and silent + 1 < len(full):
            # The telephone company sends two months at once.
            _late(build, bills[f"telecom-{month}"], full[silent].plus(2).day(8), dated_late=True)


def _group(build: Builder) -> None:
    documents = {one.key: one for one in build.plan.documents}
    for month in build.full:
        rng = build.rng("adjusted", f"group-{month}")
        draw, day = rng.randrange(100), month.plus(1).day(3 + rng.randrange(18))
        if draw < 40:
            documents[f"recharge-{month}/mirror"].day = day
        elif draw < 60:
            documents[f"recharge-{month}"].day = day


def _year_from(day: date) -> date:
    return day.replace(year=day.year + 1) - timedelta(days=1)


def _schedule(
    build: Builder,
    bill: Document,
    kind: str,
    method: str,
    span: tuple[date, date],
    accounts: tuple[str, str],
    residual: Decimal = Decimal("0.00"),
) -> Schedule:
    line = bill.lines[0]
    home = build.companies[bill.company].currency
    own = build.rates.convert(bill.untaxed, bill.currency, home, bill.invoice_day)
    made = Schedule(
        bill.key, bill.company, kind, method, *span, line.key, bill.partner, bill.day, line.account,
        *accounts, own, bill.currency, bill.untaxed, residual,
    )  # fmt: skip
    build.plan.schedules.append(made)
    return made


def _day(build: Builder, what: str, first: int, count: int) -> date:
    """Return a day in one of the full months."""
    rng = build.rng("adjusted", what)
    month = build.full[min(first + rng.randrange(count), len(build.full) - 1)]
    return month.day(1 + rng.randrange(28))


def _amount(build: Builder, what: str, low: int, high: int) -> Decimal:
    return minor(build.rng("amount", what).randrange(low * 100, high * 100))


def _prepaid(build: Builder) -> None:
    full = build.full
    insurance = next(one for one in build.plan.documents if one.key == f"insurance-{full[0]}")
    start = full[0].start
    cover = _schedule(
        build,
        insurance,
        "prepaid",
        "months",
        (start, _year_from(start)),
        (chart.PREPAYMENTS, chart.INSURANCE),
    )
    if len(full) > 4:
        cut = build.simple("insurance-cut", "in_refund", "insurer", full[3].day(20), chart.PREPAYMENTS,
                           INSURANCE / 20, "Fewer cars insured", "?")  # fmt: skip
        cover.changes.append(
            ScheduleChange(
                "amount", cut.day, full[4].start, -cut.untaxed, chart.PREPAYMENTS, cut.lines[0].key
            )
        )
    for number, (first, count) in enumerate(((0, 2), (2, 3))):
        key = f"licence-{number}"
        day = _day(build, key, first, count)
        bill = build.simple(key, "in_invoice", "licensor", day, chart.SOFTWARE,
                            _amount(build, key, 2000, 9000), "Design suite, one year", "?")  # fmt: skip
        # The second one begins only with the next month.
        begin = day if not number else Month(day.year, day.month).plus(1).start
        bill.lines[0].service = [begin, _year_from(begin)]
    day = _day(build, "upkeep", 1, 3)
    amount = _amount(build, "upkeep", 900, 4000)
    bill = build.simple("upkeep", "in_invoice", "upkeep", day, chart.ADVICE, amount,
                        f"Lifts, full service {day} - {_year_from(day)}", "?")  # fmt: skip
    bill.lines[0].service = [day, _year_from(day)]
    day = full[min(1, len(full) - 1)].day(3)
    amount = _amount(build, "lease", 4000, 9000)
    lease = build.simple("lease", "in_invoice", "lessor", day, chart.PREPAYMENTS, amount,
                         "Trade fair stand", "?", currency="EUR")  # fmt: skip
    _schedule(build, lease, "prepaid", "days", (day, _year_from(day)), (chart.PREPAYMENTS, chart.MARKETING))


def _deferred(build: Builder) -> None:
    day = _day(build, "support", 0, 3)
    bill = build.simple("support", "out_invoice", "buyer", day, chart.SERVICES,
                        _amount(build, "support", 1500, 6000), "Support, one year")  # fmt: skip
    bill.lines[0].service = [day, _year_from(day)]
    day = _day(build, "retainer", 1, 3)
    bill = build.simple("retainer", "out_invoice", "buyer", day, chart.DEFERRED_REVENUE,
                        _amount(build, "retainer", 3000, 8000), "Retainer, half a year")  # fmt: skip
    begin = Month(day.year, day.month).plus(1)
    _schedule(build, bill, "deferred", "months", (begin.start, begin.plus(5).end),
              (chart.DEFERRED_REVENUE, chart.SERVICES))  # fmt: skip


def _assets(build: Builder) -> None:
    accounts = (chart.ACCUM_DEPRECIATION, chart.DEPRECIATION)
    for key, method, years, left in (
        ("van", "months", 5, 10),
        ("press", "months", 4, 0),
        ("servers", "days", 3, 5),
    ):
        day = _day(build, key, 0, 3)
        bill = build.simple(key, "in_invoice", "maker", day, chart.FIXED_ASSETS,
                            _amount(build, key, 6000, 30000), key.capitalize(), "?")  # fmt: skip
        residual = (bill.untaxed * left / 100).quantize(Decimal(1)) + Decimal("0.00")
        span = (day, day.replace(year=day.year + years) - timedelta(days=1))
        made = _schedule(build, bill, "depreciation", method, span, accounts, residual)
        if key != "servers" and len(build.full) > 4:
            sold = build.full[4].day(6 + 9 * (key == "van"))
            price = _amount(build, f"{key}-sold", 4000, 30000)
            build.simple(f"{key}-sold", "out_invoice", "buyer", sold, chart.PROCEEDS, price, f"{key} sold")
            made.changes.append(ScheduleChange("disposal", sold, sold, price, chart.PROCEEDS))
