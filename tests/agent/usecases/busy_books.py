"""A company's books as the port gives them, and what people do to them from day to day, by a seed."""

import random
from decimal import Decimal
from pathlib import Path

from agent_service.core.model import Books
from agent_service.core.schema import SCHEMA
from agent_service.ledger_files.books import books_of
from agent_service.ledger_files.policy_file import read_policy
from agent_service.ledger_files.read import read_ledger
from agent_service.ledger_files.shelf import shelf_of
from benchmarks.clean_ledger import Clean
from tests.agent.core.builders import Ledger

OCTOBER = [f"2026-10-{day:02}" for day in range(1, 32)]


def books_as_rows(folder: Path, seed: int) -> Ledger:
    """Return a clean ledger of two years as rows of the port's datasets."""
    Clean(seed).write(folder)
    given = read_policy(folder / "policy.json")
    shelf = shelf_of(read_ledger(folder, given.zone), given)
    return _rows(books_of(shelf, 1))


def _rows(books: Books) -> Ledger:
    ledger = Ledger()
    ledger.rows.clear()
    decimals = {number: one.decimals for number, one in books.currencies.items()}
    own = books.company.currency
    line_currency = dict(books.frame("lines").select("id", "currency").iter_rows())
    for name in SCHEMA:
        if name not in books.frames:
            ledger.rows[name] = []
            continue
        rows = books.frames[name].select(list(SCHEMA[name])).to_dicts()
        for column, kind in SCHEMA[name].items():
            kind = kind.rstrip("?")
            for row in rows:
                value = row[column]
                if value is None:
                    continue
                if kind == "date":
                    row[column] = str(value)
                elif kind.startswith("money"):
                    currency = own.id if kind == "money" else row.get(kind[6:])
                    if "@" in kind:
                        currency = line_currency.get(row[kind[6:]])
                    row[column] = str(Decimal(value).scaleb(-decimals.get(currency, own.decimals)))
        ledger.rows[name] = rows
    return ledger


