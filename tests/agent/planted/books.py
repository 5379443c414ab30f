"""A ledger made by hand and written as the files of `ai-close check`; amounts are whole øre.

This package knows the rules only by their catalogue and the file format (docs/offline-check.md),
never by their code: its faults are a second opinion.
"""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.agent.planted.chart import ACCOUNT_ID, BANK, HOME, JOURNALS, OSLO, RATES, SISTER, TODAY, USERS


@dataclass
class Plant:
    """One fault: the rule that must name one of its records."""

    rule: str
    what: str
    records: set[tuple[str, str]]


@dataclass
class Books:
    """Tables as they grow, with the seeded chance that fills them."""

    seed: int
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    plants: list[Plant] = field(default_factory=list)
    skipped: set[tuple[str, date]] = field(default_factory=set)
    touched: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.ids: dict[str, int] = defaultdict(lambda: 1000 + 37 * (self.seed % 50))
        self.currency_rates: dict[str, dict[date, float]] = {}

    def new(self, table: str, **values: Any) -> dict[str, Any]:
        """Add a row with the next id of its table."""
        self.ids[table] += 1
        row = {"id": self.ids[table], **values}
        self.rows[table].append(row)
        return row

    def plant(self, rule: str, what: str, *records: dict[str, Any] | tuple[str, Any]) -> None:
        """Note a fault; a record is a row of `moves`, or (table, id)."""
        named = {
            (one[0], str(ACCOUNT_ID.get(one[1], one[1])))
            if isinstance(one, tuple)
            else ("moves", str(one["id"]))
            for one in records
        }
        for table, number in list(named):
            if table == "moves":
                named |= {("lines", str(row["id"])) for row in self.lines_of(int(number))}
        self.plants.append(Plant(rule, what, named))

    def lines_of(self, move: int) -> list[dict[str, Any]]:
        """Return an entry's lines."""
        return self.by_move[move]

    @property
    def by_move(self) -> dict[int, list[dict[str, Any]]]:
        """Return the lines by entry."""
        if not hasattr(self, "_by_move"):
            self._by_move: dict[int, list[dict[str, Any]]] = defaultdict(list)
        return self._by_move

    def clock(self, day: date, *, late: int = 2, hour: int | None = None) -> str:
        """Return a moment in office hours on a working day at or after `day`, as UTC text."""
        at = workday(day + timedelta(days=self.random.randint(0, late)))
        local = datetime.combine(
            at, time(self.random.randint(8, 15) if hour is None else hour, self.random.randint(0, 59)), OSLO
        )
        return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def move(self, journal: str, day: date, lines: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
        """Add an entry; its lines are dicts with `account` (code) and `balance` in øre."""
        one = self.random.sample(USERS[:4], 2)
        created = values.pop("created_at", None) or self.clock(day, late=0)
        row = self.new(
            "moves",
            **{
                "company": HOME,
                "journal": journal,
                "journal_type": JOURNALS[journal][0],
                "move_type": "entry",
                "date": day,
                "state": "posted",
                "currency": "NOK",
                "created_at": created,
                "created_by": one[0],
                "posted_at": created,
                "posted_by": one[1],
                "attachments": 0,
                **values,
            },
        )
        if row["state"] != "posted":
            row["posted_at"] = row["posted_by"] = None
        for line in lines:
            added = self.new(
                "lines",
                **{
                    "move": row["id"],
                    "partner": row.get("partner"),
                    "currency": "NOK",
                    "display_type": "product",
                    "amount_currency": line["balance"],
                    **line,
                },
            )
            self.by_move[row["id"]].append(added)
        return row

    def document(self, kind: str, partner: int, day: date, items: list[dict[str, Any]], **values: Any):
        """Add a bill, invoice or refund of items {account, net, tax, label}; returns the entry.

        `net` is in øre of the document's currency, positive; the sign follows the kind.
        """
        sign = 1 if kind in {"in_invoice", "out_refund"} else -1
        selling = kind.startswith("out")
        currency = values.get("currency", "NOK")
        rate = values.pop("rate", None) or self.rate(currency, values.get("invoice_date") or day)
        turn = lambda amount: amount if currency == "NOK" else round(amount / rate)  # noqa: E731
        lines, taxes = [], defaultdict(int)
        for item in items:
            item = {"tax": "U25" if selling else "I25", **item}
            net, tax = item.pop("net"), item.pop("tax")
            taxes[tax] += net
            lines.append(
                {"tax_codes": tax, **item, "amount_currency": sign * net, "balance": sign * turn(net)}
            )
        for tax, net in sorted(taxes.items()):
            if amount := half_up(net * RATES[tax], 100):
                lines.append(
                    {
                        "account": "2700" if selling else "2710",
                        "display_type": "tax",
                        "tax_line_of": tax,
                        "label": f"mva {tax}",
                        "amount_currency": sign * amount,
                        "balance": sign * turn(amount),
                    }
                )
        lines.append(
            {
                "account": "1500" if selling else "2400",
                "display_type": "payment_term",
                "label": "",
                "amount_currency": -sum(line["amount_currency"] for line in lines),
                "balance": -sum(line["balance"] for line in lines),
            }
        )
        sister = values.get("company") == SISTER
        journal = ("SFAK" if sister else "FAK") if selling else ("SINN" if sister else "INN")
        return self.move(
            values.pop("journal", journal),
            day,
            [{**line, "currency": currency} for line in lines],
            **{
                "move_type": kind,
                "partner": partner,
                "invoice_date": day,
                "due_date": day + timedelta(days=30),
                "attachments": 0 if selling else 1,
                **values,
            },
        )

    def rate(self, currency: str, day: date) -> float:
        """Return foreign units for one krone on a day."""
        if currency == "NOK":
            return 1.0
        known = self.currency_rates[currency]
        return known[max(one for one in known if one <= day)]

    def bank_line(self, journal: str, day: date, amount: int, counter: str, **values: Any):
        """Add a statement line and its entry against an account; returns (line, entry)."""
        line = self.new(
            "statement_lines",
            company=HOME,
            journal=journal,
            date=day,
            amount=amount,
            currency="NOK",
            label=values.get("label", ""),
            partner=values.get("partner"),
            account_number=values.pop("account_number", None),
            is_reconciled=values.pop("reconciled", True),
            import_batch=values.pop("batch", f"{journal}-{day:%G%V}"),
        )
        label = values.pop("label", "")
        entry = self.move(
            journal,
            day,
            [
                {"account": BANK[journal], "balance": amount, "label": label},
                {"account": counter, "balance": -amount, "label": label},
            ],
            origin=f"statement_line:{line['id']}",
            ref=label,
            **values,
        )
        line["move"] = entry["id"]
        return line, entry

    def match(self, account: str, *entries: dict[str, Any]) -> None:
        """Match the lines of some entries on an account in full."""
        self.ids["matching"] += 1
        for entry in entries:
            for line in self.lines_of(entry["id"]):
                if line["account"] == account:
                    line["matching_number"] = str(self.ids["matching"])

    def open_amount(self, entry: dict[str, Any], account: str) -> int:
        """Return an entry's balance on an account."""
        return sum(line["balance"] for line in self.lines_of(entry["id"]) if line["account"] == account)

    def pay(self, bill: dict[str, Any], day: date, **values: Any):
        """Pay a bill by an order to the bank that clears the next working day; returns the payment row."""
        amount = -self.open_amount(bill, "2400")
        payment, entry = self.payment(bill["partner"], day, amount, **values)
        self.match("2400", bill, entry)
        return payment

    def payment(self, partner: int, day: date, amount: int, *, clear: bool = True, **values: Any):
        """Add an outgoing payment, with its bank line unless `clear` is off; returns (payment, entry)."""
        account = self.bank_of(partner)
        payment = self.new(
            "payments",
            **{
                "company": HOME,
                "journal": "DNB",
                "date": day,
                "partner": partner,
                "payment_type": "outbound",
                "partner_type": "supplier",
                "amount": amount,
                "currency": "NOK",
                "state": "paid",
                "method": "manual",
                "bank_account": account,
                "bank_account_created_at": "2023-02-01T09:00:00Z",
                "outstanding_account": "1941",
                **values,
            },
        )
        sign = 1 if payment["payment_type"] == "outbound" else -1
        entry = self.move(
            "DNB",
            day,
            [
                {"account": "2400", "balance": sign * amount, "label": "Betaling"},
                {"account": "1941", "balance": -sign * amount, "label": "Betaling"},
            ],
            partner=partner,
            origin=f"payment:{payment['id']}",
            prefix="P",
        )
        payment["move"] = entry["id"]
        cleared = workday(day + timedelta(days=1))
        if clear and cleared <= TODAY:
            _line, bank = self.bank_line(
                "DNB",
                cleared,
                -sign * amount,
                "1941",
                partner=partner,
                account_number=account,
                label=f"Giro {payment['id']}",
            )
            self.match("1941", entry, bank)
        return payment, entry

    def partner(self, name: str, **values: Any) -> int:
        """Add a partner with a number in the Norwegian register and a bank account; returns its id."""
        bank = "".join(self.random.choice("0123456789") for _ in range(11))
        return self.new(
            "partners",
            **{
                "name": name,
                "country": "NO",
                "is_company": True,
                "bank_accounts": bank,
                "vat": self.vat(),
                **values,
            },
        )["id"]

    def bank_of(self, partner: int) -> str:
        """Return a partner's first bank account."""
        return next(one["bank_accounts"] for one in self.rows["partners"] if one["id"] == partner)

    def vat(self) -> str:
        """Return a valid Norwegian number: eight digits, a check digit by modulus 11, MVA."""
        while True:
            digits = [self.random.choice((8, 9)), *(self.random.randint(0, 9) for _ in range(7))]
            check = -sum(a * b for a, b in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
            if check < 10:
                return "NO" + "".join(map(str, digits)) + f"{check}MVA"

    def close(self) -> None:
        """Number the entries and make the statements."""
        self._number()
        self._statements()

    def write(self, folder: Path) -> None:
        """Write one CSV a table."""
        for table, rows in self.rows.items():
            columns = list(dict.fromkeys(name for row in rows for name in row if name != "prefix"))
            with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows([_text(table, name, row.get(name)) for name in columns] for row in rows)

    def _number(self) -> None:
        last: dict[str, int] = defaultdict(int)
        for row in sorted(self.rows["moves"], key=lambda one: (one["date"], one["id"])):
            if row["state"] != "posted" or row.get("name"):
                continue
            _kind, pattern, width = JOURNALS[row["journal"]]
            prefix = row.get("prefix", "R" if row["move_type"].endswith("refund") else "")
            series = prefix + pattern.format(y=row["date"].year, m=f"{row['date'].month:02}")
            last[series] += 1
            if (series, row["date"]) in self.skipped:
                self.skipped.remove((series, row["date"]))
                last[series] += 1
            row["name"] = f"{series}{last[series]:0{width}}"
            if row["move_type"].startswith("out") and not row.get("ref"):
                row["ref"] = row["name"]

    def _statements(self) -> None:
        groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.rows["statement_lines"].sort(key=lambda one: (one["journal"], one["date"], one["id"]))
        for line in self.rows["statement_lines"]:
            if line["journal"] not in {"KBU", "KVE"}:
                groups[line["journal"], f"{line['date']:%G-%V}"].append(line)
        balance = {"DNB": 6_000_000_000, "SPA": 80_000_000, "VAK": 90_000_000, "DEP": 70_000_000}
        for (journal, week), lines in sorted(groups.items()):
            row = self.new(
                "statements",
                company=HOME,
                journal=journal,
                name=f"{journal} {week}",
                date=lines[-1]["date"],
                first_line_index=f"{lines[0]['date']:%Y%m%d}2147483646{lines[0]['id']:010}",
                balance_start=balance[journal],
            )
            for line in lines:
                line["statement"] = row["id"]
                balance[journal] += line["amount"]
                line["running_balance"] = balance[journal]
            row["balance_end"] = row["balance_end_real"] = balance[journal]


def workday(day: date) -> date:
    """Return the day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def half_up(number: int, by: int) -> int:
    """Divide with halves away from zero."""
    return (2 * number + by) // (2 * by)


_AMOUNTS = {
    ("lines", "balance"),
    ("lines", "amount_currency"),
    ("statement_lines", "amount"),
    ("payments", "amount"),
    ("statement_lines", "running_balance"),
    ("statements", "balance_start"),
    ("statements", "balance_end"),
    ("statements", "balance_end_real"),
    ("stock_moves", "value"),
}


def _text(table: str, name: str, value: Any) -> str:
    if value is None:
        return ""
    if (table, name) in _AMOUNTS:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if (table, name) == ("lines", "account"):
        return str(ACCOUNT_ID.get(value, value))
    return str(value)
