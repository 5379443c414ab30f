"""A company's ledger without a fault, made from a seed: what the rules must stay silent about.

Words, vendors, prices, rhythms and formats of numbers come from the seed alone; nothing here knows a rule.
Two years and a month up to October 2026, a few days of November after it.
"""

import calendar
import json
import math
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from stdnum.de import vat as german

from agent_service.ledger_files.tables import TABLES

PERIOD = "2026-10"
FIRST = date(2024, 9, 1)
LAST = date(2026, 10, 31)

BANK, TRANSFER, SUSPENSE, OUTSTANDING = 10, 15, 11, 16
RECEIVABLE, PREPAID, INPUT_TAX, STOCK, ASSET, ASSET_DEPRECIATION = 12, 13, 14, 17, 18, 19
PAYABLE, OUTPUT_TAX, ACCRUED, PAYROLL, LOAN, CAPITAL = 20, 21, 22, 23, 24, 30
SALES, SERVICES, EXCHANGE_GAIN, GOODS = 40, 41, 42, 50
RENT, TELECOM, POWER, SUPPLIES, INSURANCE, WAGES, DEPRECIATION, INTEREST, TRAVEL, ADVICE, REPAIR, BANKFEE = (
    60,
    61,
    62,
    63,
    64,
    65,
    66,
    67,
    68,
    69,
    70,
    71,
)

ACCOUNTS = [
    (BANK, "1010", "Bank", "asset_cash", False),
    (SUSPENSE, "1020", "Bank suspense", "asset_current", False),
    (TRANSFER, "1040", "Transfers", "asset_current", True),
    (OUTSTANDING, "1045", "Outstanding payments", "asset_current", True),
    (RECEIVABLE, "1100", "Trade receivables", "asset_receivable", True),
    (PREPAID, "1300", "Prepaid", "asset_prepayments", False),
    (INPUT_TAX, "1400", "Input tax", "asset_current", False),
    (STOCK, "1500", "Stock", "asset_current", False),
    (ASSET, "1600", "Machines", "asset_fixed", False),
    (ASSET_DEPRECIATION, "1610", "Depreciation of machines", "asset_fixed", False),
    (PAYABLE, "2000", "Trade payables", "liability_payable", True),
    (OUTPUT_TAX, "2400", "Output tax", "liability_current", False),
    (ACCRUED, "2100", "Accrued", "liability_current", False),
    (PAYROLL, "2200", "Payroll to pay", "liability_current", True),
    (LOAN, "2500", "Loan", "liability_non_current", False),
    (CAPITAL, "3000", "Capital", "equity", False),
    (SALES, "4000", "Sales of goods", "income", False),
    (SERVICES, "4100", "Services", "income", False),
    (EXCHANGE_GAIN, "4900", "Exchange differences", "income_other", False),
    (GOODS, "5000", "Goods bought", "expense_direct_cost", False),
    (RENT, "6000", "Rent", "expense", False),
    (TELECOM, "6100", "Telecom", "expense", False),
    (POWER, "6200", "Power", "expense", False),
    (SUPPLIES, "6300", "Office supplies", "expense", False),
    (INSURANCE, "6400", "Insurance", "expense", False),
    (WAGES, "6500", "Wages", "expense", False),
    (DEPRECIATION, "6600", "Depreciation", "expense_depreciation", False),
    (INTEREST, "6700", "Interest", "expense", False),
    (TRAVEL, "6800", "Travel", "expense", False),
    (ADVICE, "6900", "Advice", "expense", False),
    (REPAIR, "7000", "Repairs", "expense", False),
    (BANKFEE, "7100", "Bank fees", "expense", False),
]

