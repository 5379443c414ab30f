"""The company, its partners, rates and journals, and the three lists that a case writes to."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from . import furniture, numbers, places

RATES = {
    "USD": "1",
    "EUR": "0.92",
    "GBP": "0.79",
    "CHF": "0.88",
    "SEK": "10.4",
    "PLN": "3.98",
    "INR": "83.4",
    "BRL": "5.1",
    "AUD": "1.52",
    "JPY": "149.3",
}


def text_of(minor, currency="USD"):
    """Return minor units as the decimal string of the file."""
    if currency == "JPY":
        return str(minor)
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


class World:
    """One company and a quarter of its bank statements; cases add to `lines`, `items` and `truth`."""

    def __init__(self, rng):
        self.rng = rng
        self.year = rng.choice([2023, 2024, 2025, 2027])
        self.first = date(self.year, rng.choice([1, 4, 7]), 1)
        self.days = 89
        self.currency = rng.choice(["USD", "USD", "USD", "EUR"])
        self.second = "EUR" if self.currency == "USD" else "USD"
        self.own_name = rng.choice(["Tidewater Instruments", "Corvane Laboratories", "Helmsmere Tooling"])
        self.journals = {
            "BNK1": (self.currency, places.account(rng, "DE")),
            "OPS2": (self.currency, places.account(rng, "GB")),
            "FXA": (self.second, places.account(rng, "NL")),
        }
        self.series = rng.sample(numbers.OWN, 2)
        self.credit = rng.choice(numbers.CREDIT)
        self.counter = rng.randint(200, 3000)
        self.credit_counter = rng.randint(20, 600)
        self.pay_counter = rng.randint(100, 900)
        self.rates = self._walk()
        self.lines, self.items, self.truth = [], [], []
        self.partners, self.seen_names = [], set()
        for _ in range(260):
            like = rng.choice(self.partners) if self.partners and rng.random() < 0.10 else None
            self.partners.append(self._new_partner(like))
        self.used_amounts = set()

    def _walk(self):
        table = {}
        base = Decimal(RATES[self.currency])
        for code in sorted(RATES):
            if code == self.currency:
                continue
            value, row = Decimal(RATES[code]) / base, {}
            for offset in range(-200, self.days + 2):
                value *= Decimal(1) + Decimal(self.rng.randint(-60, 60)) / Decimal(10000)
                row[self.first + timedelta(days=offset)] = value.quantize(Decimal("0.000001"))
            table[code] = row
        return table

    def company(self, minor, currency, day):
        """Return minor units of company currency for an amount at the day's rate."""
        if currency == self.currency:
            return minor
        whole = Decimal(minor) if currency == "JPY" else Decimal(minor) / 100
        return int((whole / self.rates[currency][day] * 100).quantize(Decimal(1), ROUND_HALF_UP))

    def foreign(self, minor, currency, day):
        """Return minor units of `currency` for an amount in company currency at the day's rate."""
        scale = 1 if currency == "JPY" else 100
        return int(
            (Decimal(minor) / 100 * self.rates[currency][day] * scale).quantize(Decimal(1), ROUND_HALF_UP)
        )

    def day(self, low=0, high=None):
        """Return a day of the quarter."""
        return self.first + timedelta(days=self.rng.randint(low, self.days if high is None else high))

    def before(self, day, low=5, high=60):
        """Return a day some time before another, where a document was dated."""
        return day - timedelta(days=self.rng.randint(low, high))

    def amount(self):
        """Return an amount of company or foreign currency in minor units, sometimes a price point."""
        roll = self.rng.random()
        if roll < 0.12:
            return self.rng.choice([4900, 19900, 125000, 50000, 100000, 240000, 9900, 36000])
        for _ in range(50):
            value = int(self.rng.lognormvariate(11.6, 1.25)) + 500
            if roll < 0.25:
                value = value // 1000 * 1000 + 1000
            if value not in self.used_amounts or roll < 0.25:
                break
        self.used_amounts.add(value)
        return value

    def odd(self):
        """Return an amount that no other document has."""
        while True:
            value = int(self.rng.lognormvariate(11.6, 1.2)) + 700
            if value not in self.used_amounts and value % 500:
                self.used_amounts.add(value)
                return value

    def partner(self):
        """Return a partner at random."""
        return self.rng.choice(self.partners)

    def _new_partner(self, like=None):
        for attempt in range(200):
            found = places.make_partner(self.rng, len(self.seen_names), like=like if attempt < 20 else None)
            key = (found["stem"], found["trade"])
            if key not in self.seen_names:
                self.seen_names.add(key)
                return found
        raise RuntimeError("names are used up")

    def fresh(self):
        """Return a new partner who has only the documents that the case gives it."""
        return self._new_partner()

    def number_after(self):
        """Return the next running number."""
        self.counter += self.rng.choice([1, 1, 1, 2, 3])
        return self.counter

    def number(self):
        """Return the next number of our invoices; two series run side by side."""
        self.number_after()
        return self.series[self.rng.random() < 0.2](self.year, self.counter)

    def item(
        self,
        partner,
        day,
        minor,
        *,
        sell=True,
        currency=None,
        kind=None,
        ref=None,
        move=None,
        label="",
        **more,
    ):
        """Add an open item; `minor` is in its own currency and signed as the bank line that would pay it."""
        rng, currency = self.rng, currency or self.currency
        if sell and move is None:
            if minor < 0:
                self.credit_counter += rng.randint(1, 2)
                move = self.credit(self.year, self.credit_counter)
            else:
                move = self.number()
        elif move is None:
            self.pay_counter += 1
            move = f"BILL/{day.year}/{day.month:02d}/{self.pay_counter:04d}"
        if ref is None:
            ref = (
                rng.choice(["", "", f"PO {rng.randint(10000, 99999)}", f"P{rng.randint(100000, 999999)}"])
                if sell
                else rng.choice(numbers.FOREIGN)(rng, self.year)
            )
        residual = self.company(minor, currency, day)
        row = {
            "id": len(self.items) + 1,
            "date": day,
            "amount_residual": residual,
            "currency": currency,
            "residual_currency": minor,
            "due_date": day + timedelta(days=rng.choice([0, 14, 30, 30, 45])),
            "ref": ref,
            "move_name": move,
            "label": label,
            "partner_id": partner["id"] if partner else None,
            "partner_name": partner["name"] if partner else "",
            "bank_accounts": [partner["account"]] if partner and partner["known"] else [],
            "kind": kind or ("receivable" if sell else "payable"),
            **more,
        }
        self.items.append(row)
        return row

    def line(
        self, day, minor, label, *, journal=None, partner=None, name="", account="", ref="", foreign=None
    ):
        """Add a bank line. `partner` lets the bank's own columns be filled now and then."""
        rng = self.rng
        journal = journal or ("BNK1" if rng.random() < 0.8 else "OPS2")
        if partner is not None:
            roll = rng.random()
            if not name and roll < 0.55:
                name = places.spoken(rng, partner)
            if not account and rng.random() < 0.45:
                account = partner["account"]
                if rng.random() < 0.2:
                    account = " ".join(account[i : i + 4] for i in range(0, len(account), 4))
        row = {
            "id": len(self.lines) + 1,
            "date": day,
            "amount": minor,
            "currency": self.journals[journal][0],
            "label": label,
            "partner_name": name,
            "account_number": account,
            "ref": ref,
            "journal": journal,
        }
        if foreign:
            row["foreign_currency"], row["amount_currency"] = foreign
        self.lines.append(row)
        return row

    def says(self, case, lines, items, kind="items", write_offs=(), *, answerable=True):
        """Add what is true of some lines and items. `answerable`: the files tell it to a person."""
        self.truth.append(
            {
                "case": case,
                "lines": [row["id"] for row in lines],
                "items": [row["id"] for row in items],
                "kind": kind,
                "write_offs": [w for w in write_offs if w[1]],
                "answerable": answerable,
            }
        )

    def dress(self, partner, remi, day, into, **more):
        """Return a label in the dress of a bank."""
        return furniture.label(self.rng, partner, places.spoken(self.rng, partner), remi, day, into, **more)