class People:
    """What people do to the books; each deed changes some rows as Odoo would."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.random = ledger, random.Random(seed)
        self.deeds = [
            *(self.copy_entry, self.copy_entry, self.delete_entry, self.unpost, self.post, self.amount),
            *(self.amount, self.redate, self.rename, self.partner_of, self.account_of, self.settle),
            *(self.unsettle, self.reverse, self.orphan, self.attach, self.poster, self.late, self.bank_line),
            *(self.order, self.payment, self.rename_partner, self.merge_partner, self.new_partner),
            *(self.delete_line, self.tax, self.foreign, self.label, self.zero),
        ]

    def day_of_work(self, deeds: int) -> list[str]:
        """Do so many things and return their names."""
        done = []
        for _ in range(deeds):
            deed = self.random.choice(self.deeds)
            deed()
            done.append(deed.__name__)
        return done

    # -- finding ---------------------------------------------------------------------------------------------

    def any(self, table: str, recent: bool = False) -> dict:
        rows = self.ledger.rows[table]
        if recent and self.random.random() < 0.7:
            rows = [row for row in rows if str(row.get("date")).startswith("2026-10")] or rows
        return self.random.choice(rows)

    def move(self) -> dict:
        return self.any("moves", recent=True)

    def lines(self, move: dict) -> list[dict]:
        return [row for row in self.ledger.rows["lines"] if row["move_id"] == move["id"]]

    def new_id(self, table: str) -> int:
        return max((row["id"] for row in self.ledger.rows[table]), default=0) + self.random.randint(1, 3)

    def remove(self, table: str, wanted) -> None:
        self.ledger.rows[table] = [row for row in self.ledger.rows[table] if not wanted(row)]

    # -- deeds -----------------------------------------------------------------------------------------------

    def copy_entry(self, of: dict | None = None, **more) -> dict:
        source = of or self.move()
        made = {
            **source,
            "id": self.new_id("moves"),
            "reversed_entry_id": None,
            "statement_line_id": None,
            **more,
        }
        made["date"] = more.get("date") or self.random.choice(OCTOBER)
        made["name"] = f"{made['name']}-{made['id']}"
        lines = self.lines(source)
        self.ledger.rows["moves"].append(made)
        for line in lines:
            self.ledger.rows["lines"].append(
                {**line, "id": self.new_id("lines"), "move_id": made["id"], "date": made["date"],
                 "parent_state": made["state"], "matching_number": None}
            )  # fmt: skip
        return made

    def delete_entry(self) -> None:
        move = self.move()
        ids = {row["id"] for row in self.lines(move)}
        self.remove("partials", lambda row: row["debit_move_id"] in ids or row["credit_move_id"] in ids)
        self.remove("lines", lambda row: row["id"] in ids)
        self.remove("moves", lambda row: row["id"] == move["id"])

    def state(self, move: dict, state: str) -> None:
        move["state"] = state
        for line in self.lines(move):
            line["parent_state"] = state

    def unpost(self) -> None:
        self.state(self.move(), self.random.choice(["draft", "draft", "cancel"]))

    def post(self) -> None:
        drafts = [row for row in self.ledger.rows["moves"] if row["state"] != "posted"]
        if drafts:
            self.state(self.random.choice(drafts), "posted")

    def amount(self) -> None:
        line = self.random.choice(self.lines(self.move()) or [self.any("lines")])
        factor = self.random.choice(["10", "1.02", "-1", "0.5", "100"])
        line["balance"] = str((Decimal(line["balance"] or "1") * Decimal(factor)).quantize(Decimal("0.01")))

    def redate(self) -> None:
        move = self.move()
        move["date"] = self.random.choice([*OCTOBER, "2026-09-28", "2026-11-03", "2031-01-01"])
        for line in self.lines(move):
            line["date"] = move["date"]

    def rename(self) -> None:
        self.move()["ref"] = self.random.choice(
            [None, "RE-1", "INV/2026/44", "misc", "Licence 2026-10-01 - 2027-09-30"]
        )

    def partner_of(self) -> None:
        move, partner = self.move(), self.any("partners")["id"]
        move["partner_id"] = move["commercial_partner_id"] = partner
        for line in self.lines(move):
            line["partner_id"] = partner

    def account_of(self) -> None:
        account = self.random.choice([*(row["id"] for row in self.ledger.rows["accounts"]), None])
        self.random.choice(self.lines(self.move()) or [self.any("lines")])["account_id"] = account

    def settle(self) -> None:
        one, other = self.any("lines", recent=True), self.any("lines", recent=True)
        self.ledger.rows["partials"].append(
            {"id": self.new_id("partials"), "debit_move_id": one["id"], "credit_move_id": other["id"],
             "amount": "10.00", "debit_amount_currency": "10.00", "credit_amount_currency": "10.00",
             "max_date": self.random.choice(OCTOBER),
             "exchange_move_id": self.move()["id"] if self.random.random() < 0.3 else None}
        )  # fmt: skip

    def unsettle(self) -> None:
        gone = self.any("partials")["id"]
        self.remove("partials", lambda row: row["id"] == gone)

    def reverse(self) -> None:
        move = self.move()
        made = self.copy_entry(move, state="posted")
        made["reversed_entry_id"] = move["id"]
        for line in self.lines(made):
            line["balance"] = str(-Decimal(line["balance"] or "0"))
            line["amount_currency"] = str(-Decimal(line["amount_currency"] or "0"))

    def orphan(self) -> None:
        self.any("lines")["move_id"] = 10**6 + self.random.randint(1, 9)

    def attach(self) -> None:
        move = self.move()
        move["has_attachment"] = not move["has_attachment"]

    def poster(self) -> None:
        move = self.move()
        move["posted_by"] = move["create_uid"]

    def late(self) -> None:
        self.move()["posted_at"] = self.random.choice(["2026-10-18T21:40:00Z", "2026-11-14T03:00:00Z", None])

    def bank_line(self) -> None:
        row = self.any("statement_lines", recent=True)
        row["is_reconciled"] = not row["is_reconciled"]

    def order(self) -> None:
        for table in ("purchase_lines", "sale_lines"):
            row = self.any(table)
            row["product_qty"] = self.random.choice(["1", "5", "500"])
            row["approved_by"] = self.random.choice([None, row["approved_by"]])

    def payment(self) -> None:
        row = self.any("payments", recent=True)
        row["date"] = self.random.choice(OCTOBER)
        row["state"] = self.random.choice(["paid", "draft", "canceled"])

    def rename_partner(self) -> None:
        row = self.any("partners")
        row["name"], row["vat"] = f"{row['name']} & Co", self.random.choice([None, row["vat"], "DE1"])

    def merge_partner(self) -> None:
        """One partner becomes a contact of another: the port names the head on every row."""
        row, head = self.any("partners"), self.any("partners")
        row["commercial_partner_id"] = head["id"]
        for table in ("lines", "moves", "payments", "statement_lines"):
            for one in self.ledger.rows[table]:
                for column in ("partner_id", "commercial_partner_id"):
                    if one.get(column) == row["id"]:
                        one[column] = head["id"]

    def new_partner(self) -> None:
        made = {**self.any("partners"), "id": self.new_id("partners"), "name": "Newcomer", "vat": None}
        made["commercial_partner_id"] = made["id"]
        self.ledger.rows["partners"].append(made)
        move = self.copy_entry()
        move["partner_id"] = move["commercial_partner_id"] = made["id"]
        for line in self.lines(move):
            line["partner_id"] = made["id"]

    def delete_line(self) -> None:
        gone = self.any("lines", recent=True)["id"]
        self.remove("lines", lambda row: row["id"] == gone)

    def tax(self) -> None:
        taxed = [row for row in self.ledger.rows["lines"] if row["tax_codes"]]
        self.random.choice(taxed)["tax_codes"] = self.random.choice(["V7", "V20", "S20", None])

    def foreign(self) -> None:
        abroad = [row for row in self.ledger.rows["lines"] if row["currency"] != 1]
        if abroad:
            self.random.choice(abroad)["amount_currency"] = "123.45"

    def label(self) -> None:
        for line in self.lines(self.move()):
            line["name"] = self.random.choice([None, "misc", "Laptop for the office", "x"])

    def zero(self) -> None:
        for line in self.lines(self.move()):
            line["balance"] = line["amount_currency"] = "0.00"