_SYLLABLES = (  # noqa: SIM905
    "bar bel ber cor dal den dor fal far gan gor hal har kel kor lan lor mar mel mon nor pal per ran ros "
    "sal sel sten tal tor val ver vor wen win zel"
).split()
_FORMS = ("Ltd", "GmbH", "SA", "BV", "AB", "Srl", "& Sons", "Group")
_GOODS = [
    "brass fitting",
    "copper pipe",
    "steel bolt",
    "oak panel",
    "rubber seal",
    "glass pane",
    "ball valve",
    "hand pump",
]
_SMALL = [
    "pens and paper",
    "toner",
    "cleaning goods",
    "coffee for the office",
    "small tools",
    "light bulbs",
    "envelopes",
    "batteries",
]
_MANUAL = [
    "travel of",
    "expenses of",
    "correction of cost centre for",
    "car pool of",
    "postage of",
    "training of",
    "catering of",
]
USERS = ("anna", "boris", "carla", "dmitri")


def cents(value: float) -> Decimal:
    """Return an amount with two decimals."""
    return Decimal(str(round(value, 2))).quantize(Decimal("0.01"))


class Clean:
    """The tables of one clean company; `scale` multiplies how much goes on in a month."""

    def __init__(self, seed: int, scale: int = 1) -> None:
        self.random = random.Random(seed)
        self.scale = scale
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.numbers: dict[tuple[str, str], int] = defaultdict(int)
        self.series: dict[int, Any] = {}
        self.matching = 0
        self.bank_lines: list[
            tuple[date, Decimal, str, int | None, str, int, list[tuple[int, Decimal, int | None, str | None]]]
        ] = []
        self.rates: dict[date, float] = {}
        self.rows["accounts"] = [
            dict(zip(("id", "code", "name", "account_type", "reconcile"), one, strict=True))
            for one in ACCOUNTS
        ]
        self.policy: dict[str, Any] = {
            "company_currency": "USD",
            "timezone": "Europe/Berlin",
            "period_start": "2026-10-01",
            "period_end": "2026-10-31",
            "suspense_account": "1020",
            "transfer_account": "1040",
            "approval_limits": [5000, 25000],
            "companies": [{"id": 1, "name": "Harbour Tools", "partner": 1}],
            "taxes": {
                "V20": {"rate": "20.0", "type": "percent"},
                "S20": {"rate": "20.0", "type": "percent"},
                "V7": {"rate": "7.0", "type": "percent"},
            },
            "locks": [{"company": 1, "through": "2026-09-30", "locked_at": "2026-10-08T16:00:00Z"}],
            "holidays": ["2026-10-03"],
            "snapshot_at": "2026-11-12T06:00:00Z",
        }
        self._people()
        for month in self._months():
            self._rates(month)
        for month in self._months():
            self._month(month)
        self._statements()

    # -- helpers ---------------------------------------------------------------------------------------------

    def _months(self) -> list[date]:
        months, day = [], FIRST
        while day <= LAST:
            months.append(day)
            day = (day.replace(day=28) + timedelta(days=5)).replace(day=1)
        return months

    def add(self, table: str, **values: Any) -> int:
        """Add a row; its id is the next one."""
        number = len(self.rows[table]) + 1
        self.rows[table].append({"id": number, **values})
        return number

    def day(self, month: date, low: int = 1, high: int = 31) -> date:
        """Return a working day of a month."""
        last = calendar.monthrange(month.year, month.month)[1]
        day = month.replace(day=self.random.randint(low, min(high, last)))
        if day.weekday() >= 5:
            back = day - timedelta(days=day.weekday() - 4)
            day = back if back.month == month.month else day + timedelta(days=7 - day.weekday())
        return day

    def moment(self, day: date, later: int = 0) -> str:
        """Return a UTC time of an office hour on or after a day."""
        day += timedelta(days=later)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        minute, second = self.random.randint(0, 59), self.random.randint(0, 59)
        return f"{day}T{self.random.randint(7, 15):02}:{minute:02}:{second:02}Z"

    def word(self) -> str:
        """Return a made-up name."""
        return "".join(self.random.sample(_SYLLABLES, self.random.randint(2, 3))).capitalize()

    def vat(self) -> str:
        """Return a German tax number with the right check digit."""
        while True:
            digits = str(self.random.randint(10000000, 99999999))
            for last in "0123456789":
                if german.is_valid(digits + last):
                    return f"DE{digits}{last}"

    def match(self) -> str:
        """Return a new matching number."""
        self.matching += 1
        return str(self.matching)

    def _people(self) -> None:
        self.add("partners", name="Harbour Tools", country="DE", is_company=True, vat=self.vat())
        self.customers = [self._partner() for _ in range(12 + 6 * self.scale)]
        self.traders = [self._partner() for _ in range(6 + 2 * self.scale)]
        self.small = [self._partner() for _ in range(8 + 2 * self.scale)]
        self.abroad = [self._partner() for _ in range(3)]
        self.landlord, self.telecom, self.power, self.insurer, self.adviser = (
            self._partner() for _ in range(5)
        )
        self.products = [
            (
                self.add("products", name=f"{self.random.choice(_GOODS)} {n}"),
                round(self.random.lognormvariate(3.2, 0.6), 2),
            )
            for n in range(20)
        ]
        self.rent = cents(self.random.uniform(2500, 6000))

    def _partner(self) -> int:
        words = f"{self.word()} {self.random.choice(_FORMS)}"
        account = f"DE{self.random.randint(10, 99)}{self.random.randint(10**17, 10**18 - 1)}"
        number = self.add(
            "partners", name=words, country="DE", is_company=True, vat=self.vat(), bank_accounts=account
        )
        # each partner numbers documents in a way of its own
        style = self.random.choice(["{n}", "RE-{n:05}", "{y}-{n:04}", "INV{n:06}", "{y}/{n:03}/A"])
        self.series[number] = [
            style,
            self.random.randint(100, 9000),
            max(1, int(self.random.expovariate(0.15))),
        ]
        return number

    def ref(self, partner: int, day: date) -> str:
        """Return the next number of a partner's own series."""
        style, now, step = self.series[partner]
        self.series[partner][1] = now + self.random.randint(1, step + 1)
        return style.format(n=self.series[partner][1], y=day.year)

    def move(
        self, journal: str, kind: str, day: date, lines: list[dict[str, Any]], **more: Any
    ) -> tuple[int, list[int]]:
        """Add a posted entry with its lines."""
        self.numbers[journal, f"{day:%Y-%m}"] += 1
        name = f"{journal}/{day:%Y/%m}/{self.numbers[journal, f'{day:%Y-%m}']:05}"
        creator = self.random.choice(USERS[:2])
        move = self.add(
            "moves",
            **{
                "company": 1,
                "name": name,
                "journal": journal,
                "journal_type": kind,
                "move_type": "entry",
                "date": day,
                "state": "posted",
                "currency": "USD",
                "created_at": self.moment(day),
                "created_by": creator,
                "posted_at": self.moment(day, 1),
                "posted_by": self.random.choice(USERS[2:]),
                "attachments": 1,
                **more,
            },
        )
        ids = []
        for line in lines:
            own = {
                "currency": "USD",
                "amount_currency": line["balance"],
                "display_type": "product",
                "partner": more.get("partner"),
                **line,
            }
            ids.append(self.add("lines", move=move, **own))
        return move, ids

    def bank(self, day: date, amount: Decimal, label: str, partner: int | None, legs: list[tuple]) -> None:
        """Note a bank line; statements are written at the end. A leg is (account, balance, partner, "
        "matching)."""
        self.bank_lines.append((day, amount, label, partner, "", 0, legs))

    # -- a month ---------------------------------------------------------------------------------------------

    def _month(self, month: date) -> None:
        season = 1 + 0.15 * math.sin(month.month / 12 * 2 * math.pi)
        for _ in range(round(30 * self.scale * season)):
            self._sale(self.day(month))
        for _ in range(round(12 * self.scale * season)):
            self._purchase(self.day(month))
        for _ in range(14 * self.scale):
            partner = self.random.choice(self.small)
            label = f"{self.random.choice(_SMALL)} {self.random.randint(1, 999)}"
            self._bill(self.day(month), partner, cents(self.random.lognormvariate(4.6, 0.5)), SUPPLIES, label)
        for partner in self.abroad:
            if self.random.random() < 0.9:
                self._foreign(self.day(month, 1, 20), partner)
        named = f"{month:%B %Y}"
        self._bill(self.day(month, 1, 5), self.landlord, self.rent, RENT, f"Rent {named}", tax=None)
        self._bill(
            self.day(month, 8, 12),
            self.telecom,
            cents(self.random.gauss(410, 8)),
            TELECOM,
            f"Lines and mobile {named}",
        )
        self._bill(
            self.day(month, 10, 16),
            self.power,
            cents(self.random.gauss(1200, 25) * (1 + 0.4 * math.cos(month.month / 6 * math.pi))),
            POWER,
            f"Power {named}",
        )
        if month.month in (1, 4, 7, 10):
            self._bill(
                self.day(month, 12, 18),
                self.adviser,
                cents(self.random.gauss(2400, 40)),
                ADVICE,
                "Bookkeeping advice, quarter",
            )
        self._by_hand(month)

    def _sale(self, day: date) -> None:
        customer = self.random.choice(self.customers)
        lines, net = [], Decimal(0)
        order = f"S{len(self.rows['sale_lines']) + 1:06}"
        for product, price in self.random.sample(self.products, self.random.randint(1, 4)):
            quantity = self.random.randint(1, 40)
            unit = cents(price * 1.6)
            amount = unit * quantity
            link = self.add(
                "sale_lines",
                company=1,
                order=order,
                partner=customer,
                product=product,
                quantity=quantity,
                qty_delivered=quantity,
                price_unit=unit,
                discount=0,
                currency="USD",
                invoice_policy="delivery",
                is_downpayment=False,
                order_date=day - timedelta(days=self.random.randint(0, 6)),
                created_by="boris",
                approved_by="carla",
            )
            self.add(
                "stock_moves",
                company=1,
                product=product,
                date=day,
                state="done",
                quantity=quantity,
                value=-cents(price * quantity),
                location_usage="internal",
                location_dest_usage="customer",
                scrap=False,
                sale_line=link,
            )
            lines.append(
                {
                    "account": SALES,
                    "balance": -amount,
                    "label": f"product {product}",
                    "product": product,
                    "quantity": quantity,
                    "tax_codes": "S20",
                    "sale_line": link,
                }
            )
            net += amount
        self._document(
            "INV", "sale", "out_invoice", day, customer, lines, net, RECEIVABLE, OUTPUT_TAX, "S20", None
        )

    def _purchase(self, day: date) -> None:
        vendor = self.random.choice(self.traders)
        lines, net = [], Decimal(0)
        order = f"P{len(self.rows['purchase_lines']) + 1:06}"
        for product, price in self.random.sample(self.products, self.random.randint(1, 3)):
            quantity = self.random.randint(10, 80)
            unit = cents(price)
            link = self.add(
                "purchase_lines",
                company=1,
                order=order,
                partner=vendor,
                product=product,
                quantity=quantity,
                qty_received=quantity,
                price_unit=unit,
                discount=0,
                currency="USD",
                purchase_method="receive",
                is_downpayment=False,
                order_date=day - timedelta(days=self.random.randint(3, 15)),
                created_by="anna",
                approved_by="dmitri",
            )
            self.add(
                "stock_moves",
                company=1,
                product=product,
                date=day,
                state="done",
                quantity=quantity,
                value=unit * quantity,
                location_usage="supplier",
                location_dest_usage="internal",
                scrap=False,
                purchase_line=link,
            )
            lines.append(
                {
                    "account": GOODS,
                    "balance": unit * quantity,
                    "label": f"product {product}",
                    "product": product,
                    "quantity": quantity,
                    "tax_codes": "V20",
                    "purchase_line": link,
                }
            )
            net += unit * quantity
        self._document(
            "BILL",
            "purchase",
            "in_invoice",
            day,
            vendor,
            lines,
            net,
            PAYABLE,
            INPUT_TAX,
            "V20",
            self.ref(vendor, day),
        )

    def _bill(
        self, day: date, vendor: int, net: Decimal, account: int, label: str, tax: str | None = "V20"
    ) -> None:
        line = {"account": account, "balance": net, "label": label, "quantity": 1, "tax_codes": tax}
        self._document(
            "BILL",
            "purchase",
            "in_invoice",
            day,
            vendor,
            [line],
            net,
            PAYABLE,
            INPUT_TAX,
            tax,
            self.ref(vendor, day),
        )

    def _document(
        self,
        journal: str,
        kind: str,
        type_: str,
        day: date,
        partner: int,
        lines: list,
        net: Decimal,
        trade: int,
        tax_account: int,
        tax: str | None,
        ref: str | None,
    ) -> None:
        sign = -1 if type_.startswith("out") else 1
        taxed = (net * Decimal("0.20")).quantize(Decimal("0.01")) if tax else Decimal(0)
        if tax:
            lines = [
                *lines,
                {
                    "account": tax_account,
                    "balance": sign * taxed,
                    "display_type": "tax",
                    "tax_line_of": tax,
                    "label": tax,
                },
            ]
        total = net + taxed
        due = day + timedelta(days=self.random.choice((14, 30)))
        paid = due + timedelta(days=self.random.randint(-5, 8))
        mark = self.match() if paid <= LAST else None
        lines.append(
            {
                "account": trade,
                "balance": -sign * total,
                "display_type": "payment_term",
                "matching_number": mark,
            }
        )
        move, _ids = self.move(
            journal,
            kind,
            day,
            lines,
            move_type=type_,
            partner=partner,
            invoice_date=day,
            due_date=due,
            ref=ref,
        )
        name = self.rows["moves"][move - 1]["name"]
        if mark is None:
            return
        while paid.weekday() >= 5:
            paid -= timedelta(days=1)
        if type_ == "out_invoice":
            self.bank(
                paid,
                total,
                f"{name} {self.rows['partners'][partner - 1]['name']}",
                partner,
                [(RECEIVABLE, -total, partner, mark)],
            )
        else:
            self._pay(paid, total, partner, mark, ref or name)

    def _pay(self, day: date, total: Decimal, partner: int, mark: str, ref: str) -> None:
        other = self.match()
        account = self.rows["partners"][partner - 1]["bank_accounts"]
        payment = len(self.rows["payments"]) + 1
        move, _ids = self.move(
            "BANK",
            "bank",
            day,
            [
                {"account": PAYABLE, "balance": total, "partner": partner, "matching_number": mark},
                {"account": OUTSTANDING, "balance": -total, "partner": partner, "matching_number": other},
            ],
            partner=partner,
            origin=f"payment:{payment}",
            ref=ref,
        )
        self.add(
            "payments",
            company=1,
            move=move,
            journal="BANK",
            date=day,
            partner=partner,
            payment_type="outbound",
            partner_type="supplier",
            amount=total,
            currency="USD",
            state="paid",
            method="sepa",
            bank_account=account,
            bank_account_created_at="2023-01-10T09:00:00Z",
            outstanding_account="1045",
        )
        self.bank(
            day,
            -total,
            f"{ref} {self.rows['partners'][partner - 1]['name']}",
            partner,
            [(OUTSTANDING, total, partner, other)],
        )

    def _rates(self, month: date) -> None:
        level = self.rates[max(self.rates)] if self.rates else 0.92
        for number in range(1, calendar.monthrange(month.year, month.month)[1] + 1):
            day = month.replace(day=number)
            if day.weekday() < 5:
                level *= math.exp(self.random.gauss(0, 0.003))
                self.rates[day] = round(level, 6)
                self.add("rates", company=None, currency="EUR", date=day, rate=self.rates[day])

    def rate(self, day: date) -> float:
        """Return the newest rate of a day."""
        while day not in self.rates:
            day -= timedelta(days=1)
        return self.rates[day]

    def _foreign(self, day: date, vendor: int) -> None:
        euro = cents(self.random.lognormvariate(6.2, 0.4))
        booked = cents(float(euro) / self.rate(max(day, FIRST + timedelta(days=3))))
        paid = self.day(day, 22, 28)
        settled = cents(float(euro) / self.rate(paid))
        mark, other = self.match(), self.match()
        foreign = {"currency": "EUR"}
        self.move(
            "BILL",
            "purchase",
            day,
            [
                {
                    "account": GOODS,
                    "balance": booked,
                    "amount_currency": euro,
                    "label": "parts from abroad",
                    "quantity": 1,
                    **foreign,
                },
                {
                    "account": PAYABLE,
                    "balance": -booked,
                    "amount_currency": -euro,
                    "display_type": "payment_term",
                    "matching_number": mark,
                    **foreign,
                },
            ],
            move_type="in_invoice",
            partner=vendor,
            invoice_date=day,
            ref=self.ref(vendor, day),
            currency="EUR",
            due_date=paid,
        )
        payment = len(self.rows["payments"]) + 1
        move, _ids = self.move(
            "BANK",
            "bank",
            paid,
            [
                {
                    "account": PAYABLE,
                    "balance": settled,
                    "amount_currency": euro,
                    "partner": vendor,
                    "matching_number": mark,
                    **foreign,
                },
                {
                    "account": OUTSTANDING,
                    "balance": -settled,
                    "amount_currency": -euro,
                    "partner": vendor,
                    "matching_number": other,
                    **foreign,
                },
            ],
            partner=vendor,
            origin=f"payment:{payment}",
            currency="EUR",
        )
        self.add(
            "payments",
            company=1,
            move=move,
            journal="BANK",
            date=paid,
            partner=vendor,
            payment_type="outbound",
            partner_type="supplier",
            amount=euro,
            currency="EUR",
            state="paid",
            method="sepa",
            bank_account=self.rows["partners"][vendor - 1]["bank_accounts"],
            bank_account_created_at="2023-01-10T09:00:00Z",
            outstanding_account="1045",
        )
        self.bank(paid, -settled, f"abroad {vendor}", vendor, [(OUTSTANDING, settled, vendor, other, euro)])
        if settled != booked:
            gap = settled - booked
            self.move(
                "MISC",
                "general",
                paid,
                [
                    {
                        "account": PAYABLE,
                        "balance": -gap,
                        "amount_currency": 0,
                        "partner": vendor,
                        "matching_number": mark,
                        **foreign,
                    },
                    {"account": EXCHANGE_GAIN, "balance": gap, "amount_currency": 0, **foreign},
                ],
                origin=f"exchange:{move}",
                partner=vendor,
            )

    def _by_hand(self, month: date) -> None:
        end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        named = f"{month:%B %Y}"
        wages = cents(18000 * self.scale + self.random.gauss(0, 150))
        self.move(
            "PAY",
            "general",
            end,
            [
                {"account": WAGES, "balance": wages, "label": f"Wages {named}"},
                {
                    "account": PAYROLL,
                    "balance": -wages,
                    "label": f"Wages {named}",
                    "matching_number": (mark := self.match()),
                },
            ],
            ref=f"Payroll {named}",
        )
        payday = end if end.weekday() < 5 else end - timedelta(days=end.weekday() - 4)
        self.bank(payday, -wages, f"wages {named}", None, [(PAYROLL, wages, None, mark)])
        self.move(
            "MISC",
            "general",
            end,
            [
                {"account": DEPRECIATION, "balance": Decimal("1250.00"), "label": f"Depreciation {named}"},
                {
                    "account": ASSET_DEPRECIATION,
                    "balance": Decimal("-1250.00"),
                    "label": f"Depreciation {named}",
                },
            ],
            origin="asset:1",
        )
        self.move(
            "MISC",
            "general",
            end,
            [
                {"account": INSURANCE, "balance": Decimal("310.00"), "label": f"Insurance {named}"},
                {"account": PREPAID, "balance": Decimal("-310.00"), "label": f"Insurance {named}"},
            ],
            origin="deferral:1",
        )
        accrued = cents(self.random.uniform(800, 2600))
        lines = [
            {"account": ADVICE, "balance": accrued, "label": f"Audit {named}"},
            {"account": ACCRUED, "balance": -accrued, "label": f"Audit {named}"},
        ]
        move, _ids = self.move("MISC", "general", end, lines, origin="accrual:1", ref=f"Accrual {named}")
        if end < LAST:
            self.move(
                "MISC",
                "general",
                end + timedelta(days=1),
                [{**line, "balance": -line["balance"]} for line in lines],
                origin="accrual:1",
                reversed_entry=move,
                ref=f"Reversal {named}",
            )
        for _ in range(5 * self.scale):
            amount = cents(self.random.lognormvariate(5.0, 0.6))
            text = f"{self.random.choice(_MANUAL)} {self.word()}"
            account, other = self.random.sample([TRAVEL, SUPPLIES, REPAIR, ADVICE, TELECOM], 2)
            self.move(
                "MISC",
                "general",
                self.day(month),
                [
                    {"account": account, "balance": amount, "label": text},
                    {"account": other, "balance": -amount, "label": text},
                ],
                ref=text,
            )
        fee = cents(self.random.uniform(12, 25))
        self.bank(self.day(month, 26, 30), -fee, f"account fee {named}", None, [(BANKFEE, fee, None, None)])

    def _statements(self) -> None:
        balance = Decimal("250000.00")
        self.move(
            "MISC",
            "general",
            FIRST,
            [
                {"account": BANK, "balance": balance},
                {"account": CAPITAL, "balance": -balance},
            ],
            origin="opening",
            ref="Opening balances",
        )
        by_day = defaultdict(list)
        for one in sorted(self.bank_lines, key=lambda one: one[0]):
            by_day[one[0]].append(one)
        for month in self._months():
            days = [day for day in by_day if (day.year, day.month) == (month.year, month.month)]
            begin = balance
            end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
            statement = self.add(
                "statements",
                company=1,
                journal="BANK",
                name=f"BNK {month:%Y/%m}",
                date=end,
                first_line_index=f"{month:%Y%m%d}0000000001",
                balance_start=begin,
            )
            for day in sorted(days):
                for _day, amount, label, partner, _a, _b, legs in by_day[day]:
                    balance += amount
                    number = len(self.rows["statement_lines"]) + 1
                    lines = [{"account": BANK, "balance": amount, "partner": partner, "label": label}]
                    for account, value, owner, mark, *foreign in legs:
                        line = {
                            "account": account,
                            "balance": value,
                            "partner": owner,
                            "matching_number": mark,
                            "label": label,
                        }
                        if foreign:
                            line |= {"currency": "EUR", "amount_currency": foreign[0]}
                        lines.append(line)
                    move, _ids = self.move(
                        "BANK",
                        "bank",
                        day,
                        lines,
                        partner=partner,
                        origin=f"statement_line:{number}",
                        attachments=0,
                    )
                    account = self.rows["partners"][partner - 1]["bank_accounts"] if partner else None
                    self.add(
                        "statement_lines",
                        company=1,
                        journal="BANK",
                        statement=statement,
                        move=move,
                        date=day,
                        amount=amount,
                        currency="USD",
                        label=label,
                        partner=partner,
                        account_number=account,
                        is_reconciled=True,
                        running_balance=balance,
                        import_batch=f"imp{month:%Y%m}",
                    )
            last = self.rows["statements"][statement - 1]
            last["balance_end"] = last["balance_end_real"] = balance

    # -- out -------------------------------------------------------------------------------------------------

    def write(self, folder: Path) -> Path:
        """Write the tables as Parquet, with their own types, and the policy."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            if name not in TABLES:
                continue
            columns = {one: [_plain(row.get(one)) for row in rows] for one in TABLES[name].columns}
            frame = pl.DataFrame(columns, schema_overrides=_types(name), strict=False)
            frame.write_parquet(folder / f"{name}.parquet")
        (folder / "policy.json").write_text(json.dumps(self.policy))
        return folder


def _plain(value: Any) -> Any:
    # exact types: `isinstance` with the abstract numbers behind Decimal is most of the time of writing
    return str(value) if type(value) in (Decimal, float) else value


def _types(name: str) -> dict[str, Any]:
    kinds = {"id": pl.Int64, "bool": pl.Boolean, "date": pl.Date}
    return {one: kinds.get(kind, pl.String) for one, kind in TABLES[name].columns.items()}
